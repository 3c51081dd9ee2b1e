"""One answer of a learner: what was asked, what was answered, when, and how long it took.

Answers are the only truth about a learner; scores, schedule and rating are computed from them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

from advisor.quiz.item import Item
from advisor.quiz.marking import Mark

__all__ = ["LONGEST_S", "MODES", "Answered", "Mode", "answered", "event_of", "row_of"]

Mode = Literal["practice", "exam", "review"]
MODES: Final[tuple[Mode, ...]] = ("practice", "exam", "review")
"""Items drawn one by one; an exam; items once missed, asked again as they were."""
LONGEST_S: Final = 86_400.0
"""No answer takes longer than a day; what does was left open."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer; made by `answered`."""

    at: datetime
    """When it was given, in UTC."""
    mode: Mode
    template: str
    seed: int
    profile: str
    """The profile of facts that the key was computed with."""
    concept: str
    topic: str
    task: str
    type: str
    difficulty: int
    words: int
    """How much there was to read."""
    right: bool
    misconceptions: tuple[str, ...]
    """What the wrong choices that were taken stand for."""
    seconds: float
    """From seeing the item to the answer; 0 where that is not known."""
    answer: tuple[int, ...] | float | None
    """The choices as in `Item.key`, a number, or None where there was no answer."""


def _words(item: Item) -> int:
    texts = (item.stem, item.question, *(c.text for c in item.choices), *(p.text for p in item.prompts))
    return sum(len(text.split()) for text in texts)


def answered(
    item: Item, mark: Mark, answer: Sequence[int] | float | None, *, at: datetime, seconds: float, mode: Mode
) -> Answered:
    """The answer to an item as it is kept.

    Arguments: `at` is a time with its zone; `seconds` from seeing the item, 0 where unknown. Raises ValueError for a
    time without a zone.

    >>> from advisor import load_facts
    >>> from advisor.quiz.generate import make
    >>> from advisor.quiz.marking import mark
    >>> item = make("which-option", 1, load_facts())
    >>> one = answered(item, mark(item, item.key), item.key, at=datetime(2026, 12, 1, 9, tzinfo=UTC), seconds=31.04, mode="practice")
    >>> one.right, one.seconds, one.concept == item.concept
    (True, 31.0, True)
    """
    if at.tzinfo is None:
        raise ValueError("the time of an answer needs its zone")
    given = answer if answer is None or isinstance(answer, int | float) else tuple(int(index) for index in answer)
    return Answered(
        at.astimezone(UTC), mode, item.template, item.seed, item.profile, item.concept, item.topic, item.task,
        item.type, item.difficulty, _words(item), mark.right, mark.misconceptions,
        round(min(max(seconds, 0.0), LONGEST_S), 1), float(given) if isinstance(given, int) else given,
    )  # fmt: skip


def row_of(event: Answered) -> dict[str, Any]:
    """An answer as plain values, for JSON; `event_of` leads back."""
    row = {name: getattr(event, name) for name in Answered.__slots__}
    listed = list(event.answer) if isinstance(event.answer, tuple) else event.answer
    return row | {"at": event.at.isoformat(), "misconceptions": list(event.misconceptions), "answer": listed}


def event_of(row: Mapping[str, Any]) -> Answered:
    """The answer that `row_of` wrote. Raises KeyError, TypeError or ValueError for anything else.

    >>> event = Answered(datetime(2026, 12, 1, tzinfo=UTC), "exam", "t", 1, "aws", "t/a", "limits", "3.1", "single", 2, 90,
    ...     False, ("PAY001",), 0.0, (2,))
    >>> event_of(row_of(event)) == event
    True
    """
    answer = row["answer"]
    given = tuple(answer) if isinstance(answer, list | tuple) else answer
    return Answered(
        datetime.fromisoformat(row["at"]), row["mode"], row["template"], row["seed"], row["profile"], row["concept"],
        row["topic"], row["task"], row["type"], row["difficulty"], row["words"], row["right"],
        tuple(row["misconceptions"]), row["seconds"], given,
    )  # fmt: skip
