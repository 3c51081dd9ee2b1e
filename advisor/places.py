"""Places: where a workload can be served, and how fast one request is there."""

from dataclasses import dataclass

from advisor.facts import Facts
from advisor.workload import TimeDistribution, Workload

__all__ = ["Place", "memory_sizes", "places"]


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
