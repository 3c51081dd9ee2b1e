"""What happened over time to one simulated option: played again only when the part is opened, in a thread of its own."""

from pathlib import Path
from typing import Any, Final

import streamlit as st

from advisor.facts import Facts
from advisor.options import title
from advisor.workload import Workload
from simulator import charts, fleet_chart
from simulator.pages import _job
from simulator.pages._boundary import boundary
from simulator.pages._html import block, safe, table
from simulator.ranking import Ranked, Ranking
from simulator.story import WORDS, Story, fleetless, tell
from simulator.study import prepare
from simulator.timeline import clock, events_text, table_text

__all__ = ["draw", "work"]

_JOB: Final = "decide_story_job"
_CHOSEN: Final = "decide_story_option"
_SPAN: Final = "decide_story_span"
_MOST_EVENTS: Final = 12


@st.cache_resource(show_spinner=False)
def _stories() -> _job.Answers:
    return _job.Answers()


def work(workload: Workload, facts: Facts, seed: int, path: Path | None, entry: Ranked) -> _job.Work:
    """The computation: the traffic of the answer, its first draw, and the one option."""
    option = entry.option

    def run(cancel: Any, progress: Any) -> Story:
        progress(0, 1, f"playing the {title(option.name).lower()}")
        return tell(prepare(workload, facts, seed=seed, trace=path, cancel=cancel), option)

    return run


def _story(key: tuple[Any, ...], made: _job.Work) -> _job.Job | Story:
    """The story of a key, or the job that works on it or failed."""
    known: Story | None = _stories().get(key)
    if known is not None:
        return known
    job: _job.Job | None = st.session_state.get(_JOB)
    if job is None or job.key != key or job.stopped:
        if job is not None:
            job.stop()
        job = st.session_state[_JOB] = _job.Job(key, made)
    if not job.wait(_job.PATIENCE_S):
        return job
    st.session_state[_JOB] = None
    if job.error is not None:
        return job
    _stories().put(key, job.result)
    told: Story = job.result
    return told


@st.fragment(run_every="500ms")
def _watch() -> None:
    """Wait for the running job beside the page."""
    job: _job.Job | None = st.session_state.get(_JOB)
    if job is None or not job.running:
        st.rerun()
    st.caption(
        f"Playing this option once more to see it over time, {job.elapsed_s:.0f} s so far. Close this part to stop it."
    )


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
def draw(ranking: Ranking, key: tuple[Any, ...], path: Path | None) -> None:
    """The part of the page, closed until it is asked for.

    Arguments: `key` of the question that the ranking answers, `path` of its recording, where it plays one.
    """
    names = [entry.name for entry in ranking.ranked]
    if not names:
        return
    box = st.expander(
        "What happened over time: fleet, waiting, failures, and why it scaled", key="decide_story", on_change="rerun"
    )
    if not box.open:
        job: _job.Job | None = st.session_state.get(_JOB)
        if job is not None:
            job.stop()
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
        study = ranking.study
        made = work(study.workload, study.facts, study.seed, path, entry)
        found = _story((*key, entry.option), made)
        if isinstance(found, Story):
            _show(found, entry.replications)
        elif found.running:
            _watch()
        elif found.refused is not None:
            st.html(block(f"<p>{safe(found.refused)}</p>", testid="story-none"))
        elif found.error is not None:
            raise found.error
