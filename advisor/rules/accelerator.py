"""Accelerators: several models on one, and a model that is larger than one."""

from advisor.attributes import UNKNOWN, Attributes, high
from advisor.facts import Facts
from advisor.options import Option
from advisor.rules._rule import Finding, Outcome, rule
from advisor.rules.features import dated
from advisor.units import format_bytes


@rule(
    "HOST012",
    "Several models on an accelerator",
    ("multi_model.accelerator_types", "multi_model.accelerator_container"),
)
def shared_accelerator(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """Models that share a container share an accelerator only on listed types and in one container.

    What it checks: the chosen type against AWS's list for accelerated multi-model endpoints.
    Why it matters: an endpoint on another accelerated type is refused, and another container cannot load them.
    Example: the {fact:multi_model.accelerator_container} container on one of {fact:multi_model.accelerator_types}.
    Exam tip: many GPU models at low cost are a multi-model endpoint with Triton.
    """
    name = f"{option.name}.accelerator_types"
    if not facts.has(name):
        return None
    types, container = facts.fact(name), facts.of(option.name, "accelerator_container")
    kind = facts.instances.get(option.instance_type)
    accelerated = kind is not None and kind.gpu
    if not accelerated and (attributes.needs_gpu is not True or option.instance_type):
        return None  # CPU types are free to choose; a GPU model on one is what HOST001 speaks of
    keys = (types.id, container.id)
    if option.instance_type and option.instance_type not in types.value:
        return Finding(
            "HOST012", Outcome.blocks,
            f"{option.instance_type} is not among the types on which several models may share an accelerator.",
            seen=option.instance_type, limit="listed types", facts=keys,
            remedy=f"Choose one of {types.text()}, or inference components.",
        )  # fmt: skip
    return Finding(
        "HOST012", Outcome.conditions,
        f"Several models share an accelerator only in the {container.value} container, on listed types with one accelerator.",
        seen="models on an accelerator", limit=str(container.value), facts=keys,
        remedy=f"Serve the models from {container.value}, or use inference components.",
    )  # fmt: skip


@rule("HOST013", "Memory of one accelerator", ("model_memory_max",))
def one_accelerator(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """A model that is larger than one accelerator must be spread over several.

    What it checks: memory of the model against one accelerator of a type that has several.
    Why it matters: the sum of the memory helps only a container that splits the model.
    Example: a model of 30 GB on a type with four accelerators of 24 GB each.
    Exam tip: tensor parallelism is the container's work, not the endpoint's.
    """
    kind = facts.instances.get(option.instance_type)
    if kind is None or kind.accelerator_count <= 1:
        return None
    need = high(attributes.memory_gb)
    if need is UNKNOWN:
        need = high(attributes.model_size_gb)
    if need is UNKNOWN:
        return None
    seen, one = need * 1e9, kind.accelerator_memory_bytes
    if not one < seen <= one * kind.accelerator_count:
        return None
    return Finding(
        "HOST013", Outcome.conditions,
        f"The model needs {format_bytes(seen)}; each of the {kind.accelerator_count} accelerators of {kind.name} has "
        f"{format_bytes(one, 'GiB')}.",
        seen=seen, limit=float(one), unit="bytes", margin=1 - seen / one,
        facts=(facts.of(option.name, "model_memory_max").id,),
        remedy="Use a container that splits the model over several accelerators, or a type with a larger one.",
    )  # fmt: skip


@rule("HOST014", "Instance family that an option lacks", ("async.unsupported_families",))
def family(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """Some options do not run on every family of instances.

    What it checks: the family of the chosen type against those that the feature table leaves blank for the option.
    Why it matters: the endpoint configuration is refused.
    Example: asynchronous endpoints lack {fact:async.unsupported_families}.
    Exam tip: none.
    """
    name, kind = f"{option.name}.unsupported_families", facts.instances.get(option.instance_type)
    if kind is None or not facts.has(name) or kind.family not in facts.fact(name).value:
        return None
    fact = facts.fact(name)
    return Finding(
        "HOST014", Outcome.blocks, f"This option does not run on {kind.family} types{dated(fact)}.",
        seen=kind.name, limit="not offered", facts=(fact.id,), remedy="Choose another family.",
    )  # fmt: skip
