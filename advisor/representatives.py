"""Representatives: one option of each name, for the rules to judge where nothing was sized yet."""

from dataclasses import replace
from functools import lru_cache
from typing import Final

from advisor.attributes import UNKNOWN, Attributes, high
from advisor.facts import Facts
from advisor.options import NAMES, Option
from advisor.places import memory_sizes
from advisor.workload import Workload

__all__ = ["representatives", "sized_for"]

_ONE_FLEET: Final = (
    "real_time", "multi_model", "multi_container", "inference_pipeline", "inference_components",
    "production_variants", "shadow_variant",
)  # fmt: skip
"""Names whose plainest form is a fixed number of instances that is never zero."""


@lru_cache(maxsize=16)
def representatives(facts: Facts) -> tuple[Option, ...]:
    """One option of each name but `none`, with nothing chosen that a brief does not know: no instance type.

    A serverless environment has the largest memory there is, so that only what fits nowhere is blocked.

    >>> from advisor.facts import load_facts
    >>> [option.instance_type for option in representatives(load_facts())][:2]
    ['', '']
    """
    limit = int(facts.of("serverless", "max_concurrency").number())
    warm = min(limit, int(facts.of("serverless_provisioned", "provisioned_concurrency_max").number()))
    backlog = float(facts.of("autoscaling", "async_backlog_target").number())
    serverless = Option(
        name="serverless", memory_mib=memory_sizes(facts)[-1], max_concurrency=limit, concurrency_per_instance=1
    )
    fleet = int(facts.of("real_time", "production_minimum_instances").number())
    found = {name: Option(name=name, instances=fleet) for name in _ONE_FLEET}
    found |= {
        "serverless": serverless,
        "serverless_provisioned": replace(serverless, name="serverless_provisioned", provisioned_concurrency=warm),
        "async": Option(name="async", max_instances=2, backlog_target=backlog),
        "batch_transform": Option(name="batch_transform", instances=1),
        "inference_components_zero": Option(
            name="inference_components_zero", max_instances=2, max_copies=2, target_per_min=1.0
        ),
    }
    return tuple(found[name] for name in NAMES if name in found)


def sized_for(workload: Workload, facts: Facts, attributes: Attributes) -> tuple[Option, ...]:
    """The representatives of a workload: on its reference type, as many as its availability asks for."""
    reference, slots = workload.service.reference, workload.service.slots
    least = "production_minimum_instances" if workload.needs.availability == "zone" else "minimum_instances"
    count = int(facts.of("real_time", least).number())
    need = high(attributes.memory_gb)
    sizes = memory_sizes(facts)
    holds = [size for size in sizes if need is UNKNOWN or need * 1e9 <= size * 2**20]
    sized = []
    for option in representatives(facts):
        if option.memory_mib:
            sized.append(replace(option, memory_mib=holds[0] if holds else sizes[-1]))
            continue
        fleet = count if option.name in _ONE_FLEET else option.instances
        sized.append(replace(option, instance_type=reference, instances=fleet, concurrency_per_instance=slots))
    return tuple(sized)
