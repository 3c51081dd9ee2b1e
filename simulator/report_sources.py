"""The sources of a report, numbered: each place that a reason, an assumption or a price in it comes from, with its dates."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from advisor.facts import Fact
from advisor.lines import Line
from advisor.options import title
from advisor.rules import Finding, Outcome
from advisor.text import format_day
from advisor.verdict import Verdict
from simulator.option_groups import groups
from simulator.ranking import Ranking
from simulator.report_parts import Link

__all__ = ["Source", "ages", "references", "shown", "sources"]

_URL: Final = re.compile(r"https?://[^\s;,()<>\"]+")


@dataclass(frozen=True, slots=True)
class Source:
    """One source under its number."""

    number: int
    source: str
    confidence: str
    published: date | None
    checked: date
    uses: tuple[str, ...]
    """What it was used for, with the values it gave."""
    prices: bool
    """Whether prices of a bill come from it."""

    @property
    def url(self) -> str:
        """Its first address on the web; empty where it has none."""
        return next((link.url for link in self.links if link.url), "")

    @property
    def links(self) -> tuple[Link, ...]:
        """Each document that it consists of, with its address where it has one."""
        return tuple(Link(part, next(iter(_URL.findall(part)), "")) for part in self.source.split("; "))


def shown(verdict: Verdict) -> tuple[Finding, ...]:
    """The findings of an option that a report names: all that block; else all conditions and questions; else the nearest limit."""
    if not verdict.feasible:
        return tuple(finding for finding in verdict.findings if finding.outcome is Outcome.blocks)
    return tuple(f for f in verdict.findings if f.outcome is not Outcome.notes) or verdict.findings[:1]


def _used(ranking: Ranking) -> Iterator[tuple[Fact | Line, str]]:
    """Everything that the report rests on, with what it was used for."""
    facts = ranking.study.facts
    for group in groups(ranking):
        for card in group.cards:
            for finding in shown(card.verdict):
                for fact in map(facts.fact, finding.facts):
                    said = f"{title(fact.option).lower()}, {fact.attribute.replace('_', ' ')}: {fact.text()}"
                    yield fact, f"{said} ({fact.teaching})" if fact.teaching else said
    for row in ranking.assumptions:
        if row.fact:
            yield facts.mechanism.fact(row.fact), f"{row.label}: {row.note}" if row.note else row.label
    for entry in ranking.ranked:
        for line in entry.bill.lines:
            yield line, f"price of {line.item[:1].lower()}{line.item[1:]}"


def sources(ranking: Ranking) -> tuple[Source, ...]:
    """The sources in the order in which they are first needed."""
    found: dict[tuple[object, ...], Source] = {}
    for thing, use in _used(ranking):
        key = _key(thing)
        old = found.get(key) or Source(
            len(found) + 1, thing.source, thing.confidence, thing.published, thing.checked, (), prices=False
        )
        said = f"{use[:1].upper()}{use[1:]}"
        uses = old.uses if said in old.uses else (*old.uses, said)
        found[key] = replace(old, uses=uses, prices=old.prices or not isinstance(thing, Fact))
    return tuple(found.values())


def _key(thing: Fact | Line) -> tuple[object, ...]:
    return thing.source, thing.confidence, thing.published, thing.checked


def references(listed: tuple[Source, ...], *things: Fact | Line) -> tuple[Link, ...]:
    """The numbers of the sources of these facts or lines of a bill, each once."""
    keys = {_key(thing) for thing in things}
    return tuple(
        Link(str(one.number), one.url, one.number)
        for one in listed
        if (one.source, one.confidence, one.published, one.checked) in keys
    )


def ages(listed: tuple[Source, ...]) -> str:
    """How old the facts and prices of a report are: when they were read, and the date of the oldest page."""
    said = []
    for words, some in (("fact or price", listed), ("price", tuple(one for one in listed if one.prices))):
        if some:
            oldest = min(some, key=lambda one: one.checked)
            said.append(
                f"The oldest {words} used here was read on {format_day(oldest.checked)} (source {oldest.number})."
            )
    dated = [one for one in listed if one.published is not None]
    if dated:
        page = min(dated, key=lambda one: one.published or one.checked)
        bare = len(listed) - len(dated)
        rest = f"; {bare} of {len(listed)} sources state no date" if bare else ""
        said.append(f"The oldest page among them is of {format_day(page.published)} (source {page.number}){rest}.")
    return " ".join(said)
