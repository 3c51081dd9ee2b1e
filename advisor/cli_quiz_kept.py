"""Where the answers of the terminal are kept: the learner's progress in the user's own file, or nowhere."""

import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from advisor.errors import InputError, Problem
from advisor.quiz import kept
from advisor.quiz.exam import Exam
from advisor.quiz.named import counted
from advisor.quiz.progress import Progress
from advisor.store import data_file, open_store

if TYPE_CHECKING:
    from advisor.quiz.progress import Answered
    from advisor.store import Store

__all__ = ["FIRST_LEARNER", "Keeping", "keeping", "learner_of", "now", "opened"]

FIRST_LEARNER = "me"
"""Whose answers they are where nobody is named."""


def now() -> datetime:
    """The time, with its zone."""
    return datetime.now(tz=UTC)


def opened() -> "Store":
    """The user's own store; a damaged one is set aside, and that is said."""
    path = data_file()
    before = set(path.parent.glob("*")) if path.parent.is_dir() else set()
    store = open_store(today=now().astimezone().date())
    for aside in sorted({*store.aside} - before):
        sys.stderr.write(f"endpoint-advisor: the file of saved work was damaged: kept as {aside}, and begun anew\n")
    return store


def learner_of(store: "Store", name: str | None) -> str:
    """The learner who is meant. Raises InputError where several are kept, and none is named."""
    if name is not None:
        return kept.learner_name(name)
    known = kept.learners(store)
    if len(known) > 1 and FIRST_LEARNER not in known:
        raise InputError([Problem("--learner", "nothing", f"one of {', '.join(known)}")])
    return known[0] if len(known) == 1 else FIRST_LEARNER


@dataclass(slots=True)
class Keeping:
    """One learner during one session."""

    store: "Store | None"
    """None where nothing is kept."""
    learner: str
    profile: str
    progress: Progress

    def take(self, *events: "Answered") -> None:
        """Keep answers; they are on the disk before this returns."""
        if self.store is not None:
            kept.keep(self.store, self.learner, *events)
        for event in events:
            self.progress = self.progress.taken(event)

    def exam(self) -> Exam | None:
        """The exam that was begun last. Raises InputError where it is damaged."""
        found = None if self.store is None else kept.exam_of(self.store, self.learner)
        return None if found is None else Exam.from_json(found)

    def take_exam(self, exam: Exam | None) -> None:
        """Keep an exam as it is now."""
        if self.store is not None:
            kept.keep_exam(self.store, self.learner, None if exam is None else exam.to_json())

    def standing(self) -> str:
        """How the learner stands, for the head of a session."""
        if self.store is None:
            return "Nothing is kept of this session. ? helps, q ends."
        if not self.progress.answers:
            return f"Learner {self.learner}, new. ? helps, q ends."
        due, missed = len(self.progress.due(now())), len(self.progress.misses)
        return (
            f"Learner {self.learner}: {self.progress.right:,} of {self.progress.answers:,} right, "
            f"{counted(due, 'concept')} due, {counted(missed, 'question')} to review. ? helps, q ends."
        )


def keeping(learner: str | None, profile: str, *, save: bool = True) -> Keeping:
    """The progress of a learner. Raises InputError for what is no name, StoreError when the file cannot be read."""
    if not save:
        return Keeping(None, "" if learner is None else kept.learner_name(learner), profile, Progress())
    store = opened()
    name = learner_of(store, learner)
    return Keeping(store, name, profile, kept.progress_of(store, name, profile))
