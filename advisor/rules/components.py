"""Components: whether the copies of inference components find room on the instances."""

import math

from advisor.attributes import UNKNOWN, Attributes, high
from advisor.facts import Facts, InstanceType
from advisor.options import Option
from advisor.rules._rule import Finding, Outcome, rule
from advisor.units import format_bytes


def _type(option: Option, facts: Facts) -> InstanceType | None:
    """The chosen instance type, for an option made of components."""
    if facts.of(option.name, "model_sharing").value != "components":
        return None
    return facts.instances.get(option.instance_type)


@rule(
    "CMP001",
    "Memory that components can reserve",
    ("inference_components.schedulable_memory_refused", "inference_components.schedulable_memory_type"),
)
def reserved_memory(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """Components can reserve much less memory than the instance has.

    What it checks: memory of one model against the share of an instance that was refused once.
    Why it matters: a component that asks for too much is never placed.
    Example: {fact:inference_components.schedulable_memory_refused} were refused on {fact:inference_components.schedulable_memory_type}.
    Exam tip: none.
    """
    kind = _type(option, facts)
    if kind is None:
        return None
    need = high(attributes.memory_gb)
    if need is UNKNOWN:
        return None
    refused, where = (facts.of(option.name, f"schedulable_memory_{part}") for part in ("refused", "type"))
    known = facts.instances.get(str(where.value))
    if known is None:
        return None
    seen, limit = need * 1e9, refused.bytes() / known.memory_bytes * kind.memory_bytes
    if seen < limit or seen > kind.memory_bytes:
        return None
    tight = seen * 2 >= kind.memory_bytes and not kind.gpu
    return Finding(
        "CMP001", Outcome.conditions if tight else Outcome.notes,
        f"A copy needs {format_bytes(seen)}; components can reserve much less than the {format_bytes(kind.memory_bytes, 'GiB')} "
        f"of {kind.name} ({refused.text()} were refused on {where.value}, {refused.confidence}).",
        seen=seen, limit=limit, unit="bytes", margin=1 - seen / limit, facts=(refused.id, where.id),
        remedy="Reserve less (MinMemoryRequiredInMb is a reservation, not a cap), or choose a larger type.",
    )  # fmt: skip


@rule(
    "CMP002",
    "Room for the copies",
    (
        "inference_components.cpu_cores_min",
        "inference_components.accelerators_min",
        "inference_components.memory_min",
    ),
)
def room(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """Every copy reserves cores, accelerators and memory; what finds no room does not start.

    What it checks: the least that the copies of all models reserve against the largest fleet.
    Why it matters: copies that are not placed answer nothing, and the instance count has to follow.
    Example: a copy takes at least {fact:inference_components.cpu_cores_min} and {fact:inference_components.memory_min}, on accelerated types {fact:inference_components.accelerators_min}.
    Exam tip: each component states what one copy needs.
    """
    kind = _type(option, facts)
    if kind is None:
        return None
    models = high(attributes.n_models)
    cores, devices, memory = (
        facts.of(option.name, name) for name in ("cpu_cores_min", "accelerators_min", "memory_min")
    )
    copies = max(option.copies, option.min_copies, 1) * (1 if models is UNKNOWN else max(1, int(models)))
    each = [(int(kind.vcpu / cores.number()), cores), (kind.memory_bytes // memory.bytes(), memory)]
    if kind.gpu:
        each.append((int(kind.accelerator_count / devices.number()), devices))
    fits, fact = min(each, key=lambda entry: entry[0])
    fleet = max(option.instances, option.max_instances)
    if not fleet or copies <= fits * fleet:
        return None
    needed = math.ceil(copies / fits) if fits else 0
    return Finding(
        "CMP002", Outcome.conditions,
        f"{copies:,} copies, each with {fact.text()} at least; {fleet:,} × {kind.name} has room for {fits * fleet:,}.",
        seen=float(copies), limit=float(fits * fleet), unit="copies", margin=1 - copies / (fits * fleet) if fits else -1.0,
        facts=(fact.id,), remedy=f"Use at least {needed:,} instances, or types with more room." if fits
        else "Choose a larger type.",
    )  # fmt: skip


@rule("CMP003", "Number of components", ("inference_components.components_per_endpoint_max",))
def component_count(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """How many components one endpoint may hold is not documented.

    What it checks: whether several models would share an endpoint as components.
    Why it matters: a number that nobody states is met in production.
    Example: a component for each of hundreds of models.
    Exam tip: hundreds of alike models point to a multi-model endpoint.
    """
    name = f"{option.name}.components_per_endpoint_max"
    if not facts.has(name):
        return None
    models = high(attributes.n_models)
    if models is UNKNOWN or models <= 1:
        return None
    fact = facts.fact(name)
    if not fact.numeric:
        return Finding(
            "CMP003", Outcome.notes, f"{models:,.0f} components on one endpoint; the most it may hold is {fact.text()}.",
            facts=(fact.id,), remedy="Try it with that number, or spread the models over several endpoints.",
        )  # fmt: skip
    if models <= fact.number():
        return None
    return Finding(
        "CMP003", Outcome.conditions, f"{models:,.0f} components; one endpoint holds {fact.text()} at most.",
        seen=models, limit=fact.number(), unit="components", margin=1 - models / fact.number(), facts=(fact.id,),
        remedy="Spread the models over several endpoints.",
    )  # fmt: skip
