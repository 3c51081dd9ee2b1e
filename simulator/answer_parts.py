"""Pieces that several answers on the terminal share: the workload in a line, a bill, intervals."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from advisor.advice import Advice
from advisor.billing import Bill
from advisor.cli import table
from advisor.facts import Facts
from advisor.options import describe, title
from advisor.text import bill_remarks, bill_rows, format_day, source_line
from advisor.units import format_count, format_duration, format_rate, format_usd
from advisor.verdict import Verdict
from advisor.words import change_words
from simulator.assumptions import Assumption
from simulator.ranking import Ranked
from simulator.statistics import Interval
from simulator.study import Study
from simulator.unplayed import aside

__all__ = [
    "PERCENTILE_NAMES", "bill_table", "does_not_fit", "interval_text", "money_text", "rests_text", "why_not", "workload_line",
]  # fmt: skip

EXPLAINED = frozenset({"availability", "release", "storage", "savings", "free_tier"})
"""Lines whose note stands under the bill: what they are is an assumption or has a catch."""
PERCENTILE_NAMES = {0.5: "p50", 0.9: "p90", 0.95: "p95", 0.99: "p99", 0.999: "p99_9"}


def interval_text(found: Interval | None) -> str:
    """A latency with half its interval; "too few" where the samples do not carry the percentile."""
    if found is None or found.value is None:
        return "–"
    if not found.supported:
        return "too few"
    text = format_duration(found.value)
    if found.low is None or found.high is None:
        return text
    half = (found.high - found.low) / 2
    return text if half < 0.005 * found.value else f"{text} ±{format_duration(half)}"


def money_text(entry: Ranked) -> str:
    """The cost of a month, as a range where the interval is wider than one percent."""
    cost = entry.cost_per_month
    if cost.value is None:
        return "no price"
    if cost.low is None or cost.high is None or cost.high - cost.low < 0.01 * cost.value:
        return format_usd(cost.value)
    low, high = format_usd(cost.low), format_usd(cost.high)
    return low if low == high else f"{low} to {high}"


def workload_line(study: Study) -> str:
    """The workload in one line: traffic, promise, Region, profile, seed."""
    work, load, table = study.workload, study.load, study.facts.price_table
    promise = ", ".join(slo.text for slo in study.promise.slos)
    return (
        f"{work.name} · {format_count(load.requests)} requests in {format_duration(load.horizon_us)} "
        f"({format_rate(load.mean_rate_per_s)} on average, {format_rate(load.busiest_hour_rate_per_s)} in the busiest hour) · "
        f"{promise} · {work.needs.region} · profile {study.facts.profile} · seed {study.seed}"
        + (f" · {table.said}" if table else "")
    )


def why_not(verdict: Verdict, facts: Facts) -> Iterator[str]:
    """Why an option does not fit: each deciding finding with its remedy and sources."""
    for finding in verdict.findings:
        if finding.outcome < verdict.outcome:
            continue
        yield f"  {title(verdict.option.name)} ({describe(verdict.option)}): {finding.message}"
        if finding.remedy:
            yield f"      {finding.remedy}"
        for line in source_line(facts, finding.facts).splitlines():
            yield f"      source: {line}"


def does_not_fit(blocked: Sequence[Verdict], advice: Advice, facts: Facts) -> Iterator[str]:
    """Why some options do not fit: in full what a reader would ask about, a line for each of the rest."""
    if not blocked:
        return
    yield ""
    yield "Does not fit:"
    for verdict in blocked:
        if aside(verdict):
            yield f"  {title(verdict.option.name)}: {verdict.deciding.message if verdict.deciding else ''}"
            continue
        yield from why_not(verdict, facts)
        change = advice.change(verdict.option.name)
        if change is not None:
            yield f"      would fit with {change_words(change)}"


def rests_text(rows: Iterable[Assumption], study: Study) -> Iterator[str]:
    """What an answer rests on: each assumption with its range, what latency leaves out, and the oldest fact."""
    yield ""
    yield "Assumed (value and range):"
    for row in rows:
        yield f"  {row.text()} [{row.confidence}]"
    for line in study.workload.assumptions:
        yield f"  {line}"
    oldest = study.facts.oldest()
    yield f"Latency is that of the endpoint; the network to the caller is not included. Oldest fact read {format_day(oldest.checked)}."


def bill_table(bill: Bill, heading: str) -> Iterator[Any]:
    """A bill as a table, with what is open, missing and not contained under it."""
    made = table("item", ">quantity", ">unit price", ">per month", title=heading)
    for row in bill_rows(bill):
        made.add_row(*row)
    total = "no total: a price is missing" if bill.total is None else format_usd(bill.total)
    made.add_row("total", "", "", total)
    yield made
    for text in bill_remarks(bill):
        yield f"  {text}"
    for line in bill.lines:
        if line.meter in EXPLAINED and line.note:
            yield f"  {line.item}: {line.note}"
    for item, usd in bill.open_items:
        yield f"  open: {item} would add {format_usd(usd)}"
    for item in bill.missing:
        yield f"  no price in the table, not in the total: {item}"
    if bill.short_window:
        yield "  the window is under a day: no basis for a month"
    yield f"  not included: {', '.join(bill.excluded)}"
