"""Lines: the points of a curve, made where they are asked for: sized, or played with the plan of a neighbour."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from advisor.options import Option
from simulator.curves import Curve, Point, Subject, month_requests, of_load
from simulator.plans import Plan, judged
from simulator.quick_sizing import quick_sizing
from simulator.sweep import Sweep
from simulator.trial import Ask

__all__ = ["Line"]

_NARROW: Final = 1.5
"""Between loads that differ by less than this factor no third plan is looked for, only those of both ends."""


def _fixed(option: Option) -> bool:
    """A fleet of a fixed size: what costs less at a load and is large enough was so at a lower one too."""
    return bool(option.instance_type) and not option.tracked and not option.job_every_s


class Line:
    """The points of one subject, made where they are asked for and kept.

    An option is sized anew at a load unless its neighbours tell the plan: a plan that is the cheapest at both ends of a
    stretch is so inside; a fixed fleet that is the cheapest at a lower load stays so; in a narrow stretch it is the
    plan of one of the ends. Each of these is played at the load, and taken only if it keeps the promise there.
    """

    def __init__(self, sweep: Sweep, subject: Subject) -> None:
        self.subject, self._sweep = subject, sweep
        self._known: dict[float, Point] = {}

    @property
    def curve(self) -> Curve:
        """The points found so far."""
        return Curve(self.subject, tuple(self._known[load] for load in sorted(self._known)))

    def at(self, load: float) -> Point:
        """The point at a load."""
        if load not in self._known:
            plan = self._told(load)
            self._known[load] = self._sized(load) if plan is None else self._point(load, plan)
        return self._known[load]

    def fill(self, loads: Sequence[float]) -> None:
        """Make the points of a grid in ascending order: its ends, then what lies between."""
        self.at(loads[0])
        self.at(loads[-1])
        if len(loads) > 2 and not self._between(loads[1:-1]):
            middle = len(loads) // 2
            self.fill(loads[: middle + 1])
            self.fill(loads[middle:])

    def _beside(self, low: float, high: float) -> tuple[Point | None, Point | None]:
        """The nearest points below and above a stretch, where they keep the promise at a known price."""
        below = max((load for load in self._known if load < low), default=None)
        above = min((load for load in self._known if load > high), default=None)
        found = (None if load is None else self._known[load] for load in (below, above))
        first, last = (None if point is None or not point.good else point for point in found)
        return first, last

    def _told(self, load: float) -> Plan | None:
        """The plan at a load as its neighbours tell it; None where they do not, or it fails there."""
        below, above = self._beside(load, load)
        narrow = below is not None and above is not None and above.load <= _NARROW * below.load
        tried = []
        if below is not None and below.plan is not None and (narrow or _fixed(below.plan.option)):
            tried.append(below.plan.option)
        if above is not None and above.plan is not None and (narrow or (below is not None and below.same_body(above))):
            tried.append(above.plan.option)
        if not isinstance(self.subject, str):
            tried = [self.subject]
        kept = [
            plan for plan in self._tried([(load, option) for option in tried]) if plan.meets and plan.usd is not None
        ]
        return min(kept, key=lambda plan: plan.usd or 0.0, default=None)

    def _between(self, loads: Sequence[float]) -> bool:
        """Make the points of a stretch from the plan of both its ends; False where these differ or it fails inside."""
        low, high = self._beside(loads[0], loads[-1])
        if low is None or high is None or high.plan is None or not low.same_body(high):
            return False
        plans = self._tried([(load, high.plan.option) for load in loads])
        kept = all(plan.meets for plan in plans)
        if kept:
            self._known.update({load: self._point(load, plan) for load, plan in zip(loads, plans, strict=True)})
        return kept

    def _sized(self, load: float) -> Point:
        if not isinstance(self.subject, str):
            return self._point(load, self._tried([(load, self.subject)])[0])
        near = [point.plan for point in self._beside(load, load) if point is not None and point.plan is not None]
        kinds = {plan.option.instance_type for plan in near} - {""}
        types = kinds if len(near) == 2 and len(kinds) == 1 else ()
        sizing = quick_sizing(self._sweep.study, self._sweep, of_load(load), (self.subject,), types)
        found = sizing.of(self.subject)
        return self._point(load, None if found is None else found.best or found.nearest)

    def _tried(self, wanted: Sequence[tuple[float, Option]]) -> list[Plan]:
        asks = [Ask(option, change=of_load(load)) for load, option in wanted]
        promise = replace(self._sweep.study.promise, budget_usd=None)
        return [judged([trial], promise) for trial in self._sweep.play(asks, "one plan at another load")]

    def _point(self, load: float, plan: Plan | None) -> Point:
        return Point(load, month_requests(self._sweep, load), plan)
