"""The rules as people read them: the parts of each docstring with its numbers filled in, and what it rests on."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from advisor.facts import Fact, Facts
from advisor.rules._rule import HEADINGS, all_rules
from advisor.rules_page import rule_facts
from advisor.text import fill

__all__ = ["RuleText", "found_rules", "rule_texts"]


@dataclass(frozen=True, slots=True)
class RuleText:
    """One rule in words."""

    id: str
    title: str
    says: str
    """The rule in one sentence."""
    checks: str
    why: str
    example: str
    tip: str
    """Exam tip; empty where there is none."""
    facts: tuple[Fact, ...]
    """What it may rest on."""

    @property
    def text(self) -> str:
        """Everything a search looks at, in small letters."""
        parts = (self.id, self.title, self.says, self.checks, self.why, self.example, self.tip)
        return " ".join((*parts, *(fact.id for fact in self.facts))).replace("\u00a0", " ").lower()


def _sentence(text: str) -> str:
    """A part as a sentence; nothing for one that says it has nothing to say."""
    return "" if text.rstrip(".").lower() in {"", "none"} else f"{text[:1].upper()}{text[1:]}"


@lru_cache(maxsize=8)
def rule_texts(facts: Facts) -> tuple[RuleText, ...]:
    """Every rule, by id, with the numbers in force.

    >>> from advisor.facts import load_facts
    >>> first = rule_texts(load_facts())[0]
    >>> first.id, first.title
    ('AVA001', 'Loss of one zone')
    """
    made = []
    for entry in all_rules():
        says, *rest = [line.strip() for line in fill(entry.doc, facts).strip().splitlines() if line.strip()]
        parts = {head: text.strip() for head, _, text in (line.partition(":") for line in rest)}
        checks, why, example, tip = (_sentence(parts.get(head, "")) for head in HEADINGS)
        made.append(RuleText(entry.id, entry.title, says, checks, why, example, tip, rule_facts(entry, facts)))
    return tuple(made)


def found_rules(rules: Iterable[RuleText], search: str) -> tuple[RuleText, ...]:
    """The rules in which every word of a search stands somewhere."""
    words = search.lower().split()
    return tuple(rule for rule in rules if all(word in rule.text for word in words))
