"""Largest load: how much more traffic a configuration survives before it breaks its promise, and what gives way."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from advisor.errors import InputError, Problem
from advisor.options import Option
from advisor.units import format_count
from simulator.bottleneck import Bottleneck, bottleneck
from simulator.bracket import Edge, Ladder, edges, factor_of, rung_of
from simulator.capacity import Saturation, bearable_per_s, saturation
from simulator.load_point import LoadPoint, load_point
from simulator.promise import Promise
from simulator.sizing import Sizing
from simulator.study import Study
from simulator.sweep import Sweep
from simulator.trial import Ask

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MOST_REQUESTS", "MaxLoad", "MaxLoads", "max_load", "max_loads"]

LEAST: Final = 1 / 64
MOST: Final = 1_000_000.0
"""Loads that are looked at, times today's."""
MOST_REQUESTS: Final = 40_000_000
"""Requests of a run at the largest load that is tried, where today's are not a quarter of that already."""
_LONG_RUN: Final = 2_000_000
"""Requests of a run from which one draw of the traffic decides."""
_DOUBLE: Final = rung_of(2.0)
_FIRST_STEP: Final = rung_of(1.35)
"""How far under its saturation a fleet is looked at first."""


@dataclass(frozen=True, slots=True)
class MaxLoad:
    """The largest load of one configuration, and how far it is from today's."""

    option: Option
    now: LoadPoint
    """Today's load."""
    keeps: LoadPoint | None
    """The largest load under the edge that keeps every bound but the budget; None where none does, small or large."""
    breaks: LoadPoint | None
    """The next load, 2 % more, which breaks one; None where the largest load tried keeps them all."""
    affordable: LoadPoint | None
    """The largest load that keeps the budget too; as `keeps` where that does or there is none."""
    budget_usd: float | None
    saturation: Saturation | None
    """How far today's traffic is from what it can finish at all; None for jobs."""
    points: tuple[LoadPoint, ...]
    """Every load that was tried, ascending."""
    limit: str
    """Why no larger load was tried."""

    @property
    def factor(self) -> float | None:
        """The largest load times today's; None where every one breaks a bound."""
        return None if self.keeps is None else self.keeps.factor

    @property
    def bottleneck(self) -> Bottleneck | None:
        """What gives way first beyond it; None where nothing does."""
        return None if self.breaks is None else bottleneck(self.breaks.plan)

    @property
    def ragged(self) -> bool:
        """Some load above the edge keeps the promise, or one under it breaks it: the edge is not the only one."""
        edge = self.breaks.factor if self.breaks is not None else float("inf")
        return any(point.plan.meets != (point.factor < edge) for point in self.points)

    def frame(self) -> "pd.DataFrame":
        """Every load that was tried, a row each, as a pandas table."""
        import pandas as pd  # noqa: PLC0415 - heavy, and only for those who want a table

        return pd.DataFrame([point.row() for point in self.points])


@dataclass(frozen=True, slots=True)
class MaxLoads:
    """The largest load of several configurations, in the order given."""

    found: tuple[MaxLoad, ...]

    def of(self, name: str) -> MaxLoad | None:
        """That of one option name; None where it was not looked at."""
        return next((one for one in self.found if one.option.name == name), None)

    def frame(self) -> "pd.DataFrame":
        """A row for each configuration as a pandas table."""
        import pandas as pd  # noqa: PLC0415 - as above

        return pd.DataFrame([{"option": one.option.name, **_edge_row(one)} for one in self.found])


def _edge_row(one: MaxLoad) -> dict[str, Any]:
    """The edge of one configuration as plain columns."""
    keeps, found = one.keeps, one.bottleneck
    return {
        "factor": one.factor, "breaks_at": None if one.breaks is None else one.breaks.factor,
        "rate_per_s": None if keeps is None else keeps.rate_per_s,
        "busiest_hour_rate_per_s": None if keeps is None else keeps.busiest_hour_rate_per_s,
        "usd_per_month_now": one.now.usd, "usd_per_month": None if keeps is None else keeps.usd,
        "bottleneck": None if found is None else found.kind,
        "factor_in_budget": None if one.affordable is None else one.affordable.factor,
    }  # fmt: skip


def _ladder(study: Study, base: Ask, least: float, most: float) -> Ladder:
    """The loads of one configuration; the first look is where its busiest hour comes near its capacity."""

    def ask(rung: int) -> Ask:
        return replace(base, change=replace(base.change, load=factor_of(rung) * base.change.load))

    comfortable = bearable_per_s(study, base.option, dict(base.given))
    high = rung_of(comfortable / study.load.busiest_hour_rate_per_s) if comfortable else _FIRST_STEP
    low = high - _FIRST_STEP
    long = rung_of(_LONG_RUN / study.load.requests) + 1
    return Ladder(ask, low, high, -rung_of(1 / least), max(0, rung_of(most)), long)


def _upwards(
    sweep: Sweep, ladders: Sequence[Ladder], found: Sequence[Edge], promise: Promise, draws: int
) -> list[Edge]:
    """The same edges, but where no load down to the least keeps the promise, larger ones are tried too.

    What cold starts break at little traffic may hold under more, which keeps things warm.
    """
    both, again = list(found), {n: ladder for n, ladder in enumerate(ladders) if found[n].keeps is None}
    scan = {
        number: [rung for rung in range(_DOUBLE, max(ladder.high, 0) + _DOUBLE, _DOUBLE) if rung <= ladder.most]
        for number, ladder in again.items()
    }
    wanted = [(n, rung) for n, rungs in scan.items() for rung in rungs if rung not in ladders[n].trials]
    for (number, rung), trial in zip(
        wanted, sweep.play([ladders[n].ask(r) for n, r in wanted], "more load"), strict=True
    ):
        ladders[number].trials[rung] = [trial]
    last = {n: max((r for r in rungs if ladders[n].plan(r, promise).meets), default=None) for n, rungs in scan.items()}
    rising = {n: replace(ladders[n], low=r, high=r + _DOUBLE, least=r) for n, r in last.items() if r is not None}
    edge_of = edges(sweep, list(rising.values()), promise, draws=draws, what="more load")
    for number, edge in zip(rising, edge_of, strict=True):
        both[number] = edge if edge.keeps is not None else found[number]
    return both


