"""Speed of both engines, measured in one process: requests per second and the ratio of the two.

Machines differ and so do the hours of one machine; the ratio is the figure to compare. Requests are drawn before
the clock starts; what is timed is a whole streaming run, records and histograms included. Other simulators are timed
beside ours where they are installed (extra `bench`), and so are the start of a fresh process and the candidates per second
of a sweep.
"""

import json
import sys
import time
from dataclasses import asdict, dataclass
from typing import Any, Final

from simulator._bench_cases import GENERAL, JOBS, PLAIN, BenchCase, demand_of
from simulator._bench_peers import PeerRow, missing_line, peer_rows
from simulator._bench_size import SizeRow, size_rows, size_table
from simulator._bench_start import StartRow, start_rows, start_table
from simulator._bench_sweep import SweepRow, sweep_rows, sweep_table
from simulator.engines import fast, reference
from simulator.model import TAPE_LENGTH, checked
from simulator.run import FixedDemand, FixedSupply

__all__ = ["BenchRow", "Measured", "bench", "document", "main", "measure", "table", "text"]

_SECOND: Final = 1_000_000
CASES: Final = (*PLAIN, *GENERAL, *JOBS)


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
class Measured:
    """All that the benchmark measures."""

    rows: list[BenchRow]
    peers: list[PeerRow]
    """Other simulators beside our speed on the same cases, where they are installed."""
    starts: list[StartRow]
    sweeps: list[SweepRow]
    sizings: list[SizeRow]
    """The same candidates played in several places."""


def _seconds(play: Any, case: BenchCase, demand: FixedDemand, times: int, **options: bool) -> float:
    supply = FixedSupply(
        (60 * _SECOND,), (90 * _SECOND,), (2 * _SECOND,), (600 * _SECOND,), copy_us=(40 * _SECOND,),
        load_us=(2 * _SECOND,), reload_us=(_SECOND // 2,), first_us=tuple(range(1, 10 * _SECOND, _SECOND // 10)),
    )  # fmt: skip
    for name in ("cold_us", "keep_us", "load_us", "reload_us"):
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
    for case in CASES:
        slow = reference_requests / _seconds(reference.play, case, demand_of(case, reference_requests), 1)
        quick = requests / _seconds(fast.play, case, demand_of(case, requests), times, fifo=case.short_cut)
        rows.append(BenchRow(case.name, requests, quick, slow, case.floor_per_s))
    return rows


def table(rows: list[BenchRow]) -> str:
    """The rows as text."""
    lines = [f"{'case':58} {'fast M/s':>9} {'floor':>6} {'reference k/s':>14} {'ratio':>6}"]
    lines += [
        f"{row.name:58} {row.fast_per_s / 1e6:9.1f} {f'{row.floor_per_s / 1e6:.0f}' if row.floor_per_s else '-':>6} "
        f"{row.reference_per_s / 1e3:14.1f} {row.ratio:6.0f}"
        for row in rows
    ]
    return "\n".join(lines)


def _peer_table(rows: list[PeerRow]) -> str:
    lines = [f"{'other simulator':58} {'its k/s':>9} {'ours M/s':>9} {'ratio':>7}"]
    lines += [f"{row.name:58} {row.peer_per_s / 1e3:9.1f} {row.fast_per_s / 1e6:9.1f} {row.ratio:7.0f}" for row in rows]
    return "\n".join([*(lines if rows else []), *filter(None, [missing_line("simfaas", "ciw")])])


def measure() -> Measured:
    """Measure everything."""
    rows = bench()
    return Measured(
        rows, peer_rows({row.name: row.fast_per_s for row in rows}), start_rows(), sweep_rows(), size_rows()
    )


def document(found: Measured) -> dict[str, Any]:
    """Everything measured, for JSON."""
    return {
        "schema": 1,
        "rows": [asdict(row) | {"ratio": row.ratio} for row in found.rows],
        "peers": [asdict(row) | {"ratio": row.ratio} for row in found.peers],
        "starts": [asdict(row) for row in found.starts],
        "sweeps": [asdict(row) for row in found.sweeps],
        "sizings": [asdict(row) | {"per_s": row.per_s} for row in found.sizings],
    }


def text(found: Measured) -> str:
    """Everything measured, as text."""
    return "\n\n".join(
        [
            table(found.rows),
            _peer_table(found.peers),
            start_table(found.starts),
            sweep_table(found.sweeps),
            size_table(found.sizings),
        ]
    )


def main(arguments: list[str] | None = None) -> None:
    """Print the tables, or JSON with `--json`."""
    as_json = "--json" in (sys.argv[1:] if arguments is None else arguments)
    found = measure()
    sys.stdout.write((json.dumps(document(found), indent=2) if as_json else text(found)) + "\n")


if __name__ == "__main__":
    main()
