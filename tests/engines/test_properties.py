"""What holds for every run: conservation, determinism, meters that fit the timeline, and the two forms of output."""

import threading
from dataclasses import asdict, replace

import numpy as np
import pytest

from advisor.errors import Cancelled, InputError
from simulator.codes import EventKind, FromZero, Kind, Metric, Outcome, Routing
from simulator.engines import run
from simulator.model import NO_LIMIT, UNBOUNDED, Job, Serverless, ServingModel, TargetTracking, checked
from simulator.run import FixedDemand, FixedSupply

SECOND = 1_000_000
TRACKING = TargetTracking(Metric.INVOCATIONS, 60_000, 10 * SECOND, 3, 6, 90, 20 * SECOND, 20 * SECOND)
COPIES = ServingModel(
    horizon_us=600 * SECOND, queue_limit=5, slots=2, timeout_us=3 * SECOND, initial=2, minimum=1, maximum=6,
    policy=TRACKING, slowdown_millionths=100_000,
)  # fmt: skip
MODELS = {
    "least outstanding": COPIES,
    "random": COPIES._replace(routing=Routing.RANDOM, slowdown_millionths=0),
    "async from zero": COPIES._replace(
        routing=Routing.CENTRAL, queue_limit=UNBOUNDED, ttl_us=60 * SECOND, initial=0, minimum=0,
        policy=TRACKING._replace(metric=Metric.BACKLOG, target_thousandths=3_000, from_zero=FromZero.STEP),
    ),
    "on demand": COPIES._replace(
        routing=Routing.CENTRAL, initial=0, minimum=0, maximum=1, on_demand=1, policy=TargetTracking()
    ),
    "serverless": ServingModel(
        horizon_us=600 * SECOND, queue_limit=0, kind=Kind.SERVERLESS, invocation_limit_us=2 * SECOND,
        serverless=Serverless(6, 3 * SECOND),
    ),
    "serverless, provisioned": ServingModel(
        horizon_us=600 * SECOND, queue_limit=0, kind=Kind.SERVERLESS, invocation_limit_us=2 * SECOND,
        serverless=Serverless(6, 3 * SECOND, 3),
    ),
    "one fifo copy": ServingModel(horizon_us=600 * SECOND, queue_limit=UNBOUNDED, slots=6),
    "batch jobs": ServingModel(
        horizon_us=600 * SECOND, queue_limit=0, kind=Kind.JOB, slots=2, slowdown_millionths=100_000, initial=4, maximum=4,
        invocation_limit_us=2 * SECOND, job=Job(60 * SECOND, 1, 10_000),
    ),
}  # fmt: skip
SUPPLY = FixedSupply((30 * SECOND, 45 * SECOND), (5 * SECOND, 9 * SECOND), (SECOND, 4 * SECOND), (8 * SECOND, SECOND))


