"""The progress of a learner: scores, misses, beliefs, schedule and ratings, all of them computed from their answers.

Answers to templates that the program does not have any more still count; only they are never asked for again.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from advisor.quiz.event import Answered, answered
from advisor.quiz.rating import Ratings
from advisor.quiz.schedule import Due, Schedule
from advisor.quiz.templates._template import all_templates

__all__ = ["Answered", "Due", "Miss", "Progress", "Score", "Weak", "answered"]

_RECENT: Final = 5
"""Answers by which a concept is called weak: what was learned since is not held against anybody."""


@dataclass(frozen=True, slots=True)
class Score:
    """Right answers out of all."""

    right: int = 0
    total: int = 0

    @property
    def share(self) -> float:
        """0 to 1; 0 where nothing was answered."""
        return self.right / self.total if self.total else 0.0

    def plus(self, *, right: bool) -> "Score":
        """With one more answer."""
        return Score(self.right + right, self.total + 1)


@dataclass(frozen=True, slots=True)
class Miss:
    """An item whose last answer was wrong."""

    template: str
    seed: int
    profile: str


@dataclass(frozen=True, slots=True)
class Weak:
    """A concept with the last answers about it, a few of them."""

    concept: str
    score: Score


def _order(event: Answered) -> tuple[datetime, str, int, str, str, str]:
    """By time; the rest decides between answers of one moment, so that their order does not depend on where they lay."""
    return event.at, event.template, event.seed, event.profile, event.mode, repr(event.answer)


def _asked_still(concept: str) -> bool:
    name, _, target = concept.partition("/")
    known = all_templates().get(name)
    return known is not None and target in known.targets


@dataclass(frozen=True, slots=True)
class Progress:
    """What a learner has answered, and what follows; `taken` gives a new one."""

    events: tuple[Answered, ...] = ()
    """In order of time."""
    by_task: Mapping[str, Score] = field(default_factory=dict)
    by_topic: Mapping[str, Score] = field(default_factory=dict)
    beliefs: Mapping[str, int] = field(default_factory=dict)
    """How often a wrong choice of each misconception was taken, the most frequent first."""
    schedule: Schedule = field(default_factory=Schedule)
    ratings: Ratings = field(default_factory=Ratings)
    missed: Mapping[Miss, None] = field(default_factory=dict)
    """Items whose last answer is wrong, also of templates that are no more."""
    recent: Mapping[str, tuple[bool, ...]] = field(default_factory=dict)
    """Whether the last few answers about each concept were right."""

    @classmethod
    def of(cls, events: Iterable[Answered]) -> "Progress":
        """The progress that answers make, in whatever order they come.

        >>> Progress.of([]).answers
        0
        """
        return _with(cls(), tuple(sorted(events, key=_order)))

    def taken(self, event: Answered) -> "Progress":
        """With one more answer."""
        if self.events and _order(event) < _order(self.events[-1]):
            return Progress.of((*self.events, event))  # a clock was set back
        return _with(self, (event,))

    @property
    def answers(self) -> int:
        """How many were given."""
        return len(self.events)

    @property
    def right(self) -> int:
        """How many of them were right."""
        return sum(score.right for score in self.by_task.values())

    @property
    def misses(self) -> tuple[Miss, ...]:
        """Items whose last answer is wrong, the longest missed first."""
        known = all_templates()
        return tuple(miss for miss in self.missed if miss.template in known)

    def due(self, at: datetime) -> tuple[Due, ...]:
        """Concepts that have come due by a time, the longest due first."""
        return tuple(due for due in self.schedule.due(at) if _asked_still(due.concept))

    def weakest(self, n: int) -> tuple[Weak, ...]:
        """The concepts with the lowest share of right answers among the last ones; none that was always right.

        One wrong answer of one weighs less than four of five: the share is taken as (right + 1) / (all + 2).
        """
        scores = ((concept, Score(sum(last), len(last))) for concept, last in self.recent.items())
        weak = [
            Weak(concept, score) for concept, score in scores if score.right < score.total and _asked_still(concept)
        ]
        return tuple(sorted(weak, key=lambda one: ((one.score.right + 1) / (one.score.total + 2), one.concept))[:n])


def _with(before: Progress, events: tuple[Answered, ...]) -> Progress:
    """With more answers in order of time, none of them older than those that are there."""
    tasks, topics, beliefs = dict(before.by_task), dict(before.by_topic), Counter(before.beliefs)
    missed, recent = dict(before.missed), dict(before.recent)
    for event in events:
        tasks[event.task] = tasks.get(event.task, Score()).plus(right=event.right)
        topics[event.topic] = topics.get(event.topic, Score()).plus(right=event.right)
        beliefs.update(event.misconceptions)
        recent[event.concept] = (*recent.get(event.concept, ()), event.right)[-_RECENT:]
        miss = Miss(event.template, event.seed, event.profile)
        missed.pop(miss, None)
        if not event.right:
            missed[miss] = None
    return Progress(
        (*before.events, *events), dict(sorted(tasks.items())), dict(sorted(topics.items())),
        dict(sorted(beliefs.items(), key=lambda pair: (-pair[1], pair[0]))),
        before.schedule.after(*events), before.ratings.after(*events), missed, recent,
    )  # fmt: skip
