"""A judged configuration as JSON, schema 1."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

from advisor.configured import Configured
from advisor.configured_cost import Cost
from advisor.facts import Facts
from advisor.options import Option, describe
from advisor.settings import Settings
from advisor.verdict_json import finding_json

__all__ = ["configured_json"]


def _config(option: Option) -> dict[str, Any]:
    """What an option states, its settings apart."""
    return {name: value for name, value in option.config().items() if name != "settings" and value not in (False, ())}


def _settings(settings: Settings | None) -> dict[str, Any]:
    """What the calls state beyond sizes."""
    if settings is None:
        return {}
    return {f.name: getattr(settings, f.name) for f in fields(settings) if getattr(settings, f.name) is not None}


def _usd(value: Any) -> float | None:
    return None if value is None else float(value)


def _cost(cost: Cost) -> dict[str, Any]:
    return {
        "usd_per_month": _usd(cost.total), "nothing_arrives": cost.idle, "busy_share": cost.busy, "remarks": list(cost.remarks),
        "bills": [
            {
                "part": name, "usd_per_month": _usd(bill.total), "missing": list(bill.missing), "not_included": list(bill.excluded),
                "lines": [
                    {
                        "item": line.item, "meter": line.meter, "quantity": float(line.quantity), "unit": line.unit,
                        "unit_price_usd": float(line.unit_price), "usd": float(line.usd), "source": line.source,
                    }
                    for line in bill.lines
                ],
            }
            for name, bill in cost.bills
        ],
    }  # fmt: skip


def _one(one: Configured, facts: Facts) -> dict[str, Any]:
    return {
        "name": one.name, "region": one.region, "option": one.option.name, "config": _config(one.option),
        "configuration": describe(one.option), "settings": _settings(one.option.settings), "sound": one.sound,
        "outcome": one.verdict.outcome.name, "findings": [finding_json(finding, facts) for finding in one.verdict.findings],
        "api_model": [{"where": p.path, "seen": p.seen, "allowed": p.allowed} for p in one.model],
        "unknown": [{"path": path, "depends_on": of} for path, of in one.unknown], "not_looked_at": list(one.unread),
        "remarks": list(one.remarks), "cost": _cost(one.cost),
        "better": [
            {
                "option": other.option.name, "config": _config(other.option), "configuration": describe(other.option),
                "usd_per_month": float(other.usd), "saves_usd_per_month": _usd(other.saves), "outcome": other.verdict.outcome.name,
                "findings": [finding_json(finding, facts) for finding in other.verdict.findings],
            }
            for other in one.better
        ],
        "needs": [
            {
                "attribute": need.attribute, "value": need.value, "finding": finding_json(need.finding, facts),
                "served_by": list(need.served_by),
            }
            for need in one.needs
        ],
    }  # fmt: skip


def configured_json(
    found: Iterable[Configured], facts: Facts, files: Sequence[str], workload: str | None = None
) -> dict[str, Any]:
    """All of it as JSON. Arguments: `files` as they were given; `workload` is its name, where there is one."""
    return {
        "schema": 1, "files": list(files), "profile": facts.profile, "overrides": list(facts.overrides), "workload": workload,
        "configurations": [_one(one, facts) for one in found],
    }  # fmt: skip
