"""Rules as articles: what each checks, why, an example, the exam tip, and the facts it rests on."""

import re
from collections.abc import Sequence
from typing import Final

from advisor.fact_names import fact_name, subject_name
from advisor.pages.own_html import block, reference, safe
from advisor.rule_texts import RuleText

__all__ = ["rule_articles", "rule_parts", "rule_sources", "said"]

_CODE: Final = re.compile("`([^`]+)`")


def said(text: str) -> str:
    """A sentence of a rule as HTML; what stands in backticks is code."""
    return _CODE.sub(r"<code>\1</code>", safe(text))


def rule_parts(rule: RuleText) -> str:
    """What it checks, why, an example and the exam tip, a line each."""
    parts = (
        ("What it checks", rule.checks),
        ("Why it matters", rule.why),
        ("Example", rule.example),
        ("Exam tip", rule.tip),
    )
    return "".join(f"<dt>{name}</dt><dd>{said(text)}</dd>" for name, text in parts if text)


def rule_sources(rule: RuleText) -> str:
    """The facts it may rest on, each with its value, source and dates."""
    lines = "".join(
        f"<li>{safe(fact_name(fact))}, {safe(subject_name(fact.option).lower())}: <b>{safe(fact.text())}</b><br>"
        f'<span class="muted">{reference(fact.source, fact.confidence, fact.published, fact.checked)}</span></li>'
        for fact in rule.facts
    )
    number = len(rule.facts)
    words = f"{number} fact{'s' if number != 1 else ''} it rests on"
    hidden = f'<span class="ea-hidden"> ({rule.id})</span>'
    return f"<details><summary>{words}{hidden}</summary><ul>{lines}</ul></details>" if lines else ""


def rule_articles(rules: Sequence[RuleText], testid: str) -> str:
    """All of them, one below the other."""
    made = (
        f'<article class="ea-rule"><h3>{safe(rule.title)} <span class="small muted">{rule.id}</span></h3>'
        f"<p>{said(rule.says)}</p><dl>{rule_parts(rule)}</dl>{rule_sources(rule)}</article>"
        for rule in rules
    )
    return block("".join(made), testid=testid)
