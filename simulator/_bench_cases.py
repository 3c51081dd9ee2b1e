"""The cases that are timed: one for each kind of option, plain kernels first, then the general one."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from simulator.codes import FromZero, Kind, Metric, Routing, Split
from simulator.model import (
    NO_LIMIT,
    UNBOUNDED,
    Cache,
    Caller,
    Columns,
    Hosts,
    Job,
    Policy,
    Serverless,
    ServingModel,
    TargetTracking,
    Variant,
)
from simulator.run import FixedDemand

__all__ = ["GENERAL", "JOBS", "PLAIN", "BenchCase", "demand_of"]

_SECOND: Final = 1_000_000
_SEED: Final = 20_240


@dataclass(frozen=True)
class BenchCase:
    """A model with its traffic: Poisson arrivals, exponential service of mean 1 s."""

    name: str
    model: ServingModel
    load: float
    """Mean number of requests in service if none waited."""
    floor_per_s: float = 0.0
    """Requests per second that the fast engine is meant to reach on two plain cores; 0 where none is set."""
    short_cut: bool = False
    think_s: float = 0.0
    """Mean pause of closed callers."""
    models: int = 1
    """Models asked for, by Zipf's law of exponent 1."""


_MMC: Final = ServingModel(horizon_us=10**13, queue_limit=UNBOUNDED, slots=8, to_horizon=0)
_EIGHT: Final = _MMC._replace(slots=4, queue_limit=1000, initial=8, minimum=1, maximum=8)
_TRACKING: Final = TargetTracking(Metric.INVOCATIONS, 70_000, 10 * _SECOND, 3, 15, 90, 300 * _SECOND, 300 * _SECOND)
_BACKLOG: Final = TargetTracking(
    Metric.BACKLOG, 5_000, 60 * _SECOND, 3, 15, 90, 300 * _SECOND, 300 * _SECOND, FromZero.STEP
)
_SERVERLESS: Final = _MMC._replace(kind=int(Kind.SERVERLESS), serverless=Serverless(1000))

PLAIN: Final = (
    BenchCase("M/M/8, event loop", _MMC, 6.4, 15e6),
    BenchCase("M/M/8, slot-free recursion", _MMC, 6.4, 50e6, short_cut=True),
    BenchCase("serverless, 2 busy", _SERVERLESS, 1.8, 12e6),
    BenchCase("serverless, 180 busy", _SERVERLESS, 180, 12e6),
    BenchCase("serverless, 160 provisioned, 180 busy", _SERVERLESS._replace(
        serverless=Serverless(1000, NO_LIMIT, 160)), 180, 12e6),
    BenchCase("real-time, 8 copies, least outstanding, target tracking", _EIGHT._replace(policy=_TRACKING), 24, 8e6),
    BenchCase("sharing, 32 slots", _MMC._replace(slots=32, slowdown_millionths=100_000), 5.5, 5e6),
    BenchCase("async from zero, backlog tracking", _EIGHT._replace(
        routing=int(Routing.CENTRAL), queue_limit=UNBOUNDED, initial=0, minimum=0, policy=_BACKLOG), 20, 8e6),
)  # fmt: skip
"""What the plain kernels play."""

_HALVES: Final = (Variant(4, 1, 8, 2**31), Variant(4, 1, 8, 2**32))
_PACKED: Final = (Variant(4, 1, 8, 2**31, cores=1000, memory=1024), Variant(4, 1, 8, 2**32, cores=2000, memory=2048))
_TWO: Final = tuple(Policy(0, number, *_TRACKING) for number in range(2))
GENERAL: Final = (
    BenchCase("closed, 100 users, time-outs", _MMC._replace(
        caller=Caller(users=100), caller_timeout_us=30 * _SECOND), 6.4, 6e6, think_s=14.0),
    BenchCase("retries, three attempts, short waiting line", _EIGHT._replace(
        queue_limit=4, caller=Caller(attempts=3, backoff_us=100_000)), 26),
    BenchCase("production variants, two, each with target tracking", _EIGHT._replace(
        variants=_HALVES, policies=_TWO), 24),
    BenchCase("components, two packed on hosts, target tracking", _EIGHT._replace(
        variants=_PACKED, policies=_TWO, hosts=Hosts(8, 1, 4, 8000, 0, 16384)), 24),
    BenchCase("multi-model, 100 models, 20 in memory", _EIGHT._replace(
        routing=int(Routing.BY_MODEL), cache=Cache(100, 20, 60)), 20, models=100),
    BenchCase("components by model, four", _EIGHT._replace(
        split=int(Split.BY_MODEL), variants=(Variant(2, 1, 8),) * 4), 16, models=4),
)  # fmt: skip
"""What needs the general kernel."""

JOBS: Final = (
    BenchCase("batch transform, a job an hour", _EIGHT._replace(
        kind=int(Kind.JOB), job=Job(3600 * _SECOND, 10, 50_000)), 8),
)  # fmt: skip
"""What the kernel of batch jobs plays."""


def demand_of(case: BenchCase, requests: int) -> FixedDemand:
    """The traffic of a case, drawn before the clock starts."""
    draw = np.random.default_rng(_SEED)
    gaps = draw.exponential(_SECOND / case.load, requests).astype(np.int64)
    service = 1 + draw.exponential(_SECOND, requests).astype(np.int64)
    route = draw.integers(0, 2**32, requests)
    model = think = None
    if case.models > 1:
        weights = 1 / np.arange(1, case.models + 1)
        model = draw.choice(case.models, requests, p=weights / weights.sum()).astype(np.int64)
    if case.think_s:
        think = 1 + draw.exponential(case.think_s * _SECOND, requests).astype(np.int64)
    return FixedDemand(Columns(np.cumsum(gaps), service, route, model, think))
