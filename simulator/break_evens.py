"""Break-even: the cost curves of some options over a grid of loads, and where two of them cross."""

import math
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from typing import Final

from advisor.advice import advise
from simulator.crossing_search import brackets, crossing_in
from simulator.crossings import BreakEven
from simulator.curves import Curve, Subject, month_requests, of_load
from simulator.lines import Line
from simulator.load_grid import farther, grid_of
from simulator.quick_sizing import quick_sizing
from simulator.study import Study
from simulator.sweep import Sweep

__all__ = ["break_evens_study"]

_CHEAPEST: Final = 2
"""Options that are compared where none is named: each further one takes about as long as both."""
_NEAR: Final = math.log(2.0)
"""Costs within this factor, and coming closer, are followed beyond the usual range."""


def _unfit(study: Study, curves: Sequence[Curve]) -> Iterator[tuple[str, str]]:
    """Curves without a single plan, with what stands against the option."""
    verdicts = advise(study.workload, study.facts, load=study.load).verdicts
    for curve in curves:
        if not any(point.plan is not None for point in curve.points):
            found = next((one for one in verdicts if one.option.name == curve.name), None)
            worst = [f.message for f in found.findings if f.outcome >= found.outcome] if found is not None else []
            yield curve.label, worst[0] if worst else "nothing of it can be simulated on this workload."


def _nearing(one: Line, other: Line, ends: tuple[float, float]) -> bool:
    """Two costs without a crossing come closer from the first to the second load, and are near enough to meet soon."""
    before, after = ((one.at(load), other.at(load)) for load in ends)
    if not all(point.good and point.usd for point in (*before, *after)):
        return False
    gaps = [math.log(a.usd or 1.0) - math.log(b.usd or 1.0) for a, b in (before, after)]
    return gaps[0] * gaps[1] > 0 and abs(gaps[1]) < min(abs(gaps[0]), _NEAR)


def _stretched(study: Study, lines: Sequence[Line], grid: tuple[float, ...]) -> tuple[float, ...]:
    """The grid with further loads, as long as two costs near each other at its ends and a run can hold the requests."""
    for up in (True, False):
        while True:
            ends = (grid[-2], grid[-1]) if up else (grid[1], grid[0])
            load = farther(study, grid, up=up)
            if load is None or not any(_nearing(*pair, ends) for pair in combinations(lines, 2)):
                break
            grid = (*grid, load) if up else (load, *grid)
    return grid


def break_evens_study(
    study: Study, sweep: Sweep, subjects: Sequence[Subject] = (), *, loads: tuple[float, float] | None = None
) -> BreakEven:
    """The cost curve of each subject and every crossing of two of them.

    Arguments: `sweep` plays the trials of the same study; `subjects` are option names or configurations (where empty: the
    two that are the cheapest today); `loads` is the range to look at, times today's traffic (by default 1/16 to 16, less
    where a run would be too long or hold too few requests, more where mean rates put a crossing beyond).
    """
    if not subjects:
        subjects = [one.name for one in quick_sizing(study, sweep, of_load(1.0)).sized][:_CHEAPEST]
    lines = [Line(sweep, subject) for subject in subjects]
    grid = grid_of(study, subjects, loads)
    for line in lines:
        line.fill(grid)
    if loads is None:
        grid = _stretched(study, lines, grid)
    crossings = [
        crossing_in(sweep, pair, *bracket)
        for pair in combinations(lines, 2)
        for low, high in pairwise(grid)
        for bracket in brackets(pair, low, high)
    ]
    return BreakEven(
        tuple(line.curve for line in lines), tuple(sorted(crossings, key=lambda one: one.load)), month_requests(sweep),
        grid, study.promise.budget_usd, tuple(_unfit(study, [line.curve for line in lines])),
    )  # fmt: skip
