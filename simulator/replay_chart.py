"""A replay as a figure: requests, latency, what served, and what waited, under each other with one time axis.

Times are milliseconds of an imaginary 1 January: a date axis finds good ticks at every zoom, and its day of the year is
the day of the run. Plotly is imported on first use.
"""

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from advisor.identity import NEUTRAL, STATES, look
from advisor.units import format_count
from simulator.charts import plain_duration, template, ticks, tint
from simulator.replay import Replay, Span
from simulator.replay_marks import bands, failures, signs
from simulator.story import SIGNS, WORDS

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

__all__ = ["replay_alt", "replay_figure"]

_HEIGHTS: Final = (110, 190, 140, 110)
_GAP_PX: Final = 38
_BELOW_PX: Final = 58
_DAY_US: Final = 86_400_000_000
_RATES: Final = ((1.0, "second", "s"), (60.0, "minute", "min"), (3600.0, "hour", "h"))
_PATTERNS: Final = {"starting": ".", "draining": "/"}


def _ms(at_us: Any) -> list[float]:
    return [us / 1000 for us in at_us]


def _closed(values: Any) -> list[float]:
    """The values with the last one drawn to the end."""
    return [*values.tolist(), float(values[-1])]


def _per(span: Span) -> tuple[float, str, str]:
    """Seconds in the unit of time that the rates are shown in, and its name in full and in short."""
    peak = float(span.rate_per_s.max(initial=0))
    return next((unit for unit in _RATES if peak * unit[0] >= 1), _RATES[-1])


def _whole_steps(top: float) -> dict[str, Any]:
    """An axis that counts: no half of a thing."""
    return {
        "range": [0, top],
        "rangemode": "tozero",
        **({"dtick": 1} if top <= 5 else {"nticks": 4}),
        "tickformat": ",~r",
    }


def _requests(figure: "Figure", span: Span, theme: str) -> float:
    """The grey area of the first row with its ticks; its top."""
    grey, red = NEUTRAL["muted"].on(theme), STATES["blocks"].text.on(theme)
    seconds, _, short = _per(span)
    rate, end = span.rate_per_s * seconds, span.end_us
    top = max(float(rate.max(initial=0)), 1e-9) * 1.3
    figure.add_scatter(
        x=_ms([*span.at_us, end]), y=_closed(rate), yaxis="y", name=f"requests /{short}", mode="lines", fill="tozeroy", fillcolor=tint(grey, 0.25),
        line={"shape": "hv", "width": 1, "color": grey}, hovertemplate=f"%{{y:,.3~r}} /{short}",
    )  # fmt: skip
    if found := failures(span):
        figure.add_scatter(
            x=_ms([at for at, _ in found]), y=[top * 0.92] * len(found), yaxis="y", name="not answered", mode="markers",
            marker={"symbol": "line-ns", "size": 9, "line": {"width": 2, "color": red}},
            text=[words for _, words in found], hovertemplate="%{text}",
        )  # fmt: skip
    return top


