"""Inference components: copies of one component for each model, packed on instances that follow the copies."""

import math
from typing import Final

from advisor.facts import Facts
from advisor.options import Option
from advisor.packing import need, room
from advisor.popularity import shares
from advisor.workload import Workload
from simulator.assumptions import Assumptions
from simulator.codes import Placement
from simulator.endpoints._shared import fleet_policy, invocation_limit_us, patience_us, variant_policy
from simulator.model import Hosts, Kind, Routing, ServingModel, Split, Variant

OPTION: Final = "inference_components"


def _copies(workload: Workload, option: Option, initial: int, most: int) -> list[tuple[int, int, int]]:
    """(initial, fewest, most) copies of each component.

    Arguments: `initial` copies that the first period needs in all, spread like the calls; `most` copies that the
    largest fleet has room for. Where the wish exceeds the room, each starts with its fewest.
    """
    models = max(1, option.components)
    if not option.tracked:
        return [(option.copies, option.copies, option.copies)] * models
    parts = shares(workload.model) if models > 1 else (1.0,)
    low, high = option.min_copies, option.max_copies
    wanted = [min(high, max(low, math.ceil(initial * float(part) - 1e-9))) for part in parts]
    if sum(wanted) > most:
        wanted = [low] * models
    return [(first, low, high) for first in wanted]


def build(
    workload: Workload, option: Option, facts: Facts, assumed: Assumptions, horizon_us: int, initial: int
) -> ServingModel:
    """Components as a serving model: a variant for each, all packed on the same instances.

    Arguments: `initial` copies that the first period needs in all. A copy reserves memory, its part of the cores and,
    on accelerated types, accelerators; requests in different copies do not slow each other.
    """
    place, kind = assumed.place, facts.instances[option.instance_type]
    whole = room(kind, option.name, facts, assumed.memory_share)
    each = need(workload, option, place, facts)
    fits = min(have // want for have, want in zip(whole, each, strict=True) if want)
    most = option.max_instances if option.tracked else option.instances
    counts = _copies(workload, option, initial, most * fits)
    variants = tuple(
        Variant(*count, cores=each.cores, accelerators=each.accelerators, memory=each.memory) for count in counts
    )
    policy = fleet_policy(option, facts, of="component")
    fewest = option.min_instances if option.tracked else option.instances
    return ServingModel(
        horizon_us=horizon_us,
        queue_limit=assumed.queue_limit,
        kind=Kind.COPIES,
        slots=max(1, option.concurrency_per_copy),
        slowdown_millionths=round(place.slowdown * 1_000_000),
        routing=Routing[option.routing],
        timeout_us=invocation_limit_us(workload, option, facts),
        caller_timeout_us=patience_us(workload, facts),
        overhead_us=assumed.overhead_us,
        initial=sum(variant.initial for variant in variants),
        minimum=sum(variant.minimum for variant in variants),
        maximum=sum(variant.maximum for variant in variants),
        split=Split.BY_MODEL if len(variants) > 1 else Split.BY_SHARE,
        variants=variants,
        policies=tuple(variant_policy(policy, number) for number in range(len(variants)) if policy.metric),
        hosts=Hosts(
            maximum=most, minimum=fewest, initial=fewest, cores=whole.cores, accelerators=whole.accelerators,
            memory=whole.memory, placement=Placement[option.placement],
            release_us=facts.of("autoscaling", "component_instances_released").us(),
        ),
    )  # fmt: skip
