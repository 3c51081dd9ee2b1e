"""Crossings: the traffic at which one option becomes cheaper than another, bracketed on a grid and refined by bisection."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Final

from simulator.curves import Curve, Line, Point, Subject, month_requests, of_load
from simulator.finalists import body
from simulator.load_grid import grid_of
from simulator.sizing import size_study
from simulator.statistics import interval
from simulator.study import Study
from simulator.sweep import Sweep
from simulator.trial import Ask

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["BreakEven", "Crossing", "break_even_study", "break_evens_study"]

_FINE: Final = 1.02
"""A bracket is refined until its ends differ by less than this factor."""
_HALF: Final = 1.009
"""A guess is tried so far below and above, which makes a bracket fine enough where it is right."""
_DRAWS: Final = 3
"""Draws of the traffic by which a difference in cost is told from noise."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """A load at which the choice between two subjects changes."""

    one: Subject
    other: Subject
    before: Subject | None
    """The better one below; None where neither keeps the promise."""
    after: Subject | None
    below: tuple[Point, Point]
    """Just below: the two subjects' points."""
    above: tuple[Point, Point]
    even_from: float
    """Requests a month from which, and up to which, the costs show no clear difference."""
    even_to: float

    @property
    def load(self) -> float:
        """Times the traffic of the workload."""
        return math.sqrt(self.below[0].load * self.above[0].load)

    @property
    def requests_per_month(self) -> float:
        """Where it lies."""
        return math.sqrt(self.below[0].requests_per_month * self.above[0].requests_per_month)

    @property
    def by_promise(self) -> bool:
        """It is not the cost that decides: one of the two keeps the promise on one side only."""
        return not all(point.good for point in (*self.below, *self.above))

    @property
    def steps(self) -> bool:
        """The configuration of one of the two changes here, and its cost with it in a step."""
        plans = [(low.plan, high.plan) for low, high in zip(self.below, self.above, strict=True)]
        return any(low and high and body(low.option) != body(high.option) for low, high in plans)


@dataclass(frozen=True, slots=True)
class BreakEven:
    """The cost curves of some subjects over a range of loads, and every crossing of two of them inside it."""

    curves: tuple[Curve, ...]
    crossings: tuple[Crossing, ...]
    today: float
    """Requests a month of the workload as it is."""
    grid: tuple[float, ...]
    """Loads that were looked at for every curve; nothing is said beyond them."""
    budget_usd: float | None = None
    """The budget a month, which the curves leave out."""

    @property
    def low(self) -> float:
        """Fewest requests a month that were looked at."""
        return self.today * self.grid[0]

    @property
    def high(self) -> float:
        """Most requests a month that were looked at."""
        return self.today * self.grid[-1]

    def frame(self) -> "pd.DataFrame":
        """One row for each point: subject, load, requests and USD a month, USD per million, configuration, kept or not."""
        import pandas as pd  # noqa: PLC0415 - only where a table is asked for

        rows = [
            {"option": curve.label, "load": point.load, "requests_per_month": point.requests_per_month,
             "usd_per_million_good": point.usd_per_million_good, **({} if point.plan is None else point.plan.row())}
            for curve in self.curves for point in curve.points
        ]  # fmt: skip
        return pd.DataFrame(rows)


def _choice(one: Point, other: Point) -> int:
    """Which of two is the choice at a load: 1 the first, -1 the second, 0 neither (none keeps the promise)."""
    if one.good and other.good:
        return -1 if (one.usd or 0.0) > (other.usd or 0.0) else 1
    return 1 if one.good else -1 if other.good else 0


