"""The result of an exam: by task, by topic and by misconception, and item by item. No score of the real exam."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from advisor.facts import Facts
from advisor.quiz.exam import Exam, paper
from advisor.quiz.item import Item
from advisor.quiz.marking import Mark, mark
from advisor.quiz.progress import Answered, Score, answered

__all__ = ["HEADING", "Marked", "Result", "exam_events", "result", "result_json"]

HEADING: Final = (
    "A drill on a part of the exam: what you know of choosing and running endpoints. It forecasts no score."
)
"""Stands over every result."""


@dataclass(frozen=True, slots=True)
class Marked:
    """One item of an exam with what was answered."""

    number: int
    item: Item
    answer: tuple[int, ...] | float | None
    """None where it was left open."""
    mark: Mark
    flagged: bool


@dataclass(frozen=True, slots=True)
class Result:
    """What an exam showed."""

    score: Score
    unanswered: int
    used: timedelta
    by_task: dict[str, Score]
    """By task of the exam guide, in its order."""
    by_topic: dict[str, Score]
    misconceptions: dict[str, int]
    """How often a wrong choice told of each, the most frequent first."""
    items: tuple[Marked, ...]

    @property
    def missed(self) -> tuple[Marked, ...]:
        """Items that were answered wrong, or not at all."""
        return tuple(one for one in self.items if not one.mark.right)


def _scores(items: tuple[Marked, ...], part: Callable[[Item], str]) -> dict[str, Score]:
    totals = Counter(part(one.item) for one in items)
    right = Counter(part(one.item) for one in items if one.mark.right)
    return {name: Score(right[name], totals[name]) for name in sorted(totals)}


def _marked(item: Item, answer: tuple[int, ...] | float | None) -> Mark:
    try:
        return mark(item, answer)
    except ValueError:  # no answer of ours has such a form: somebody changed what was kept
        return mark(item, None)


def result(exam: Exam, facts: Facts, now: datetime) -> Result:
    """What an exam shows at this moment: no part of an item counts, and what is open is wrong.

    Raises InputError where its paper is no longer what it was.
    """
    items = []
    for number, item in enumerate(paper(exam, facts), 1):
        given = exam.given(number)
        answer = None if given is None else given.answer
        items.append(Marked(number, item, answer, _marked(item, answer), number in exam.flagged))
    found = tuple(items)
    beliefs = Counter(belief for one in found for belief in one.mark.misconceptions)
    ordered = sorted(beliefs.items(), key=lambda pair: (-pair[1], pair[0]))
    return Result(
        Score(sum(one.mark.right for one in found), exam.items), len(exam.unanswered),
        timedelta(minutes=exam.minutes) - exam.left(now),
        _scores(found, lambda item: item.task), _scores(found, lambda item: item.topic), dict(ordered), found,
    )  # fmt: skip


def exam_events(exam: Exam, facts: Facts) -> tuple[Answered, ...]:
    """The answers of an exam as the progress keeps them, in the order of the items; what is open is none.

    Raises InputError where its paper is no longer what it was.
    """
    return tuple(
        answered(item, _marked(item, given.answer), given.answer, at=given.at, seconds=given.seconds, mode="exam")
        for item, given in zip(paper(exam, facts), exam.answers, strict=True)
        if given is not None
    )


def result_json(exam: Exam, found: Result) -> dict[str, Any]:
    """An exam and, once it was handed in, its result, as a document of plain values; no key of one that runs."""
    document: dict[str, Any] = {
        "schema": 1, "heading": HEADING, "view": exam.view, "profile": exam.profile, "seed": exam.seed,
        "began": exam.began.isoformat(), "ended": exam.ended and exam.ended.isoformat(), "items": exam.items,
        "minutes": exam.minutes, "unanswered": list(exam.unanswered), "flagged": list(exam.flagged), "result": None,
    }  # fmt: skip
    if exam.ended is None:
        return document

    def scores(parts: dict[str, Score]) -> dict[str, Any]:
        return {name: {"right": score.right, "total": score.total} for name, score in parts.items()}

    return document | {
        "result": {
            "right": found.score.right, "total": found.score.total, "seconds": found.used.total_seconds(),
            "by_task": scores(found.by_task), "by_topic": scores(found.by_topic),
            "misconceptions": dict(found.misconceptions),
            "items": [{"number": one.number, "id": one.item.id, "right": one.mark.right} for one in found.items],
        }
    }  # fmt: skip
