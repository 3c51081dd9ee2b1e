"""Rankings, verdicts and simulations as JSON documents (docs/json.md)."""

from typing import Any

from advisor.billing import Bill
from advisor.facts import Facts
from advisor.options import describe
from advisor.verdict_json import finding_json, verdict_json
from simulator.assumptions import Assumption
from simulator.play import Simulation
from simulator.ranking import Ranked, Ranking
from simulator.resilience import Resilience, Span, resilience
from simulator.statistics import Interval
from simulator.study import Study
from simulator.turns import Turn

__all__ = [
    "PERCENTILES",
    "assumption_json",
    "bill_json",
    "inputs_json",
    "interval_json",
    "ranking_json",
    "simulation_json",
    "turn_json",
]

PERCENTILES = {0.5: "p50", 0.9: "p90", 0.95: "p95", 0.99: "p99", 0.999: "p99_9"}


def interval_json(found: Interval | None, scale: float = 1.0) -> dict[str, Any]:
    """An interval as JSON, each number multiplied by `scale`."""
    if found is None or found.value is None:
        return {"value": None, "low": None, "high": None, "supported": False}
    values = {"value": found.value, "low": found.low, "high": found.high}
    return {k: None if v is None else round(v * scale, 6) for k, v in values.items()} | {"supported": found.supported}


def bill_json(bill: Bill) -> dict[str, Any]:
    """A bill as JSON; money as numbers of US dollars per month."""
    return {
        "region": bill.region,
        "usd_per_month": None if bill.total is None else float(bill.total),
        "usd_per_month_with_open_items": None if bill.highest is None else float(bill.highest),
        "usd_per_month_after_free_tier": None if bill.later is None else float(bill.later),
        "usd_per_year": None if bill.per_year is None else float(bill.per_year),
        "month_hours": bill.month_hours,
        "usd_per_million_good": None if bill.per_million_good is None else float(bill.per_million_good),
        "usd_per_1000_tokens": {name: float(usd) for name, usd in bill.per_1000_tokens.items()} or None,
        "idle": None if bill.idle_share is None else {
            "share": bill.idle_share, "usd": None if bill.idle_usd is None else float(bill.idle_usd),
        },
        "lines": [
            {
                "item": line.item, "meter": line.meter, "quantity": float(line.quantity), "unit": line.unit,
                "unit_price_usd": float(line.unit_price), "usd": float(line.usd), "source": line.source,
                "published": line.published, "checked": line.checked, "confidence": line.confidence, "note": line.note,
            }
            for line in bill.lines
        ],
        "missing": list(bill.missing),
        "open_items": [{"item": item, "usd": float(usd)} for item, usd in bill.open_items],
        "not_included": list(bill.excluded),
        "notes": list(bill.notes),
        "terms": {
            "savings_plan": [saving.text for saving in bill.terms.savings], "free_tier": bill.terms.free_tier,
            "free_tier_months": bill.free_months, "releases_per_month": bill.terms.releases_per_month,
            "release_hours": bill.terms.release_hours, "retention_hours": bill.terms.retention_us / 3.6e9,
        },
        "window_hours": bill.window_us / 3.6e9,
        "no_basis_for_a_month": bill.short_window,
    }  # fmt: skip


def assumption_json(row: Assumption) -> dict[str, Any]:
    """An assumption as JSON; durations in microseconds."""
    return {
        "key": row.key, "label": row.label, "low": row.low, "mid": row.mid, "high": row.high, "used": row.used,
        "unit": row.unit, "confidence": row.confidence, "fact": row.fact, "note": row.note,
    }  # fmt: skip


def inputs_json(study: Study) -> dict[str, Any]:
    """What an answer was asked about: workload, facts, seed, traffic, promise."""
    load = study.load
    return {
        "workload": study.workload.name, "digest": study.workload.digest, "facts_digest": study.facts.digest,
        "overrides": list(study.facts.overrides), "seed": study.seed, "start": study.start,
        "requests": load.requests, "horizon_s": load.horizon_us / 1e6, "warm_up_s": study.window_from_us / 1e6,
        "mean_rate_per_s": load.mean_rate_per_s, "busiest_hour_rate_per_s": load.busiest_hour_rate_per_s,
        "promise": [slo.text for slo in study.promise.slos], "promise_assumed": list(study.promise.assumed),
    }  # fmt: skip


