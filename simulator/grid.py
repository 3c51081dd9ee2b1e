"""The configurations that a sizing looks at: every candidate of `advisor.shortlist`, varied along the axes it has.

| axis | of | values |
|---|---|---|
| instances | fixed fleets | the availability minimum up to twice what the busiest minute needs |
| routing | fleets whose instances take calls as they come | RANDOM, LEAST_OUTSTANDING |
| slots | where requests side by side slow each other | as measured, half of them, one |
| target, fewest, most | tracked fleets, copies | shares of the capacity (fact `utilisation.target`), the standing fleet, the most |
| high resolution | tracked real-time fleets | requests at once instead of invocations a minute |
| kept warm | provisioned concurrency | 1 up to the 99.9th percentile of requests in progress; fixed or tracked |
| backlog | async | parts and multiples of the usual target |
| period, instances | jobs | as often, twice as often; one up to twice what is needed |

Memory sizes, instance types and concurrency limits are those of the candidates.
"""

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from advisor.fleets import capacity_per_s, count, minimum
from advisor.jobs import is_job
from advisor.options import Option
from advisor.popularity import apart
from simulator.study import Study

__all__ = ["grid", "ladder"]

_STEPS: Final = 12
"""Values on an axis of counts; the search looks between two of them where it matters."""
_PULLED: Final = frozenset({"async", "multi_model"})
"""Options whose requests are not sent to an instance at random: routing is no choice there."""


def ladder(low: int, high: int, steps: int = _STEPS) -> list[int]:
    """Counts from `low` to `high`: all of them where they are few, else in equal ratios.

    >>> ladder(2, 6), ladder(2, 500, 5)
    ([2, 3, 4, 5, 6], [2, 8, 32, 126, 500])
    """
    if high - low < steps:
        return list(range(low, high + 1))
    ratio = (high / low) ** (1 / (steps - 1))
    return sorted({low, high, *(round(low * ratio**k) for k in range(1, steps - 1))})


def _slots(option: Option, slowdown: float) -> Iterator[Option]:
    slots = option.concurrency_per_instance
    for fewer in sorted({slots, max(1, slots // 2), 1}, reverse=True) if slowdown > 0 else [slots]:
        yield replace(option, concurrency_per_instance=fewer)


def _routes(option: Option) -> Iterator[Option]:
    yield option
    if option.name not in _PULLED and not option.memory_mib:
        yield replace(option, routing="LEAST_OUTSTANDING")


def _shares(study: Study) -> list[float]:
    """Shares of a full instance that a policy may aim at: the range of our target, and AWS's own start value."""
    aim = study.facts.mechanism.fact("utilisation.target")
    low, mid, high = aim.number("low"), aim.number(), aim.number("high")
    safety = study.facts.mechanism.of("autoscaling", "target_safety_factor").number()
    return sorted({safety, low, (low + mid) / 2, mid, (mid + high) / 2, high})


def _fixed(study: Study, option: Option, most: int) -> Iterator[Option]:
    """A fixed fleet of every size."""
    least = 1 if option.name == "async" else minimum(study.workload, study.facts)
    slowdown = study.places[option.place].slowdown
    for instances in ladder(min(least, most), max(most, option.instances)):
        for routed in _routes(replace(option, instances=instances)):
            yield from _slots(routed, slowdown)


def _tracked(study: Study, option: Option, most: int) -> Iterator[Option]:
    """A tracked fleet: by share of its capacity, by its fewest and by its most instances."""
    place = study.places[option.place]
    full = capacity_per_s(place)
    few = option.min_instances
    for fewest in sorted({few, max(few, most // 4), max(few, most // 2)}):
        for largest in sorted({max(fewest + 1, most), max(fewest + 1, option.max_instances), 2 * option.max_instances}):
            base = replace(option, instances=fewest, min_instances=fewest, max_instances=largest)
            for share in _shares(study):
                if option.backlog_target:
                    yield replace(base, backlog_target=option.backlog_target * 4 ** (4 * share - 2))
                    continue
                yield from _routes(replace(base, target_per_min=round(max(full * share * 60, 0.001), 3)))
                if option.name == "real_time":
                    at_once = round(place.slots * share, 3)
                    yield from _routes(replace(base, target_per_min=0.0, target_concurrency=at_once))


def _copies(study: Study, option: Option, most: int) -> Iterator[Option]:
    """Copies of a component: a fixed number, or tracked by share of a copy's slots."""
    if not option.tracked:
        spare = max(1, option.instances)
        for copies in ladder(minimum(study.workload, study.facts), max(option.copies, most)):
            hosts = max(1, math.ceil(copies * spare / max(1, option.copies)))
            yield from _routes(replace(option, copies=copies, instances=hosts))
        return
    for largest in sorted({option.max_copies, 2 * option.max_copies}):
        hosts = math.ceil(option.max_instances * largest / option.max_copies)
        for share in _shares(study):
            target = round(option.concurrency_per_copy * share, 3)
            yield replace(option, max_copies=largest, max_instances=hosts, target_concurrency=target)


def _variants(study: Study, option: Option) -> Iterator[Option]:
    """Fleets of several variants, each smaller and larger in the same proportion."""
    if option.tracked:
        yield option
        return
    least = minimum(study.workload, study.facts)
    for factor in (0.5, 0.75, 1.0, 1.25, 1.5, 2.0):
        fleets = tuple(max(least, math.ceil(fleet * factor)) for fleet in option.fleets)
        yield from _routes(replace(option, fleets=fleets, instances=sum(fleets)))


def _kept_warm(study: Study, option: Option) -> Iterator[Option]:
    """Environments kept warm: a fixed number, or tracked by their busy share."""
    top = int(study.facts.mechanism.of("serverless_provisioned", "provisioned_concurrency_max").number())
    most = max(1, min(top, option.max_concurrency))
    for warm in ladder(1, most):
        yield replace(option, provisioned_concurrency=warm)
    if most > 1:
        for fewest in sorted({1, max(1, most // 2)}):
            scaled = replace(option, provisioned_concurrency=fewest, min_provisioned=fewest, max_provisioned=most)
            yield from (replace(scaled, provisioned_target=share) for share in _shares(study))


def _jobs(option: Option) -> Iterator[Option]:
    for every in (option.job_every_s, max(60, option.job_every_s // 2)):
        for instances in ladder(1, 2 * option.instances):
            yield replace(option, job_every_s=every, instances=instances)


def grid(study: Study, option: Option) -> list[Option]:
    """A candidate and its variations along the axes of its kind, each once.

    >>> from advisor.options import Option
    >>> from simulator.study import prepare
    >>> study = prepare("receipt-classifier")
    >>> two = Option(name="real_time", instance_type="ml.m5.large", instances=2, concurrency_per_instance=2)
    >>> sorted({each.routing for each in grid(study, two)}), {each.instances for each in grid(study, two)}
    (['LEAST_OUTSTANDING', 'RANDOM'], {1, 2})
    """
    place, facts = study.places[option.place], study.facts
    part = study.load.part(1 / apart(study.workload, option.name, facts.mechanism))
    most = 0 if option.memory_mib else 2 * count(part.busiest_minute_rate_per_s, facts, place)
    if is_job(option.name, facts):
        found = _jobs(option)
    elif option.name == "serverless_provisioned":
        found = _kept_warm(study, option)
    elif option.memory_mib:
        found = iter((option,))
    elif option.components:
        found = _copies(study, option, most)
    elif option.fleets:
        found = _variants(study, option)
    else:
        found = _tracked(study, option, most) if option.tracked else _fixed(study, option, most)
    return list(dict.fromkeys((option, *found)))
