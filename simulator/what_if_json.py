"""Break-even, tornado and least regret as JSON documents (docs/json.md)."""

from typing import Any

from advisor.options import describe
from simulator.crossings import BreakEven, Crossing
from simulator.curves import Point, Subject, label_of
from simulator.plans import Plan
from simulator.regret import LeastRegret
from simulator.tornado import End, Tornado

__all__ = ["break_even_json", "regret_json", "tornado_json"]


def _plan(plan: Plan | None) -> dict[str, Any] | None:
    """What identifies a plan."""
    if plan is None:
        return None
    return {"option": plan.option.name, "config": plan.option.config(), "configuration": describe(plan.option)}


def _point(point: Point) -> dict[str, Any]:
    return {
        "load": point.load, "requests_per_month": point.requests_per_month, "cost_usd_per_month": point.usd,
        "cost_usd_per_million_good": point.usd_per_million_good, "meets": point.plan is not None and point.plan.meets,
        "plan": _plan(point.plan),
    }  # fmt: skip


def _name(subject: Subject | None) -> str | None:
    return None if subject is None else label_of(subject)


def _crossing(one: Crossing) -> dict[str, Any]:
    return {
        "one": _name(one.one), "other": _name(one.other), "load": one.load, "requests_per_month": one.requests_per_month,
        "before": _name(one.before), "after": _name(one.after), "decided_by": "promise" if one.by_promise else "cost",
        "steps": one.steps, "no_clear_difference": {"low": one.even_from, "high": one.even_to},
        "below": [_point(point) for point in one.below], "above": [_point(point) for point in one.above],
    }  # fmt: skip


def break_even_json(answer: BreakEven) -> dict[str, Any]:
    """Curves and crossings; loads are times today's traffic."""
    return {
        "schema": 1, "requests_per_month": answer.today, "looked_at": {"low": answer.low, "high": answer.high},
        "budget_left_out_usd": answer.budget_usd,
        "unfit": [{"subject": label, "why": why} for label, why in answer.unfit],
        "crossings": [_crossing(one) for one in answer.crossings],
        "curves": [
            {"subject": curve.label, "option": curve.name, "points": [_point(point) for point in curve.points]}
            for curve in answer.curves
        ],
    }  # fmt: skip


def _end(end: End) -> dict[str, Any]:
    return {
        "value": end.value, "cost_usd_per_month": end.usd, "p99_ms": None if end.p99_us is None else end.p99_us / 1000,
        "meets": end.plan.meets, "misses": [miss.text for miss in end.plan.broken], "problem": end.plan.problem,
        "first": end.first or None, "instead": _plan(end.instead),
    }  # fmt: skip


def tornado_json(answer: Tornado) -> dict[str, Any]:
    """The subject and each input with both its ends, largest swing of the cost first."""
    return {
        "schema": 1, "plan": _plan(answer.base.plan), "base": _end(answer.base), "compared": list(answer.compared),
        "inputs": [
            {
                "key": row.input.key, "label": row.input.label, "basis": row.input.basis, "low": _end(row.low),
                "high": _end(row.high), "swing_usd": row.swing_usd, "swing_ms": row.swing_us / 1000, "turns": row.turns,
            }
            for row in answer.rows
        ],
        "left_out": [{"label": label, "why": why} for label, why in answer.left_out],
    }  # fmt: skip


def regret_json(answer: LeastRegret) -> dict[str, Any]:
    """The candidates, least regret first, with their regret in each scenario by part."""
    weights = answer.weights
    return {
        "schema": 1,
        "weights": {"over": weights.over, "under": weights.under, "steepness": weights.steepness},
        "ranges": [
            {"key": one.key, "label": one.label, "low": one.low, "mid": one.mid, "high": one.high, "unit": one.unit}
            for one in answer.ranges
        ],
        "sampled": answer.sampled, "scenarios": [list(values) for values in answer.scenarios],
        "scenarios_nothing_keeps": answer.hopeless,
        "choices": [
            {
                "plan": {"option": one.option.name, "config": one.option.config(), "configuration": describe(one.option)},
                "sized_for": list(one.sized_for), "regret_usd": one.mean, "over_usd": one.over, "under_usd": one.under,
                "worst_usd": one.worst[0], "worst_scenario": -one.worst[1], "kept": one.kept,
                "in_scenarios": [
                    {"cost_usd_per_month": plan.usd, "meets": plan.meets, "over_usd": part.over, "under_usd": part.under}
                    for plan, part in zip(one.plans, one.regrets, strict=True)
                ],
            }
            for one in answer.choices
        ],
    }  # fmt: skip
