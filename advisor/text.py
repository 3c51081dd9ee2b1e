"""Verdicts, bills and facts as text: the one place that turns a quantity into words."""

import re
from datetime import date
from functools import lru_cache
from typing import Any

from advisor.facts import Facts
from advisor.units import NBSP, format_bytes, format_count, format_duration, format_share, format_usd

__all__ = [
    "bill_notes", "bill_remarks", "bill_rows", "fill", "format_day", "format_share", "limit_text", "quantity", "seen_text", "source_line", "state_word",
]  # fmt: skip

_STATE = {
    "notes": "fits",
    "conditions": "fits with conditions",
    "unknown": "depends on an answer",
    "blocks": "does not fit",
}
_COUNTED = frozenset({"second", "instance-hour", "GB-month", "alarm-month"})
_FACT = re.compile(r"\{(fact|study):([a-z0-9_.]+)\}")


@lru_cache(maxsize=4096)
def quantity(value: float | str | None, unit: str) -> str:
    """A quantity of a finding as people read it.

    >>> quantity(2_500_000, "bytes"), quantity(60_000_000, "us"), quantity("needed", "")
    ('2.5\\xa0MB', '60\\xa0s', 'needed')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if unit == "bytes":
        return format_bytes(value)
    if unit == "us":
        return format_duration(value)
    number = format_count(value) if value >= 100 else f"{value:.3g}"
    return f"{number}{NBSP}{unit}" if unit else number


def seen_text(finding: Any) -> str:
    """What the workload has, in the finding's unit."""
    return quantity(finding.seen, finding.unit)


def limit_text(finding: Any, facts: Facts) -> str:
    """The limit as its source writes it where the finding compares with one fact, else as a quantity."""
    if isinstance(finding.limit, int | float) and len(finding.facts) == 1:
        fact = facts.fact(finding.facts[0])
        same = (
            {"bytes": fact.bytes, "us": fact.us}.get(finding.unit) if fact.numeric and fact.low == fact.high else None
        )
        if same is not None and same() == round(finding.limit):
            return fact.text()
    return quantity(finding.limit, finding.unit)


def state_word(outcome: str) -> str:
    """What an outcome is called on screen.

    >>> state_word("blocks")
    'does not fit'
    """
    return _STATE[outcome]


def format_day(day: date | None) -> str:
    """A date as the app writes it; "undated" without one.

    >>> format_day(date(2026, 11, 22))
    '22 Nov 2026'
    """
    return "undated" if day is None else f"{day.day} {day:%b %Y}"


def source_line(facts: Facts, ids: tuple[str, ...]) -> str:
    """Source, date and confidence of the facts behind a finding, in one line each."""
    lines = []
    for key in ids:
        fact = facts.fact(key)
        line = f"{fact.source} ({fact.confidence}, published {format_day(fact.published)}, read {format_day(fact.checked)})"
        lines.append(f"{line}; {fact.teaching}" if fact.teaching else line)
    return "\n".join(lines)


def fill(text: str, facts: Facts) -> str:
    """Replace each `{fact:id}` by the value in force, each `{study:id}` by that of the teaching table."""
    study = facts.under("study-card")
    return _FACT.sub(lambda match: (study if match[1] == "study" else facts).fact(match[2]).text(), text)


def bill_rows(bill: Any) -> list[tuple[str, str, str, str]]:
    """A bill as rows of text: item, quantity, unit price, per month."""
    rows = []
    for line in bill.lines:
        price = f"{'−' * (line.unit_price < 0)}${abs(line.unit_price).normalize():f}"
        pack, _, rest = line.unit.partition(" ")
        if pack.replace(",", "").isdigit():  # sold by the thousand or the million: count them, price the pack
            amount = f"{round(line.quantity * int(pack.replace(',', ''))):,}{NBSP}{rest}"
            price = f"{price} per {pack}"
        else:
            unit = f"{line.unit}s" if line.unit in _COUNTED and line.quantity != 1 else line.unit
            number = f"{line.quantity:,.0f}" if line.quantity >= 1_000_000 else f"{float(line.quantity):,.6g}"
            amount = f"{number}{NBSP}{unit}"
        rows.append((line.item, amount, price, format_usd(line.usd)))
    return rows


def bill_remarks(bill: Any) -> list[str]:
    """What a bill says beside its lines: the year, what idles, the cost of a request and of tokens, what was not applied.

    Sentences, in this order; what is not known is left out.
    """
    said = []
    if bill.total is not None:
        said.append(f"A year is {format_usd(bill.per_year)}: twelve months of {bill.month_hours:g} hours.")
    if bill.free_months:
        said[-1] = f"{said[-1][:-1]}, of which the free tier counts in the first {bill.free_months}."
        said.append(f"A month without the free tier is {format_usd(bill.later)}.")
    if bill.idle_share is not None and bill.idle_usd is not None:
        kept = "environments kept warm" if any(line.meter == "provisioned" for line in bill.lines) else "instances"
        said.append(
            f"Idle: {format_share(bill.idle_share)} of the time of the {kept} waits for work, "
            f"{format_usd(bill.idle_usd)} a month."
        )
    if bill.per_million_good is not None:
        said.append(f"{format_usd(bill.per_million_good)} per million answered requests.")
    costs = [f"{format_usd(usd)} by {name}" for name, usd in bill.per_1000_tokens.items() if name != "both"]
    if "both" in bill.per_1000_tokens:
        costs.append(f"{format_usd(bill.per_1000_tokens['both'])} by both together")
    if costs:
        said.append(f"The whole bill per 1,000 tokens: {', '.join(costs)}.")
    return [*said, *bill.notes]


def bill_notes(bill: Any) -> list[str]:
    """Everything a bill says beside its lines: the remarks, what has no price, what is open, what no bill contains."""
    return [
        *bill_remarks(bill),
        *(f"No price in our table for {item}: not in the total, not counted as $0." for item in bill.missing),
        *(f"Open: {item}. It would add {format_usd(usd)} a month." for item, usd in bill.open_items),
        f"Not contained: {', '.join(bill.excluded)}.",
    ]
