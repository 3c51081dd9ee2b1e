"""Worth a load test: instance types that nobody measured, with the speed at which a fleet of them would be the cheapest.

Only measured types compete for first place. Of any other the question is turned round: how fast, against the reference,
would one slot have to be for a fleet that costs less than the cheapest measured one to keep the promise? As a promise sees of a
type only its slots and its speed, types of the same slots and fleet are searched once.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from advisor.options import Option, describe
from simulator.bracket import Edge, Ladder, edges, factor_of
from simulator.changes import Change, changed
from simulator.plans import Plan
from simulator.sizing import Sizing
from simulator.study import Study
from simulator.sweep import Sweep
from simulator.untested import Untested, untested
from simulator.untested_fleets import Tried, fleets, ladder

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CHANCES", "Fleet", "LoadTest", "LoadTests", "load_test"]

CHANCES: Final = ("very likely", "likely", "possible", "unlikely")
"""Whether a type is fast enough: at the low end of what is assumed of its speed, in the middle, at the high end, or not."""
_PLAIN: Final = ("real_time", "async", "multi_model", "multi_container", "inference_pipeline")
"""Options whose fleet is a plain number of instances."""
_PACKED: Final = ("inference_components", "inference_components_zero")
"""Options whose fleet follows from copies of one component."""
_MOST_SCALED_REQUESTS: Final = 6_000_000
"""Requests of all scaling fleets together that are looked at, one run each; the cheapest for a slot come first."""


@dataclass(frozen=True, slots=True)
class Fleet:
    """A fleet that costs less than the cheapest measured one, and the least speed at which it keeps the promise."""

    option: Option
    usd_per_month: float
    """By mean rates; where it scales, of the runs at that speed."""
    speed: float
    """Times the reference, one request on one slot."""


@dataclass(frozen=True, slots=True)
class LoadTest:
    """One type with its break-even speed: assumed in everything but its price."""

    type: Untested
    usd_per_hour: float
    fleets: tuple[Fleet, ...]
    """By rising number of instances, those that scale last."""

    def chance_of(self, fleet: Fleet) -> str:
        """What the assumed range of its speed says of one fleet, one of `CHANCES`."""
        found = zip(CHANCES, self.type.expected, strict=False)
        return next((word for word, speed in found if fleet.speed <= speed), CHANCES[-1])

    @property
    def best(self) -> Fleet:
        """The cheapest of the fleets with the best chance: a larger one that needs less speed than is sure anyway is none."""
        return min(self.fleets, key=lambda fleet: (CHANCES.index(self.chance_of(fleet)), fleet.usd_per_month))

    @property
    def speed(self) -> float:
        """The break-even speed of `best`, times the reference."""
        return self.best.speed

    @property
    def least_speed(self) -> float:
        """The break-even speed of the type: below it no fleet of it is cheaper."""
        return min(fleet.speed for fleet in self.fleets)

    @property
    def chance(self) -> str:
        """What the assumed range of its speed says of `best`."""
        return self.chance_of(self.best)

    def row(self) -> dict[str, Any]:
        """Plain columns, for a table or JSON."""
        low, mid, high = self.type.expected
        return {
            "instance_type": self.type.kind.name, "slots": self.type.slots, "usd_per_hour": self.usd_per_hour,
            "option": self.best.option.name, "configuration": describe(self.best.option), "usd_per_month": self.best.usd_per_month, "break_even_speed": self.speed,
            "least_speed": self.least_speed, "chance": self.chance, "expected_low": low, "expected_mid": mid, "expected_high": high,
            "expected_from": self.type.relative, "confidence": self.type.confidence, "measured": False,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class LoadTests:
    """Every type worth a load test, the most promising first, and why the others are not."""

    bases: tuple[Option, ...]
    """Options on measured types that the fleets would take the place of; empty where nothing on instances fits."""
    rival: Plan | None
    """The cheapest plan on instances, which they would have to undercut; None where none keeps the promise yet."""
    first: Plan | None
    """The first place of all, which may need no instance and cost less than any of them; None where there is none."""
    limit_usd: float | None
    """USD per month that a fleet has to stay under: that of the rival, else the budget, else of what comes closest."""
    rows: tuple[LoadTest, ...] = ()
    out: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Types that are not worth one, by reason: measured, accelerator, price, rules, cost, runs, speed."""

    def frame(self) -> "pd.DataFrame":
        """A row for each type as a pandas table."""
        import pandas as pd  # noqa: PLC0415 - heavy, and only for those who want a table

        return pd.DataFrame([row.row() for row in self.rows])


def _bases(sizing: Sizing) -> tuple[Option, ...]:
    """The cheapest options on instances that others could take the place of: a plain one and a packed one.

    Where nothing on instances keeps the promise, the nearest ones.
    """
    best = [sized.best.option for sized in sizing.sized if sized.best is not None]
    nearest = [sized.nearest.option for sized in sizing.sized if sized.nearest is not None]
    for options in (best, nearest):
        plain = [option for option in options if option.name in _PLAIN]
        packed = [option for option in options if option.name in _PACKED and option.components == 1]
        if plain or packed:
            return (*plain[:1], *packed[:1])
    return ()


