"""Claims: statements about an option, and whether they hold by the facts in force."""

from collections.abc import Mapping
from typing import Any

from advisor.facts import Facts
from advisor.quiz.told import read_texts

__all__ = ["holds", "settled", "subjects"]


def subjects(topic: str = "") -> tuple[str, ...]:
    """Names of what there are claims about, of one topic or of all."""
    return tuple(name for name, row in read_texts("claims").items() if topic in {"", row["topic"]})


def holds(claim: Mapping[str, Any], facts: Facts) -> bool:
    """Whether a claim is true: the value it claims, another fact it equals or not, words that a fact says or not.

    Raises KeyError for a claim that compares its fact with nothing.

    >>> from advisor.facts import load_facts
    >>> holds({"fact": "serverless.supports_gpu", "is": False}, load_facts())
    True
    """
    fact = facts.fact(claim["fact"])
    if "is" in claim:
        return bool(fact.value == claim["is"]) and isinstance(fact.value, bool) is isinstance(claim["is"], bool)
    if "same" in claim or "unlike" in claim:
        other = facts.fact(claim["same"] if "same" in claim else claim["unlike"])
        return fact.same_as(other) is ("same" in claim)
    words = claim["says"] if "says" in claim else claim["denies"]
    return (words in str(fact.value)) is ("says" in claim)


def settled(subject: str, facts: Facts) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    """The claims about a subject that hold and those that do not, each under both profiles."""
    claims = read_texts("claims")[subject]["claims"]
    told = [(claim, holds(claim, facts)) for claim in claims if holds(claim, facts) is holds(claim, facts.other)]
    return [claim for claim, true in told if true], [claim for claim, true in told if not true]
