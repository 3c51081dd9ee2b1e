"""Answer questions: the second way into Decide, for people who have no file. One question at a time, each answer changeable."""

from typing import Final

import streamlit as st

from advisor.ahead import ahead, ask
from advisor.pages.own_html import block, safe
from simulator import interview_words
from simulator.pages import (
    _questions_ask,
    _questions_result,
    _questions_so_far,
    _questions_start,
    _questions_state,
    _state,
)
from simulator.pages._questions_state import Sitting
from simulator.pages._state import Draft

__all__ = ["chosen", "draw"]

_WAYS: Final = {"recommendation": "Recommendation", "questions": "Answer questions"}


def chosen() -> bool:
    """Draw the switch between the two ways in; True where the questions are chosen."""
    way = st.segmented_control(
        "Way in", list(_WAYS), default="recommendation", required=True, key="decide_way", format_func=_WAYS.__getitem__,
        label_visibility="collapsed", bind="query-params",
    )  # fmt: skip
    return way == "questions"


def _asking(sitting: Sitting, draft: Draft, attribute: str) -> None:
    facts = draft.facts
    where = ahead(sitting.talk, facts)
    asked = ask(sitting.talk, attribute, facts)
    st.html(
        block(
            f"<h1>{safe(interview_words.so_far(sitting.talk, where))}</h1>", testid="answer", attributes='role="status"'
        )
    )
    left, right = st.columns([7, 5], gap="large")
    with left:
        _questions_ask.draw(sitting, where, asked, facts)
    with right:
        _questions_so_far.answers(sitting, facts)
        st.html(_questions_so_far.out(where.advice))
    _questions_start.draw(sitting, draft)


def _result(sitting: Sitting, draft: Draft) -> None:
    facts = draft.facts
    where = ahead(sitting.talk, facts)
    st.html(_questions_result.answer(sitting, where, facts))
    filled = _questions_result.actions(sitting, draft, where)
    if filled is not None:
        _questions_result.numbers(filled, facts)
    left, right = st.columns([7, 5], gap="large")
    with left:
        st.html(_questions_result.open_list(where, facts))
    with right:
        _questions_so_far.answers(sitting, facts, "Your answers")
        _questions_so_far.add(sitting, facts)
    st.html(_questions_result.cards(where, facts))
    _questions_start.draw(sitting, draft)


def draw(draft: Draft) -> None:
    """The next question, one that is being changed, or the result."""
    sitting = _questions_state.current(draft.facts)
    if sitting.notice:
        st.warning(_state.plain(sitting.notice))
    following = ahead(sitting.talk, draft.facts).next
    if sitting.open or (following and not sitting.talk.stop):
        _asking(sitting, draft, sitting.open or following)
    else:
        _result(sitting, draft)
