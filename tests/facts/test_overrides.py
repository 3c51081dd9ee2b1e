"""The user's own values: visible, checked all at once, and never trusted."""

import os
from datetime import date
from decimal import Decimal

import pytest

from advisor._facts_override import LARGEST_FILE_BYTES
from advisor.errors import InputError
from advisor.facts import load_facts

AWS = load_facts()
PRICE = {"region": "us-east-1", "subject": "instance", "item": "ml.m5.xlarge", "usd": 0.5}


def written(tmp_path, text):
    path = tmp_path / "my.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refused(given):
    with pytest.raises(InputError) as caught:
        load_facts("aws", given)
    return [str(problem) for problem in caught.value.problems]


def test_a_file_replaces_a_fact_and_the_result_says_so(tmp_path):
    path = written(tmp_path, '["real_time.payload_request"]\nvalue = 7\nunit = "MiB"\n')
    facts = load_facts("aws", path)
    mine = facts.fact("real_time.payload_request")
    assert (mine.bytes(), mine.source, mine.profile) == (7 * 2**20, "given by the user", "override")
    assert mine.checked == AWS.fact("real_time.payload_request").checked
    assert facts.overrides == ("real_time.payload_request",)
    assert facts.digest != AWS.digest
    assert AWS.overrides == ()


def test_the_heading_may_stand_with_or_without_quotes(tmp_path):
    quoted = load_facts("aws", written(tmp_path, '["queue.per_copy"]\nvalue = 7\n'))
    bare = load_facts("aws", written(tmp_path, "[queue.per_copy]\nvalue = 7\n"))
    short = load_facts("aws", written(tmp_path, "[queue]\nper_copy = 7\n"))
    assert quoted.digest == bare.digest == short.digest


def test_a_file_that_changed_is_read_again(tmp_path):
    path = written(tmp_path, "[queue.per_copy]\nvalue = 7\n")
    assert load_facts("aws", path).fact("queue.per_copy").value == 7
    path.write_text("[queue.per_copy]\nvalue = 8\n", encoding="utf-8")
    assert load_facts("aws", path).fact("queue.per_copy").value == 8


def test_a_value_alone_leaves_no_range_and_a_range_may_be_given():
    alone = load_facts("aws", {"start.launch_cpu": {"value": 2, "unit": "min"}}).fact("start.launch_cpu")
    assert alone.us("low") == alone.us("high") == 120_000_000
    ranged = load_facts("aws", {"start.launch_cpu": {"value": 80, "low": 60, "high": 99}}).fact("start.launch_cpu")
    assert [ranged.us(part) for part in ("low", "mid", "high")] == [60_000_000, 80_000_000, 99_000_000]


def test_source_dates_and_confidence_may_be_given():
    given = {"value": 7, "source": "support case", "checked": date(2026, 1, 2), "confidence": "documented"}
    mine = load_facts("aws", {"queue.per_copy": given}).fact("queue.per_copy")
    assert (mine.source, mine.checked, mine.confidence) == ("support case", date(2026, 1, 2), "documented")


def test_a_spoken_value_is_a_value():
    assert not load_facts("aws", {"real_time.payload_request": "no_limit"}).fact("real_time.payload_request").applies


def test_a_price_replaces_a_price_there_and_nowhere_else():
    facts = load_facts("aws", {"price": [PRICE]})
    assert facts.price("us-east-1", "instance", "ml.m5.xlarge").usd == Decimal("0.5")
    assert facts.instance_price("us-east-1", "async", "ml.m5.xlarge").usd == Decimal("0.5")
    assert facts.price("eu-west-1", "instance", "ml.m5.xlarge") == AWS.price("eu-west-1", "instance", "ml.m5.xlarge")
    assert facts.overrides == ("price us-east-1 instance ml.m5.xlarge",)


def test_a_region_without_a_price_can_be_given_one():
    region = next(r for r in AWS.regions if AWS.price(r, "volume", "endpoint-gp2") is None)
    price = {"region": region, "subject": "volume", "item": "endpoint-gp2", "usd": "0.2"}
    assert load_facts("aws", {"price": [price]}).price(region, "volume", "endpoint-gp2").unit == "GB-month"


