"""Availability: what survives the loss of a zone."""

from advisor.attributes import Attributes
from advisor.facts import Facts
from advisor.options import Option
from advisor.rules._rule import Finding, Outcome, rule


@rule("AVA001", "Loss of one zone", ("production_minimum_instances", "request_outlives_zone"))
def zone_loss(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """A service that must outlive a zone needs instances in two, or a queue that does.

    What it checks: fewest instances against AWS's production minimum, unless requests outlive a lost zone by themselves.
    Why it matters: one instance stands in one zone.
    Example: AWS ships a rule that flags endpoints with a single instance.
    Exam tip: high availability means at least {fact:real_time.production_minimum_instances}.
    """
    outlives = facts.of(option.name, "request_outlives_zone")
    if outlives.value is True:
        return Finding(
            "AVA001", Outcome.notes, "Requests wait in a queue that outlives a lost zone; a new instance takes over later.",
            facts=(outlives.id,),
        )  # fmt: skip
    minimum = facts.of(option.name, "production_minimum_instances")
    if not minimum.applies or isinstance(minimum.value, str) or not option.instance_type:
        return None
    fewest = option.min_instances if option.tracked else option.instances
    if fewest >= minimum.number():
        return None
    if attributes.survives_zone is True:
        least = f"{fewest:,} instance" if fewest else "A fleet that may have no instance"
        return Finding(
            "AVA001", Outcome.conditions, f"{least} cannot survive the loss of a zone; {minimum.text()} can.",
            seen=float(fewest), limit=minimum.number(), unit="instances", facts=(minimum.id,),
            remedy=f"Run at least {minimum.text()}.",
        )  # fmt: skip
    return Finding(
        "AVA001", Outcome.notes, f"With fewer than {minimum.text()}, a lost zone stops the service until another one starts.",
        seen=float(fewest), limit=minimum.number(), unit="instances", facts=(minimum.id,),
    )  # fmt: skip
