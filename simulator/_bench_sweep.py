"""How many candidates of a sweep are played per second: on threads, in one process, in one for each core."""

import time
from dataclasses import dataclass
from typing import Final

from advisor.shortlist import candidates
from simulator.lanes import cores
from simulator.offered import offered_concurrency
from simulator.study import Study, prepare
from simulator.sweep import Sweep
from simulator.trial import Ask

__all__ = ["SweepRow", "sweep_rows", "sweep_table"]

_EXAMPLE: Final = "invoice-ocr"
_FIRST: Final = 8
"""Candidates that are played before the clock starts: workers are there then, and have drawn the traffic."""


@dataclass(frozen=True)
class SweepRow:
    """One way to play the same candidates."""

    name: str
    candidates: int
    """Candidates that were timed."""
    per_s: float
    """Candidates per second once all workers are at work."""
    start_s: float
    """Seconds until the first few were back, with the start of workers."""
    ratio: float
    """Speed over that of one thread."""


def _row(study: Study, asks: list[Ask], workers: int, single_per_s: float, *, processes: bool) -> SweepRow:
    begun = time.perf_counter()
    with Sweep(study, workers=workers, processes=processes) as sweep:
        sweep.play(asks[:_FIRST])
        ready = time.perf_counter()
        sweep.play(asks[_FIRST:])
        per_s = (len(asks) - _FIRST) / (time.perf_counter() - ready)
        where = sweep.where
    return SweepRow(where, len(asks) - _FIRST, per_s, ready - begun, per_s / single_per_s if single_per_s else 1.0)


def sweep_rows(workload: str = _EXAMPLE, most: int = 100) -> list[SweepRow]:
    """Play the candidates of a bundled example (at most `most`) on one thread, and then on whatever there is."""
    study = prepare(workload)
    listed = candidates(study.workload, study.facts, study.load, lambda place: offered_concurrency(study, place))
    asks = [Ask(option) for option in listed[:most]]
    asks = [*asks[:: max(1, len(asks) // _FIRST)], *asks]  # the first few are of every kind
    asks = list(dict.fromkeys(asks))
    count = max(2, cores())
    single = _row(study, asks, 1, 0.0, processes=False)
    ways = ((count, False), (1, True), (count, True))
    return [single, *(_row(study, asks, workers, single.per_s, processes=there) for workers, there in ways)]


def sweep_table(rows: list[SweepRow]) -> str:
    """The rows as text.

    >>> print(sweep_table([SweepRow("in 2 processes", 51, 40.0, 1.5, 1.9)]))
    sweep of the week of invoice-ocr                           candidates/s  start s  ratio
    in 2 processes                                                     40.0      1.5   1.90
    """
    lines = [f"{f'sweep of the week of {_EXAMPLE}':58} {'candidates/s':>12} {'start s':>8} {'ratio':>6}"]
    lines += [f"{row.name:58} {row.per_s:12.1f} {row.start_s:8.1f} {row.ratio:6.2f}" for row in rows]
    return "\n".join(lines)
