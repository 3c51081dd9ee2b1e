"""What a candidate is sized by before it is compared: offered concurrency, and a floor under its cost."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from advisor.billing import Bill, bill
from advisor.jobs import is_job
from advisor.meters import Meters, alarm_split, fewest_instances
from advisor.options import Option
from advisor.places import Place
from advisor.popularity import apart
from simulator import tape
from simulator.play import simulate
from simulator.study import Study

__all__ = ["capacity_cost", "in_progress", "lowest_cost", "offered_concurrency"]

_CAPACITY: Final = (
    "instance", "availability", "shadow", "release", "volume", "serverless", "provisioned", "provisioned_busy", "alarm",
    "savings", "free_tier",
)  # fmt: skip
"""Meters of what a configuration pays for capacity; traffic costs all candidates of a name the same."""

_OFFERED: Final = 0.999
_MOST_OFFERED_ROWS: Final = 4_000_000


def offered_concurrency(study: Study, place: Place, given: Mapping[str, str] | None = None) -> int:
    """The 99.9th percentile of requests in progress on serverless if none were refused, start-ups included.

    It is looked at by arrivals, since it is arrivals that a limit turns away, and at the slow end of an assumed speed,
    since a higher limit costs nothing. Traffic too long to keep every request is taken without its start-ups. Users who
    wait for each answer have at most one request each. Of several models it is that of one endpoint, which serves one. Arguments: `given` are the user's own values of assumptions.
    """
    closed = study.demand().closed
    if closed is not None:
        return max(1, closed.users // apart(study.workload, "serverless", study.facts.mechanism))
    key = (place.time, place.speed[0], *sorted((given or {}).items()))
    with study.lock:
        if key in study.offered:
            return study.offered[key]
    size = int(place.on.split(":")[1])
    each = apart(study.workload, "serverless", study.facts.mechanism)
    if study.load.requests / each > _MOST_OFFERED_ROWS:
        found = -(-study.demand().concurrency(tape.Place(place.time, place.speed[0]), _OFFERED) // each)
    else:
        limit = int(study.facts.mechanism.of("serverless", "max_concurrency").number())
        open_ = Option(name="serverless", memory_mib=size, max_concurrency=limit, concurrency_per_instance=1)
        kept = simulate(study, open_, levels={"speed": "low"}, given=given, requests=True).run.requests
        assert kept is not None  # noqa: S101 - it was asked for
        busy = in_progress(kept.arrival_us, kept.finish_us)
        below = np.cumsum(np.bincount(busy))
        found = int(np.searchsorted(below, _OFFERED * below[-1])) if len(busy) else 1
    with study.lock:
        study.offered[key] = max(1, found)
    return max(1, found)


def in_progress(arrival_us: NDArray[np.int64], finish_us: NDArray[np.int64]) -> NDArray[np.int64]:
    """Requests in progress that each arrival finds, itself included: int64[n].

    Arguments: int64[n] microseconds, arrivals ascending; a request that finishes at an arrival is over.

    >>> in_progress(np.array([0, 5, 10]), np.array([10, 30, 12])).tolist()
    [1, 2, 2]
    """
    over = np.searchsorted(
        np.sort(finish_us, kind="stable"), arrival_us, side="right"
    )  # nearly sorted: stable is quick
    found: NDArray[np.int64] = np.arange(1, len(arrival_us) + 1) - over
    return found


def capacity_cost(found: Bill) -> float:
    """USD a month that a candidate pays for capacity, comparable with `lowest_cost`; infinite without a total."""
    if found.total is None:
        return math.inf
    return float(sum(line.usd for line in found.lines if line.meter in _CAPACITY))


def lowest_cost(study: Study, option: Option) -> float:
    """A floor under the monthly cost of an option: fewest instances all the time, or processing alone
    (serverless, jobs).

    Used to leave out candidates that cannot beat one that keeps the promise; 0 where a price is missing.
    """
    window = study.horizon_us
    if is_job(option.name, study.facts):
        return _lowest_of_jobs(study, option)
    standing, fast = alarm_split(option)
    base = Meters(window_us=window, alarms=standing, fast_alarms=fast)
    each = apart(study.workload, option.name, study.facts.mechanism)
    if option.memory_mib:
        place = study.places[option.place]
        # users who wait for slower answers ask less: of closed traffic no least number of requests is known
        least = 0 if study.demand().closed else study.load.requests
        busy = round(least / each * place.time.mean_us / place.speed[1] * 0.9)
        warm = option.min_provisioned if option.provisioned_target else option.provisioned_concurrency
        on_demand = 0 if warm or option.provisioned_target else busy
        base = replace(base, memory_mib=option.memory_mib, serverless_us=on_demand, provisioned_us=warm * window)
    else:
        fewest = fewest_instances(option)
        shadow = option.fleets[1] if option.shadow_share and option.fleets else 0
        base = replace(
            base, instance_type=option.instance_type, instance_us=(fewest - shadow) * window,
            shadow_instance_us=shadow * window,
        )  # fmt: skip
    base = base.times(each)
    total = bill(base, option, study.facts, study.workload.needs.region, study.terms).total
    return 0.0 if total is None else float(total)


def _lowest_of_jobs(study: Study, option: Option) -> float:
    """A floor under the monthly cost of jobs: their work on full instances, without a start."""
    place = study.places[option.place]
    work = study.load.requests * place.time.mean_us / place.speed[1] * 0.9 / max(1, option.concurrency_per_instance)
    base = Meters(window_us=study.horizon_us, instance_type=option.instance_type, instance_us=round(work))
    total = bill(base, option, study.facts, study.workload.needs.region, study.terms).total
    return 0.0 if total is None else float(total)
