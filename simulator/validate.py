"""Validation: the engines against queueing theory, and against each other on four weeks of real traffic.

A quantity agrees when its exact value lies in the interval of the simulated mean: Student's t over the
replications, widened (Bonferroni) so that all intervals together hold with 95 %. Seeds are fixed.
"""

import json
import math
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np

from simulator._validation_cases import CASES, Case, Drawn
from simulator.codes import FromZero, Kind, Metric, Routing
from simulator.engines import run
from simulator.model import NO_LIMIT, Serverless, ServingModel, TargetTracking
from simulator.run import FixedDemand, FixedSupply, Run

__all__ = ["Check", "checks", "main", "student_t", "table", "trace_demand"]

REPLICATIONS: Final = 16
REQUESTS: Final = 1_000_000
QUICK_REQUESTS: Final = 200_000
WARM_UP: Final = 0.1
_SURE: Final = 0.95
_SEED: Final = 1995
_SECOND: Final = 1_000_000
_TRACE: Final = Path(__file__).parents[2] / "shared" / "data" / "traces" / "web_diurnal_nasa_jul1995.csv.gz"


@dataclass(frozen=True)
class Check:
    """One quantity of one model: exact and simulated."""

    name: str
    """What is simulated."""
    quantity: str
    """What is compared."""
    theory: float
    """Exact value."""
    observed: float
    """Mean over the replications."""
    half_width: float
    """Half the width of its interval; 0 where exact equality is demanded."""
    agrees: bool
    """The exact value lies in the interval."""


def student_t(degrees: int, confidence: float) -> float:
    """Two-sided quantile of Student's t.

    Source: Abramowitz and Stegun 26.7.3 and 26.7.4, the finite series of the distribution function, bisected.

    >>> round(student_t(7, 0.95), 4), round(student_t(8, 0.99), 4), round(student_t(1, 0.95), 3)
    (2.3646, 3.3554, 12.706)
    """

    def inside(angle: float) -> float:
        cosine, sine = math.cos(angle), math.sin(angle)
        odd = degrees % 2
        term = sine * (cosine if odd else 1.0)
        total = term if degrees > 1 else 0.0
        for k in range(2 + odd, degrees - 1, 2):
            term *= cosine**2 * (k - 1) / k
            total += term
        return (angle + total) * 2 / math.pi if odd else total

    low, high = 0.0, math.pi / 2
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if inside(middle) < confidence else (low, middle)
    return math.sqrt(degrees) * math.tan((low + high) / 2)


def _replicate(case: Case, number: int, requests: int) -> list[list[float]]:
    """The case's quantities, replication by replication."""
    rows = []
    for replication in range(REPLICATIONS):
        seed = (_SEED, number, replication)
        demand = Drawn(seed, requests, case.rate, case.service, case.law, case.unit_us)
        supply = case.supply(np.random.default_rng((*seed, 2)))
        warm_up = round(WARM_UP * requests / case.rate * case.unit_us)
        result = run(case.model, demand, supply, requests=False, timeline=False, window_from_us=warm_up)
        rows.append([read(result) for _, _, read in case.quantities])
    return rows


def _from_theory(requests: int) -> Iterator[Check]:
    compared = sum(len(case.quantities) for case in CASES)
    t = student_t(REPLICATIONS - 1, 1 - (1 - _SURE) / compared)
    for number, case in enumerate(CASES):
        columns = zip(*_replicate(case, number, requests), strict=True)
        for (quantity, exact, _), values in zip(case.quantities, columns, strict=True):
            mean = math.fsum(values) / REPLICATIONS
            spread = math.sqrt(math.fsum((v - mean) ** 2 for v in values) / (REPLICATIONS - 1))
            half = t * spread / math.sqrt(REPLICATIONS)
            # rounding times to whole microseconds shifts a mean by up to a microsecond
            agrees = abs(mean - exact) <= half + 1 / case.unit_us
            yield Check(case.name, quantity, exact, mean, half, agrees)


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


def from_trace(path: Path, until_s: int | None = None) -> Iterator[Check]:
    """Both engines on a trace: they must not differ in anything."""
    demand = trace_demand(path, until_s)
    horizon = int(demand.columns.arrival_us[-1]) + 3600 * _SECOND
    for name, model in trace_models(horizon).items():
        quick, plain = (run(model, demand, TRACE_SUPPLY, engine=engine) for engine in ("fast", "reference"))
        found = differences(quick, plain)
        label = f"{name}: {plain.meters.arrivals:,} requests of a web site"
        yield Check(label, "records that differ", 0, found, 0, found == 0)


def checks(*, quick: bool = False) -> Iterator[Check]:
    """Every comparison; `quick` plays fewer requests and leaves the trace out.

    The trace is also left out where its file is missing: it is not part of the package.
    """
    yield from _from_theory(QUICK_REQUESTS if quick else REQUESTS)
    if not quick and _TRACE.exists():
        yield from from_trace(_TRACE)


def table(rows: list[Check]) -> str:
    """The rows as text."""
    lines = [f"{'model':72} {'quantity':22} {'exact':>12} {'simulated':>12} {'±':>10}"]
    lines += [
        f"{row.name:72} {row.quantity:22} {row.theory:12.6f} {row.observed:12.6f} {row.half_width:10.6f}"
        f"{'' if row.agrees else '  DISAGREES'}"
        for row in rows
    ]
    agree = sum(row.agrees for row in rows)
    return "\n".join([*lines, f"{agree} of {len(rows)} agree"])


def main(*, quick: bool = False, as_json: bool = False) -> int:
    """Print every comparison; 0 when all agree, else 1."""
    rows = list(checks(quick=quick))
    document = {"schema": 1, "checks": [asdict(row) for row in rows]}
    text = json.dumps(document, indent=2) if as_json else table(rows)
    sys.stdout.write(text + "\n")
    return int(not all(row.agrees for row in rows))


if __name__ == "__main__":
    sys.exit(main(quick="--quick" in sys.argv[1:], as_json="--json" in sys.argv[1:]))
