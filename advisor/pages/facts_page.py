"""Facts and prices: what every answer rests on, with sources, dates, and where the study card differs."""

import streamlit as st

from advisor.fact_rows import FactRow, fact_rows
from advisor.facts import Facts
from advisor.pages import _facts_list, _facts_prices, _facts_tabs
from advisor.pages.own_html import block, safe
from advisor.rule_texts import rule_texts
from advisor.text import format_day
from advisor.used_facts import used_facts
from advisor.workload import Workload

__all__ = ["body"]

_TABS = ("Limits", "Timings", "Prices", "Rules")


def _head(facts: Facts, rows: tuple[FactRow, ...], origin: str) -> str:
    """The title with its finding, how much there is and how old, and what the user put in place of it."""
    limits = [row for row in rows if row.kind == "limit"]
    differ = sum(row.taught is not None for row in rows)
    title = f"{differ} of {len(limits):,} limits differ between AWS today and the study card."
    if not differ:
        title = f"AWS today and the study card agree on all {len(limits):,} limits."
    timings, prices = sum(row.kind == "timing" for row in rows), sum(1 for _ in facts.prices())
    oldest = facts.oldest()
    amount = f"{len(limits):,} limits, {timings} timings, {prices:,} prices and {len(rule_texts(facts))} rules"
    lines = [f"{amount}; every value with its source. All were read on or after {format_day(oldest.checked)}."]
    if facts.profile == "study-card":
        lines.append("Verdicts now follow the study card where it differs: Limits from, in the sidebar.")
    if facts.overrides:
        own = ", ".join(facts.overrides[:8]) + (
            f" and {len(facts.overrides) - 8} more" if len(facts.overrides) > 8 else ""
        )
        lines.append(f"Yours{f', {origin}' if origin else ''}: {own}.")
    said = "".join(f"<p>{safe(line)}</p>" for line in lines)
    return block(f"<h1>{safe(title)}</h1>{said}", "section", "facts-head")


@st.fragment
def _tabs(facts: Facts, rows: tuple[FactRow, ...], workload: Workload) -> None:
    search = st.text_input(
        "Search", type="search", live=True, key="facts_search", bind="query-params", max_chars=80,
        placeholder="payload serverless", help="Finds rows that hold every word: names, values, notes, sources.",
    ).strip()  # fmt: skip
    limits, timings, prices, rules = st.tabs(_TABS, key="facts_tab", bind="query-params")
    with limits:
        if limits.open:
            _facts_tabs.limits(rows, search, workload.name)
    with timings:
        if timings.open:
            _facts_tabs.timings(rows, search)
    with prices:
        if prices.open:
            _facts_prices.prices(facts, rows, search, workload.needs.region, workload.service.reference)
    with rules:
        if rules.open:
            _facts_tabs.rules(facts, search)


def body(facts: Facts, workload: Workload, origin: str = "") -> None:
    """The page. Arguments: `workload`, the one at hand: its Region, reference and verdicts; `origin`, in words, the files of the
    user's own facts and prices.
    """
    rows = fact_rows(facts, used_facts(workload, facts))
    st.html(_head(facts, rows, origin))
    st.caption(_facts_list.confidence_line())
    _tabs(facts, rows, workload)
