"""Worth a load test: instance types that nobody measured, with the speed at which a fleet of them would be the cheapest.

Only measured types compete for first place. Of any other the question is turned round: how fast, against the reference,
would one slot have to be for a fleet that costs less than the cheapest measured one to keep the promise? As a promise sees of a
type only its slots and its speed, types of the same slots and fleet are searched once.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from advisor.billing import estimate
from advisor.fleets import minimum
from advisor.options import Option
from advisor.packing import models_in_memory, models_on_disk
from simulator.bracket import RUNG, Ladder, edges, factor_of, rung_of
from simulator.capacity import capacity_per_s
from simulator.changes import Change, changed
from simulator.plans import Plan
from simulator.sizing import Sizing
from simulator.study import Study
from simulator.sweep import Sweep
from simulator.trial import Ask
from simulator.untested import Untested, untested

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FASTEST", "Fleet", "LoadTest", "LoadTests", "load_test"]

FASTEST: Final = 4.0
SLOWEST: Final = 1 / 16
"""Speeds that are looked at, times the reference."""
CHANCES: Final = ("very likely", "likely", "possible", "unlikely")
"""Whether a type is fast enough: at the low end of what is assumed of its speed, in the middle, at the high end, or not."""
_SERVES_ALONE: Final = ("real_time", "async", "multi_model", "multi_container", "inference_pipeline")
"""Options whose fleet is a plain number of instances."""
_COUNTS: Final = (*range(1, 7), 8, 10, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96, 128, 160, 192, 256, 320, 384, 512)
"""Fleets that are tried: few, so that types share them."""
_SAME: Final = RUNG**2.5
"""Speeds within two rungs of the ladder of one another are about the same."""
_LONG_RUN: Final = 2_000_000
"""Requests of a run from which one draw of the traffic decides."""


@dataclass(frozen=True, slots=True)
class Fleet:
    """A fleet that costs less than the cheapest measured one, and the least speed at which it keeps the promise."""

    instances: int
    usd_per_month: float
    """By mean rates."""
    speed: float
    """Times the reference, one request on one slot."""


@dataclass(frozen=True, slots=True)
class LoadTest:
    """One type with its break-even speed: assumed in everything but its price."""

    type: Untested
    usd_per_hour: float
    fleets: tuple[Fleet, ...]
    """By rising number of instances."""

    @property
    def best(self) -> Fleet:
        """The cheapest of the fleets that need about the least speed."""
        least = min(fleet.speed for fleet in self.fleets) * _SAME
        return min((fleet for fleet in self.fleets if fleet.speed <= least), key=lambda fleet: fleet.usd_per_month)

    @property
    def speed(self) -> float:
        """The break-even speed, times the reference: that of `best`."""
        return self.best.speed

    @property
    def chance(self) -> str:
        """What the assumed range of its speed says of reaching it, one of `CHANCES`."""
        found = zip(CHANCES, self.type.expected, strict=False)
        return next((word for word, speed in found if self.speed <= speed), CHANCES[-1])

    def row(self) -> dict[str, Any]:
        """Plain columns, for a table or JSON."""
        low, mid, high = self.type.expected
        return {
            "instance_type": self.type.kind.name, "slots": self.type.slots, "usd_per_hour": self.usd_per_hour,
            "instances": self.best.instances, "usd_per_month": self.best.usd_per_month, "break_even_speed": self.speed,
            "chance": self.chance, "expected_low": low, "expected_mid": mid, "expected_high": high,
            "expected_from": self.type.relative, "confidence": self.type.confidence, "measured": False,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class LoadTests:
    """Every type worth a load test, the most promising first, and why the others are not."""

    base: Option | None
    """What the fleets are instances of; None where nothing on instances fits."""
    rival: Plan | None
    """The cheapest plan on instances, which they would have to undercut; None where none keeps the promise yet."""
    first: Plan | None
    """The first place of all, which may need no instance and cost less than any of them; None where there is none."""
    limit_usd: float | None
    """USD per month that a fleet has to stay under: that of the rival, else the budget, else of what comes closest."""
    rows: tuple[LoadTest, ...] = ()
    out: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Types that are not worth one, by reason: measured, accelerator, price, rules, cost, speed."""

    def frame(self) -> "pd.DataFrame":
        """A row for each type as a pandas table."""
        import pandas as pd  # noqa: PLC0415 - heavy, and only for those who want a table

        return pd.DataFrame([row.row() for row in self.rows])


