"""A judged configuration for the terminal: what is wrong, what it costs, what would be better, what was not looked at."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from advisor.configured import Configured
from advisor.configured_cost import Cost
from advisor.configured_other import Better, Need
from advisor.deploy.writing import one_line
from advisor.facts import Facts
from advisor.options import describe, title
from advisor.rules import Finding, Outcome
from advisor.text import bill_rows, source_line
from advisor.units import format_share, format_usd
from advisor.words import plain_name, value_words

__all__ = ["configured_lines"]

_MARKS: Final = {"blocks": "✕", "unknown": "?", "conditions": "!", "notes": "✓"}
_MOST_BETTER: Final = 5
_MOST_NAMES: Final = 4


def _head(one: Configured, facts: Facts) -> Iterator[str]:
    where = f" · {one.region}" if one.region else ""
    sized = f", {words}" if (words := describe(one.option)) else ""
    yield f"{one.name[:80]}{where} · profile {facts.profile}"
    wrong = sum(finding.outcome is Outcome.blocks for finding in one.verdict.findings) + len(one.model)
    state = (
        "nothing wrong found"
        if one.sound
        else f"{wrong:,} {'thing is' if wrong == 1 else 'things are'} wrong"
        if wrong
        else "it cannot keep up with the traffic"
    )
    yield f"{title(one.option.name)}{sized}: {state}"


def _finding(finding: Finding, facts: Facts) -> Iterator[str]:
    yield f"  {_MARKS[finding.outcome.name]} {finding.rule} {finding.message}"
    if finding.remedy and finding.outcome is not Outcome.notes:
        yield f"      {finding.remedy}"
    if finding.outcome in {Outcome.blocks, Outcome.conditions} and finding.facts:
        yield from (f"      source: {line}" for line in source_line(facts, finding.facts).splitlines())


def _cost(cost: Cost, everything: bool) -> Iterator[str]:
    yield ""
    if not cost.bills:
        yield f"Cost: {'; '.join(cost.remarks)}."
        return
    said = "when nothing arrives" if cost.idle else "at this traffic, from mean rates"
    yield f"Cost: {'no price for all of it' if cost.total is None else f'about {format_usd(cost.total)} a month'} {said}"
    for name, bill in cost.bills:
        part = f"variant {name}: " if name else ""
        for item, amount, price, usd in bill_rows(bill):
            yield f"  {part}{item}: {amount} at {price} = {usd}"
        yield from (f"  {part}no price in our table for {item}" for item in bill.missing)
        if everything:
            yield f"  {part}not contained: {', '.join(bill.excluded)}"
    if cost.busy is not None:
        end = ": it cannot keep up" if cost.overloaded else ""
        yield f"  the traffic asks for {format_share(cost.busy)} of the most it can serve{end}"
    yield from (f"  {remark}" for remark in cost.remarks)


def _less(saves: Decimal | None, usd: Decimal) -> str:
    if saves is None:
        return ""
    before = saves + usd
    share = f" ({format_share(float(abs(saves) / before))})" if before > 0 else ""
    return f", {format_usd(abs(saves))}{share} {'less' if saves > 0 else 'more'}" if saves else ", as much"


def _better(found: tuple[Better, ...], judged: Configured) -> Iterator[str]:
    cheaper = [one for one in found if one.saves is not None and one.saves > 0]
    shown = cheaper if cheaper or (judged.sound and judged.cost.total is not None) else found
    yield ""
    if not shown:
        yield (
            "Better: nothing that fits is cheaper by mean rates." if found else "Better: no option fits this workload."
        )
        return
    yield (
        "Better by mean rates, without a simulation (`rank` and `size` play them):" if cheaper else "What fits instead:"
    )
    for one in shown[:_MOST_BETTER]:
        verdict = one.verdict
        yield f"  {title(one.option.name)}, {describe(one.option)}: about {format_usd(one.usd)} a month{_less(one.saves, one.usd)}"
        if verdict.outcome is not Outcome.notes and verdict.deciding is not None:
            yield f"    {_MARKS[verdict.outcome.name]} {verdict.deciding.rule} {verdict.deciding.message}"


def _names(need: Need, name: str) -> str:
    """The options that meet a need, the first few by name."""
    names = [title(one) for one in need.served_by if one != name]
    own = [f"the same with another size ({title(name)})"] if name in need.served_by else []
    shown = [*own, *names]
    more = f" and {len(shown) - _MOST_NAMES:,} more" if len(shown) > _MOST_NAMES else ""
    return (", ".join(shown[:_MOST_NAMES]) or "no option") + more


def _needs(rows: tuple[Need, ...], name: str) -> Iterator[str]:
    if not rows:
        return
    yield ""
    yield "Needs that it does not serve, and what does:"
    for need in rows:
        value = "" if need.value is True else f" {value_words(need.attribute, need.value)}"
        yield f"  {plain_name(need.attribute)}{value} ({need.finding.rule}): {_names(need, name)}"


def _one(judged: Configured, facts: Facts, everything: bool, asked: bool) -> Iterator[str]:
    yield from _head(judged, facts)
    for finding in judged.verdict.findings:
        yield from _finding(finding, facts)
    yield from (f"  ✕ API model: {problem}" for problem in judged.model)
    for path, of in judged.unknown:
        yield f"  ? {path} is not settled by the document: {of}"
    yield from (f"  {remark}" for remark in judged.remarks)
    yield from _cost(judged.cost, everything)
    if asked:
        yield from _better(judged.better, judged)
    yield from _needs(judged.needs, judged.option.name)
    if judged.unread:
        yield ""
        yield f"Not looked at: {', '.join(path for path in judged.unread)}"


def configured_lines(
    found: Iterable[Configured], facts: Facts, *, everything: bool = False, asked: bool = False
) -> Iterator[str]:
    """All of it, line by line.

    Arguments: `everything` says what bills do not contain; `asked` that a workload with traffic was given, so that what would be
    better is told.
    """
    for number, one in enumerate(found):
        if number:
            yield ""
        for line in _one(one, facts, everything, asked):  # texts of documents stand in them
            bare = line.lstrip(" ")
            yield " " * (len(line) - len(bare)) + one_line(bare)
