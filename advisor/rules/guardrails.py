"""Guardrails: how an update shifts traffic to a new version."""

from advisor.attributes import Attributes
from advisor.facts import Fact, Facts
from advisor.options import Option
from advisor.rules._rule import Finding, Outcome, rule
from advisor.rules.features import contest, dated, disputed


def _all_at_once(attributes: Attributes, option: Option, facts: Facts) -> Fact | None:
    """The fact by which an update loses its guardrails on this type or with this model."""
    name = f"{option.name}.guarded_rollout_excluded_families"
    if not facts.has(name):
        return None
    fact, kind = facts.fact(name), facts.instances.get(option.instance_type)
    return fact if attributes.marketplace is True or (kind and kind.family in fact.value) else None


@rule("HOST011", "Guarded updates", ("guarded_rollout",))
def guarded_rollout(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """Updates that must shift traffic in steps need deployment guardrails.

    What it checks: `guarded_rollout` against how the option shifts traffic to a new version.
    Why it matters: without steps and alarms a bad version meets all callers at once.
    Example: serverless shifts traffic {fact:serverless.guarded_rollout}; components update in a {fact:inference_components.guarded_rollout} way.
    Exam tip: canary and linear shifting are for real-time and async endpoints.
    """
    if attributes.guarded_rollout is not True:
        return None
    what, fact = "Guarded updates", facts.of(option.name, "guarded_rollout")
    other = contest(fact, facts)
    if other is not None:
        return disputed("HOST011", what, fact.value == "yes", fact, other)
    if fact.value == "no":
        return Finding(
            "HOST011", Outcome.blocks, f"{what}: needed, not offered{dated(fact)}.", seen="canary or linear",
            limit="not offered", facts=(fact.id,), remedy="Use an endpoint with instances, or shift the callers yourself.",
        )  # fmt: skip
    excluded = _all_at_once(attributes, option, facts)
    if fact.value == "yes" and excluded is None:
        return Finding("HOST011", Outcome.notes, f"{what}: offered.", facts=(fact.id,))
    if fact.value == "rolling":
        how = "copies are replaced in batches, with alarms that roll back; there is no second fleet"
    else:
        how = "an update shifts all traffic at once, without canary or linear steps"
    return Finding(
        "HOST011", Outcome.conditions, f"{what}: here {how}.", seen="canary or linear",
        limit=str(fact.value) if excluded is None else "all at once",
        facts=(fact.id,) if excluded is None else (fact.id, excluded.id),
        remedy="Accept that, or run the new version beside the old one and shift the callers yourself.",
    )  # fmt: skip
