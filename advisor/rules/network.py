"""Network and Region: VPC, and what a Region offers."""

from advisor.attributes import UNKNOWN, Attributes
from advisor.facts import Facts
from advisor.options import Option
from advisor.rules._rule import Finding, Outcome, rule
from advisor.rules.hosting import _feature


@rule("NET001", "Private network (VPC)", ("supports_vpc",))
def vpc(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """A container that must reach a private network needs an option with a VPC configuration.

    What it checks: `vpc_required` against the option.
    Why it matters: without it the container cannot reach a database or file system in the VPC.
    Example: feature look-ups in a private database.
    Exam tip: a VPC requirement rules out serverless.
    """
    return _feature(
        "NET001", attributes.vpc_required, option, facts, "supports_vpc", "VPC configuration",
        "Use an option with instances, or fetch what the container needs before the call.",
    )  # fmt: skip


@rule("NET002", "Instance type in the Region", ())
def instance_in_region(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """The instance type must be offered for hosting in the Region.

    What it checks: the chosen type against the price list and against CloudFormation's list of the Region.
    Why it matters: an endpoint configuration with another type is refused.
    Example: a new GPU family that exists in a few Regions only.
    Exam tip: none; it is the first thing to check in practice.
    """
    region = attributes.region
    if region is UNKNOWN or not option.instance_type:
        return None
    priced, listed = (
        option.instance_type in facts.priced(region),
        option.instance_type in facts.listed(region),
    )
    if priced and listed:
        return None
    where = f"{option.instance_type} in {region}"
    if not priced and not listed:
        return Finding(
            "NET002", Outcome.blocks, f"{where}: neither in the price list nor in CloudFormation's list for hosting.",
            seen=option.instance_type, limit="not offered", remedy="Choose another instance type or Region.",
        )  # fmt: skip
    only = "the price list" if priced else "CloudFormation's list"
    return Finding(
        "NET002", Outcome.conditions, f"{where}: only {only} names it for hosting; the other list does not.",
        seen=option.instance_type, limit=f"only in {only}", remedy="Check the console of that Region before you rely on it.",
    )  # fmt: skip


@rule("NET003", "Option in the Region", ())
def option_in_region(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """An option without a published price in the Region may not be offered there.

    What it checks: whether the price table has a price of this option for the Region.
    Why it matters: AWS opens an option Region by Region, and a price is the trace it leaves.
    Example: serverless inference has a price in some of the Regions only.
    Exam tip: none.
    """
    region = attributes.region
    if region is UNKNOWN or not option.memory_mib:
        return None
    if facts.memory_price(region, "serverless", "memory", option.memory_mib) is not None:
        return None
    return Finding(
        "NET003", Outcome.conditions, f"No published price of this option in {region}: it may not be offered there.",
        seen=region, limit="no price", remedy="Check the console of that Region, or choose another one.",
    )  # fmt: skip
