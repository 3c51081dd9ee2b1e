"""The quality gate of the quizzes on a long deck: are the keys right, can they be guessed, and is it quick enough."""

import math
import time
from collections.abc import Iterator
from itertools import islice
from typing import Final

from advisor.facts import load_facts
from advisor.quiz.gate import gate
from advisor.quiz.generate import deck
from simulator._validation_check import Check, is_true

__all__ = ["ITEMS", "quiz_rows"]

ITEMS: Final = 1_000
QUICK_ITEMS: Final = 200
_SEED: Final = 7
_LIMIT_S: Final = 30
_STEP_S: Final = 5
"""Seconds are rounded up to a multiple of this, so that the page does not change with the machine's mood."""


def quiz_rows(*, quick: bool) -> Iterator[Check]:
    """Every check of the gate as a row, and the time that making the items takes."""
    count = QUICK_ITEMS if quick else ITEMS
    facts = load_facts()
    begun = time.process_time()
    items = tuple(islice(deck(_SEED, facts), count))
    took = time.process_time() - begun
    rounded = _STEP_S * math.ceil(took * ITEMS / count / _STEP_S)
    what = f"{ITEMS:,} items made, in steps of {_STEP_S}"
    yield is_true(what, "seconds of one core", _LIMIT_S, rounded, "≤")
    for check in gate(items, facts):
        note = f"on {check.items:,}" if check.passes else "; ".join(check.violations[:3])
        row = (check.name, check.quantity, check.bound, check.figure, 0, check.passes, check.relation)
        yield Check(*row, note=note)