def demand(seed=1, rows=3000):
    draw = np.random.default_rng(seed)
    rate = np.where(np.arange(rows) // 500 % 2, 2.0, 12.0)
    gaps = np.rint(draw.standard_exponential(rows) / rate * SECOND).astype(np.int64)
    service = 1 + np.rint(draw.standard_exponential(rows) * 0.6 * SECOND).astype(np.int64)
    return FixedDemand.of(np.cumsum(gaps), service, draw.integers(0, 2**32, rows))


@pytest.fixture(params=MODELS)
def model(request):
    return MODELS[request.param]


def test_every_request_up_to_the_horizon_ends_in_exactly_one_way(model):
    offered = demand()
    result = run(model, offered, SUPPLY)
    arrived = int((offered.columns.arrival_us <= model.horizon_us).sum())
    assert sum(result.counts) == arrived == len(result.requests.arrival_us) == result.meters.arrivals
    assert np.array_equal(result.requests.arrival_us, offered.columns.arrival_us[:arrived])
    assert sorted(result.requests.order.tolist()) == list(range(arrived))
    assert result.count(Outcome.OK) > arrived / 4


def test_time_points_of_a_request_are_in_order(model):
    requests = run(model, demand(), SUPPLY).requests
    assert np.all(requests.arrival_us <= requests.start_us)
    assert np.all(requests.start_us <= requests.finish_us)
    ok = requests.outcome == Outcome.OK
    assert np.all(requests.response_us[ok] == requests.finish_us[ok] + model.overhead_us)
    late = requests.outcome == Outcome.TIMED_OUT
    limit = np.minimum(requests.arrival_us + model.timeout_us, requests.start_us + model.invocation_limit_us)
    assert np.all(requests.response_us[late] == limit[late])
    assert np.all(requests.finish_us[late] >= limit[late])


def test_the_same_inputs_give_the_same_run_whatever_is_kept(model):
    first, again = run(model, demand(), SUPPLY), run(model, demand(), SUPPLY)
    for column in vars(first.requests):
        assert np.array_equal(getattr(first.requests, column), getattr(again.requests, column))
    streamed = run(model, demand(), SUPPLY, requests=False, timeline=False)
    assert streamed.requests is None
    assert len(streamed.timeline.time_us) == 0
    assert streamed.counts == first.counts
    assert streamed.cold_requests == first.cold_requests
    assert asdict(streamed.meters) == asdict(first.meters)
    assert streamed.latency.mean_us == first.latency.mean_us
    for share in (0.5, 0.95, 0.99):
        assert streamed.latency.quantile(share) == pytest.approx(first.latency.quantile(share), rel=0.004)
        assert streamed.wait.quantile(share) == pytest.approx(first.wait.quantile(share), rel=0.004, abs=1)


@pytest.mark.parametrize("window_from", [0, 100 * SECOND])
def test_meters_follow_from_timeline_and_records(model, window_from):
    result = run(model, demand(), SUPPLY, window_from_us=window_from)
    requests, timeline, meters = result.requests, result.timeline, result.meters

    def within(first, last):
        return int(np.maximum(0, np.array(last) - np.maximum(first, window_from)).sum())

    assert meters.window_us == result.end_us - window_from
    assert meters.busy_us == within(requests.start_us, requests.finish_us)
    launched, ready, gone = {}, {}, []
    for time, kind, position in zip(timeline.time_us, timeline.kind, timeline.position, strict=True):
        if kind == EventKind.LAUNCH:
            launched[position] = time
        elif kind == EventKind.READY:
            ready[position] = time
        elif kind == EventKind.GONE:
            gone.append((launched.pop(position), ready.pop(position), time))
    lives = gone + [(time, ready.get(position, result.end_us), result.end_us) for position, time in launched.items()]
    assert meters.instance_us == sum(within(first, last) for first, _, last in lives)
    assert meters.instance_us_from_ready == sum(within(first, last) for _, first, last in lives)
    assert meters.busy_us <= max(
        meters.instance_us * model.slots, meters.serverless_busy_us + meters.provisioned_busy_us
    )


def test_a_request_before_the_window_is_in_no_count(model):
    start = 100 * SECOND
    whole, cut = run(model, demand(), SUPPLY), run(model, demand(), SUPPLY, window_from_us=start)
    assert sum(cut.counts) == int((whole.requests.arrival_us >= start).sum())
    assert np.array_equal(cut.requests.response_us, whole.requests.response_us)


@pytest.mark.parametrize("engine", ["fast", "reference"])
def test_a_raised_flag_stops_the_run(engine):
    flag = threading.Event()
    flag.set()
    with pytest.raises(Cancelled):
        run(MODELS["random"], demand(rows=40_000), SUPPLY, engine=engine, cancel=flag)


def test_progress_counts_the_requests_that_arrived():
    seen = []
    offered = demand(rows=20_000)
    run(MODELS["serverless"], replace(offered, natural=5_000), SUPPLY, progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == int((offered.columns.arrival_us <= 600 * SECOND).sum())


def test_the_queue_bound_must_be_stated():
    with pytest.raises(TypeError, match="queue_limit"):
        ServingModel(horizon_us=1)


def test_an_impossible_model_is_refused_with_every_problem():
    with pytest.raises(InputError) as caught:
        checked(ServingModel(0, -1, slots=0, policy=TargetTracking(period_us=0)))
    assert [p.path for p in caught.value.problems] == ["horizon_us", "queue_limit", "slots", "policy.period_us"]


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("minimum", {"minimum": 5, "maximum": 4, "initial": 4}),
        ("initial", {"initial": 7, "maximum": 6}),
        ("ttl_us", {"ttl_us": 5}),
        ("on_demand", {"on_demand": 1}),
        ("slots", {"slots": 4096, "maximum": 4096}),
        ("policy.from_zero", {"policy": TRACKING._replace(from_zero=FromZero.STEP)}),
        ("policy.period_us", {"policy": TRACKING._replace(period_us=1)}),
        ("policy.target_thousandths", {"policy": TRACKING._replace(metric=Metric.CONCURRENCY, target_thousandths=2**40)}),
    ],
)  # fmt: skip
def test_parts_that_do_not_go_together_are_refused(field, changed):
    with pytest.raises(InputError) as caught:
        checked(COPIES._replace(**changed))
    assert field in [problem.path for problem in caught.value.problems]


@pytest.mark.parametrize("rows", [([-1], [1]), ([0], [0]), ([0], [2**36])])
def test_an_impossible_row_is_refused(rows):
    with pytest.raises(InputError, match="arrivals must ascend"):
        run(COPIES, FixedDemand.of(*rows), SUPPLY)


def test_a_demand_without_rows_yields_an_idle_fleet_to_the_horizon():
    result = run(COPIES._replace(policy=TargetTracking()), FixedDemand.of([], []), SUPPLY)
    assert sum(result.counts) == 0
    assert result.meters.instance_us == 2 * COPIES.horizon_us
    assert np.isnan(result.latency.quantile(0.5))


def test_a_limit_that_does_not_exist_never_passes():
    model = ServingModel(horizon_us=2**50, queue_limit=UNBOUNDED, timeout_us=NO_LIMIT, to_horizon=0)
    result = run(model, FixedDemand.of([0, 0], [2**35, 2**35]), SUPPLY)
    assert result.count(Outcome.OK) == 2
    assert result.end_us == 2**36
