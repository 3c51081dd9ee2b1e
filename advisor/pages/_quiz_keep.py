"""Where answers are kept: in the user's own file, or, on a server that is not theirs alone, in the session only."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import streamlit as st

from advisor.errors import AdvisorError, StoreError
from advisor.quiz import kept
from advisor.quiz.exam import Exam
from advisor.quiz.progress import Answered, Progress
from advisor.store import Store, open_store

__all__ = ["Keeping", "keeping", "note", "now", "say"]

_STATE: Final = "quiz_kept"
_SAID: Final = "quiz_said"


@dataclass(slots=True)
class _Session:
    """What this browser session knows of one learner."""

    events: tuple[Answered, ...] = ()
    exam: Exam | None = None
    progress: dict[str, Progress] | None = None
    read: bool = False
    """What the file holds was read."""


def now() -> datetime:
    """The time, with its zone."""
    return datetime.now(tz=UTC)


def say(text: str) -> None:
    """Remember what is to be said once on the page."""
    st.session_state[_SAID] = text


def note() -> str:
    """What is to be said, once."""
    return str(st.session_state.pop(_SAID, ""))


@dataclass(frozen=True, slots=True)
class Keeping:
    """The answers of one learner, and their exam."""

    store: Store | None
    learner: str

    @property
    def _session(self) -> _Session:
        known: dict[str, _Session] = st.session_state.setdefault(_STATE, {})
        found = known.setdefault(self.learner, _Session())
        if self.store is not None and not found.read:
            try:
                found.events = kept.answers_of(self.store, self.learner)
                raw = kept.exam_of(self.store, self.learner)
                found.exam = None if raw is None else Exam.from_json(raw)
            except AdvisorError as error:
                say(str(error))
            found.read, found.progress = True, None
        return found

    def progress(self, profile: str) -> Progress:
        """What the answers under one profile make: those of the other are a session of their own."""
        session = self._session
        if session.progress is None:
            session.progress = {}
        if profile not in session.progress:
            session.progress[profile] = Progress.of(event for event in session.events if event.profile == profile)
        return session.progress[profile]

    def keep(self, *events: Answered) -> None:
        """Keep answers; where the file takes none, that is said, and they count in this session."""
        session = self._session
        for event in events:
            session.events = (*session.events, event)
            if session.progress is not None and event.profile in session.progress:
                session.progress[event.profile] = session.progress[event.profile].taken(event)
        if self.store is not None and events:
            try:
                kept.keep(self.store, self.learner, *events)
            except AdvisorError as error:
                say(str(error))

    @property
    def events(self) -> tuple[Answered, ...]:
        """All answers, in order of time."""
        return self._session.events

    @property
    def exam(self) -> Exam | None:
        """The exam that runs, or that was ended last."""
        return self._session.exam

    def keep_exam(self, exam: Exam | None) -> None:
        """Keep an exam as it is now."""
        self._session.exam = exam
        if self.store is not None:
            try:
                kept.keep_exam(self.store, self.learner, None if exam is None else exam.to_json())
            except AdvisorError as error:
                say(str(error))

    def anew(self) -> None:
        """Forget what this session knows: the file is read again."""
        st.session_state.get(_STATE, {}).pop(self.learner, None)


def keeping(learner: str, *, own: bool) -> Keeping:
    """Where the answers of a learner are kept. Arguments: `own`, saving is offered in this session."""
    if not own:
        return Keeping(None, "")
    try:
        return Keeping(open_store(today=now().astimezone().date()), learner)
    except StoreError as error:
        say(str(error))
        return Keeping(None, learner)
