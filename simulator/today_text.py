"""Today's fleet beside the answer, for the terminal and as JSON."""

from collections.abc import Iterator
from typing import Any

from advisor.cli import table
from advisor.options import describe, title
from advisor.units import format_duration, format_share, format_usd
from simulator.answer_json import PERCENTILES, interval_json
from simulator.answer_parts import interval_text, money_text
from simulator.headline import money_range
from simulator.ranking import Ranked
from simulator.statistics import Interval
from simulator.today import Today

__all__ = ["today_json", "today_text"]


def _row(made: Any, what: str, entry: Ranked) -> None:
    made.add_row(
        what, f"{title(entry.name)}, {describe(entry.option)}", money_text(entry), interval_text(entry.latency_us.get(0.5)),
        interval_text(entry.latency_us.get(0.99)), format_share(entry.failed_share.value or 0.0), "yes" if entry.meets else "no",
    )  # fmt: skip


def _positive(found: Interval) -> Interval:
    """The same saving told as a cost."""
    value, low, high = (None if end is None else -end for end in (found.value, found.high, found.low))
    return Interval(value, low, high)


def _money(found: Today) -> str:
    """What is saved, in a sentence."""
    value, now = found.saving.value, found.entry.cost_per_month.value
    if value is None:
        return "What is saved cannot be said: a price is missing."
    cost = _positive(found.saving) if value < 0 else found.saving
    spread = money_range(cost)
    between = f" ({spread} over the draws of the traffic)" if spread else ""
    if value < 0:
        return f"It costs {format_usd(-value)} a month more{between}."
    share = f", {format_share(value / now)} of today's bill" if now else ""
    return f"It saves {format_usd(value)} a month{share}{between}."


def _change(found: Today, best: Ranked) -> str:
    """How latency changes, in a sentence."""
    said = []
    for share, name in ((0.5, "p50"), (0.95, "p95"), (0.99, "p99")):
        was, then = found.entry.latency_us[share].value, best.latency_us[share].value
        if was is not None and then is not None:
            said.append(f"{name} {format_duration(was)} → {format_duration(then)}")
    return f"Latency of answered requests: {', '.join(said)}." if said else "Latency: no answered request to compare."


def _tests(found: Today) -> Iterator[str]:
    """What to load-test first."""
    if found.to_test:
        yield "To load-test first (an assumed number decides):"
    yield from (
        f"  {one.row.text()} [{one.row.confidence}]: at its {one.level} end {one.text}" for one in found.to_test
    )
    if not found.to_test and found.tested:
        yield f"Nothing assumed decides: the answer holds at both ends of each of its {found.tested} assumed numbers."
    if found.unmeasured and not any(one.row.key == "speed" for one in found.to_test):
        yield f"Load-test {found.unmeasured} all the same: nobody measured the model there."


def today_text(found: Today) -> Iterator[Any]:
    """Today's fleet for the terminal: the table, the saving, the risks, what to load-test first."""
    entry, best = found.entry, found.best
    yield ""
    made = table("", "configuration", ">per month", ">p50", ">p99", ">failed", "keeps", title="Your endpoint today")
    _row(made, "today", entry)
    if best is not None and not found.stays:
        _row(made, "answer", best)
    yield made
    if entry.verdict.deciding is not None and not entry.verdict.feasible:
        yield f"By the rules today's fleet does not fit: {entry.verdict.deciding.message}"
    if not entry.meets:
        yield f"Today's fleet misses the promise: {'; '.join(entry.misses)}."
    if best is None:
        yield "No option keeps the promise, so there is nothing to change to."
    elif found.stays:
        yield "Keep it: today's fleet is the answer."
    else:
        yield _money(found)
        yield _change(found, best)
        yield "What gets worse:" if found.risks else "Nothing that was looked at gets worse."
        yield from (f"  {risk.text}" for risk in found.risks)
        yield from _tests(found)
    yield "Today's numbers are simulated too: hold them against what you measure before the change is made."


def _entry(entry: Ranked) -> dict[str, Any]:
    return {
        "option": entry.name, "config": entry.option.config(), "configuration": describe(entry.option),
        "cost_usd_per_month": entry.cost_per_month.value, "cost_interval": interval_json(entry.cost_per_month),
        "latency_ms": {name: interval_json(entry.latency_us.get(q), 1e-3) for q, name in PERCENTILES.items()},
        "failed_share": interval_json(entry.failed_share), "cold_share": entry.simulation.summary.cold_share,
        "utilisation": entry.simulation.summary.utilisation, "meets": entry.meets, "misses": list(entry.misses),
    }  # fmt: skip


def today_json(found: Today) -> dict[str, Any]:
    """Today's fleet as the part `current` of a ranking's JSON."""
    change = None
    if found.best is not None and not found.stays:
        change = {
            "to": _entry(found.best), "saving_usd_per_month": interval_json(found.saving),
            "risks": [{"key": risk.key, "text": risk.text} for risk in found.risks],
            "load_test_first": [
                {
                    "key": one.row.key, "label": one.row.label, "low": one.row.low, "high": one.row.high, "unit": one.row.unit,
                    "confidence": one.row.confidence, "level": one.level, "text": one.text,
                }
                for one in found.to_test
            ],
            "assumptions_tried": found.tested, "unmeasured": found.unmeasured or None,
        }  # fmt: skip
    return {**_entry(found.entry), "fits": found.entry.verdict.feasible, "stays": found.stays, "change": change}
