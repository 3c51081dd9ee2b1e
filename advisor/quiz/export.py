"""Decks of items as files: JSON, a package for Anki, GIFT for Moodle, and Markdown.

Equal items, seed and day give equal bytes. The day of a deck is that of the newest fact, so that a deck made again from
the same facts is the same file, and one made from newer facts replaces the older in Anki.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Final

from advisor.errors import InputError, Problem
from advisor.facts import Facts
from advisor.quiz.export_anki import anki_package
from advisor.quiz.export_gift import gift_text
from advisor.quiz.export_json import json_text
from advisor.quiz.export_markdown import markdown_text
from advisor.quiz.generate import deck
from advisor.quiz.item import Item

__all__ = ["FORMATS", "MOST_ITEMS", "Format", "day_of", "export", "export_deck", "file_name"]


@dataclass(frozen=True, slots=True)
class Format:
    """One format that items can be exported in."""

    title: str
    """What it is called on a page."""
    suffix: str
    """How its files end."""
    mime: str
    """Its media type, for a download."""


FORMATS: Final = {
    "anki": Format("Anki", ".apkg", "application/octet-stream"),
    "gift": Format("Moodle GIFT", ".gift.txt", "text/plain"),
    "markdown": Format("Markdown", ".md", "text/markdown"),
    "json": Format("JSON", ".json", "application/json"),
}
"""Every format, by the name it is asked for by."""
MOST_ITEMS: Final = 5000
"""Items of one export."""


def _known(format: str) -> Format:  # noqa: A002 - the word that people use for it
    if format not in FORMATS:
        raise InputError([Problem("format", repr(format), f"one of {', '.join(FORMATS)}")])
    return FORMATS[format]


def export(items: Sequence[Item], format: str, *, seed: int, on: date) -> bytes:  # noqa: A002 - the word of the command line
    """Items as a file of a format.

    Arguments: `seed` is that of the deck and `on` its day. Raises InputError for a format that there is not.

    >>> export([], "json", seed=7, on=date(2026, 11, 22)).decode().split()
    ['{', '"schema":', '1,', '"items":', '[]', '}']
    """
    _known(format)
    match format:
        case "anki":
            return anki_package(items, on=on)
        case "gift":
            return gift_text(items).encode()
        case "markdown":
            return markdown_text(items, seed=seed, on=on).encode()
        case _:
            return json_text(items).encode()


def file_name(format: str, *, seed: int, count: int, view: str = "all", topic: str = "", profile: str = "aws") -> str:  # noqa: A002 - the word of the command line
    """A name for the file of a deck. Raises InputError for a format that there is not.

    >>> file_name("anki", seed=7, count=200, view="mla-c02", topic="scaling")
    'endpoint-quiz-mla-c02-scaling-seed-7-200.apkg'
    """
    told = ("" if view == "all" else view, topic, "" if profile == "aws" else profile)
    words = ("endpoint-quiz", *filter(None, told), f"seed-{seed}", str(count))
    return "-".join(words) + _known(format).suffix


def day_of(facts: Facts) -> date:
    """The day of the newest fact or price that items are made from.

    >>> from advisor import load_facts
    >>> facts = load_facts()
    >>> day_of(facts) >= facts.oldest().checked
    True
    """
    return max([thing.checked for thing in facts.all()] + [thing.checked for thing in facts.prices()])


def export_deck(
    seed: int, count: int, view: str, topic: str, facts: Facts, format: str, on: date | None = None,  # noqa: A002 - the word of the command line
) -> bytes:  # fmt: skip
    """The first items of a deck as a file of a format; equal arguments, equal bytes.

    Arguments: `seed`, `view` and `topic` as of `advisor.quiz.deck`; `count` from 1 to `MOST_ITEMS`; `on` is the day of
    the deck, by default that of the newest fact. Raises InputError for any of them that is not allowed.

    >>> from advisor import load_facts
    >>> facts = load_facts()
    >>> export_deck(7, 3, "all", "", facts, "gift") == export_deck(7, 3, "all", "", facts, "gift")
    True
    """
    _known(format)
    if not 1 <= count <= MOST_ITEMS:
        raise InputError([Problem("items", str(count), f"a whole number from 1 to {MOST_ITEMS:,}")])
    items = tuple(islice(deck(seed, facts, view, topic), count))
    return export(items, format, seed=seed, on=on or day_of(facts))
