"""Endpoint files: facts and option become a serving model; properties that hold for every option that can be played."""

from dataclasses import replace

import pytest

from advisor.billing import estimate
from advisor.facts import load_facts
from advisor.meters import estimate_meters
from advisor.options import Option
from simulator.assumptions import assume
from simulator.codes import EventKind, FromZero, Kind, Metric, Outcome, Routing
from simulator.endpoints import builders, serving_model
from simulator.model import NO_LIMIT, UNBOUNDED
from simulator.offered import in_progress, lowest_cost, offered_concurrency
from simulator.play import simulate
from simulator.study import prepare

FACTS = load_facts()
HOUR = 3_600_000_000
OPTIONS = {
    "real_time": Option(name="real_time", instance_type="ml.m5.xlarge", instances=2, concurrency_per_instance=4),
    "tracked": Option(name="real_time", instance_type="ml.m5.xlarge", instances=1, min_instances=1, max_instances=4, target_per_min=60.0, concurrency_per_instance=4),
    "serverless": Option(name="serverless", memory_mib=4096, max_concurrency=10, concurrency_per_instance=1),
    "provisioned": Option(name="serverless_provisioned", memory_mib=4096, max_concurrency=10, provisioned_concurrency=2, concurrency_per_instance=1),
    "async": Option(name="async", instance_type="ml.m5.xlarge", min_instances=0, max_instances=2, backlog_target=5.0, concurrency_per_instance=4),
    "batch": Option(name="batch_transform", instance_type="ml.m5.xlarge", instances=2, concurrency_per_instance=4, payload_mib=6, job_every_s=3600),
}  # fmt: skip


def model_of(workload, option, facts=FACTS, initial=1):
    return serving_model(workload, option, facts, assume(workload, option, facts), HOUR, initial)


def test_every_option_name_that_is_played_has_one_file():
    assert {option.name for option in OPTIONS.values()} <= set(builders())


def test_real_time_takes_its_limits_from_facts(make):
    model = model_of(make(("caller.timeout", "30 s"), ("service.slowdown", 0.25)), OPTIONS["tracked"])
    assert model.timeout_us == FACTS.fact("real_time.invocation_timeout").us()
    assert model.caller_timeout_us == 30_000_000
    assert (model.slots, model.slowdown_millionths, model.routing) == (4, 250_000, Routing.RANDOM)
    assert model.queue_limit == FACTS.fact("queue.per_copy").number()
    policy = model.policy
    assert (policy.metric, policy.target_thousandths) == (Metric.INVOCATIONS, 60_000)
    assert policy.out_points == FACTS.fact("autoscaling.scale_out_datapoints").number()
    assert policy.in_points == FACTS.fact("autoscaling.scale_in_datapoints").number()
    assert policy.in_percent == 100 * FACTS.fact("autoscaling.scale_in_threshold_fraction").number()
    assert policy.out_cooldown_us == FACTS.fact("autoscaling.cooldown_default_variant").us()
    assert model_of(make(), OPTIONS["real_time"]).policy.metric == Metric.NONE


def test_a_streamed_answer_has_the_longer_time_out(make):
    model = model_of(make(("request.streaming", True)), OPTIONS["real_time"])
    assert model.timeout_us == FACTS.fact("real_time.invocation_timeout_streaming").us()


@pytest.mark.parametrize("front", ["api_gateway", "lambda"])
def test_a_front_door_shortens_the_callers_patience(make, front):
    limit = FACTS.of("front_door", f"{front}_timeout").us()
    assert model_of(make(("caller.front", front)), OPTIONS["serverless"]).caller_timeout_us == limit
    assert model_of(make(("caller.front", front)), OPTIONS["async"]).caller_timeout_us == NO_LIMIT


def test_serverless_has_no_queue_and_a_start_up_limit(plain):
    model = model_of(plain, OPTIONS["serverless"])
    assert (model.kind, model.queue_limit, model.serverless.max_concurrency) == (Kind.SERVERLESS, 0, 10)
    assert model.serverless.startup_limit_us == FACTS.fact("serverless.startup_max").us()
    assert model.invocation_limit_us == FACTS.fact("serverless.invocation_timeout").us()


