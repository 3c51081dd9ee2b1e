"""What stands all the time whatever the traffic: the minimum fleet, what availability adds to it, alarms."""

import math

from advisor.facts import Facts
from advisor.fleets import count, minimum
from advisor.jobs import is_job
from advisor.load import TrafficSummary
from advisor.options import Option
from advisor.packing import copies_per_instance
from advisor.places import Place
from advisor.workload import Workload

__all__ = ["alarm_split", "alarms", "fewest_instances", "for_availability"]


def alarms(option: Option) -> int:
    """Alarms that the scaling of an option keeps: two for each tracking policy, one more to leave zero.

    >>> alarms(Option(name="async", backlog_target=5, max_instances=2))
    3
    """
    if option.provisioned_target:
        return 2
    if not option.tracked:
        return 0
    scaled = max(1, option.components, len(option.fleets))
    wakes = option.step_from_zero and (
        (option.backlog_target > 0 and option.min_instances == 0) or (option.components > 0 and option.min_copies == 0)
    )
    return (3 if wakes else 2) * scaled


def alarm_split(option: Option) -> tuple[int, int]:
    """Alarms of standard and of high resolution: those of a policy that tracks requests at once are the latter."""
    every = alarms(option)
    fast = 2 * max(1, option.components, len(option.fleets)) if option.target_concurrency else 0
    return every - fast, fast


def fewest_instances(option: Option) -> int:
    """Instances that are always there, over all variants.

    >>> fewest_instances(Option(name="real_time", instances=3))
    3
    """
    return option.min_instances * max(1, len(option.fleets)) if option.tracked else option.instances


def for_availability(option: Option, workload: Workload, load: TrafficSummary, place: Place, facts: Facts) -> int:
    """Instances of the minimum fleet that only the stated availability asks for.

    The load alone needs what keeps the target utilisation in its busiest hour, and room for the fewest copies of every
    component. Hours in which a fleet that scales would otherwise have gone lower are not counted.
    Arguments: `load` of one such endpoint.

    >>> from advisor.facts import load_facts
    >>> from advisor.places import places
    >>> from advisor.workload import load_workload
    >>> workload, facts = load_workload("invoice-ocr"), load_facts()
    >>> quiet = TrafficSummary(10, 10**12, 0.1, 0.2, 0.3, 0.5, 10**9)
    >>> two = Option(name="real_time", instance_type="ml.m5.xlarge", instances=2)
    >>> for_availability(two, workload, quiet, places(workload, facts)["ml.m5.xlarge"], facts)
    1
    """
    if not option.instance_type or is_job(option.name, facts):
        return 0
    wanted, single = minimum(workload, facts), int(facts.of("real_time", "minimum_instances").number())
    fits = max(1, copies_per_instance(workload, option, place, facts)) if option.components else 1
    room = math.ceil(option.components / fits)
    return sum(
        max(0, min(kept, wanted) - max(single, room, count(load.busiest_hour_rate_per_s * part, facts, place)))
        for kept, part in _kept(option)
    )


def _kept(option: Option) -> list[tuple[int, float]]:
    """Instances of the minimum of each fleet that answers, with the share of the load it gets."""
    parts = option.weights or (1.0,)
    if not option.fleets:
        return [(fewest_instances(option), 1.0)]
    counts = (option.min_instances,) * len(parts) if option.tracked else option.fleets
    return list(zip(counts, parts, strict=False))
