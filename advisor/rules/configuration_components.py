"""Configured components: role, model, copies and reservations of inference components."""

from advisor.attributes import Attributes
from advisor.facts import Facts
from advisor.options import Option
from advisor.rules._ranges import Row, outside
from advisor.rules._rule import Finding, Outcome, rule


def _components(option: Option, facts: Facts) -> bool:
    return bool(facts.of(option.name, "model_sharing").value == "components")


@rule(
    "CFG006", "Role of an endpoint with components", ("model_sharing", "configuration.components_need_execution_role")
)
def component_role(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """An endpoint for inference components needs an execution role of its own.

    What it checks: ExecutionRoleArn of the endpoint configuration.
    Why it matters: templates are valid without it, the call is refused.
    Example: without components, the role of the model is enough.
    Exam tip: none.
    """
    settings, fact = option.settings, facts.fact("configuration.components_need_execution_role")
    if settings is None or settings.execution_role or fact.value is not True or not _components(option, facts):
        return None
    return Finding(
        "CFG006", Outcome.blocks, f"The endpoint configuration has no ExecutionRoleArn; it was refused without ({fact.confidence}).",
        seen="no ExecutionRoleArn", limit="needed", facts=(fact.id,),
        remedy="Write ExecutionRoleArn in the endpoint configuration.",
    )  # fmt: skip


@rule("CFG007", "Model of an endpoint with components", ("model_sharing", "configuration.components_name_the_model"))
def component_model(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """With inference components, the component names the model and the variant does not.

    What it checks: ModelName of the production variant.
    Why it matters: a variant with a model is an endpoint of that one model, and takes no components.
    Example: a real-time configuration to which components are added.
    Exam tip: the variant brings the instances, each component its model and what a copy needs.
    """
    settings, fact = option.settings, facts.fact("configuration.components_name_the_model")
    if settings is None or not settings.model_name or fact.value is not True or not _components(option, facts):
        return None
    return Finding(
        "CFG007", Outcome.blocks, "The production variant has a ModelName, so it takes no inference components.",
        seen="ModelName", limit="left out", facts=(fact.id,),
        remedy="Leave ModelName out of the variant and write it in each inference component.",
    )  # fmt: skip


@rule("CFG011", "Copies at creation", ("configuration.copies_at_creation_min",))
def created_at_zero(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """An inference component is created with a copy; zero is reached by scaling.

    What it checks: CopyCount with which the component is created.
    Why it matters: the API model allows zero, the service was seen to refuse it.
    Example: create with {fact:configuration.copies_at_creation_min}, then let a scaling policy take it to zero.
    Exam tip: none.
    """
    settings, fact = option.settings, facts.fact("configuration.copies_at_creation_min")
    if settings is None or settings.initial_copies is None or settings.initial_copies >= fact.number():
        return None
    copies = settings.initial_copies
    return Finding(
        "CFG011", Outcome.blocks, f"CopyCount is {copies:,} at creation, which was refused ({fact.confidence}).",
        seen=float(copies), limit=fact.number(), unit="copies", margin=copies / fact.number() - 1, facts=(fact.id,),
        remedy=f"Create the component with CopyCount {fact.number():g}; scaling takes it to zero afterwards.",
    )  # fmt: skip


@rule("CFG012", "Managed instances at zero in the Region", ("inference_components_zero.refused_regions",))
def zero_refused(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """Users report Regions that refuse managed instance scaling with a minimum of zero.

    What it checks: MinInstanceCount 0 of a written configuration against those Regions.
    Why it matters: the same call passes in another Region.
    Example: it was refused in {fact:inference_components_zero.refused_regions}.
    Exam tip: none.
    """
    settings, fact = option.settings, facts.fact("inference_components_zero.refused_regions")
    if settings is None or settings.managed_min != 0 or attributes.region not in fact.value:
        return None
    if option.min_instances == 0 and facts.has(f"{option.name}.refused_regions"):  # NET005 says it of the option
        return None
    return Finding(
        "CFG012", Outcome.conditions, f"MinInstanceCount 0 was refused in {attributes.region} ({fact.confidence}).",
        seen=0.0, limit="zero refused", facts=(fact.id,),
        remedy="Try it there, write MinInstanceCount 1, or choose another Region.",
    )  # fmt: skip


@rule(
    "CFG020",
    "Ranges of inference components",
    (
        "inference_components.cpu_cores_min",
        "inference_components.accelerators_min",
        "inference_components.memory_min",
        "configuration.scale_in_step_range",
        "configuration.scale_in_cooldown_range",
    ),
)
def component_ranges(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """What a copy reserves and how managed instances are given back have ranges.

    What it checks: cores, accelerators and memory of a component, and the ScaleInPolicy of managed instance scaling.
    Why it matters: a wrong value is refused after the endpoint was made.
    Example: at least {fact:inference_components.cpu_cores_min} and {fact:inference_components.memory_min}; a cooldown of {fact:configuration.scale_in_cooldown_range}.
    Exam tip: none.
    """
    s = option.settings
    if s is None:
        return None
    rows = (
        Row("NumberOfCpuCoresRequired", s.component_cores, "inference_components.cpu_cores_min"),
        Row("NumberOfAcceleratorDevicesRequired", s.component_accelerators, "inference_components.accelerators_min"),
        Row("MinMemoryRequiredInMb", s.component_memory_mib, "inference_components.memory_min"),
        Row("MaximumStepSize", s.scale_in_step, "configuration.scale_in_step_range"),
        Row("CooldownInMinutes", s.scale_in_cooldown_min, "configuration.scale_in_cooldown_range"),
    )
    return outside("CFG020", rows, option, facts)
