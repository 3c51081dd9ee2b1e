"""The tab of prices: one instance over all Regions, then everything that one Region charges."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from advisor.fact_rows import FactRow, matching
from advisor.facts import Facts
from advisor.pages import _facts_list
from advisor.pages._facts_tabs import count, nothing
from advisor.pages.own_html import safe, table
from advisor.price_compare import Comparison, compare_prices
from advisor.region_prices import Charge, charges, instance_charges, priced_on, prices_csv, table_words
from advisor.text import format_day
from advisor.units import NBSP, format_bytes, format_share, format_usd

__all__ = ["prices"]

Row = tuple[str, tuple[str, ...]]
_YOURS: Final = ' <span class="ea-chip cond">yours</span>'
_FLAT: Final = 0.0005


def _usd(amount: object) -> str:
    """A price to its last digit."""
    return f"${amount.normalize():f}" if hasattr(amount, "normalize") else ""


def _items(facts: Facts, first: str) -> list[str]:
    """What can be compared: instance types with a price somewhere, and memory sizes; the workload's own first."""
    types = sorted({price.item for price in facts.prices(subject="instance")})
    sizes = [int(size) for size in facts.of("serverless", "memory_sizes").value]
    kinds = ("serverless", "serverless_provisioned")
    items = [*types, *(f"{kind}:{size}" for kind in kinds for size in sizes)]
    return [first, *(item for item in items if item != first)] if first in items else items


def _said(item: str) -> str:
    kind, _, size = item.partition(":")
    return f"{kind.replace('_', ' ')}, {size} MiB" if size else item


def _subject(item: str) -> str:
    """The subject of prices that an item stands under."""
    return item.partition(":")[0] if ":" in item else "instance"


def _over(share: float) -> str:
    return "the cheapest" if share < _FLAT else f"+{format_share(share)}"


def _finding(found: Comparison, item: str, region: str, facts: Facts) -> str:
    """The title: what it costs here, and how that compares."""
    here = next((row for row in found.rows if row.region == region), None)
    if here is None:
        return f"{_said(item)} has no price for {region} in our table ({priced_on(facts, _subject(item))})"
    others = len(found.rows)
    if others == 1:
        return f"{_said(item)} costs {_usd(here.usd_per_hour)} an hour in {region}, the only Region with a price"
    if here.over_cheapest < _FLAT:
        return f"{_said(item)} costs {_usd(here.usd_per_hour)} an hour in {region}: no Region of {others} is cheaper"
    least = found.rows[0]
    return (
        f"{_said(item)} costs {_usd(here.usd_per_hour)} an hour in {region}, "
        f"{format_share(here.over_cheapest)} more than in {least.region}"
    )


def _noted(heads: Sequence[tuple[str, str]], rows: Sequence[Row], label: str, testid: str) -> str:
    """A table whose last column, the notes, is left out where no row has one."""
    if any(cells[-1] for _, cells in rows):
        return table(heads, rows, label, testid)
    return table(heads[:-1], [(kind, cells[:-1]) for kind, cells in rows], label, testid)


def _over_regions(facts: Facts, item: str, region: str) -> None:
    found = compare_prices([item], facts)
    st.header(_finding(found, item, region, facts))
    heads = (
        ("Region", "nowrap"),
        ("Per hour", "n"),
        ("Per month", "n"),
        ("Over the cheapest", "n"),
        ("Published", "nowrap"),
        ("Note", "why"),
    )
    rows: list[Row] = [
        (
            "here" if row.region == region else "",
            (
                f"<b>{safe(row.region)}</b>" if row.region == region else safe(row.region),
                f"{_usd(row.usd_per_hour)}{_YOURS if row.price.id in facts.overrides else ''}", format_usd(row.usd_per_month), _over(row.over_cheapest),
                format_day(row.price.published), safe(row.note),
            ),
        )
        for row in found.rows
    ]  # fmt: skip
    if rows:
        st.caption(
            f"All {count(len(rows), 'Region')} with a price, cheapest first. A month is {found.month_hours:g} hours."
        )
        st.html(_noted(heads, rows, f"Price of {_said(item)} by Region", "regions"))
    if found.unpriced:
        st.caption(
            f"No price in our table ({priced_on(facts, _subject(item))}): {', '.join(name for name, _ in found.unpriced)}."
        )


