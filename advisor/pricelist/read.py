"""Reads a local price list of any form into the table of one Region."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from advisor._facts_table import PriceTable
from advisor._headed import day
from advisor.errors import InputError, Problem
from advisor.pricelist import _csv, _json
from advisor.pricelist._opened import Form, readable
from advisor.pricelist._products import Attributes, Item, hardware, item_of, region_of
from advisor.pricelist._rates import priced
from advisor.pricelist.addresses import Addresses

__all__ = ["Offer", "read_offer"]

_MOST_PRODUCTS: Final = 50_000
"""Products of interest in one Region; today's have a few hundred."""
_MOST_REGIONS: Final = 200
_OTHERS: Final[Mapping[Form, str]] = {
    "savings": "a file of savings plan rates: give it with --savings",
    "savings_index": "an index of savings plans: give it with --savings",
    "index": "an index of price lists, which names no list of this Region",
}


@dataclass(frozen=True, slots=True)
class Offer:
    """What a price list says of one Region."""

    table: PriceTable
    usage_types: Mapping[str, tuple[str, str]]
    """Subject and item by usage type, for a join with savings plan rates."""
    hardware: Mapping[str, tuple[float | None, float | None]]
    """vCPUs and GiB of memory by instance type, None where no product of the type says one."""
    unpriced: tuple[str, ...]
    """Products of interest without a price above zero, in words."""


def read_offer(path: Path, form: Form, region: str, *, source: str, checked: date, addresses: Addresses) -> Offer:
    """The prices of one Region in a local price list, read twice from beginning to end in bounded memory.

    Arguments: `source`, how the table names its origin; `checked`, the day of reading. Raises InputError for a
    broken or truncated file, another offer, Region or currency, an item with two prices, or a list without
    hosting prices.
    """
    if form in _OTHERS:
        raise InputError([Problem(source, "", f"is {_OTHERS[form]}")])
    with readable(source):
        head = _csv.head(path) if form == "csv" else _json.head(path, form)
        published = day(head.published)
        problems = []
        if head.offer and head.offer != addresses.offer_code:
            problems.append(Problem(f"{source}: offer", repr(head.offer)[:80], addresses.offer_code))
        if published is None:
            problems.append(Problem(f"{source}: publication date", repr(head.published)[:80], "an ISO time"))
        if problems or published is None:
            raise InputError(problems)
        listed = _csv.products(path) if form == "csv" else _json.products(path, form)
        items, usage_types, sizes = _wanted(listed, region, source)
        found = _csv.rates(path, items) if form == "csv" else _json.rates(path, form, items)
        rows, problems = priced(items, found, published, addresses.currency)
    if not problems and not any(row.subject == "instance" for row in rows):
        problems.append(
            Problem(source, f"no hosting price of {region}", "products with the component Hosting, on demand")
        )
    if problems:
        raise InputError(problems)
    version = "".join(sign for sign in head.version[:40] if sign.isalnum() or sign in ".-") or "without version"
    table = PriceTable(region, head.offer or addresses.offer_code, version, published, checked, source, rows)
    has = {(row.subject, row.item) for row in rows}
    unpriced = sorted({f"{item.subject} {item.item}" for item in items.values() if item[:2] not in has})
    return Offer(table, usage_types, sizes, tuple(unpriced))


def _wanted(
    products: Iterator[tuple[str, Attributes]], region: str, source: str
) -> tuple[dict[str, Item], dict[str, tuple[str, str]], dict[str, tuple[float | None, float | None]]]:
    """The items of the Region by SKU, their usage types, and what the list says of the hardware."""
    items: dict[str, Item] = {}
    usage_types: dict[str, tuple[str, str]] = {}
    sizes: dict[str, tuple[float | None, float | None]] = {}
    regions: dict[str, None] = {}
    for sku, attributes in products:
        there = region_of(attributes)
        if there != region:
            if there and len(regions) < _MOST_REGIONS:
                regions[there[:40]] = None
            continue
        item = item_of(sku, attributes)
        if item is None:
            regions[region] = None
            continue
        items[sku] = item
        usage_types[attributes.get("usagetype", "")] = item[:2]
        if item.unit == "Hrs":
            vcpu, memory = hardware(attributes)
            known = sizes.get(item.item, (None, None))
            sizes[item.item] = (known[0] or vcpu, known[1] or memory)
        if len(items) > _MOST_PRODUCTS:
            raise InputError([Problem(source, f"over {_MOST_PRODUCTS:,} products to price", "the list of one Region")])
    if not items and region not in regions:
        near = ", ".join(get_close_matches(region, regions, n=3, cutoff=0.0)) or "none"
        raise InputError([Problem("--region", repr(region), f"a Region of {source}: it has {near}")])
    if not any(item.subject == "instance" for item in items.values()):
        raise InputError([Problem(source, f"no component Hosting in {region}", "a price list of SageMaker hosting")])
    return items, usage_types, sizes
