"""Curves: what an option costs at each load, by the cheapest plan that keeps the promise there.

The budget is no part of this promise: what an option costs is the question. Every point is simulated.
"""

from dataclasses import dataclass, replace

from advisor.items import month_hours
from advisor.options import Option, describe, title
from advisor.units import NBSP
from simulator.changes import NO_CHANGE, Change
from simulator.finalists import body
from simulator.plans import Plan
from simulator.sweep import Sweep

__all__ = ["Curve", "Point", "Subject", "choice", "label_of", "month_requests", "of_load"]

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
    seconds = float(month_hours(study.facts.mechanism, study.terms)) * 3600
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

    def same_body(self, other: "Point") -> bool:
        """Both points have plans that differ at most in what costs nothing, or both have none."""
        if self.plan is None or other.plan is None:
            return self.plan is other.plan
        return body(self.plan.option) == body(other.plan.option)

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


def choice(one: Point, other: Point) -> int:
    """Which of two is the choice at a load: 1 the first, -1 the second, 0 neither (none keeps the promise)."""
    if one.good and other.good:
        return -1 if (one.usd or 0.0) > (other.usd or 0.0) else 1
    return 1 if one.good else -1 if other.good else 0