def _ranked_json(entry: Ranked, facts: Facts) -> dict[str, Any]:
    return {
        "option": entry.name,
        "config": entry.option.config(),
        "configuration": describe(entry.option),
        "cost_usd_per_month": entry.cost_per_month.value,
        "cost_interval": interval_json(entry.cost_per_month),
        "cost_usd_per_million_good": entry.cost_per_million_good.value,
        "latency_ms": {name: interval_json(entry.latency_us.get(q), 1e-3) for q, name in PERCENTILES.items()},
        "first_token_ms": {name: interval_json(entry.first_token_us.get(q), 1e-3) for q, name in PERCENTILES.items()}
        if entry.first_token_us
        else None,
        "failed": entry.failed,
        "failed_share": interval_json(entry.failed_share),
        "cold_share": entry.simulation.summary.cold_share,
        "attempts_per_request": entry.simulation.summary.attempts_per_request,
        "retried_share": entry.simulation.summary.retried_share,
        "utilisation": entry.simulation.summary.utilisation,
        "instances_mean": entry.simulation.summary.mean_instances,
        "meets": entry.meets,
        "misses": list(entry.misses),
        "pareto": entry.pareto,
        "no_clear_difference_from": entry.tied or None,
        "reason": entry.reason,
        "replications": entry.replications,
        "candidates": {"considered": entry.candidates, "simulated": entry.simulated},
        "cost_range": {key: {"low": low, "high": high} for key, (low, high) in entry.extremes.items()},
        "assumptions": [row.key for row in entry.simulation.assumed.rows],
        "fit": verdict_json(entry.verdict, facts)["fit"],
        "findings": [finding_json(finding, facts) for finding in entry.verdict.findings],
        "bill": bill_json(entry.bill),
    }


def turn_json(turn: Turn) -> dict[str, Any]:
    """An assumption on which the first place turns, as JSON."""
    return {
        "option": turn.option, "key": turn.key, "level": turn.level, "flips_at": turn.flips_at, "unit": turn.unit,
        "winner": turn.winner,
    }  # fmt: skip


def ranking_json(ranking: Ranking) -> dict[str, Any]:
    """A ranking as JSON, schema 1 (docs/json.md)."""
    study = ranking.study
    return {
        "schema": 1,
        "profile": study.facts.profile,
        "region": study.workload.needs.region,
        "inputs": inputs_json(study),
        "heading": ranking.heading,
        "stability": {
            "holds": not ranking.turns,
            "text": ranking.stability,
            "turns": [turn_json(turn) for turn in ranking.turns],
        },
        "assumptions": [assumption_json(row) for row in ranking.assumptions],
        "notes": list(ranking.notes),
        "other_profile_differs_for": list(ranking.differs),
        "ranking": [_ranked_json(entry, study.facts) for entry in ranking.ranked],
        "infeasible": [verdict_json(verdict, study.facts) for verdict in ranking.infeasible],
    }  # fmt: skip


def _span_json(span: Span) -> dict[str, Any]:
    return {"requests": span.requests, "failed_share": span.failed_share, "late_share": span.late_share}


def _resilience_json(found: Resilience) -> dict[str, Any]:
    """What losses did, each with its spans; times in seconds."""
    return {
        "instances_lost": found.lost, "before": _span_json(found.before),
        "losses": [
            {
                "at_s": one.at_us / 1e6, "kind": "zone" if one.zone else "instance", "zone": one.zone or None,
                "instances_lost": one.lost, "during": _span_json(one.during), "after": _span_json(one.after),
                "holds_again_after_s": None if one.recovered_us is None else one.recovered_us / 1e6, "text": one.text,
            }
            for one in found.impacts
        ],
    }  # fmt: skip


def simulation_json(study: Study, result: Simulation) -> dict[str, Any]:
    """One simulation as JSON, schema 1."""
    found = result.summary
    lost = {"faults": _resilience_json(resilience(result.run, result.model, study.promise))} if result.asked else {}
    return {
        "schema": 1, "profile": study.facts.profile, "region": study.workload.needs.region, "inputs": inputs_json(study),
        "option": result.option.name, "config": result.option.config(), "engine": result.engine,
        "meets": study.promise.kept(result), "misses": list(study.promise.misses(result)),
        "requests": found.arrivals, "ok": found.good, "failed": found.failed, "unfinished": found.unfinished,
        "latency_ms": {name: found.latency_us[q] / 1e3 if q in found.latency_us else None for q, name in PERCENTILES.items()},
        "wait_ms": {name: found.wait_us[q] / 1e3 if q in found.wait_us else None for q, name in PERCENTILES.items()},
        "first_token_ms": None if result.first_token is None else {
            name: found.first_token_us[q] / 1e3 if q in found.first_token_us else None for q, name in PERCENTILES.items()
        },
        "attempts_per_request": found.attempts_per_request, "retried_share": found.retried_share,
        "cold_share": found.cold_share, "beyond_provisioned": result.run.meters.spilled, "utilisation": found.utilisation, "instances_mean": found.mean_instances,
        "assumptions": [assumption_json(row) for row in result.assumed.rows], "notes": [*study.notes, *result.notes],
        "bill": bill_json(result.bill), **lost,
    }  # fmt: skip
