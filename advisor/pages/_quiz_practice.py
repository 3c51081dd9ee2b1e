"""Practice and review: one question after the other, with its reasons at once."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import streamlit as st

from advisor.errors import InputError
from advisor.facts import Facts
from advisor.pages import _quiz_answer, _quiz_item
from advisor.pages._quiz_item import Answer
from advisor.pages._quiz_keep import Keeping, now
from advisor.pages._quiz_turn import Turn
from advisor.pages._quiz_words import MODES
from advisor.pages.own_html import block, safe
from advisor.quiz.event import Mode
from advisor.quiz.item import Item
from advisor.quiz.progress import Miss, answered
from advisor.quiz.session import next_item, review_items

__all__ = ["Asking", "Simulate", "draw", "open_item", "to_review"]

Simulate = Callable[[Item], None]
"""Draws the way to a simulation of a question's workload."""
_TURNS: Final = "quiz_turns"
_FLAGGED: Final = "quiz_flagged"
_PASSED: Final = "quiz_passed"


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked for: the mode, the part of the questions, and who answers."""

    mode: str
    facts: Facts
    seed: int
    view: str
    topic: str
    keeping: Keeping
    simulate: Simulate | None = None

    @property
    def name(self) -> tuple[str, ...]:
        """Tells one row of questions from another."""
        return (self.mode, self.facts.profile, str(self.seed), self.view, self.topic, self.keeping.learner)


def _flagged() -> dict[str, Item]:
    found: dict[str, Item] = st.session_state.setdefault(_FLAGGED, {})
    return found


def to_review(asking: Asking) -> int:
    """How many questions wait for a review: missed, or flagged in this session."""
    profile = asking.facts.profile
    missed = {miss for miss in asking.keeping.progress(profile).misses if miss.profile == profile}
    flagged = {Miss(item.template, item.seed, item.profile) for item in _flagged().values() if item.profile == profile}
    return len(missed | flagged)


def _turn(asking: Asking) -> Turn | None:
    turns: dict[tuple[str, ...], Turn] = st.session_state.setdefault(_TURNS, {})
    if asking.name not in turns:
        progress = asking.keeping.progress(asking.facts.profile)
        item = _item(asking, 0 if asking.mode == "review" else progress.answers, "")
        if item is None:
            return None
        turns[asking.name] = Turn(item, 0 if asking.mode == "review" else progress.answers, time.monotonic())
    return turns[asking.name]


def _item(asking: Asking, number: int, last: str) -> Item | None:
    """The question with this number, from 0; None where there is none."""
    progress = asking.keeping.progress(asking.facts.profile)
    if asking.mode != "review":
        try:
            return next_item(
                progress, asking.facts, seed=asking.seed, number=number, view=asking.view, topic=asking.topic, at=now(), last=last
            )  # fmt: skip
        except InputError:  # a topic of which this view has no questions
            return None
    flagged = [item for item in _flagged().values() if item.profile == asking.facts.profile]
    waiting = {item.id: item for item in (*review_items(progress, asking.facts), *flagged)}
    passed: set[str] = st.session_state.setdefault(_PASSED, set())
    if waiting and passed >= waiting.keys():
        passed.clear()
    return next((item for name, item in waiting.items() if name not in passed), None)


def _put(asking: Asking, step: Callable[[Turn], Turn]) -> None:
    turns = st.session_state[_TURNS]
    turns[asking.name] = step(turns[asking.name])


def _check(asking: Asking) -> None:
    """Check the answer, and keep it."""
    turn: Turn = st.session_state[_TURNS][asking.name]
    if turn.mark is not None:
        return
    if not _quiz_answer.ready(turn.item, turn.answer):
        _put(asking, Turn.asked_for)
        return
    done = turn.checked()
    _put(asking, lambda _: done)
    if done.mark is not None:
        seconds = time.monotonic() - turn.began
        mode: Mode = "review" if asking.mode == "review" else "practice"
        asking.keeping.keep(answered(turn.item, done.mark, turn.answer, at=now(), seconds=seconds, mode=mode))
        if done.mark.right and asking.mode == "review":
            _flagged().pop(turn.item.id, None)


def _on(asking: Asking) -> None:
    """The next question."""
    turn: Turn = st.session_state[_TURNS][asking.name]
    if asking.mode == "review":
        st.session_state.setdefault(_PASSED, set()).add(turn.item.id)
    item = _item(asking, turn.number + 1, turn.item.concept)
    if item is None:
        del st.session_state[_TURNS][asking.name]
    else:
        _put(asking, lambda _: Turn(item, turn.number + 1, time.monotonic()))


def _flag(asking: Asking) -> None:
    item = st.session_state[_TURNS][asking.name].item
    if _flagged().pop(item.id, None) is None:
        _flagged()[item.id] = item


def open_item(asking: Asking) -> str:
    """The name of the question that is open; empty where there is none."""
    turn = _turn(asking)
    return "" if turn is None else f"{turn.number}.{turn.item.id}"


def draw(asking: Asking) -> None:
    """The question that is open, with its controls or its reasons."""
    turn = _turn(asking)
    if turn is None:
        said = "<h2>Nothing to review</h2><p>Questions you get wrong or flag come here, and leave once you get them right.</p>"
        if asking.mode != "review":
            said = "<h2>No question here</h2><p>There are none like these on this topic. Choose another topic, or Everything.</p>"
        st.html(block(said, testid="quiz-question", attributes='role="status"'))
        return
    left = f"{to_review(asking)} to review" if asking.mode == "review" else f"question {turn.number + 1}"
    st.html(_quiz_item.asked(turn.item, f"{MODES[asking.mode]} · {left}"))
    if turn.mark is None:
        _open(asking, turn)
    else:
        st.html(_quiz_item.answered(turn.item, turn.answer, turn.mark, asking.facts))
        with st.container(horizontal=True, vertical_alignment="center", key="quiz_after"):
            st.button("Next question", key="quiz_next", type="primary", shortcut="N", on_click=_on, args=(asking,))
            if asking.simulate is not None and turn.item.brief:
                asking.simulate(turn.item)
            _flag_button(asking, turn)
    if asking.mode == "practice":
        _item(asking, turn.number + 1, turn.item.concept)  # so that it is there when it is asked for


def _open(asking: Asking, turn: Turn) -> None:
    def take(answer: Answer) -> None:
        at = time.monotonic()
        if turn.repeats(answer, at):
            _check(asking)
        _put(asking, lambda open_turn: open_turn.taking(answer, at))

    numeric = turn.item.answer is not None
    _quiz_answer.controls(
        turn.item, turn.answer, take, (lambda: _check(asking)) if numeric else None, count=not turn.early
    )
    if turn.early:
        missing = _quiz_answer.said_of(turn.item, turn.answer) or "Choose an answer first."
        st.html(block(f'<p class="ea-missing" role="status">{safe(missing)}</p>'))
    with st.container(horizontal=True, key="quiz_do"):
        if not numeric:  # never disabled: somebody presses 2 and Enter before the 2 has come back
            st.button(
                "Check answer", key="quiz_check", type="primary", shortcut="Enter", on_click=_check, args=(asking,)
            )
        _flag_button(asking, turn)
        st.button("Skip", key="quiz_skip", shortcut="S", on_click=_on, args=(asking,))


def _flag_button(asking: Asking, turn: Turn) -> None:
    words = "Flagged for review" if turn.item.id in _flagged() else "Flag"
    icon = ":material/flag:" if turn.item.id in _flagged() else ":material/outlined_flag:"
    st.button(words, key="quiz_flag", icon=icon, shortcut="F", on_click=_flag, args=(asking,))
