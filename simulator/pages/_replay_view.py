"""What a replay shows: what happened as the title, the run over time, its events, its latencies."""

from typing import Any, Final

import streamlit as st

from advisor.options import describe, title
from advisor.pages.own_html import block, safe
from simulator import latency_chart, replay_chart, replay_text
from simulator.pages._chart import chart, theme
from simulator.pages._replay_events import events
from simulator.replay import Replay, Span
from simulator.replay_csv import intervals_csv, latency_csv

__all__ = ["show"]

_WHOLE: Final = "Whole run"


def _span(told: Replay) -> tuple[Span, str]:
    """The stretch that was chosen, and how a file is called that has it."""
    if told.day is None:
        return told.whole, ""
    chosen = st.segmented_control(
        "Show", [_WHOLE, "Busiest day"], key="replay_span", required=True, default=_WHOLE, bind="query-params"
    )
    return (told.whole, "") if chosen == _WHOLE else (told.day, "-busiest-day")


def _title(told: Replay, draws: int) -> str:
    """The finding, and what it is of."""
    over = f"{safe(title(told.option.name))}: {safe(describe(told.option))}"
    lines = [replay_text.summary(told), replay_text.loss_note(told)]
    if draws > 1:
        lines.append(f"This is the first of the {draws} draws of the traffic; the ranking is the mean of all.")
    below = "".join(f'<p class="muted">{safe(line)}</p>' for line in lines if line)
    return block(
        f'<p class="ea-over">{over}</p><h1>{safe(replay_text.headline(told))}</h1>{below}', "section", "replay",
        'role="status"',
    )  # fmt: skip


def show(told: Replay, draws: int, head: Any) -> None:
    """The whole view. Arguments: `draws` of the traffic were simulated for the ranking; `head` is where the title stands."""
    head.html(_title(told, draws))
    span, part = _span(told)
    name = f"{told.option.name.replace('_', '-')}{part}"
    chart(
        replay_chart.replay_figure(told, span, theme()), "replay_chart", alt=replay_chart.replay_alt(span),
        title=replay_text.chart_title(span), note=replay_text.chart_note(told, span),
        data=lambda: intervals_csv(span), file=f"{name}-over-time.csv", zoom=True,
    )  # fmt: skip
    events(told, span, f"{name}-events.csv")
    heading = st.container()
    tail = st.toggle(
        "Show rare latencies (log scale of the share)", key="replay_tail", bind="query-params",
        help="Draws the share on a logarithmic axis too, so that one request in a million is seen.",
    )  # fmt: skip
    with heading:
        chart(
            latency_chart.latency_figure(told, span, theme(), tail=tail), "replay_latency",
            alt=latency_chart.latency_alt(told, span), title=replay_text.latency_title(told, span),
            note=replay_text.latency_note(told, span), data=lambda: latency_csv(span), file=f"{name}-latency.csv",
        )  # fmt: skip
