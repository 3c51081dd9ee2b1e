"""Release strategies: a share of the traffic, or a copy of it, to a new version."""

from advisor.attributes import UNKNOWN, Attributes
from advisor.facts import Facts
from advisor.options import Option
from advisor.rules._rule import Finding, Outcome, rule


@rule("REL001", "A share of the traffic to a new version", ("splits_traffic",))
def split(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """Two versions live at once need an option that splits the traffic.

    What it checks: a stated need for a traffic split against what the option does with requests.
    Why it matters: a version that answers nobody cannot be compared by what users do.
    Example: one tenth of the calls to the newer version, by weight, on up to {fact:production_variants.variants_max} variants.
    Exam tip: A/B test and canary by weight are production variants; a copy of the traffic is a shadow test.
    """
    if attributes.release_need != "ab_split":
        return None
    fact = facts.of(option.name, "splits_traffic")
    if fact.value is True:
        return Finding("REL001", Outcome.notes, "Splits the traffic between versions by weight.", facts=(fact.id,))
    mirrors = facts.of(option.name, "mirrors_traffic").value is True
    why = "its answers never reach a caller" if mirrors else "one version answers every request"
    return Finding(
        "REL001", Outcome.blocks, f"A share of the calls must go to a new version; here {why}.",
        seen="traffic split", limit="not offered", facts=(fact.id,), remedy="Use production variants with weights.",
    )  # fmt: skip


@rule("REL002", "A copy of the traffic to a new version", ("mirrors_traffic",))
def mirror(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """A version tried on a copy of the traffic needs an option that mirrors it.

    What it checks: a stated need for mirrored traffic against what the option does with requests.
    Why it matters: an untested version must not answer users.
    Example: the candidate gets every production request, its answers are logged and dropped.
    Exam tip: "without affecting users" is a shadow test, not an A/B test.
    """
    if attributes.release_need != "mirror":
        return None
    fact = facts.of(option.name, "mirrors_traffic")
    if fact.value is True:
        return Finding("REL002", Outcome.notes, "Mirrors the traffic; callers never see the copy.", facts=(fact.id,))
    splits = facts.of(option.name, "splits_traffic").value is True
    why = "the new version would answer real callers" if splits else "there is no second version beside the live one"
    return Finding(
        "REL002", Outcome.blocks, f"A new version must see a copy of the traffic; here {why}.",
        seen="mirrored traffic", limit="not offered", facts=(fact.id,), remedy="Use a shadow variant.",
    )  # fmt: skip


@rule("REL003", "A release strategy that nobody asked for", ("splits_traffic", "mirrors_traffic"))
def unasked(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """A second version costs a second fleet; without a release to test it is dead weight.

    What it checks: whether a need for a release strategy was stated at all.
    Why it matters: a release strategy answers how to change a model, not how to host one.
    Example: a steady service with one version needs no variants.
    Exam tip: choose the hosting option first, the release strategy after it.
    """
    split, mirrored = facts.of(option.name, "splits_traffic"), facts.of(option.name, "mirrors_traffic")
    if attributes.release_need is not UNKNOWN or not (split.value or mirrored.value):
        return None
    return Finding(
        "REL003", Outcome.notes, "A way to change a model, not to host one: no need for it was stated.",
        facts=((split if split.value else mirrored).id,),
    )  # fmt: skip
