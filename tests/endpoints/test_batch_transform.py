"""Batch transform: jobs from facts and option, candidates that end in time, what they cost, and how they read."""

from dataclasses import replace

import pytest

from advisor.billing import bill, estimate
from advisor.errors import InputError
from advisor.facts import load_facts
from advisor.jobs import call_limit_us, is_job, mini_batch, start_us
from advisor.meters import Meters
from advisor.options import NAMES, Option, describe
from advisor.places import places
from advisor.settings import Settings
from advisor.shortlist import candidates
from simulator.assumptions import assume
from simulator.codes import EventKind, Kind, Outcome
from simulator.configure import configure
from simulator.endpoints import serving_model
from simulator.model import NO_LIMIT
from simulator.play import simulate
from simulator.ranking import rank
from simulator.study import prepare

FACTS = load_facts()
HOUR = 3_600_000_000
DAY = 24 * HOUR
JOB = Option(name="batch_transform", instance_type="ml.m5.xlarge", instances=1, concurrency_per_instance=4, payload_mib=6, job_every_s=3600)  # fmt: skip
TRAFFIC = ("traffic", {"kind": "poisson", "rate_per_s": 2.0, "duration": "12 h"})
LATER = ("needs.immediate_response", False)
SMALL = ("request.payload", "4 KB")


def model_of(workload, option=JOB, horizon=DAY):
    return serving_model(workload, option, FACTS, assume(workload, option, FACTS), horizon, option.instances)


def place_of(workload):
    return places(workload, FACTS)["ml.m5.xlarge"]


@pytest.fixture(scope="module")
def study(make):
    return prepare(make(TRAFFIC, LATER, SMALL), FACTS)


def test_only_what_keeps_no_endpoint_is_a_job():
    assert [name for name in NAMES if name != "none" and is_job(name, FACTS)] == ["batch_transform"]


def test_the_model_takes_its_numbers_from_option_and_facts(make):
    workload = make(SMALL, ("service.slowdown", 0.25), ("caller.timeout", "5 s"))
    model = model_of(workload, replace(JOB, instances=3))
    assert (model.kind, model.initial, model.slots, model.slowdown_millionths) == (Kind.JOB, 3, 4, 250_000)
    assert (model.job.every_us, model.job.call_us) == (HOUR, FACTS.fact("job.call").us())
    assert model.invocation_limit_us == FACTS.fact("batch_transform.invocation_timeout_default").us()
    assert model.caller_timeout_us == NO_LIMIT, "nobody waits on a connection"
    assert model_of(workload, replace(JOB, job_every_s=0)).job.every_us == FACTS.fact("job.every").us()


@pytest.mark.parametrize(("settings", "time", "expected"), [
    (None, "100 ms", "batch_transform.invocation_timeout_default"), (None, "20 min", "batch_transform.invocation_timeout"),
    (Settings(job_timeout_s=77), "100 ms", 77_000_000),
])  # fmt: skip
def test_the_limit_of_a_call_is_stated_or_the_default_or_what_a_record_needs(make, settings, time, expected):
    workload = make(("service.time", time))
    found = call_limit_us(replace(JOB, settings=settings), FACTS, place_of(workload))
    assert found == (FACTS.fact(expected).us() if isinstance(expected, str) else expected)


def test_small_records_fill_a_mini_batch_and_large_ones_stand_alone(make):
    line = FACTS.fact("job.line").bytes()
    for size, megabytes, expected in ((4000, 1, 250), (4000, 2, 500), (line, 6, 60), (line + 1, 6, 1), (1, 0, None)):
        workload = make(("request.payload", f"{size} bytes"), ("service.time", "1 ms"))
        found = mini_batch(workload, replace(JOB, payload_mib=megabytes), FACTS, place_of(workload))
        default = FACTS.fact("batch_transform.payload_request_default").bytes()
        assert found == (expected if expected else min(default, found)) >= 1


def test_a_mini_batch_of_slow_records_stays_under_the_limit_of_its_call(make):
    workload = make(("request.payload", "100 bytes"), ("service.time", "1 s"), ("service.slowdown", 0.5))
    records = mini_batch(workload, JOB, FACTS, place_of(workload))
    work = records * 1_000_000 * (1 + 0.5 * 3)
    limit = call_limit_us(JOB, FACTS, place_of(workload))
    assert work <= FACTS.fact("job.call_share").number() * limit < work + 2_500_000


