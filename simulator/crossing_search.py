"""The search for a crossing: stretches in which the choice changes, each narrowed down to 2 %, and its noise."""

import math
from collections.abc import Iterable, Iterator
from typing import Final

from simulator.crossings import Crossing
from simulator.curves import Point, choice, month_requests, of_load
from simulator.lines import Line
from simulator.statistics import interval
from simulator.sweep import Sweep
from simulator.trial import Ask

__all__ = ["brackets", "crossing_in"]

_FINE: Final = 1.02
"""A bracket is refined until its ends differ by less than this factor."""
_COARSE: Final = 1.12
"""Where several changes may hide between two loads, these are cut until they differ by less than this factor."""
_HALF: Final = 1.009
"""A guess is tried so far below and above, which makes a bracket fine enough where it is right."""
_FAR: Final = 1.1
"""Costs that differ by more than this factor are told apart without further draws."""
_APART: Final = 1.06
"""Loads looked at for a clear difference lie at least this factor apart."""
_DRAWS: Final = 3
"""Draws of the traffic by which a difference in cost is told from noise."""


def _clear(sweep: Sweep, points: tuple[Point, Point]) -> bool:
    """Two costs at a load differ by more than the draws of the traffic do; the same draws for both."""
    plans = [point.plan for point in points if point.good and point.plan is not None]
    usd = [point.usd or 0.0 for point in points]
    if len(plans) < 2 or max(usd) > _FAR * min(usd):
        return True
    asks = [Ask(plan.option, replication=k, change=of_load(points[0].load)) for plan in plans for k in range(_DRAWS)]
    costs = [trial.usd or 0.0 for trial in sweep.play(asks, "telling a difference from noise")]
    found = interval([a - b for a, b in zip(costs[:_DRAWS], costs[_DRAWS:], strict=True)])
    spread = (found.high or 0.0) - (found.value or 0.0), abs(found.value or 0.0)
    return spread[1] > spread[0]


def _guess(below: tuple[Point, Point], above: tuple[Point, Point]) -> float:
    """Where two costs would meet if both grew like a power of the load; the middle where the costs do not say."""
    low, high = below[0].load, above[0].load
    gaps = [
        math.log(a.usd) - math.log(b.usd) if a.good and b.good and a.usd and b.usd else 0.0 for a, b in (below, above)
    ]
    share = gaps[0] / (gaps[0] - gaps[1]) if gaps[0] * gaps[1] < 0 else 0.5
    return float(low * (high / low) ** share)


def crossing_in(sweep: Sweep, lines: tuple[Line, Line], low: float, high: float) -> Crossing:
    """Refine a change of the choice between two loads; where several lie between them, the lowest of those met."""

    def at(load: float) -> tuple[Point, Point]:
        return lines[0].at(load), lines[1].at(load)

    usual = choice(*at(low))
    while high / low > _FINE:
        guess = _guess(at(low), at(high))
        for load in (guess / _HALF, guess * _HALF, math.sqrt(low * high)):
            if low < load < high and high / low > _FINE:
                low, high = (load, high) if choice(*at(load)) == usual else (low, load)
    known = [{point.load for point in line.curve.points} for line in lines]
    both = sorted(known[0] & known[1])

    def clear_from(loads: Iterable[float]) -> float:
        """The first of some loads, the nearest first, at which the costs differ clearly; else the last looked at."""
        load, looked = low, 0.0
        for load in loads:
            if looked and max(load, looked) < _APART * min(load, looked):
                continue
            looked = load
            if _clear(sweep, at(load)):
                break
        return looked or load

    from_ = clear_from(one for one in reversed(both) if one <= low)
    to = clear_from(one for one in both if one >= high)
    by = {1: lines[0].subject, -1: lines[1].subject, 0: None}
    return Crossing(
        lines[0].subject, lines[1].subject, by[usual], by[choice(*at(high))], at(low), at(high),
        month_requests(sweep, from_), month_requests(sweep, to),
    )  # fmt: skip


def brackets(lines: tuple[Line, Line], low: float, high: float) -> Iterator[tuple[float, float]]:
    """Stretches between two loads in which the choice changes; cut finer where more than one change may hide.

    That is so where a fleet steps, or the promise is lost or won, and the costs come into each other's range: two
    costs without steps meet once at most.
    """
    below, above = ((lines[0].at(load), lines[1].at(load)) for load in (low, high))
    steps = any(a.good != b.good or not a.same_body(b) for a, b in zip(below, above, strict=True))
    costs = [(a.usd or 0.0, b.usd or 0.0) for a, b in zip(below, above, strict=True)]
    apart = costs[0][1] < costs[1][0] or costs[1][1] < costs[0][0]
    if steps and not apart and high / low > _COARSE:
        middle = math.sqrt(low * high)
        yield from brackets(lines, low, middle)
        yield from brackets(lines, middle, high)
    elif choice(*below) != choice(*above):
        yield low, high
