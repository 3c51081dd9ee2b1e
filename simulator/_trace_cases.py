"""Both engines on a real trace: the endpoints it is played on, and in how much two runs differ."""

from pathlib import Path
from typing import Final

import numpy as np

from simulator.codes import FromZero, Kind, Metric, Routing
from simulator.model import NO_LIMIT, Serverless, ServingModel, TargetTracking
from simulator.run import FixedDemand, FixedSupply, Run

__all__ = ["TRACE_SUPPLY", "differences", "trace_demand", "trace_models"]

_SEED: Final = 1995
_SECOND: Final = 1_000_000


def trace_demand(path: Path, until_s: int | None = None) -> FixedDemand:
    """Requests of a trace of counts per bin (columns bin_start_s, requests), spread evenly at random in each bin.

    Service is lognormal, median 1 s and p99 4.6 s. Arguments: `until_s` stops at that second.
    """
    bins = np.loadtxt(path, delimiter=",", skiprows=1, dtype=np.int64)
    width = int(bins[1, 0] - bins[0, 0])
    if until_s is not None:
        bins = bins[bins[:, 0] < until_s]
    draw = np.random.default_rng(_SEED)
    starts = np.repeat(bins[:, 0], bins[:, 1]) * _SECOND
    arrival = np.sort(starts + draw.integers(0, width * _SECOND, len(starts)))
    service = 1 + np.rint(_SECOND * np.exp(0.656 * draw.standard_normal(len(starts)))).astype(np.int64)
    return FixedDemand.of(arrival, service, draw.integers(0, 2**32, len(starts)))


def trace_models(horizon_us: int) -> dict[str, ServingModel]:
    """Endpoints that the trace is played on, each with the mechanisms of its option at work."""
    tracking = TargetTracking(Metric.INVOCATIONS, 120_000, 60 * _SECOND, 3, 15, 90, 300 * _SECOND, 300 * _SECOND)
    real_time = ServingModel(
        horizon_us, 100, slots=4, slowdown_millionths=50_000, timeout_us=60 * _SECOND,
        caller_timeout_us=30 * _SECOND, overhead_us=5_000, initial=2, minimum=1, maximum=8, policy=tracking,
    )  # fmt: skip
    return {
        "real-time, target tracking": real_time,
        "real-time, concurrency at 10 s, random routing": real_time._replace(
            routing=Routing.RANDOM, slowdown_millionths=0,
            policy=tracking._replace(metric=Metric.CONCURRENCY, target_thousandths=2_500, period_us=10 * _SECOND),
        ),
        "async, from zero": real_time._replace(
            queue_limit=10**9, routing=Routing.CENTRAL, ttl_us=1_800 * _SECOND, timeout_us=NO_LIMIT,
            caller_timeout_us=NO_LIMIT, invocation_limit_us=10 * _SECOND, initial=0, minimum=0,
            policy=tracking._replace(
                metric=Metric.BACKLOG, target_thousandths=5_000, from_zero=FromZero.STEP),
        ),
        "serverless": ServingModel(
            horizon_us, 0, kind=Kind.SERVERLESS, invocation_limit_us=6 * _SECOND, overhead_us=5_000,
            serverless=Serverless(12, 4 * _SECOND)),
    }  # fmt: skip


TRACE_SUPPLY: Final = FixedSupply(
    start_us=(180 * _SECOND, 240 * _SECOND, 400 * _SECOND),
    delay_us=(60 * _SECOND, 90 * _SECOND, 120 * _SECOND),
    cold_us=(1 * _SECOND, 2 * _SECOND, 3 * _SECOND, 5 * _SECOND),
    keep_us=(20 * _SECOND, 300 * _SECOND, 640 * _SECOND),
)
"""Start-ups, action delays and keep-alives for the trace, a few values in turn."""


def differences(one: Run, other: Run) -> int:
    """Number of requests, fleet events, meters and counts in which two runs differ."""
    parts = [(one.timeline, other.timeline)]
    if one.requests is not None and other.requests is not None:
        parts.append((one.requests, other.requests))  # type: ignore[arg-type] # both are columns
    different = sum(
        int(np.count_nonzero(mine != getattr(theirs, name))) if len(mine) == len(getattr(theirs, name)) else len(mine)
        for ours, theirs in parts
        for name, mine in vars(ours).items()
    )
    return different + (one.meters != other.meters) + (one.counts != other.counts) + (one.end_us != other.end_us)
