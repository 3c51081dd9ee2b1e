"""Untested instance types: those that the rules allow and nobody measured, with the slots and speed to expect there."""

import math
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

from advisor.errors import InputError, Problem
from advisor.facts import InstanceType
from advisor.options import Option
from advisor.rules import Outcome
from advisor.verdict import examine
from simulator.study import Study

__all__ = ["Untested", "chosen_types", "untested"]

_MOST_SLOTS: Final = 4096
"""Slots that a run can hold."""


@dataclass(frozen=True, slots=True)
class Untested:
    """One type that nobody measured."""

    kind: InstanceType
    slots: int
    """Requests side by side: those of the reference, in proportion to vCPUs or accelerators (assumed)."""
    expected: tuple[float, float, float]
    """Speed of a slot to expect, times the reference: low, mid, high of the fact, times what was measured of its family."""
    fact: str
    """Id of the fact."""
    confidence: str
    relative: str
    """The measured type that the expectation starts from."""


def _slots(study: Study, kind: InstanceType) -> int:
    service = study.workload.service
    reference = study.facts.instances[service.reference]
    ratio = kind.accelerator_count / reference.accelerator_count if reference.gpu else kind.vcpu / reference.vcpu
    return min(_MOST_SLOTS, max(1, math.floor(service.slots * ratio + 1e-9)))


def _untested(study: Study, kind: InstanceType) -> Untested:
    reference = study.places[study.workload.service.reference]
    instances = study.facts.instances
    relatives = [p for name, p in study.places.items() if name in instances and instances[name].family == kind.family]
    near = relatives[0] if relatives else reference
    fact = study.facts.mechanism.fact("speed.same_family" if relatives else "speed.other_family")
    ratio = reference.time.mean_us / near.time.mean_us
    low, mid, high = (ratio * fact.number(part) for part in ("low", "mid", "high"))
    return Untested(kind, _slots(study, kind), (low, mid, high), fact.id, fact.confidence, near.on)


def chosen_types(study: Study, types: Collection[str]) -> tuple[str, ...]:
    """The types to look at, sorted: those chosen, or all that are offered in the Region.

    Raises InputError for every chosen one that is not offered there.
    """
    region = study.workload.needs.region
    offered = study.facts.offered(region)
    problems = [
        Problem("--types", repr(name), f"an instance type that is offered for hosting in {region}, like ml.m5.xlarge")
        for name in sorted(set(types) - offered)
    ]
    if problems:
        raise InputError(problems)
    return tuple(sorted(types or offered))


def untested(
    study: Study, base: Option, types: Collection[str] = ()
) -> tuple[tuple[Untested, ...], dict[str, tuple[str, ...]]]:
    """The types worth a look for one option, and the others by the reason why they are not.

    Arguments: `base` is the option that a type would serve as; the rules are asked about it on each type. The speed of
    accelerated types does not follow from that of CPU types, nor the reverse. Raises InputError as `chosen_types`.

    >>> from simulator.study import prepare
    >>> study = prepare("invoice-ocr")
    >>> base = Option(name="real_time", instance_type="ml.m5.xlarge", instances=2)
    >>> found, out = untested(study, base, ["ml.m5.2xlarge", "ml.c5.xlarge", "ml.g5.xlarge"])
    >>> [(one.kind.name, one.slots) for one in found], out["measured"]
    ([('ml.m5.2xlarge', 8)], ('ml.c5.xlarge',))
    """
    found, out = [], dict[str, list[str]]()
    gpu = study.facts.instances[study.workload.service.reference].gpu
    for name in chosen_types(study, types):
        kind = study.facts.instances[name]
        option = replace(base, instance_type=name)
        if name in study.places:
            out.setdefault("measured", []).append(name)
        elif kind.gpu != gpu:
            out.setdefault("accelerator", []).append(name)
        elif study.facts.instance_price(study.workload.needs.region, base.name, name) is None:
            out.setdefault("price", []).append(name)
        elif examine(study.attributes, option, study.facts).outcome is Outcome.blocks:
            out.setdefault("rules", []).append(name)
        else:
            found.append(_untested(study, kind))
    return tuple(found), {reason: tuple(names) for reason, names in out.items()}
