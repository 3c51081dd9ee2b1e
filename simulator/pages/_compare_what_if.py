"""The what-if box with its chart: sliders, what a change does to every option, and the way to keep it."""

from typing import Final

import streamlit as st

from advisor.errors import AdvisorError, InputError
from advisor.pages.own_html import block, safe
from advisor.units import format_bytes, format_duration, format_rate
from advisor.workload import TraceTraffic, Workload
from simulator import charts
from simulator.pages import _asking, _compare_strip, _state, _work
from simulator.pages._chart import chart, theme
from simulator.pages._compare_base import Both, what_if_work
from simulator.pages._state import Draft
from simulator.ranking import Ranking
from simulator.re_rank import AS_IS, WhatIf, start_rows, written

__all__ = ["SLOT", "draw"]

SLOT: Final = "compare_what_if"
"""The slot of its job."""
_LAST: Final = "compare_last"
_KEPT: Final = "compare_kept"
_AGAIN: Final = "compare_again"
_MOST_KEPT: Final = 64
"""Steps that are kept for all sessions: a step back is at once there."""
_WIDE: Final = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0, 8.0)
_SOME: Final = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0)
_FEW: Final = (0.5, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0)
_SLIDERS: Final = {
    "load": ("Traffic", _WIDE), "service": ("Service time", _SOME), "payload": ("Largest payload", _WIDE),
    "start": ("Cold start", _SOME), "price": ("Price", _FEW),
}  # fmt: skip
_WRITABLE: Final = ("load", "service", "payload")
_HELP: Final = {
    "load": "Times the requests: every rate, or the users where they wait for each answer.",
    "service": "Times the time a request takes, wherever it is served.",
    "payload": "Times the size of every request, the largest included.",
    "start": "Times what a start takes: of an environment, an instance, a copy or a model. It is assumed, with a range.",
    "price": "Times every price. The order stays; a budget may not hold.",
}


def _key(name: str) -> str:
    return f"compare_{name}"


def _undo() -> None:
    for name in _SLIDERS:
        st.session_state[_key(name)] = 1.0


def _keep(draft: Draft, workload: Workload, said: str) -> None:
    """Take the changed workload as the question; what is no part of it stays in the what-if."""
    for name in _WRITABLE:
        st.session_state[_key(name)] = 1.0
    st.session_state[_KEPT], st.session_state[_AGAIN] = (workload.digest, said), True
    _state.commit(draft, workload)


def _then(ranking: Ranking, asked: WhatIf) -> dict[str, str]:
    """What each factor amounts to, by slider; empty where there is nothing to multiply."""
    study = ranking.study
    rate = study.workload.traffic.mean_rate_per_s or study.load.mean_rate_per_s
    starts = start_rows(ranking.assumptions)
    try:
        service = f"{format_duration(study.workload.service.time.quantile_us(0.5) * asked.service)} typical"
    except InputError:  # the file of the times was not given to the page
        service = "times from a file"
    first = f"{format_duration(starts[0].used * asked.start)}, {starts[0].confidence}" if starts else ""
    return {
        "load": f"{format_rate(rate * asked.load)} on average",
        "service": service, "payload": format_bytes(study.workload.request.payload.largest * asked.payload),
        "start": first, "price": "of everything on the bill",
    }  # fmt: skip


def _sliders(ranking: Ranking, *, ready: bool) -> WhatIf:
    """The sliders, each with what its factor amounts to."""
    starts = bool(start_rows(ranking.assumptions))
    chosen = {}
    grid = st.grid(5, min_column_width=150, key="compare_sliders")
    cells = {}
    for name, (label, steps) in _SLIDERS.items():
        cells[name] = grid.cell()
        with cells[name]:
            chosen[name] = st.select_slider(
                label, steps, value=1.0, key=_key(name), format_func=_compare_strip.times, help=_HELP[name],
                disabled=not ready or (name == "start" and not starts), persist_state="session",
            )  # fmt: skip
    asked = WhatIf(**{**chosen, "start": chosen["start"] if starts else 1.0})
    for name, text in _then(ranking, asked).items():
        with cells[name]:
            st.caption(text or "no option here starts anything")
    return asked


