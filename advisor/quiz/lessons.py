"""Lessons: what to remember of an item, with the numbers in force and, where older material differs, both values."""

from collections.abc import Collection
from functools import lru_cache

from advisor.facts import Facts
from advisor.rule_texts import rule_texts
from advisor.text import fill, format_day

__all__ = ["lesson_text", "limits_dated", "taught_before", "tip_of"]


@lru_cache(maxsize=8)
def _tips(facts: Facts) -> dict[str, str]:
    return {text.id: text.tip for text in rule_texts(facts)}


def tip_of(rule: str, facts: Facts) -> str:
    """The exam tip of a rule, with the numbers in force; empty where it has none.

    >>> from advisor.facts import load_facts
    >>> tip_of("HOST001", load_facts())
    'GPU rules out serverless, whatever else the question says.'
    """
    return _tips(facts).get(rule, "")


def taught_before(fact_ids: Collection[str], facts: Facts) -> str:
    """What older material teaches otherwise about these facts, with both values; empty where they agree."""
    aws, study = facts.mechanism, facts.under("study-card")
    seen = []
    for name in fact_ids:
        now, before = aws.fact(name), study.fact(name)
        if now.numeric and before.numeric and not now.same_as(before):
            seen.append(f"older material teaches {before.text()} where AWS documents {now.text()}")
    said = "; ".join(dict.fromkeys(seen))
    return f"{said[:1].upper()}{said[1:]}." if said else ""


def limits_dated(fact_ids: Collection[str], facts: Facts) -> str:
    """On which day the limits were read, as a sentence; empty without any."""
    days = [facts.fact(name).checked for name in fact_ids]
    return f"Limits are those that AWS documented on {format_day(min(days))}." if days else ""


def lesson_text(lesson: str, tip: str, fact_ids: Collection[str], facts: Facts) -> str:
    """The explanation of an item.

    Arguments: `lesson` may hold `{fact:id}`; `tip` is the id of a rule; `fact_ids` are facts of which older material may
    teach another value.
    """
    tips = tip_of(tip, facts) if tip else ""
    parts = (fill(lesson, facts), taught_before(fact_ids, facts), f"Exam tip: {tips}" if tips else "")
    return " ".join(part for part in parts if part)