def _in_budget(study: Study, sweep: Sweep, ladders: Sequence[Ladder], found: Sequence[Edge], draws: int) -> list[Edge]:
    """The edges where the budget counts too; a search of its own only where it is what breaks first."""
    budget, both = study.promise.budget_usd, list(found)
    again: dict[int, Ladder] = {}
    for number, (ladder, edge) in enumerate(zip(ladders, found, strict=True)):
        if budget is None or edge.keeps is None:
            continue
        usd, now = ladder.plan(edge.keeps, study.promise).usd, ladder.plan(0, study.promise).usd
        if usd is not None and now is not None and usd > budget:
            part = (budget - now) / (usd - now) if usd > now else 0.0  # what grows with the load grows evenly
            guess = rung_of(max(1 + part * (factor_of(edge.keeps) - 1), factor_of(ladder.least)))
            again[number] = replace(ladder, low=guess, high=guess + 1)
    for number, edge in zip(
        again, edges(sweep, list(again.values()), study.promise, draws=draws, what="budget"), strict=True
    ):
        both[number] = edge
    return both


def _found(
    study: Study, asks: Sequence[Ask], sweep: Sweep, draws: int, least: float, most: float
) -> tuple[MaxLoad, ...]:
    """The largest loads of some configurations, searched side by side."""
    if not 0 < least <= 1 <= most or draws < 1:
        seen = f"{least:g} to {most:g}, {draws} draws"
        raise InputError(
            [Problem("loads", seen, "a least load above 0 and up to 1, a most of 1 or more, and a draw or more")]
        )
    if not study.load.requests:
        raise InputError(
            [Problem("traffic", "no request", "traffic in which a request arrives: there is no load to raise")]
        )
    bare, budget = replace(study.promise, budget_usd=None), study.promise.budget_usd
    allowed = max(MOST_REQUESTS, 4 * study.load.requests) / study.load.requests
    limit = f"{most:,.6g} × is the limit of the search"
    if allowed < most:
        most, limit = allowed, f"a run of more than {format_count(allowed * study.load.requests)} requests is not tried"
    ladders = [_ladder(study, ask, least, most) for ask in asks]
    first = draws if study.load.requests < _LONG_RUN else 1
    today = sweep.play([replace(ask, replication=draw) for ask in asks for draw in range(first)], "today's load")
    for number, ladder in enumerate(ladders):
        ladder.trials[0] = today[number * first : (number + 1) * first]
    found = edges(sweep, ladders, bare, draws=draws, what="largest load")
    found = _upwards(sweep, ladders, found, bare, draws)
    both = _in_budget(study, sweep, ladders, found, draws)
    made = []
    for ask, ladder, edge, paid in zip(asks, ladders, found, both, strict=True):
        points = {rung: load_point(study, factor_of(rung), ladder.plan(rung, bare)) for rung in sorted(ladder.trials)}

        def at(rung: int | None, points: dict[int, LoadPoint] = points) -> LoadPoint | None:
            return None if rung is None else points[rung]

        near = saturation(study, ask.option, dict(ask.given))
        edge_points = (points[0], at(edge.keeps), at(edge.breaks), at(paid.keeps))
        near = saturation(study, ask.option, dict(ask.given))
        edge_points = (points[0], at(edge.keeps), at(edge.breaks), at(paid.keeps))
        made.append(MaxLoad(ask.option, *edge_points, budget, near, tuple(points.values()), limit))
    return tuple(made)


def max_load(
    study: Study, option: Option, sweep: Sweep, *, given: Collection[tuple[str, str]] = (), draws: int = 3,
    least: float = LEAST, most: float = MOST,
) -> MaxLoad:  # fmt: skip
    """The largest load at which one configuration keeps its promise, found to 2 % between `least` and `most` x today's.

    Arguments: `sweep` plays the trials of the same study; `given` are the user's own values of assumptions; `draws` of
    the traffic decide near the edge. Raises InputError for traffic without a request and
    for bounds that do not enclose today's load.

    >>> from simulator.study import prepare
    >>> study = prepare("receipt-classifier")
    >>> two = Option(name="real_time", instance_type="ml.m5.large", instances=2, concurrency_per_instance=2)
    >>> with Sweep(study) as sweep:
    ...     found = max_load(study, two, sweep, draws=1, most=4)
    >>> found.now.plan.meets, found.breaks, found.limit
    (True, None, '4 × is the limit of the search')
    """
    return _found(study, [Ask(option, given=tuple(given))], sweep, draws, least, most)[0]


def max_loads(sizing: Sizing, sweep: Sweep, *, draws: int = 3, least: float = LEAST, most: float = MOST) -> MaxLoads:
    """The largest load of the plan that a sizing found for each option, or of the nearest one where none keeps it."""
    plans = [sized.best or sized.nearest for sized in sizing.sized]
    asks = [replace(plan.ask, replication=0) for plan in plans if plan is not None and not plan.problem]
    return MaxLoads(_found(sizing.study, asks, sweep, draws, least, most) if asks else ())
