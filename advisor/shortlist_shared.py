"""Candidates of the options that share an endpoint between models or containers, split its traffic or copy it.

On the reference and on each measured instance type:

- `multi_model`: a fixed count, the same with as many instances as keep half of the models or all of them loaded where
  that is not far more, and target tracking; `multi_container` and `inference_pipeline`: a fixed count and target tracking;
- `inference_components`: copies that track requests at once, and for one model a fixed count of them; with `_zero`
  copies and instances may reach zero;
- `production_variants`: two variants by the default weight, with fixed counts and tracking; `shadow_variant`: a second
  fleet for the copied requests, likewise.

They are listed for every workload, so that each can be asked for; which of them a ranking looks at is decided there.
"""

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from advisor.facts import Facts
from advisor.fleets import count, minimum, target_per_min
from advisor.load import TrafficSummary
from advisor.options import Option
from advisor.packing import copies_per_instance, models_in_memory, slots_of_copy
from advisor.places import Place
from advisor.popularity import apart, shares
from advisor.workload import Workload

__all__ = ["MOST_SHARED", "shared_options"]

MOST_SHARED: Final = 6
"""Candidates a name: a ranking is to stay quick."""
_FAR_MORE: Final = 4
"""Instances that keep all models loaded are tried up to this many times what the load needs."""


def _plain(workload: Workload, facts: Facts, load: TrafficSummary, place: Place) -> tuple[Option, Option]:
    """One fleet for all traffic: with a fixed count, and tracking invocations."""
    least = minimum(workload, facts)
    fixed = max(count(load.busiest_hour_rate_per_s, facts, place), least)
    base = Option(
        name="real_time", instance_type=place.on, instances=fixed, concurrency_per_instance=place.slots,
    )  # fmt: skip
    tracked = replace(
        base, instances=least, min_instances=least, max_instances=max(2 * fixed, least + 1),
        target_per_min=target_per_min(facts, place),
    )  # fmt: skip
    return base, tracked


def _containers(workload: Workload, facts: Facts, base: Option, tracked: Option) -> Iterator[Option]:
    """Several models or containers on each instance."""
    models = workload.model.count
    yield replace(base, name="multi_model")
    holds = math.ceil(models / models_in_memory(workload, base.instance_type, facts))
    for instances in sorted({math.ceil(holds / 2), holds}):  # half of the models loaded, and all
        if base.instances < instances <= _FAR_MORE * base.instances:
            yield replace(base, name="multi_model", instances=instances)
    yield replace(tracked, name="multi_model")
    fewest = int(facts.of("inference_pipeline", "containers_range").number("low"))
    in_a_row = max(fewest, models if workload.model.chained is True else 1)
    for name, containers in (("multi_container", models), ("inference_pipeline", in_a_row)):
        for option in (base, tracked):
            yield replace(option, name=name, containers=containers)


def _components(workload: Workload, facts: Facts, load: TrafficSummary, place: Place) -> Iterator[Option]:
    """Copies of one component for each model, packed on instances."""
    side_by_side = slots_of_copy(workload, place, facts)
    one = replace(place, slots=side_by_side)
    models = 1 if workload.model.chained is True else workload.model.count
    parts = shares(workload.model).tolist() if models > 1 else [1.0]
    least = minimum(workload, facts)
    needed = [max(least, count(load.busiest_hour_rate_per_s * part, facts, one)) for part in parts]
    base = Option(
        name="inference_components", instance_type=place.on, components=models,
        concurrency_per_copy=side_by_side, concurrency_per_instance=place.slots,
    )  # fmt: skip
    fits = copies_per_instance(workload, base, place, facts)
    if not fits:
        return
    fixed = max(least, math.ceil(sum(needed) / fits))
    fewest = max(least, math.ceil(least * models / fits))
    tracked = replace(
        base, instances=fewest, min_instances=fewest, max_instances=max(2 * fixed, fewest + 1), copies=least,
        min_copies=least, max_copies=max(2 * needed[0], least + 1),
        target_concurrency=round(side_by_side * facts.fact("utilisation.target").number(), 3),
    )  # fmt: skip
    if models == 1:
        yield replace(base, instances=fixed, copies=needed[0])
    yield tracked
    yield replace(tracked, name="inference_components_zero", instances=0, min_instances=0, copies=0, min_copies=0)


def _variants(
    workload: Workload, facts: Facts, load: TrafficSummary, place: Place, base: Option, tracked: Option
) -> Iterator[Option]:
    """A second version beside the first: a share of its traffic, or a copy of it."""
    least, busiest = minimum(workload, facts), load.busiest_hour_rate_per_s
    new = facts.fact("weight.production_variants").number()
    weights = (round(1 - new, 6), new)
    fleets = tuple(max(least, count(busiest * weight, facts, place)) for weight in weights)
    split = replace(base, name="production_variants", weights=weights)
    yield replace(split, instances=sum(fleets), fleets=fleets)
    yield replace(tracked, name=split.name, weights=weights, instances=2 * least, fleets=(least, least))
    copied = facts.of("shadow_variant", "sampling_default").number() / 100
    mirror = replace(base, name="shadow_variant", shadow_share=copied)
    fleets = (base.instances, count(busiest * copied, facts, place))
    yield replace(mirror, instances=sum(fleets), fleets=fleets)
    yield replace(tracked, name=mirror.name, shadow_share=copied, instances=2 * least, fleets=(least, least))


def shared_options(workload: Workload, facts: Facts, load: TrafficSummary, place: Place) -> Iterator[Option]:
    """The candidates on one instance type.

    Arguments: `load` of all models together; a release is that of one of them.

    >>> from advisor.facts import load_facts
    >>> from advisor.places import places
    >>> from advisor.workload import load_workload
    >>> workload, facts = load_workload("invoice-ocr"), load_facts()
    >>> load = TrafficSummary(10**6, 10**12, 2.0, 4.0, 8.0, 0.0, 0)
    >>> found = shared_options(workload, facts, load, places(workload, facts)["ml.m5.xlarge"])
    >>> [option.instances for option in found if option.name == "shadow_variant"]
    [3, 4]
    """
    base, tracked = _plain(workload, facts, load, place)
    yield from _containers(workload, facts, base, tracked)
    yield from _components(workload, facts, load, place)
    one = load.part(1 / apart(workload, "production_variants", facts))
    yield from _variants(workload, facts, one, place, *_plain(workload, facts, one, place))
