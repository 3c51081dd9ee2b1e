"""Both engines on a real trace: the endpoints it is played on, and in how much two runs differ."""

from pathlib import Path
from typing import Final

import numpy as np

from simulator.codes import FaultKind, FromZero, Kind, Metric, Placement, PolicyKind, Routing, Split, StepUnit
from simulator.model import (
    NO_LIMIT,
    Cache,
    Caller,
    Fault,
    Hosts,
    Job,
    Policy,
    Schedule,
    Serverless,
    ServingModel,
    Step,
    TargetTracking,
    Variant,
)
from simulator.run import FixedDemand, FixedSupply, Run

__all__ = ["TRACE_SUPPLY", "differences", "trace_demand", "trace_models"]

_SEED: Final = 1995
_SECOND: Final = 1_000_000
_HOUR: Final = 3600 * _SECOND
_MODELS: Final = 12
"""Models that the requests of the trace ask for, the low numbers more often."""


def trace_demand(path: Path, until_s: int | None = None, natural: int = 65_536) -> FixedDemand:
    """Requests of a trace of counts per bin (columns bin_start_s, requests), spread evenly at random in each bin.

    Service is lognormal, median 1 s and p99 4.6 s; each request asks for one of twelve models and has a pause for the
    closed caller who takes it, 8 s on average. Arguments: `until_s` stops at that second; `natural` rows make a chunk.
    """
    bins = np.loadtxt(path, delimiter=",", skiprows=1, dtype=np.int64)
    width = int(bins[1, 0] - bins[0, 0])
    if until_s is not None:
        bins = bins[bins[:, 0] < until_s]
    draw = np.random.default_rng(_SEED)
    starts = np.repeat(bins[:, 0], bins[:, 1]) * _SECOND
    rows = len(starts)
    arrival = np.sort(starts + draw.integers(0, width * _SECOND, rows))
    service = 1 + np.rint(_SECOND * np.exp(0.656 * draw.standard_normal(rows))).astype(np.int64)
    route = draw.integers(0, 2**32, rows)
    model = (_MODELS * draw.random(rows) ** 2).astype(np.int64)
    think = 1 + np.rint(8 * _SECOND * draw.standard_exponential(rows)).astype(np.int64)
    return FixedDemand.of(arrival, service, route, natural, model, think)


_TRACKING: Final = TargetTracking(Metric.INVOCATIONS, 120_000, 60 * _SECOND, 3, 15, 90, 300 * _SECOND, 300 * _SECOND)
_REAL_TIME: Final = ServingModel(
    1, 100, slots=4, slowdown_millionths=50_000, timeout_us=60 * _SECOND, caller_timeout_us=30 * _SECOND,
    overhead_us=5_000, initial=2, minimum=1, maximum=8, policy=_TRACKING,
)  # fmt: skip
_SERVERLESS: Final = ServingModel(
    1, 0, kind=Kind.SERVERLESS, invocation_limit_us=6 * _SECOND, overhead_us=5_000,
    serverless=Serverless(12, 4 * _SECOND),
)  # fmt: skip
_RETRIES: Final = Caller(attempts=4, backoff_us=400_000)


def _several() -> ServingModel:
    """Three production variants: one tracks invocations, one its concurrency, one goes by steps out and in."""
    tracks = Policy(PolicyKind.TARGET, 0, *_TRACKING)
    steps = tracks._replace(variant=2, metric=Metric.CONCURRENCY, out_cooldown_us=120 * _SECOND)
    return _REAL_TIME._replace(
        policy=TargetTracking(), slots=2, queue_limit=20,
        variants=(
            Variant(2, 1, 5, 2**31), Variant(1, 1, 4, 2**31 + 2**30, 1_400_000), Variant(1, 1, 6, 2**32, 700_000),
        ),
        policies=(
            tracks._replace(target_thousandths=40_000),
            tracks._replace(variant=1, metric=Metric.CONCURRENCY, target_thousandths=900, period_us=10 * _SECOND),
            steps._replace(kind=PolicyKind.STEP_OUT, target_thousandths=700, out_points=2),
            steps._replace(kind=PolicyKind.STEP_IN, target_thousandths=250, out_points=10),
        ),
        steps=(
            Step(2, 0, 1), Step(2, 500, 50, StepUnit.PERCENT), Step(2, 1_500, 6, StepUnit.EXACT), Step(3, 0, 1),
        ),
    )  # fmt: skip


def _packed() -> ServingModel:
    """A component for each model, from and to zero copies, on hosts that do not hold all of them at once."""
    each = [
        Variant(int(number < 4), 0, 3, cores=1_000 + 500 * (number % 3), memory=2_000 + 1_000 * (number % 4))
        for number in range(_MODELS)
    ]
    tracks = Policy(PolicyKind.TARGET, 0, *_TRACKING)._replace(metric=Metric.CONCURRENCY, target_thousandths=400)
    wakes = tracks._replace(kind=PolicyKind.STEP_OUT, metric=Metric.NO_CAPACITY, target_thousandths=1_000, out_points=1)
    policies = [one._replace(variant=number) for number in range(_MODELS) for one in (tracks, wakes)]
    return _REAL_TIME._replace(
        policy=TargetTracking(), slots=2, split=Split.BY_MODEL, variants=tuple(each), policies=tuple(policies),
        steps=tuple(Step(2 * number + 1, 0, 1) for number in range(_MODELS)),
        hosts=Hosts(4, 1, 1, 8_000, 0, 16_000, Placement.BINPACK, 300 * _SECOND),
    )  # fmt: skip


