"""Growth: month by month, how long a given fleet keeps its promise, when it breaks, and which fleet is the cheapest then."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from advisor.errors import InputError, Problem
from advisor.options import Option
from simulator.bottleneck import Bottleneck, bottleneck
from simulator.bracket import RUNG
from simulator.changes import Change
from simulator.load_point import LoadPoint, load_point
from simulator.max_load import MOST_REQUESTS, MaxLoad, max_load
from simulator.months import month_names, monthly_factor
from simulator.plans import Sized, judged
from simulator.sizing import size_study
from simulator.study import Study
from simulator.sweep import Sweep
from simulator.trial import Ask, Trial

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Growth", "Month", "Then", "growth", "read_growth"]

_ALL: Final = 25
"""Up to so many months each is simulated; of more, so many evenly spread and those around the break."""


@dataclass(frozen=True, slots=True)
class Month:
    """One month of the plan."""

    name: str
    factor: float
    """Times the load of the first month."""
    meets: bool | None
    """It keeps every bound but the budget; None where its run would be too long and no smaller load breaks one."""
    point: LoadPoint | None
    """What was simulated; None where `meets` follows from the largest load alone."""
    over_budget: bool = False

    @property
    def bottleneck(self) -> Bottleneck | None:
        """What gives way; None where nothing does or the month was not simulated."""
        return None if self.point is None else bottleneck(self.point.plan)

    def row(self) -> dict[str, Any]:
        """Plain columns, for a table or JSON."""
        nothing = dict.fromkeys(
            ("rate_per_s", "busiest_hour_rate_per_s", "users", "p99_ms", "failed_share", "utilisation", "usd_per_month")
        )
        played = {"misses": [], "draws": 0, **nothing} if self.point is None else self.point.row()
        return {
            **played, "month": self.name, "factor": self.factor, "meets": self.meets, "over_budget": self.over_budget,
            "simulated": self.point is not None,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Then:
    """The cheapest fleet of all for the load of one month."""

    month: str
    factor: float
    best: Sized | None
    """Whatever the budget; None where nothing keeps the promise then."""


@dataclass(frozen=True, slots=True)
class Growth:
    """A fleet over some months of growth."""

    option: Option
    monthly: float
    """What the load is multiplied by each month."""
    months: tuple[Month, ...]
    largest: MaxLoad
    """The largest load among those of the months."""
    then: tuple[Then, ...] = ()
    """The cheapest fleets for the first month, the one that breaks, and the last."""

    @property
    def breaks(self) -> Month | None:
        """The first month in which it breaks a bound; None where it never does."""
        return next((month for month in self.months if month.meets is False), None)

    @property
    def over_budget(self) -> Month | None:
        """The first month that costs more than the budget."""
        return next((month for month in self.months if month.over_budget), None)

    @property
    def holds_from(self) -> Month | None:
        """Where it breaks in the first month: the one from which on it keeps every bound, as traffic shrinks."""
        broken = [number for number, month in enumerate(self.months) if month.meets is False]
        if not broken or broken[0] or broken[-1] + 1 == len(self.months):
            return None
        return self.months[broken[-1] + 1]

    def frame(self) -> "pd.DataFrame":
        """A row for each month as a pandas table."""
        import pandas as pd  # noqa: PLC0415 - heavy, and only for those who want a table

        return pd.DataFrame([month.row() for month in self.months])


class _Played:
    """The months of one option that were simulated so far; months of the same load share their runs."""

    def __init__(self, study: Study, base: Ask, sweep: Sweep, factors: tuple[float, ...], largest: MaxLoad) -> None:
        self.study, self.base, self.sweep, self.factors = study, base, sweep, factors
        self.largest = largest
        self.bare = replace(study.promise, budget_usd=None)
        self.trials: dict[float, list[Trial]] = {}

    def playable(self, number: int) -> bool:
        return self.factors[number] * self.study.load.requests <= max(MOST_REQUESTS, 4 * self.study.load.requests)

    def play(self, numbers: Iterable[int], draws: int) -> bool:
        """Simulate some months with so many draws of the traffic; False where that was done already."""
        wanted = []
        for factor in dict.fromkeys(self.factors[number] for number in numbers if self.playable(number)):
            have = len(self.trials.setdefault(factor, []))
            change = replace(self.base.change, load=factor)
            wanted += [replace(self.base, replication=draw, change=change) for draw in range(have, draws)]
        for trial in self.sweep.play(wanted, "growth"):
            self.trials[trial.ask.change.load].append(trial)
        return bool(wanted)

    def inferred(self, factor: float) -> bool | None:
        """What the largest load says of one that was not played."""
        keeps, breaks = self.largest.keeps, self.largest.breaks
        if keeps is not None and factor <= keeps.factor * RUNG:
            return breaks is None or factor <= keeps.factor
        return None if breaks is None else False

    def month(self, number: int, name: str) -> Month:
        factor, budget = self.factors[number], self.study.promise.budget_usd
        if factor not in self.trials:
            return Month(name, factor, self.inferred(factor), None)
        point = load_point(self.study, factor, judged(self.trials[factor], self.bare))
        over = budget is not None and point.usd is not None and point.usd > budget
        return Month(name, factor, point.plan.meets, point, over)


def read_growth(start: str, until: str, rate: str) -> tuple[tuple[str, ...], float]:
    """Months and monthly factor; every problem at once."""
    problems: list[Problem] = []
    names, monthly = month_names(start, until, problems), 1.0
    try:
        monthly = monthly_factor(rate)
    except InputError as error:
        problems += error.problems
    if problems:
        raise InputError(problems)
    return names, monthly


def growth(
    study: Study, option: Option, sweep: Sweep, start: str, until: str, rate: str, *,
    given: Collection[tuple[str, str]] = (), draws: int = 3, fleets: bool = True,
    names: Collection[str] = (),
) -> Growth:  # fmt: skip
    """When a given fleet breaks while traffic grows from the workload's in the month `start` to the month `until`.

    The largest load it survives tells the month; that month and its neighbours are then simulated with `draws` draws of
    the traffic. Arguments: `rate` like `8%/month`, `-5%/year` or `2x/year`; `given` are the user's own values of
    assumptions; `fleets` sizes the workload anew for the first, the breaking and the last month, of the options
    `names` where some are given. Raises InputError for a month or rate that is none, and for traffic without a request.

    >>> from simulator.study import prepare
    >>> study = prepare("receipt-classifier")
    >>> two = Option(name="real_time", instance_type="ml.m5.large", instances=2, concurrency_per_instance=2)
    >>> with Sweep(study) as sweep:
    ...     found = growth(study, two, sweep, "2026-12", "2027-02", "8%/month", draws=1, fleets=False)
    >>> [month.name for month in found.months], found.breaks
    (['2026-12', '2027-01', '2027-02'], None)
    """
    calendar, monthly = read_growth(start, until, rate)
    factors = tuple(monthly**number for number in range(len(calendar)))
    base = Ask(option, given=tuple(given))
    largest = max_load(study, option, sweep, given=given, draws=1, least=min(factors), most=max(factors))
    played = _Played(study, base, sweep, factors, largest)
    count = len(calendar)
    played.play({round(part * (count - 1) / max(1, min(count, _ALL) - 1)) for part in range(min(count, _ALL))}, 1)
    while True:
        months = tuple(played.month(number, name) for number, name in enumerate(calendar))
        first = next((number for number, month in enumerate(months) if month.meets is False), count)
        if not played.play([number for number in (first - 1, first, first + 1) if 0 <= number < count], draws):
            break
    looked = dict.fromkeys(number for number in (0, first, count - 1) if number < count and played.playable(number))
    then = []
    for number in looked if fleets else ():
        later = Change(load=factors[number], budget=False)
        best = size_study(study, sweep, names=names, change=later, turns=False).best
        then.append(Then(calendar[number], factors[number], best))
    return Growth(option, monthly, months, largest, tuple(then))
