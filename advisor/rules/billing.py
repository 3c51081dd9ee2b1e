"""Billing: what runs while nobody asks."""

from advisor.attributes import UNKNOWN, Attributes
from advisor.facts import Facts
from advisor.options import Option
from advisor.rules._rule import Finding, Outcome, rule


@rule("BIL001", "How the option bills against the traffic", ("billing",))
def billing_fit(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """Billing by the hour suits steady traffic, billing by use suits traffic with gaps.

    What it checks: the word for the traffic against what the option bills.
    Why it matters: the same requests can cost many times more on the wrong meter.
    Example: {fact:serverless.billing} against {fact:real_time.billing}.
    Exam tip: unpredictable or sparse traffic points to billing by use, steady traffic to instances.
    """
    fact = facts.of(option.name, "billing")
    if attributes.traffic is UNKNOWN:
        return None
    return Finding(
        "BIL001", Outcome.notes, f"Bills {fact.value}; the traffic is {attributes.traffic}.", facts=(fact.id,)
    )
