<<<<<<< HEAD
"""Numbers that a situation may name without deciding anything, and the fact of no weight beside it."""

from advisor.quiz.templates._template import Draw
from advisor.quiz.told import Teller

__all__ = ["drawn_values", "with_aside"]


def drawn_values(draw: Draw) -> dict[str, object]:
    """Numbers that a situation may name: none of them decides the item."""
    rng = draw.rng
    return {
        "typical": rng.randint(2, 24), "needs": rng.randint(2, 5), "large": rng.randrange(12, 90), "rate": rng.randrange(20, 90, 5), "size": rng.randrange(40, 160, 5),
        "rows": rng.randint(2, 60), "epochs": rng.randint(4, 40), "people": rng.randint(6, 14), "tables": rng.randint(3, 30),
        "calls": f"{rng.randrange(120, 1800, 60):,}", "percent": rng.randrange(30, 90, 5),
        "months": rng.randint(2, 18), "days": rng.randrange(30, 200, 10),
    }  # fmt: skip


def with_aside(stem: str, teller: Teller, difficulty: int, concept: str) -> str:
    """The situation with a true fact of no weight, from difficulty 2 on. Arguments: `concept` is a target's topic."""
    if difficulty == 1:
        return stem
    return f"{stem} {teller.told('{aside_large}' if concept == 'foundation' else '{aside}')}"
=======
"""Numbers: what a question asks for whose answer is a number, and how it becomes an item."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from advisor.quiz.money_words import asides, paragraphs
from advisor.quiz.templates._template import Draw, Drawn

__all__ = ["Asked", "Number", "drawn"]


@dataclass(frozen=True, slots=True)
class Number:
    """A scenario, what is asked, and the answer with its way."""

    told: str
    question: str
    """With the unit and how to round."""
    answer: float
    working: str
    """The sum, step by step."""
    unit: str
    sources: tuple[str, ...]
    tolerance: float = 0.0
    closing: str = ""
    """A last paragraph, like the prices."""
    brief: tuple[tuple[str, Any], ...] = ()


Asked = Callable[[Draw], Number | None]


def drawn(draw: Draw, asked: Mapping[str, Asked]) -> Drawn | None:
    """The item of the target; None where the draw gave no number."""
    found = asked[draw.target](draw)
    if found is None:
        return None
    stem = paragraphs(found.told, asides(draw.rng, draw.difficulty), found.closing)
    return Drawn(
        stem, found.question, (), found.working, tuple(dict.fromkeys(found.sources)), answer=found.answer, tolerance=found.tolerance,
        unit=found.unit, brief=found.brief,
    )  # fmt: skip
>>>>>>> main
