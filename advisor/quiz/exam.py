"""An exam that runs: its paper, what was answered and flagged, and the time that is left.

An exam changes by steps, each of which gives a new one; nothing here reads a clock. Time runs on while nobody looks,
as it does in a test centre.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any, Final

from advisor._facts_read import data_folder, read_toml
from advisor.errors import InputError, Problem
from advisor.facts import Facts
from advisor.quiz._exam_read import SCHEMA, exam_from_json
from advisor.quiz.generate import deck
from advisor.quiz.item import Item

__all__ = ["EXAM_VIEWS", "Exam", "ExamForm", "Given", "begin_exam", "exam_forms", "paper"]

EXAM_VIEWS: Final = ("mla-c02", "mla-c01")
"""Views that an exam has; numbers are for practice."""


@dataclass(frozen=True, slots=True)
class ExamForm:
    """How large an exam is: one entry of `data/quiz/exams.toml`."""

    title: str
    items: int
    minutes: int
    source: str
    note: str


@lru_cache(maxsize=1)
def exam_forms() -> dict[str, ExamForm]:
    """The size of the exam of each view.

    >>> sorted(exam_forms()) == sorted(EXAM_VIEWS)
    True
    """
    table = read_toml(data_folder() / "quiz" / "exams.toml")
    names = ("title", "items", "minutes", "source", "note")
    return {view: ExamForm(*(row[name] for name in names)) for view, row in table.items()}


@dataclass(frozen=True, slots=True)
class Given:
    """The answer to one item of an exam."""

    answer: tuple[int, ...] | float
    """In the form that `advisor.quiz.marking.mark` takes."""
    at: datetime
    seconds: float
    """How long the item was looked at, all its answers together."""

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        answer = list(self.answer) if isinstance(self.answer, tuple) else self.answer
        return {"answer": answer, "at": self.at.isoformat(), "seconds": self.seconds}


@dataclass(frozen=True, slots=True, kw_only=True)
class Exam:
    """An exam at one moment; made by `begin_exam`. Items have the numbers 1 to `items`."""

    seed: int
    view: str
    profile: str
    began: datetime
    items: int
    minutes: int
    digest: str
    """Of the paper: another one is another exam."""
    answers: tuple[Given | None, ...]
    """One place an item."""
    flagged: tuple[int, ...] = ()
    """Numbers to come back to, in ascending order."""
    at: int = 1
    """Number of the item that is shown."""
    since: datetime
    """When it came up."""
    ended: datetime | None = None

    def left(self, now: datetime) -> timedelta:
        """The time that is left, never below zero."""
        end = self.began + timedelta(minutes=self.minutes)
        return max(end - min(now, self.ended or now), timedelta())

    def over(self, now: datetime) -> bool:
        """It was ended, or its time is up."""
        return self.ended is not None or not self.left(now)

    def given(self, number: int) -> Given | None:
        """What was answered to an item."""
        return self.answers[number - 1]

    @property
    def unanswered(self) -> tuple[int, ...]:
        """Numbers without an answer, in ascending order."""
        return tuple(number for number, given in enumerate(self.answers, 1) if given is None)

    def answer(self, answer: Sequence[int] | float | None, now: datetime) -> "Exam":
        """The item that is shown has this answer; None takes it back. Raises InputError when the time is up."""
        self._running(now)
        before = self.given(self.at)
        seconds = max((now - self.since).total_seconds(), 0.0) + (before.seconds if before else 0.0)
        form = answer if isinstance(answer, int | float) or answer is None else tuple(answer)
        given = None if form is None else Given(form, now, seconds)
        return replace(self, answers=(*self.answers[: self.at - 1], given, *self.answers[self.at :]), since=now)

    def flag(self, now: datetime) -> "Exam":
        """The item that is shown is flagged, or no longer. Raises InputError when the time is up."""
        self._running(now)
        return replace(self, flagged=tuple(sorted(set(self.flagged) ^ {self.at})))

    def go(self, number: int, now: datetime) -> "Exam":
        """Another item is shown. Raises InputError for a number it has not, or when the time is up."""
        self._running(now)
        if not 1 <= number <= self.items:
            raise InputError([Problem("number", str(number), f"1 to {self.items}")])
        return replace(self, at=number, since=now)

    def end(self, now: datetime) -> "Exam":
        """It is handed in: at that moment, or when its time was up; handed in once, it stays as it is."""
        if self.ended is not None:
            return self
        return replace(self, ended=min(now, self.began + timedelta(minutes=self.minutes)))

    def _running(self, now: datetime) -> None:
        if self.over(now):
            raise InputError([Problem("exam", "", "it is over: nothing can be answered any more")])

    def to_json(self) -> dict[str, Any]:
        """As it is kept; `from_json` reads it."""
        plain = ("seed", "view", "profile", "items", "minutes", "digest", "at")
        return {
            "schema": SCHEMA,
            **{name: getattr(self, name) for name in plain},
            "began": self.began.isoformat(),
            "since": self.since.isoformat(),
            "ended": self.ended and self.ended.isoformat(),
            "flagged": list(self.flagged),
            "answers": [given and given.to_json() for given in self.answers],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Exam":
        """An exam that was kept. Raises InputError when it is damaged, or of a newer form."""
        fields = exam_from_json(data)
        answers = tuple(None if row is None else Given(*row) for row in fields.pop("answers"))
        return cls(**fields, answers=answers)


def begin_exam(seed: int, facts: Facts, view: str, now: datetime) -> Exam:
    """A new exam, whose time begins now.

    Arguments: `view` is one of `EXAM_VIEWS`. Raises InputError for another view, or a seed out of range.

    >>> from datetime import UTC
    >>> from advisor import load_facts
    >>> exam = begin_exam(7, load_facts(), "mla-c02", datetime(2026, 11, 29, 9, tzinfo=UTC))
    >>> exam.left(datetime(2026, 11, 29, 10, tzinfo=UTC)) == timedelta(minutes=exam.minutes - 60)
    True
    """
    if view not in EXAM_VIEWS:
        raise InputError([Problem("view", repr(view), f"{' or '.join(EXAM_VIEWS)} for an exam")])
    form = exam_forms()[view]
    digest = _digest(_paper(seed, view, form.items, facts))
    return Exam(
        seed=seed, view=view, profile=facts.profile, began=now, items=form.items, minutes=form.minutes, digest=digest,
        answers=(None,) * form.items, since=now,
    )  # fmt: skip


@lru_cache(maxsize=4)
def _paper(seed: int, view: str, items: int, facts: Facts) -> tuple[Item, ...]:
    return tuple(islice(deck(seed, facts, view), items))


def _digest(items: tuple[Item, ...]) -> str:
    return hashlib.sha256(repr(items).encode()).hexdigest()[:16]


def paper(exam: Exam, facts: Facts) -> tuple[Item, ...]:
    """The items of an exam, in their order; the first has the number 1.

    Raises InputError where program or facts make other items today than when it began.
    """
    items = _paper(exam.seed, exam.view, exam.items, facts.under(exam.profile))
    if _digest(items) != exam.digest:
        raise InputError(
            [
                Problem(
                    "exam", "", "its items have changed since it began, with the program or its facts: begin a new one"
                )
            ]
        )
    return items
