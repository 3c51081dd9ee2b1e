"""Terms of a bill: savings plan, free tier, length of a month, releases, storage; what idles, and what availability adds."""

from dataclasses import replace
from decimal import Decimal

import pytest

from advisor.billing import EXCLUDED, bill, estimate
from advisor.errors import InputError
from advisor.facts import load_facts
from advisor.meters import Meters, estimate_meters
from advisor.options import NAMES, Option
from advisor.packing import copies_per_instance
from advisor.shortlist import candidates
from advisor.standing import for_availability
from advisor.terms import LIST_PRICE, Saving, Terms, parse_savings
from advisor.text import bill_remarks, bill_rows
from simulator import prepare, simulate
from simulator.offered import capacity_cost, lowest_cost
from simulator.recipe import recipe_of, study_of_recipe

FACTS = load_facts()
HOUR = 3_600_000_000
PLACE = "ml.m5.xlarge"
TWO = Option(name="real_time", instance_type=PLACE, instances=2, concurrency_per_instance=4)
DAY = Meters(window_us=24 * HOUR, instance_type=PLACE, instance_us=48 * HOUR)


def lines(found):
    return {line.meter: line for line in found.lines}


def billed(option=TWO, meters=DAY, region="us-east-1", facts=FACTS, **terms):
    return bill(meters, option, facts, region, Terms(**terms))


# -- what is stated -------------------------------------------------------------------------------------------


def test_a_savings_plan_reads_by_meter_and_by_scope():
    assert parse_savings("30%") == (Saving("instance", 0.3),)
    assert parse_savings("instance=30%:all, serverless=12.5%") == (
        Saving("instance", 0.3, everything=True), Saving("serverless", 0.125),
    )  # fmt: skip


@pytest.mark.parametrize(
    "text", ["", "30", "instance", "disk=10%", "instance=-1%", "instance=101%", "instance=30%:some", "30%,", "=30%%"]
)
def test_a_savings_plan_that_is_none_is_refused_with_what_was_seen(text):
    with pytest.raises(InputError, match="--savings-plan") as caught:
        parse_savings(text)
    assert "instance=30%" in str(caught.value)


def test_every_wrong_part_of_a_savings_plan_is_named():
    with pytest.raises(InputError) as caught:
        parse_savings("disk=10%,instance=30%,serverless=200%")
    assert [problem.seen for problem in caught.value.problems] == ["'disk=10%'", "'serverless=200%'"]


def test_terms_that_cannot_be_are_all_named_at_once():
    with pytest.raises(InputError) as caught:
        Terms(
            month_hours=745, releases_per_month=-1, release_hours=0, retention_us=-1,
            savings=(Saving("instance", 1.5), Saving("instance", 0.1), Saving("disk", 0.1)),
        )  # fmt: skip
    named = [problem.path for problem in caught.value.problems]
    assert named == [
        "--month-hours", "--releases", "--release-hours", "--retention", *["--savings-plan"] * 3,
    ]  # fmt: skip


@pytest.mark.parametrize("hours", [float("nan"), float("inf"), 0.0])
def test_a_month_has_between_one_hour_and_31_days(hours):
    with pytest.raises(InputError, match="--month-hours"):
        Terms(month_hours=hours)
    assert Terms(month_hours=744).month_hours == 744


# -- savings plan ---------------------------------------------------------------------------------------------


def test_a_plan_covers_what_always_stands_and_leaves_the_list_price_to_be_checked():
    tracked = replace(TWO, min_instances=1, max_instances=6, target_per_min=60.0)
    plain, saved = billed(tracked), billed(tracked, savings=parse_savings("40%"))
    assert saved.lines[:-1] == plain.lines
    last = saved.lines[-1]
    month = Decimal(str(plain.month_hours))
    assert (last.meter, last.quantity, last.source) == ("savings", month, "given by the user")
    assert last.usd == -month * Decimal("0.4") * lines(plain)["instance"].unit_price
    assert "1 instance kept all the time" in last.item
    assert saved.total == plain.total + last.usd