def _clear(sweep: Sweep, points: tuple[Point, Point]) -> bool:
    """Two costs at a load differ by more than the draws of the traffic do; the same draws for both."""
    plans = [point.plan for point in points if point.good and point.plan is not None]
    if len(plans) < 2:
        return True
    asks = [Ask(plan.option, replication=k, change=of_load(points[0].load)) for plan in plans for k in range(_DRAWS)]
    costs = [trial.usd or 0.0 for trial in sweep.play(asks, "telling a difference from noise")]
    found = interval([a - b for a, b in zip(costs[:_DRAWS], costs[_DRAWS:], strict=True)])
    spread = (found.high or 0.0) - (found.value or 0.0), abs(found.value or 0.0)
    return spread[1] > spread[0]


def _guess(below: tuple[Point, Point], above: tuple[Point, Point]) -> float:
    """Where two costs would meet if both grew like a power of the load; the middle where the costs do not say."""
    low, high = below[0].load, above[0].load
    gaps = [math.log(a.usd / b.usd) if a.good and b.good and a.usd and b.usd else 0.0 for a, b in (below, above)]
    share = gaps[0] / (gaps[0] - gaps[1]) if gaps[0] * gaps[1] < 0 else 0.5
    return float(low * (high / low) ** share)


def _crossing(sweep: Sweep, lines: tuple[Line, Line], low: float, high: float) -> Crossing:
    """Refine a change of the choice between two loads; where several lie between them, the lowest of those met."""

    def at(load: float) -> tuple[Point, Point]:
        return lines[0].at(load), lines[1].at(load)

    usual = _choice(*at(low))
    while high / low > _FINE:
        guess = _guess(at(low), at(high))
        for load in (guess / _HALF, guess * _HALF, math.sqrt(low * high)):
            if low < load < high and high / low > _FINE:
                low, high = (load, high) if _choice(*at(load)) == usual else (low, load)
    known = sorted({point.load for line in lines for point in line.curve.points})
    from_, to = low, high
    for load in [one for one in known[::-1] if one <= low]:
        from_ = load
        if _clear(sweep, at(load)):
            break
    for load in [one for one in known if one >= high]:
        to = load
        if _clear(sweep, at(load)):
            break
    by = {1: lines[0].subject, -1: lines[1].subject, 0: None}
    return Crossing(
        lines[0].subject, lines[1].subject, by[usual], by[_choice(*at(high))], at(low), at(high),
        month_requests(sweep, from_), month_requests(sweep, to),
    )  # fmt: skip


def break_evens_study(
    study: Study, sweep: Sweep, subjects: Sequence[Subject] = (), *, loads: tuple[float, float] | None = None
) -> BreakEven:
    """The cost curve of each subject and every crossing of two of them.

    Arguments: `sweep` plays the trials of the same study; `subjects` are option names or configurations (where empty: every
    option that can be sized today); `loads` is the range to look at, times today's traffic (by default 1/16 to 16, less
    where a run would be too long or hold too few requests, more where mean rates put a crossing beyond).
    """
    if not subjects:
        subjects = [one.name for one in size_study(study, sweep, change=of_load(1.0), draws=1, turns=False).sized]
    lines = [Line(sweep, subject) for subject in subjects]
    grid = grid_of(study, subjects, loads)
    for line in lines:
        line.fill(grid)
    crossings = [
        _crossing(sweep, pair, low, high)
        for pair in combinations(lines, 2)
        for low, high in pairwise(grid)
        if _choice(pair[0].at(low), pair[1].at(low)) != _choice(pair[0].at(high), pair[1].at(high))
    ]
    return BreakEven(
        tuple(line.curve for line in lines), tuple(sorted(crossings, key=lambda one: one.load)), month_requests(sweep),
        grid, study.promise.budget_usd,
    )  # fmt: skip


def break_even_study(
    study: Study, sweep: Sweep, one: Subject, other: Subject, *, loads: tuple[float, float] | None = None
) -> BreakEven:
    """The traffic at which one subject becomes cheaper than another: both cost curves and their crossings.

    Arguments: as of `break_evens_study`; `one` and `other` are option names or configurations.
    """
    return break_evens_study(study, sweep, (one, other), loads=loads)