def test_async_has_a_central_queue_a_time_to_live_and_leaves_zero_by_a_step(plain):
    model = model_of(plain, OPTIONS["async"], initial=0)
    assert (model.routing, model.queue_limit, model.initial) == (Routing.CENTRAL, UNBOUNDED, 0)
    assert model.ttl_us == FACTS.fact("async.queue_ttl_default").us()
    assert model.invocation_limit_us == FACTS.fact("async.invocation_timeout").us()
    assert (model.policy.metric, model.policy.from_zero) == (Metric.BACKLOG, FromZero.STEP)
    assert model.policy.from_zero_points == FACTS.fact("autoscaling.from_zero_async_datapoints").number()


@pytest.mark.parametrize(
    ("value", "expected"), [("backlog_above_target", FromZero.ABOVE_TARGET), ("never", FromZero.NEVER)]
)
def test_without_a_step_policy_the_fact_decides(plain, value, expected):
    facts = load_facts("aws", {"autoscaling.async_from_zero_without_step_policy": {"value": value}})
    model = model_of(plain, replace(OPTIONS["async"], step_from_zero=False), facts, initial=0)
    assert model.policy.from_zero == expected


def test_the_study_card_changes_no_mechanism(plain):
    card = load_facts("study-card")
    assert card.fact("async.invocation_timeout").us() != FACTS.fact("async.invocation_timeout").us()
    for option in OPTIONS.values():
        assert simulate(prepare(plain, card), option).run.counts == simulate(prepare(plain, FACTS), option).run.counts


@pytest.fixture(scope="module")
def study(make):
    return prepare(
        make(
            ("traffic", {"kind": "poisson", "rate_per_s": 3.0, "duration": "6 h"}), ("needs.immediate_response", False)
        ),
        FACTS,
    )


@pytest.mark.parametrize("name", sorted(OPTIONS))
def test_requests_are_conserved_and_runs_repeat(study, name):
    one, two = simulate(study, OPTIONS[name]), simulate(study, OPTIONS[name])
    assert (
        sum(one.run.counts) == one.run.requests.arrival_us[one.run.requests.arrival_us >= one.run.window_from_us].size
    )
    assert one.run.counts == two.run.counts
    assert one.summary == two.summary
    assert one.bill == two.bill
    assert simulate(study, OPTIONS[name], replication=1).summary != one.summary


@pytest.mark.parametrize("name", sorted(OPTIONS))
def test_both_engines_give_the_same_answer(make, name):
    workload = make(("traffic", {"kind": "poisson", "rate_per_s": 5.0, "duration": "20 min"}))
    fast, slow = (simulate(prepare(workload, FACTS, engine=e), OPTIONS[name]) for e in ("fast", "reference"))
    assert fast.summary == slow.summary
    assert fast.bill == slow.bill
    assert fast.run.meters == slow.run.meters


@pytest.mark.parametrize("name", sorted(OPTIONS))
def test_times_of_a_request_are_in_order_and_no_cost_is_negative(study, name):
    rows = simulate(study, OPTIONS[name]).run.requests
    ok = rows.outcome == Outcome.OK
    assert (rows.arrival_us <= rows.start_us).all()
    assert (rows.start_us <= rows.finish_us).all()
    assert (rows.finish_us[ok] < rows.response_us[ok]).all()
    found = simulate(study, OPTIONS[name]).bill
    assert all(line.usd >= 0 for line in found.lines)
    assert lowest_cost(study, OPTIONS[name]) <= float(found.total)


def test_more_instances_never_wait_longer(make):
    workload = make(("traffic", {"kind": "poisson", "rate_per_s": 60.0, "duration": "30 min"}))
    study = prepare(workload, FACTS)
    routed = replace(OPTIONS["real_time"], routing="LEAST_OUTSTANDING")
    waits = [simulate(study, replace(routed, instances=n)).summary.wait_us[0.99] for n in (2, 3, 5)]
    assert waits == sorted(waits, reverse=True)
    assert waits[0] > waits[-1]


def test_a_longer_keep_alive_starts_cold_less_often(make):
    study = prepare(make(("traffic", {"kind": "poisson", "rate_per_s": "20/h", "duration": "14 d"})), FACTS)
    shares = [
        simulate(study, OPTIONS["serverless"], given={"keep_alive": t}).summary.cold_share
        for t in ("30 s", "5 min", "1 h")
    ]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 2 * shares[2]


@pytest.mark.parametrize("name", ["real_time", "serverless"])
def test_a_simulated_steady_workload_costs_what_mean_rates_estimate(study, name):
    simulated = simulate(study, OPTIONS[name]).bill
    estimated = estimate(OPTIONS[name], study.workload, study.load, study.places, FACTS)
    assert float(simulated.total) == pytest.approx(float(estimated.total), rel=0.03)


