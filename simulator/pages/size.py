"""Size: the cheapest plan that keeps a promise, how much it bears, what its cost turns on, until when it does, and its files."""

from typing import Any, Final

import streamlit as st

from advisor.items import month_hours
from advisor.options import title
from simulator.endpoints import builders
from simulator.pages import (
    _asking,
    _deploy,
    _deploy_form,
    _frame,
    _size_answer,
    _size_form,
    _size_growth,
    _size_parts,
    _size_tables,
    _work,
)  # fmt: skip
from simulator.pages._size_asked import Asked, words
from simulator.pages._size_work import Kept, Searched, search_work
from simulator.pages._state import Draft
from simulator.plans import Plan
from simulator.ranking import Ranking
from simulator.size_parts import closest
from simulator.sized_csv import plans_csv

__all__ = ["TABS", "body"]

TABS: Final = ("Plan", "Deploy files")

_SLOT: Final = "size"
_ASKED: Final = "size_asked"
_LAST: Final = "size_last"
_KEPT: Final = "size_kept"
_STOP_S: Final = 0.4
"""How long the page waits for what a stopped search had found."""


def _choices(ranking: Ranking) -> tuple[list[str], list[str]]:
    """Options that could be searched, those of the ranking first, and the instance types that were measured."""
    study = ranking.study
    if not study.load.requests or not ranking.ranked:
        return [], []
    ranked = [entry.name for entry in ranking.ranked]
    fits = [verdict.option.name for verdict in ranking.advice.verdicts if verdict.feasible]
    more = [name for name in fits if name in builders() and name not in ranked]
    return [*ranked, *more], [place for place in study.places if place in study.facts.instances]


def _search(asked: Asked) -> tuple[_work.Found, Kept]:
    """What is known of a search: it is started where the button asked for it."""
    if st.session_state.pop(_size_form.WANTED, False):
        _work.again(_SLOT)
        if st.session_state.get(_ASKED) != asked.key:  # else its search may be running, and puts what it finds there
            st.session_state[_ASKED], st.session_state[_KEPT] = asked.key, Kept()
    wanted = st.session_state.get(_ASKED) == asked.key
    kept: Kept = st.session_state.get(_KEPT) or Kept()
    return _work.found(_SLOT, asked.key, search_work(asked, kept), start=wanted), kept


def _evidence(asked: Asked, searched: Searched, *, whole: bool) -> None:
    """Everything below the answer. Arguments: `whole` where the search came to its end."""
    sizing, plan = searched.sizing, searched.plan
    if not sizing.sized:
        st.html(_size_tables.options_table(sizing, plan))
        return
    st.header("Cheapest plan of each option")
    hours = month_hours(sizing.study.facts.mechanism, sizing.study.terms)
    st.caption(
        f"p99: 99 of 100 requests are faster. A month is {float(hours):g} h of this traffic. Of an option without a plan, the closest is shown."
    )
    st.html(_size_tables.options_table(sizing, plan))
    st.html(_size_tables.excluded_text(sizing))
    tried = sum(one.tried for one in sizing.sized)
    with st.expander(f"All {tried:,} plans tried, of {sizing.considered:,} configurations", key="size_tried"):
        st.html(_size_tables.plans_table(sizing))
        st.download_button(
            "Plans as CSV",
            lambda: plans_csv(sizing),
            "plans-tried.csv",
            "text/csv",
            key="size_tried_csv",
            on_click="ignore",
        )
    near = closest(sizing)
    about: Plan | None = plan or (near.nearest if near is not None else None)
    if about is None or about.problem or not whole:
        return
    with st.container(horizontal=True, key="size_ways"):
        _frame.link_to(
            "replay", f"Replay the {title(about.option.name).lower()}", replay_option=title(about.option.name)
        )
        _frame.link_to("compare", "Compare cost and latency")
    _size_parts.draw(asked, searched, about)
    _size_growth.draw(asked, about)


def _unsearched(ranking: Ranking, found: _work.Found) -> None:
    """No result of this search: the progress of it beside the plan before, or what the ranking knows."""
    last: tuple[Asked, Searched] | None = st.session_state.get(_LAST)
    if found.running and last is not None:
        with st.container(key="size_old"):
            st.html(_size_answer.found(last[1], note=f"the plan for {words(last[0])}"))
        return
    st.html(_size_answer.before(ranking))


def _progress(found: _work.Found) -> None:
    """How far the search is, or what keeps it from a result."""
    if found.running:
        for slot in _size_parts.SLOTS:
            _work.stop(slot)
        _work.watch(_SLOT)
    elif found.refused is not None:
        st.html(_asking.refused(found.refused))
    elif found.stopped:
        _work.stopped(_SLOT, "Search again")


def _plan(ranking: Ranking, asked: Asked, found: _work.Found, searched: Searched | None, head: Any) -> None:
    """The tab of the plan, below its form. Arguments: `head` is the place for its title."""
    if searched is None or found.stopped:
        _progress(found)
    with head:
        if searched is None:
            _unsearched(ranking, found)
            return
        st.html(_size_answer.found(searched, stopped=found.stopped))
    _evidence(asked, searched, whole=not found.stopped)


def _before(ranking: Ranking, names: list[str], head: Any, files: Any, words: str) -> None:
    """Both tabs while nothing can be searched. Arguments: `words` is the title of that of the files."""
    with files:
        _deploy_form.choose(names, later=True)
    with files if files.open else head:
        st.html(_deploy.titled(ranking, words) if files.open else _size_answer.before(ranking))


def body(draft: Draft) -> None:
    """The page. Widgets that the address holds are drawn whichever tab is open, or it would lose them."""
    answer, fresh = _asking.shown(draft.question)
    if answer is None:
        return
    ranking = answer.ranking
    names, types = _choices(ranking)
    with _asking.dimmed(fresh):
        plans, files = st.tabs(TABS, key="size_tab", bind="query-params")
        head, top = plans.container(), files.container()
        if not fresh:
            _before(ranking, names, head, files, "The files follow the answer.")
            return
        with plans:
            asked, errors = _size_form.read(draft, names, types)
            _size_form.draw(draft, names, types, errors)
        if asked is None or not names:
            st.session_state.pop(_size_form.WANTED, None)
            _before(ranking, names, head, files, "There is no plan to deploy: the tab Plan says why.")
            return
        with plans:
            _size_form.keep(draft, asked)
        found, kept = _search(asked)
        searched: Searched | None = found.result or (kept.get(_STOP_S) if found.stopped else None)
        if searched is not None and not found.stopped:
            st.session_state[_LAST] = (asked, searched)
        with files:
            wish = _deploy_form.choose(names, later=searched is None)
        if not files.open:
            with plans:
                _plan(ranking, asked, found, searched, head)
        elif searched is None:
            _deploy.unsearched(ranking, found, _SLOT, top)
        else:
            with files:
                _deploy.draw(ranking, searched, wish, top)
