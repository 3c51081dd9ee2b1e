"""Savings plan rates joined with on-demand prices: the discount of each item under each plan, as a table."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final, NamedTuple

from advisor._facts_table import read_table_text
from advisor._headed import amount, beheaded, day, headed, plain
from advisor.errors import InputError, Problem
from advisor.pricelist._opened import readable
from advisor.pricelist._plans import PlanRate, plan_rates, published_of
from advisor.pricelist.read import Offer

__all__ = ["SavingsRow", "SavingsTable", "by_plan", "load_savings", "read_savings", "savings_text"]

_HEAD: Final = ("version", "published", "checked", "source")
_COLUMNS: Final = ["region", "subject", "item", "plan", "usd", "on_demand_usd", "discount"]
_UNITS: Final = {"hrs": "instance-hour", "seconds": "second"}
_MOST_PROBLEMS: Final = 30


class SavingsRow(NamedTuple):
    """What one unit of an item costs under one plan, and the share that it saves."""

    subject: str
    item: str
    plan: str
    usd: Decimal
    on_demand_usd: Decimal

    @property
    def discount(self) -> Decimal:
        """Share of the on-demand price that the plan saves, to four places."""
        return (1 - self.usd / self.on_demand_usd).quantize(Decimal("0.0001"))


@dataclass(frozen=True, slots=True)
class SavingsTable:
    """The savings plan rates of one Region."""

    region: str
    version: str
    published: date
    checked: date
    source: str
    rows: tuple[SavingsRow, ...]


def read_savings(path: Path, offer: Offer, *, source: str, checked: date, currency: str) -> SavingsTable:
    """The rates of a local savings plan file, joined by usage type with the prices of one Region.

    Raises InputError for a broken file, another currency, a usage type with two rates in one plan, or when no
    rate belongs to the Region.
    """
    prices = {(row.subject, row.item): row.usd for row in offer.table.rows}
    usage_types = {used: key for used, key in offer.usage_types.items() if used and key in prices}
    problems: list[Problem] = []
    rows: dict[tuple[str, str, str], SavingsRow] = {}
    with readable(source):
        version, published = published_of(path)
        for rate in plan_rates(path, usage_types):
            usd = amount(rate.price)
            key = (*usage_types[rate.usage_type], rate.plan)
            if rate.currency != currency:
                problems.append(Problem(f"{source}: currency", repr(rate.currency)[:40], currency))
            elif not usd:
                problems.append(
                    Problem(f"{source}: {rate.usage_type[:60]}", repr(rate.price)[:40], "an amount above 0")
                )
            elif _fits(rate, key[0]):
                row = rows.setdefault(key, SavingsRow(*key, usd, prices[key[0], key[1]]))
                if row.usd != usd:
                    seen = f"{plain(row.usd)} and {plain(usd)}"
                    problems.append(Problem(f"{source}: {' '.join(key)}", seen, "one rate for one item and plan"))
    when = day(published) or offer.table.published
    if not rows and not problems:
        allowed = f"rates whose usage types stand in the price list of {offer.table.region}: is it of another Region?"
        problems.append(Problem(source, "no rate that belongs to a price", allowed))
    if problems:
        raise InputError(list(dict.fromkeys(problems))[:_MOST_PROBLEMS])
    return SavingsTable(offer.table.region, version[:40] or "none", when, checked, source, tuple(sorted(rows.values())))


def _fits(rate: PlanRate, subject: str) -> bool:
    unit = "second" if subject.startswith("serverless") else "instance-hour"
    return _UNITS.get(rate.unit.lower(), unit) == unit


def savings_text(table: SavingsTable) -> str:
    """The table as its file holds it; `load_savings` reads it back."""
    head = {name: str(getattr(table, name)) for name in _HEAD}
    rows = (
        [table.region, row.subject, row.item, row.plan, plain(row.usd), plain(row.on_demand_usd), str(row.discount)]
        for row in table.rows
    )
    return headed(head, _COLUMNS, rows)


def load_savings(path: Path) -> SavingsTable:
    """The table of a file that `prices refresh --savings` wrote. Raises InputError when it is none."""
    where = f"savings table {path.name}"
    head, cells = beheaded(read_table_text(path), _HEAD, _COLUMNS, where)
    published, checked = day(head["published"]), day(head["checked"])
    rows = [_row(row) for row in cells]
    regions = {row[0] for row in cells if row}
    if published is None or checked is None or len(regions) != 1 or None in rows:
        raise InputError(
            [Problem(where, "", "dates in its head, then rows of one Region with a plan and two amounts above 0")]
        )
    return SavingsTable(
        regions.pop(), head["version"], published, checked, head["source"], tuple(row for row in rows if row)
    )


def _row(cells: list[str]) -> SavingsRow | None:
    if len(cells) != len(_COLUMNS):
        return None
    usd, on_demand = amount(cells[4]), amount(cells[5])
    return SavingsRow(cells[1], cells[2], cells[3], usd, on_demand) if usd and on_demand else None


def by_plan(rows: tuple[SavingsRow, ...]) -> Mapping[str, tuple[int, Decimal, Decimal]]:
    """For each plan how many items it covers, and the smallest and the largest discount."""
    found: dict[str, list[Decimal]] = {}
    for row in rows:
        found.setdefault(row.plan, []).append(row.discount)
    return {plan: (len(shares), min(shares), max(shares)) for plan, shares in sorted(found.items())}
