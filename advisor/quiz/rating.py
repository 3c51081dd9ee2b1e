"""Elo-style ratings: how able a learner is in a task, and how hard a template is for them.

After each answer the learner's task and the template move against each other, by how far the answer surprised. First
answers move much, later ones less (the step falls as 1 / (1 + 0.05 n), as in Pelánek 2016, doi 10.1016/j.compedu.2016.03.017).
A rating compares one learner with themselves: it is no score of an exam.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from advisor.quiz.event import Answered

__all__ = ["START", "Rating", "Ratings", "expected"]

START: Final = 1500.0
_SCALE: Final = 400.0
"""Points of difference at which the odds are ten to one."""
_STEP: Final = 120.0
_SETTLES: Final = 0.05
_A_LEVEL: Final = 100.0
"""Points that one level of difficulty is worth before anybody has answered."""


@dataclass(frozen=True, slots=True)
class Rating:
    """Where one stands, and after how many answers."""

    points: float = START
    answers: int = 0


def expected(able: float, hard: float) -> float:
    """The chance of a right answer, from the points of the learner and of the item.

    >>> expected(1500, 1500), round(expected(1900, 1500), 3)
    (0.5, 0.909)
    """
    return float(1 / (1 + 10 ** ((hard - able) / _SCALE)))


def _moved(rating: Rating, surprise: float) -> Rating:
    step = _STEP / (1 + _SETTLES * rating.answers)
    return Rating(rating.points + step * surprise, rating.answers + 1)


@dataclass(frozen=True, slots=True)
class Ratings:
    """The ratings of one learner; every answer gives new ones."""

    tasks: Mapping[str, Rating] = field(default_factory=dict)
    """By task of the exam guide: higher is more able."""
    templates: Mapping[str, Rating] = field(default_factory=dict)
    """By template: higher is harder."""

    def after(self, *events: Answered) -> "Ratings":
        """With more answers, in their order of time; an item that is asked again as it was moves nothing."""
        tasks, templates = dict(self.tasks), dict(self.templates)
        for event in events:
            if event.mode == "review":
                continue
            task, template = tasks.get(event.task, Rating()), templates.get(event.template, Rating())
            surprise = event.right - expected(task.points, template.points + (event.difficulty - 2) * _A_LEVEL)
            tasks[event.task], templates[event.template] = _moved(task, surprise), _moved(template, -surprise)
        return Ratings(tasks, templates)