def _price_row(charge: Charge, region: str, facts: Facts) -> Row:
    price = charge.price
    if price is None:
        return "", (
            safe(charge.name),
            f'<span class="muted">no price for {safe(region)} in our table ({priced_on(facts, charge.subject)})</span>',
            "",
        )
    mark = _YOURS if charge.given else ""
    said = f"<b>{_usd(charge.usd)}</b> per {charge.per}{mark}"
    dated = f"{price.confidence}, {format_day(price.published)}, read {format_day(price.checked)}"
    return "", (
        safe(charge.name),
        said,
        f'<span class="muted">{safe(dated)}{f". {safe(price.note)}" if price.note else ""}</span>',
    )


def _others(facts: Facts, region: str, search: str) -> tuple[Charge, ...]:
    words = search.lower().split()
    found = tuple(c for c in charges(facts, region) if all(word in c.name.lower() for word in words))
    if found:
        missing = sum(charge.price is None for charge in found)
        tail = f", {missing} without a price" if missing else ""
        st.header(f"Serverless, data and storage in {region}: {count(len(found), 'item')}{tail}")
        heads = (("What", "what"), ("Price", "price"), ("How sure, and when", "why"))
        rows = [_price_row(charge, region, facts) for charge in found]
        st.html(table(heads, rows, f"Other prices in {region}", "charges"))
    return found


def _instances(facts: Facts, region: str, search: str) -> tuple[Charge, ...]:
    found = instance_charges(facts, region, search)
    if found:
        st.header(f"{count(len(found), 'instance type')} with a hosting price in {region}")
        heads = (
            ("Type", "nowrap"),
            ("vCPU", "n"),
            ("Memory", "n"),
            ("Accelerators", ""),
            ("Per hour", "n"),
            ("Published", "nowrap"),
            ("Note", "why"),
        )
        st.html(_noted(heads, [_type_row(charge) for charge in found], f"Instance prices in {region}", "types"))
    return found


def _type_row(charge: Charge) -> Row:
    kind, price = charge.instance, charge.price
    mark = _YOURS if charge.given else ""
    has = f"{kind.accelerator_count}{NBSP}×{NBSP}{kind.accelerator}" if kind and kind.gpu else ""
    memory = format_bytes(kind.memory_bytes, "GiB") if kind else ""
    day, note = (format_day(price.published), price.note) if price else ("", "")
    vcpu = f"{kind.vcpu:g}" if kind else ""
    return "", (safe(charge.name), vcpu, memory, safe(has), f"{_usd(charge.usd)}{mark}", day, safe(note))


def prices(facts: Facts, rows: Sequence[FactRow], search: str, region: str, reference: str) -> None:
    """The tab. Arguments: `region` and `reference`, those of the workload at hand."""
    today = facts.mechanism
    if st.session_state.get("facts_region_of", region) != region:
        st.session_state["facts_region"] = region  # the workload moved: its prices are those people want
    st.session_state["facts_region_of"] = region
    known = sorted({*facts.regions, *(price.region for price in today.prices())})
    left, right = st.columns(2)
    regions = [region, *(name for name in known if name != region)] if region in known else known
    chosen = left.selectbox("Region", regions, key="facts_region", bind="query-params")
    item = right.selectbox(
        "Instance type or memory size",
        _items(today, reference),
        key="facts_type",
        bind="query-params",
        format_func=_said,
    )
    st.caption(table_words(today))
    _over_regions(today, item, chosen)
    found = (*_others(today, chosen, search), *_instances(today, chosen, search))
    billed = matching([row for row in rows if row.kind == "charge"], search)
    if billed:
        st.header(f"How it is billed: {count(len(billed), 'fact')}")
        st.html(_facts_list.articles(billed, "billed"))
    if not found and not billed:
        nothing("price", search, sum(1 for _ in today.prices(chosen)))
    priced = [charge for charge in found if charge.price is not None]
    if priced:
        st.download_button(
            f"{count(len(priced), 'price')} as CSV", lambda: prices_csv(priced), f"prices-{chosen}.csv", "text/csv",
            key="facts_csv", on_click="ignore",
        )  # fmt: skip
