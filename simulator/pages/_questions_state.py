"""The interview of a session: kept in the address, changed by the buttons of the page."""

from dataclasses import dataclass, field
from typing import Any, Final

import streamlit as st

from advisor.errors import InputError, Problem
from advisor.facts import Facts
from advisor.interview import Interview, Said
from advisor.interview_text import read_interview, write_interview
from advisor.questions import Question
from advisor.words import value_words

__all__ = ["ADDRESS", "DONT_KNOW", "OWN", "Sitting", "current", "keep", "open_question", "reply", "spoken"]

ADDRESS: Final = "answers"
"""The parameter of the address that holds the interview."""
OWN: Final = "own"
DONT_KNOW: Final = "unknown"
"""Replies that are no value of the question: one that the user types, and none."""
_KEY: Final = "questions_sitting"


@dataclass(eq=False)
class Sitting:
    """An interview under way."""

    talk: Interview = field(default_factory=Interview)
    open: str = ""
    """An earlier question that is being changed; empty: the next one."""
    errors: dict[str, str] = field(default_factory=dict)
    """What to say at a field, by attribute; `brief` is that of the text or file to start from."""
    notice: str = ""
    """What is wrong with the address."""
    written: str = ""
    """The address as the page wrote it."""


def current(facts: Facts) -> Sitting:
    """The interview of this session. An address that the page did not write (a link, the back button) is taken over."""
    sitting: Sitting | None = st.session_state.get(_KEY)
    text = st.query_params.get(ADDRESS, "")
    if sitting is None or (text and text != sitting.written):
        sitting = st.session_state[_KEY] = Sitting(sitting.talk if sitting is not None else Interview())
        try:
            sitting.talk = read_interview(text, facts)
        except InputError:
            sitting.notice = "The answers in this link are damaged. The questions start anew."
            sitting.talk = Interview()
        sitting.written = text
    elif not text and sitting.talk.said:
        _write(sitting)  # the menu leads to an address without the answers
    return sitting


def _write(sitting: Sitting) -> None:
    sitting.written = write_interview(sitting.talk)
    if sitting.written:
        st.query_params[ADDRESS] = sitting.written
    elif ADDRESS in st.query_params:
        del st.query_params[ADDRESS]


def keep(sitting: Sitting, talk: Interview, *, opened: str = "") -> None:
    """Take an interview as it is now, and write the address. Arguments: `opened` is the question to show next."""
    sitting.talk, sitting.open, sitting.notice = talk, opened, ""
    sitting.errors.clear()
    _write(sitting)


def _choice(said: Said, question: Question) -> str:
    """Which of the replies offered says this."""
    if said.value is None:
        return DONT_KNOW
    if said.rough or not isinstance(said.value, float):
        return next((str(n) for n, value in enumerate(question.values) if value == said.value), OWN)
    return OWN


def open_question(sitting: Sitting, attribute: str, question: Question) -> None:
    """Show an earlier question with its answer, to be changed."""
    said = sitting.talk.find(attribute)
    sitting.open = attribute
    sitting.errors.pop(attribute, None)
    if said is not None:
        chosen = _choice(said, question)
        st.session_state[f"questions_reply_{attribute}"] = chosen
        if chosen == OWN:
            st.session_state[f"questions_value_{attribute}"] = value_words(attribute, said.value).replace(",", "")


def spoken(problem: Problem) -> str:
    """A problem as said at its field: what was seen, and what is accepted."""
    goes = "an answer that goes with the others: "
    if problem.allowed.startswith(goes):
        return f"This does not go with what was said before: {problem.allowed.removeprefix(goes)}. Change that answer first, or choose another."
    seen = problem.seen.strip("'\"")
    return f'"{seen}" does not work here. Write {problem.allowed}.' if seen else f"Write {problem.allowed}."


def reply(sitting: Sitting, question: Question, facts: Facts, example: str) -> None:
    """Take the reply that is chosen on the page; what is wrong with it is said at the field, and nothing changes."""
    attribute = question.attribute
    chosen = st.session_state.get(f"questions_reply_{attribute}")
    typed = str(st.session_state.get(f"questions_value_{attribute}") or "").strip()
    if chosen is None:
        sitting.errors[attribute] = "Choose one. “I don’t know” is an answer too."
        return
    if chosen == OWN and not typed:
        sitting.errors[attribute] = f"Write a value, like {example}."
        return
    value: Any = typed if chosen == OWN else None if chosen == DONT_KNOW else question.values[int(chosen)]
    rough = chosen not in {OWN, DONT_KNOW} and isinstance(value, float)
    try:
        talk = sitting.talk.answered(attribute, value, rough=rough, facts=facts)
    except InputError as error:
        sitting.errors[attribute] = " ".join(spoken(problem) for problem in error.problems[:3])
        return
    keep(sitting, talk)
