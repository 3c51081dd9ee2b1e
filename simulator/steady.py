"""Whether a fleet can keep up at all: what is asked of it against the most it may have."""

import math
from collections.abc import Sequence

import numpy as np

from advisor.load import TrafficSummary
from advisor.options import Option
from advisor.places import Place
from advisor.workload import ClosedTraffic, Workload
from simulator._closed import think_us
from simulator.codes import Split
from simulator.model import ServingModel, Variant

__all__ = ["closed_note", "shares", "shortage_note", "variants_note"]


def _needed(option: Option, place: Place, work: float) -> tuple[int, int, str]:
    """What a mean number of requests in service needs, the most there is, and what it is counted in."""
    if option.memory_mib:
        return math.ceil(work), option.max_concurrency, "environment"
    slots = max(1, option.concurrency_per_instance or place.slots)
    slowed = 1 + place.slowdown * (slots - 1)
    most = option.max_instances if option.tracked else option.instances
    return math.ceil(work * slowed / slots), most, "instance"


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
    needed, most, what = _needed(option, place, load.mean_rate_per_s * place.time.mean_us / speed / 1e6)
    if needed <= most:
        return ""
    missing = needed - most
    return (
        f"the mean load needs {needed:,} {what}s and there {'is' if most == 1 else 'are'} {most:,} at most: "
        f"no steady state exists, {missing:,} more {'is' if missing == 1 else 'are'} missing"
    )


def closed_note(option: Option, place: Place, speed: float, traffic: ClosedTraffic) -> str:
    """Where the users of closed traffic saturate the fleet; empty where they do not.

    A closed system is never unstable, since nobody asks before his answer is there. Beyond N* = (Z + S) x C / S users,
    with C slots, more users only wait longer: R is at least N x S / C - Z (asymptotic bounds; Lazowska et al.,
    Quantitative System Performance, 1984, chapter 5).
    """
    service_us, pause_us = place.time.mean_us / speed, think_us(traffic)
    work = traffic.users * service_us / (service_us + pause_us)
    needed, most, what = _needed(option, place, work)
    if needed <= most or not most:
        return ""
    slots = 1 if option.memory_mib else max(1, option.concurrency_per_instance or place.slots)
    each_us = service_us * (1 if option.memory_mib else 1 + place.slowdown * (slots - 1))
    knee = math.floor((pause_us + each_us) * most * slots / each_us)
    return (
        f"the {traffic.users:,} users saturate the fleet: without waiting they would need {needed:,} {what}s and there "
        f"{'is' if most == 1 else 'are'} {most:,} at most; beyond about {knee:,} users each further one only adds to the wait"
    )


def shares(workload: Workload, model: ServingModel) -> tuple[float, ...]:
    """Share of the requests that each variant of a model gets."""
    if model.split == Split.BY_SHARE:
        bounds = np.array([0, *(variant.share for variant in model.variants)]) / 2**32
        return tuple(np.diff(bounds).tolist())
    weights = np.arange(1, workload.model.count + 1, dtype=np.float64) ** -workload.model.zipf_exponent
    return tuple((weights / weights.sum())[: len(model.variants)].tolist())


def _most(model: ServingModel, number: int, variant: Variant) -> int:
    """Most copies that a variant may have, scheduled bounds included."""
    return max([variant.maximum, *(s.maximum for s in model.schedules if s.variant == number)])


def _hosts_for(model: ServingModel, counts: Sequence[int]) -> int:
    """Hosts that hold so many copies of each variant, filled one after the other."""
    hosts, room = model.hosts, (model.hosts.cores, model.hosts.accelerators, model.hosts.memory)
    left: list[tuple[int, int, int]] = []

    def fits(have: tuple[int, int, int], each: tuple[int, int, int]) -> int:
        return min((h // want for h, want in zip(have, each, strict=True) if want), default=sum(counts))

    for variant, count in zip(model.variants, counts, strict=True):
        each, rest = (variant.cores, variant.accelerators, variant.memory), count
        for number in range(len(left) + rest):
            if not rest:
                break
            if number == len(left):
                left.append(room)
            put = min(rest, fits(left[number], each))
            cores, accelerators, memory = (h - put * want for h, want in zip(left[number], each, strict=True))
            left[number], rest = (cores, accelerators, memory), rest - put
    return max(hosts.minimum, len(left))


def _hosts_note(model: ServingModel, needed: Sequence[int], *, closed: bool) -> str:
    """Copies for which the largest number of hosts has no room."""
    most = model.hosts.maximum
    for counts, what in (
        (needed, "the users keep copies busy that take" if closed else "the mean load needs copies that take"),
        ([max(n, v.minimum) for n, v in zip(needed, model.variants, strict=True)], "the fewest copies take"),
    ):
        hosts = _hosts_for(model, counts)
        if hosts > most:
            more = hosts - most
            end = "" if closed or counts is not needed else "no steady state exists, "
            return (
                f"{what} {hosts:,} instances and there {'is' if most == 1 else 'are'} {most:,} at most: {end}some never find "
                f"room, {more:,} more instance{' is' if more == 1 else 's are'} missing"
            )
    return ""


def variants_note(
    model: ServingModel, parts: Sequence[float], rate_per_s: float, service_us: float, *, closed: bool = False
) -> str:
    """Which of several variants or components cannot keep up with its share of the mean load; empty where all can.

    Copies that are packed on hosts must also find room on as many as there are at most.

    Arguments: `parts` as `shares` gives them, `service_us` the mean work of a request on one slot, `closed` where
    `rate_per_s` is the most that users who wait for each answer ask: they saturate a fleet and it stays stable.

    >>> two = (Variant(1, 1, 1, 2**31), Variant(1, 1, 4, 2**32))
    >>> variants_note(ServingModel(60, 4, variants=two), (0.5, 0.5), 6.0, 1e6)
    'no steady state exists for variant 0 (needs 3 instances, at most 1)'
    """
    slowed = 1 + model.slowdown_millionths / 1e6 * (model.slots - 1)
    word, unit = ("component", "copies") if model.hosts.maximum else ("variant", "instances")
    short, wanted = [], []
    for number, (variant, part) in enumerate(zip(model.variants, parts, strict=False)):
        work = rate_per_s * part * service_us * variant.work_millionths / 1e12
        needed, most = math.ceil(work * slowed / model.slots - 1e-9), _most(model, number, variant)
        wanted.append(min(needed, most))
        if needed > most:
            short.append(f"{word} {number} (needs {needed:,} {unit}, at most {most:,})")
    found = [f"{'the users saturate' if closed else 'no steady state exists for'} {', '.join(short)}"] if short else []
    if model.hosts.maximum and (no_room := _hosts_note(model, wanted, closed=closed)):
        found.append(no_room)
    return "; ".join(found)
