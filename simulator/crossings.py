"""Crossings: the traffic at which one option becomes cheaper than another, with the cost curves they were found on."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.curves import Curve, Point, Subject

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["BreakEven", "Crossing"]


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
        return not all(low.same_body(high) for low, high in zip(self.below, self.above, strict=True))


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
    unfit: tuple[tuple[str, str], ...] = ()
    """Subjects of which nothing could be played at any load, with the reason."""

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
