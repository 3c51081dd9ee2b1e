"""Now, with a change, and the change: one sentence and a table of the options, as HTML of our own."""

from typing import Final

from advisor.options import describe
from advisor.pages.own_html import block, chip, option_name, safe, table
from advisor.units import NBSP, format_duration, format_usd
from simulator.before_after import Moved, Shift, shifts
from simulator.headline import amount, article, plan, several, shortcoming
from simulator.pages._answer import latency_text, measure
from simulator.ranking import Ranked, Ranking
from simulator.re_rank import WhatIf

__all__ = ["sentence", "signed", "strip", "times", "words"]

_FRACTIONS: Final = {0.25: "¼", 0.5: "½", 0.75: "¾"}
_THINGS: Final = {
    "load": "traffic", "service": "service time", "payload": "payload", "start": "cold start", "price": "prices",
}  # fmt: skip
_SAME: Final = 0.01
"""A p99 that moved by a smaller share did not move."""


def times(factor: float) -> str:
    """A factor as the slider writes it.

    >>> times(0.25), times(1.5)
    ('×\\xa0¼', '×\\xa01.5')
    """
    return f"×{NBSP}{_FRACTIONS.get(factor) or f'{factor:g}'}"


def words(asked: WhatIf) -> str:
    """What is asked, in words: `traffic × 2, prices × 1.5`."""
    return ", ".join(
        f"{name} {times(getattr(asked, key))}" for key, name in _THINGS.items() if getattr(asked, key) != 1
    )


def signed(usd: float) -> str:
    """A change in dollars with its sign; `±$0` where it reads as nothing.

    >>> signed(336.2), signed(-0.001), signed(0.0)
    ('+$336', '−$0.001', '±$0')
    """
    return "±$0" if abs(usd) < 5e-5 else f"{'+' if usd > 0 else ''}{format_usd(usd)}"


def _stays(shift: Shift | None, name: str) -> str:
    """What the first place costs more or less, where it stays the first."""
    verb = "stay" if several(name) else "stays"
    if shift is None or shift.usd is None or shift.before is None or shift.after is None:
        return f"{article(name)} {verb} best; there is no price to compare."
    was, now = describe(shift.before.option), describe(shift.after.option)
    sized = f", with {now} instead of {was}" if was != now else ""
    cost = "at the same cost" if signed(shift.usd) == "±$0" else f"{signed(shift.usd)} a month"
    return f"{article(name)} {verb} best{sized}: {cost}."


def sentence(before: Ranking, after: Ranking, asked: WhatIf) -> str:
    """What becomes of the answer."""
    lead, was, now = f"With {words(asked)}", before.best, after.best
    if now is None:
        still = "no option keeps the promise any more" if was else "still no option keeps the promise"
        if not after.ranked:
            return f"{lead}, nothing is left that fits."
        nearest = after.ranked[0]
        return f"{lead}, {still}; {article(nearest.name)} comes closest: {shortcoming(nearest, after.promise)}."
    if was is None:
        return f"{lead}, {plan(now.option)} keeps the promise: {amount(now.cost_per_month.value)} a month."
    if was.name == now.name:
        shift = next((one for one in shifts(before, after) if one.name == now.name), None)
        return f"{lead}, {_stays(shift, now.name)}"
    costs = [entry.cost_per_month.value for entry in (was, now)]
    gap = "" if costs[0] is None or costs[1] is None else f", {signed(costs[1] - costs[0])} against the best now"
    return f"{lead}, the best becomes {plan(now.option)}: {amount(costs[1])} a month{gap}."


def _standing(entry: Ranked | None, ranking: Ranking, gone: str = "") -> str:
    """Cost and latency of an option on one side, and whether it keeps the promise there."""
    if entry is None:
        return f"{chip('blocks', 'does not fit')}<small>{safe(gone)}</small>" if gone else "not ranked"
    name, share, _ = measure(ranking)
    latency = f"<small>{name} {safe(latency_text(entry, share))}</small>"
    missed = "" if entry.meets else chip("blocks", "missed")
    return f"{safe(amount(entry.cost_per_month.value))}{latency}{missed}"


def _change(shift: Shift, share: float) -> str:
    """The difference of both sides."""
    if shift.before is None or shift.after is None:
        return "new" if shift.before is None else "out"
    cost = "no price" if shift.usd is None else signed(shift.usd)
    was, now = (entry.latency_us[share].value for entry in (shift.before, shift.after))
    if not was or not now or abs(now / was - 1) < _SAME:
        return safe(cost)
    sign = "+" if now > was else "−"
    return f"{safe(cost)}<small>{sign}{safe(format_duration(abs(now - was)))}</small>"


def _line(moved: Moved | None) -> str:
    """The part of the bill that moved most: was, is, change."""
    if moved is None or signed(moved.usd) == "±$0":
        return "nothing"
    part = f"{moved.part[:1].upper()}{moved.part[1:]}"
    return (
        f"{safe(part)}<small>{safe(f'{format_usd(moved.was)} → {format_usd(moved.now)}, {signed(moved.usd)}')}</small>"
    )


def _named(shift: Shift, best: str) -> str:
    """The option with its configuration, and how that changed."""
    options = [describe(entry.option) for entry in (shift.before, shift.after) if entry]
    sized = " → ".join(dict.fromkeys(options))
    mark = f" {chip('notes', 'best')}" if shift.name == best else ""
    return f'{option_name(shift.name)}<small class="only-wide">{safe(sized)}</small>{mark}'


def strip(before: Ranking, after: Ranking, asked: WhatIf) -> str:
    """The whole strip.

    Arguments: `before` and `after` were found in the same quick way (`simulator.re_rank`).
    """
    heads = (
        ("Option", ""), ("Now", "n"), (f"With {words(asked)}", "n"), ("Change", "n"), ("Moved most", "only-wide"),
    )  # fmt: skip
    _, share, _ = measure(after)
    best = after.best.name if after.best else ""
    rows = [
        ("", (
            _named(one, best), _standing(one.before, before), _standing(one.after, after, one.gone), _change(one, share),
            "" if one.usd is None else _line(one.moved),
        ))
        for one in shifts(before, after)
    ]  # fmt: skip
    said = f'<p class="ea-said">{safe(sentence(before, after, asked))}</p>'
    lead = block(said, testid="what-if-said", attributes='role="status"')
    return lead + (table(heads, rows, f"Options now and with {words(asked)}", "what-if") if rows else "")
