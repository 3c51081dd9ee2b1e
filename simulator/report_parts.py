"""What a report is made of, before it is HTML or Markdown: parts with a heading, each a list of paragraphs, tables, charts, texts.

Everything in them is plain text as people may have typed it; a renderer escapes it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from simulator.answer_words import Figure

__all__ = [
    "Block",
    "Cell",
    "Chart",
    "Code",
    "Link",
    "Name",
    "Paragraph",
    "Part",
    "Piece",
    "Report",
    "State",
    "Table",
    "cell",
    "one_line",
]

_SPACE: Final = re.compile(r"[ \t\r\n\f\v\x1c-\x1f\x85\u2028\u2029]+")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def one_line(text: object) -> str:
    """A text on one line: white space joined (a no-break space stays one), what cannot be printed made visible.

    >>> one_line("a\\n| b\\x07")
    'a | b\\ufffd'
    """
    return _CONTROL.sub("\ufffd", _SPACE.sub(" ", str(text))).strip()


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads to an address on the web, or to a numbered source of the report."""

    words: str
    url: str = ""
    source: int = 0
    """Number of the source; 0 where it is none."""


@dataclass(frozen=True, slots=True)
class Name:
    """The name of an option, with the mark of its family where there is colour."""

    option: str


@dataclass(frozen=True, slots=True)
class State:
    """What an outcome is called, with its sign. Arguments: `outcome` is notes, conditions, unknown or blocks."""

    outcome: str
    words: str


Piece = str | Link | Name | State
Cell = tuple[Piece, ...]
"""What stands in a cell, a line each."""


def cell(*pieces: Piece) -> Cell:
    """A cell of these lines, empty ones left out.

    >>> cell("$26", "")
    ('$26',)
    """
    return tuple(piece for piece in pieces if piece)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A sentence or several, with the link that they end in where they do."""

    words: str
    muted: bool = False
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a heading of its own where it is one of several in its part."""

    caption: str
    """What it is a table of, for those who do not see it."""
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[int, ...]
    """Of the columns, where there are pixels: shares of a hundred."""
    numbers: tuple[int, ...] = ()
    """Columns of numbers, counted from 0: set to the right."""
    heading: str = ""
    total: bool = False
    """Whether the last row is a sum."""
    sources: bool = False
    """Whether it lists the sources: their numbers lead to its rows."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A figure with its finding, how to read it, and the same in words."""

    name: str
    """One word, for the address of its place in the page."""
    title: str
    note: str
    alt: str
    draw: Callable[[], Any]
    """Makes the figure of plotly, in light colours."""


@dataclass(frozen=True, slots=True)
class Code:
    """A text that is kept letter by letter."""

    text: str
    language: str
    label: str


Block = Paragraph | Table | Chart | Code


@dataclass(frozen=True, slots=True)
class Part:
    """A part with its heading."""

    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report: title and main numbers first, then the parts in order."""

    over: str
    """What it is the answer to, above the title."""
    title: str
    closest: str
    """Whose numbers they are where nothing is recommended."""
    figures: tuple[Figure, ...]
    lead: tuple[Paragraph, ...]
    parts: tuple[Part, ...]
