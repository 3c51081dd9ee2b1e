"""The offer of a report: the whole answer as a file, made when it is asked for."""

from datetime import UTC, datetime

import streamlit as st

from advisor.text import format_day
from simulator.pages import _share
from simulator.pages._state import Draft
from simulator.ranking import Ranking

__all__ = ["offer"]


def offer(draft: Draft, ranking: Ranking) -> None:
    """A popover with the report in both forms. Arguments: `ranking` is the answer to `draft`."""
    from simulator.report import file_stem, report_html, report_markdown

    link = _share.address(draft)
    stem = f"{file_stem(draft.workload.name)}-report"
    made = format_day(datetime.now(UTC).astimezone().date())
    with st.popover("Report", key="decide_report"):
        st.caption(
            "The whole answer as one file: reasons, bill, assumptions, sources and the workload. Nothing is uploaded."
        )
        st.download_button(
            "Report as HTML", lambda: report_html(ranking, link, made), f"{stem}.html", "text/html", key="decide_report_html",
            on_click="ignore", width="stretch",
        )  # fmt: skip
        st.caption("About 5 MB, with its charts; opens without a network and prints on A4.")
        st.download_button(
            "Report as Markdown", lambda: report_markdown(ranking, link, made), f"{stem}.md", "text/markdown",
            key="decide_report_markdown", on_click="ignore", width="stretch",
        )  # fmt: skip
        st.caption("Text and tables, for a wiki or a pull request.")
