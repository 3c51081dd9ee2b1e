"""Marking: whether an answer is right, and what somebody believes who gave a wrong one."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from advisor.quiz.item import Item

__all__ = ["Mark", "mark"]


@dataclass(frozen=True, slots=True)
class Mark:
    """What an answer is worth: right or not, no part of it."""

    right: bool
    misconceptions: tuple[str, ...] = ()
    """Of the wrong choices that were taken."""


def mark(item: Item, answer: Sequence[int] | float | None) -> Mark:
    """Whether an answer is right.

    Arguments: `answer` has the form of `Item.key` (the order of the choices taken counts for matching and ordering
    only), or is a number for a numeric item; None is no answer, which is wrong.
    Raises ValueError where it has not the form the item asks for, or an index that is none of a choice.

    >>> from advisor import load_facts
    >>> from advisor.quiz.generate import make
    >>> item = make("which-option", 1, load_facts())
    >>> wrong = next(index for index, choice in enumerate(item.choices) if not choice.correct)
    >>> mark(item, (wrong,)).right, len(mark(item, (wrong,)).misconceptions), mark(item, None).right
    (False, 1, False)
    """
    if answer is None:
        return Mark(right=False)
    if item.answer is not None:
        if not isinstance(answer, int | float) or not math.isfinite(answer):
            raise ValueError(f"{item.id}: a number is asked for, not {answer!r}")
        return Mark(abs(answer - item.answer) <= item.tolerance * abs(item.answer) + 1e-9)
    if isinstance(answer, int | float) or not all(0 <= index < len(item.choices) for index in answer):
        raise ValueError(f"{item.id}: {answer!r} is none of its {len(item.choices)} choices")
    if item.type in {"matching", "ordering"}:
        return Mark(tuple(answer) == item.key)
    taken = tuple(sorted(set(answer)))
    believed = (item.choices[index].misconception for index in taken if not item.choices[index].correct)
    return Mark(taken == item.key, tuple(dict.fromkeys(one for one in believed if one)))
