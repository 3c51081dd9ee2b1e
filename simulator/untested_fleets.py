"""Fleets of an untested type: which could cost less than a limit, and the speeds at which one is tried."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from advisor.billing import estimate
from advisor.fleets import minimum
from advisor.options import Option
from advisor.packing import copies_per_instance, models_in_memory, models_on_disk, slots_of_copy
from simulator.bracket import Ladder, factor_of, rung_of
from simulator.capacity import capacity_per_s
from simulator.changes import Change
from simulator.offered import lowest_cost
from simulator.study import Study
from simulator.trial import Ask
from simulator.untested import Untested

__all__ = ["FASTEST", "SLOWEST", "Tried", "fleets", "ladder"]

FASTEST: Final = 4.0
SLOWEST: Final = 1 / 16
"""Speeds that are looked at, times the reference."""
_COUNTS: Final = (*range(1, 7), 8, 10, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96, 128, 160, 192, 256, 320, 384, 512)
"""Fleets that are tried: few, so that types share them."""
_LONG_RUN: Final = 2_000_000
"""Requests of a run from which one draw of the traffic decides."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One fleet of one type that may cost less than the limit."""

    option: Option
    usd_per_month: float | None
    """By mean rates; None where the number of instances follows the load, so that a run has to tell."""
    alike: tuple[object, ...]
    """What its runs depend on beside the speed: fleets that agree in it are searched once."""


def _fixed(study: Study, base: Option, one: Untested, limit_usd: float) -> Iterator[Tried]:
    """The smallest and the largest fixed fleet that cost less than the limit."""
    least, found = minimum(study.workload, study.facts), list[Tried]()
    plain = replace(
        base, min_instances=0, max_instances=0, target_per_min=0.0, backlog_target=0.0, target_concurrency=0.0
    )
    for count in sorted({least, *(count for count in _COUNTS if count > least)}):
        option = replace(plain, instances=count)
        usd = estimate(option, study.workload, study.load, study.places, study.facts).total
        if usd is None or float(usd) >= limit_usd:
            break
        found.append(Tried(option, float(usd), (option.name, one.slots, count, *_models(study, option))))
    yield from {tried.option.instances: tried for tried in (*found[:1], *found[-1:])}.values()


def _models(study: Study, option: Option) -> tuple[int, ...]:
    """Models that an instance holds, where it has several."""
    if option.name != "multi_model":
        return ()
    kind = option.instance_type
    return models_in_memory(study.workload, kind, study.facts), models_on_disk(study.workload, kind, study.facts)


def _scaled(study: Study, base: Option, one: Untested, slots: int, limit_usd: float) -> Iterator[Tried]:
    """A fleet that scales as the base does, with as many slots at most; its bill is its own, so nothing is alike."""
    ratio = one.slots / max(1, slots)
    most = max(base.min_instances + 1, math.ceil(base.max_instances / ratio))
    option = replace(
        base,
        max_instances=most,
        target_per_min=base.target_per_min * ratio,
        target_concurrency=base.target_concurrency * ratio,
    )
    if lowest_cost(study, option) < limit_usd:
        yield Tried(option, None, (one.kind.name, option.name))


def _components(study: Study, base: Option, one: Untested, limit_usd: float) -> Iterator[Tried]:
    """Copies of one component, with as many slots at most and as many instances as have room for them."""
    place, facts = study.places[one.kind.name], study.facts.mechanism
    slots = slots_of_copy(study.workload, place, facts)
    option = replace(base, concurrency_per_copy=slots)
    fits = copies_per_instance(study.workload, option, place, facts)
    if not fits:
        return
    ratio = slots / max(1, base.concurrency_per_copy)
    copies = max(1, base.min_copies, math.ceil((base.max_copies if base.tracked else base.copies) / ratio))
    if not base.tracked:
        option = replace(option, copies=copies, instances=max(minimum(study.workload, facts), math.ceil(copies / fits)))
    else:
        most = max(base.min_instances + 1, math.ceil(copies / fits))
        target = round(base.target_concurrency * ratio, 3)
        option = replace(
            option, max_copies=max(copies, base.min_copies + 1), max_instances=most, target_concurrency=target
        )
    if lowest_cost(study, option) < limit_usd:
        yield Tried(option, None, (one.kind.name, option.name))


def fleets(study: Study, base: Option, one: Untested, limit_usd: float) -> list[Tried]:
    """The fleets of one type that may cost less than a limit, by rising number of instances, those that scale last.

    Arguments: `study` that knows the type as a place; `base` is the option on a measured type that they replace.
    """
    moved = replace(base, instance_type=one.kind.name, concurrency_per_instance=one.slots)
    if base.components:
        return list(_components(study, moved, one, limit_usd))
    found = list(_fixed(study, moved, one, limit_usd))
    if base.tracked:
        found += _scaled(study, moved, one, base.concurrency_per_instance, limit_usd)
    return found


def ladder(study: Study, option: Option, base_speed: float, change: Change) -> Ladder:
    """The speeds of one fleet, slower ones on higher rungs; a search starts where theory says it can just keep up.

    Arguments: `base_speed` of the type that the fleet replaces, against which a target per minute was set.
    """

    def ask(rung: int) -> Ask:
        target = option.target_per_min * factor_of(-rung) / base_speed  # what a faster instance is asked for
        tried = replace(option, target_per_min=round(target, 3)) if option.target_per_min else option
        return Ask(tried, given=(("speed", f"{factor_of(-rung):.9g}"),), change=change)

    capacity = capacity_per_s(study, option, {"speed": "1"}) or 1.0
    busy, time = study.load.busiest_hour_rate_per_s / capacity, study.places[option.instance_type].time
    bounds = [slo for slo in study.promise.slos if slo.bound_us and slo.percentile]
    late = max((time.quantile_us(slo.percentile or 0.5) / (slo.bound_us or 1) for slo in bounds), default=0.0)
    high = rung_of(1 / min(max(busy, late, SLOWEST), FASTEST))
    near = 4 if late > 2 * busy else rung_of(1.35)  # where the work alone decides, theory is close
    single = -rung_of(FASTEST) if study.load.requests >= _LONG_RUN else None
    return Ladder(ask, high - near, high, -rung_of(FASTEST), rung_of(1 / SLOWEST), single)
