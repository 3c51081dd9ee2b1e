"""Marked texts as lines of a given width: `**` around what is strong, no-break spaces kept together."""

import re
from typing import Final

__all__ = ["lines_of", "plain"]

_SPACES: Final = re.compile(r"[ \t\r]+")


def plain(text: str) -> str:
    """A text without its marks.

    >>> plain("up to **4 MB**")
    'up to 4 MB'
    """
    return text.replace("**", "")


def lines_of(text: str, width: int, *, first: str = "", then: str | None = None) -> list[str]:
    """A text folded to a width; in each line the marks are closed, so that it can be shown by itself.

    Arguments: `width` in characters, the indent included; a longer word stands on a line of its own; `first` begins
    the first line, `then` every other one (by default as many spaces). Lines and empty lines of the text stay.

    >>> lines_of("takes **40 ms** here", 10, first="- ")
    ['- takes **40**', '  **ms** here']
    """
    rest = " " * len(first) if then is None else then
    found: list[str] = []
    strong = False
    for line in text.strip().split("\n"):
        words: list[str] = []
        taken = 0
        for word in _SPACES.split(line.strip(" \t\r")):
            indent = rest if found else first
            if words and len(indent) + taken + 1 + len(plain(word)) > width:
                strong = _end(found, indent, words, strong=strong)
                words, taken = [], 0
            taken += len(plain(word)) + bool(words)
            words.append(word)
        strong = _end(found, rest if found else first, words, strong=strong)
    return found


def _end(found: list[str], indent: str, words: list[str], *, strong: bool) -> bool:
    """A line is full: its marks are closed; whether a strong part goes on."""
    line = " ".join(words)
    goes_on = strong ^ (line.count("**") % 2 == 1)
    found.append(f"{indent}{'**' if strong else ''}{line}{'**' if goes_on else ''}".rstrip())
    return goes_on
