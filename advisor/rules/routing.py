"""Routing: which instance gets the next request."""

from typing import Final

from advisor.attributes import Attributes, Range
from advisor.facts import Facts
from advisor.options import Option
from advisor.rules._rule import Finding, Outcome, rule

UNEVEN: Final = 2
"""Slow over typical processing time from which we call processing times uneven; our choice."""


@rule("ROU001", "Routing of requests that differ", ("real_time.routing_default", "real_time.routing_strategies"))
def strategy(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """Routing by outstanding requests helps where processing times differ.

    What it checks: the routing of several instances against how far processing times lie apart.
    Why it matters: a request that is sent at random may wait behind a slow one while another instance is idle.
    Example: the default is {fact:real_time.routing_default}; the choices are {fact:real_time.routing_strategies}.
    Exam tip: uneven language-model requests point to least outstanding requests.
    """
    name = f"{option.name}.routing_default"
    several = max(option.instances, option.max_instances, option.copies, option.max_copies) > 1
    if not facts.has(name) or not several:
        return None
    if facts.of(option.name, "model_sharing").value == "one_container":
        return None  # there the model decides
    time = attributes.processing_s
    if not isinstance(time, Range) or time.high < UNEVEN * time.low:
        return None
    default, names = facts.fact(name), facts.of(option.name, "routing_strategies")
    better = next((word for word in names.value if word.startswith("LEAST")), "")
    if not better:
        return None
    chosen = option.routing != default.value
    message = (
        f"Routes by outstanding requests; AWS's default is {default.value}."
        if chosen
        else f"Routes at random, AWS's default; times differ by {time.high / time.low if time.low else 0:,.3g} x, so "
        "some requests wait behind slow ones."
    )
    return Finding(
        "ROU001", Outcome.notes, message, facts=(default.id, names.id),
        remedy=f"Set RoutingStrategy to {better}.",
    )  # fmt: skip
