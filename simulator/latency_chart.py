"""Latencies of a replay as a figure: a histogram on a logarithmic axis, with the bound and the percentiles.

Plotly is imported on first use.
"""

import math
from typing import TYPE_CHECKING, Final

from advisor.identity import NEUTRAL, STATES, look
from advisor.units import format_share
from simulator.charts import mark_line, plain_duration, template, ticks, tint
from simulator.distribution import Distribution
from simulator.replay import Replay, Span

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

__all__ = ["latency_alt", "latency_figure"]

_HEIGHT: Final = 320
_MOST_TICKS: Final = 7
_LABEL: Final = 0.34
"""Width of a label on a phone, as a share of the plot."""


def _lines(told: Replay, spread: Distribution, theme: str) -> list[tuple[float, str, str, str]]:
    """Place, words, colour and dash of each vertical line, from left to right."""
    ink = NEUTRAL["text"].on(theme)
    lines = [
        (us, f"p{share * 100:g} {plain_duration(us)}", ink, "dot")
        for share, us in spread.percentiles_us.items()
        if us > 0
    ]
    if told.bound is not None:
        red = STATES["blocks"].text.on(theme)
        lines.append((float(told.bound.us), f"{told.bound.measure} limit {plain_duration(told.bound.us)}", red, "dash"))
    return sorted(lines)


def _rows(places: list[float]) -> list[int]:
    """A row for each label, so that none covers another.

    Arguments: `places` ascend, as shares of the width of the plot.

    >>> _rows([0.1, 0.2, 0.3, 0.9])
    [0, 1, 2, 0]
    """
    last: list[float] = []
    found = []
    for place in places:
        row = next((n for n, end in enumerate(last) if place - end >= _LABEL), len(last))
        last[row : row + 1] = [place]
        found.append(row)
    return found


def latency_figure(told: Replay, span: Span, theme: str = "light", *, tail: bool = False) -> "Figure":
    """The share of the requests by latency.

    Arguments: `theme` is light or dark; `tail` draws the shares on a logarithmic axis too, so that rare ones are seen.
    """
    from plotly import graph_objects as go  # noqa: PLC0415 - heavy, and only a chart needs it

    spread, colour = span.distribution, look(told.option.name).colour.on(theme)
    edges, percent = spread.edges_us.tolist(), (spread.share * 100).tolist()
    words = [
        f"{plain_duration(low)} to {plain_duration(high)}<br>{format_share(share / 100)}, {count:,} request{'' if count == 1 else 's'}"
        for low, high, share, count in zip(edges, edges[1:], percent, spread.counts.tolist(), strict=False)
    ]
    lines = _lines(told, spread, theme)
    low, high = min(edges[0], *(x for x, *_ in lines), edges[-1]), max(edges[-1], *(x for x, *_ in lines), edges[0])
    left, right = low / 1.15, high * 1.15
    width, rare = math.log10(right / left), min((p for p in percent if p), default=1.0)
    shown = [p or (rare / 4 if tail else 0) for p in percent]
    figure = go.Figure(go.Scatter(
        x=edges, y=[*shown, shown[-1]], mode="lines", line={"shape": "hv", "width": 1.5, "color": colour}, fill="tozeroy",
        fillcolor=tint(colour, 0.35), text=[*words, words[-1]], hovertemplate="%{text}<extra></extra>",
    ))  # fmt: skip
    shares = [math.log10(x / left) / width for x, *_ in lines]
    rows = _rows(shares)
    for (x, said, ink, dash), share, row in zip(lines, shares, rows, strict=True):
        anchor = "left" if share < _LABEL / 2 else "right" if share > 1 - _LABEL / 2 else "center"
        mark_line(figure, x, said, ink, dash=dash, row=row, anchor=anchor)
    top = 28 + 18 * max(rows, default=0)
    marks = ticks(left, right)
    marks = marks[:: -(-len(marks) // _MOST_TICKS)] if marks else marks
    figure.update_layout(template=template(theme), height=_HEIGHT + top, margin={"t": top}, hovermode="x")
    figure.update_xaxes(
        type="log", range=[math.log10(left), math.log10(right)], tickvals=marks, ticktext=[plain_duration(m) for m in marks],
        title_text="latency (log scale)", fixedrange=True,
    )  # fmt: skip
    most = max(percent) or 1.0
    scale = {"type": "log", "range": [math.log10(rare / 2), math.log10(most * 1.6)], "dtick": 1} if tail else {"range": [0, most * 1.08]}  # fmt: skip
    figure.update_yaxes(
        **scale, ticksuffix=" %", title_text=f"share of answers{' (log scale)' if tail else ''}", fixedrange=True
    )
    return figure


def latency_alt(told: Replay, span: Span) -> str:
    """The distribution in one sentence with its main numbers."""
    spread = span.distribution
    if not spread.answered:
        return "No request was answered."
    known = [f"p{share * 100:g} {plain_duration(us)}" for share, us in spread.percentiles_us.items()]
    limit = f", {told.bound.measure} limit {plain_duration(told.bound.us)}" if told.bound else ""
    return f"Latency of {spread.answered:,} answers: {', '.join([*known, f'slowest {plain_duration(spread.slowest_us)}'])}{limit}."
