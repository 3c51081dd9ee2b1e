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
