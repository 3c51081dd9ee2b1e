"""Events of a replay as a table, with their file."""

from typing import Final

import streamlit as st

from advisor.pages.own_html import block, safe, table
from simulator.replay import Replay, Span
from simulator.replay_events import EVENT_WORDS, events_of, events_title
from simulator.timeline import clock, events_text

__all__ = ["events"]

_MOST_EVENTS: Final = 12
_HEADS: Final = (("Time", ""), ("Event", ""), ("Cause and effect", ""))


def events(told: Replay, span: Span, file: str) -> None:
    """What changed and what it did, the first of it as a table, all of it as CSV in a file of that name."""
    found = events_of(told, span)
    shown = [one for one in found if one.kind != "dropped"]
    st.header(events_title(shown))
    rows = [
        ("", (f'<span class="nowrap">{clock(one.time_us)}</span>', safe(EVENT_WORDS[one.kind]), safe(one.text)))
        for one in shown[:_MOST_EVENTS]
    ]
    later, idle = len(shown) - len(rows), len(found) - len(shown)
    texts = []
    if later:
        texts.append(f"{later:,} later event{'' if later == 1 else 's'}: in the CSV.")
    if idle:
        texts.append(f"{idle:,} alarm{'' if idle == 1 else 's'} found nothing left to do: in the CSV.")
    if rows:
        st.html(table(_HEADS, rows, "Events of the run", "replay-events"))
    if texts:
        st.html(block("".join(f'<p class="ea-note">{safe(text)}</p>' for text in texts), testid="replay-notes"))
    if found:
        st.download_button(
            "Events as CSV", lambda: events_text(found), file, "text/csv", key="replay_events_csv", on_click="ignore"
        )
