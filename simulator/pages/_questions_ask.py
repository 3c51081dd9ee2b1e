"""One question: its replies with what each does, I don't know, and the way on."""

from typing import Final

import streamlit as st

from advisor.ahead import Ahead, Asked, question_of
from advisor.facts import Facts
from advisor.interview import Interview
from advisor.pages.own_html import block, safe
from advisor.questions import Question, questions
from simulator import interview_words
from simulator.pages import _questions_state, _state
from simulator.pages._questions_state import DONT_KNOW, OWN, Sitting

__all__ = ["draw", "question"]

_EXAMPLES: Final = {
    "_mb": "2.5 MB", "_gb": "1.5 GB", "_ms": "500 ms", "_s": "80 ms", "rps_peak": "300/min", "rps_offpeak": "20/min",
    "per_day": "5000/day", "region": "us-east-1",
}  # fmt: skip
"""A text that a field accepts, by the end of the attribute's name."""


def question(attribute: str, facts: Facts) -> Question:
    """The words of a question."""
    return questions(facts).get(attribute) or question_of(attribute)


def _example(attribute: str) -> str:
    return next((text for end, text in _EXAMPLES.items() if attribute.endswith(end)), "3")


def _typed(asked: Question) -> bool:
    """Whether a value can be typed: a number, or a name out of many."""
    return not asked.values or isinstance(asked.values[0], float)


def _go_back(sitting: Sitting, attribute: str, facts: Facts) -> None:
    answers = [said.attribute for said in sitting.talk.answers]
    place = answers.index(attribute) if attribute in answers else len(answers)
    if place:
        _questions_state.open_question(sitting, answers[place - 1], question(answers[place - 1], facts))


def _now(sitting: Sitting) -> None:
    _questions_state.keep(sitting, Interview(sitting.talk.stated, sitting.talk.answers, stop=True))


def _field(asked: Question, sitting: Sitting) -> None:
    """The field for a typed value, drawn while that is the reply."""
    attribute = asked.attribute
    if st.session_state.get(f"questions_reply_{attribute}") == OWN:
        st.text_input("Value", key=f"questions_value_{attribute}", placeholder=_example(attribute), max_chars=64, help="A number with its unit." if attribute != "region" else None)  # fmt: skip
    if attribute in sitting.errors:
        st.error(_state.plain(sitting.errors[attribute]))


def draw(sitting: Sitting, ahead: Ahead, asked: Asked, facts: Facts) -> None:
    """The question with its replies and buttons."""
    wanted, attribute = asked.question, asked.question.attribute
    over = interview_words.progress(sitting.talk, ahead, asked)
    words = f'<p class="ea-over">{safe(over)}</p><h2>{safe(wanted.ask)}</h2><p class="ea-help">{safe(wanted.help)}</p>'
    with st.container(key="questions_ask"):
        st.html(block(words, testid="question"))
        labels = {str(n): label for n, label in enumerate(wanted.labels)}
        captions = [interview_words.effect(asked, n) for n in range(len(asked.replies))]
        if _typed(wanted):
            labels[OWN] = "A value of my own"
            captions.append("the most exact answer")
        labels[DONT_KNOW] = "I don’t know"
        captions.append("leaves this open")
        key = f"questions_reply_{attribute}"
        if not wanted.values:
            st.session_state.setdefault(key, OWN)
        st.radio(wanted.ask, list(labels), index=None, key=key, format_func=labels.__getitem__, captions=captions, label_visibility="collapsed", width="stretch")  # fmt: skip
        _field(wanted, sitting)
        with st.container(horizontal=True, key="questions_actions"):
            st.button("Continue", key="questions_next", type="primary", on_click=_questions_state.reply, args=(sitting, wanted, facts, _example(attribute)))  # fmt: skip
            answers = [said.attribute for said in sitting.talk.answers]
            if answers and (attribute not in answers or answers.index(attribute)):
                st.button("Back", key="questions_back", on_click=_go_back, args=(sitting, attribute, facts))
            if sitting.open:
                st.button("Leave it as it was", key="questions_leave", on_click=_questions_state.keep, args=(sitting, sitting.talk))  # fmt: skip
            elif sitting.talk.said:
                st.button("Show the answer now", key="questions_now", on_click=_now, args=(sitting,))
