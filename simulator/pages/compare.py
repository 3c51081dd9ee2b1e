"""Compare: what one option costs more than another and what that buys, and what a change would do to it."""

import streamlit as st

from advisor.pages.own_html import block, safe
from simulator.difference import difference
from simulator.headline import headline
from simulator.pages import _answer, _asking, _compare_bill, _compare_break_even, _compare_what_if, _frame, _tables
from simulator.pages._state import Draft
from simulator.ranking import Ranking

__all__ = ["body"]


def _title(ranking: Ranking, stale: str) -> str:
    """The difference that decides as the title, and below it what follows from it."""
    over = f"Comparison for <b>{safe(ranking.study.workload.name)}</b>{f' · {safe(stale)}' if stale else ''}"
    text = f'<p class="ea-over">{over}</p><h1>{safe(difference(ranking))}</h1><p>{safe(headline(ranking))}</p>'
    return block(text, "section", "answer", 'role="status"')


def _evidence(draft: Draft, ranking: Ranking, fresh: bool) -> None:
    """What the title rests on."""
    _compare_what_if.draw(draft, ranking, fresh)
    st.header("Ranking")
    tied = " Options whose costs do not clearly differ share a rank." if len(ranking.ranked) > 1 else ""
    st.caption(f"{ranking.heading}.{tied}")
    st.html(_tables.ranking_table(ranking))
    left, right = st.columns(2, gap="large")
    with left:
        if fresh:
            _compare_break_even.draw(ranking, draft.question)
    with right:
        _compare_bill.bars(ranking)
    _compare_bill.lines(ranking)


def body(draft: Draft) -> None:
    """The page; the answer to the question before stays, pale, while a new one is found."""
    answer, fresh = _asking.shown(draft.question)
    if answer is None:
        return
    ranking = answer.ranking
    with _asking.dimmed(fresh):
        st.html(_title(ranking, _frame.accepted(draft) if fresh else "the answer to the question before"))
        if ranking.ranked:
            if fresh:
                _frame.link_to_files(ranking)
            _evidence(draft, ranking, fresh)
        else:
            _frame.link_to("decide", "Why each option is out, and what would bring it back")
        st.html(_answer.footer(answer))
