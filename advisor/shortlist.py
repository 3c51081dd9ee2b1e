"""Candidates: the sensible configurations of each option for a workload.

Until there is a sizing search this is a short documented list, at most `MOST_PER_NAME` a name:

- `batch_transform`: see `advisor.shortlist_jobs`;
- `real_time`: on the reference and on each measured instance type, once with a fixed count (the smallest count
  whose utilisation in the busiest hour is at most the fact `utilisation.target`), once with the count for the busiest
  minute where that is larger, and once with target tracking
  (target by AWS"s load-test rule, between the availability minimum and twice the fixed count);
- `serverless`: every memory size that holds the model, `max_concurrency` at the 99.9th percentile of the
  offered concurrency, capped by the limit;
- `serverless_provisioned`: the same, with the mean concurrency of the busiest hour kept warm, and with that of its
  99.9th percentile;
- `async`: on the same instance types, with at least 0 and at least 1 instance.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from advisor.facts import Facts
from advisor.load import TrafficSummary
from advisor.options import NAMES, Option
from advisor.places import Place, places
from advisor.shortlist_jobs import job_options
from advisor.workload import Workload

__all__ = ["MOST_PER_NAME", "candidates"]

MOST_PER_NAME: Final = 12


def _minimum(workload: Workload, facts: Facts) -> int:
    """Fewest instances that keep the stated availability."""
    name = "production_minimum_instances" if workload.needs.availability == "zone" else "minimum_instances"
    return int(facts.of("real_time", name).number())


def _capacity_per_s(place: Place) -> float:
    """Requests per second that a full instance finishes, with the slowdown of requests served side by side."""
    slowed = 1 + place.slowdown * (place.slots - 1)
    return place.slots * place.speed[1] / slowed / (place.time.mean_us / 1e6)


def _count(rate_per_s: float, facts: Facts, place: Place) -> int:
    """Instances whose utilisation at a rate is at most the fact `utilisation.target`."""
    usable = _capacity_per_s(place) * facts.fact("utilisation.target").number()
    return max(1, math.ceil(rate_per_s / usable - 1e-9))


def _target_per_min(facts: Facts, place: Place) -> float:
    """The tracking target per instance and minute, by AWS's load-test rule."""
    safety = facts.of("autoscaling", "target_safety_factor").number()
    return round(max(_capacity_per_s(place) * safety * 60, 0.001), 3)


def _instance_options(workload: Workload, facts: Facts, load: TrafficSummary, place: Place) -> Iterator[Option]:
    least = _minimum(workload, facts)
    count = _count(load.busiest_hour_rate_per_s, facts, place)
    fixed, burst = max(count, least), _count(load.busiest_minute_rate_per_s, facts, place)
    base = Option(name="real_time", instance_type=place.on, instances=fixed, concurrency_per_instance=place.slots)
    yield base
    if burst > fixed:
        yield replace(base, instances=burst)
    yield replace(
        base, instances=least, min_instances=least, max_instances=max(2 * fixed, least + 1),
        target_per_min=_target_per_min(facts, place),
    )  # fmt: skip
    backlog = float(facts.of("autoscaling", "async_backlog_target").number())
    for fewest in (0, 1):
        most = max(2 * count, fewest + 1)
        yield replace(
            base, name="async", instances=fewest, min_instances=fewest, max_instances=most, backlog_target=backlog
        )


def _serverless_options(
    place: Place, size: int, limit: int, most: int, load: TrafficSummary, facts: Facts
) -> Iterator[Option]:
    """On demand; with the mean of the busiest hour kept warm; and with nearly all of its peak kept warm."""
    allowed = int(facts.of("serverless_provisioned", "provisioned_concurrency_max").number())
    plain = Option(
        name="serverless", memory_mib=size, max_concurrency=max(1, min(limit, most)), concurrency_per_instance=1
    )
    yield plain
    busy = math.ceil(load.busiest_hour_rate_per_s * place.time.mean_us / place.speed[1] / 1e6)
    for warm in sorted({max(1, min(busy, allowed, limit)), max(1, min(most, allowed, limit))}):
        yield replace(
            plain, name="serverless_provisioned", provisioned_concurrency=warm,
            max_concurrency=max(plain.max_concurrency, warm),
        )  # fmt: skip


def candidates(
    workload: Workload, facts: Facts, load: TrafficSummary, concurrency: Callable[[Place], int]
) -> list[Option]:
    """The candidates of every option name, in a fixed order.

    Arguments: `load` summarises the traffic that will be played; `concurrency` gives the 99.9th percentile of the
    requests in progress at a place if none were refused. Whether a candidate is allowed is for the rules to say;
    whether it keeps the promise, for the simulator.
    """
    served = places(workload, facts)
    found: list[Option] = []
    limit = int(facts.of("serverless", "max_concurrency").number())
    for place in served.values():
        if not place.on.startswith("serverless:"):
            found += _instance_options(workload, facts, load, place)
            continue
        size = int(place.on.split(":")[1])
        if workload.model.memory is not None and workload.model.memory > size * 2**20:
            continue
        found += _serverless_options(place, size, limit, concurrency(place), load, facts)
    for place in served.values():
        found += job_options(workload, facts, load, place)
    kept: list[Option] = []
    for name in NAMES:
        kept += [option for option in found if option.name == name][:MOST_PER_NAME]
    return kept
