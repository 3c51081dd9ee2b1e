"""Option: one concrete, fully sized candidate, and the sensible candidates for a workload.

Until there is a sizing search, `candidates` is a short documented list, at most `MOST_PER_NAME` a name:

- `real_time`: on the reference and on each measured instance type, once with a fixed count (the smallest count
  whose utilisation in the busiest hour is at most the fact `utilisation.target`) and once with target tracking
  (target by AWS's load-test rule, between the availability minimum and twice the fixed count);
- `serverless`: every memory size that holds the model, `max_concurrency` at the 99.9th percentile of the
  offered concurrency, capped by the limit;
- `async`: on the same instance types, with at least 0 and at least 1 instance.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Final

from advisor.facts import Facts
from advisor.load import TrafficSummary
from advisor.units import NBSP
from advisor.workload import TimeDistribution, Workload

__all__ = [
    "MOST_PER_NAME",
    "NAMES",
    "Option",
    "Place",
    "candidates",
    "describe",
    "memory_sizes",
    "places",
    "title",
]

MOST_PER_NAME: Final = 12
NAMES: Final = ("real_time", "serverless", "async")
_TITLES: Final = {
    "real_time": "Real-time endpoint",
    "serverless": "Serverless endpoint",
    "async": "Asynchronous endpoint",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One concrete candidate: an option name with everything that has to be chosen for it.

    >>> Option(name="real_time", instance_type="ml.m5.xlarge", instances=2).tracked
    False
    """

    name: str
    """Option name."""
    instance_type: str = ""
    """`ml.*` type; empty where the option has none."""
    instances: int = 0
    """Instances at the start, and all the time where nothing scales."""
    min_instances: int = 0
    """Fewest instances a scaling policy may leave."""
    max_instances: int = 0
    """Most instances a scaling policy may ask for."""
    target_per_min: float = 0.0
    """Target of tracking: invocations per instance and minute; 0 where the count is fixed."""
    backlog_target: float = 0.0
    """Target of tracking for a queue: backlog per instance; 0 where the count is fixed."""
    memory_mib: int = 0
    """Configured memory of one serverless environment, MiB."""
    max_concurrency: int = 0
    """Most serverless environments at once."""
    concurrency_per_instance: int = 0
    """Requests an instance works on side by side."""
    routing: str = "RANDOM"
    """RANDOM (AWS's default) or LEAST_OUTSTANDING."""
    step_from_zero: bool = True
    """A step policy wakes a queue's fleet from zero instances."""

    @property
    def place(self) -> str:
        """Where it serves: the instance type, or `serverless:<MiB>`."""
        return f"serverless:{self.memory_mib}" if self.memory_mib else self.instance_type

    @property
    def tracked(self) -> bool:
        """A scaling policy changes the instance count."""
        return self.target_per_min > 0 or self.backlog_target > 0

    def config(self) -> dict[str, object]:
        """The fields that differ from their defaults, for printing and JSON."""
        return {
            f.name: getattr(self, f.name)
            for f in fields(self)
            if f.name != "name" and getattr(self, f.name) != f.default
        }


def title(name: str) -> str:
    """What people call an option name.

    >>> title("real_time")
    'Real-time endpoint'
    """
    return _TITLES.get(name, name.replace("_", " ").capitalize())


