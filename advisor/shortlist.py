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
- `async`: on the same instance types, with at least 0 and at least 1 instance;
- what shares an endpoint, splits or copies its traffic: see `advisor.shortlist_shared`.

An option that serves one model only is sized for the mean share of one model: one such endpoint for each of them.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from advisor.facts import Facts
from advisor.fleets import count, minimum, target_per_min
from advisor.load import TrafficSummary
from advisor.options import NAMES, Option
from advisor.places import Place, places
from advisor.popularity import apart
from advisor.shortlist_jobs import job_options
from advisor.shortlist_shared import MOST_SHARED, shared_options
from advisor.workload import Workload

__all__ = ["MOST_PER_NAME", "candidates"]

MOST_PER_NAME: Final = 12


def _instance_options(workload: Workload, facts: Facts, load: TrafficSummary, place: Place) -> Iterator[Option]:
    least = minimum(workload, facts)
    needed = count(load.busiest_hour_rate_per_s, facts, place)
    fixed, burst = max(needed, least), count(load.busiest_minute_rate_per_s, facts, place)
    base = Option(name="real_time", instance_type=place.on, instances=fixed, concurrency_per_instance=place.slots)
    yield base
    if burst > fixed:
        yield replace(base, instances=burst)
    yield replace(
        base, instances=least, min_instances=least, max_instances=max(2 * fixed, least + 1),
        target_per_min=target_per_min(facts, place),
    )  # fmt: skip
    backlog = float(facts.of("autoscaling", "async_backlog_target").number())
    for fewest in (0, 1):
        most = max(2 * needed, fewest + 1)
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
    each = apart(workload, "real_time", facts)
    single = load.part(1 / each)
    shared: list[Option] = []
    for place in served.values():
        if not place.on.startswith("serverless:"):
            found += _instance_options(workload, facts, single, place)
            shared += shared_options(workload, facts, load, place)
            continue
        size = int(place.on.split(":")[1])
        if workload.model.memory is not None and workload.model.memory > size * 2**20:
            continue
        found += _serverless_options(place, size, limit, concurrency(place), single, facts)
    for place in served.values():
        found += job_options(workload, facts, single, place)
    if each > 1:
        found = [replace(option, endpoints=each) for option in found]
        shared = [replace(o, endpoints=each) if apart(workload, o.name, facts) > 1 else o for o in shared]
    kept: list[Option] = []
    for name in NAMES:
        kept += [option for option in found if option.name == name][:MOST_PER_NAME]
        kept += [option for option in shared if option.name == name][:MOST_SHARED]
    return kept
