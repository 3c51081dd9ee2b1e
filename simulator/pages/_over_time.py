"""What happened over time to one simulated option: played again only when the part is opened, in a thread of its own."""

from typing import Any, Final

import streamlit as st

from advisor.options import title
from advisor.pages.boundary import boundary
from advisor.pages.own_html import block, safe, table
from simulator import charts, fleet_chart
from simulator.pages import _job, _work
from simulator.pages._question import Question
from simulator.ranking import Ranked, Ranking
from simulator.story import WORDS, Story, fleetless, tell
from simulator.timeline import clock, events_text, table_text

__all__ = ["draw", "work"]

_SLOT: Final = "decide_story"
_CHOSEN: Final = "decide_story_option"
_SPAN: Final = "decide_story_span"
_MOST_EVENTS: Final = 12


def work(question: Question, entry: Ranked) -> _job.Work:
    """The computation: the traffic of the answer, its first draw, and the one option."""
    option = entry.option

    def run(cancel: Any, progress: Any) -> Story:
        progress(0, 1, f"playing the {title(option.name).lower()}")
        return tell(question.study(cancel), option)

    return run


def _events(story: Story) -> str:
    """The events that changed something, the first of them as a table."""
    shown = [one for one in story.events if one.kind != "dropped"]
    rows = [
        ("", (f'<span class="nowrap">{clock(one.time_us)}</span>', safe(WORDS[one.kind]), safe(one.text)))
        for one in shown[:_MOST_EVENTS]
    ]
    more, idle = len(shown) - len(rows), len(story.events) - len(shown)
    texts = []
    if not rows:
        texts.append(story.quiet)
    if more:
        texts.append(f"{more:,} later event{'' if more == 1 else 's'}: in the CSV.")
    if idle:
        texts.append(f"{idle:,} alarm{'' if idle == 1 else 's'} found nothing left to do: in the CSV.")
    note = (
        block("".join(f'<p class="ea-note">{safe(text)}</p>' for text in texts), testid="story-notes") if texts else ""
    )
    heads = (("Time", ""), ("Event", ""), ("Cause and effect", ""))
    return (table(heads, rows, "Events of the run", "story-events") if rows else "") + note


def _show(story: Story, draws: int) -> None:
    """The figure of a story with its title, its events, and both as CSV; `draws` of the traffic were simulated."""
    told, day = story, story.busiest_day()
    if day is not None:
        spans = {"whole": "Whole run", "day": f"Busiest day (day {day + 1})"}
        st.segmented_control(
            "Show", list(spans), key=_SPAN, required=True, default="whole", format_func=spans.__getitem__
        )
        if st.session_state[_SPAN] == "day":
            told = story.day(day)
    theme = (st.context.theme.type if st.context.theme else None) or "light"
    st.header(fleet_chart.fleet_title(told))
    each = " The busiest day shows each change." if told is story and day is not None else ""
    first = f" This is the first of the {draws} draws of the traffic." if draws > 1 else ""
    st.caption(f"{fleet_chart.fleet_note(told)}{each}{first}")
    figure, alt = fleet_chart.fleet_figure(told, theme), fleet_chart.fleet_alt(told)
    st.plotly_chart(figure, theme=None, key="decide_story_chart", config=charts.CONFIG, alt=alt)
    st.html(_events(told))
    name = story.option.name.replace("_", "-")
    files = [("Fleet as CSV", lambda: table_text(story.table), "fleet")]
    if story.events:
        files.append(("Events as CSV", lambda: events_text(story.events), "events"))
    with st.container(horizontal=True, key="decide_story_files"):
        for label, data, what in files:
            file, key = f"{name}-{what}.csv", f"decide_story_{what}"
            st.download_button(label, data, file, "text/csv", key=key, on_click="ignore")


@st.fragment
def draw(ranking: Ranking, question: Question) -> None:
    """The part of the page, closed until it is asked for. Arguments: `question` is the one that the ranking answers."""
    names = [entry.name for entry in ranking.ranked]
    if not names:
        return
    box = st.expander(
        "What happened over time: fleet, waiting, failures, and why it scaled", key="decide_story", on_change="rerun"
    )
    if not box.open:
        _work.stop(_SLOT)
        return
    with box, boundary():
        if st.session_state.get(_CHOSEN) not in names:
            st.session_state[_CHOSEN] = names[0]
        if len(names) > 1:
            st.segmented_control("Option", names, key=_CHOSEN, required=True, format_func=title)
        entry = next(e for e in ranking.ranked if e.name == st.session_state[_CHOSEN])
        if why := fleetless(entry.simulation.model):
            st.html(block(f"<p>{safe(why)}</p>", testid="story-none"))
            return
        found = _work.found(_SLOT, (question.key, entry.option), work(question, entry))
        if found.result is not None:
            _show(found.result, entry.replications)
        elif found.running:
            _work.watch(_SLOT)
        elif found.refused is not None:
            st.html(block(f"<p>{safe(found.refused)}</p>", testid="story-none"))
        else:
            _work.stopped(_SLOT)