def _base(sizing: Sizing) -> Option | None:
    """A fixed fleet of the cheapest option on instances that serves alone; else of the nearest one."""
    plans = [sized.best for sized in sizing.sized] + [sized.nearest for sized in sizing.sized]
    found = next((plan.option for plan in plans if plan and plan.option.name in _SERVES_ALONE), None)
    if found is None:
        return None
    return replace(
        found,
        instances=1,
        min_instances=0,
        max_instances=0,
        target_per_min=0.0,
        backlog_target=0.0,
        target_concurrency=0.0,
    )


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


def _on(base: Option, kind: Untested, instances: int) -> Option:
    return replace(base, instance_type=kind.kind.name, instances=instances, concurrency_per_instance=kind.slots)


def _affordable(study: Study, base: Option, kind: Untested, limit_usd: float) -> Iterable[tuple[int, float]]:
    """The smallest and the largest fleet that cost less than the limit, with their cost."""
    least = minimum(study.workload, study.facts)
    found = []
    for count in sorted({least, *(count for count in _COUNTS if count > least)}):
        made = estimate(_on(base, kind, count), study.workload, study.load, study.places, study.facts).total
        if made is None or float(made) >= limit_usd:
            break
        found.append((count, float(made)))
    return sorted({*found[:1], *found[-1:]})


def _ladder(study: Study, option: Option, change: Change) -> Ladder:
    """The speeds of one fleet, slower ones on higher rungs; a search starts where theory says it can just keep up."""

    def ask(rung: int) -> Ask:
        return Ask(option, given=(("speed", f"{factor_of(-rung):.9g}"),), change=change)

    capacity = capacity_per_s(study, option, {"speed": "1"}) or 1.0
    busy, time = study.load.busiest_hour_rate_per_s / capacity, study.places[option.instance_type].time
    bounds = [slo for slo in study.promise.slos if slo.bound_us and slo.percentile]
    late = max((time.quantile_us(slo.percentile or 0.5) / (slo.bound_us or 1) for slo in bounds), default=0.0)
    high = rung_of(1 / min(max(busy, late, SLOWEST), FASTEST))
    single = -rung_of(FASTEST) if study.load.requests >= _LONG_RUN else None
    near = 4 if late > 2 * busy else rung_of(1.35)  # where the work alone decides, theory is close
    return Ladder(ask, high - near, high, -rung_of(FASTEST), rung_of(1 / SLOWEST), single)


def load_test(sizing: Sizing, sweep: Sweep, *, types: Collection[str] = (), draws: int = 3) -> LoadTests:
    """The types that nobody measured and that would beat the cheapest plan on instances of a sizing, each with its break-even speed.

    Arguments: `sweep` plays the trials of the same study; `types` limits them (all that the Region offers where empty);
    `draws` of the traffic decide near the edge. Raises InputError for types that are not offered.
    """
    base, (rival, limit_usd) = _base(sizing), _limit(sizing)
    first = None if sizing.best is None else sizing.best.best
    if base is None or limit_usd is None:
        return LoadTests(base, rival, first, limit_usd)
    kinds, out = untested(sizing.study, base, types)
    change = Change(unmeasured=tuple((one.kind.name, one.slots) for one in kinds))
    study = changed(sizing.study, change)
    fleets = {one: list(_affordable(study, base, one, limit_usd)) for one in kinds}
    groups: dict[tuple[int, ...], Ladder] = {}
    for one, several in fleets.items():
        for count, _ in several:
            groups.setdefault(_group(study, base, one, count), _ladder(study, _on(base, one, count), change))
    bare = replace(study.promise, budget_usd=None)
    found = dict(zip(groups, edges(sweep, list(groups.values()), bare, draws=draws, what="load tests"), strict=True))
    rows = []
    for one, several in fleets.items():
        kept = [(count, usd, found[_group(study, base, one, count)].keeps) for count, usd in several]
        able = tuple(Fleet(count, usd, factor_of(-rung)) for count, usd, rung in kept if rung is not None)
        price = study.facts.instance_price(study.workload.needs.region, base.name, one.kind.name)
        if able and price is not None:
            rows.append(LoadTest(one, float(price.usd), able))
        else:
            reason = "speed" if several else "cost"
            out[reason] = (*out.get(reason, ()), one.kind.name)
    rows.sort(key=lambda row: (CHANCES.index(row.chance), row.best.usd_per_month, row.type.kind.name))
    return LoadTests(base, rival, first, limit_usd, tuple(rows), out)


def _group(study: Study, base: Option, one: Untested, count: int) -> tuple[int, ...]:
    """What the promise of a fleet depends on beside its speed."""
    if base.name != "multi_model":
        return one.slots, count
    name = one.kind.name
    return (
        one.slots,
        count,
        models_in_memory(study.workload, name, study.facts),
        models_on_disk(study.workload, name, study.facts),
    )
