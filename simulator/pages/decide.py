"""Decide: which option to use, why, and what it costs. It simulates, so it lives here and not in advisor."""

import streamlit as st

from simulator.pages import _answer, _asking, _cards, _frame, _open, _questions, _report, _share, _tables, _was_now
from simulator.pages._answer import Answer
from simulator.pages._state import Draft

__all__ = ["body"]


def _actions(draft: Draft, answer: Answer) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="decide_actions"):
        _share.draw(draft, "decide_share")
        _report.offer(draft, answer.ranking)
        _frame.link_to("compare", "Compare cost and latency")
        _frame.link_to("replay", "Replay it over time")
        _frame.link_to("size", "Find the cheapest plan")
        _frame.link_to_files(answer.ranking)


def _evidence(answer: Answer, draft: Draft | None) -> None:
    """Everything below the recommendation. Arguments: `draft` is the question it answers, where it is the present one."""
    ranking = answer.ranking
    advice, facts = ranking.advice, ranking.study.facts
    _open.draw(draft, advice, answer.workload, facts)
    st.html(_cards.draw(ranking))
    if differ := _open.profiles(advice, facts):
        st.html(differ)
    if ranking.ranked:
        st.header("What it rests on")
        st.html(_tables.assumptions(ranking))
    st.html(_answer.footer(answer))


def body(draft: Draft) -> None:
    """The page: the answer first, then what it rests on; the answer before stays, dimmed, while a new one is found."""
    if _questions.chosen():
        _questions.draw(draft)
        return
    answer, fresh = _asking.shown(draft.question)
    if answer is None:
        return
    with _asking.dimmed(fresh):
        stale = _frame.accepted(draft) if fresh else "the answer to the question before"
        st.html(_answer.recommendation(answer, stale=stale))
        if fresh:
            _was_now.draw(draft, answer)
            _actions(draft, answer)
        _evidence(answer, draft if fresh else None)
