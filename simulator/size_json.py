"""A sizing as a JSON document (docs/json.md)."""

from statistics import fmean
from typing import Any

from advisor.options import describe
from advisor.verdict_json import verdict_json
from simulator.answer_json import PERCENTILES, assumption_json, bill_json, inputs_json, interval_json, turn_json
from simulator.changes import NO_CHANGE, Change
from simulator.plans import Plan, Sized
from simulator.size_parts import assumed, excluded, failed_by_kind, failed_of, latency_of, tied, turns_on
from simulator.sizing import Sizing

__all__ = ["size_json"]


def _plan_json(plan: Plan | None, sizing: Sizing, *, bill: bool = True) -> dict[str, Any] | None:
    """One configuration with what its draws found; the bill is that of the first draw."""
    if plan is None:
        return None
    found = [trial.summary for trial in plan.trials]
    played = not plan.problem
    return {
        "config": plan.option.config(), "configuration": describe(plan.option),
        "cost_usd_per_month": plan.usd, "cost_interval": interval_json(plan.usd_per_month),
        "latency_ms": {name: interval_json(latency_of(plan, q), 1e-3) for q, name in PERCENTILES.items()},
        "failed": failed_by_kind(plan), "failed_share": interval_json(failed_of(plan)),
        "cold_share": fmean(one.cold_share for one in found) if played else None,
        "utilisation": fmean(one.utilisation for one in found) if played else None,
        "instances_mean": fmean(one.mean_instances for one in found) if played else None,
        "meets": plan.meets, "misses": [miss.text for miss in plan.broken], "shortfall": plan.shortfall,
        "draws": len(plan.trials), "draws_kept": plan.kept_draws(sizing.study.promise), "sure": plan.sure,
        "problem": plan.problem or None,
        "assumptions": [row.key for row in plan.trials[0].assumed],
        **({"bill": bill_json(plan.trials[0].bill) if played else None} if bill else {}),
    }  # fmt: skip


def _change_json(change: Change) -> dict[str, Any]:
    """What the question changed of the workload; factors are 1 where they change nothing."""
    return {
        "load": change.load, "service": change.service, "payload": change.payload, "peak": change.peak,
        "unmeasured": [name for name, _ in change.unmeasured],
        "facts": [{"fact": key, "value": value} for key, value in change.facts],
        "given": [{"key": key, "value": value} for key, value in change.given],
        "budget": change.budget,
    }  # fmt: skip


def _sized_json(one: Sized, sizing: Sizing, *, everything: bool) -> dict[str, Any]:
    keys = turns_on(sizing, one.name)
    return {
        "option": one.name,
        "best": _plan_json(one.best, sizing), "runner_up": _plan_json(one.runner_up, sizing),
        "nearest": _plan_json(one.nearest, sizing), "takes": one.takes or None,
        "candidates": {"considered": one.considered, "simulated": one.tried, "excluded": one.pruned},
        "no_clear_difference_from": tied(sizing, one) or None,
        "turns_on": list(keys) if sizing.ends_tried else None,
        **({"plans": [_plan_json(plan, sizing, bill=False) for plan in one.plans]} if everything else {}),
    }  # fmt: skip


def size_json(sizing: Sizing, *, everything: bool = False) -> dict[str, Any]:
    """A sizing as JSON, schema 1 (docs/json.md). Arguments: `everything` adds each configuration that was simulated."""
    study, best = sizing.study, sizing.best
    first, told = sizing.first_in_draws
    named = {one.name for one in sizing.sized}
    return {
        "schema": 1, "profile": study.facts.profile, "region": study.workload.needs.region, "inputs": inputs_json(study),
        "change": _change_json(next((plan.ask.change for one in sizing.sized for plan in one.plans), NO_CHANGE)),
        "best": best.name if best else None,
        "stopped": sizing.stopped, "lost": sizing.lost or None,
        "first_in_draws": {"draws_first": first, "draws": told},
        "stability": {
            "holds": not sizing.turns if sizing.ends_tried else None, "text": sizing.stability or None,
            "turns": [turn_json(turn) for turn in sizing.turns],
        },
        "candidates": {
            "considered": sizing.considered, "simulated": sum(one.tried for one in sizing.sized), "excluded": excluded(sizing),
        },
        "options": [_sized_json(one, sizing, everything=everything) for one in sizing.sized],
        "assumptions": [assumption_json(row) for row in assumed(sizing)],
        "notes": list(study.notes),
        "infeasible": [verdict_json(v, study.facts) for v in sizing.infeasible if v.option.name not in named],
    }  # fmt: skip
