"""Releases: ways of bringing a new version to the callers, and statements about them: `data/quiz/releases.toml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from advisor._facts_read import data_folder, read_toml
from advisor.facts import Facts

__all__ = ["Statement", "Way", "statements", "ways"]


@dataclass(frozen=True, slots=True)
class Way:
    """A way of releasing a version."""

    id: str
    name: str
    does: str
    """What it does, in one sentence."""
    asks: str
    """What is asked for where it is right, in one sentence."""
    tip: str
    fact: str
    """Id of the fact it rests on."""
    holds: Mapping[str, Any]
    """Values of facts without which it is not asked."""
    texts: tuple[str, ...]
    """Situations in which it is right."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that a fact makes true or false."""

    id: str
    subject: str
    text: str
    fact: str
    value: Any
    """The value with which it is true."""
    reason: str

    def holds(self, facts: Facts) -> bool:
        """Whether it is true by the facts."""
        return bool(facts.fact(self.fact).value == self.value)


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Any]:
    return read_toml(data_folder() / "quiz" / "releases.toml")


def ways(facts: Facts) -> dict[str, Way]:
    """The ways that the facts know, by id.

    >>> from advisor import load_facts
    >>> list(ways(load_facts()))
    ['split', 'shadow', 'canary', 'linear', 'at_once', 'rolling']
    """
    made = {}
    for name, row in _table()["ways"].items():
        way = Way(
            name, row["name"], row["does"], row["asks"], row["tip"], row["fact"], row["holds"], tuple(row["texts"])
        )
        if all(facts.fact(key).value == value for key, value in way.holds.items()):
            made[name] = way
    return made


@lru_cache(maxsize=1)
def statements() -> tuple[Statement, ...]:
    """Every statement, in the order of the file."""
    fields = ("id", "subject", "text", "fact", "value", "reason")
    return tuple(Statement(**{name: row[name] for name in fields}) for row in _table()["statement"])
