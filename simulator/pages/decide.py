"""Decide: which option to use, why, and what it costs. It simulates, so it lives here and not in advisor."""

import streamlit as st

from advisor.options import title
from simulator import charts
from simulator.pages import _answer, _asking, _cards, _frame, _open, _questions, _report, _share, _tables, _was_now
from simulator.pages._answer import Answer
from simulator.pages._chart import chart, theme
from simulator.pages._state import Draft
from simulator.ranking import Ranking

__all__ = ["body"]


def _actions(draft: Draft, answer: Answer) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="decide_actions"):
        _share.draw(draft, "decide_share")
        _report.offer(draft, answer.ranking)
        _frame.link_to("compare", "Compare cost and latency")
        _frame.link_to("replay", "Replay it over time")
        _frame.link_to("size", "Find the cheapest plan")


def _chart(ranking: Ranking) -> None:
    """Cost against latency, with its title, how to read it, and its numbers."""
    figure = charts.cost_figure(ranking, theme())
    if figure is None:
        st.header(charts.cost_title(ranking))
        st.caption("There is nothing to draw: an option needs a price and answered requests.")
        return
    chart(
        figure, "decide_chart", alt=charts.cost_alt(ranking), title=charts.cost_title(ranking), note=charts.cost_note(ranking),
        data=lambda: charts.cost_csv(ranking), file="cost-against-latency.csv",
    )  # fmt: skip


def _bill(ranking: Ranking) -> None:
    if not ranking.ranked:
        return
    names = [entry.name for entry in ranking.ranked]
    if st.session_state.get("decide_bill") not in names:
        st.session_state["decide_bill"] = names[0]
    chosen = st.session_state["decide_bill"]
    entry = next(e for e in ranking.ranked if e.name == chosen)
    st.header(f"The bill of a month: {title(chosen).lower()}")
    if len(names) > 1:
        st.segmented_control("Bill of", names, key="decide_bill", required=True, format_func=title)
    st.html(_tables.bill(entry.bill, entry.name))


def _show(answer: Answer, stale: str) -> None:
    st.html(_answer.recommendation(answer, stale=stale))


def _evidence(answer: Answer) -> None:
    """Everything below the recommendation."""
    ranking = answer.ranking
    advice, facts = ranking.advice, ranking.study.facts
    if asked := _open.question(advice, answer.workload, facts):
        st.html(asked)
    st.html(_cards.draw(ranking))
    if differ := _open.profiles(advice, facts):
        st.html(differ)
    if ranking.ranked:
        st.header("Ranking")
        st.caption(f"{ranking.heading}. Options whose costs do not clearly differ share a rank.")
        st.html(_tables.ranking_table(ranking))
        _chart(ranking)
        _bill(ranking)
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
        _show(answer, _frame.accepted(draft) if fresh else "the answer to the question before")
        if fresh:
            _was_now.draw(draft, answer)
            _actions(draft, answer)
        _evidence(answer)
