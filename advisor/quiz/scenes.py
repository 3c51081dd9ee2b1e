"""Scenes: who has something predicted, and how large and slow such things plausibly are (`data/quiz/scenes.toml`)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Any, Final

from advisor._facts_read import data_folder, read_toml
from advisor.quiz.judged import UNSAID

__all__ = ["Scene", "all_scenes", "pick_scene"]

_RANGES: Final = ("payload_mb", "response_mb", "processing_s")
_SMALL: Final = 2.0
"""What is not mentioned is taken as `UNSAID`: a scene where that is plausible has its small end within this factor of it."""
_LARGE_GB: Final = 3.0
"""From here a model or an image counts as large."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One scene in words; nouns without their article unless it says so."""

    id: str
    words: Mapping[str, str]
    """What the braces of a sentence stand for."""
    opens: tuple[str, ...]
    """First sentences of its own."""
    ranges: Mapping[str, tuple[float, float]]
    """Plausible values of sizes (MB), times (s) and rates (per second)."""
    traits: frozenset[str]

    def suits(self, said: Mapping[str, Any], *, strict: bool = True) -> bool:
        """Whether what was said is plausible here. Arguments: `strict`: what was not said is plausibly small, too."""
        for name in _RANGES:
            low, high = self.ranges[name]
            value = said.get(name)
            if value is None:
                if strict and low > UNSAID[name] * _SMALL:
                    return False
            elif not low <= value <= high:
                return False
        return self._needed(said) <= self.traits

    @staticmethod
    def _needed(said: Mapping[str, Any]) -> set[str]:
        needed = {"gpu"} if said.get("needs_gpu") else set()
        if said.get("streaming"):
            needed.add("text")
        if any(float(said.get(name) or 0) > _LARGE_GB for name in ("memory_gb", "model_size_gb", "image_gb")):
            needed.add("large")
        return needed


def _bare(noun: str) -> str:
    return noun.partition(" ")[2]


def _scene(row: Mapping[str, Any]) -> Scene:
    words = {name: str(row[name]) for name in ("who", "task", "requests", "answers", "callers", "each")}
    for name in ("request", "answer"):
        words[f"a_{name}"], words[name] = str(row[name]), _bare(str(row[name]))
    words["the_team"] = f"the {_bare(words['who'])}"
    ranges = {name: (float(row[name][0]), float(row[name][1])) for name in (*_RANGES, "rps_peak")}
    return Scene(str(row["id"]), words, tuple(row["opens"]), ranges, frozenset(row["traits"]))


@lru_cache(maxsize=1)
def all_scenes() -> tuple[Scene, ...]:
    """Every scene, in the order of the file."""
    return tuple(_scene(row) for row in read_toml(data_folder() / "quiz" / "scenes.toml")["scene"])


def pick_scene(rng: Random, said: Mapping[str, Any], avoid: Collection[str] = ()) -> Scene:
    """A scene in which what was said is plausible.

    Arguments: `avoid` are ids of scenes that were used already, taken again only where no other one is left.
    Raises ValueError where no scene is that large or slow.

    >>> pick_scene(Random(1), {"payload_mb": 0.001, "response_mb": 0.001, "processing_s": 0.02}).traits & {"text"}
    frozenset()
    """
    for strict in (True, False):
        found = [scene for scene in all_scenes() if scene.suits(said, strict=strict)]
        fresh = [scene for scene in found if scene.id not in avoid]
        if fresh:
            return rng.choice(fresh)
    if not found:
        raise ValueError(f"no scene suits {dict(said)}")
    return rng.choice(found)
