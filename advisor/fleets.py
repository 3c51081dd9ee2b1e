"""Fleets: how many instances, or copies, a rate needs before anything is simulated."""

import math

from advisor.facts import Facts
from advisor.places import Place
from advisor.workload import Workload

__all__ = ["capacity_per_s", "count", "minimum", "target_per_min"]


def minimum(workload: Workload, facts: Facts) -> int:
    """Fewest instances that keep the stated availability."""
    name = "production_minimum_instances" if workload.needs.availability == "zone" else "minimum_instances"
    return int(facts.of("real_time", name).number())


def capacity_per_s(place: Place) -> float:
    """Requests per second that a full instance finishes, with the slowdown of requests served side by side."""
    slowed = 1 + place.slowdown * (place.slots - 1)
    return place.slots * place.speed[1] / slowed / (place.time.mean_us / 1e6)


def count(rate_per_s: float, facts: Facts, place: Place) -> int:
    """Instances whose utilisation at a rate is at most the fact `utilisation.target`."""
    usable = capacity_per_s(place) * facts.fact("utilisation.target").number()
    return max(1, math.ceil(rate_per_s / usable - 1e-9))


def target_per_min(facts: Facts, place: Place) -> float:
    """The tracking target per instance and minute, by AWS's load-test rule."""
    safety = facts.of("autoscaling", "target_safety_factor").number()
    return round(max(capacity_per_s(place) * safety * 60, 0.001), 3)