def test_a_plan_for_all_hours_covers_the_shadow_and_second_fleets_too():
    option = replace(TWO, name="shadow_variant", instances=3, fleets=(2, 1), shadow_share=1.0)
    meters = replace(DAY, shadow_instance_us=24 * HOUR)
    found = billed(option, meters, savings=parse_savings("50%:all"), releases_per_month=10, release_hours=1)
    own = lines(found)
    hours = sum(own[meter].quantity for meter in ("instance", "shadow", "release"))
    assert own["savings"].quantity == hours > 3 * Decimal(str(found.month_hours))


def test_a_plan_covers_the_instance_for_availability_and_every_endpoint_alike(make):
    month = Decimal(str(billed().month_hours))
    saved = lines(simulate(zoned(make).under(Terms(savings=parse_savings("30%"))), TWO).bill)
    assert "availability" in saved
    assert saved["savings"].quantity == 2 * month
    assert saved["savings"].usd == Decimal("-0.3") * (saved["instance"].usd + saved["availability"].usd)
    three = billed(meters=DAY.times(3), savings=parse_savings("30%"))
    assert lines(three)["savings"].quantity == 6 * month
    assert "6 instances" in lines(three)["savings"].item


def test_a_fleet_at_zero_and_a_job_have_nothing_that_a_plan_of_the_minimum_covers():
    for option in (
        replace(TWO, name="async", min_instances=0, max_instances=2, backlog_target=5),
        replace(TWO, name="batch_transform"),
    ):
        found = billed(option, savings=parse_savings("30%"))
        assert "savings" not in lines(found)
        assert any("covers nothing here" in note for note in found.notes)
        assert found.total == billed(option).total
        assert billed(option, savings=parse_savings("30%:all")).total < found.total


def test_a_plan_never_covers_more_than_was_used():
    lost = replace(DAY, instance_us=30 * HOUR)  # two instances, of which one was away most of the day
    found = lines(billed(meters=lost, savings=parse_savings("100%")))
    assert found["savings"].usd == -found["instance"].usd


def test_serverless_is_covered_only_when_it_is_named_and_says_that_sources_disagree():
    option = Option(name="serverless_provisioned", memory_mib=2048, max_concurrency=4, provisioned_concurrency=2)
    used = Meters(
        window_us=24 * HOUR, memory_mib=2048, serverless_us=HOUR, provisioned_us=48 * HOUR, provisioned_busy_us=6 * HOUR
    )
    plain = billed(option, used)
    assert billed(option, used, savings=parse_savings("30%")).total == plain.total
    both = billed(option, used, savings=parse_savings("serverless=10%,provisioned=20%"))
    off = [line for line in both.lines if line.meter == "savings"]
    own = lines(plain)
    expected = Decimal("0.1") * own["serverless"].usd + Decimal("0.2") * (
        own["provisioned"].usd + own["provisioned_busy"].usd
    )
    assert -sum(line.usd for line in off) == expected
    assert all("disagree" in line.note for line in off)


def test_a_discount_above_what_plans_reach_is_taken_and_says_so():
    most = FACTS.fact("billing.savings_plan_discount_max").number()
    high = lines(billed(savings=(Saving("instance", most / 100 + 0.01),)))["savings"]
    assert f"{most:g}" in high.note
    assert not lines(billed(savings=(Saving("instance", most / 100),)))["savings"].note


# -- free tier ------------------------------------------------------------------------------------------------


def test_the_free_tier_is_taken_off_for_the_months_it_lasts():
    plain, free = billed(), billed(free_tier=True)
    line = lines(free)["free_tier"]
    assert line.quantity == Decimal(str(FACTS.fact("billing.free_tier_instance_hours").number()))
    assert line.note == FACTS.fact("billing.free_tier_instance_hours").note
    assert free.later == plain.total == free.total - line.usd
    months = round(FACTS.fact("billing.free_tier_months").number())
    assert free.per_year == 12 * plain.total + months * line.usd
    assert any("without the free tier" in text for text in bill_remarks(free))


