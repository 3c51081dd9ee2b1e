"""Beside the question: which questions, who answers, how they stand, and the ways to an exam and to files."""

from typing import Final

import streamlit as st

from advisor.errors import AdvisorError, InputError
from advisor.pages import _quiz_exam
from advisor.pages._quiz_keep import Keeping, keeping
from advisor.pages._quiz_practice import Asking, to_review
from advisor.pages._quiz_words import TOPICS, VIEWS, label, rich
from advisor.pages.own_html import block, safe
from advisor.quiz.kept import learner_name, learners
from advisor.quiz.misconceptions import believed
from advisor.quiz.named import concept_words

__all__ = ["MODE", "choose", "choose_learner", "draw"]

MODE: Final = "quiz_mode"
FIRST_LEARNER: Final = "me"
_WEAK: Final = 2


def choose() -> tuple[str, str]:
    """The view and the topic."""
    view = st.segmented_control(
        "Questions like", list(VIEWS), key="quiz_view", bind="query-params", required=True, default=next(iter(VIEWS)),
        format_func=VIEWS.__getitem__,
        help="MLA-C02 has single and multiple choice; MLA-C01 also ordering, matching and case studies; everything adds numbers to work out.",
    )  # fmt: skip
    topic = st.selectbox("Topic", list(TOPICS), key="quiz_topic", bind="query-params", format_func=TOPICS.__getitem__)
    return view or next(iter(VIEWS)), topic or ""


def choose_learner(*, own: bool) -> Keeping:
    """Whose answers count. Arguments: `own`, saving is offered in this session."""
    found = keeping(FIRST_LEARNER, own=own)
    if found.store is None:
        return found
    for path in found.store.aside:
        st.warning(
            label(f"A damaged file of saved work and progress was set aside as {path}. Delete it to end this message.")
        )
    try:
        known = learners(found.store)
    except AdvisorError as error:
        st.error(label(str(error)))
        return found
    names = [*known] if known else [FIRST_LEARNER]
    chosen = st.session_state.get("quiz_learner")
    if chosen and chosen not in names:
        names.append(chosen)
    name = st.selectbox(
        "Learner", names, key="quiz_learner", accept_new_options=True, bind="query-params",
        help="Type another name to begin anew. Answers stay in a file on this computer.",
    )  # fmt: skip
    try:
        return Keeping(found.store, learner_name(name or names[0]))
    except InputError as error:
        st.error(label(f"This name does not fit. It needs {error.problems[0].allowed}."))
        return Keeping(found.store, names[0])


def _to(mode: str) -> None:
    st.session_state[MODE] = mode


def draw(asking: Asking) -> None:
    """How the learner stands, and where it goes on."""
    progress, facts = asking.keeping.progress(asking.facts.profile), asking.facts
    review = to_review(asking)
    body = f"<h2>{progress.right} of {progress.answers} right</h2>" if progress.answers else "<h2>No answer yet</h2>"
    rows = [("To review", str(review))] if progress.answers or review else []
    rows += [
        (TOPICS.get(topic, topic), f"{score.right} of {score.total}") for topic, score in progress.by_topic.items()
    ]
    if rows:
        listed = "".join(f"<dt>{safe(name)}</dt><dd>{number}</dd>" for name, number in rows)
        body += f'<dl class="ea-progress">{listed}</dl>'
    weak = [
        (safe(concept_words(one.concept)), f"{one.score.right} of {one.score.total}") for one in progress.weakest(_WEAK)
    ]
    told = [(rich(believed(name, facts)), f"{times} ×") for name, times in progress.beliefs.items() if times > 1]
    body += _listed("Weakest so far", weak) + _listed("What your wrong answers took for true", told[:_WEAK])
    st.html(block(body, testid="quiz-progress"))
    with st.container(horizontal=True, key="quiz_modes"):
        if review and asking.mode != "review":
            st.button(f"Review {review}", key="quiz_to_review", on_click=_to, args=("review",))
        if asking.mode != "exam":
            words = "Back to the exam" if _quiz_exam.running(asking.keeping) else "Take an exam"
            st.button(words, key="quiz_to_exam", on_click=_to, args=("exam",))


def _listed(head: str, rows: list[tuple[str, str]]) -> str:
    """Lines with a number each; nothing where there are none."""
    items = "".join(f"<li>{words} <span class='muted nowrap'>{number}</span></li>" for words, number in rows)
    return f'<p class="ea-sub">{head}</p><ul class="ea-weak">{items}</ul>' if rows else ""
