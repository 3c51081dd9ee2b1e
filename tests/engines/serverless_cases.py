"""Serverless models, demands and supplies for the tests of scaling and of callers, and how both engines are compared."""

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from simulator.codes import Kind, Metric, PolicyKind
from simulator.engines import run
from simulator.model import NO_LIMIT, Policy, Schedule, Serverless, ServingModel, Step, TargetTracking
from simulator.run import FixedDemand, FixedSupply
from tests.engines.test_equality import same

SETTINGS = settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.too_slow], derandomize=True)

few = st.integers(1, 9)
limits = st.one_of(st.just(NO_LIMIT), st.integers(1, 20))
windows = st.one_of(st.just(0), st.integers(1, 60))


@st.composite
def demands(draw):
    rows = draw(st.integers(0, 60))
    gaps = draw(st.lists(st.integers(0, draw(st.integers(1, 9))), min_size=rows, max_size=rows))
    work = draw(st.lists(few, min_size=rows, max_size=rows))
    think = draw(st.lists(few, min_size=rows, max_size=rows))
    return np.cumsum(np.array(gaps, np.int64)), np.array(work, np.int64), np.array(think, np.int64)


@st.composite
def supplies(draw):
    tape = st.lists(few, min_size=1, max_size=7).map(tuple)
    jitter = draw(st.lists(st.integers(1, 1_000_000), min_size=1, max_size=7).map(tuple))
    start, delay, cold, keep, first = (draw(tape) for _ in range(5))
    return FixedSupply(start, delay, cold, keep, first_us=first, jitter=jitter)


@st.composite
def policies(draw):
    """One policy, or several with steps."""
    numbers = {
        "target_thousandths": st.integers(100, 1200), "period_us": few, "out_points": st.integers(1, 3),
        "in_points": st.integers(1, 4), "in_percent": st.sampled_from([90, 50]),
        "out_cooldown_us": st.integers(0, 20), "in_cooldown_us": st.integers(0, 20),
    }  # fmt: skip
    found, steps = [], []
    for number in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from([PolicyKind.TARGET, PolicyKind.TARGET, PolicyKind.STEP_OUT, PolicyKind.STEP_IN]))
        drawn = {name: draw(values) for name, values in numbers.items()}
        found.append(Policy(kind=kind, metric=Metric.PROVISIONED_UTILISATION, **drawn))
        if kind != PolicyKind.TARGET:
            distances = sorted(draw(st.lists(st.integers(0, 600), min_size=1, max_size=3)))
            steps += [Step(number, d, draw(st.integers(0, 60)), draw(st.integers(0, 2))) for d in distances]
    return tuple(found), tuple(steps)


@st.composite
def schedules(draw, most):
    found = []
    for time in sorted(draw(st.lists(st.integers(0, 60), max_size=4))):
        low, high = sorted((draw(st.integers(0, most)), draw(st.integers(0, most))))
        found.append(Schedule(time, low, high))
    return tuple(found)


@st.composite
def scaled_models(draw):
    most = draw(st.integers(1, 6))
    maximum = draw(st.integers(0, most))
    minimum = draw(st.integers(0, maximum))
    provisioned = draw(st.integers(minimum, maximum))
    (found, steps) = draw(st.one_of(st.just(((), ())), policies(), policies()))
    single = len(found) == 1 and not steps and draw(st.booleans())
    tracked = TargetTracking(*found[0][2:]) if single else TargetTracking()
    return ServingModel(
        horizon_us=draw(st.integers(1, 300)), queue_limit=0, kind=Kind.SERVERLESS,
        to_horizon=draw(st.integers(0, 1)), timeout_us=draw(limits), invocation_limit_us=draw(limits),
        caller_timeout_us=draw(limits), overhead_us=draw(st.integers(0, 5)), minimum=minimum, maximum=maximum,
        policy=tracked, policies=() if single else found, steps=steps,
        schedules=draw(schedules(most)),
        serverless=Serverless(most, draw(st.sampled_from([NO_LIMIT, 3, 6])), provisioned),
    )  # fmt: skip


def compare(model, rows, supply, window) -> None:
    arrival, work, think = rows
    whole = FixedDemand.of(arrival, work, think_us=think)
    expected = run(model, whole, supply, engine="reference", window_from_us=window)
    for size in (1, 7, 13, 65_536):
        chunked = FixedDemand.of(arrival, work, think_us=think, natural=size)
        same(run(model, chunked, supply, window_from_us=window), expected)
    streamed = run(model, whole, supply, engine="reference", window_from_us=window, requests=False)
    same(run(model, whole, supply, window_from_us=window, requests=False), streamed)
