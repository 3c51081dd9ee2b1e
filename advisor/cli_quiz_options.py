"""What the verbs of the quiz share: their options, and what is checked of them at once."""

from typing import Annotated

import typer

from advisor.errors import InputError, Problem

__all__ = ["Items", "Learner", "NoSave", "Seed", "Topic", "View", "check"]

MOST_ITEMS = 5000
Seed = Annotated[
    int | None, typer.Option("--seed", help="Fixes which questions come, 0 to 999999; by default the deck goes on.")
]
Items = Annotated[int | None, typer.Option("--items", help="How many questions.")]
View = Annotated[str, typer.Option("--view", help="Types of question: all, or those of mla-c02 or mla-c01.")]
Topic = Annotated[
    str,
    typer.Option("--topic", help="options, limits, scaling, billing, models, release or foundation; all by default."),
]
Learner = Annotated[str | None, typer.Option("--learner", help="Whose answers these are; me by default.")]
NoSave = Annotated[bool, typer.Option("--no-save", help="Neither read nor keep any progress.")]


def check(items: int | None = None, view: str = "all", topic: str = "") -> None:
    """Raise InputError with everything that is wrong with the options of a deck."""
    from advisor.quiz.generate import VIEWS
    from advisor.quiz.item import TOPICS

    wrong = []
    if items is not None and not 1 <= items <= MOST_ITEMS:
        wrong.append(Problem("--items", str(items), f"1 to {MOST_ITEMS:,}"))
    if view not in VIEWS:
        wrong.append(Problem("--view", repr(view), f"one of {', '.join(VIEWS)}"))
    if topic and topic not in TOPICS:
        wrong.append(Problem("--topic", repr(topic), f"one of {', '.join(TOPICS)}"))
    if wrong:
        raise InputError(wrong)
