"""From the rates of products to one price for each item: zero prices dropped, contradictions refused."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from advisor._facts_table import PriceRow
from advisor._headed import amount, day, plain
from advisor.errors import Problem
from advisor.pricelist._products import Item

__all__ = ["Rate", "priced", "rates_of"]

_MOST = 30


class Rate(NamedTuple):
    """What a unit of a product costs, as the list says it."""

    sku: str
    unit: str
    currency: str
    usd: str
    begin: str
    """Where its range of quantities begins; 0 for the first tier."""
    effective: str


def rates_of(sku: str, terms: object) -> Iterable[Rate]:
    """The rates in the on-demand terms of one product of a JSON list."""
    for term in _tables(terms):
        for dimension in _tables(term.get("priceDimensions")):
            unit, begin = str(dimension.get("unit", "")), str(dimension.get("beginRange", "0"))
            per_unit = dimension.get("pricePerUnit")
            for currency, usd in (per_unit if isinstance(per_unit, dict) else {}).items():
                yield Rate(sku, unit, currency, str(usd), begin, str(term.get("effectiveDate", "")))


def _tables(given: object) -> list[dict[str, object]]:
    return [row for row in given.values() if isinstance(row, dict)] if isinstance(given, dict) else []


def priced(
    items: Mapping[str, Item], rates: Iterable[Rate], published: date, currency: str
) -> tuple[tuple[PriceRow, ...], list[Problem]]:
    """One price for each item, in order of subject and item, and what is wrong with the rates.

    Arguments: `items`, by SKU. Of several terms of a SKU the one in force at `published` counts, of several tiers
    the first. An item with two prices has none: both are named.
    """
    chosen: dict[str, tuple[str, dict[Decimal, None]]] = {}
    tiered: set[Item] = set()
    foreign: set[str] = set()
    problems: list[Problem] = []
    for rate in rates:
        item, begins = items[rate.sku], day(rate.effective)
        if rate.unit.lower() != item.unit.lower() or (begins is not None and begins > published):
            continue
        if rate.currency != currency:
            foreign.add(rate.currency[:20])
            continue
        usd, first = amount(rate.usd), amount(rate.begin)
        if usd is None or first is None:
            problems.append(Problem(f"SKU {rate.sku[:40]}", repr(rate.usd)[:80], "an amount, like 0.23"))
            continue
        if first > 0:
            tiered.add(item)
        elif usd > 0:  # zero is the twin of the free tier
            _choose(chosen, rate, usd)
    if foreign:
        problems.insert(0, Problem("currency of the price list", ", ".join(sorted(foreign)), currency))
    return _rows(items, chosen, tiered, problems), problems[:_MOST]


def _choose(chosen: dict[str, tuple[str, dict[Decimal, None]]], rate: Rate, usd: Decimal) -> None:
    since, prices = chosen.get(rate.sku, ("", {}))
    if rate.effective > since:
        chosen[rate.sku] = (rate.effective, {usd: None})
    elif rate.effective == since:
        chosen[rate.sku] = (since, {**prices, usd: None})


def _rows(
    items: Mapping[str, Item],
    chosen: Mapping[str, tuple[str, dict[Decimal, None]]],
    tiered: set[Item],
    problems: list[Problem],
) -> tuple[PriceRow, ...]:
    found: dict[Item, dict[Decimal, str]] = {}
    for sku, (_, prices) in sorted(chosen.items()):
        for usd in prices:
            found.setdefault(items[sku], {}).setdefault(usd, sku[:40])
    rows = []
    for item, by_price in sorted(found.items()):
        if len(by_price) > 1:
            said = ", ".join(f"{plain(usd)} (SKU {sku})" for usd, sku in by_price.items())
            problems.append(Problem(f"{item.subject} {item.item}", said, "one price for one item"))
        note = "First tier only; the list has others for larger quantities." if item in tiered else ""
        rows.append(PriceRow(item.subject, item.item, next(iter(by_price)), note))
    return tuple(rows)