@pytest.mark.parametrize(
    "option",
    [replace(TWO, name="async"), replace(TWO, name="batch_transform"), replace(TWO, instance_type="ml.g5.xlarge")],
)
def test_the_free_tier_holds_only_some_types_that_answer_at_once(option):
    found = billed(option, replace(DAY, instance_type=option.instance_type), free_tier=True)
    assert "free_tier" not in lines(found)
    assert found.later == found.total and found.free_months == 0
    assert any("free tier holds nothing" in note for note in found.notes)


def test_what_is_free_is_not_discounted_again():
    few = replace(DAY, instance_us=HOUR)  # about 30 hours a month, all of them free
    found = billed(replace(TWO, instances=1), few, free_tier=True, savings=parse_savings("60%:all"))
    own = lines(found)
    assert own["free_tier"].usd == -own["instance"].usd
    assert "savings" not in own
    assert found.total >= 0


# -- releases -------------------------------------------------------------------------------------------------


def test_a_release_has_a_second_fleet_as_large_as_the_first_and_its_volumes():
    plain, found = billed(), billed(releases_per_month=4, release_hours=0.5)
    assert lines(found)["release"].quantity == 4 * Decimal("0.5") * 2
    assert lines(found)["volume"].quantity > lines(plain)["volume"].quantity
    assert "second fleets during releases" in plain.excluded
    assert "second fleets during releases" not in found.excluded


def test_how_long_both_fleets_run_is_assumed_with_its_range_where_it_is_not_stated():
    fact = FACTS.fact("release.overlap")
    line = lines(billed(releases_per_month=1))["release"]
    assert line.quantity == 2 * Decimal(fact.us()) / HOUR
    assert fact.text() in line.note and "(assumed" in line.note
    assert "As stated" in lines(billed(releases_per_month=1, release_hours=2))["release"].note
    slow = load_facts("aws", {"release.overlap": {"value": 2, "unit": "h"}})
    assert lines(billed(facts=slow, releases_per_month=1))["release"].quantity == 4


@pytest.mark.parametrize("name", ["batch_transform", "inference_components"])
def test_jobs_and_components_have_no_second_fleet(name):
    option = replace(TWO, name=name)
    found = billed(option, releases_per_month=4)
    assert "release" not in lines(found)
    assert "second fleets during releases" not in found.excluded


# -- storage --------------------------------------------------------------------------------------------------


def test_storage_of_inputs_and_answers_is_billed_where_the_retention_is_stated():
    option = replace(TWO, name="async")
    meters = replace(DAY, s3_bytes=24 * 2**30)  # a GB an hour
    without, found = billed(option, meters), billed(option, meters, retention_us=48 * HOUR)
    assert without.excluded[:8] == EXCLUDED
    assert lines(found)["storage"].quantity == 48
    assert "storage of models" in found.excluded and EXCLUDED[5] not in found.excluded
    elsewhere = billed(option, meters, region="eu-central-1", retention_us=48 * HOUR)
    assert any(item.startswith("S3 storage") for item in elsewhere.missing)


# -- idle time ------------------------------------------------------------------------------------------------


def test_what_idles_is_the_part_of_the_slot_time_that_no_request_used():
    meters = replace(DAY, busy_us=48 * HOUR, capacity_us=4 * 48 * HOUR)
    found = billed(meters=meters)
    assert found.idle_share == 0.75
    assert found.idle_usd == Decimal("0.75") * lines(found)["instance"].usd
    saved = billed(meters=meters, savings=parse_savings("30%"))
    assert float(saved.idle_usd) == pytest.approx(0.7 * float(found.idle_usd))
    assert billed().idle_share is None
    over = billed(meters=replace(meters, busy_us=5 * 48 * HOUR))
    assert over.idle_share == 0 and over.idle_usd == 0


def test_of_provisioned_concurrency_what_is_kept_warm_idles():
    option = Option(name="serverless_provisioned", memory_mib=2048, max_concurrency=4, provisioned_concurrency=2)
    used = Meters(window_us=24 * HOUR, memory_mib=2048, provisioned_us=48 * HOUR, provisioned_busy_us=12 * HOUR)
    found = billed(option, used)
    assert found.idle_share == 0.75
    assert found.idle_usd == Decimal("0.75") * lines(found)["provisioned"].usd
    assert "kept warm" in " ".join(bill_remarks(found))


