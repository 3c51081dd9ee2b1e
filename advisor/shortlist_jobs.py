"""Candidates for batch transform, on the reference and on each measured instance type.

As often as the fact `job.every` says, and where a bound on completion or latency is shorter than that allows, twice
within that bound; with one instance, and with as many as end a job in time at the fact `utilisation.target`. The
mini-batch holds the largest record, and an instance has no more slots than the limit on their product leaves.
"""

import math
from collections.abc import Iterator
from typing import Final

from advisor.facts import Facts
from advisor.jobs import start_us
from advisor.load import TrafficSummary
from advisor.options import Option
from advisor.places import Place
from advisor.workload import Workload

__all__ = ["job_options"]

_MINUTE_US: Final = 60_000_000
_DAY_US: Final = 24 * 60 * _MINUTE_US


def _slots(workload: Workload, facts: Facts, place: Place) -> tuple[int, int]:
    """Largest mini-batch in MB, and mini-batches at once on an instance."""
    limit = facts.of("batch_transform", "payload_request").bytes() // 10**6
    product = facts.of("batch_transform", "payload_concurrency_product").bytes() // 10**6
    size = min(limit, max(1, math.ceil(workload.request.wire_payload.largest / 10**6)))
    return size, max(1, min(place.slots, product // size))


def _periods(workload: Workload, facts: Facts, start: float) -> dict[int, float]:
    """Time from job to job, and the time that a job may take, microseconds: as usual, and twice within a bound."""
    usual = facts.fact("job.every").us()
    found: dict[int, float] = {usual: float(usual)}
    bounds = [slo.bound_us for slo in workload.needs.slo if slo.bound_us is not None]
    bounds += [workload.needs.completion] if workload.needs.completion is not None else []
    if bounds and min(bounds) < 2 * usual:
        often = min(bounds) // 2 // _MINUTE_US * _MINUTE_US
        if often > start:
            found[often] = min(bounds) / 2
    return found


def job_options(workload: Workload, facts: Facts, load: TrafficSummary, place: Place) -> Iterator[Option]:
    """The candidates at one place; none where it is no instance type."""
    if place.on not in facts.instances:
        return
    start = start_us(workload, place.on, facts)
    size, slots = _slots(workload, facts, place)
    slot_us = place.time.mean_us / place.speed[1] * (1 + place.slowdown * (slots - 1)) / slots
    for every, until in _periods(workload, facts, start).items():
        rate = load.busiest_hour_rate_per_s if every < _DAY_US else load.mean_rate_per_s
        # after its start a job has the rest of its time for the records of a whole period
        usable = max(until - start, _MINUTE_US) * facts.fact("utilisation.target").number()
        needed = max(1, math.ceil(rate * every / 1e6 * slot_us / usable - 1e-9))
        for count in sorted({1, needed}):
            yield Option(
                name="batch_transform", instance_type=place.on, instances=count, concurrency_per_instance=slots,
                payload_mib=size, job_every_s=every // 1_000_000,
            )  # fmt: skip
