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