def test_serverless_on_demand_keeps_nothing_that_could_idle():
    found = billed(Option(name="serverless", memory_mib=2048), Meters(window_us=HOUR, memory_mib=2048, serverless_us=9))
    assert found.idle_share is None and found.idle_usd is None


def test_the_idle_share_of_a_run_is_what_its_utilisation_leaves(make):
    study = prepare(make(("traffic", {"kind": "poisson", "rate_per_s": 8.0, "duration": "2 h"})), FACTS)
    run = simulate(study, TWO)
    assert run.bill.idle_share == pytest.approx(1 - run.summary.utilisation, abs=1e-9)
    steady = estimate(TWO, study.workload, study.load, study.places, FACTS)
    assert steady.idle_share == pytest.approx(run.bill.idle_share, abs=0.02)


def test_a_shadow_idles_with_the_fleet_that_answers(make):
    study = prepare(make(("traffic", {"kind": "constant", "rate_per_s": 8.0, "duration": "2 h"})), FACTS)
    option = replace(TWO, name="shadow_variant", instances=3, fleets=(2, 1), shadow_share=1.0)
    alone, mirrored = simulate(study, TWO).bill, simulate(study, option).bill
    assert 1 - mirrored.idle_share == pytest.approx(2 * (1 - alone.idle_share) * 2 / 3, rel=0.01)


def test_a_job_idles_while_it_starts_where_its_start_is_billed(make):
    job = replace(TWO, name="batch_transform", job_every_s=1800, payload_mib=6)
    study = make(("needs.immediate_response", False))
    ready = load_facts("aws", {"billing.job_billed_from": {"value": "in_service"}})
    from_launch, from_ready = (simulate(prepare(study, facts), job).bill for facts in (FACTS, ready))
    assert 0 < from_ready.idle_share < from_launch.idle_share < 1


def test_several_endpoints_have_the_sum_of_what_each_uses():
    one = replace(DAY, busy_us=5, capacity_us=20, availability_us=7, s3_bytes=11, tokens_in=13, tokens_out=17)
    three = one.times(3)
    assert (three.busy_us, three.capacity_us, three.availability_us, three.s3_bytes) == (15, 60, 21, 33)
    assert (three.tokens_in, three.tokens_out, three.endpoints, three.window_us) == (39, 51, 3, DAY.window_us)


# -- availability ---------------------------------------------------------------------------------------------


def zoned(make, rate=0.5, **changes):
    traffic = {"kind": "poisson", "rate_per_s": rate, "duration": "2 h"}
    return prepare(make(("traffic", traffic), ("needs.availability", changes.get("availability", "zone"))), FACTS)


def test_the_instance_that_only_availability_asks_for_has_a_line_and_the_sum_is_unchanged(make):
    kept, single = zoned(make), zoned(make, availability="single")
    split, whole = simulate(kept, TWO).bill, simulate(single, TWO).bill
    assert "availability" not in lines(whole)
    assert lines(split)["availability"].quantity == lines(split)["instance"].quantity
    both = lines(split)["instance"].quantity + lines(split)["availability"].quantity
    assert both == lines(whole)["instance"].quantity
    assert split.total == whole.total
    assert "busiest hour" in lines(split)["availability"].note


def test_a_load_that_needs_both_instances_pays_nothing_for_availability(make):
    assert "availability" not in lines(simulate(zoned(make, rate=70.0), TWO).bill)


def test_instances_beyond_what_availability_asks_for_are_not_charged_to_it(make):
    five = replace(TWO, instances=5)
    found = lines(simulate(zoned(make), five).bill)
    assert float(found["instance"].quantity / found["availability"].quantity) == pytest.approx(4)


def test_each_variant_of_a_split_has_an_instance_for_availability(make):
    option = replace(TWO, name="production_variants", instances=4, fleets=(2, 2), weights=(0.9, 0.1))
    found = lines(simulate(zoned(make), option).bill)
    assert found["instance"].quantity == found["availability"].quantity


