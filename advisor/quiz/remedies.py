"""Remedies: changes that take a need away or make it smaller: `data/quiz/remedies.toml`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Any, Final

from advisor._facts_read import data_folder, read_toml
from advisor.quiz.needs import Asked, rounded, written

__all__ = ["Remedy", "forbidden", "remedies", "wish"]

_LITTLE: Final = (0.02, 0.05, 0.08, 0.1, 0.15, 0.2, 0.25, 0.3)
_MUCH: Final = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
"""What a number may be brought down to, as a share of what it was; the first two times to one of the little ones."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """A change, and the attributes that hold with it."""

    need: str
    text: str
    said: Mapping[str, Any]


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Any]:
    return read_toml(data_folder() / "quiz" / "remedies.toml")


def wish(rng: Random, called: str) -> str:
    """A sentence that says which option would be liked, and that the workload does not fit it."""
    return str(rng.choice(_table()["leads"])).format(called=called)


def forbidden(story: str) -> bool:
    """Whether a story itself forbids one of the changes.

    >>> forbidden("The image cannot be made smaller.")
    True
    """
    return any(word in story for word in _table()["forbids"])


def remedies(wanted: Asked, rng: Random) -> Iterator[Remedy]:
    """Changes to one need, each with a text of its own: without it, or with smaller numbers.

    >>> from advisor import load_facts
    >>> from advisor.quiz.needs import asked, needs
    >>> found = remedies(asked(needs()["vpc"], Random(1), load_facts(), 1), Random(1))
    >>> {change.said["vpc_required"] for change in found}
    {False}
    """
    row = _table().get(wanted.need.id)
    if row is None:
        return
    texts = rng.sample(row["texts"], len(row["texts"]))
    if "said" in row:
        for text in texts:
            yield Remedy(wanted.need.id, text, row["said"])
        return
    name = wanted.need.number
    shares = [*rng.sample(_LITTLE, 2), *rng.sample(_MUCH, len(texts) - 2)]
    for text, share in zip(texts, shares, strict=True):
        value = rounded(wanted.said[name] * share, wanted.need.kind)
        each_s = wanted.said.get("processing_s", 0.0)
        told = written(value, wanted.need.kind, each_s).partition(" of ")[0]
        yield Remedy(wanted.need.id, text.replace("{v}", told), {name: value})
