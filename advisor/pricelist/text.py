"""A refreshed table in words and as plain JSON values."""

from collections.abc import Iterator
from typing import Any

from advisor.pricelist.changes import Change
from advisor.pricelist.refresh import Refreshed
from advisor.pricelist.savings import SavingsRow, by_plan
from advisor.units import NBSP

__all__ = ["change_cells", "refreshed_json", "refreshed_lines", "savings_json"]


def change_cells(change: Change) -> tuple[str, ...]:
    """One change as the cells of a table: what, item, old, new, percent."""
    old, new = ("none" if usd is None else f"${usd.normalize():f}" for usd in (change.old_usd, change.new_usd))
    percent = "" if change.percent is None else f"{change.percent:+.1f}{NBSP}%".replace("-", "−")
    return change.kind, f"{change.subject} {change.item}", old, new, percent


def refreshed_lines(found: Refreshed) -> Iterator[str]:
    """What was read and where it went, one sentence a line."""
    table = found.table
    counts = {
        kind: sum(1 for one in found.changes if one.kind == kind) for kind in ("dearer", "cheaper", "new", "gone")
    }
    same = len(table.rows) - counts["dearer"] - counts["cheaper"] - counts["new"]
    said = ", ".join(f"{count:,} {kind}" for kind, count in counts.items() if count) or "nothing"
    yield f"{len(table.rows):,} prices of {table.region}, published {table.published}, offer version {table.version}."
    yield f"Read from {table.source} on {table.checked}."
    yield f"Changed against the prices in force: {said}; {same:,} as before."
    yield f"{'Written to' if found.written else 'The same table already stands in'} {found.file}"
    yield f"Use it with --prices {found.file}"
    if found.undescribed:
        yield f"Priced, but not described in data/instances.csv, so no option uses them: {', '.join(found.undescribed)}."
    if found.savings is not None:
        yield f"Savings plan rates, published {found.savings.published}, in {found.savings_file}"
        for plan, (count, least, most) in by_plan(found.savings.rows).items():
            span = f"{100 * least:.1f}" + (f" to {100 * most:.1f}" if least < most else "")
            yield f"  {plan}: {count:,} item{'s' * (count > 1)}, {span}{NBSP}% below on demand."


def refreshed_json(found: Refreshed) -> dict[str, Any]:
    """The same for docs/json.md."""
    table = found.table
    return {
        "schema": 1,
        "region": table.region,
        "published": table.published.isoformat(),
        "checked": table.checked.isoformat(),
        "version": table.version,
        "source": table.source,
        "file": str(found.file),
        "written": found.written,
        "prices": len(table.rows),
        "changes": [
            {
                "change": one.kind, "subject": one.subject, "item": one.item, "unit": one.unit,
                "old_usd": None if one.old_usd is None else float(one.old_usd),
                "new_usd": None if one.new_usd is None else float(one.new_usd), "percent": one.percent,
            }
            for one in found.changes
        ],
        "warnings": list(found.warnings),
        "undescribed": list(found.undescribed),
        "savings": None
        if found.savings is None
        else {"file": str(found.savings_file), "rows": savings_json(found.savings.rows)},
    }  # fmt: skip


def savings_json(rows: tuple[SavingsRow, ...]) -> list[dict[str, Any]]:
    """Savings plan rates as plain values."""
    return [
        {
            "subject": row.subject, "item": row.item, "plan": row.plan, "usd": float(row.usd),
            "on_demand_usd": float(row.on_demand_usd), "discount": float(row.discount),
        }
        for row in rows
    ]  # fmt: skip
