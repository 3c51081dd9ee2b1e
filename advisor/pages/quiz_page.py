"""The quiz: practice, review of misses, an exam, and study cards, all made of the facts and rules in force."""

from typing import Final

import streamlit as st

from advisor.facts import Facts
from advisor.pages import _quiz_cards, _quiz_exam, _quiz_files, _quiz_practice, _quiz_side
from advisor.pages._quiz_keep import note, now
from advisor.pages._quiz_practice import Asking, Simulate
from advisor.pages._quiz_result import title as result_title
from advisor.pages._quiz_words import MODES, label
from advisor.pages.own_html import block, safe
from advisor.quiz.generate import MOST_SEED
from advisor.quiz.named import topic_words
from advisor.quiz.results import result

__all__ = ["body"]

_TURN: Final = "quiz_turn"
_FIRST_MODE: Final = "practice"
_CARD_LINE: Final = "Keys follow the study card, not AWS today: a session of its own with a score of its own."


def _title(asking: Asking) -> str:
    """The page in one sentence."""
    exam = asking.keeping.exam
    if asking.mode == "exam" and exam is not None:
        if exam.ended is None:
            return f"{exam.items - len(exam.unanswered)} of {exam.items} questions answered."
        try:
            return result_title(result(exam, asking.facts, now()))
        except Exception:  # said below the title
            return "The last exam cannot be shown."
    if asking.mode == "exam":
        return "Try an exam of full length, marked at its end."
    progress = asking.keeping.progress(asking.facts.profile)
    if not progress.answers:
        return "Practise with questions whose answers are computed."
    said = f"{progress.right} of {progress.answers} right so far"
    weak = min(
        ((score.share, topic) for topic, score in progress.by_topic.items() if score.right < score.total), default=None
    )
    return (
        f"{said}; weakest topic: {topic_words(weak[1]).lower()}." if weak and len(progress.by_topic) > 1 else f"{said}."
    )


def _turned(name: str) -> str:
    """The key of the part with the question: another one whenever the question is another."""
    last, even = st.session_state.get(_TURN, ("", True))
    if last != name:
        even = not even
        st.session_state[_TURN] = (name, even)
    return f"quiz_turn_{'even' if even else 'odd'}"


@st.fragment
def _quiz(facts: Facts, seed: int, simulate: Simulate | None, *, own: bool) -> None:
    head = st.container(key="quiz_head")
    mode = st.segmented_control(
        "Mode", list(MODES), key=_quiz_side.MODE, bind="query-params", required=True,
        default=None if _quiz_side.MODE in st.session_state else _FIRST_MODE,
        format_func=MODES.__getitem__, label_visibility="collapsed",
    ) or _FIRST_MODE  # fmt: skip
    if mode == "cards":
        with head:
            _quiz_cards.head(facts)
        _quiz_cards.draw(facts, seed)
        return
    left, right = st.columns([8, 4], gap="large")
    with right:
        side = st.container()
        view, topic = _quiz_side.choose() if mode == "practice" else ("all", "")
        keeping = _quiz_side.choose_learner(own=own)
    asking = Asking(mode, facts, seed % MOST_SEED, view, topic, keeping, simulate)
    open_ = _quiz_exam.number(asking) if mode == "exam" else _quiz_practice.open_item(asking)
    with left, st.container(key=_turned(open_)):
        _quiz_exam.draw(asking) if mode == "exam" else _quiz_practice.draw(asking)
    with side:
        if mode == "exam":
            _quiz_exam.side(asking)
        if mode != "exam" or not _quiz_exam.running(keeping):
            _quiz_side.draw(asking)
    if mode != "exam" or not _quiz_exam.running(keeping):
        with right:
            _quiz_files.draw(asking)
    with head:
        lines = [_CARD_LINE] if facts.profile == "study-card" else []
        said = "".join(f"<p>{safe(line)}</p>" for line in lines)
        st.html(block(f"<h1>{safe(_title(asking))}</h1>{said}", "section", "quiz-head"))
        if told := note():
            st.info(label(told))


def body(facts: Facts, seed: int = 0, simulate: Simulate | None = None, *, own: bool = False) -> None:
    """The page.

    Arguments: `seed` fixes which questions come, and in which order cards are dealt; `simulate` draws the way to a
    simulation of a question's workload; `own`, progress may be kept in the user's own file.
    """
    _quiz(facts, seed, simulate, own=own)
