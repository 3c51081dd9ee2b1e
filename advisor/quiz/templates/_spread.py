"""Spread: which three wrong amounts stand beside a right one, so that its rank by size gives nothing away."""

from collections.abc import Sequence
from itertools import combinations, pairwise
from random import Random
from typing import Final

__all__ = ["APART_BY", "three_of"]

APART_BY: Final = 1.2
"""Amounts beside each other differ at least by this factor."""


def three_of(right: float, wrong: Sequence[float], rng: Random) -> tuple[int, ...] | None:
    """Indices of three wrong amounts, well apart from the right one and from each other; None where no three are.

    The rank of the right one is drawn among those that the wrong ones allow.

    >>> three_of(10, [20, 30, 11], Random(1)), three_of(10, [20, 40, 80], Random(1))
    (None, (0, 1, 2))
    """
    sets: dict[int, list[tuple[int, ...]]] = {}
    for three in combinations(range(len(wrong)), 3):
        ordered = sorted([right, *(wrong[index] for index in three)])
        if all(low * APART_BY <= high and high > 0 for low, high in pairwise(ordered)):
            sets.setdefault(ordered.index(right), []).append(three)
    return rng.choice(sets[rng.choice(sorted(sets))]) if sets else None
