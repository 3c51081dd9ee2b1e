"""The ranking, the bill and the assumptions as tables of our own."""

from advisor.billing import Bill
from advisor.options import describe, title
from advisor.text import bill_rows, format_day
from advisor.units import format_duration, format_share, format_usd
from simulator.headline import amount, assumed_value, money_range
from simulator.pages._answer import latency_text, measure
from simulator.pages._html import block, chip, option_name, safe, table
from simulator.ranking import Ranked, Ranking

__all__ = ["assumptions", "bill", "ranking_table"]


def _span(low: float | None, high: float | None) -> str:
    if low is None or high is None or format_duration(low) == format_duration(high):
        return ""
    return f"<small>{safe(format_duration(low))} to {safe(format_duration(high))}</small>"


def _promise(entry: Ranked) -> str:
    return chip("notes", "kept") if entry.meets else chip("blocks", "missed")


def _failed(entry: Ranked) -> str:
    kinds = [
        f"{format_share(share)} {kind.replace('_', ' ')}"
        for kind, share in sorted(entry.failed.items(), key=lambda i: -i[1])
        if share > 0
    ]
    detail = (
        "".join(f"<small>{safe(kind)}</small>" for kind in kinds[:2])
        if len(kinds) > 1
        else f"<small>{safe(kinds[0].split(' ', 1)[1])}</small>"
        if kinds
        else ""
    )
    return f"{safe(format_share(entry.failed_share.value or 0.0))}{detail}"


def ranking_table(ranking: Ranking) -> str:
    """Those that keep the promise first, then a rule, then those that miss it."""
    name, share, bound = measure(ranking)
    limit = f", limit {format_duration(bound)}" if bound else ""
    heads = (
        ("#", "n only-wide"), ("Option and configuration", ""), ("Per month", "n"), (f"{name}{limit}", "n"), ("Failed", "n only-wide"),
        ("Promise", ""), ("Why here", "why only-wide"),
    )  # fmt: skip
    rows, place, before = [], 0, None
    for number, entry in enumerate(ranking.ranked, 1):
        place = place if entry.tied and place else number
        found = entry.latency_us[share]
        kind = "rule" if before is not None and before.meets and not entry.meets else ""
        span = money_range(entry.cost_per_month)
        rows.append((kind, (
            f"{place}",
            f'<span class="nowrap">{option_name(entry.name)}</span><small>{safe(describe(entry.option))}</small>',
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
        ("Source", "only-wide"),
    )
    rows = []
    for line, cells in zip(found.lines, bill_rows(found), strict=True):
        note = f"<small>{safe(line.note)}</small>" if line.note else ""
        published = f", published {format_day(line.published)}" if line.published else ""
        source = f"<small>{safe(line.source)} ({safe(line.confidence)}{safe(published)}, read {safe(format_day(line.checked))})</small>"
        rows.append(("", (f"{safe(cells[0])}{note}", safe(cells[1]), safe(cells[2]), safe(cells[3]), source)))
    total = "no total: a price is missing" if found.total is None else format_usd(found.total)
    rows.append(("total", ("Total", "", "", safe(total), "")))
    texts = []
    if found.per_million_good is not None:
        texts.append(f"{format_usd(found.per_million_good)} per million answered requests.")
    texts += [f"No price in our table for {item}: not in the total, not counted as $0." for item in found.missing]
    texts += [f"Open: {item}. It would add {format_usd(usd)} a month." for item, usd in found.open_items]
    texts.append(f"Not contained: {', '.join(found.excluded)}.")
    notes = block("".join(f'<p class="ea-note">{safe(text)}</p>' for text in texts), testid="bill-notes")
    return table(heads, rows, f"Bill of a month, {title(name)}", "bill") + notes


def _cost_at(ranking: Ranking, key: str) -> str:
    """What the ends of an assumption do to the cost of each option that uses it."""
    spans = []
    for entry in ranking.ranked:
        low, high = entry.extremes.get(key, (None, None))
        if low is None or high is None:
            continue
        a, b = format_usd(low), format_usd(high)
        spans.append(f"{title(entry.name)}: {'stays at ' + a if a == b else f'{a} to {b}'}")
    return "<br>".join(safe(span) for span in spans)


def assumptions(ranking: Ranking) -> str:
    """Every number nobody measured here: value, range, where from, and whether the answer turns on it."""
    heads = (
        ("Assumed", ""),
        ("Value", "n"),
        ("Range", "n"),
        ("How well known", ""),
        ("Cost per month at the ends", "only-wide"),
        ("First place", ""),
    )
    turning = {turn.key for turn in ranking.turns}
    rows = []
    for row in ranking.assumptions:
        span = "" if row.low == row.high else f"{assumed_value(row, row.low)} to {assumed_value(row, row.high)}"
        varied = any(row.key in entry.extremes for entry in ranking.ranked)
        word = "turns" if row.key in turning else "stays" if varied else "not varied"
        note = f"<small>{safe(row.note)}</small>" if row.note else ""
        rows.append(
            (
                "",
                (
                    f"{safe(row.label[:1].upper() + row.label[1:])}{note}",
                    safe(assumed_value(row, row.used)),
                    safe(span),
                    safe(row.confidence),
                    _cost_at(ranking, row.key),
                    safe(word),
                ),
            )
        )
    rows += [
        ("", (safe(line.replace(" (assumed)", "")), "", "", "assumed", "", "not varied"))
        for line in ranking.study.workload.assumptions
    ]
    return table(heads, rows, "Assumptions", "assumptions")
