"""Scaling: concurrency, scaling to zero, and what a queue needs to wake up."""

from advisor.attributes import UNKNOWN, Attributes, low
from advisor.facts import Facts
from advisor.options import Option
from advisor.rules._rule import Finding, Outcome, rule


@rule("SCA001", "Concurrency in the busiest hour", ("max_concurrency",))
def concurrency(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """Requests in progress at once must stay under the concurrency limit.

    What it checks: rate in the busiest hour times typical processing time (Little's law) against the limit.
    Why it matters: above the limit requests are refused, not queued.
    Example: {fact:serverless.max_concurrency} at once on one serverless endpoint.
    Exam tip: throttling on serverless points to max concurrency or the Region's total.
    """
    fact = facts.of(option.name, "max_concurrency")
    rate, time = low(attributes.rps_peak), low(attributes.processing_s)
    if not fact.applies or isinstance(fact.value, str) or rate is UNKNOWN or time is UNKNOWN:
        return None
    mean = attributes.processing.mean_us / 1e6 if attributes.processing else time
    seen, limit = rate * mean, fact.number()
    outcome = Outcome.notes if seen <= limit else Outcome.blocks
    return Finding(
        "SCA001", outcome, f"{seen:,.3g} requests in progress on average in the busiest hour, of {fact.text()} at most.",
        seen=seen, limit=limit, unit="requests", margin=1 - seen / limit, facts=(fact.id,),
        remedy="" if outcome is Outcome.notes else "Spread over several endpoints, or use instances.",
    )  # fmt: skip


@rule("SCA002", "Idle time and scaling to zero", ("scale_to_zero",))
def scale_to_zero(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """Idle spells are free only where the option scales to zero.

    What it checks: `idle_periods` against whether the option can have nothing running.
    Why it matters: an always-on instance bills its idle hours too.
    Example: an internal tool used in office hours.
    Exam tip: idle nights point to serverless, or to async and components at zero.
    """
    fact = facts.of(option.name, "scale_to_zero")
    if attributes.idle_periods is not True:
        return None
    if fact.value is True and option.min_instances == 0:
        return Finding("SCA002", Outcome.notes, "Nothing runs and nothing bills in idle spells.", facts=(fact.id,))
    return Finding(
        "SCA002", Outcome.notes, "At least one instance runs and bills through idle spells.",
        seen="idle spells", limit="always on", facts=(fact.id,),
        remedy="Use an option that scales to zero if the idle share of the bill matters.",
    )  # fmt: skip


@rule("SCA003", "What wakes a queue from zero", ("autoscaling.async_from_zero_without_step_policy",))
def wake_from_zero(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """A fleet at zero instances needs a policy that brings it back.

    What it checks: whether a queue that may reach zero instances has a step policy on backlog without capacity.
    Why it matters: target tracking alone may wait until the backlog passes its target, or never leave zero: pages disagree.
    Example: one queued request at night, and a backlog target of several.
    Exam tip: scaling from zero needs a step policy on HasBacklogWithoutCapacity.
    """
    if not facts.of(option.name, "queues_when_busy").value or option.min_instances > 0 or not option.tracked:
        return None
    fact = facts.of("autoscaling", "async_from_zero_without_step_policy")
    if option.step_from_zero:
        return Finding(
            "SCA003", Outcome.notes, "Needs a step policy on HasBacklogWithoutCapacity; it is part of this configuration.",
            facts=(fact.id,),
        )  # fmt: skip
    return Finding(
        "SCA003", Outcome.conditions, "No step policy: AWS's pages disagree on whether the fleet leaves zero.",
        seen="no step policy", limit=str(fact.value), facts=(fact.id,),
        remedy="Add a step policy on HasBacklogWithoutCapacity.",
    )  # fmt: skip
