"""A `Recipe`: what another process needs to make a study again, as bytes.

Drawn demands, locks and the cancel flag stay where they are; everything else of the study travels, so that a field added
to it travels too. The demand is drawn anew from the seed, to the same bits, or the recipe is refused.
"""

import hashlib
import pickle
from dataclasses import dataclass, fields
from threading import Event
from typing import Any

from advisor.errors import AdvisorError, InputError, Problem
from simulator.stamp import Stamp, differences, stamp
from simulator.study import STAYS, Study

__all__ = ["Recipe", "recipe_of", "study_of_recipe"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """A study as it travels."""

    digest: str
    """SHA-256 of the body: the name of the study in the memory of a worker."""
    stamp: Stamp
    """Of the process that wrote it."""
    body: bytes


def recipe_of(study: Study) -> Recipe:
    """The recipe of a study.

    >>> from simulator.study import prepare
    >>> recipe = recipe_of(prepare("receipt-classifier"))
    >>> study_of_recipe(recipe).load.requests == prepare("receipt-classifier").load.requests
    True
    """
    travels = {field.name: getattr(study, field.name) for field in fields(study) if not field.metadata.get(STAYS)}
    body = pickle.dumps(travels, protocol=pickle.HIGHEST_PROTOCOL)
    return Recipe(hashlib.sha256(body).hexdigest(), stamp(study.facts), body)


def _refused(found: tuple[str, ...]) -> InputError:
    allowed = "a worker has to give the same numbers to the last bit, and this one would not: "
    return InputError([Problem("worker", "", allowed + "; ".join(found))])


def study_of_recipe(recipe: Recipe, cancel: Event | None = None) -> Study:
    """The study of a recipe. Raises InputError where this process would not give the same numbers, with the difference.

    Arguments: `cancel` stops its runs when set.
    """
    facts = recipe.stamp.get("facts")
    found = differences({name: seen for name, seen in recipe.stamp.items() if name != "facts"}, stamp())
    if found:  # before the body is read: it may hold what this version does not know
        raise _refused(found)
    try:
        parts: dict[str, Any] = pickle.loads(recipe.body)  # noqa: S301 - written by the process that asks for the work
    except AdvisorError as error:
        raise _refused((str(error),)) from None
    study = Study(**parts, cancel=cancel)
    found = differences({"facts": str(facts)}, {"facts": stamp(study.facts)["facts"]})
    if found:
        raise _refused(found)
    return study
