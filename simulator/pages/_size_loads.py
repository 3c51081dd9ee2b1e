"""What goes beyond the plans of a search, as tables: types worth a load test, the largest loads, the months of a growth."""

from typing import Final

from advisor.options import describe
from advisor.pages.own_html import chip, safe, table
from advisor.units import format_duration, format_rate, format_usd
from simulator.growth import Growth, Month
from simulator.headline import amount
from simulator.load_test import LoadTests
from simulator.max_load import MaxLoads
from simulator.max_load_text import factor_text
from simulator.pages._size_tables import name_cell
from simulator.size_words import sentence

__all__ = ["growth_table", "load_tests", "loads_table"]

_MOST_TYPES: Final = 10


def load_tests(found: LoadTests, reference: str) -> str:
    """Types worth a load test, the most promising first. Arguments: `reference` is the type the service time is of."""
    heads = (("Fleet", ""), ("Per month", "n"), ("Cheaper if", ""), ("Chance", ""), ("Speed to expect", "n only-wide"))
    rows: list[tuple[str, tuple[str, ...]]] = []
    for row in found.rows[:_MOST_TYPES]:
        low, mid, high = row.type.expected
        kind = {"very likely": "notes", "likely": "notes", "possible": "conditions"}.get(row.chance, "blocks")
        slots = f"{row.type.slots} slot{'' if row.type.slots == 1 else 's'} each (assumed)"
        rows.append(("", (
            name_cell(row.best.option.name, safe(describe(row.best.option)), slots), safe(format_usd(row.best.usd_per_month)),
            safe(f"at least {factor_text(row.speed)} as fast as {reference}"), chip(kind, row.chance), f"{mid:.2g}<small>{low:.2g} to {high:.2g}, {safe(row.type.confidence)}</small>",
        )))  # fmt: skip
    return table(heads, rows, "Types worth a load test", "size-tests")


def loads_table(found: MaxLoads) -> str:
    """The largest load of each option's plan."""
    heads = (
        ("Option and configuration", ""), ("Largest load", "n"), ("On average", "n only-wide"), ("In the busiest hour", "n only-wide"),
        ("Per month now", "n only-wide"), ("At that load", "n"), ("p99 there", "n only-wide"), ("What gives way", "why only-wide"),
    )  # fmt: skip
    rows: list[tuple[str, tuple[str, ...]]] = []
    for one in found.found:
        keeps, gives = one.keeps, one.bottleneck
        why = sentence(gives.text) if gives is not None else f"Nothing in what was tried: {one.limit}."
        if keeps is None:
            load, rest = "none", ("", "", safe(amount(one.now.usd)), "", "")
        else:
            load = ("over " if one.breaks is None else "") + factor_text(keeps.factor)
            users = "" if keeps.users is None else f"<small>{keeps.users:,} users</small>"
            p99 = "–" if keeps.p99_us is None else format_duration(keeps.p99_us)
            rest = (
                format_rate(keeps.rate_per_s) + users, format_rate(keeps.busiest_hour_rate_per_s), amount(one.now.usd), amount(keeps.usd), p99,
            )  # fmt: skip
        rows.append(("", (name_cell(one.option.name, safe(describe(one.option))), load, *rest, safe(why))))
    return table(heads, rows, "Largest load of each option", "size-loads")


def _month(month: Month) -> tuple[str, ...]:
    kept = {True: chip("notes", "kept"), False: chip("blocks", "missed"), None: chip("unknown", "not known")}[
        month.meets
    ]
    if month.over_budget:
        kept += " " + chip("conditions", "over budget")
    point = month.point
    if point is None:
        return (month.name, factor_text(month.factor), "", "", "not simulated", "", kept)
    p99 = "–" if point.p99_us is None else format_duration(point.p99_us)
    return (
        month.name, factor_text(month.factor), format_rate(point.rate_per_s), format_rate(point.busiest_hour_rate_per_s), p99,
        amount(point.usd), kept,
    )  # fmt: skip


def growth_table(found: Growth) -> str:
    """The months of a growing load."""
    heads = (
        ("Month", "nowrap"), ("Load", "n"), ("On average", "n only-wide"), ("In the busiest hour", "n only-wide"), ("p99", "n only-wide"),
        ("Per month", "n"), ("Promise", ""),
    )  # fmt: skip
    return table(heads, [("", _month(month)) for month in found.months], "Month by month", "size-growth")
