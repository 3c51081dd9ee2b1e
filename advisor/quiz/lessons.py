"""Lessons: what to remember of an item, with the numbers in force and, where older material differs, both values."""

import re
from collections.abc import Collection
from functools import lru_cache
from typing import Final

from advisor.facts import PROFILES, Facts
from advisor.options import title
from advisor.rule_texts import rule_texts
from advisor.text import fill, format_day

__all__ = ["lesson_text", "limits_dated", "taught_before", "tip_of"]

_NAMED: Final = re.compile(r"\{fact:([a-z0-9_.]+)\}")


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
    """What older material teaches otherwise about these facts, with both values; empty where they agree.

    >>> from advisor.facts import load_facts
    >>> taught_before(["async.payload_request"], load_facts())
    ''
    """
    aws, study = facts.mechanism, facts.under("study-card")
    seen = []
    for name in fact_ids:
        now, before = aws.fact(name), study.fact(name)
        if now.numeric and before.numeric and not now.same_as(before):
            option = title(now.option)
            article = "an" if option[0] in "AI" else "a"
            seen.append(f"{before.text()} for {article} {option.lower()} where AWS documents {now.text()}")
    said = "; and ".join(dict.fromkeys(seen))
    return f"Older material teaches {said}." if said else ""


def limits_dated(fact_ids: Collection[str], facts: Facts) -> str:
    """On which day the limits were read, or that a study card teaches them, as a sentence; empty without any."""
    if fact_ids and facts.profile != PROFILES[0]:
        return "Limits are those that the study card teaches."
    days = [facts.fact(name).checked for name in fact_ids]
    return f"Limits are as AWS documented them on {format_day(min(days))}." if days else ""


def lesson_text(lesson: str, tip: str, fact_ids: Collection[str], facts: Facts) -> str:
    """The explanation of an item.

    Arguments: `lesson` may hold `{fact:id}`; `tip` is the id of a rule; `fact_ids` are facts beside those of the lesson
    of which older material may teach another value.

    >>> from advisor.facts import load_facts
    >>> lesson_text("No GPU there.", "HOST001", (), load_facts())
    'No GPU there. Exam tip: GPU rules out serverless, whatever else the question says.'
    """
    tips = tip_of(tip, facts) if tip else ""
    named = (*fact_ids, *(name for name in _NAMED.findall(lesson) if name not in fact_ids))
    parts = (fill(lesson, facts), taught_before(named, facts), f"Exam tip: {tips}" if tips else "")
    return " ".join(part for part in parts if part)
