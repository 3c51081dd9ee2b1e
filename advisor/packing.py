"""Packing: what a copy of a component reserves and an instance has to give; how many models an instance holds.

Copies on one instance together serve as many requests side by side as the instance was measured with: each reserves
its part of the cores. The share of the memory that can be reserved is an assumption (fact `memory.*`).
"""

import math
from typing import Final, NamedTuple

from advisor.facts import Facts, InstanceType
from advisor.options import Option
from advisor.places import Place
from advisor.workload import Workload

__all__ = [
    "Room",
    "copies_per_instance",
    "models_in_memory",
    "models_on_disk",
    "need",
    "room",
    "slots_of_copy",
    "slots_of_instance",
]

_MIB: Final = 2**20


class Room(NamedTuple):
    """What an instance has for copies, or what a copy takes of it."""

    cores: int
    """Thousandths of a core."""
    accelerators: int
    """Thousandths of an accelerator."""
    memory: int
    """MiB of the instance's memory."""


def room(kind: InstanceType, name: str, facts: Facts, share: float | None = None) -> Room:
    """What copies can reserve on an instance.

    Arguments: `kind` of the instance; `name` of the option; `share` of the memory that can be reserved, by default the
    fact of the option.

    >>> from advisor.facts import load_facts
    >>> facts = load_facts()
    >>> room(facts.instances["ml.m5.xlarge"], "inference_components", facts)
    Room(cores=4000, accelerators=0, memory=12288)
    """
    share = facts.about("memory", name).number() if share is None else share
    return Room(round(kind.vcpu * 1000), kind.accelerator_count * 1000, int(kind.memory_bytes * share) // _MIB)


def _accelerators(workload: Workload, kind: InstanceType, facts: Facts) -> int:
    """Accelerators that one copy needs: none on CPU types, else as many as hold the model."""
    if not kind.gpu:
        return 0
    least = round(facts.of("inference_components", "accelerators_min").number())
    return max(least, math.ceil((workload.model.memory or 0) / kind.accelerator_memory_bytes))


def slots_of_copy(workload: Workload, place: Place, facts: Facts) -> int:
    """Requests that one copy serves side by side.

    On accelerated types the part of the instance's that its accelerators are; of one model on CPU types all of them,
    so that a copy is worth an instance; of several models one, so that many find room.
    """
    kind = facts.instances[place.on]
    if kind.gpu:
        return max(1, place.slots * _accelerators(workload, kind, facts) // kind.accelerator_count)
    return place.slots if workload.model.count == 1 else 1


def need(workload: Workload, option: Option, place: Place, facts: Facts) -> Room:
    """What one copy of a component reserves.

    On accelerated types the model lies in the accelerator's memory, and the least that can be reserved of the
    instance's is taken; a model whose memory is not stated takes its size, or that least.
    """
    kind = facts.instances[option.instance_type]
    whole = room(kind, option.name, facts)
    least = -(-facts.of(option.name, "memory_min").bytes() // _MIB)
    model = 0 if kind.gpu else (workload.model.memory or workload.model.size or 0)
    cores = max(
        round(facts.of(option.name, "cpu_cores_min").number() * 1000),
        whole.cores * min(max(1, option.concurrency_per_copy), place.slots) // place.slots,
    )
    return Room(cores, 1000 * _accelerators(workload, kind, facts), max(least, -(-model // _MIB)))


def copies_per_instance(workload: Workload, option: Option, place: Place, facts: Facts) -> int:
    """Copies that find room on one instance; 0 where not even one does.

    >>> from advisor.facts import load_facts
    >>> from advisor.places import places
    >>> from advisor.workload import load_workload
    >>> workload, facts = load_workload("invoice-ocr"), load_facts()
    >>> option = Option(name="inference_components", instance_type="ml.m5.xlarge", concurrency_per_copy=1)
    >>> copies_per_instance(workload, option, places(workload, facts)["ml.m5.xlarge"], facts)
    4
    """
    whole = room(facts.instances[option.instance_type], option.name, facts)
    each = need(workload, option, place, facts)
    return min(have // want for have, want in zip(whole, each, strict=True) if want)


def models_in_memory(workload: Workload, instance_type: str, facts: Facts) -> int:
    """Models of a multi-model endpoint that one instance keeps loaded, from 1 up to all of them.

    Where neither memory nor size of a model is stated, all of them.
    """
    kind = facts.instances[instance_type]
    whole = kind.accelerator_count * kind.accelerator_memory_bytes if kind.gpu else kind.memory_bytes
    usable = int(whole * facts.fact("memory.multi_model").number())
    each = workload.model.memory or workload.model.size or 0
    return max(1, min(workload.model.count, usable // each if each else workload.model.count))


def models_on_disk(workload: Workload, instance_type: str, facts: Facts) -> int:
    """Models whose files one instance keeps on its volume, never fewer than it keeps loaded.

    A type with disks of its own, whose size is not in our tables, gets no volume and is taken to have that much.
    """
    loaded = models_in_memory(workload, instance_type, facts)
    volume = facts.of("billing", "volume_default").bytes()
    each = workload.model.size or 0
    return max(loaded, min(workload.model.count, volume // each if each else workload.model.count))


def slots_of_instance(workload: Workload, option: Option, place: Place, facts: Facts) -> int:
    """Requests that an instance serves side by side, with as many copies as find room where they are packed.

    >>> from advisor.facts import load_facts
    >>> from advisor.places import places
    >>> from advisor.workload import load_workload
    >>> workload, facts = load_workload("invoice-ocr"), load_facts()
    >>> two = Option(name="real_time", instance_type="ml.m5.xlarge", instances=2, concurrency_per_instance=4)
    >>> slots_of_instance(workload, two, places(workload, facts)["ml.m5.xlarge"], facts)
    4
    """
    if option.components:
        return max(1, option.concurrency_per_copy) * max(1, copies_per_instance(workload, option, place, facts))
    return max(1, option.concurrency_per_instance or place.slots)