def test_bodies_above_the_limit_are_refused_and_counted(make):
    limit = FACTS.fact("serverless.payload_request").bytes_upper()
    workload = make(("request.payload", {"p50": f"{limit // 2} bytes", "p99": f"{2 * limit} bytes"}))
    found = simulate(prepare(workload, FACTS), OPTIONS["serverless"])
    assert found.too_large > 0
    assert found.summary.failed["too_large"] == found.too_large
    assert found.summary.failed_share >= found.too_large / found.summary.arrivals


def test_requests_in_progress_counts_those_that_started_and_have_not_finished(study):
    import numpy as np

    arrivals = np.array([0, 1, 2, 50])
    assert in_progress(arrivals, np.array([40, 41, 50, 60])).tolist() == [1, 2, 3, 1]
    limit = FACTS.fact("serverless.max_concurrency").number()
    assert 1 <= offered_concurrency(study, study.places["serverless:4096"]) <= limit


def test_a_cancelled_study_stops(study):
    import threading

    from advisor.errors import Cancelled

    flag = threading.Event()
    stopped = prepare(study.workload, FACTS, cancel=flag)
    flag.set()
    with pytest.raises(Cancelled):
        simulate(stopped, OPTIONS["real_time"])


def test_a_given_start_keeps_its_spread_and_is_marked_measured(plain):
    option = OPTIONS["serverless"]
    assumed = assume(plain, option, FACTS)
    given = assume(plain, option, FACTS, given={"cold_start": "6 s", "keep_alive": "640 s"})
    assert given.cold_start.median_us == 6_000_000
    assert given.cold_start.sigma == assumed.cold_start.sigma > 0
    assert (given.keep_alive.median_us, given.keep_alive.sigma) == (640_000_000, 0)
    assert {row.key for row in given.rows if row.confidence == "measured"} == {"cold_start", "keep_alive"}


@pytest.mark.parametrize("name", sorted(OPTIONS))
def test_assumptions_stand_in_their_range_and_move_with_their_level(plain, name):
    option = OPTIONS[name]
    for row in assume(plain, option, FACTS).rows:
        assert row.low <= row.used == row.mid <= row.high
        assert row.confidence in {"documented", "reported", "inferred", "assumed"} and row.fact
        low, high = (
            next(r for r in assume(plain, option, FACTS, levels={row.key: level}).rows if r.key == row.key)
            for level in ("low", "high")
        )
        if row.key != "action_delay":
            assert (low.used, high.used) == (row.low, row.high)


def test_a_queue_without_a_documented_bound_says_so(plain):
    assert "no bound" in assume(plain, OPTIONS["async"], FACTS).notes[0]
    assert assume(plain, OPTIONS["real_time"], FACTS).notes == ()


def test_provisioned_concurrency_takes_the_first_requests_and_bills_both_ways(make):
    steady = make(("traffic", {"kind": "poisson", "rate_per_s": 8.0, "duration": "2 h"}))
    study = prepare(steady, FACTS)
    plain = simulate(study, OPTIONS["serverless"])
    warm = simulate(study, OPTIONS["provisioned"])
    meters = warm.run.meters
    assert meters.provisioned_busy_us > 0
    assert 0 < meters.spilled < meters.arrivals
    assert warm.summary.cold_share <= plain.summary.cold_share
    lines = {line.meter: line for line in warm.bill.lines}
    window, month = meters.window_us, FACTS.of("billing", "month_hours").number() * 3600
    assert float(lines["provisioned"].quantity) == pytest.approx(2 * month)
    assert float(lines["provisioned_busy"].quantity) == pytest.approx(
        meters.provisioned_busy_us / window * month, rel=1e-6
    )
    assert float(lines["serverless"].quantity) == pytest.approx(meters.serverless_busy_us / window * month, rel=1e-6)
    prices = {
        "provisioned": FACTS.memory_price("us-east-1", "serverless_provisioned", "usage", 4096),
        "provisioned_busy": FACTS.memory_price("us-east-1", "serverless_provisioned", "duration", 4096),
    }
    assert all(lines[name].unit_price == price.usd for name, price in prices.items())


SCALED = replace(OPTIONS["provisioned"], min_provisioned=1, max_provisioned=8, provisioned_target=0.6)


