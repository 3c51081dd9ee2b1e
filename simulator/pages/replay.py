"""Replay: one option over time, what it did to its requests, and what a loss would do."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final

import streamlit as st

from advisor.options import title
from advisor.pages.own_html import block, safe
from advisor.verdict import Verdict
from simulator.busiest import FAULTS
from simulator.pages import _asking, _job, _replay_view, _work
from simulator.pages._question import Question
from simulator.pages._state import Draft
from simulator.ranking import Ranked, Ranking
from simulator.replay import Replay, replay
from simulator.resilience import invulnerable
from simulator.unplayed import aside

__all__ = ["SLOT", "body", "work"]

SLOT: Final = "replay"
"""The slot of its job."""
_LAST: Final = "replay_last"


def work(question: Question, entry: Ranked, fault: str) -> _job.Work:
    """The computation: the traffic of the answer, its first draw, the one option, and what it loses."""
    option = entry.option

    def run(cancel: Any, progress: Any) -> Replay:
        progress(0, 1, "drawing the traffic")
        return replay(question.study(cancel), option, fault=fault, progress=progress)

    return run


def _reason(group: Sequence[Verdict]) -> str:
    """Why some options cannot be replayed: what their reasons share."""
    if aside(group[0]):
        return "this workload does not ask for them" if len(group) > 1 else "this workload does not ask for it"
    messages = [verdict.findings[0].message if verdict.findings else "not simulated" for verdict in group]
    said = messages[0] if len(set(messages)) == 1 else messages[0].partition(":")[0]
    return f"{said[:1].lower()}{said[1:].rstrip('.')}"


def others(ranking: Ranking) -> str:
    """The options that cannot be replayed, each with why, in one line."""

    def why(verdict: Verdict) -> str:
        return "" if aside(verdict) else verdict.findings[0].rule if verdict.findings else "?"

    left = sorted((v for v in ranking.infeasible if v.option.name != "none"), key=why, reverse=True)
    groups = [list(group) for _, group in groupby(left, why)]
    said = [f"{', '.join(title(v.option.name).lower() for v in group)} ({_reason(group)})" for group in groups]
    return f"Not simulated, so not here: {'; '.join(said)}." if said else ""


def _entry(ranking: Ranking) -> Ranked:
    """The option that was chosen; the recommended one until then. A link names it as the widget does: by its title."""
    entries = {title(entry.name): entry for entry in ranking.ranked}
    names = list(entries)
    first = title(ranking.best.name) if ranking.best else names[0]
    chosen = st.pills("Option", names, key="replay_option", required=True, default=first, bind="query-params")
    if line := others(ranking):
        st.html(block(f'<p class="small muted">{safe(line)}</p>', testid="replay-others"))
    return entries.get(chosen or first, entries[first])


def _fault(entry: Ranked) -> str:
    """The loss that was chosen, by its name; none where the option has nothing that can be lost."""
    if why := invulnerable(entry.simulation.model):
        st.html(block(f'<p class="small muted">{safe(why)}</p>', testid="replay-no-fault"))
        return "none"
    labels = {words: name for name, words in FAULTS.items()}
    chosen = st.segmented_control(
        "Fault at the busiest time", list(labels), key="replay_fault", required=True, default=FAULTS["none"],
        bind="query-params",
    )  # fmt: skip
    return labels.get(chosen or "", "none")


def _old(words: str, head: Any) -> None:
    """What was shown before, pale; the words as the title where there is nothing."""
    kept: tuple[Replay, int] | None = st.session_state.get(_LAST)
    if kept is None:
        head.html(block(f"<h1>{safe(words)}</h1>", testid="replay"))
        return
    with _asking.dimmed(False):
        _replay_view.show(*kept, head.container(key="replay_old"))


def body(draft: Draft) -> None:
    """The page; the replay before stays, dimmed, while a new one is found."""
    answer, fresh = _asking.shown(draft.question)
    if answer is None:
        return
    ranking = answer.ranking
    if not ranking.ranked:
        st.html(block(f"<h1>Nothing can be replayed.</h1><p>{safe(others(ranking))}</p>", testid="replay"))
        return
    head = st.container()
    entry = _entry(ranking)
    fault = _fault(entry)
    if not fresh:  # the choices stay where they are, or the address would lose them
        _work.stop(SLOT)
        _old("The replay follows the answer.", head)
        return
    found = _work.found(SLOT, (draft.question.key, entry.option, fault), work(draft.question, entry, fault))
    if found.result is not None:
        st.session_state[_LAST] = (found.result, entry.replications)
        _replay_view.show(found.result, entry.replications, head)
    elif found.refused is not None:
        said = str(found.refused)
        head.html(block(f"<h1>This cannot be replayed.</h1><p>{safe(said)}</p>", testid="replay"))
    elif found.running:
        _work.watch(SLOT)
        _old(f"Replaying the {title(entry.name).lower()}.", head)
    else:
        _work.stopped(SLOT)
        _old(f"The {title(entry.name).lower()} is not replayed.", head)