def test_of_a_shadow_only_the_fleet_that_answers_is_looked_at(make):
    option = replace(TWO, name="shadow_variant", instances=2, fleets=(1, 1), shadow_share=1.0)
    assert "availability" not in lines(simulate(zoned(make), option).bill)


def test_instances_that_the_fewest_copies_need_are_not_charged_to_availability(make):
    quiet = ("traffic", {"kind": "poisson", "rate_per_s": 0.1, "duration": "1 h"})
    place, found = "ml.m5.xlarge", {}
    for models in (2, 6):
        several = (("model.count", models), ("model.similar", True), ("needs.availability", "zone"), quiet)
        study = prepare(make(*several), FACTS)
        option = replace(TWO, name="inference_components", components=models, copies=1, concurrency_per_copy=1)
        fits = copies_per_instance(study.workload, option, study.places[place], FACTS)
        spare = for_availability(option, study.workload, study.load, study.places[place], FACTS)
        found[models <= fits] = spare
    assert found == {True: 1, False: 0}


# -- tokens ---------------------------------------------------------------------------------------------------

BY_TOKENS = {"base": "20 ms", "per_output_token": "2 ms", "input_tokens": 300, "output_tokens": 100}


def test_the_bill_by_tokens_is_the_whole_bill_over_the_tokens_of_what_was_answered(make):
    study = prepare(make(("service.time", BY_TOKENS)), FACTS)
    found = simulate(study, TWO).bill
    first, last = found.tokens_per_month
    assert first == pytest.approx(300 * found.good_per_month)
    assert last == pytest.approx(100 * found.good_per_month)
    assert float(found.per_1000_tokens["output"]) == pytest.approx(float(found.total) / last * 1000)
    assert float(found.per_1000_tokens["both"]) == pytest.approx(float(found.total) / (first + last) * 1000)
    steady = estimate(TWO, study.workload, study.load, study.places, FACTS)
    assert float(steady.per_1000_tokens["input"]) == pytest.approx(float(found.per_1000_tokens["input"]), rel=0.1)


def test_tokens_of_a_recording_are_counted_as_recorded(make, tmp_path):
    file = tmp_path / "calls.csv"
    rows = [f"{k},{100 + k % 3},{7}" for k in range(600)]
    file.write_text("arrival,input_tokens,output_tokens\n" + "\n".join(rows), encoding="utf-8")
    trace = {"kind": "trace", "columns": {"time": "arrival"}}
    workload = make(("service.time", BY_TOKENS), ("traffic", trace))
    found = simulate(prepare(workload, FACTS, trace=file), TWO).bill
    assert found.tokens_per_month[0] == pytest.approx(101 * found.good_per_month)
    assert found.tokens_per_month[1] == pytest.approx(7 * found.good_per_month)


def test_without_tokens_there_is_no_cost_of_them():
    assert billed().per_1000_tokens == {}


# -- words ----------------------------------------------------------------------------------------------------


def test_what_is_taken_off_reads_as_such_and_large_numbers_have_no_exponent():
    row = bill_rows(billed(savings=parse_savings("30%")))[-1]
    assert row[2].startswith("−$") and row[3].startswith("−$")
    big = Meters(window_us=24 * HOUR, memory_mib=2048, serverless_us=9 * 10**12)
    assert "e+" not in bill_rows(billed(Option(name="serverless", memory_mib=2048), big))[0][1]


def test_the_year_is_twelve_months_of_the_stated_length():
    found = billed(month_hours=720)
    assert found.per_year == 12 * found.total
    assert "720" in bill_remarks(found)[0]
    assert found.month_hours == 720


# -- every option ---------------------------------------------------------------------------------------------

STATED = {
    "list price": LIST_PRICE,
    "plan": Terms(savings=parse_savings("64%,serverless=64%,provisioned=64%")),
    "plan for all hours, free tier": Terms(savings=parse_savings("100%:all,serverless=100%"), free_tier=True),
    "free tier": Terms(free_tier=True),
    "releases": Terms(releases_per_month=30, release_hours=8, month_hours=672, retention_us=10**12),
}


