"""Findings, verdicts and advice as JSON."""

from typing import Any, Final

from advisor.advice import Advice
from advisor.attributes import UNKNOWN, Range
from advisor.facts import Facts
from advisor.flips import WhatIf
from advisor.questions import question_text

__all__ = ["advice_json", "finding_json", "value_json", "verdict_json", "what_if_json"]

_DISTRIBUTIONS: Final = frozenset({"payload", "response", "processing"})


def finding_json(finding: Any, facts: Facts) -> dict[str, Any]:
    """One finding as JSON: numbers in its unit, texts for people beside them, sources at the end."""
    sources = [
        {
            "fact": fact.id, "value": fact.text(), "source": fact.source, "confidence": fact.confidence,
            "published": fact.published.isoformat() if fact.published else None, "checked": fact.checked.isoformat(),
        }
        for fact in map(facts.fact, finding.facts)
    ]  # fmt: skip
    return {
        "rule": finding.rule, "outcome": finding.outcome.name, "message": finding.message, "seen": finding.seen,
        "limit": finding.limit, "unit": finding.unit, "margin": finding.margin, "remedy": finding.remedy,
        "question": finding.question, "sources": sources,
    }  # fmt: skip


def verdict_json(verdict: Any, facts: Facts) -> dict[str, Any]:
    """One verdict as JSON."""
    fit = verdict.fit
    return {
        "option": verdict.option.name,
        "config": verdict.option.config(),
        "outcome": verdict.outcome.name,
        "margin": verdict.nearest.margin if verdict.nearest else None,
        "fit": {
            "score": fit.score,
            "parts": fit.parts,
            "points": [
                {"preference": p.preference, "part": p.part, "points": p.points, "why": p.why} for p in fit.points
            ],
        }
        if fit
        else None,
        "estimate_usd_per_month": float(verdict.bill.total)
        if verdict.bill and verdict.bill.total is not None
        else None,
        "findings": [finding_json(finding, facts) for finding in verdict.findings],
    }


def value_json(value: Any) -> Any:
    """One value of an attribute as JSON: a range as its two ends, unknown as null."""
    if isinstance(value, Range):
        return {"low": value.low, "high": value.high}
    return None if value is UNKNOWN else value


def advice_json(advice: Advice, facts: Facts) -> dict[str, Any]:
    """Verdicts as JSON, schema 1."""
    return {
        "schema": 1, "workload": advice.name, "profile": advice.profile, "region": advice.region, "best": advice.best,
        "overrides": list(facts.overrides),
        "known": {name: value_json(value) for name, value in advice.attributes.known().items() if name not in _DISTRIBUTIONS},
        "question": {
            "attribute": advice.question, "text": question_text(advice.question, facts),
            "replies": [
                {"value": r.value, "text": r.words, "best": r.best, "out": list(r.out), "back": list(r.back)}
                for r in advice.replies
            ],
        } if advice.question else None,
        "other_profile_differs_for": list(advice.differs),
        "other_profile": {
            "profile": facts.other.profile, "best": advice.best_elsewhere,
            "verdicts": [verdict_json(verdict, facts.other) for verdict in advice.other],
        },
        "changes": [
            {"option": c.option, "attribute": c.attribute, "before": value_json(c.before), "after": value_json(c.after)}
            for c in advice.changes
        ],
        "ranking": [verdict_json(verdict, facts) for verdict in advice.ranked],
        "infeasible": [verdict_json(verdict, facts) for verdict in advice.infeasible],
    }  # fmt: skip


def what_if_json(found: WhatIf, facts: Facts) -> dict[str, Any]:
    """What flips when some attributes change, as JSON."""
    return {
        "changes": {name: value_json(value) for name, value in found.changes.items()},
        "before": list(found.before), "after": list(found.after), "best": list(found.best),
        "flips": [
            {"option": f.option, "before": f.before.name, "after": f.after.name, "verdict": verdict_json(f.verdict, facts)}
            for f in found.flips
        ],
    }  # fmt: skip
