"""Advice for the terminal: the answer, what to ask, verdicts with their reasons, and where the profiles differ."""

from collections.abc import Iterator
from typing import Final

from advisor.advice import Advice
from advisor.facts import Facts
from advisor.options import describe, title
from advisor.questions import question_text
from advisor.rules import Finding, Outcome
from advisor.text import source_line, state_word
from advisor.units import format_share, format_usd
from advisor.verdict import Verdict
from advisor.words import change_words, reply_words

__all__ = ["advice_lines"]

_MARKS: Final = {"blocks": "✕", "unknown": "?", "conditions": "!", "notes": "✓"}
_DECIDING: Final = 3
_IN_FULL: Final = 3
"""Options whose findings are all shown; of the others, what decides."""


def _shown(verdict: Verdict, whole: bool) -> tuple[Finding, ...]:
    """The findings to show: all, or those with the outcome that decides, notes left out."""
    if whole:
        return verdict.findings
    return tuple(f for f in verdict.findings if f.outcome is verdict.outcome and f.outcome is not Outcome.notes)


def _verdict(number: int, verdict: Verdict, advice: Advice, facts: Facts, *, whole: bool) -> Iterator[str]:
    bill, fit = verdict.bill, verdict.fit
    price = f" · about {format_usd(bill.total)} a month from mean rates" if bill and bill.total is not None else ""
    sized = f", {words}" if (words := describe(verdict.option)) else ""
    yield ""
    yield f"{number}. {title(verdict.option.name)}{sized}: {state_word(verdict.outcome.name)}{price}"
    near = verdict.nearest
    if near is not None and near.margin is not None and verdict.feasible:
        yield f"   nearest limit: {near.rule}, {format_share(max(0.0, near.margin))} of it left"
    if fit and verdict.feasible and fit.points:
        parts = ", ".join(f"{part} {points:+d}" for part, points in fit.parts.items())
        yield f"   fit {fit.score:+d} ({parts})"
        for point in sorted(fit.points, key=lambda p: -abs(p.points))[:_DECIDING]:
            yield f"     {point.points:+d} {point.why}"
    for finding in _shown(verdict, whole):
        yield f"   {_MARKS[finding.outcome.name]} {finding.rule} {finding.message}"
        if finding.remedy and finding.outcome.name != "notes":
            yield f"       {finding.remedy}"
        if finding.outcome.name in {"blocks", "conditions"} and finding.facts:
            for line in source_line(facts, finding.facts).splitlines():
                yield f"       source: {line}"
    change = advice.change(verdict.option.name)
    if change is not None:
        yield f"   would fit with {change_words(change)}"


def _profiles(advice: Advice, facts: Facts) -> Iterator[str]:
    """The two profiles side by side where they differ."""
    if not advice.other and advice.best_elsewhere == advice.best:
        return
    here = {verdict.option.name: verdict for verdict in advice.verdicts}
    yield ""
    yield f"Where the profiles differ ({facts.profile} | {facts.other.profile}):"
    if advice.best_elsewhere != advice.best:
        yield f"  first place: {title(advice.best)} | {title(advice.best_elsewhere)}"
    for verdict in advice.other:
        mine = here[verdict.option.name]
        yield f"  {title(verdict.option.name)}: {state_word(mine.outcome.name)} | {state_word(verdict.outcome.name)}"
        for profile, one in ((facts.profile, mine), (facts.other.profile, verdict)):
            if one.deciding is not None:
                yield f"    {profile}: {one.deciding.rule} {one.deciding.message}"


def advice_lines(advice: Advice, facts: Facts, *, everything: bool = False) -> Iterator[str]:
    """The whole advice, line by line. Arguments: `everything` shows every finding of every option."""
    where = f" · {advice.region}" if advice.region else ""
    table = f" · {facts.price_table.said}" if facts.price_table else ""
    yield f"{advice.name}{where} · profile {advice.profile}{table}"
    first = advice.verdicts[0]
    yield f"Best fit: {title(first.option.name)}" + (
        "" if first.option.name != "none" else "; every option is blocked, the reasons stand below"
    )
    if advice.question:
        yield f"Ask next: {question_text(advice.question, facts)} ({advice.question})"
        for reply in advice.replies:
            yield f"  {reply.words}: {reply_words(reply, advice.best)}"
    for number, verdict in enumerate(advice.verdicts, 1):
        if verdict.option.name != "none" or verdict.feasible:
            whole = everything or (verdict.feasible and number <= _IN_FULL)
            yield from _verdict(number, verdict, advice, facts, whole=whole)
    yield from _profiles(advice, facts)
