"""Speed of triage beside asking every rule about every option, for every reply to every open question.

The plain way is written here to be read; a test holds the two to the same answers.
"""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import numpy as np

from advisor.attributes import UNKNOWN, Attributes, project
from advisor.brief import Brief
from advisor.facts import Facts, load_facts
from advisor.fit import active_preferences, fit_of
from advisor.portfolio import triage
from advisor.questions import questions
from advisor.representatives import representatives
from advisor.rules import Outcome, all_rules
from advisor.rules._rule import check
from advisor.signals import SIGNALS

__all__ = ["briefs", "naive_answer", "triage_line", "triage_speed"]

_SEED: Final = 7
_FLAGS: Final = (
    "cold_start_ok", "idle_periods", "models_similar", "chained", "per_model_scaling", "needs_gpu", "vpc_required",
    "cost_priority", "ops_priority", "immediate_response",
)  # fmt: skip
_TRAFFIC: Final = ("steady", "diurnal", "variable", "spiky", "intermittent")


def briefs(count: int, seed: int = _SEED) -> list[dict[str, Any]]:
    """Drawn briefs, all different, of which about half of the attributes are known."""
    draw = np.random.default_rng(seed)
    rows = []
    for number in range(count):
        row: dict[str, Any] = {"id": number}
        if draw.random() < 0.6:
            row["payload_mb"] = round(float(draw.lognormal(0, 2)), 5)
        if draw.random() < 0.6:
            row["processing_s"] = round(float(draw.lognormal(-1, 2)), 5)
        if draw.random() < 0.6:
            row["traffic"] = _TRAFFIC[draw.integers(len(_TRAFFIC))]
        if draw.random() < 0.3:
            row["rps_peak"] = round(float(draw.lognormal(1, 2)), 4)
        if draw.random() < 0.4:
            row["n_models"] = int(draw.choice([1, 2, 5, 20, 300]))
        if draw.random() < 0.4:
            row["model_size_gb"] = round(float(draw.lognormal(0, 1.5)), 5)
        row |= {name: bool(draw.random() < 0.5) for name in _FLAGS if draw.random() < 0.4}
        rows.append(row)
    return rows


def _order(attributes: Attributes, facts: Facts) -> list[str]:
    """Names that nothing blocks, best first: every rule asked about every option."""
    active = active_preferences(attributes, facts)
    points = {}
    for option in representatives(facts):
        found = [check(rule, attributes, option, facts) for rule in all_rules()]
        if not any(finding is not None and finding.outcome is Outcome.blocks for finding in found):
            points[option.name] = fit_of(option.name, active).score
    return sorted(points, key=lambda name: -points[name])


def naive_answer(row: dict[str, Any], facts: Facts) -> tuple[list[str], dict[str, float]]:
    """The order of the names, and for each open question how often its replies change the first place."""
    attributes = project(Brief.from_mapping(row))
    order = _order(attributes, facts)
    chances = {}
    for name, question in questions(facts).items():
        if getattr(attributes, name) is not UNKNOWN or not all(SIGNALS[s](attributes, facts) for s in question.when):
            continue
        firsts = [_order(replace(attributes, **{name: value}), facts)[:1] for value in question.values]
        chances[name] = sum(s for s, first in zip(question.shares, firsts, strict=True) if first != order[:1])
    return order, chances


def _rates(rows: Iterator[Any], count: int) -> float:
    begun = time.perf_counter()
    for _ in rows:
        pass
    return count / (time.perf_counter() - begun)


def triage_speed(rows: int = 3_000, plain_rows: int = 5) -> tuple[float, float]:
    """Briefs a second, by triage and the plain way, each on one core."""
    facts = load_facts()
    drawn = briefs(rows)
    for _ in triage(drawn[:50], facts):
        pass
    quick = _rates(iter(triage(drawn, facts)), rows)
    return quick, _rates((naive_answer(row, facts) for row in drawn[:plain_rows]), plain_rows)


def triage_line(quick: float, plain: float) -> str:
    """The speed of triage as text."""
    return f"triage of briefs, next question included: {quick:,.0f} a second, {quick / plain:,.0f} x the plain way"
