"""Capacity: the requests per second that a configuration finishes with everything it may have at work."""

from collections.abc import Mapping
from dataclasses import dataclass

from advisor.jobs import is_job
from advisor.options import Option
from advisor.packing import copies_per_instance
from advisor.popularity import apart, shares
from simulator.assumptions import given_number
from simulator.study import Study
from simulator.theory import erlang_b

__all__ = ["Saturation", "bearable_per_s", "capacity_per_s", "saturation"]


@dataclass(frozen=True, slots=True)
class Saturation:
    """How far today's traffic is from what a configuration can finish."""

    capacity_per_s: float
    """Requests per second with every slot at work."""
    mean: float
    """Utilisation at the mean load, of the most there may be; above 1 no steady state exists."""
    busiest_hour: float
    """Utilisation in the busiest hour, likewise."""

    @property
    def headroom(self) -> float:
        """Times today's traffic at which the mean load saturates it."""
        return 1 / self.mean

    @property
    def headroom_busiest_hour(self) -> float:
        """Times today's traffic at which the busiest hour saturates it."""
        return 1 / self.busiest_hour


def capacity_per_s(study: Study, option: Option, given: Mapping[str, str] | None = None) -> float | None:
    """Requests per second, of all traffic, beyond which a configuration falls behind; None for jobs, which wait.

    Slots over mean service time, slowed as all of them together are (Little's law); of parts that each get a share of
    the traffic, the one that fills up first decides. Arguments: `given` may hold the user's own speed.

    >>> from simulator.study import prepare
    >>> two = Option(name="real_time", instance_type="ml.m5.large", instances=2, concurrency_per_instance=2)
    >>> round(capacity_per_s(prepare("receipt-classifier"), two), 1)
    16.2
    """
    if is_job(option.name, study.facts):
        return None
    place = study.places[option.place]
    speed = given_number("speed", given["speed"]) if given and "speed" in given else place.speed[1]
    each = speed * 1e6 / place.time.mean_us
    models = apart(study.workload, option.name, study.facts.mechanism)
    if option.memory_mib:
        return models * option.max_concurrency * each
    slots = max(1, option.concurrency_per_copy if option.components else option.concurrency_per_instance)
    copy = each * slots / (1 + place.slowdown * (slots - 1))
    most = option.max_instances if option.tracked else option.instances
    if option.components:
        room = most * copies_per_instance(study.workload, option, place, study.facts.mechanism)
        copies = min(room, option.max_copies if option.tracked else option.copies)
        busiest = float(shares(study.workload.model)[0]) if option.components > 1 else 1.0
        return copies * copy / busiest
    if option.weights:
        fleets = [most] * len(option.weights) if option.tracked else option.fleets
        return models * min(n * copy / part for n, part in zip(fleets, option.weights, strict=True) if part)
    if option.shadow_share and not option.tracked:
        most = option.fleets[0]
    return models * most * copy


def bearable_per_s(study: Study, option: Option, given: Mapping[str, str] | None = None) -> float | None:
    """Requests per second that a configuration may bear for long: where a search for its largest load begins.

    Its capacity; without a waiting line the load at which the promised share of requests is refused (Erlang B).
    """
    capacity = capacity_per_s(study, option, given)
    if not option.memory_mib or capacity is None:
        return capacity
    allowed = max(1e-6, min(slo.bound_share for slo in study.promise.slos if slo.bound_share is not None))
    low, high = 0.0, 1.0
    for _ in range(20):
        share = (low + high) / 2
        refused = erlang_b(share * option.max_concurrency, option.max_concurrency)
        low, high = (share, high) if refused <= allowed else (low, share)
    return high * capacity


def saturation(study: Study, option: Option, given: Mapping[str, str] | None = None) -> Saturation | None:
    """How far the traffic of a study is from the capacity of a configuration; None for jobs and without traffic."""
    capacity, load = capacity_per_s(study, option, given), study.load
    if not capacity or not load.requests:
        return None
    return Saturation(capacity, load.mean_rate_per_s / capacity, load.busiest_hour_rate_per_s / capacity)
