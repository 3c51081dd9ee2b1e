"""The frame of every page: style, the workload in the sidebar and in one line, what is wrong with it, and the way on."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import streamlit as st

from advisor.options import title
from advisor.pages.boundary import boundary
from advisor.pages.own_html import block, safe
from advisor.pages.style import style
from simulator.pages import _answer, _asking, _fields, _recording, _share, _sidebar, _state
from simulator.pages._state import Draft
from simulator.ranking import Ranking

__all__ = ["ARRIVED", "accepted", "framed", "link_to", "link_to_files", "routes"]

_ROUTES: Final = "routes"
_AT: Final = "page_before"
ARRIVED: Final = "page_arrived"
"""Set when a page was come to from another one; the page takes it away."""
_SHARED: Final = ("compare", "replay", "size")
"""Pages whose closing row offers their address; the first page has that beside its answer."""


def routes(pages: Mapping[str, Any]) -> None:
    """Remember the pages of this run, by address, so that one page can lead to another."""
    st.session_state[_ROUTES] = dict(pages)


def link_to(address: str, label: str, **view: str) -> None:
    """A link to another page that takes the question along. Arguments: `view` is its view state, by parameter."""
    page = st.session_state.get(_ROUTES, {}).get(address)
    if page is not None:
        st.page_link(page, label=label, query_params={**_state.parameters(_state.current()), **view})


def link_to_files(ranking: Ranking) -> None:
    """A link to the files that create the recommended option, sized first; nothing where none is recommended."""
    if ranking.best is not None:
        name = title(ranking.best.name)
        link_to("size", "Deploy files", size_tab="Deploy files", size_find="1", size_deploy_option=name)


def accepted(draft: Draft) -> str:
    """For which values the answer is, while other texts in their fields were not accepted."""
    table = draft.workload.to_mapping()
    wrong = [entry for entry in _fields.fields(table, draft.facts) if entry.key in draft.errors]
    return ", ".join(f"for {entry.label} {entry.read(table) or 'not stated'}" for entry in wrong)


def _summary(draft: Draft) -> None:
    """What was wrong with the fields and the link, on top of the page."""
    for notice in draft.notices:
        st.warning(_state.plain(notice))
    if len(draft.errors) > 1:
        labels = {entry.key: entry.label for entry in _fields.fields(draft.workload.to_mapping(), draft.facts)}
        items = "".join(
            f"<li>{safe(labels.get(key, 'Load or save'))}: {safe(text.splitlines()[0])}</li>"
            for key, text in draft.errors.items()
        )
        st.html(_asking.boxed(f"<b>{len(draft.errors)} fields need attention</b><ul>{items}</ul>"))


def _missing(draft: Draft) -> str:
    said = f"<p>{safe(_recording.recording_line(draft))}</p>"
    return block(f"<h1>This workload plays a recording that is not here yet.</h1>{said}", testid="answer")


def _ways(here: str) -> None:
    """The closing row of links: the menu is folded away on a phone."""
    with st.container(horizontal=True, vertical_alignment="center", key="frame_ways"):
        if here in _SHARED:
            _share.draw(_state.current(), "frame_share")
        for address, page in st.session_state.get(_ROUTES, {}).items():
            if address != here:
                link_to(address, page.title)


def framed(
    body: Callable[[Draft], None], address: str, *, strip: bool = True, sidebar: bool = True
) -> Callable[[], None]:
    """A page with its frame. Arguments: `body` draws the page; `strip` False leaves out the workload's own line, `sidebar` False the
    sidebar with its fields.
    """

    def page() -> None:
        st.html(style())
        with boundary():
            draft = _state.current()
            if st.session_state.get(_AT) != address:
                st.session_state[_AT], st.session_state[ARRIVED] = address, True
                _state.refill(draft)
            if sidebar:
                _sidebar.draw(draft)
            if strip:
                st.html(_answer.strip(draft.workload))
            if sidebar:
                _summary(draft)
            if strip and draft.needs_recording:
                st.html(_missing(draft))
            else:
                with boundary():
                    body(draft)
            _ways(address)

    page.__name__ = address
    return page
