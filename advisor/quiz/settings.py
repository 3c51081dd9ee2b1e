"""Settings: a sentence on who does what, for questions that are not about a workload."""

from random import Random

from advisor.quiz.phrases import phrases
from advisor.quiz.scenes import pick_scene

__all__ = ["setting"]


def setting(rng: Random, difficulty: int) -> str:
    """Who has something predicted; from difficulty 2 on with a fact that decides nothing.

    >>> setting(Random(1), 1).endswith(".")
    True
    """
    scene = pick_scene(rng, {})
    parts = [rng.choice(scene.opens)]
    if difficulty > 1:
        parts.append(rng.choice([text for text, unless in phrases().asides if "release_need" not in unless]))
    return " ".join(part.format_map(scene.words) for part in parts)
