"""What a fact says, how facts are found, and what the whole of them answers."""

import pickle
from dataclasses import FrozenInstanceError, replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from advisor.errors import FactError, InputError
from advisor.facts import PROFILES, Fact, diff, load_facts

DAY = date(2026, 3, 1)
FACTS = load_facts()


def fact(value, unit, **more):
    return Fact("made.up", "made", more.pop("attribute", "up"), value, unit, "a page", None, DAY, "documented", **more)


def test_megabytes_have_a_safe_and_an_upper_reading_and_mebibytes_only_one():
    assert (fact(3, "MB").bytes(), fact(3, "MB").bytes_upper()) == (3 * 10**6, 3 * 2**20)
    assert (fact(2, "GB").bytes(), fact(2, "GB").bytes_upper()) == (2 * 10**9, 2 * 2**30)
    assert fact(3, "MiB").bytes() == fact(3, "MiB").bytes_upper() == 3 * 2**20
    assert fact(77, "bytes").bytes() == fact(77, "bytes").bytes_upper() == 77


def test_durations_are_microseconds_in_every_part():
    start = fact(2, "min", low=90 / 60, high=3)
    assert [start.us(part) for part in ("low", "mid", "high")] == [90_000_000, 120_000_000, 180_000_000]
    assert fact(5, "ms").us("low") == 5_000


def test_a_range_has_its_ends():
    window = fact((5, 50), "s", attribute="window_range")
    assert (window.us("low"), window.us("high")) == (5_000_000, 50_000_000)
    with pytest.raises(FactError, match=r"made\.up"):
        window.number()


@pytest.mark.parametrize(("value", "unit", "read"), [("no_limit", "MB", "bytes"), (3, "s", "bytes"), (3, "MB", "us")])
def test_a_value_that_is_no_such_quantity_is_refused(value, unit, read):
    with pytest.raises(FactError, match=r"made\.up"):
        getattr(fact(value, unit), read)()


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (fact(7, "MB"), "7 MB"),
        (fact(123_456, "bytes"), "123,456 bytes"),
        (fact(420, "s"), "7 min"),
        (fact(50, "s"), "50 s"),
        (fact(700, "hours"), "700 hours"),
        (fact("no_limit", "MB"), "no limit"),
        (fact("from_zero", "text"), "only from zero instances"),
        (fact(True, "bool"), "yes"),
        (fact(1, "requests"), "1 request"),
        (fact(0.00007, "USD/GB-s"), "0.00007 USD/GB-s"),
        (fact(7_000_000, "bytes/s"), "7 MB/s"),
        (fact((7, 70), "percent", attribute="batch_range"), "7 to 70 %"),
        (fact((7, 7200), "s", attribute="limit_range"), "7 s to 2 h"),
        (fact((1, 2), "MiB"), "1 MiB, 2 MiB"),
        (fact(10, "s", low=5, high=30), "10 s (5 to 30 s)"),
        (fact(1.0, "x", low=0.5, high=2.0), "1 x (0.5 to 2 x)"),
    ],
)
def test_text_is_what_people_read(made, text):
    assert made.text().replace("\u00a0", " ") == text


def test_a_number_is_never_parted_from_its_unit():
    assert fact(7, "MB").text() == "7\u00a0MB"


def test_spoken_values_leave_nothing_to_compare_with():
    assert fact(0, "count").applies
    assert fact(False, "bool").applies
    assert fact("manual", "text").applies
    assert not any(fact(said, "MB").applies for said in ("no_limit", "not_applicable", "not_documented"))


@pytest.mark.parametrize(
    ("value", "published", "stale"),
    [
        (8, DAY.replace(year=DAY.year - 2), False),
        (8, DAY.replace(year=DAY.year - 2) - timedelta(days=1), True),
        (8, None, False),
        (False, date(2019, 1, 1), False),
        ("no_limit", date(2019, 1, 1), False),
        ((1, 8), date(2019, 1, 1), True),
    ],
)
def test_a_number_from_an_old_page_is_known_as_such(value, published, stale):
    made = fact(value, "bool" if isinstance(value, bool) else "count")
    assert replace(made, published=published).stale_page is stale


def test_the_leap_day_has_no_exception():
    made = replace(fact(8, "count"), published=date(2024, 2, 29))
    assert not replace(made, checked=date(2026, 2, 28)).stale_page
    assert replace(made, checked=date(2026, 3, 1)).stale_page


def test_same_quantity_whatever_the_unit():
    assert fact(60, "s").same_as(fact(1, "min"))
    assert not fact(1, "MB").same_as(fact(1, "MiB"))
    assert not fact(True, "bool").same_as(fact(1, "count"))
    assert not fact(10, "s", low=5, high=30).same_as(fact(10, "s"))


