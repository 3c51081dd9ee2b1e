"""The two engines agree bit for bit: tie-heavy models with times of a few microseconds, in chunks of any size."""

from dataclasses import asdict

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.codes import FromZero, Kind, Metric, Routing
from simulator.engines import fast, reference, run
from simulator.model import NO_LIMIT, UNBOUNDED, Serverless, ServingModel, TargetTracking, checked
from simulator.run import FixedDemand, FixedSupply, Run

SETTINGS = settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.too_slow], derandomize=True)

few = st.integers(1, 9)
limits = st.one_of(st.just(NO_LIMIT), st.integers(1, 20))
windows = st.one_of(st.just(0), st.integers(1, 60))


@st.composite
def demands(draw):
    rows = draw(st.integers(0, 60))
    gaps = draw(st.lists(st.integers(0, draw(st.integers(1, 9))), min_size=rows, max_size=rows))
    work = draw(st.lists(few, min_size=rows, max_size=rows))
    route = draw(st.lists(st.integers(0, 2**32 - 1), min_size=rows, max_size=rows))
    return np.cumsum(np.array(gaps, np.int64)), np.array(work, np.int64), np.array(route, np.int64)


@st.composite
def supplies(draw):
    tape = st.lists(few, min_size=1, max_size=7).map(tuple)
    return FixedSupply(*(draw(tape) for _ in range(4)))


@st.composite
def policies(draw, routing):
    metric = draw(st.sampled_from([Metric.NONE, Metric.INVOCATIONS, Metric.CONCURRENCY, Metric.BACKLOG]))
    from_zero = FromZero.NEVER
    if routing == Routing.CENTRAL and metric != Metric.NONE:
        above = [FromZero.ABOVE_TARGET] if metric == Metric.BACKLOG else []
        from_zero = draw(st.sampled_from([FromZero.NEVER, FromZero.STEP, *above]))
    return TargetTracking(
        metric, draw(st.integers(200, 4000)), draw(few), draw(st.integers(1, 3)), draw(st.integers(1, 4)),
        draw(st.sampled_from([90, 50])), draw(st.integers(0, 20)), draw(st.integers(0, 20)), from_zero,
        draw(st.integers(1, 3)), draw(st.integers(1, 3)),
    )  # fmt: skip


@st.composite
def copies_models(draw):
    routing = draw(st.sampled_from([Routing.RANDOM, Routing.LEAST_OUTSTANDING, Routing.CENTRAL]))
    on_demand = routing == Routing.CENTRAL and draw(st.booleans())
    maximum = 1 if on_demand else draw(st.integers(0, 5))
    minimum = draw(st.integers(0, maximum))
    return ServingModel(
        horizon_us=draw(st.integers(1, 300)),
        queue_limit=draw(st.sampled_from([0, 1, 2, 5, UNBOUNDED])),
        to_horizon=draw(st.integers(0, 1)),
        slots=draw(st.integers(1, 4)),
        slowdown_millionths=draw(st.sampled_from([0, 50_000, 333_333, 1_000_000])),
        routing=routing,
        timeout_us=draw(limits),
        invocation_limit_us=draw(limits),
        caller_timeout_us=draw(limits),
        ttl_us=draw(limits) if routing == Routing.CENTRAL else NO_LIMIT,
        overhead_us=draw(st.integers(0, 5)),
        initial=draw(st.integers(minimum, maximum)),
        minimum=minimum,
        maximum=maximum,
        on_demand=int(on_demand),
        policy=TargetTracking() if on_demand else draw(policies(routing)),
    )


@st.composite
def serverless_models(draw):
    most = draw(st.integers(1, 5))
    return ServingModel(
        horizon_us=draw(st.integers(1, 300)), queue_limit=0, kind=Kind.SERVERLESS,
        to_horizon=draw(st.integers(0, 1)), timeout_us=draw(limits), invocation_limit_us=draw(limits),
        caller_timeout_us=draw(limits), overhead_us=draw(st.integers(0, 5)),
        serverless=Serverless(most, draw(st.sampled_from([NO_LIMIT, 3, 6])), draw(st.sampled_from([0, 0, *range(most + 1)]))),
    )  # fmt: skip


def same(one: Run, other: Run) -> None:
    for name, column in vars(one.timeline).items():
        np.testing.assert_array_equal(column, getattr(other.timeline, name), err_msg=f"timeline {name}")
    assert one.end_us == other.end_us
    assert one.counts == other.counts
    assert one.cold_requests == other.cold_requests
    assert asdict(one.meters) == asdict(other.meters)
    if one.requests is not None:
        for name, column in vars(one.requests).items():
            np.testing.assert_array_equal(column, getattr(other.requests, name), err_msg=name)
    else:
        for mine, theirs in ((one.latency, other.latency), (one.wait, other.wait)):
            assert mine.total_us == theirs.total_us
            np.testing.assert_array_equal(mine.buckets, theirs.buckets)


def compare(model, demand, supply, window) -> None:
    whole = FixedDemand.of(*demand)
    expected = run(model, whole, supply, engine="reference", window_from_us=window)
    for rows in (1, 7, 13, 65_536):
        chunked = FixedDemand.of(*demand, natural=rows)
        same(run(model, chunked, supply, window_from_us=window), expected)
    streamed = run(model, whole, supply, engine="reference", window_from_us=window, requests=False)
    same(run(model, whole, supply, window_from_us=window, requests=False), streamed)


@SETTINGS
@given(copies_models(), demands(), supplies(), windows)
def test_copies_agree(model, demand, supply, window):
    compare(model, demand, supply, window)


@SETTINGS
@given(serverless_models(), demands(), supplies(), windows)
def test_serverless_agrees(model, demand, supply, window):
    compare(model, demand, supply, window)


@SETTINGS
@given(
    st.integers(1, 4), st.sampled_from([Routing.RANDOM, Routing.LEAST_OUTSTANDING]), demands(), windows,
    st.integers(1, 200), st.integers(0, 1), limits,
)  # fmt: skip
def test_the_short_cut_for_one_fifo_copy_equals_the_event_loop(
    slots, routing, demand, window, horizon, to_horizon, limit
):
    model = ServingModel(
        horizon_us=horizon, queue_limit=UNBOUNDED, slots=slots, routing=routing, to_horizon=to_horizon,
        timeout_us=limit, overhead_us=2,
    )  # fmt: skip
    compare(model, demand, FixedSupply(), window)
    plain = checked(model)
    kwargs = {"requests": True, "window_from_us": window, "timeline": True, "cancel": None, "progress": None}
    chunked = FixedDemand.of(*demand, natural=7)
    same(
        fast.play(plain, chunked, FixedSupply(), **kwargs, fifo=False),
        fast.play(plain, chunked, FixedSupply(), **kwargs),
    )
    same(fast.play(plain, chunked, FixedSupply(), **kwargs), reference.play(plain, chunked, FixedSupply(), **kwargs))
