"""Share: the address of this page with the whole question in it."""

from typing import Final
from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from simulator.pages import _link, _state
from simulator.pages._state import OWN, Draft

__all__ = ["address", "draw", "here"]

_MOST_VIEW: Final = 500


def address(draft: Draft) -> str:
    """The whole address of this page, with the question and the view; empty where it would be too long to survive."""
    query = _state.link(draft)
    if not query:
        return ""
    view = {name: text for name, text in st.query_params.items() if name not in OWN}
    more = urlencode(view)
    if more and len(more) < _MOST_VIEW and len(query) + len(more) + 1 < _link.LONGEST_QUERY:
        query = f"{query}&{more}"
    return here(query.removeprefix("?"))


def here(query: str) -> str:
    """The address of this page with a query string, whatever it has now."""
    parts = urlsplit(st.context.url or "")
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def draw(draft: Draft, key: str) -> None:
    """The popover. Arguments: `key` of the widget."""
    with st.popover("Share", key=key):
        link = address(draft)
        if link:
            st.caption("This link holds the whole question; nothing is stored anywhere.")
            st.code(link, language=None, wrap_lines=True)
            if draft.recording is not None:
                st.caption("The recording itself is not in the link: the receiver is asked for the file.")
        else:
            st.caption("The workload is too long for a link. Send the TOML file instead: Load or save, in the sidebar.")
