"""Numbers that a situation may name without deciding anything, and the fact of no weight beside it."""

from collections.abc import Sequence
from random import Random

from advisor.quiz.item import Choice
from advisor.quiz.templates._template import Draw
from advisor.quiz.told import Teller

__all__ = ["drawn_values", "evenly_ranked", "with_aside"]


def drawn_values(draw: Draw) -> dict[str, object]:
    """Numbers that a situation may name: none of them decides the item."""
    rng = draw.rng
    return {
        "typical": rng.randint(2, 24), "needs": rng.randint(2, 5), "large": rng.randrange(12, 90), "rate": rng.randrange(20, 90, 5), "size": rng.randrange(40, 160, 5),
        "rows": rng.randint(2, 60), "epochs": rng.randint(4, 40), "people": rng.randint(6, 14), "tables": rng.randint(6, 30),
        "calls": f"{rng.randrange(120, 1800, 60):,}", "percent": rng.randrange(30, 90, 5),
        "months": rng.randint(2, 18), "days": rng.randrange(30, 200, 10),
    }  # fmt: skip


def with_aside(stem: str, teller: Teller, difficulty: int, concept: str) -> str:
    """The situation with a true fact of no weight, from difficulty 2 on. Arguments: `concept` is a target's topic."""
    if difficulty == 1:
        return stem
    return f"{stem} {teller.told('{aside_large}' if concept == 'foundation' else '{aside}')}"


def evenly_ranked(rng: Random, key: float, wrong: Sequence[tuple[float, Choice]], count: int) -> list[Choice]:
    """So many of the wrong choices that the key is as often the least, the largest or one between.

    Arguments: `key` and the first of each pair are amounts in one unit.

    >>> from random import Random
    >>> choices = [(float(n), Choice(str(n), False, "", "")) for n in (1, 2, 3, 7, 8, 9)]
    >>> below = [sum(float(c.text) < 5 for c in evenly_ranked(Random(seed), 5.0, choices, 3)) for seed in range(400)]
    >>> all(60 < below.count(number) < 140 for number in range(4))
    True
    """
    smaller = [choice for amount, choice in wrong if amount < key]
    larger = [choice for amount, choice in wrong if amount >= key]
    count = min(count, len(wrong))
    below = rng.randint(max(0, count - len(larger)), min(count, len(smaller)))
    return [*rng.sample(smaller, below), *rng.sample(larger, count - below)]
