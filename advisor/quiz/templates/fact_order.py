"""Orders that facts decide: time-outs, bodies, alarms, starts, maxima, and what follows a start from zero."""

from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final, NamedTuple

from advisor._facts_read import data_folder, read_toml
from advisor.errors import FactError
from advisor.facts import Fact, Facts
from advisor.quiz.item import Choice
from advisor.quiz.money_words import asides, listed, paragraphs, scene
from advisor.quiz.sources import fact_source
from advisor.quiz.templates._template import Draw, Drawn, template
from advisor.text import format_day
from advisor.units import format_duration

__all__ = ["fact_order"]

_APART: Final = {1: 1.6, 2: 1.3, 3: 1.2}
"""By difficulty: neighbours differ at least by this factor, at the ends of their ranges that lie nearest."""
_TARGETS: Final = ("timeouts", "bodies", "alarms", "starts", "counts", "from_zero")


class _Thing(NamedTuple):
    """One thing of an order, with the span of its value under a profile."""

    text: str
    low: float
    high: float
    value: str
    reason: str
    facts: tuple[Fact, ...]


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Any]:
    return read_toml(data_folder() / "quiz" / "orders.toml")


def _size(fact: Fact, part: Any) -> float:
    """A fact as a plain number: microseconds, bytes, or a count."""
    for read in (fact.us, fact.bytes):
        try:
            return float(read(part))
        except FactError:
            continue
    return fact.number(part)


def _of_sum(text: str, terms: list[str], facts: Facts) -> _Thing:
    """Durations added up, each a fact or a number of periods."""
    low = high = 0.0
    used: list[Fact] = []
    said = []
    for term in terms:
        *counts, period = (facts.fact(name) for name in term.split("*"))
        times = 1.0
        for count in counts:
            times *= count.number()
        low, high = low + times * period.us("low"), high + times * period.us("high")
        used += [*counts, period]
        said.append(f"{times:g} × {period.text()}" if counts else period.text())
    total = format_duration(low) if low == high else f"{format_duration(low)} to {format_duration(high)}"
    plain = len(said) == 1 and "×" not in said[0]
    doubt = " Users report it; no page says so." if any(fact.confidence == "reported" for fact in used) else ""
    return _Thing(
        text,
        low,
        high,
        total,
        f"After {total}{f', as of {format_day(used[0].checked)}' if plain else f': {listed(said)}'}.{doubt}",
        tuple(used),
    )


def _of_fact(text: str, name: str, facts: Facts) -> _Thing:
    fact = facts.fact(name)
    taught = facts.under("study-card").fact(name)
    older = "" if taught.same_as(fact) else f" Older material teaches {taught.text()}."
    reason = f"{fact.text()}, as of {format_day(fact.checked)}.{older}"
    return _Thing(text, _size(fact, "low"), _size(fact, "high"), fact.text(), reason, (fact,))


def _things(target: str, facts: Facts) -> list[_Thing]:
    rows = _table()[target]["things"]
    return [
        _of_sum(row["text"], row["sum"], facts) if "sum" in row else _of_fact(row["text"], row["fact"], facts)
        for row in rows
    ]


def _apart(things: list[_Thing], factor: float) -> bool:
    return all(first.high * factor <= then.low for first, then in pairwise(things))


@template("fact-order", type="ordering", topic="limits", task="3.1", targets=_TARGETS, weight=4)
def fact_order(draw: Draw) -> Drawn | None:
    """Four things, or three to five, in the order of their values; the same under both profiles."""
    rng, table = draw.rng, _table()[draw.target]
    here, there = _things(draw.target, draw.facts), _things(draw.target, draw.facts.other)
    count = min(len(here), rng.choice({1: (3, 4), 2: (4,), 3: (4, 5)}[draw.difficulty]))
    picked = sorted(rng.sample(range(len(here)), count), key=lambda index: here[index].low)
    found = [here[index] for index in picked]
    factor = _APART[draw.difficulty]
    if not _apart(found, factor) or not _apart([there[index] for index in picked], factor):
        return None
    facts = [fact for thing in found for fact in thing.facts]
    told = scene(rng)
    dated = f"Take the values of {format_day(max(fact.checked for fact in facts))}." if draw.difficulty == 3 else ""
    stem = paragraphs(f"{told.opening} {rng.choice(table['intros'])}", asides(rng, draw.difficulty), dated)
    choices = tuple(
        Choice(thing.text, True, thing.reason, fact_source(thing.facts[-1].id, draw.facts)) for thing in found
    )
    sources = tuple(dict.fromkeys(choice.source for choice in choices))
    return Drawn(stem, table["question"], choices, f"In this order: {listed([thing.value for thing in found])}.", sources, topic=table["topic"], task=table["task"])  # fmt: skip
