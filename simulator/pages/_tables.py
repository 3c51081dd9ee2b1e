"""The ranking, the bill and the assumptions as tables of our own."""

from advisor.billing import Bill
from advisor.facts import Facts
from advisor.options import describe, title
from advisor.pages.own_html import block, chip, option_name, reference, safe, table
from advisor.text import bill_notes, bill_rows
from advisor.units import format_duration, format_share, format_usd
from simulator.assumed_rows import assumed_rows, assumed_too
from simulator.assumptions import Assumption
from simulator.headline import amount, assumed_value, money_range
from simulator.pages._answer import latency_text, measure
from simulator.ranking import Ranked, Ranking

__all__ = ["assumptions", "bill", "ranking_table"]


def _span(low: float | None, high: float | None) -> str:
    if low is None or high is None or format_duration(low) == format_duration(high):
        return ""
    return f"<small>{safe(format_duration(low))} to {safe(format_duration(high))}</small>"


def _promise(entry: Ranked) -> str:
    return chip("notes", "kept") if entry.meets else chip("blocks", "missed")


def _failed(entry: Ranked) -> str:
    kinds = sorted((item for item in entry.failed.items() if item[1] > 0), key=lambda item: -item[1])
    words = [
        f"{format_share(share) if len(kinds) > 1 else ''} {kind.replace('_', ' ')}".strip() for kind, share in kinds
    ]
    detail = "".join(f"<small>{safe(text)}</small>" for text in words[:2])
    return f"{safe(format_share(entry.failed_share.value or 0.0))}{detail}"


def ranking_table(ranking: Ranking) -> str:
    """Those that keep the promise first, then a rule, then those that miss it."""
    name, share, bound = measure(ranking)
    limit = f", limit {format_duration(bound)}" if bound else ""
    heads = (
        ("#", "n only-wide"), ("Option and configuration", ""), ("Per month", "n"), (f"{name}{limit}", "n"), ("Failed", "n only-wide"),
        ("Promise", "only-wide"), ("Why here", "why only-wide"),
    )  # fmt: skip
    rows, place, before = [], 0, None
    for number, entry in enumerate(ranking.ranked, 1):
        place = place if entry.tied and place else number
        found = entry.latency_us[share]
        kind = "rule" if before is not None and before.meets and not entry.meets else ""
        span = money_range(entry.cost_per_month)
        rows.append((kind, (
            f"{place}",
            f'<span class="nowrap">{option_name(entry.name)}</span><small>{safe(describe(entry.option))}</small><span class="only-narrow">{_promise(entry)}</span>',
            f"{safe(amount(entry.cost_per_month.value))}{f'<small>{safe(span)}</small>' if span else ''}",
            f"{safe(latency_text(entry, share))}{_span(found.low, found.high)}{'' if found.supported else '<small>too few requests</small>'}",
            _failed(entry), _promise(entry), safe(entry.reason),
        )))  # fmt: skip
        before = entry
    return table(heads, rows, f"Ranking of {len(ranking.ranked)} options", "ranking")


def bill(found: Bill, name: str) -> str:
    """The line items of a month, what has no price, what is open, and what no bill here contains."""
    heads = (
        ("Item", ""),
        ("Quantity", "n"),
        ("Unit price", "n only-wide"),
        ("Per month", "n"),
        ("Source", "source only-wide"),
    )
    rows: list[tuple[str, tuple[str, ...]]] = []
    for line, cells in zip(found.lines, bill_rows(found), strict=True):
        note = f"<small>{safe(line.note)}</small>" if line.note else ""
        source = f"<small>{reference(line.source, line.confidence, line.published, line.checked)}</small>"
        rows.append(("", (f"{safe(cells[0])}{note}", safe(cells[1]), safe(cells[2]), safe(cells[3]), source)))
    total = "no total: a price is missing" if found.total is None else format_usd(found.total)
    rows.append(("total", ("Total", "", "", safe(total), "")))
    notes = block("".join(f'<p class="ea-note">{safe(text)}</p>' for text in bill_notes(found)), testid="bill-notes")
    return table(heads, rows, f"Bill of a month, {title(name)}", "bill") + notes


def _basis(row: Assumption, facts: Facts) -> str:
    """Where an assumption comes from, folded."""
    if not row.fact:
        return f"<small>{safe(row.note)}</small>" if row.note else ""
    fact = facts.fact(row.fact)
    source = reference(fact.source, fact.confidence, fact.published, fact.checked)
    return f"<details><summary>Where from</summary>{safe(row.note)}<br>{source}</details>"


def assumptions(ranking: Ranking) -> str:
    """Every number nobody measured here: value, range, where from, and whether the answer turns on it."""
    heads = (("Assumed", ""), ("Value and range", "n"), ("Cost per month at the ends", "only-wide"), ("The answer", ""))
    facts = ranking.study.facts.mechanism
    rows: list[tuple[str, tuple[str, ...]]] = []
    for found in assumed_rows(ranking):
        row = found.row
        span = (
            ""
            if row.low == row.high
            else f"<small>{safe(assumed_value(row, row.low))} to {safe(assumed_value(row, row.high))}</small>"
        )
        word = (
            chip("conditions", "turns on it")
            if found.turns
            else chip("notes", "stays")
            if found.varied
            else "not varied"
        )
        used = safe(", ".join(title(entry.name).lower() for entry in found.users))
        rows.append(("", (
            f"{safe(row.label[:1].upper() + row.label[1:])}<small>{used}</small>{_basis(row, facts)}",
            f"{safe(assumed_value(row, row.used))}{span}<small>{safe(row.confidence)}</small>", "<br>".join(safe(words) for _, words in found.costs), word,
        )))  # fmt: skip
    also = "".join(f'<p class="ea-note">Assumed too: {safe(line)}.</p>' for line in assumed_too(ranking))
    return table(heads, rows, "Assumptions", "assumptions") + (block(also, testid="also-assumed") if also else "")
