"""Sensitivity: each assumption at both ends, and where the first place flips between them."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Final

from advisor.options import title
from advisor.units import format_duration
from simulator.assumptions import Assumption, Level
from simulator.promise import Promise, Result
from simulator.trial import Ask, Trial

__all__ = ["Extremes", "Play", "Turn", "cost_per_good", "sensitivity", "winner"]

_SENSITIVE: Final = ("speed", "cold_start", "keep_alive", "start", "copy_start", "load")
_BISECTIONS: Final = 5

Play = Callable[[Sequence[Ask]], list[Trial]]
"""Makes some runs, in their order."""
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


def cost_per_good(run: Result) -> float:
    """USD per million answered requests; infinite without a price or without answers."""
    per_good = run.bill.per_million_good
    return math.inf if per_good is None else float(per_good)


def winner(runs: Mapping[str, Result | Sequence[Result]], promise: Promise) -> str:
    """The option that keeps the promise at the lowest cost per good request; empty where none does.

    Arguments: `runs` by option name; several runs of one option count by their mean.
    """
    found: dict[str, float] = {}
    for name, given in runs.items():
        some = given if isinstance(given, Sequence) else (given,)
        if promise.kept(*some) and all(run.bill.total is not None for run in some):
            found[name] = fmean(cost_per_good(run) for run in some)
    return min(found, key=lambda name: found[name]) if found else ""


@dataclass
class _Bracket:
    """Between the middle of an assumption and the end at which the first place is another: where it flips."""

    name: str
    row: Assumption
    level: Level
    winner: str
    inside: float
    outside: float

    @property
    def middle(self) -> float:
        """The value to look at next."""
        if self.inside > 0 and self.outside > 0:
            return math.sqrt(self.inside * self.outside)
        return (self.inside + self.outside) / 2

    def ask(self, usual: Ask) -> Ask:
        """The run at that value."""
        text = f"{self.middle}" if self.row.unit == "x" else f"{round(self.middle)} us"
        return replace(usual, given=((self.row.key, text),))


def _narrow(brackets: Sequence[_Bracket], runs: Mapping[str, Trial], promise: Promise, usual: str, play: Play) -> None:
    """Bisect all brackets side by side."""
    for _ in range(_BISECTIONS if brackets else 0):
        tried = play([bracket.ask(runs[bracket.name].ask) for bracket in brackets])
        for bracket, run in zip(brackets, tried, strict=True):
            if run.problem or winner({**runs, bracket.name: run}, promise) == usual:
                bracket.inside = bracket.middle
            else:
                bracket.outside = bracket.middle


def sensitivity(
    runs: Mapping[str, Trial], promise: Promise, play: Play
) -> tuple[list[Turn], dict[str, Extremes]]:  # fmt: skip
    """Run each representative at both ends of each of its assumptions; where the first place changes, find the flip.

    Arguments: `runs` of one draw of the traffic, by option name; `play` makes further ones.
    """
    usual = winner(runs, promise)
    ends: tuple[Level, ...] = ("low", "high")
    tasks: list[tuple[str, Assumption, Level]] = [
        (name, row, level)
        for name, run in runs.items()
        for row in run.assumed
        if row.key in _SENSITIVE and row.low != row.high
        for level in ends
    ]
    found = play([replace(runs[name].ask, levels=((row.key, level),)) for name, row, level in tasks])
    brackets: list[_Bracket] = []
    extremes: dict[str, Extremes] = {name: {} for name in runs}
    for (name, row, level), run in zip(tasks, found, strict=True):
        if run.problem:
            continue  # it cannot be played at this end, which says nothing of its cost there
        before = extremes[name].get(row.key, (None, None))
        extremes[name][row.key] = (run.usd, before[1]) if level == "low" else (before[0], run.usd)
        instead = winner({**runs, name: run}, promise)
        if instead != usual:
            brackets.append(_Bracket(name, row, level, instead, row.mid, row.low if level == "low" else row.high))
    _narrow(brackets, runs, promise, usual, play)
    turns = [Turn(b.name, b.row.key, b.row.label, b.level, b.outside, b.row.unit, b.winner) for b in brackets]
    return turns, extremes