def test_every_record_gets_a_job_and_waits_for_its_start(study):
    played = simulate(study, JOB)
    rows = played.run.requests
    assert played.summary.unfinished == 0
    assert played.run.window_from_us == 0, "jobs have nothing to warm up"
    assert (rows.start_us >= (rows.arrival_us // HOUR + 1) * HOUR).all()
    starts = played.run.timeline.time_us[played.run.timeline.kind == EventKind.LAUNCH]
    assert starts.tolist() == [HOUR * k for k in range(1, 13)]


def test_an_hour_of_jobs_costs_what_its_start_and_work_cost(make):
    study = prepare(make(TRAFFIC, LATER, ("request.payload", "200 KB")), FACTS)
    played = simulate(study, JOB)
    assumed = played.assumed
    slots, jobs = JOB.concurrency_per_instance, 12
    one = (assumed.place.time.mean_us + assumed.call_us) * (1 + assumed.place.slowdown * (slots - 1))
    work = study.load.requests * one / slots
    expected = jobs * start_us(study.workload, JOB.instance_type, FACTS) + work
    assert played.run.meters.instance_us == pytest.approx(expected, rel=0.05)
    price = FACTS.instance_price("us-east-1", "batch_transform", JOB.instance_type)
    line = next(line for line in played.bill.lines if line.meter == "instance")
    month = FACTS.of("billing", "month_hours").number() * HOUR / study.horizon_us
    assert float(line.usd) == pytest.approx(played.run.meters.instance_us / HOUR * month * float(price.usd))
    assert (line.unit_price, line.confidence) == (price.usd, "inferred")


@pytest.mark.parametrize(("option", "billed_from"), [
    (JOB, "launch"), (JOB, "in_service"), (replace(JOB, instances=3), "launch"),
    (replace(JOB, job_every_s=10800, payload_mib=1), "launch"), (replace(JOB, job_every_s=10800, payload_mib=1), "in_service"),
])  # fmt: skip
def test_a_simulated_month_approaches_the_estimate(study, option, billed_from):
    facts = load_facts("aws", {"billing.job_billed_from": {"value": billed_from}})
    estimated = estimate(option, study.workload, study.load, study.places, facts)
    found = simulate(replace(study, facts=facts), option).bill
    assert float(found.total) == pytest.approx(float(estimated.total), rel=0.08)


def test_a_job_billed_from_its_start_on_the_instance_costs_less(study):
    facts = load_facts("aws", {"billing.job_billed_from": {"value": "in_service"}})
    assert simulate(replace(study, facts=facts), JOB).bill.total < simulate(study, JOB).bill.total


def test_a_bill_of_jobs_has_objects_and_no_volume_and_no_notification(study):
    found = simulate(study, JOB)
    lines = {line.meter: line for line in found.bill.lines}
    assert set(lines) == {"instance", "s3"}
    meters = Meters(window_us=HOUR, instance_type="ml.m5.xlarge", instance_us=HOUR)
    assert "volume" in {line.meter for line in bill(meters, replace(JOB, name="async"), FACTS, "us-east-1").lines}
    batches = model_of(study.workload).job.records
    puts = next(line for line in found.bill.lines if line.item == "S3 writes")
    month = FACTS.of("billing", "month_hours").number() * HOUR / study.horizon_us
    assert float(puts.quantity) * 1000 == pytest.approx(2 * -(-study.load.requests // batches) * month)


def test_jobs_with_less_records_than_a_mini_batch_have_an_object_each(make):
    seldom = prepare(
        make(("traffic", {"kind": "constant", "rate_per_s": "1/h", "duration": "10 d"}), LATER, SMALL), FACTS
    )
    found = simulate(seldom, JOB)
    month = FACTS.of("billing", "month_hours").number()
    reads = next(line for line in found.bill.lines if line.item == "S3 reads")
    assert float(reads.quantity) * 1000 == pytest.approx(month, rel=0.02), "a job and an object each hour"


def test_candidates_end_within_their_period(study):
    found = [o for o in candidates(study.workload, FACTS, study.load, lambda _: 1) if o.name == "batch_transform"]
    assert found
    assert {o.job_every_s for o in found} == {round(FACTS.fact("job.every").us() / 1e6)}
    for option in found:
        assert simulate(study, option).run.meters.max_copies == option.instances, "no two jobs at once"


def test_a_bound_brings_candidates_that_keep_it(make):
    workload = make(TRAFFIC, LATER, SMALL, ("needs.slo", ["failed:1%"]), ("needs.completion", "2 h"))
    one = prepare(workload, FACTS)
    found = [o for o in candidates(workload, FACTS, one.load, lambda _: 1) if o.name == "batch_transform"]
    often = [o for o in found if o.job_every_s == 3600]
    assert often
    assert any(one.promise.kept(simulate(one, option)) for option in often)
    assert not any(one.promise.kept(simulate(one, option)) for option in found if option.job_every_s > 7200)


def test_records_beyond_the_largest_mini_batch_are_refused(make):
    limit = FACTS.fact("batch_transform.payload_request").bytes_upper()
    workload = make(TRAFFIC, LATER, ("request.payload", {"p50": f"{limit // 2} bytes", "p99": f"{2 * limit} bytes"}))
    found = simulate(prepare(workload, FACTS), JOB)
    assert found.too_large > 0
    assert found.summary.failed["too_large"] == found.too_large


def test_calls_over_the_limit_time_out(make):
    workload = make(
        ("traffic", {"kind": "constant", "rate_per_s": "60/h", "duration": "3 h"}), LATER, ("service.time", "90 s")
    )
    option = replace(JOB, settings=Settings(job_timeout_s=80))
    played = simulate(prepare(workload, FACTS), option)
    assert played.run.count(Outcome.TIMED_OUT) == played.summary.arrivals
    assert simulate(prepare(workload, FACTS), JOB).run.count(Outcome.TIMED_OUT) == 0


def test_settings_of_a_job_are_read_and_checked(study):
    option, given = configure(study, "batch_transform", {
        "job_every": "6 h", "mini_batch": "20 MB", "instances": "2", "concurrency_per_instance": "5", "call": "1 s", "start": "10 min",
    })  # fmt: skip
    assert (option.job_every_s, option.payload_mib, option.instances) == (21_600, 20, 2)
    assert describe(option).replace("\xa0", " ") == "2 × ml.m5.xlarge, every 6 h"
    assumed = simulate(study, option, given=given).assumed
    assert (assumed.call_us, assumed.start.median_us) == (1_000_000, 600_000_000)
    for texts, words in (
        ({"job_every": "0 s"}, "job_every"), ({"mini_batch": "101 MB"}, "1 MB to 100 MB"),
        ({"mini_batch": "20 MB", "concurrency_per_instance": "6"}, "5 at most"), ({"job_every": "soon"}, "job_every"),
    ):  # fmt: skip
        with pytest.raises(InputError, match=words):
            configure(study, "batch_transform", texts)


def test_what_is_assumed_is_said(study):
    usual = assume(study.workload, replace(JOB, job_every_s=0), FACTS)
    assert "you decide it" in usual.notes[0]
    chosen = assume(study.workload, JOB, FACTS)
    assert not any("you decide it" in note for note in chosen.notes)
    assert f"{model_of(study.workload).job.records:,} in a call" in chosen.notes[0]
    assert {"start", "call", "overhead"} <= {row.key for row in chosen.rows}


def test_traffic_shorter_than_a_period_and_jobs_longer_than_one_are_said(make, study):
    assert "longer traffic.duration" in simulate(study, replace(JOB, job_every_s=86_400)).shortage
    assert simulate(study, JOB).shortage == ""
    busy = prepare(make(("traffic", {"kind": "constant", "rate_per_s": 60.0, "duration": "4 h"}), LATER, SMALL), FACTS)
    found = simulate(busy, JOB)
    assert "jobs run beside each other" in found.shortage
    assert found.run.meters.max_copies > 1
    assert found.summary.unfinished == 0


def test_the_bundled_scores_are_cheapest_in_a_nightly_job():
    ranking = rank("churn-scores", FACTS, replications=3)
    assert ranking.best.name == "batch_transform"
    assert ranking.best.meets
    assert ranking.stability == "holds"


def test_a_very_different_speed_is_said_in_times_not_in_a_factor():
    ranking = rank("churn-scores", FACTS, replications=3)
    other = next(entry for entry in ranking.ranked if entry.name == "serverless")
    assert "instead of" in other.reason
    assert "faster" not in other.reason
