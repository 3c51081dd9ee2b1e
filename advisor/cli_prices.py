"""The verbs of prices: refresh reads the AWS price list anew, compare puts Regions beside each other."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from advisor.cli import FactsFile, Json, PricesFile, emit, given_facts, say, table

if TYPE_CHECKING:
    from advisor.price_compare import Comparison, Offered
    from advisor.pricelist.savings import SavingsTable

__all__ = ["prices_app"]

_MOST_CHANGES = 40
prices_app = typer.Typer(
    help="Read the AWS price list anew, or compare the price of an instance type over Regions.", no_args_is_help=True
)


@prices_app.command("refresh")
def prices_refresh(
    region: Annotated[str, typer.Option("--region", help="The Region whose prices to read.")],
    source: Annotated[
        str | None,
        typer.Option("--from", help="File or address of the price list (JSON, CSV, GetProducts); AWS's by default."),
    ] = None,
    savings: Annotated[
        str | None, typer.Option("--savings", help="File or address of savings plan rates, or aws, to read as well.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for the table; in your own data folder by default.")
    ] = None,
    facts_file: FactsFile = None,
    prices_file: PricesFile = None,
    json_: Json = False,
) -> None:
    """Read the AWS price list into a dated table, beside the shipped one, and show what it changes."""
    from datetime import UTC, datetime

    from advisor.pricelist._fetch import progress_line
    from advisor.pricelist.refresh import refresh
    from advisor.pricelist.text import change_cells, refreshed_json, refreshed_lines

    facts = given_facts("aws", facts_file, prices_file)
    today = datetime.now(tz=UTC).date()
    found = refresh(
        facts, region, today=today, source=source, savings=savings, out=out, progress=progress_line()
    )  # fmt: skip
    if json_:
        emit(refreshed_json(found))
        return
    if found.changes:
        made = table("change", "!item", ">old", ">new", ">percent")
        for change in found.changes[:_MOST_CHANGES]:
            made.add_row(*change_cells(change))
        say(made)
        if len(found.changes) > _MOST_CHANGES:
            say(f"and {len(found.changes) - _MOST_CHANGES:,} more changes; --json lists them all.")
    for warning in found.warnings:
        say(f"Warning: {warning}")
    for line in refreshed_lines(found):
        say(line, width=400)


@prices_app.command("compare")
def prices_compare(
    types: Annotated[
        list[str], typer.Argument(metavar="TYPE...", help="Instance types, or memory sizes like serverless:4096.")
    ],
    regions: Annotated[
        list[str] | None,
        typer.Option("--regions", help="all, or Regions with commas between them; may stand several times."),
    ] = None,
    option: Annotated[
        str, typer.Option("--option", help="Option whose instance price to take, like async.")
    ] = "real_time",
    savings: Annotated[
        Path | None, typer.Option("--savings", help="Table that prices refresh --savings wrote: adds the discounts.")
    ] = None,
    facts_file: FactsFile = None,
    prices_file: PricesFile = None,
    json_: Json = False,
) -> None:
    """Put the price of instance types or serverless memory sizes in each Region beside each other, cheapest first."""
    from advisor.price_compare import compare_prices
    from advisor.pricelist.savings import load_savings

    facts = given_facts("aws", facts_file, prices_file)
    asked = [name.strip() for text in regions or ["all"] for name in text.split(",") if name.strip()]
    found = compare_prices(types, facts, regions=[] if "all" in asked else asked, option=option)
    plans = None if savings is None else load_savings(savings)
    if json_:
        emit(_json(found, plans, list(facts.overrides)))
    else:
        _print(found, plans, facts.overrides)
    raise typer.Exit(0 if found.rows else 1)


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:+.1f}\u00a0%".replace("-", "−") if round(share, 3) else "0\u00a0%"


def _print(found: "Comparison", plans: "SavingsTable | None", overrides: tuple[str, ...]) -> None:
    from advisor.units import format_usd

    made = table(
        "!region", "!item", ">per hour", ">per month", ">over cheapest", ">over us-east-1", "!published", "note"
    )
    for row in found.rows:
        published = row.price.published or "undated"
        made.add_row(
            row.region, row.item, f"${row.usd_per_hour.normalize():f}", format_usd(row.usd_per_month),
            _percent(row.over_cheapest), _percent(row.over_home), str(published), row.note,
        )  # fmt: skip
    say(made)
    say(f"Per month: {found.month_hours:g} hours, all of them in use.")
    missing: dict[str, list[str]] = {}
    for region, item in found.unpriced:
        missing.setdefault(item, []).append(region)
    for item, there in missing.items():
        say(f"{item} has no price in {', '.join(there)}.")
    if overrides:
        say(f"Given by you: {', '.join(overrides)}.")
    if plans is not None:
        made = table(
            "!item", "plan", ">per hour", ">discount", title=f"Savings plans, {plans.region}, {plans.published}"
        )
        for rate in _rates(found, plans):
            made.add_row(rate["item"], rate["plan"], f"${rate['usd_per_hour']:.6g}", _percent(-rate["discount"]))
        say(made)


def _rates(found: "Comparison", plans: "SavingsTable") -> list[dict[str, Any]]:
    """The plan rates of what was compared."""
    asked = {(row.price.subject, row.price.item): row.item for row in found.rows}
    return [
        {
            "region": plans.region, "item": asked[row.subject, row.item], "plan": row.plan,
            "usd_per_hour": float(row.usd) * (3600 if row.subject.startswith("serverless") else 1),
            "discount": float(row.discount),
        }
        for row in plans.rows
        if (row.subject, row.item) in asked
    ]  # fmt: skip


def _row(row: "Offered") -> dict[str, Any]:
    price = row.price
    return {
        "region": row.region, "item": row.item,
        "usd_per_hour": float(row.usd_per_hour), "usd_per_month": float(row.usd_per_month),
        "over_cheapest_percent": 100 * row.over_cheapest,
        "over_us_east_1_percent": None if row.over_home is None else 100 * row.over_home,
        "source": price.source, "published": price.published.isoformat() if price.published else None,
        "checked": price.checked.isoformat(), "confidence": price.confidence, "note": row.note,
    }  # fmt: skip


def _json(found: "Comparison", plans: "SavingsTable | None", overrides: list[str]) -> dict[str, Any]:
    return {
        "schema": 1,
        "option": found.option,
        "month_hours": found.month_hours,
        "overrides": overrides,
        "rows": [_row(row) for row in found.rows],
        "unpriced": [{"region": region, "item": item} for region, item in found.unpriced],
        "savings": [] if plans is None else _rates(found, plans),
    }
