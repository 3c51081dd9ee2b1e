"""Findings and verdicts as JSON."""

from typing import Any

from advisor.facts import Facts

__all__ = ["finding_json", "verdict_json"]


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
    parts = ("traffic", "cost", "operations", "latency")
    return {
        "option": verdict.option.name,
        "config": verdict.option.config(),
        "outcome": verdict.outcome.name,
        "fit": {"score": round(fit.score, 4), **{p: round(getattr(fit, p), 4) for p in parts}} if fit else None,
        "estimate_usd_per_month": float(verdict.bill.total)
        if verdict.bill and verdict.bill.total is not None
        else None,
        "findings": [finding_json(finding, facts) for finding in verdict.findings],
    }
