"""Where the cheapest changes: two options over a range of traffic, searched for on a click."""

from typing import Any, Final

import streamlit as st

from advisor.options import title
from advisor.pages.own_html import block, safe
from simulator import charts_money
from simulator.break_even_text import break_even_text
from simulator.break_evens import break_evens_study
from simulator.crossings import BreakEven
from simulator.pages import _asking, _work
from simulator.pages._chart import chart, theme
from simulator.pages._compare_base import BASES
from simulator.pages._job import Work
from simulator.pages._question import Question
from simulator.ranking import Ranking
from simulator.sweep import Sweep

__all__ = ["SLOT", "break_even_work", "draw"]

SLOT: Final = "compare_break_even"
"""The slot of its job."""


def break_even_work(question: Question, pair: tuple[str, str]) -> Work:
    """The search, for a job."""

    def work(cancel: Any, progress: Any) -> BreakEven:
        base = BASES.get(question.key)
        study = question.study(cancel) if base is None else base.study.stopped_by(cancel)
        with Sweep(study, progress=progress, processes=False) as sweep:
            return break_evens_study(study, sweep, pair)

    return work


def _cheapest(ranking: Ranking) -> list[str]:
    """Names of the options that have a price, the cheapest first."""
    costs = {e.name: e.cost_per_month.value for e in ranking.ranked if e.cost_per_month.value is not None}
    return sorted(costs, key=costs.__getitem__)


def _pair(names: list[str]) -> tuple[str, str]:
    """The two options to compare."""
    columns = st.columns(2)
    picked = []
    for number, (column, label, key) in enumerate(
        zip(columns, ("Between", "and"), ("compare_one", "compare_other"), strict=True)
    ):
        with column:
            picked.append(
                st.selectbox(label, names, index=number, key=key, format_func=title, bind="query-params")
            )  # fmt: skip
    return picked[0], picked[1]


def _shown(answer: BreakEven) -> None:
    """The curves, and what the terminal says of them."""
    said = [text for text in break_even_text(answer) if isinstance(text, str)]
    if any(point.good for curve in answer.curves for point in curve.points):
        chart(
            charts_money.break_even_figure(answer, theme()), "compare_break_even_chart", alt=charts_money.break_even_alt(answer),
            title=charts_money.break_even_title(answer), note=charts_money.break_even_note(answer),
            data=lambda: charts_money.break_even_csv(answer), file="break-even.csv",
        )  # fmt: skip
    else:
        st.header("Neither has a price and keeps the promise")
    st.html(block("".join(f'<p class="ea-note">{safe(text)}</p>' for text in said), testid="break-even"))


def draw(ranking: Ranking, question: Question) -> None:
    """The two pickers, the button, and what was found: nothing is searched for before the click."""
    names = _cheapest(ranking)
    place = st.container()
    if len(names) < 2:
        with place:
            st.header("Where the cheapest changes")
        st.caption("A break-even needs two options that can be simulated and have a price.")
        return
    pair = _pair(names)
    same = pair[0] == pair[1]
    key = (question.key, tuple(sorted(pair)))
    clicked = st.button(
        "Find where the cheapest changes", key="compare_find", disabled=same, on_click=_work.again, args=(SLOT,)
    )
    found = _work.found(SLOT, key, break_even_work(question, pair), start=clicked and not same)
    with place:
        if found.result is not None:
            _shown(found.result)
            return
        st.header("Where the cheapest changes")
        if same:
            st.caption("Pick two different options.")
        elif found.refused is not None:
            st.html(_asking.refused(found.refused))
        elif found.running:
            _work.watch(SLOT)
        elif found.stopped:
            st.info("Stopped. Nothing was changed.")
        else:
            st.caption(
                "At which traffic does another option become the cheaper one? The search simulates both at many loads and "
                "takes from some seconds to a minute."
            )