def _losses(horizon_us: int) -> tuple[Fault, ...]:
    """An instance lost every five hours, one draw after the other, and now and then a zone for two hours."""
    times = range(5 * _HOUR, horizon_us, 5 * _HOUR)
    return tuple(
        Fault(time, FaultKind.ZONE, number % 3, time + 2 * _HOUR) if number % 4 == 3
        else Fault(time, FaultKind.INSTANCE, (number * 2_654_435_761) % 2**32)
        for number, time in enumerate(times)
    )  # fmt: skip


def _nights(horizon_us: int) -> tuple[Schedule, ...]:
    """Up to four at least by day and up to two by night."""
    times = range(7 * _HOUR, horizon_us, 12 * _HOUR)
    return tuple(Schedule(time, *((0, 2) if number % 2 else (2, 4))) for number, time in enumerate(times[: 2**12]))


def trace_models(horizon_us: int) -> dict[str, ServingModel]:
    """Endpoints that the trace is played on, each with the mechanisms of its option at work."""
    provisioned = _TRACKING._replace(metric=Metric.PROVISIONED_UTILISATION, target_thousandths=600)
    models = {
        "real-time, target tracking": _REAL_TIME,
        "real-time, concurrency at 10 s, random routing": _REAL_TIME._replace(
            routing=Routing.RANDOM, slowdown_millionths=0,
            policy=_TRACKING._replace(metric=Metric.CONCURRENCY, target_thousandths=2_500, period_us=10 * _SECOND),
        ),
        "real-time, retries before a short waiting line": _REAL_TIME._replace(
            queue_limit=1, slots=2, caller_timeout_us=5 * _SECOND, caller=_RETRIES, maximum=4),
        "real-time, instances and zones lost": _REAL_TIME._replace(
            initial=3, minimum=3, caller=_RETRIES, faults=_losses(horizon_us)),
        "real-time, scheduled actions": _REAL_TIME._replace(slots=1, schedules=_nights(horizon_us)),
        "real-time, closed callers": _REAL_TIME._replace(
            slots=2, caller_timeout_us=6 * _SECOND, caller=Caller(9, 2, 500_000), maximum=3),
        "production variants, each with its policies": _several(),
        "multi-model, a cache of three of twelve models": _REAL_TIME._replace(
            routing=Routing.BY_MODEL, cache=Cache(_MODELS, 3, 6, 8 * _SECOND)),
        "inference components on hosts, from and to zero": _packed(),
        "async, from zero": _REAL_TIME._replace(
            queue_limit=10**9, routing=Routing.CENTRAL, ttl_us=1_800 * _SECOND, timeout_us=NO_LIMIT,
            caller_timeout_us=NO_LIMIT, invocation_limit_us=10 * _SECOND, initial=0, minimum=0,
            policy=_TRACKING._replace(
                metric=Metric.BACKLOG, target_thousandths=5_000, from_zero=FromZero.STEP),
        ),
        "serverless": _SERVERLESS,
        "serverless, provisioned concurrency scales": _SERVERLESS._replace(
            serverless=Serverless(12, 4 * _SECOND, 2), minimum=1, maximum=8, policy=provisioned),
        "serverless, retries": _SERVERLESS._replace(
            serverless=Serverless(4, 4 * _SECOND), caller_timeout_us=4 * _SECOND, caller=_RETRIES),
        "serverless, closed callers on a schedule": _SERVERLESS._replace(
            serverless=Serverless(6, 4 * _SECOND, 2), minimum=1, maximum=6, policy=provisioned,
            schedules=_nights(horizon_us), caller=Caller(9, 3, 300_000)),
        "batch jobs": ServingModel(
            1, 0, kind=Kind.JOB, slots=4, slowdown_millionths=50_000, initial=2, maximum=2,
            invocation_limit_us=60 * _SECOND, job=Job(6 * _HOUR, 7, 20_000)),
    }  # fmt: skip
    return {name: model._replace(horizon_us=horizon_us) for name, model in models.items()}


TRACE_SUPPLY: Final = FixedSupply(
    start_us=(180 * _SECOND, 240 * _SECOND, 400 * _SECOND),
    delay_us=(60 * _SECOND, 90 * _SECOND, 120 * _SECOND),
    cold_us=(1 * _SECOND, 2 * _SECOND, 3 * _SECOND, 5 * _SECOND),
    keep_us=(20 * _SECOND, 300 * _SECOND, 640 * _SECOND),
    copy_us=(20 * _SECOND, 45 * _SECOND, 30 * _SECOND),
    load_us=(5 * _SECOND, 7 * _SECOND, 3 * _SECOND, 9 * _SECOND),
    reload_us=(1 * _SECOND, 2 * _SECOND),
    first_us=(1 * _SECOND, 500_000, 4 * _SECOND),
    jitter=(1_000_000, 250_000, 600_000, 40_000, 810_000),
    retry_route=(2_654_435_761, 17, 3_000_000_000, 1_431_655_765),
)
"""Start-ups, action delays, keep-alives, loads and jitters for the trace, a few values in turn."""


def differences(one: Run, other: Run) -> int:
    """Number of requests, fleet events, meters and counts in which two runs differ."""
    different = 0
    for mine, theirs in ((one.timeline, other.timeline), (one.requests, other.requests)):
        ours = {} if mine is None else vars(mine)
        others = {} if theirs is None else vars(theirs)
        for name in ours.keys() | others.keys():
            left, right = ours.get(name, ()), others.get(name, ())
            same_length = len(left) == len(right)
            different += int(np.count_nonzero(left != right)) if same_length else max(len(left), len(right))
    scalars = ("window_from_us", "end_us", "counts", "cold_requests", "meters")
    return different + sum(bool(getattr(one, name) != getattr(other, name)) for name in scalars)