@pytest.fixture(scope="module")
def options(make):
    """Every candidate of every option, with the study it is of: one model, and several that are alike."""
    several = (("model.count", 6), ("model.similar", True), ("model.popularity", "zipf:1.0"))
    quick = ("traffic", {"kind": "poisson", "rate_per_s": 4.0, "duration": "20 min"})
    studies = [prepare(make(quick, ("needs.availability", "zone"), *more), FACTS) for more in ((), several)]
    return [
        (study, option)
        for study in studies
        for option in candidates(study.workload, FACTS, study.load, lambda place: 5)
    ]


def test_every_option_that_runs_is_among_them(options):
    assert {option.name for _, option in options} == set(NAMES) - {"none"}


@pytest.mark.parametrize("stated", STATED)
def test_a_total_is_the_sum_of_its_lines_and_never_below_zero(options, stated):
    for study, option in options:
        found = estimate(option, study.workload, study.load, study.places, FACTS, STATED[stated])
        assert found.total == sum(line.usd for line in found.lines)
        assert found.total >= 0
        assert found.later >= found.total
        assert found.per_year >= 12 * found.total
        off = {line.meter for line in found.lines if line.usd < 0}
        assert off <= {"savings", "free_tier"}
        assert found.idle_usd is None or 0 <= found.idle_usd <= found.later


def test_plans_and_free_tier_never_raise_a_bill_and_releases_never_lower_it(options):
    for study, option in options:
        load, served = study.load, study.places
        plain = estimate(option, study.workload, load, served, FACTS)
        for stated in ("plan", "plan for all hours, free tier", "free tier"):
            assert estimate(option, study.workload, load, served, FACTS, STATED[stated]).total <= plain.total
        released = estimate(
            option, study.workload, load, served, FACTS, Terms(releases_per_month=30, retention_us=10**12)
        )
        assert released.total >= plain.total


@pytest.mark.parametrize("stated", STATED)
def test_more_traffic_is_never_cheaper(options, stated):
    for study, option in options:
        load = study.load
        grown = replace(
            load, requests=2 * load.requests, mean_rate_per_s=2 * load.mean_rate_per_s,
            busiest_hour_rate_per_s=2 * load.busiest_hour_rate_per_s, busiest_minute_rate_per_s=2 * load.busiest_minute_rate_per_s,
        )  # fmt: skip
        few, many = (
            estimate(option, study.workload, each, study.places, FACTS, STATED[stated]).total for each in (load, grown)
        )
        assert few <= many


def test_the_split_for_availability_changes_no_total(options):
    for study, option in options:
        meters = estimate_meters(option, study.workload, study.load, study.places, FACTS)
        whole = bill(replace(meters, availability_us=0), option, FACTS, "us-east-1")
        split = bill(meters, option, FACTS, "us-east-1")
        assert split.total == whole.total


@pytest.mark.parametrize("stated", [name for name in STATED if name != "list price"])
def test_the_floor_under_a_cost_stays_below_it_under_every_terms(options, stated):
    seen = set()
    for study, option in options:
        if (option.name, option.tracked, study.workload.model.count) in seen:
            continue
        seen.add((option.name, option.tracked, study.workload.model.count))
        own = study.under(STATED[stated])
        assert lowest_cost(own, option) <= float(simulate(own, option).bill.total) + 1e-9


def test_what_is_taken_off_counts_as_cost_of_capacity(options):
    """Candidates are left out by comparing a floor with it: a plan that only one side knew would leave out the wrong ones."""
    for study, option in options:
        found = estimate(option, study.workload, study.load, study.places, FACTS, STATED["plan"])
        traffic = sum(line.usd for line in found.lines if line.meter in {"data_processing", "s3", "sns", "storage"})
        assert capacity_cost(found) == pytest.approx(float(found.total - traffic))


def test_terms_travel_with_the_study_to_another_process(make):
    terms = STATED["releases"]
    study = prepare(make(), FACTS, terms=terms)
    there = study_of_recipe(recipe_of(study))
    assert there.terms == terms
    assert simulate(there, TWO).bill == simulate(study, TWO).bill