def test_a_fact_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        FACTS.fact("real_time.payload_request").value = 1
    with pytest.raises(TypeError):
        FACTS.instances["ml.made.up"] = None


def test_an_option_takes_over_what_it_does_not_say_itself():
    assert FACTS.of("multi_model", "payload_request") is FACTS.fact("real_time.payload_request")
    assert FACTS.of("inference_components_zero", "payload_request") is FACTS.fact("real_time.payload_request")
    assert FACTS.of("inference_components_zero", "scale_to_zero") is not FACTS.of("real_time", "scale_to_zero")
    assert FACTS.has("shadow_variant.payload_request")
    assert not FACTS.has("none.payload_request")


def test_an_unknown_id_is_answered_with_near_ones():
    with pytest.raises(FactError, match=r"real_time\.payload is no fact; did you mean .*real_time\.payload_request"):
        FACTS.fact("real_time.payload")


def test_equal_arguments_give_the_same_facts_here_and_after_a_journey():
    other = load_facts("aws", {"queue.per_copy": {"value": 7}})
    assert load_facts() is FACTS
    assert load_facts("aws", {"queue.per_copy": {"value": 7}}) is other
    assert pickle.loads(pickle.dumps(other)) is other


def test_digest_tells_everything_in_force_apart():
    sets = [
        FACTS,
        load_facts("study-card"),
        load_facts("aws", {"queue.per_copy": {"value": 7}}),
        load_facts("aws", {"queue.per_copy": {"value": 7, "source": "a test of ours"}}),
        load_facts(
            "aws", {"price": [{"region": "us-east-1", "subject": "instance", "item": "ml.m5.xlarge", "usd": 7}]}
        ),
    ]
    assert len({facts.digest for facts in sets}) == len(sets)
    assert FACTS.digest == load_facts().digest


def test_age_is_counted_from_the_day_of_reading():
    oldest = FACTS.oldest()
    assert all(oldest.checked <= thing.checked for thing in (*FACTS.all(), *FACTS.prices()))
    assert FACTS.aged(30, oldest.checked + timedelta(days=30)) == ()
    assert oldest in FACTS.aged(30, oldest.checked + timedelta(days=31))


def test_rows_carry_each_fact_in_plain_words():
    rows = FACTS.rows()
    assert [row["id"] for row in rows] == list(FACTS.ids())
    for row in rows:
        assert date.fromisoformat(row["checked"])
        assert row["source"]
        assert row["text"]


def test_difference_is_by_quantity():
    assert diff(FACTS, FACTS) == ()
    same = load_facts(
        "aws",
        {
            "real_time.invocation_timeout": {
                "value": FACTS.fact("real_time.invocation_timeout").us() / 60e6,
                "unit": "min",
            }
        },
    )
    assert diff(FACTS, same) == ()
    (row,) = diff(FACTS, load_facts("aws", {"queue.per_copy": {"value": 7}}))
    assert (row.id, row.b.value) == ("queue.per_copy", 7)


def test_an_instance_is_priced_by_its_option_or_else_as_hosting_marked_inferred():
    own = next(FACTS.prices(subject="async"))
    assert FACTS.instance_price(own.region, "async", own.item) == own
    hosting = FACTS.price("us-east-1", "instance", "ml.m5.xlarge")
    assert FACTS.instance_price("us-east-1", "real_time", "ml.m5.xlarge") == hosting
    taken = FACTS.instance_price("us-east-1", "async", "ml.m5.xlarge")
    assert (taken.usd, taken.confidence) == (hosting.usd, "inferred")
    assert "nferred" in taken.note
    assert FACTS.instance_price("us-east-1", "async", "ml.none.xlarge") is None


def test_no_region_borrows_the_price_of_another():
    priced = {price.region for price in FACTS.prices(subject="s3")}
    empty = next(region for region in FACTS.regions if region not in priced)
    assert FACTS.price(empty, "s3", "put-copy-post-list") is None
    assert FACTS.memory_price(empty, "serverless_provisioned", "usage", 2048) is None


def test_memory_prices_are_read_in_proportion_and_say_so():
    known = next(FACTS.prices("us-east-1", "serverless_provisioned"))
    meter, _, size = known.item.removesuffix("MiB").partition("-")
    assert FACTS.memory_price("us-east-1", "serverless_provisioned", meter, int(size)) == known
    double = FACTS.memory_price("us-east-1", "serverless_provisioned", meter, 2 * int(size))
    assert (double.usd, double.confidence) == (known.usd * Decimal(2), "inferred")


def test_profiles_are_those_two_and_no_other():
    assert PROFILES == ("aws", "study-card")
    with pytest.raises(InputError, match="profile: 'exam' is not allowed; allowed: one of aws, study-card"):
        load_facts("exam")
