"""The smallest change that unblocks an option, found by search over one attribute at a time."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from advisor.attributes import COUNTS, UNKNOWN, Range, high
from advisor.panel import Board
from advisor.questions import questions

__all__ = ["Change", "smallest_changes"]

_STEPS: Final = 40
_SMALLEST: Final = 1e-6
_LARGEST: Final = 1e6
_DIGITS: Final = 3
_WORDS: Final[dict[str, tuple[Any, ...]]] = {"release_need": (UNKNOWN,), "front": ("none",)}
"""Words without a question of their own, and what to try instead: nothing of the kind."""
_WORD_EFFORT: Final = 1.0
"""A changed word or flag counts like a number that was halved to nothing."""


@dataclass(frozen=True, slots=True)
class Change:
    """One attribute that, changed, unblocks one option."""

    option: str
    attribute: str
    before: Any
    after: Any
    effort: float
    """How far a number moves, as a share of itself; 1 for a word or a flag."""


def _bisect(fits: Callable[[float], bool], bad: float, good: float) -> float:
    """The value nearest to `bad` that still fits, between the two, rounded to few digits on the good side."""
    for _ in range(_STEPS):
        middle = math.sqrt(bad * good) if bad > 0 and good > 0 else (bad + good) / 2
        if fits(middle):
            good = middle
        else:
            bad = middle
        if abs(good - bad) <= 1e-9 * abs(bad):
            break
    step = 10.0 ** (math.floor(math.log10(abs(good))) - _DIGITS + 1) if good else 1.0
    rounded = (math.floor(good / step + 1e-6) if good < bad else math.ceil(good / step - 1e-6)) * step
    rounded = float(f"{rounded:.12g}")
    return rounded if fits(rounded) else good


def _numbers(value: float, fits: Callable[[float], bool], *, whole: bool) -> Iterator[tuple[float, float]]:
    """The nearest fitting number below and above, each with its effort."""
    ends = (1.0, value * _LARGEST) if whole else (value * _SMALLEST, value * _LARGEST)
    for end in ends:
        if end == value or not fits(end):
            continue
        found = _bisect(fits, value, end)
        if whole:
            found = float(math.floor(found) if found < value else math.ceil(found))
            if not fits(found):
                continue
        yield found, abs(found - value) / max(found, value)


def _changes(board: Board, bit: int) -> Iterator[Change]:
    """Every single change that unblocks one option."""
    known = questions(board.panel.facts)
    name = board.panel.names[bit]
    for attribute in sorted(board.reads(bit)):
        given = board.values[attribute]
        if given is UNKNOWN or given is None:
            continue

        def fits(value: Any, attribute: str = attribute) -> bool:
            return not board.after(attribute, (value,))[0][0] >> bit & 1

        if isinstance(given, int | float | Range) and not isinstance(given, bool):
            seen = high(given)
            if isinstance(seen, int | float) and seen > 0:
                for value, effort in _numbers(float(seen), fits, whole=attribute in COUNTS):
                    yield Change(name, attribute, seen, value, effort)
            continue
        others = known[attribute].values if attribute in known else _WORDS.get(attribute, ())
        if isinstance(given, bool) and attribute not in known:
            others = (not given,)
        for value in others:
            if value != given and fits(value):
                yield Change(name, attribute, given, value, _WORD_EFFORT)
                break


def smallest_changes(board: Board) -> tuple[Change, ...]:
    """For each blocked option, in the order of the names, the smallest change of one attribute that unblocks it.

    An option that no single change unblocks is left out: it breaks more than one limit.
    """
    found = []
    for bit in range(len(board.panel.names)):
        if board.blocked >> bit & 1:
            changes = sorted(_changes(board, bit), key=lambda c: (c.effort, c.attribute))
            found += changes[:1]
    return tuple(found)
