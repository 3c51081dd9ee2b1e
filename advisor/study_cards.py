"""Cards to learn from, made of the facts and rules in force: where the study card and AWS differ, and exam tips."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Final

from advisor._facts_read import data_folder, read_toml
from advisor.fact_names import asked
from advisor.facts import PROFILES, Fact, Facts, diff
from advisor.rule_texts import RuleText, rule_texts

__all__ = ["DECKS", "Card", "cells_taught", "dealt", "deck"]

DECKS: Final = ("differences", "tips")
"""Where the study card and AWS differ; the exam tips of the rules."""


@dataclass(frozen=True, slots=True)
class Card:
    """A question and what its answer is made of."""

    id: str
    question: str
    today: Fact | None = None
    """What AWS documents."""
    taught: Fact | None = None
    """What the study card says."""
    rule: RuleText | None = None
    """The rule whose exam tip is the answer."""


def cells_taught() -> int:
    """Cells of the study card that are compared with AWS."""
    file = read_toml(data_folder() / "profiles" / f"{PROFILES[1]}.toml")
    return sum(1 for value in file.values() if isinstance(value, dict))


@lru_cache(maxsize=8)
def deck(name: str, facts: Facts) -> tuple[Card, ...]:
    """The cards of one of `DECKS`, in the order of the facts or rules.

    >>> from advisor.facts import load_facts
    >>> deck("differences", load_facts())[0].question
    'Asynchronous endpoint: how long may one request take?'
    """
    if name == DECKS[0]:
        found = diff(facts.under(PROFILES[0]), facts.under(PROFILES[1]))
        return tuple(Card(row.id, asked(row.a), today=row.a, taught=row.b) for row in found)
    return tuple(
        Card(rule.id, f"{rule.title}: what should you remember?", rule=rule) for rule in rule_texts(facts) if rule.tip
    )


def dealt(cards: Sequence[Card], seed: int) -> tuple[str, ...]:
    """The ids of the cards, shuffled: equal seeds give equal orders.

    >>> from advisor.facts import load_facts
    >>> cards = deck("tips", load_facts())
    >>> dealt(cards, 1) == dealt(cards, 1), set(dealt(cards, 1)) == {card.id for card in cards}
    (True, True)
    """
    ids = [card.id for card in cards]
    Random(seed).shuffle(ids)  # noqa: S311 - an order of cards, not a secret
    return tuple(ids)
