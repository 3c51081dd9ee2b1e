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

from simulator._trace_cases import TRACE_SUPPLY, differences, trace_demand, trace_models
from simulator._validation_cases import CASES, Case, Drawn
from simulator.engines import run
from simulator.statistics import student_t

__all__ = ["Check", "checks", "main", "table"]

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
