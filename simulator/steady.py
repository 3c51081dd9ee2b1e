"""Whether a fleet can keep up at all: mean load against the most it may have."""

import math

from advisor.load import TrafficSummary
from advisor.options import Option
from advisor.places import Place

__all__ = ["shortage_note"]


def shortage_note(option: Option, place: Place, speed: float, load: TrafficSummary) -> str:
    """What is missing where the mean load is above capacity; empty where the fleet can keep up.

    Arguments: `place` with the time of one request, `speed` by which it is divided, `load` of the whole horizon. A
    queue needs its mean load under what all slots can do together, else it has no steady state (Little's law).

    >>> from advisor.workload import load_workload
    >>> from advisor.facts import load_facts
    >>> from advisor.places import places
    >>> place = places(load_workload("invoice-ocr"), load_facts())["ml.m5.xlarge"]
    >>> busy = TrafficSummary(10**6, 10**10, 100.0, 100.0, 100.0, 0.0, 0)
    >>> shortage_note(Option(name="real_time", instance_type="ml.m5.xlarge", instances=2), place, 1.0, busy)
    'the mean load needs 3 instances and there are 2 at most: no steady state exists, 1 more is missing'
    """
    work = load.mean_rate_per_s * place.time.mean_us / speed / 1e6
    if option.memory_mib:
        needed, most, what = math.ceil(work), option.max_concurrency, "environment"
    else:
        slots = max(1, option.concurrency_per_instance or place.slots)
        slowed = 1 + place.slowdown * (slots - 1)
        needed, what = math.ceil(work * slowed / slots), "instance"
        most = option.max_instances if option.tracked else option.instances
    if needed <= most:
        return ""
    missing = needed - most
    return (
        f"the mean load needs {needed:,} {what}s and there {'is' if most == 1 else 'are'} {most:,} at most: "
        f"no steady state exists, {missing:,} more {'is' if missing == 1 else 'are'} missing"
    )