def describe(option: Option) -> str:
    """The configuration in a few words.

    >>> describe(Option(name="real_time", instance_type="ml.m5.xlarge", instances=2)).replace("\\xa0", " ")
    '2 × ml.m5.xlarge'
    """
    if option.memory_mib:
        return f"{option.memory_mib / 1024:g}{NBSP}GiB, up to {option.max_concurrency:,} at once"
    if not option.tracked:
        return f"{option.instances:,}{NBSP}×{NBSP}{option.instance_type}"
    return f"{option.min_instances:,} to {option.max_instances:,}{NBSP}×{NBSP}{option.instance_type}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request is served: the time of one request on one slot there, and how well that is known.

    `speed` holds the low, mid and high factor by which the time is divided; all 1 where it was measured.
    """

    on: str
    """Instance type, or `serverless:<MiB>`."""
    time: TimeDistribution
    slots: int
    slowdown: float
    """How much requests served side by side slow each other: speed(n) = 1 / (1 + slowdown (n - 1))."""
    speed: tuple[float, float, float]
    measured: bool
    fact: str = ""
    """Id of the fact the speed comes from; empty where measured."""
    base: str = ""
    """The measured place that the speed is against, where it is not the reference."""


def memory_sizes(facts: Facts) -> tuple[int, ...]:
    """The memory sizes of a serverless environment, MiB, ascending."""
    value = facts.of("serverless", "memory_sizes").value
    return tuple(sorted(int(size) for size in value)) if isinstance(value, tuple) else (int(value),)


def _derived(size: int, measured: dict[int, Place], reference: Place, facts: Facts) -> Place:
    """A memory size nobody measured: from the nearest measured size where there is one, else from the reference.

    More memory is never slower and less never faster than the measured size.
    """
    fact = facts.fact(f"speed.serverless_{size}")
    low, mid, high = fact.number("low"), fact.number(), fact.number("high")
    name = f"serverless:{size}"
    if not measured:
        return Place(name, reference.time, 1, 0.0, (low, mid, high), measured=False, fact=fact.id)
    near = min(measured, key=lambda other: (abs(other - size), other))
    ratio = mid / facts.fact(f"speed.serverless_{near}").number()
    low, mid, high = low / mid * ratio, ratio, high / mid * ratio
    ends = (
        (max(1.0, low), max(1.0, mid), max(1.0, high))
        if size > near
        else (min(1.0, low), min(1.0, mid), min(1.0, high))
    )
    return Place(name, measured[near].time, 1, 0.0, ends, measured=False, fact=fact.id, base=f"serverless:{near}")


def places(workload: Workload, facts: Facts) -> dict[str, Place]:
    """Where the workload can be served: the reference, each measured place, each serverless memory size.

    An accelerated reference says nothing of a serverless environment, which has no accelerator: no such place is
    derived then.
    """
    service = workload.service
    one = (1.0, 1.0, 1.0)
    found = {
        service.reference: Place(service.reference, service.time, service.slots, service.slowdown, one, measured=True)
    }
    for row in service.measured:
        slots = row.slots or service.slots
        slots = 1 if row.on.startswith("serverless:") else slots
        slowdown = service.slowdown if row.slowdown is None else row.slowdown
        found[row.on] = Place(row.on, row.time, slots, slowdown, one, measured=True)
    reference = facts.instances.get(service.reference)
    if reference is not None and reference.gpu:
        return found
    measured = {int(name.split(":")[1]): place for name, place in found.items() if name.startswith("serverless:")}
    for size in memory_sizes(facts):
        if size not in measured:
            found[f"serverless:{size}"] = _derived(size, measured, found[service.reference], facts)
    return found


def _minimum(workload: Workload, facts: Facts) -> int:
    """Fewest instances that keep the stated availability."""
    name = "production_minimum_instances" if workload.needs.availability == "zone" else "minimum_instances"
    return int(facts.of("real_time", name).number())


def _capacity_per_s(place: Place) -> float:
    """Requests per second that a full instance finishes, with the slowdown of requests served side by side."""
    slowed = 1 + place.slowdown * (place.slots - 1)
    return place.slots * place.speed[1] / slowed / (place.time.mean_us / 1e6)


def _fleet(facts: Facts, load: TrafficSummary, place: Place) -> tuple[int, float]:
    """The fixed count for the busiest hour, and the tracking target per instance and minute."""
    capacity = _capacity_per_s(place)
    utilisation = float(facts.fact("utilisation.target").number())
    safety = float(facts.of("autoscaling", "target_safety_factor").number())
    count = math.ceil(load.busiest_hour_rate_per_s / (capacity * utilisation) - 1e-9)
    return max(count, 1), max(capacity * safety * 60, 0.001)


def _instance_options(workload: Workload, facts: Facts, load: TrafficSummary, place: Place) -> Iterator[Option]:
    least = _minimum(workload, facts)
    count, target = _fleet(facts, load, place)
    fixed = max(count, least)
    base = Option(name="real_time", instance_type=place.on, instances=fixed, concurrency_per_instance=place.slots)
    yield base
    yield replace(
        base, instances=least, min_instances=least, max_instances=max(2 * fixed, least + 1), target_per_min=round(target, 3),
    )  # fmt: skip
    backlog = float(facts.of("autoscaling", "async_backlog_target").number())
    for fewest in (0, 1):
        most = max(2 * count, fewest + 1)
        yield replace(
            base, name="async", instances=fewest, min_instances=fewest, max_instances=most, backlog_target=backlog
        )


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
        found.append(Option(
            name="serverless", memory_mib=size, max_concurrency=max(1, min(limit, concurrency(place))),
            concurrency_per_instance=1,
        ))  # fmt: skip
    kept: list[Option] = []
    for name in NAMES:
        kept += [option for option in found if option.name == name][:MOST_PER_NAME]
    return kept
