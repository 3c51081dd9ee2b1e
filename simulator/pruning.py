"""Bounds that exclude a configuration before anything is simulated.

Each is on the careful side: what it excludes misses the promise by a wide margin by theory, or costs more than
what is known to keep it. `rank`, `simulate` and a sizing with `prune=False` do without them.

| bound | what it says | source |
|---|---|---|
| service time | the work alone, without any wait, takes longer than a bound on latency allows | latency is at least overhead and service |
| utilisation | in the busiest stretches more work comes than the largest fleet can do, and too many requests find more backlog than the bound | fluid limit; Lindley's recursion |
| Erlang C | hour by hour, M/M/c with the fleet as one queue leaves far too many requests waiting too long | Erlang C, scaled by (1 + CV^2) / 2 (Allen and Cunneen) |
| Little | more requests are in progress on average than there may be environments | Little's law |
| budget | the fewest instances, or processing alone, cost more than the budget | `simulator.offered.lowest_cost` |
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from advisor.options import Option
from advisor.places import Place
from advisor.popularity import apart
from simulator.assumptions import assume
from simulator.study import Study
from simulator.theory import erlang_c

__all__ = ["BOUNDS", "Profile", "excluded_by", "profile_of"]

BOUNDS: Final = ("service time", "utilisation", "Erlang C", "Little", "budget", "cost")
"""The bounds by name; `cost` is known only while a search goes on."""
_MINUTE_US: Final = 60_000_000
_HOUR: Final = 60
_SPARE: Final = 1.1
"""Capacity is taken this much larger: the work of a minute is known by its mean only."""
_CLEARLY: Final = 4.0
"""Erlang C excludes what misses by more than this many times the share allowed."""


@dataclass(frozen=True, slots=True)
class Profile:
    """When the requests of a study come, and which share of them may be late or fail."""

    per_minute: NDArray[np.int64]
    """int64[minutes], arrivals."""
    late: float
    """Largest share of the requests that may be later than `bound_us`; 1 without a bound."""
    bound_us: float
    """The bound on latency that goes with it, microseconds."""


def profile_of(study: Study) -> Profile:
    """The profile of a study; the tightest bound on latency counts."""
    counts = np.zeros(study.horizon_us // _MINUTE_US + 1, dtype=np.int64)
    for arrivals in study.demand().arrivals() if study.demand().closed is None else ():
        minutes, first = arrivals // _MINUTE_US, int(arrivals[0]) // _MINUTE_US if len(arrivals) else 0
        found = np.bincount(minutes - first)
        counts[first : first + len(found)] += found
    bounds = [(1 - (slo.percentile or 0.0), float(slo.bound_us)) for slo in study.promise.slos if slo.bound_us]
    late, bound = min(bounds, default=(1.0, np.inf))
    return Profile(counts, late, bound)


def _slots(option: Option, place: Place) -> tuple[float, float]:
    """Most slots there can be in all, and how much slower a request is when they are all busy."""
    if option.components:
        each = max(1, option.concurrency_per_copy)
        return each * option.components * (option.max_copies if option.tracked else option.copies), 1.0
    each = max(1, option.concurrency_per_instance or place.slots)
    most = option.max_instances if option.tracked else option.instances
    if option.shadow_share and option.fleets:
        most -= 0 if option.tracked else option.fleets[1]
    return each * most * (len(option.weights) if option.weights and option.tracked else 1), 1 + place.slowdown * (
        each - 1
    )


def _backlogged(
    work_us: NDArray[np.float64], counts: NDArray[np.int64], slots: float, bound_us: float, full_us: float
) -> float:
    """Share of the requests that a fluid queue keeps beyond the bound, or turns away.

    Arguments: `full_us` is the wait behind a full line. Where it is within the bound, what overflows is turned away and
    what is taken is in time; else whoever comes to a backlog longer than the bound is late.
    """
    room = slots * _SPARE * _MINUTE_US
    if full_us <= bound_us and math.isfinite(full_us):
        overflow = np.maximum(work_us - room, 0.0).sum() - slots * full_us * np.count_nonzero(work_us > room)
        return float(max(0.0, overflow) / max(1.0, work_us.sum()))
    drift = np.cumsum(work_us - room)
    backlog = drift - np.minimum(np.minimum.accumulate(drift), 0.0)
    before = np.concatenate([[0.0], backlog[:-1]])
    late = counts[before / (slots * _SPARE) > bound_us].sum()
    return float(late / max(1, counts.sum()))


@lru_cache(maxsize=4096)
def _waits(load: float, servers: int) -> float:
    return erlang_c(load, servers)


def _queued(hours: NDArray[np.float64], service_us: float, cv2: float, slots: int, bound_us: float) -> float:
    """Share of the requests that wait longer than the bound allows beside their mean service, by Erlang C per hour."""
    late = total = 0.0
    spare_us = max(0.0, bound_us - service_us)
    for count in hours:
        load = float(count) / (_HOUR * _MINUTE_US) * service_us
        total += count
        if load >= slots:
            late += count
            continue
        decay = (slots - load) / service_us * 2 / (1 + cv2)
        late += count * _waits(round(load, 3), slots) * float(np.exp(-decay * spare_us))
    return late / total if total else 0.0


def _cv2(place: Place) -> float:
    """Squared coefficient of variation of the service time, read off its median and 99th percentile as a lognormal."""
    median, p99 = place.time.quantile_us(0.5), place.time.quantile_us(0.99)
    sigma = np.log(max(1.0, p99 / max(1, median))) / 2.326
    return float(np.exp(sigma**2) - 1)


def excluded_by(study: Study, profile: Profile, option: Option, floor_usd: float) -> str:
    """The bound that excludes a configuration; empty where it has to be simulated.

    Arguments: `profile` of the study's traffic, `floor_usd` the least the configuration can cost a month.
    """
    budget = study.promise.budget_usd
    if budget is not None and floor_usd > budget:
        return "budget"
    place, facts = study.places[option.place], study.facts.mechanism
    assumed = assume(study.workload, option, study.facts)
    speed, allowed = assumed.speed, profile.late
    if place.time.share_above((profile.bound_us - assumed.overhead_us) * speed) > allowed:
        return "service time"
    if option.job_every_s or not profile.per_minute.any():
        return ""
    counts = profile.per_minute / apart(study.workload, option.name, facts)
    service_us = place.time.mean_us / speed
    if option.memory_mib:
        in_progress = counts.sum() / (len(counts) * _MINUTE_US) * service_us
        refused = 1 - option.max_concurrency * _SPARE / in_progress if in_progress else 0.0
        fails = min((slo.bound_share for slo in study.promise.slos if slo.bound_share is not None), default=1.0)
        return "Little" if refused > fails else ""
    slots, slowed = _slots(option, place)
    work = counts * service_us * slowed
    queued = facts.of(option.name, "queues_when_busy").value
    full_us = np.inf if queued else assumed.queue_limit * service_us * slowed / max(1, option.concurrency_per_instance)
    if not slots or _backlogged(work, profile.per_minute, slots, profile.bound_us, full_us) > allowed:
        return "utilisation"
    if not option.tracked and slowed == 1.0 and option.name in {"real_time", "multi_container"}:
        hours = np.add.reduceat(counts, np.arange(0, len(counts), _HOUR))
        if _queued(hours, service_us, _cv2(place), int(slots), profile.bound_us) > _CLEARLY * allowed:
            return "Erlang C"
    return ""
