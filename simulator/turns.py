"""Sensitivity: each assumption at both ends, and where the first place flips between them."""

import math
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from advisor.options import title
from advisor.units import format_duration
from simulator.assumptions import Assumption, Level
from simulator.play import Simulation, simulated
from simulator.promise import Promise
from simulator.study import Study

__all__ = ["Extremes", "Turn", "cost_per_good", "sensitivity", "winner"]

_SENSITIVE: Final = ("speed", "cold_start", "keep_alive", "start", "copy_start", "load")
_BISECTIONS: Final = 5

Extremes = dict[str, tuple[float | None, float | None]]
"""USD per month at the low and high end, by assumption."""


@dataclass(frozen=True, slots=True)
class Turn:
    """An assumption on which the first place turns: where it flips, and to which option."""

    option: str
    key: str
    label: str
    level: Level
    flips_at: float
    unit: str
    winner: str

    def text(self) -> str:
        """In words: what, from where, to whom."""
        side = "below" if self.level == "low" else "above"
        at = f"{self.flips_at:.2g} ×" if self.unit == "x" else format_duration(self.flips_at)
        then = f"to {title(self.winner)}" if self.winner else "and nothing keeps the promise"
        return f"{title(self.option)}: {self.label} (flips {side} {at} {then})"


def cost_per_good(simulation: Simulation) -> float:
    """USD per million answered requests; infinite without a price or without answers."""
    per_good = simulation.bill.per_million_good
    return math.inf if per_good is None else float(per_good)


def winner(runs: Mapping[str, Simulation | tuple[Simulation, ...]], promise: Promise) -> str:
    """The option that keeps the promise at the lowest cost per good request; empty where none does.

    Arguments: `runs` by option name; several runs of one option count by their mean.
    """
    found: dict[str, float] = {}
    for name, given in runs.items():
        some = given if isinstance(given, tuple) else (given,)
        if promise.kept(*some) and all(run.bill.total is not None for run in some):
            found[name] = fmean(cost_per_good(run) for run in some)
    return min(found, key=lambda name: found[name]) if found else ""


def _flip(
    study: Study,
    row: Assumption,
    level: Level,
    runs: dict[str, Simulation],
    name: str,
    promise: Promise,
    usual: str,
    replication: int,
) -> float:
    """Bisect between mid and the end of an assumption for the value at which the first place changes."""
    inside, outside = row.mid, row.low if level == "low" else row.high
    for _ in range(_BISECTIONS):
        middle = math.sqrt(inside * outside) if inside > 0 and outside > 0 else (inside + outside) / 2
        text = f"{middle}" if row.unit == "x" else f"{round(middle)} us"
        tried = simulated(study, runs[name].option, given={row.key: text}, replication=replication)
        if isinstance(tried, str) or winner({**runs, name: tried}, promise) == usual:
            inside = middle
        else:
            outside = middle
    return outside


def sensitivity(
    study: Study, runs: dict[str, Simulation], replication: int, promise: Promise, pool: ThreadPoolExecutor
) -> tuple[list[Turn], dict[str, Extremes]]:
    """Run each representative at both ends of each of its assumptions; where the first place changes, find the flip.

    Arguments: `runs` of one draw of the traffic, by option name; `replication` is the number of that draw.
    """
    usual = winner(runs, promise)
    tasks: list[tuple[str, Assumption, Level]] = [
        (name, row, level)
        for name, run in runs.items()
        for row in run.assumed.rows
        if row.key in _SENSITIVE and row.low != row.high
        for level in ("low", "high")
    ]
    found = list(
        pool.map(
            lambda task: simulated(study, runs[task[0]].option, levels={task[1].key: task[2]}, replication=replication),
            tasks,
        )
    )
    turns: list[Turn] = []
    extremes: dict[str, Extremes] = {name: {} for name in runs}
    for (name, row, level), run in zip(tasks, found, strict=True):
        if isinstance(run, str):
            continue  # it cannot be played at this end, which says nothing of its cost there
        total = None if run.bill.total is None else float(run.bill.total)
        before = extremes[name].get(row.key, (None, None))
        extremes[name][row.key] = (total, before[1]) if level == "low" else (before[0], total)
        instead = winner({**runs, name: run}, promise)
        if instead != usual:
            at = _flip(study, row, level, runs, name, promise, usual, replication)
            turns.append(Turn(name, row.key, row.label, level, at, row.unit, instead))
    return turns, extremes
