"""What a template is, and how the folder is scanned for them.

A template is one function `(draw) -> Drawn | None` under the `template` decorator. It draws a workload for one of its
targets, has it judged, and gives what was drawn, or None where no sound item came of it: then it is asked again.
What it draws depends on `draw` alone: no clock, and no randomness but `draw.rng`.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

from advisor.facts import Facts
from advisor.quiz.item import TOPICS, TYPES, Choice, Prompt

__all__ = ["Draw", "Drawn", "Template", "all_templates", "template"]


@dataclass(frozen=True, slots=True)
class Draw:
    """What a template draws from."""

    rng: Random
    facts: Facts
    """Under the profile that the key is computed with."""
    target: str
    """What the item is to be about: one of the template's targets."""
    difficulty: int
    """1 to 3."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a template gives: an item without its name, its place in the exam and the places of its choices.

    `choices` stand with the right ones first (single, case, multiple), in their right order (ordering), or with the
    match of each prompt first, in the order of the prompts (matching); the caller shuffles them.
    """

    stem: str
    question: str
    choices: tuple[Choice, ...]
    explanation: str
    sources: tuple[str, ...]
    prompts: tuple[Prompt, ...] = ()
    answer: float | None = None
    tolerance: float = 0.0
    unit: str = ""
    brief: tuple[tuple[str, Any], ...] = ()
    topic: str = ""
    """Where it is another than the template's."""
    task: str = ""
    """Where it is another than the template's."""


Make = Callable[[Draw], Drawn | None]


@dataclass(frozen=True, slots=True)
class Template:
    """A registered template."""

    id: str
    type: str
    topic: str
    task: str
    targets: tuple[str, ...]
    """What its items can be about; each is a concept of its own."""
    weight: int
    """How many of its items are dealt in a round of all templates."""
    changed: bool
    """Its items are about limits that older material teaches differently, and say so."""
    draw: Make
    module: str


_TEMPLATES: dict[str, Template] = {}


def template(
    id: str,  # noqa: A002 - the field's word
    *,
    type: str,  # noqa: A002 - the field's word
    topic: str,
    task: str,
    targets: tuple[str, ...],
    weight: int = 1,
    changed: bool = False,
) -> Callable[[Make], Make]:
    """Register a template under an id; raises ValueError when the id is taken or a word is none of the known ones."""

    def register(function: Make) -> Make:
        known = _TEMPLATES.get(id)
        if known is not None and known.module != function.__module__:
            raise ValueError(f"template id {id} is taken by {known.module}")
        if type not in TYPES or topic not in TOPICS or not targets or len(set(targets)) < len(targets):
            raise ValueError(f"template {id}: {type!r}, {topic!r} or its targets are not allowed")
        _TEMPLATES[id] = Template(id, type, topic, task, targets, weight, changed, function, function.__module__)
        return function

    return register


@cache
def all_templates() -> dict[str, Template]:
    """Every template, by id."""
    import advisor.quiz.templates as folder  # noqa: PLC0415 - the folder imports this module

    for module in pkgutil.iter_modules(folder.__path__):
        if not module.name.startswith("_"):
            importlib.import_module(f"{folder.__name__}.{module.name}")
    return dict(sorted(_TEMPLATES.items()))
