"""The tab of prices: one instance over all Regions, then everything that one Region charges, and how it is billed."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from advisor.fact_rows import FactRow, matching
from advisor.facts import Facts
from advisor.pages import _facts_list
from advisor.pages._facts_money import YOURS, Row, noted, sources, usd
from advisor.pages._facts_regions import item_name, items, over_regions
from advisor.pages._facts_tabs import count, nothing
from advisor.pages.own_html import safe, table
from advisor.region_prices import Charge, charges, instance_charges, priced_on, prices_csv, table_words
from advisor.text import format_day
from advisor.units import NBSP, format_bytes

__all__ = ["prices"]

_TYPES: Final = (
    ("Type", "nowrap"), ("vCPU", "n"), ("Memory", "n"), ("Accelerators", ""), ("Per hour", "n"), ("Published", "nowrap"),
    ("Note", "why"),
)  # fmt: skip


def _charge_row(charge: Charge, region: str, facts: Facts) -> Row:
    price = charge.price
    if price is None:
        none = f"no price for {region} in our table ({priced_on(facts, charge.subject)})"
        return "", (safe(charge.name), f'<span class="muted">{safe(none)}</span>', "")
    said = f"<b>{usd(charge.usd)}</b> per {charge.per}{YOURS if charge.given else ''}"
    told = f"{price.confidence}, {format_day(price.published)}, read {format_day(price.checked)}. {price.note}".strip(
        ". "
    )
    return "", (safe(charge.name), said, f'<span class="small muted">{safe(told)}</span>')


def _others(facts: Facts, region: str, search: str) -> tuple[Charge, ...]:
    found = charges(facts, region, search)
    if found:
        missing = sum(charge.price is None for charge in found)
        tail = f", {missing} without a price" if missing else ""
        st.header(f"Serverless, data and storage in {region}: {count(len(found), 'item')}{tail}")
        heads = (("What", "what"), ("Price", "price"), ("How sure, and when", "why"))
        rows = [_charge_row(charge, region, facts) for charge in found]
        st.html(table(heads, rows, f"Other prices in {region}", "charges"))
        st.html(sources(charge.price for charge in found if charge.price))
    return found


def _type_row(charge: Charge) -> Row:
    kind, price = charge.instance, charge.price
    has = f"{kind.accelerator_count}{NBSP}×{NBSP}{kind.accelerator}" if kind and kind.gpu else ""
    size = (f"{kind.vcpu:g}", format_bytes(kind.memory_bytes, "GiB")) if kind else ("", "")
    day, note = (format_day(price.published), price.note) if price else ("", "")
    amount = f"{usd(charge.usd)}{YOURS if charge.given else ''}"
    return "", (safe(charge.name), *size, safe(has), amount, day, safe(note))


def _instances(facts: Facts, region: str, search: str) -> tuple[Charge, ...]:
    found = instance_charges(facts, region, search)
    if found:
        st.header(f"{count(len(found), 'instance type')} with a hosting price in {region}")
        st.html(noted(_TYPES, [_type_row(charge) for charge in found], f"Instance prices in {region}", "types"))
        st.html(sources(charge.price for charge in found if charge.price))
    return found


def _chosen(facts: Facts, region: str, reference: str) -> tuple[str, str]:
    """The Region and the item to show: those of the workload until the reader picks others."""
    if st.session_state.get("facts_region_of", region) != region:
        st.session_state["facts_region"] = region  # the workload moved: its prices are those people want
    st.session_state["facts_region_of"] = region
    known = sorted({*facts.regions, *(price.region for price in facts.prices())})
    regions = [region, *(name for name in known if name != region)] if region in known else known
    left, right = st.columns(2)
    chosen = left.selectbox("Region", regions, key="facts_region", bind="query-params")
    item = right.selectbox(
        "Instance type or memory size", items(facts, reference), key="facts_type", bind="query-params",
        format_func=item_name,
    )  # fmt: skip
    return chosen, item


def prices(facts: Facts, rows: Sequence[FactRow], search: str, region: str, reference: str) -> None:
    """The tab. Arguments: `region` and `reference`, those of the workload at hand."""
    today = facts.mechanism
    chosen, item = _chosen(today, region, reference)
    st.caption(table_words(today))
    over_regions(today, item, chosen)
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
