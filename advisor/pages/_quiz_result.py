"""The result of an exam: by task, by belief, and question by question with all reasons."""

from collections.abc import Callable

import streamlit as st

from advisor.facts import Facts
from advisor.pages import _quiz_item
from advisor.pages._quiz_words import rich
from advisor.pages.own_html import block, safe, table
from advisor.quiz.exam import Exam
from advisor.quiz.item import Item
from advisor.quiz.misconceptions import believed
from advisor.quiz.named import topic_words
from advisor.quiz.progress import Score
from advisor.quiz.results import HEADING, Marked, Result

__all__ = ["draw", "head", "title"]

_MOST_BELIEFS = 8


def title(found: Result) -> str:
    """The result in one sentence."""
    return f"{found.score.right} of {found.score.total} right in this drill."


def _scores(heads: tuple[str, str], scores: dict[str, Score], words: Callable[[str], str], testid: str) -> str:
    rows = [("", (safe(words(name)), f"{score.right} of {score.total}")) for name, score in scores.items()]
    return table([(heads[0], ""), (heads[1], "n")], rows, f"Right answers by {heads[0].lower()}", testid)


def _beliefs(found: Result, facts: Facts) -> str:
    if not found.misconceptions:
        return "<p>No wrong choice told of a belief.</p>"
    shown = list(found.misconceptions.items())[:_MOST_BELIEFS]
    rows = "".join(
        f"<li>{rich(believed(name, facts))} <span class='muted'>{times} ×</span></li>" for name, times in shown
    )
    more = len(found.misconceptions) - len(shown)
    return f"<ul class='ea-beliefs'>{rows}</ul>" + (f"<p class='muted'>And {more} more, below.</p>" if more else "")


def head(exam: Exam, found: Result) -> None:
    """What the result is, and what it took."""
    minutes = round(found.used.total_seconds() / 60)
    left = f" {found.unanswered} were left open." if found.unanswered else ""
    said = f"<p>{safe(HEADING)}</p><p>It took {max(minutes, 1)} of {exam.minutes} minutes.{left}</p>"
    st.html(block(said, testid="quiz-result", attributes='role="status"'))


def draw(exam: Exam, found: Result, facts: Facts, question: str, simulate: Callable[[Item], None] | None) -> None:
    """The whole result. Arguments: `question`, key and parameter of the number that is looked at."""
    st.html(block(f"<h2>What wrong answers took for true</h2>{_beliefs(found, facts)}", testid="quiz-beliefs"))
    tasks, topics = st.columns(2)
    tasks.html(_scores(("Task", "Right"), found.by_task, lambda task: f"Task {task}", "quiz-tasks"))
    topics.html(_scores(("Topic", "Right"), found.by_topic, topic_words, "quiz-topics"))
    missed = found.missed
    if missed:
        listed = ", ".join(str(one.number) for one in missed)
        st.html(
            block(
                f"<h2>Every question with its reasons</h2><p class='muted'>Not right: {listed}.</p>",
                testid="quiz-missed",
            )
        )
    else:
        st.html(
            block("<h2>Every question with its reasons</h2><p class='muted'>All are right.</p>", testid="quiz-missed")
        )
    if missed and question not in st.query_params and not st.session_state.get(f"{question}_looked"):
        st.session_state[question] = missed[0].number
        st.session_state[f"{question}_looked"] = True
    number = st.pagination(exam.items, key=question, bind="query-params")
    _one(found.items[min(max(number, 1), exam.items) - 1], facts, exam, simulate)


def _one(one: Marked, facts: Facts, exam: Exam, simulate: Callable[[Item], None] | None) -> None:
    flag = " · flagged" if one.flagged else ""
    st.html(_quiz_item.asked(one.item, f"Question {one.number} of {exam.items}{flag}"))
    st.html(_quiz_item.answered(one.item, one.answer, one.mark, facts, left_open=one.answer is None))
    if simulate is not None and one.item.brief:
        with st.container(horizontal=True, key="quiz_after"):
            simulate(one.item)