def test_nothing_given_is_no_override(tmp_path):
    assert load_facts("aws", {}) is AWS
    assert load_facts("aws", written(tmp_path, "# nothing yet\n")) is AWS


def test_every_problem_is_named_at_once_with_what_would_do():
    lines = refused(
        {
            "real_time.payload": {"value": 7},
            "real_time.payload_response": {"value": 7, "unit": "s"},
            "async.scaling": {"value": 7},
            "async.queue_ttl_range": {"value": [9, 8]},
            "serverless.cold_start": {"value": "perhaps"},
            "serverless.max_concurrency": {"value": 2.5},
            "start.launch_cpu": {"value": 80, "low": 90},
            "queue.per_copy": {"value": 7, "vaule": 8},
            "overhead.async": {"unit": "ms"},
            "start.spread": {"value": -1},
            "price": [{**PRICE, "region": "us-east-9"}, {**PRICE, "item": "ml.m5.xlarg"}, {**PRICE, "usd": 0}, {**PRICE, "unit": "day"}],
        }
    )  # fmt: skip
    text = "\n".join(lines)
    assert len(lines) == 14
    for part in (
        "real_time.payload: this id", "like real_time.payload_", "real_time.payload_response.unit: 's'", "a unit of size",
        "async.scaling.value: 7", "a text", "the smaller first", "one of no, yes, from_zero", "a whole number of requests",
        "low <= value <= high", "queue.per_copy.vaule", "overhead.async: value is missing", "start.spread.value: -1",
        "price 1.region: 'us-east-9'", "price 2.item: 'ml.m5.xlarg'", "like ml.m5.xlarge", "price 3.usd: 0", "price 4.unit: 'day'",
    ):  # fmt: skip
        assert part in text, part


@pytest.mark.parametrize(
    "given",
    [
        {"real_time.payload_request": {"value": float("nan")}},
        {"real_time.payload_request": {"value": float("inf")}},
        {"real_time.payload_request": {"value": 10**40}},
        {"real_time.payload_request": {"value": 1e300}},
        {"real_time.payload_request": {"value": True}},
        {"real_time.payload_request": {"value": [1, 2]}},
        {"real_time.payload_request": {"value": {"value": 1}}},
        {"real_time.payload_request": {"value": 7, "unit": ["MB"]}},
        {"real_time.payload_request": {"value": 7, "source": 3}},
        {"real_time.payload_request": {"value": 7, "checked": "yesterday"}},
        {"real_time.payload_request": {"value": 7, "confidence": "certain"}},
        {"real_time.payload_request": []},
        {"async.queue_ttl_range": {"value": [1, 2, 3]}},
        {"async.queue_ttl_range": {"value": []}},
        {"price": {}},
        {"price": [7]},
        {"price": [{**PRICE, "usd": "1e999999"}]},
        {"price": [{**PRICE, "usd": "NaN"}]},
        {"price": [{}]},
        {("a", "b"): 7},
        {"x" * 500_000: 7},
        {f"id{n}": n for n in range(50_000)},
        {"price": [{"region": f"r{n}"} for n in range(20_000)]},
    ],
    ids=lambda given: str(given)[:60],
)
def test_hostile_values_are_refused_in_a_few_short_lines(given):
    lines = refused(given)
    assert 1 <= len(lines) < 50
    assert max(map(len, lines)) < 1_000


@pytest.mark.parametrize("text", ["value = ", "\x00", "a = [" * 9_000, "a." * 40_000 + "a = 1", "a = " + "9" * 9_999])
def test_a_file_that_is_no_toml_is_one_clear_line(tmp_path, text):
    (line,) = refused(written(tmp_path, text))
    assert "my.toml" in line or line.startswith("facts") or "a known one" in line


def test_a_file_is_measured_before_it_is_read(tmp_path):
    path = written(tmp_path, "#" * (LARGEST_FILE_BYTES + 1))
    (line,) = refused(path)
    assert "at most 1 MB" in line


def test_what_is_no_file_or_no_text_is_refused(tmp_path):
    (tmp_path / "raw.toml").write_bytes(b"a = '\xff\xfe'")
    for path in (tmp_path, tmp_path / "none.toml", tmp_path / "raw.toml", os.devnull):
        (line,) = refused(path)
        assert line.startswith("facts file ")
