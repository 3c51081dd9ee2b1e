"""Features: what an option offers beside answering requests, by the pages of AWS."""

from advisor.attributes import Attributes, Flag
from advisor.facts import Fact, Facts
from advisor.options import Option
from advisor.rules._rule import Finding, Outcome, rule

_TRY = "Try it before you rely on it."


def contest(fact: Fact, facts: Facts) -> Fact | None:
    """What another page of AWS says against a fact; None where no page does, or the user settled it."""
    name = f"{fact.option}.contested_{fact.attribute}"
    if fact.profile == "override" or not facts.has(name):
        return None
    found = facts.fact(name)
    return found if found.option == fact.option else None


def dated(fact: Fact) -> str:
    """The date of the page that a fact rests on, in brackets; empty for an undated one."""
    return f" (page of {fact.published:%d %b %Y})" if fact.published else ""


def disputed(rule_id: str, what: str, offered: bool, fact: Fact, other: Fact) -> Finding:
    """The finding of a needed feature on which two pages of AWS contradict each other."""
    word = "offered" if offered else "not offered"
    return Finding(
        rule_id, Outcome.conditions,
        f"{what}: needed. AWS's pages contradict each other: one says {word}{dated(fact)}, but {other.value}.",
        seen="needed", limit="pages disagree", facts=(fact.id, other.id), remedy=_TRY,
    )  # fmt: skip


def feature(
    rule_id: str, need: Flag, option: Option, facts: Facts, attribute: str, what: str, remedy: str
) -> Finding | None:
    """A feature that was asked for must be offered; one that nobody documents, or that pages contest, is `conditions`."""
    if need is not True:
        return None
    fact = facts.of(option.name, attribute)
    other = contest(fact, facts)
    if other is not None and isinstance(fact.value, bool):
        return disputed(rule_id, what, fact.value, fact, other)
    if fact.value is True:
        return Finding(rule_id, Outcome.notes, f"{what}: offered.", facts=(fact.id,))
    if fact.value is False:
        return Finding(
            rule_id, Outcome.blocks, f"{what}: needed, not offered{dated(fact)}.",
            seen="needed", limit="not offered", facts=(fact.id,), remedy=remedy,
        )  # fmt: skip
    return Finding(
        rule_id, Outcome.conditions, f"{what}: needed; no page of AWS says whether it is offered.",
        seen="needed", limit="not documented", facts=(fact.id,), remedy=_TRY,
    )  # fmt: skip


@rule("HOST008", "Model of the marketplace", ("supports_marketplace",))
def marketplace(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """A model package of AWS Marketplace runs only where the marketplace allows it.

    What it checks: `marketplace` against the option.
    Why it matters: a bought package cannot be opened and moved to another option.
    Example: a bought speech model on serverless is refused.
    Exam tip: marketplace packages point to real-time or batch transform.
    """
    return feature(
        "HOST008", attributes.marketplace, option, facts, "supports_marketplace", "Model of the marketplace",
        "Use a real-time endpoint or a batch transform job, or a model of your own.",
    )  # fmt: skip


@rule("HOST009", "Image in a private registry", ("supports_private_registry",))
def private_registry(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """An image outside ECR needs an option that can pull from a private registry.

    What it checks: `private_registry` against the option.
    Why it matters: otherwise the image has to be copied to ECR on each release.
    Example: a company registry that only its VPC can reach.
    Exam tip: serverless takes images from ECR only.
    """
    return feature(
        "HOST009", attributes.private_registry, option, facts, "supports_private_registry",
        "Image in a private registry", "Copy the image to ECR.",
    )  # fmt: skip


@rule("HOST010", "Uncompressed model files", ("supports_uncompressed_model",))
def uncompressed(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """Model files that lie uncompressed in S3 need an option that reads them so.

    What it checks: `uncompressed_model` against the option.
    Why it matters: packing and unpacking a large model costs minutes at each start.
    Example: a language model in many files under one prefix.
    Exam tip: uncompressed artefacts need ModelDataSource, which serverless, jobs and multi-model endpoints refuse.
    """
    return feature(
        "HOST010", attributes.uncompressed_model, option, facts, "supports_uncompressed_model",
        "Uncompressed model files", "Pack the model into one compressed archive.",
    )  # fmt: skip
