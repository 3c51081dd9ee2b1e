"""Curves: what an option costs at each load, by the cheapest plan that keeps the promise there.

The budget is no part of this promise: what an option costs is the question. Every point is simulated.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from advisor.options import Option, describe, title
from advisor.units import NBSP
from simulator.changes import NO_CHANGE, Change
from simulator.finalists import body
from simulator.plans import Plan, judged
from simulator.sizing import size_study
from simulator.sweep import Sweep
from simulator.trial import Ask

__all__ = ["Curve", "Line", "Point", "Subject", "label_of", "month_requests", "of_load"]

Subject = str | Option
"""An option name, answered by its cheapest plan at each load, or one configuration that stays as it is."""


def label_of(subject: Subject) -> str:
    """A subject in words.

    >>> label_of("real_time")
    'Real-time endpoint'
    """
    if isinstance(subject, str):
        return title(subject)
    return f"{title(subject.name)} ({describe(subject).replace(NBSP, ' ')})"


def of_load(load: float) -> Change:
    """The change of a study to a load, the budget left out."""
    return replace(NO_CHANGE, load=load, budget=False)


def month_requests(sweep: Sweep, load: float = 1.0) -> float:
    """Requests a month at a load, from the requests drawn for load 1."""
    study = sweep.study
    seconds = study.facts.mechanism.of("billing", "month_hours").number() * 3600
    return study.load.requests / (study.horizon_us / 1e6) * seconds * load


@dataclass(frozen=True, slots=True)
class Point:
    """One load of a curve."""

    load: float
    """Times the traffic of the workload."""
    requests_per_month: float
    plan: Plan | None
    """The cheapest that keeps the promise, else the nearest to it; None where nothing of the option can be played."""

    @property
    def usd(self) -> float | None:
        """USD per month; None without a plan or a price."""
        return None if self.plan is None else self.plan.usd

    @property
    def good(self) -> bool:
        """The promise is kept, at a known price."""
        return self.plan is not None and self.plan.meets and self.plan.usd is not None

    @property
    def usd_per_million_good(self) -> float | None:
        """USD per million answered requests."""
        found = None if self.plan is None else self.plan.trials[0].bill.per_million_good
        return None if found is None else float(found)


@dataclass(frozen=True, slots=True)
class Curve:
    """What one subject costs over a range of loads."""

    subject: Subject
    points: tuple[Point, ...]
    """In ascending order of load."""

    @property
    def name(self) -> str:
        """The option name."""
        return self.subject if isinstance(self.subject, str) else self.subject.name

    @property
    def label(self) -> str:
        """The subject in words."""
        return label_of(self.subject)


class Line:
    """The points of one subject, made where they are asked for and kept.

    Where the cheapest plan is the same at both ends of a stretch it is taken to be the cheapest inside, as long as it
    keeps the promise there; elsewhere the option is sized anew.
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

    def _sized(self, load: float) -> Point:
        if not isinstance(self.subject, str):
            return self._point(load, self._tried([load], self.subject)[0])
        sizing = size_study(
            self._sweep.study, self._sweep, names=(self.subject,), change=of_load(load), draws=1, turns=False
        )
        found = sizing.of(self.subject)
        return self._point(load, None if found is None else found.best or found.nearest)

    def _played(self, loads: Sequence[float]) -> bool:
        """Make the points of a stretch from the plan of both its ends; False where these differ or it fails inside."""
        below = max((load for load in self._known if load < loads[0]), default=None)
        above = min((load for load in self._known if load > loads[-1]), default=None)
        if below is None or above is None:
            return False
        low, high = self._known[below].plan, self._known[above].plan
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
