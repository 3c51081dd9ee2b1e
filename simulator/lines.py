"""Lines: the points of a curve, made where they are asked for; sized, or played from the plan of their neighbours."""

from collections.abc import Sequence
from dataclasses import replace

from advisor.options import Option
from simulator.curves import Curve, Point, Subject, month_requests, of_load
from simulator.finalists import body
from simulator.plans import Plan, judged
from simulator.sizing import size_study
from simulator.sweep import Sweep
from simulator.trial import Ask

__all__ = ["Line"]


class Line:
    """The points of one subject, made where they are asked for and kept.

    Where the cheapest plan is the same at both ends of a stretch it is taken to be the cheapest inside, as long as it
    keeps the promise there; elsewhere the option is sized anew, on the instance type of both ends where it is one.
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
        if load not in self._known and not self._played([load]):
            self._known[load] = self._sized(load)
        return self._known[load]

    def fill(self, loads: Sequence[float]) -> None:
        """Make the points of a grid in ascending order: its ends, then what lies between."""
        self.at(loads[0])
        self.at(loads[-1])
        if len(loads) > 2 and not self._played(loads[1:-1]):
            middle = len(loads) // 2
            self.fill(loads[: middle + 1])
            self.fill(loads[middle:])

    def _beside(self, loads: Sequence[float]) -> tuple[Point | None, Point | None]:
        """The nearest known points below and above a stretch."""
        below = max((load for load in self._known if load < loads[0]), default=None)
        above = min((load for load in self._known if load > loads[-1]), default=None)
        return None if below is None else self._known[below], None if above is None else self._known[above]

    def _sized(self, load: float) -> Point:
        if not isinstance(self.subject, str):
            return self._point(load, self._tried([load], self.subject)[0])
        near = [point.plan for point in self._beside([load]) if point is not None and point.plan is not None]
        kinds = {plan.option.instance_type for plan in near} - {""}
        types = kinds if len(near) == 2 and len(kinds) == 1 and all(plan.meets for plan in near) else ()
        sizing = size_study(
            self._sweep.study,
            self._sweep,
            names=(self.subject,),
            types=types,
            change=of_load(load),
            draws=1,
            turns=False,
        )
        found = sizing.of(self.subject)
        return self._point(load, None if found is None else found.best or found.nearest)

    def _played(self, loads: Sequence[float]) -> bool:
        """Make the points of a stretch from the plan of both its ends; False where these differ or it fails inside."""
        low, high = (None if point is None else point.plan for point in self._beside(loads))
        if low is None or high is None or not (low.meets and high.meets) or body(low.option) != body(high.option):
            return False
        plans = self._tried(loads, high.option)
        kept = all(plan.meets for plan in plans)
        if kept:
            self._known.update({load: self._point(load, plan) for load, plan in zip(loads, plans, strict=True)})
        return kept

    def _tried(self, loads: Sequence[float], option: Option) -> list[Plan]:
        trials = self._sweep.play([Ask(option, change=of_load(load)) for load in loads], "one plan at several loads")
        promise = replace(self._sweep.study.promise, budget_usd=None)
        return [judged([trial], promise) for trial in trials]

    def _point(self, load: float, plan: Plan | None) -> Point:
        return Point(load, month_requests(self._sweep, load), plan)
