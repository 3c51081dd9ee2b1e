"""A tornado for the terminal: the input that moves the cost most comes first."""

from collections.abc import Iterator
from typing import Any, Final

from advisor.cli import table
from advisor.options import describe, title
from advisor.units import format_duration, format_usd
from simulator.tornado import End, Row, Tornado

__all__ = ["matters", "tornado_text"]

_LEAST: Final = 0.005
"""Share of the cost or of the p99 below which a swing counts as none."""


def matters(row: Row, answer: Tornado) -> bool:
    """The input changes the cost, the p99, the promise or the first place."""
    return (
        row.turns
        or row.swing_usd > _LEAST * (answer.base.usd or 0.0)
        or row.swing_us > _LEAST * (answer.base.p99_us or 0.0)
    )


def _money(end: End) -> str:
    return "no price" if end.usd is None else format_usd(end.usd)


def _p99(end: End) -> str:
    return "–" if end.p99_us is None else format_duration(end.p99_us)


def _turn(end: End, side: str, answer: Tornado) -> Iterator[str]:
    """What changes at one end beside cost and p99."""
    base = answer.base
    if end.plan.problem:
        yield f"{side}: cannot be played"
    elif base.plan.meets and not end.plan.meets:
        then = "nothing of this option keeps it" if end.instead is None else f"takes {describe(end.instead.option)}"
        over = all(miss.slo is None for miss in end.plan.broken)
        yield f"{side}: over the budget" if over else f"{side}: misses the promise; {then}"
    elif end.plan.meets and not base.plan.meets:
        yield f"{side}: keeps the promise"
    if end.first != base.first:
        yield f"{side}: {title(end.first) if end.first else 'nothing'} comes first"


def tornado_text(answer: Tornado) -> Iterator[Any]:
    """The answer: the subject, the inputs that matter with both ends, then those that do not."""
    base = answer.base
    kept = "keeps the promise" if base.plan.meets else "misses the promise"
    yield (
        f"{title(base.plan.option.name)}, {describe(base.plan.option)}: {_money(base)} a month, p99 {_p99(base)}, {kept}."
    )
    others = [title(name) for name in answer.compared if name != base.plan.option.name]
    if others:
        first = (
            f"{title(base.first)} is the cheapest that keeps the promise" if base.first else "none keeps the promise"
        )
        yield f"Compared with {', '.join(others)}: {first}."
    made = table(
        "input", "!>from", "!>to", "!>cost", "!>cost ", "!>p99", "!>p99 ", "what changes", "range",
        title="One input at a time, largest swing of the cost first",
    )  # fmt: skip
    for row in answer.rows:
        if matters(row, answer):
            changes = "; ".join((*_turn(row.low, "low", answer), *_turn(row.high, "high", answer)))
            made.add_row(
                row.input.label, row.low.value, row.high.value, _money(row.low), _money(row.high), _p99(row.low),
                _p99(row.high), changes or "–", row.input.basis.rpartition(":")[0] or row.input.basis,
            )  # fmt: skip
    yield made
    waits = [row.input.label for row in answer.by_latency if row.swing_us > _LEAST * (base.p99_us or 0.0)][:5]
    if waits:
        yield f"By swing of p99: {', '.join(waits)}."
    none = sorted({row.input.label for row in answer.rows if not matters(row, answer)})
    if none:
        yield f"No effect on this answer: {', '.join(none)}."
    for label, why in answer.left_out:
        yield f"Not varied: {label} ({why})."
    yield (
        "Each input alone goes to its ends, the others stay in the middle: how they act together is not shown. Where the plan "
        "no longer keeps the promise, the cost is that of the cheapest one of the same option that does."
    )