def _latency(figure: "Figure", told: Replay, span: Span, theme: str) -> dict[str, Any]:
    """p99 and p50 of the second row, with the bound; its axis."""
    colour, red = look(told.option.name).colour.on(theme), STATES["blocks"].text.on(theme)
    known = [span.columns[name] for name in ("p99_us", "p50_us")]
    values = np.concatenate([*known, [told.bound.us if told.bound else np.nan]])
    values = values[~np.isnan(values)]
    low, high = (float(values.min()), float(values.max())) if len(values) else (1e5, 1e6)
    low, high = low / 1.4, high * 1.6
    sparse = np.isnan(known[0]).any()
    for column, name, dash, width in zip(known, ("p99", "p50"), ("solid", "dot"), (2, 1.5), strict=True):
        figure.add_scatter(
            x=_ms(span.at_us + span.every_us // 2), y=[None if v != v else v for v in column.tolist()], yaxis="y2", name=name,  # noqa: PLR0124 - NaN
            mode="lines+markers" if sparse else "lines", marker={"size": 3, "color": colour}, line={"dash": dash, "width": width, "color": colour},
            text=["" if v != v else plain_duration(v) for v in column.tolist()], hovertemplate="%{text}",  # noqa: PLR0124 - NaN
        )  # fmt: skip
    if told.bound is not None:
        bound = told.bound.us
        figure.add_shape(
            type="line", xref="paper", x0=0, x1=1, yref="y2", y0=bound, y1=bound, line={"color": red, "width": 1.5, "dash": "dash"}
        )  # fmt: skip
    marks = ticks(low, high)
    few = marks if len(marks) <= 7 else marks[:: -(-len(marks) // 6)]
    return {
        "type": "log",
        "range": [math.log10(low), math.log10(high)],
        "tickvals": few,
        "ticktext": list(map(plain_duration, few)),
    }


def _fleet(figure: "Figure", told: Replay, span: Span, theme: str) -> float:
    """The areas of the third row, its bands and its signs; its top."""
    served, colour, ink = span.fleet, look(told.option.name).colour.on(theme), NEUTRAL["text"].on(theme)
    total = np.sum(list(served.areas.values()), axis=0)
    most = 0.0 if served.most is None else float(served.most.values.max(initial=0))
    top = max(1.0, float(total.max()), most, float(served.warm)) * 1.25
    if found := bands(span):
        figure.add_scatter(
            x=[x and x / 1000 for one in found for x in (one.from_us, one.from_us, one.end_us, one.end_us, None)],
            y=[y for _ in found for y in (0, top, top, 0, None)], yaxis="y3", mode="lines", line={"width": 0}, fill="toself",
            fillcolor=tint(STATES["conditions"].text.on(theme), 0.22), hoverinfo="skip",
        )  # fmt: skip
    for (name, area), opacity in zip(served.areas.items(), (0.85, 0.4, 0.2), strict=False):
        figure.add_scatter(
            x=_ms([*served.at_us, span.end_us]), y=_closed(area), yaxis="y3", name=name, mode="lines", stackgroup="fleet",
            line={"shape": "hv", "width": 1, "color": colour}, fillcolor=tint(colour, opacity),
            fillpattern={"shape": _PATTERNS.get(name, ""), "fgcolor": ink, "size": 5},
            hovertemplate=f"%{{y:,.3~r}}{' on average' if served.average else ''}",
        )  # fmt: skip
    if served.most is not None:
        figure.add_scatter(
            x=_ms(served.most.at_us), y=served.most.values.tolist(), yaxis="y3", name="most at once", mode="lines",
            line={"shape": "hv", "width": 1, "color": ink}, hovertemplate="%{y:,}",
        )  # fmt: skip
    if served.warm:
        figure.add_shape(
            type="line", xref="paper", x0=0, x1=1, yref="y3", y0=served.warm, y1=served.warm,
            line={"color": ink, "width": 1, "dash": "dot"},
        )  # fmt: skip
    for kind, shown in signs(span).items():
        figure.add_scatter(
            x=_ms([one.at_us for one in shown]), y=[one.level for one in shown], yaxis="y3", mode="markers", name=WORDS[kind].lower(),
            text=[one.words for one in shown], hovertemplate="%{text}<extra></extra>", cliponaxis=False,
            marker={"symbol": SIGNS[kind], "size": 10, "color": ink, "line": {"width": 1.5, "color": NEUTRAL["page"].on(theme)}},
        )  # fmt: skip
    return top


def _axes(span: Span, told: Replay) -> dict[str, Any]:
    """The one time axis."""
    long = span.end_us - span.from_us > _DAY_US
    words = "time since the start" if not told.daily else "day and time of day" if long else "time of day"
    hour = "%H:%M\nday %-j" if long else "%H:%M"
    stops = [
        {"dtickrange": [None, 60_000], "value": "%H:%M:%S"}, {"dtickrange": [60_000, 86_399_999], "value": hour},
        {"dtickrange": [86_400_000, None], "value": "day %-j"},
    ]  # fmt: skip
    day = f" on day {span.from_us // _DAY_US + 1}" if span.from_us else ""
    return {
        "type": "date", "range": _ms([span.from_us, span.end_us]), "tickformatstops": stops, "anchor": "y4", "nticks": 8,
        "hoverformat": "day %-j %H:%M:%S" if long or span.from_us else "%H:%M:%S", "title": {"text": f"{words}{day}"},
        "showspikes": True, "spikemode": "across", "spikethickness": 1, "spikedash": "dot", "fixedrange": False,
    }  # fmt: skip


def replay_figure(told: Replay, span: Span, theme: str = "light") -> "Figure":
    """Four rows with one time axis and one hover; dragging zooms along time.

    Arguments: `theme` is light or dark.
    """
    from plotly import graph_objects as go  # noqa: PLC0415 - heavy, and only a chart needs it

    figure = go.Figure()
    first = _requests(figure, span, theme)
    second = _latency(figure, told, span, theme)
    third = _fleet(figure, told, span, theme)
    peaks = span.waiting
    most = max(1.0, float(peaks.values.max(initial=0)))
    figure.add_scatter(
        x=_ms([*peaks.at_us, span.end_us]), y=_closed(peaks.values), yaxis="y4", name="most waiting", mode="lines", fill="tozeroy",
        fillcolor=tint(NEUTRAL["text"].on(theme), 0.15), line={"shape": "hv", "width": 1, "color": NEUTRAL["text"].on(theme)},
        hovertemplate="%{y:,}",
    )  # fmt: skip
    rows: list[dict[str, Any]] = [
        {"tickformat": ",~r", "nticks": 4, "rangemode": "tozero", "range": [0, first]}, second, _whole_steps(third), _whole_steps(most * 1.2),
    ]  # fmt: skip
    titles = (
        f"Requests per {_per(span)[1]}",
        f"Latency: p99 solid, p50 dotted (log){_limit(told, theme)}",
        span.fleet.unit.capitalize(),
        "Waiting",
    )
    total = sum(_HEIGHTS) + _GAP_PX * len(_HEIGHTS)
    layout, top = {}, 1.0
    for number, (height, row, words) in enumerate(zip(_HEIGHTS, rows, titles, strict=True)):
        top -= _GAP_PX / total
        name = f"yaxis{number + 1 if number else ''}"
        layout[name] = {**row, "domain": [max(0.0, top - height / total), top], "fixedrange": True, "anchor": "x"}
        figure.add_annotation(
            xref="paper", x=0, xanchor="left", yref="paper", y=top, yanchor="bottom", yshift=4, showarrow=False, text=f"<b>{words}</b>",
            font={"size": 13, "color": NEUTRAL["text"].on(theme)},
        )  # fmt: skip
        top -= height / total
    figure.update_layout(
        template=template(theme), height=total + _BELOW_PX, margin={"t": 4, "b": _BELOW_PX}, hovermode="x unified",
        hoversubplots="axis", dragmode="zoom", xaxis=_axes(span, told), **layout,
    )  # fmt: skip
    return figure


def _limit(told: Replay, theme: str) -> str:
    """The bound in the title of its row, in the colour of its line: inside the row it would lie on the data."""
    if told.bound is None:
        return ""
    red = STATES["blocks"].text.on(theme)
    return f', <span style="color:{red}">dashed: {told.bound.measure} limit {plain_duration(told.bound.us)}</span>'


def replay_alt(span: Span) -> str:
    """The chart in one sentence with its main numbers."""
    known = span.columns["p99_us"][~np.isnan(span.columns["p99_us"])]
    slow = f", p99 up to {plain_duration(float(known.max()))}" if len(known) else ""
    served = span.fleet
    lost = span.count("throttled") + span.count("failed")
    return (
        f"{format_count(span.count('arrivals'))} requests over {plain_duration(span.end_us - span.from_us)}{slow}; "
        f"{served.unit} in use: {served.low:,} to {served.high:,}; at most {int(span.waiting.values.max(initial=0)):,} waiting; "
        f"{lost:,} not answered."
    )
