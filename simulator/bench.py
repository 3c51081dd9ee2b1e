"""Speed of both engines, measured in one process: requests per second and the ratio of the two.

Machines differ and so do the hours of one machine; the ratio is the figure to compare. Requests are drawn before
the clock starts; what is timed is a whole streaming run, records and histograms included.
"""

import json
import sys
import time
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from simulator.codes import FromZero, Kind, Metric, Routing
from simulator.engines import fast, reference
from simulator.model import (
    TAPE_LENGTH,
    UNBOUNDED,
    Columns,
    Job,
    Serverless,
    ServingModel,
    TargetTracking,
    checked,
)
from simulator.run import FixedDemand, FixedSupply

__all__ = ["BenchRow", "bench", "main", "table"]

_SECOND: Final = 1_000_000
_SEED: Final = 20_240


@dataclass(frozen=True)
class BenchRow:
    """One case measured."""

    name: str
    """What is simulated."""
    requests: int
    """Requests that the fast engine played."""
    fast_per_s: float
    """Requests per second of the fast engine."""
    reference_per_s: float
    """Requests per second of the reference engine."""
    floor_per_s: float
    """Requests per second that the fast engine is meant to reach on two plain cores; 0 where none is set."""

    @property
    def ratio(self) -> float:
        """Fast over reference."""
        return self.fast_per_s / self.reference_per_s


@dataclass(frozen=True)
class _Case:
    name: str
    model: ServingModel
    load: float
    """Mean number of requests in service if none waited."""
    floor_per_s: float
    short_cut: bool = False


def _cases() -> tuple[_Case, ...]:
    mmc = ServingModel(horizon_us=10**13, queue_limit=UNBOUNDED, slots=8, to_horizon=0)
    tracking = TargetTracking(Metric.INVOCATIONS, 70_000, 10 * _SECOND, 3, 15, 90, 300 * _SECOND, 300 * _SECOND)
    backlog = TargetTracking(
        Metric.BACKLOG, 5_000, 60 * _SECOND, 3, 15, 90, 300 * _SECOND, 300 * _SECOND, FromZero.STEP
    )
    eight = mmc._replace(slots=4, queue_limit=1000, initial=8, minimum=1, maximum=8)
    return (
        _Case("M/M/8, event loop", mmc, 6.4, 15e6),
        _Case("M/M/8, slot-free recursion", mmc, 6.4, 50e6, short_cut=True),
        _Case("serverless, 180 busy", mmc._replace(
            kind=int(Kind.SERVERLESS), serverless=Serverless(1000)), 180, 12e6),
        _Case("real-time, 8 copies, least outstanding, target tracking", eight._replace(policy=tracking), 24, 8e6),
        _Case("sharing, 32 slots", mmc._replace(slots=32, slowdown_millionths=100_000), 5.5, 5e6),
        _Case("async from zero, backlog tracking", eight._replace(
            routing=int(Routing.CENTRAL), queue_limit=UNBOUNDED, initial=0, minimum=0, policy=backlog), 20, 8e6),
        _Case("batch jobs, 8 instances, one record a mini-batch", mmc._replace(
            kind=int(Kind.JOB), slots=4, initial=8, maximum=8, job=Job(3600 * _SECOND)), 20, 4e6),
    )  # fmt: skip


def _demand(load: float, requests: int) -> FixedDemand:
    """Poisson arrivals and exponential service of mean 1 s with `load` Erlang."""
    draw = np.random.default_rng(_SEED)
    gaps = draw.exponential(_SECOND / load, requests).astype(np.int64)
    service = 1 + draw.exponential(_SECOND, requests).astype(np.int64)
    return FixedDemand(Columns(np.cumsum(gaps), service, np.zeros(requests, np.int64)))


def _seconds(play: Any, case: _Case, demand: FixedDemand, times: int, **options: bool) -> float:
    supply = FixedSupply((60 * _SECOND,), (90 * _SECOND,), (2 * _SECOND,), (600 * _SECOND,))
    for name in ("cold_us", "keep_us"):
        supply.tape(name, TAPE_LENGTH)
    best = float("inf")
    for _ in range(times):
        begun = time.perf_counter()
        play(
            checked(case.model), demand, supply, requests=False, window_from_us=0, timeline=False,
            cancel=None, progress=None, **options,
        )  # fmt: skip
        best = min(best, time.perf_counter() - begun)
    return best


def bench(*, requests: int = 4_000_000, reference_requests: int = 40_000, times: int = 3) -> list[BenchRow]:
    """Measure every case; the best of `times` runs of the fast engine counts."""
    fast.compile_kernels()
    rows = []
    for case in _cases():
        slow = reference_requests / _seconds(reference.play, case, _demand(case.load, reference_requests), 1)
        demand = _demand(case.load, requests)
        quick = requests / _seconds(fast.play, case, demand, times, short_cut=case.short_cut)
        rows.append(BenchRow(case.name, requests, quick, slow, case.floor_per_s))
    return rows


def table(rows: list[BenchRow]) -> str:
    """The rows as text."""
    lines = [f"{'case':58} {'fast M/s':>9} {'floor':>6} {'reference k/s':>14} {'ratio':>6}"]
    lines += [
        f"{row.name:58} {row.fast_per_s / 1e6:9.1f} {row.floor_per_s / 1e6:6.0f} "
        f"{row.reference_per_s / 1e3:14.1f} {row.ratio:6.0f}"
        for row in rows
    ]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> None:
    """Print the table, or JSON with `--json`."""
    rows = bench()
    if "--json" in (sys.argv[1:] if arguments is None else arguments):
        text = json.dumps([asdict(row) | {"ratio": row.ratio} for row in rows], indent=2)
    else:
        text = table(rows)
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