def test_environments_kept_warm_track_their_utilisation_with_aws_windows_and_cooldown(make):
    model = model_of(make(), SCALED, initial=3)
    assert (model.serverless.provisioned, model.minimum, model.maximum) == (3, 1, 8)
    policy = model.policy
    assert (policy.metric, policy.target_thousandths) == (Metric.PROVISIONED_UTILISATION, 600)
    assert policy.period_us == FACTS.fact("autoscaling.scale_out_period").us()
    assert policy.in_points == FACTS.fact("autoscaling.scale_in_datapoints").number()
    cooldown = FACTS.fact("autoscaling.cooldown_default_provisioned").us()
    assert policy.out_cooldown_us == policy.in_cooldown_us == cooldown


def test_the_start_of_environments_kept_warm_is_a_visible_assumption(make):
    rows = {row.key: row for row in assume(make(), SCALED, FACTS).rows}
    fact = FACTS.fact("serverless.provisioned_start")
    assert rows["start"].confidence == fact.confidence == "assumed"
    assert rows["start"].low < rows["start"].mid < rows["start"].high
    assert "action_delay" in rows
    assert not {"start", "action_delay"} & {row.key for row in assume(make(), OPTIONS["provisioned"], FACTS).rows}
    assert assume(make(), replace(SCALED, min_provisioned=0), FACTS).notes != assume(make(), SCALED, FACTS).notes


def test_a_bill_charges_the_environments_that_a_policy_kept_warm(make):
    rush = make(
        ("traffic", {"kind": "phases", "phases": [{"rate_per_s": 2.0, "duration": "1 h"}, {"rate_per_s": 20.0, "duration": "1 h"}]}),
    )  # fmt: skip
    found = simulate(prepare(rush, FACTS), SCALED)
    meters, window = found.run.meters, found.run.meters.window_us
    assert EventKind.SCALE_OUT in found.run.timeline.kind
    assert 1 * window < meters.provisioned_us < 8 * window
    lines = {line.meter: line for line in found.bill.lines}
    month = FACTS.of("billing", "month_hours").number() * 3600
    assert float(lines["provisioned"].quantity) == pytest.approx(meters.provisioned_us / window * month)
    assert lines["alarm"].quantity == 2


def test_a_warm_start_keeps_what_the_first_hour_needs(make):
    steady = make(("traffic", {"kind": "phases", "phases": [{"rate_per_s": 20.0, "duration": "2 h"}]}))
    warm, empty = (simulate(prepare(steady, FACTS, start=start), SCALED) for start in ("warm", "empty"))
    first = [
        int((found.run.timeline.time_us[found.run.timeline.kind == EventKind.READY] == 0).sum())
        for found in (warm, empty)
    ]
    place = warm.assumed.place
    needed = 20 * place.time.mean_us / warm.assumed.speed / 1e6 / 0.6
    assert first[0] == pytest.approx(needed, abs=1.5)
    assert first[1] == 1


def test_an_estimate_of_scaled_environments_stays_within_their_bounds(make):
    study = prepare(make(("traffic", {"kind": "poisson", "rate_per_s": 0.001, "duration": "24 h"})), FACTS)
    low = estimate_meters(SCALED, study.workload, study.load, study.places, FACTS)
    assert low.provisioned_us == low.window_us
    fixed = replace(SCALED, provisioned_target=0.0, provisioned_concurrency=8)
    most = estimate_meters(fixed, study.workload, study.load, study.places, FACTS)
    assert lowest_cost(study, SCALED) < lowest_cost(study, fixed)
    assert most.provisioned_us == 8 * low.provisioned_us


def test_enough_kept_warm_means_no_cold_start(make):
    study = prepare(make(), FACTS)
    option = replace(OPTIONS["provisioned"], provisioned_concurrency=200, max_concurrency=200)
    found = simulate(study, option)
    assert found.summary.cold_share == 0
    assert found.run.meters.spilled == 0
    assert not any(line.meter == "serverless" for line in found.bill.lines)


@pytest.mark.parametrize(("rate", "missing"), [(3.9, False), (4.1, True)])
def test_a_load_above_capacity_is_said_with_what_is_missing(make, rate, missing):
    """Two slots of half a second each: four requests a second and no more."""
    steady = make(
        ("traffic", {"kind": "constant", "rate_per_s": rate, "duration": "2 h"}),
        ("service.time", "500 ms"),
        ("service.slots", 1),
    )
    study = prepare(steady, FACTS)
    found = simulate(study, replace(OPTIONS["real_time"], concurrency_per_instance=1))
    assert bool(found.shortage) is missing
    if missing:
        assert "needs 3 instances and there are 2 at most" in found.shortage
        assert "1 more is missing" in found.shortage
        assert found.shortage in found.notes
        assert found.summary.failed
