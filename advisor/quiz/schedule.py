"""When a concept is to come again: spaced repetition (FSRS) over what was answered.

Scheduled is the concept and not the drawn item, so that numbers are worked out and not remembered. Every answer
schedules: a wrong one comes again soon, a slow one sooner than a quick one. In an exam nobody hurries for the schedule, so
its answers count without their speed; an item asked again as it was may be remembered, so it is never "easy".
Equal answers give equal schedules: no clock, no chance.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Final

from advisor.quiz.event import Answered

if TYPE_CHECKING:
    from fsrs import Card, Scheduler

__all__ = ["Due", "Grade", "Schedule", "grade", "usual_seconds"]

_READ_PER_S: Final = 3.3
"""Words a second: technical text is read at about 200 words a minute."""
_SKIMMED_PER_S: Final = 15.0
"""Words a second that nobody reads at: the answer was a guess, or was piped in, and its speed tells nothing."""
_THINK_S: Final = {"single": 15, "case": 20, "multiple": 25, "ordering": 30, "matching": 35, "numeric": 45}
"""Seconds to decide after reading; our own judgement, so that an item of usual length stays under an exam's two minutes."""
_FAST, _SLOW = 0.6, 2.5
"""Shares of the usual time below which an answer is fast, and above which it is slow."""
_AGAIN_AFTER: Final = timedelta(minutes=10)
_LONGEST_DAYS: Final = 365
"""A concept comes at least once a year."""


class Grade:
    """How well an answer went, in the numbers of FSRS."""

    WRONG, SLOW, RIGHT, FAST = 1, 2, 3, 4


@dataclass(frozen=True, slots=True)
class Due:
    """A concept that is to come again."""

    concept: str
    due_at: datetime


def usual_seconds(kind: str, words: int) -> float:
    """Seconds that an item of a type with so many words usually takes: to read it, and to decide.

    >>> round(usual_seconds("single", 99))
    45
    """
    return words / _READ_PER_S + _THINK_S.get(kind, 15)


def grade(event: Answered) -> int:
    """How well it went, 1 to 4."""
    if not event.right:
        return Grade.WRONG
    if event.mode == "exam" or event.seconds <= event.words / _SKIMMED_PER_S:
        return Grade.RIGHT
    usual = usual_seconds(event.type, event.words)
    if event.seconds > _SLOW * usual:
        return Grade.SLOW
    return Grade.FAST if event.seconds < _FAST * usual and event.mode != "review" else Grade.RIGHT


@cache
def _scheduler() -> "Scheduler":
    from fsrs import Scheduler  # noqa: PLC0415 - only who has answered needs it

    return Scheduler(
        learning_steps=(_AGAIN_AFTER,),
        relearning_steps=(_AGAIN_AFTER,),
        maximum_interval=_LONGEST_DAYS,
        enable_fuzzing=False,
    )


def _seen(card: "Card | None", event: Answered) -> "Card":
    from fsrs import Card, Rating  # noqa: PLC0415 - as above

    known = Card(card_id=0, due=event.at) if card is None else card
    return _scheduler().review_card(known, Rating(grade(event)), event.at)[0]


@dataclass(frozen=True, slots=True)
class Schedule:
    """When each concept comes again; every answer gives a new one."""

    cards: "Mapping[str, Card]" = field(default_factory=dict)

    def after(self, *events: Answered) -> "Schedule":
        """With more answers, in their order of time."""
        cards = dict(self.cards)
        for event in events:
            cards[event.concept] = _seen(cards.get(event.concept), event)
        return Schedule(cards)

    def due(self, at: datetime) -> tuple[Due, ...]:
        """Concepts that have come due by a time, the longest due first."""
        found = (Due(concept, card.due) for concept, card in self.cards.items() if card.due <= at)
        return tuple(sorted(found, key=lambda due: (due.due_at, due.concept)))