def _limit(sizing: Sizing) -> tuple[Plan | None, float | None]:
    """What to be cheaper than: the cheapest plan on instances; where none keeps the promise the budget, or the nearest."""
    good = [sized.best for sized in sizing.sized if sized.best is not None and sized.best.usd is not None]
    rival = next((plan for plan in good if plan.option.instance_type), None)
    if rival is not None:
        return rival, rival.usd
    nearest = [sized.nearest for sized in sizing.sized if sized.nearest is not None and sized.nearest.usd is not None]
    budget = sizing.study.promise.budget_usd
    closest = min(nearest, key=lambda plan: plan.shortfall, default=None)
    return None, budget if budget is not None or closest is None else closest.usd


def _dear(study: Study, tried: dict[Untested, list[Tried]]) -> set[Untested]:
    """Types whose scaling fleets are not looked at, since each needs runs of its own: those that cost most for a slot."""
    scaled = [one for one, some in tried.items() if any(fleet.usd_per_month is None for fleet in some)]
    scaled.sort(key=lambda one: (_price(study, one) / one.slots, one.kind.name))
    return set(scaled[max(1, _MOST_SCALED_REQUESTS // max(1, study.load.requests)) :])


def _price(study: Study, one: Untested) -> float:
    price = study.facts.instance_price(study.workload.needs.region, "real_time", one.kind.name)
    return 0.0 if price is None else float(price.usd)


def _searched(
    study: Study,
    base_speeds: dict[str, float],
    sweep: Sweep,
    change: Change,
    some: Sequence[Tried],
    limit_usd: float | None,
    draws: int,
) -> dict[tuple[object, ...], tuple[Ladder, Edge]]:
    """The least speed of each fleet that differs: it keeps the promise, and where it scales the limit on its cost.

    Arguments: `base_speeds` of the measured types by option name.
    """
    promise = replace(study.promise, budget_usd=limit_usd)
    ladders = {t.alike: ladder(study, t.option, base_speeds[t.option.name], change) for t in reversed(some)}
    found = edges(sweep, list(ladders.values()), promise, draws=draws, what="load tests")
    return {alike: (ladders[alike], edge) for alike, edge in zip(ladders, found, strict=True)}


def _all_untested(
    study: Study, bases: Sequence[Option], types: Collection[str]
) -> tuple[dict[str, tuple[Untested, ...]], dict[str, tuple[str, ...]]]:
    """The types worth a look by option name, and those that are worth one as nothing, by reason."""
    looked = {base.name: untested(study, base, types) for base in bases}
    kinds = {name: found for name, (found, _) in looked.items()}
    good = {one.kind.name for found in kinds.values() for one in found}
    _, out = looked[bases[0].name]
    left = {reason: tuple(name for name in names if name not in good) for reason, names in out.items()}
    return kinds, {reason: names for reason, names in left.items() if names}


def load_test(sizing: Sizing, sweep: Sweep, *, types: Collection[str] = (), draws: int = 3) -> LoadTests:
    """The types that nobody measured and that would beat the cheapest plan on instances of a sizing.

    Each has the fleets that cost less and the least speed at which one of them keeps the promise. Arguments: `sweep`
    plays the trials of the same study; `types` limits them (all that the Region offers where empty); `draws` of the
    traffic decide near the edge. Raises InputError for types that are not offered.
    """
    bases, (rival, limit_usd) = _bases(sizing), _limit(sizing)
    first = None if sizing.best is None else sizing.best.best
    if not bases or limit_usd is None:
        return LoadTests(bases, rival, first, limit_usd)
    kinds, out = _all_untested(sizing.study, bases, types)
    every_kind = {one.kind.name: one for some in kinds.values() for one in some}
    places = tuple((name, one.slots) for name, one in sorted(every_kind.items()))
    study = changed(sizing.study, Change(unmeasured=places))
    own = next(plan.ask.change for sized in sizing.sized for plan in sized.plans)
    change = replace(own, unmeasured=(*own.unmeasured, *places))  # what was sized may be under a change itself
    tried: dict[Untested, list[Tried]] = {one: [] for one in every_kind.values()}
    for base in bases:
        for one in kinds[base.name]:
            tried[one] += fleets(study, base, one, limit_usd)
    dear = _dear(study, tried)
    for one in dear:
        tried[one] = [fleet for fleet in tried[one] if fleet.usd_per_month is not None]
    every = [fleet for some in tried.values() for fleet in some]
    fixed, scaled = ([f for f in every if (f.usd_per_month is None) is scales] for scales in (False, True))
    us = {name: place.time.mean_us for name, place in study.places.items()}
    speeds = {base.name: us[study.workload.service.reference] / us[base.instance_type] for base in bases}
    found = _searched(study, speeds, sweep, change, fixed, None, draws)
    found |= _searched(study, speeds, sweep, change, scaled, limit_usd, draws)
    rows = []
    for one, some in tried.items():
        able = []
        for fleet in some:
            steps, edge = found[fleet.alike]
            if edge.keeps is not None:
                plan = steps.plan(edge.keeps, study.promise)
                usd = plan.usd if fleet.usd_per_month is None else fleet.usd_per_month
                option = fleet.option if fleet.usd_per_month is not None else plan.option
                able.append(Fleet(option, usd or 0.0, factor_of(-edge.keeps)))
        if able:
            rows.append(LoadTest(one, _price(study, one), tuple(able)))
        else:
            reason = "speed" if some else "runs" if one in dear else "cost"
            out[reason] = (*out.get(reason, ()), one.kind.name)
    rows.sort(key=lambda row: (CHANCES.index(row.chance), row.best.usd_per_month, row.type.kind.name))
    return LoadTests(bases, rival, first, limit_usd, tuple(rows), out)
