"""What an item is: its scenario, its choices with a reason each, and its key.

Texts are plain, with `**` around the numbers that decide; paragraphs are parted by an empty line.
"""

from dataclasses import dataclass
from typing import Any, Final

__all__ = ["DIFFICULTIES", "TOPICS", "TYPES", "Choice", "Item", "Prompt"]

TYPES: Final = ("single", "multiple", "matching", "ordering", "numeric", "case")
"""One choice; several; prompts to choices; choices in an order; a number; one scenario with a fact that changed (one choice)."""
DIFFICULTIES: Final = (1, 2, 3)
TOPICS: Final = ("options", "limits", "scaling", "billing", "models", "release", "foundation")
"""Choosing an option; limits; scaling; billing; several models and components; release strategies; foundation models."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of an item, with the reason why it is right or not."""

    text: str
    correct: bool
    reason: str
    """Why, in one or two sentences, with the numbers."""
    source: str
    """Address of the page that the reason rests on."""
    rule: str = ""
    """Id of the rule that decides it; empty where a fact or a price does."""
    option: str = ""
    """Option name; empty where the choice is something else."""
    misconception: str = ""
    """What somebody believes who takes it (`advisor.quiz.misconceptions`); empty where it is right."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt of a matching item, with the reason for what it is matched with."""

    text: str
    reason: str
    source: str
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One question; made by `advisor.quiz.make`, equal for equal template, seed and facts."""

    template: str
    seed: int
    type: str
    stem: str
    """The scenario."""
    question: str
    """What is asked, in one sentence."""
    difficulty: int
    topic: str
    task: str
    """The task of the exam guide it belongs to, like 3.1."""
    profile: str
    concept: str
    """What is learned: `template/target`; spaced repetition schedules this and not the item."""
    choices: tuple[Choice, ...]
    """As they are shown; none for a number."""
    key: tuple[int, ...]
    """Indices into `choices`: the right ones in ascending order (single, case, multiple), the choice of each prompt (matching), or all in their right order (ordering); empty for a number."""
    explanation: str
    """What to remember, beside the reasons of the choices."""
    sources: tuple[str, ...]
    """Addresses of what the item rests on as a whole."""
    prompts: tuple[Prompt, ...] = ()
    """What is matched with the choices."""
    answer: float | None = None
    """The right number."""
    tolerance: float = 0.0
    """How far a number may be from it, as a share of it; 0 where it must be exact."""
    unit: str = ""
    """Unit of the number."""
    brief: tuple[tuple[str, Any], ...] = ()
    """Attributes of the workload behind it, for simulating it; empty where there is none."""
    changed: bool = False
    """It is about a limit that older material teaches differently, and says so: the profiles may disagree on its key."""

    @property
    def id(self) -> str:
        """Names it for good: the template and the seed, before them the profile where that is not AWS's documentation."""
        own = f"{self.template}-{self.seed}"
        return own if self.profile == "aws" else f"{self.profile}.{own}"

    @property
    def asks_for(self) -> int:
        """How many choices are to be taken; 0 for a number, and all of them for an order."""
        return len(self.prompts) if self.prompts else len(self.key)