def _actions(draft: Draft, asked: WhatIf) -> None:
    """Keep and undo, and why something cannot be kept."""
    kept = WhatIf(**{name: getattr(asked, name) for name in _WRITABLE})
    made, why = None, ""
    if isinstance(draft.workload.traffic, TraceTraffic):
        why = "Recorded traffic is what its file holds, so the change stays in the what-if."
    elif kept == AS_IS:
        why = "A cold start is an assumption and a price is AWS's: neither is part of the workload, so both stay in the what-if."
    else:
        try:
            made = written(draft.workload, kept)
        except AdvisorError as error:
            why = f"It cannot be written into the workload: {error}"
        if asked != kept:
            why = "Only what is part of the workload is kept. Cold start and price stay in the what-if."
    with st.container(horizontal=True, key="compare_actions"):
        said = f"{_compare_strip.words(kept)} is part of the workload now."
        st.button(
            "Keep this change", key="compare_keep", disabled=made is None, on_click=_keep,
            args=(draft, made or draft.workload, said[:1].upper() + said[1:]),
        )  # fmt: skip
        st.button("Undo", key="compare_undo", on_click=_undo)
    if why:
        st.caption(_state.plain(why))


def _chart(ranking: Ranking, before: Ranking | None = None, lead: str = "") -> None:
    """Cost against latency; after a change with where the options stood before."""
    name = charts.cost_title(ranking)
    heading = f"With {lead}: {name[:1].lower()}{name[1:]}" if lead else name
    figure = charts.cost_figure(ranking, theme(), before)
    if figure is None:
        st.header(heading)
        st.caption("There is nothing to draw: an option needs a price and answered requests.")
        return
    chart(
        figure, "compare_chart", alt=charts.cost_alt(ranking), title=heading, note=charts.cost_note(ranking, before),
        data=lambda: charts.cost_csv(ranking), file="cost-against-latency.csv",
    )  # fmt: skip


def _strip(found: Both) -> None:
    """What a change does, and how that was worked out."""
    st.html(_compare_strip.strip(found.before, found.after, found.asked))
    st.caption(
        "US dollars per month and latency. Now and the change are worked out alike and quickly: one draw of the traffic, no "
        "intervals, no ends of assumptions. The ranking below rests on more draws, so its numbers can differ a little."
    )


@st.fragment
def draw(draft: Draft, ranking: Ranking, fresh: bool) -> None:
    """The box and the chart.

    Arguments: `ranking` is the full one; `fresh` whether it is that of the present question.
    """
    if st.session_state.pop(_AGAIN, False):
        st.rerun()
    st.header("What if")
    asked = _sliders(ranking, ready=fresh)
    kept, said = st.session_state.get(_KEPT, ("", ""))
    if kept == draft.workload.digest and asked == AS_IS:
        st.html(block(f'<p class="ea-said">{safe(said)}</p>', testid="kept", attributes='role="status"'))
    if asked == AS_IS or not fresh:
        _work.stop(SLOT)
        _chart(ranking)
        return
    question = draft.question
    found = _work.found(SLOT, (question.key, asked), what_if_work(question, asked), most=_MOST_KEPT)
    if found.result is not None:
        st.session_state[_LAST] = (question.key, found.result)
        _strip(found.result)
        _actions(draft, asked)
        _chart(found.result.after, found.result.before, _compare_strip.words(asked))
        return
    if found.refused is not None:
        st.html(_asking.refused(found.refused))
    elif found.running:
        _work.watch(SLOT)
    else:
        _work.stopped(SLOT)
    _actions(draft, asked)
    of, last = st.session_state.get(_LAST, (None, None))
    with _asking.dimmed(not found.running):
        if found.running and of == question.key:  # the step before, of the same question
            _strip(last)
            _chart(last.after, last.before, _compare_strip.words(last.asked))
        else:
            _chart(ranking)
