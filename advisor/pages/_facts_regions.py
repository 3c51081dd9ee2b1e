"""One instance type or memory size over all Regions."""

from typing import Final

import streamlit as st

from advisor.facts import Facts
from advisor.pages._facts_money import YOURS, Row, noted, sources, usd
from advisor.pages._facts_tabs import count
from advisor.pages.own_html import safe
from advisor.price_compare import Comparison, Offered, compare_prices
from advisor.region_prices import priced_on
from advisor.text import format_day
from advisor.units import format_share, format_usd

__all__ = ["item_name", "items", "over_regions"]

_KINDS: Final = {
    "serverless": ("Serverless", "an hour of processing"),
    "serverless_provisioned": ("Provisioned concurrency", "an hour kept warm"),
}
"""What an item with a memory size is, and what its hour means."""
_FLAT: Final = 0.0005
_HEADS: Final = (
    ("Region", "nowrap"), ("Per hour", "n"), ("Per month", "n"), ("Over the cheapest", "n"), ("Published", "nowrap"),
    ("Note", "why"),
)  # fmt: skip


def items(facts: Facts, first: str) -> list[str]:
    """What can be compared: instance types with a price somewhere, and memory sizes; the workload's own first."""
    types = sorted({price.item for price in facts.prices(subject="instance")})
    sizes = [int(size) for size in facts.of("serverless", "memory_sizes").value]
    known = [*types, *(f"{kind}:{size}" for kind in _KINDS for size in sizes)]
    return [first, *(item for item in known if item != first)] if first in known else known


def item_name(item: str) -> str:
    """An item as people read it."""
    kind, _, size = item.partition(":")
    return f"{_KINDS[kind][0]}, {size} MiB" if size else item


def _missing(facts: Facts, item: str) -> str:
    return f"in our table ({priced_on(facts, item.partition(':')[0] if ':' in item else 'instance')})"


def _finding(found: Comparison, item: str, region: str, facts: Facts) -> str:
    """The title: what it costs here, and how that compares."""
    name = item_name(item)
    here = next((row for row in found.rows if row.region == region), None)
    if here is None:
        return f"{name} has no price for {region} {_missing(facts, item)}"
    hour = _KINDS[item.partition(":")[0]][1] if ":" in item else "an hour"
    costs = f"{name} costs {usd(here.usd_per_hour)} {hour} in {region}"
    if len(found.rows) == 1:
        return f"{costs}, the only Region with a price"
    if here.over_cheapest < _FLAT:
        return f"{costs}: no Region of {len(found.rows)} is cheaper"
    return f"{costs}, {format_share(here.over_cheapest)} more than in {found.rows[0].region}"


def _row(row: Offered, region: str, facts: Facts) -> Row:
    here = row.region == region
    name = f"<b>{safe(row.region)}</b>" if here else safe(row.region)
    mark = YOURS if row.price.id in facts.overrides else ""
    over = "the cheapest" if row.over_cheapest < _FLAT else f"+{format_share(row.over_cheapest)}"
    day = format_day(row.price.published)
    amounts = (f"{usd(row.usd_per_hour)}{mark}", format_usd(row.usd_per_month), over)
    return "here" if here else "", (name, *amounts, day, safe(row.note))


def over_regions(facts: Facts, item: str, region: str) -> None:
    """What it costs in each Region, cheapest first, and where it has no price. Arguments: `region`, the one chosen."""
    found = compare_prices([item], facts)
    st.header(_finding(found, item, region, facts))
    if found.rows:
        regions = count(len(found.rows), "Region")
        st.caption(f"All {regions} with a price, cheapest first. A month is {found.month_hours:g} hours, all in use.")
        rows = [_row(row, region, facts) for row in found.rows]
        st.html(noted(_HEADS, rows, f"Price of {item_name(item)} by Region", "regions"))
        st.html(sources(row.price for row in found.rows))
    if found.unpriced:
        st.caption(f"No price {_missing(facts, item)}: {', '.join(name for name, _ in found.unpriced)}.")
