"""Network and Region: VPC, and what a Region offers."""

from advisor.attributes import UNKNOWN, Attributes
from advisor.facts import Facts
from advisor.options import Option
from advisor.rules._rule import Finding, Outcome, rule
from advisor.rules.features import feature


@rule("NET001", "Private network (VPC)", ("supports_vpc",))
def vpc(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """A container that must reach a private network needs an option with a VPC configuration.

    What it checks: `vpc_required` against the option.
    Why it matters: without it the container cannot reach a database or file system in the VPC.
    Example: feature look-ups in a private database.
    Exam tip: a VPC requirement rules out serverless.
    """
    return feature(
        "NET001", attributes.vpc_required, option, facts, "supports_vpc", "VPC configuration",
        "Use an option with instances, or fetch what the container needs before the call.",
    )  # fmt: skip


def _where(option: Option, facts: Facts, region: str) -> tuple[bool, bool, str]:
    """Whether the price list and CloudFormation's list name the type there, and for which use."""
    if facts.of(option.name, "keeps_endpoint").value is False:
        priced = facts.instance_price(region, option.name, option.instance_type) is not None
        return priced, option.instance_type in facts.listed(region, "transform"), "batch transform"
    return option.instance_type in facts.priced(region), option.instance_type in facts.listed(region), "hosting"


@rule("NET002", "Instance type in the Region", ("keeps_endpoint",))
def instance_in_region(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """The instance type must be offered in the Region, for hosting or for jobs.

    What it checks: the chosen type against the price list and against CloudFormation's list of the Region.
    Why it matters: an endpoint configuration, or a job, with another type is refused.
    Example: a new GPU family that exists in a few Regions only.
    Exam tip: none; it is the first thing to check in practice.
    """
    if not option.instance_type:
        return None
    region = attributes.region
    if region is UNKNOWN:
        return None
    priced, listed, use = _where(option, facts, region)
    if priced and listed:
        return None
    where = f"{option.instance_type} in {region}"
    if not priced and not listed:
        return Finding(
            "NET002", Outcome.blocks, f"{where}: neither in the price list nor in CloudFormation's list for {use}.",
            seen=option.instance_type, limit="not offered", remedy="Choose another instance type or Region.",
        )  # fmt: skip
    only = "the price list" if priced else "CloudFormation's list"
    return Finding(
        "NET002", Outcome.conditions, f"{where}: only {only} names it for {use}; the other list does not.",
        seen=option.instance_type, limit=f"only in {only}", remedy="Check the console of that Region before you rely on it.",
    )  # fmt: skip


@rule("NET003", "Option in the Region", ("region_concurrency_large",))
def option_in_region(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """An option without a published price in the Region, or outside AWS's list of Regions, may not be offered there.

    What it checks: whether the price table has a price of this option for the Region, and serverless its list of Regions.
    Why it matters: AWS opens an option Region by Region, and a price is the trace it leaves.
    Example: serverless inference is offered in {fact:serverless.regions_count} Regions only.
    Exam tip: none.
    """
    region = attributes.region
    if region is UNKNOWN:
        return None
    listed = True
    if option.memory_mib:
        priced = facts.memory_price(region, "serverless", "memory", option.memory_mib) is not None
        listed = facts.region_concurrency(region) is not None
    else:
        priced = bool(option.instance_type or facts.priced(region))  # NET002 speaks of a chosen type
    if priced and listed:
        return None
    what = "No published price of this option in" if not priced else "AWS's list of Regions for this option lacks"
    return Finding(
        "NET003", Outcome.conditions, f"{what} {region}: it may not be offered there.",
        seen=region, limit="no price" if not priced else "not listed",
        remedy="Check the console of that Region, or choose another one.",
    )  # fmt: skip


@rule("NET004", "Components through CloudFormation", ("model_sharing",))
def components_in_region(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """Where CloudFormation has no inference components, a template cannot create them.

    What it checks: whether CloudFormation has the resource type in the Region, for options made of components.
    Why it matters: the same template works in one Region and is refused in another.
    Example: an endpoint that was moved to a Region where only the SDK can create its components.
    Exam tip: none.
    """
    fact = facts.of(option.name, "model_sharing")
    if fact.value != "components":
        return None
    region = attributes.region
    if region is UNKNOWN or facts.components_in_cloudformation(region) is not False:
        return None
    return Finding(
        "NET004", Outcome.conditions, f"CloudFormation offers no inference components in {region}.",
        seen=region, limit="not in CloudFormation", facts=(fact.id,),
        remedy="Create the components with the SDK or the CLI, or choose another Region.",
    )  # fmt: skip


@rule("NET005", "Zero instances in the Region", ("inference_components_zero.refused_regions",))
def zero_in_region(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """Users report Regions that refuse to scale managed instances to zero.

    What it checks: the Region against those where a minimum of zero instances was refused.
    Why it matters: validation passes, the call is refused.
    Example: the call was refused in {fact:inference_components_zero.refused_regions}.
    Exam tip: none.
    """
    name = f"{option.name}.refused_regions"
    if option.min_instances > 0 or not facts.has(name):
        return None
    fact = facts.fact(name)
    if attributes.region not in fact.value:
        return None
    return Finding(
        "NET005", Outcome.conditions,
        f"A minimum of zero instances was refused in {attributes.region} ({fact.confidence}).",
        seen=str(attributes.region), limit="zero refused", facts=(fact.id,),
        remedy="Try it there, keep at least 1 instance, or choose another Region.",
    )  # fmt: skip
