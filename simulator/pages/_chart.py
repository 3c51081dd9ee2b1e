"""One way to show a chart: its finding as the title, how to read it, the figure with its words, its numbers as CSV."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from simulator import charts

__all__ = ["chart", "theme"]


def theme() -> str:
    """`light` or `dark`, as the page is now."""
    return (st.context.theme.type if st.context.theme else None) or "light"


def chart(
    figure: Any, key: str, *, alt: str, title: str, note: str = "", data: Callable[[], str] | str = "", file: str = "",
    zoom: bool = False,
) -> None:  # fmt: skip
    """Draw a figure with everything that belongs to it.

    Arguments: `key` is that of the widget, `<page>_<thing>`; `alt` one sentence with the main numbers; `title` the
    finding; `note` how to read it; `data` the numbers as CSV, or what makes them on a click, in a file named `file`;
    `zoom` lets dragging zoom along x.
    """
    st.header(title)
    if note:
        st.caption(note)
    config = {**charts.CONFIG, **({"doubleClick": "reset"} if zoom else {})}
    st.plotly_chart(figure, theme=None, key=key, config=config, alt=alt)
    if data:
        st.download_button("Data as CSV", data, file, "text/csv", key=f"{key}_csv", on_click="ignore")
