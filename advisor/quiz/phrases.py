"""Phrases: how stated attributes are said (`data/quiz/phrases.toml`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from advisor._facts_read import data_folder, read_toml

__all__ = ["Phrases", "Say", "phrases", "spoken"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """The ways to say one attribute, or several at once."""

    of: tuple[str, ...]
    """Attributes that must all have been stated."""
    also: tuple[str, ...]
    """Attributes that are said along with them where they were stated."""
    when: Mapping[str, Any]
    """Values that they must have; `same` names attributes that must be equal."""
    texts: tuple[str, ...]
    """Sentences."""
    short: tuple[str, ...]
    """Noun phrases."""
    change: tuple[str, ...]
    """Sentences where the value was another one before."""
    above_one: tuple[str, ...]
    """Numbers that must be above 1."""
    need: bool
    """It is a requirement rather than a fact."""

    def fits(self, said: Mapping[str, Any]) -> bool:
        """Whether it can say these attributes."""
        if any(said.get(name) is None for name in self.of):
            return False
        if any(said[name] <= 1 for name in self.above_one):
            return False
        same = self.when.get("same", ())
        if len({said[name] for name in same}) > 1:
            return False
        return all(said.get(name) == value for name, value in self.when.items() if name != "same")


@dataclass(frozen=True, slots=True)
class Phrases:
    """Everything of the file."""

    lists: Mapping[str, tuple[str, ...]]
    """openers, seconds, labels, speakers, changes."""
    asides: tuple[tuple[str, frozenset[str]], ...]
    """Sentences of no weight, each with the attributes beside which it would confuse."""
    says: tuple[Say, ...]


def _say(row: Mapping[str, Any]) -> Say:
    parts = {name: tuple(row.get(name, ())) for name in ("of", "also", "texts", "short", "change", "above_one")}
    return Say(**parts, when=row.get("when", {}), need=bool(row.get("need")))


@lru_cache(maxsize=1)
def phrases() -> Phrases:
    """The file, read once."""
    table = read_toml(data_folder() / "quiz" / "phrases.toml")
    lists = {name: tuple(value) for name, value in table.items() if name not in {"aside", "say"}}
    asides = tuple((str(row["text"]), frozenset(row.get("unless", ()))) for row in table["aside"])
    return Phrases(lists, asides, tuple(_say(row) for row in table["say"]))


def spoken(said: Mapping[str, Any]) -> list[Say]:
    """What says these attributes, each once.

    Raises ValueError for an attribute, or a value of one, that the file has no words for.

    >>> [say.of for say in spoken({"needs_gpu": True, "payload_mb": 3.0})]
    [('payload_mb',), ('needs_gpu',)]
    """
    left = {name: value for name, value in said.items() if value is not None}
    found = []
    for say in phrases().says:
        if left.keys() >= set(say.of) and say.fits(said):
            found.append(say)
            left = {name: value for name, value in left.items() if name not in (*say.of, *say.also)}
    if left:
        raise ValueError(f"no words for {left}")
    return found
