"""The page of rules: what each checks and why, where it changes its mind, and the sources it rests on."""

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from advisor._facts_read import data_folder, read_toml
from advisor.boundaries import Boundary, boundaries
from advisor.facts import Fact, Facts
from advisor.options import NAMES
from advisor.rules._rule import Rule, all_rules
from advisor.text import fill, format_day, state_word
from advisor.words import value_words

__all__ = ["rule_facts", "rules_page"]

_HEAD: Final = """# Rules

Printed by `endpoint-advisor rules --markdown`; a test keeps this page and the rules the same. A rule looks at what is
known of a workload, at one option, and at the facts. Its worst outcome decides: *fits*, *fits with conditions*,
*depends on an answer*, *does not fit*.

The tables are not written by hand: each rule was tried on every option, with one attribute moved, and the places where
its outcome changes were found by search. "to" names the largest value of a step. A limit whose only page is old, or
that nobody documents, asks for a check instead of ruling an option out.

`NONE001` is no rule of its own: `none` fits only when every option is ruled out.
"""


def rule_facts(entry: Rule, facts: Facts) -> tuple[Fact, ...]:
    """The facts that a rule may rest on, each once: its own ids, and what every option answers for its attributes."""
    found: dict[str, Fact] = {}
    for name in entry.needs:
        ids = [name] if "." in name else [f"{option}.{name}" for option in NAMES[:-1]]
        for key in ids:
            if facts.has(key):
                fact = facts.fact(key)
                found[fact.id] = fact
    return tuple(found.values())


def _value(attribute: str, value: Any) -> str:
    return value_words(attribute, value).replace("\u00a0", " ")


def _step(row: Boundary) -> str:
    parts = []
    numbers = not any(isinstance(value, bool | str) for value, _ in row.steps)
    for value, outcome in row.steps:
        said = "nothing to say" if outcome is None else state_word(outcome.name)
        if not numbers:
            parts.append(f"{_value(row.attribute, value)}: {said}")
        elif value == math.inf:
            parts.append(f"above: {said}")
        else:
            parts.append(f"to {_value(row.attribute, value)}: {said}")
    return "; ".join(parts)


def _link(source: str) -> str:
    """A source as Markdown: its address as a link, whatever follows it as text."""
    address, _, rest = source.partition(" ")
    return f"<{address}> {rest}".strip() if address.startswith("http") else source


def _sources(entry: Rule, facts: Facts) -> Iterator[str]:
    study = facts.under("study-card")
    for fact in rule_facts(entry, facts):
        said = fact.text().replace("|", "\\|")
        taught = study.fact(fact.id)
        also = f" (study card: {taught.text()})" if not taught.same_as(fact) else ""
        links = ", ".join(_link(part.strip()) for part in fact.source.split(";"))
        dated = f"published {format_day(fact.published)}, " if fact.published else ""
        yield f"| `{fact.id}` | {said}{also} | {fact.confidence}, {dated}read {format_day(fact.checked)} | {links} |"


def _rule(entry: Rule, facts: Facts) -> Iterator[str]:
    first, *rest = [line.strip() for line in fill(entry.doc, facts).strip().splitlines() if line.strip()]
    yield f"## {entry.id} {entry.title}"
    yield ""
    yield first
    yield ""
    yield from (f"- **{line.partition(': ')[0]}:** {line.partition(': ')[2]}" for line in rest)
    found = boundaries(entry, facts)
    if found:
        yield ""
        yield "| attribute | outcome | with | options |"
        yield "|---|---|---|---|"
        for row in found:
            given = ", ".join(f"{name} {_value(name, value)}" for name, value in row.given)
            yield f"| `{row.attribute}` | {_step(row)} | {given} | {', '.join(row.options)} |"
    lines = list(_sources(entry, facts))
    if lines:
        yield ""
        yield "| fact | value | confidence | source |"
        yield "|---|---|---|---|"
        yield from lines
    yield ""


@lru_cache(maxsize=4)
def rules_page(facts: Facts) -> str:
    """All rules as Markdown; numbers are those in force when it was printed."""
    lines = [*_HEAD.splitlines(), ""]
    for entry in all_rules():
        lines += _rule(entry, facts)
    lines += ["## Preferences", "", *_preferences()]
    return "\n".join(lines).replace("\u00a0", " ") + "\n"


def _preferences() -> Iterator[str]:
    yield "Among options that fit, points order them; these are judgements of ours, each stated once in `data/fit.toml`."
    yield ""
    yield "| preference | points | when | unless | for | why |"
    yield "|---|---|---|---|---|---|"
    for row in read_toml(data_folder() / "fit.toml")["preference"]:
        has = [*row.get("for", ()), *(f"not {trait}" for trait in row.get("not_for", ()))]
        words = (", ".join(row.get("when", ())), ", ".join(row.get("unless", ())), ", ".join(has))
        yield f"| `{row['id']}` | {row['points']:+d} | {' | '.join(words)} | {row['why']} |"
