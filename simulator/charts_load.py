"""The figure of load curves: the promised percentile against the load, a line for each fleet. Plotly is imported on first use."""

import math
from typing import TYPE_CHECKING, Any, Final

from advisor.identity import NEUTRAL, STATES, look
from advisor.options import describe
from advisor.sheet import sheet
from advisor.units import format_duration, format_rate, format_share
from simulator.charts import mark_line, template, ticks
from simulator.load_curves import LoadCurve, LoadCurves
from simulator.load_point import LoadPoint
from simulator.max_load_text import factor_text

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

__all__ = ["load_alt", "load_csv", "load_figure", "load_note", "load_title"]

_HEIGHT: Final = 430
_ROOM: Final = 1.12
"""Room beside the outermost points, as a factor."""
_MIDDLE: Final = 0.5
_TIMES: Final = ((1.0, "second"), (60.0, "minute"), (3600.0, "hour"))
_MOST_TICKS: Final = 6
_DASHES: Final = ("dot", "dash")
"""Of the fleets that are smaller and larger than the chosen one."""


def _x(point: LoadPoint) -> float:
    """Where a load stands: users who wait for each answer, else requests per second."""
    return float(point.users) if point.users is not None else point.rate_per_s


def _load(point: LoadPoint) -> str:
    return f"{point.users:,} users" if point.users is not None else format_rate(point.rate_per_s)


def _rate(value: float, users: bool) -> str:
    return f"{value:,.3g} users" if users else format_rate(value)


def _edge(curve: LoadCurve) -> str:
    """Between which loads a fleet breaks, as the end of a sentence."""
    holds, breaks = curve.holds, curve.breaks
    if breaks is None:
        return f"holds at every load tried, up to {factor_text(curve.points[-1].factor)} today's"
    if breaks.factor == 1:
        return "breaks the promise at today's load"
    least = holds.factor if holds is not None else curve.points[0].factor
    return f"breaks between {factor_text(least)} and {factor_text(breaks.factor)} today's load"


def load_title(found: LoadCurves) -> str:
    """The finding of the chart."""
    option = found.chosen.option
    return f"{f'Serverless, {describe(option)},' if option.memory_mib else describe(option)} {_edge(found.chosen)}"


def load_note(found: LoadCurves) -> str:
    """How to read the chart, and what the fleets beside the chosen one do."""
    at = found.curves.index(found.chosen)
    others = [
        f"{'One smaller' if n < at else 'One larger'}, {describe(curve.option)}, {_edge(curve)}."
        for n, curve in enumerate(found.curves)
        if n != at
    ]
    closed = found.chosen.points[0].users is not None
    peak = "" if closed or found.peak_factor < _ROOM else " The peak line is where the mean would be as high as your busiest hour is."  # fmt: skip
    limit = f" Larger loads: {found.limit}." if found.limit else ""
    return (
        f"{' '.join(others)} Each point plays your traffic with every rate raised alike, on its first draw; a cross breaks the "
        f"promise.{peak}{limit}"
    ).strip()


def _trace(found: LoadCurves, curve: LoadCurve, theme: str) -> dict[str, Any]:
    """One fleet as the arguments of a line."""
    chosen, index = curve is found.chosen, found.curves.index(curve)
    colour = look(curve.option.name).colour.on(theme)
    shown = [(point, value) for point in curve.points if (value := found.value_us(point)) is not None]
    red = STATES["blocks"].text.on(theme)
    words = [
        f"{describe(curve.option)}<br>{_load(point)}, {factor_text(point.factor)} today's<br>{found.measure} {format_duration(value)}, "
        f"{format_share(point.failed_share)} failed<br>{'keeps' if point.plan.meets else 'breaks'} the promise"
        for point, value in shown
    ]
    return {
        "x": [_x(point) for point, _ in shown], "y": [value for _, value in shown], "mode": "lines+markers", "legendrank": index,
        "name": f"{describe(curve.option)}{' (the plan)' if chosen else ''}",
        "line": {"color": colour, "width": 3 if chosen else 1.5, "dash": "solid" if chosen else _DASHES[min(1, index)]},
        "marker": {
            "symbol": ["circle" if point.plan.meets else "x" for point, _ in shown], "size": 9 if chosen else 7,
            "color": [colour if point.plan.meets else red for point, _ in shown],
        },
        "text": words, "hovertemplate": "%{text}<extra></extra>",
    }  # fmt: skip


def _marks(found: LoadCurves, low: float, high: float) -> list[tuple[float, str]]:
    """The loads worth a line: today's mean and, for traffic that varies, today's busiest hour."""
    today = next(point for point in found.chosen.points if point.factor == 1)
    users = today.users is not None
    marks = [(_x(today), f"today, {_rate(_x(today), users)}" if users else f"your mean, {_rate(_x(today), users)}")]
    peak = today.rate_per_s * found.peak_factor
    if not users and found.peak_factor >= _ROOM and low <= peak <= high:
        marks.append((peak, f"your peak hour, {format_rate(peak)}"))
    return marks


def _axis(found: LoadCurves) -> tuple[str, float]:
    """What stands under the loads, and how many of its units one of ours is: the time in which a few requests come."""
    today = next(point for point in found.chosen.points if point.factor == 1)
    if today.users is not None:
        return "Users (log scale)", 1.0
    seconds, word = next((pair for pair in _TIMES if pair[0] * today.rate_per_s >= 1), _TIMES[-1])
    return f"Requests per {word}, the mean (log scale)", seconds


def load_figure(found: LoadCurves, theme: str = "light") -> "Figure | None":
    """The percentile against the load, a line for each fleet, the chosen one thick; None where nothing was answered.

    Arguments: `theme` is light or dark.
    """
    from plotly import graph_objects as go  # noqa: PLC0415 - heavy, and only a chart needs it

    every = [(_x(p), v) for curve in found.curves for p in curve.points if (v := found.value_us(p)) is not None]
    if not every:
        return None
    figure, ink, red = go.Figure(), NEUTRAL["muted"].on(theme), STATES["blocks"].text.on(theme)
    for curve in sorted(found.curves, key=lambda each: each is found.chosen):
        figure.add_scatter(**_trace(found, curve, theme))
    low, high = min(x for x, _ in every) / _ROOM, max(x for x, _ in every) * _ROOM
    ys = [value for _, value in every] + ([float(found.bound_us)] if found.bound_us else [])
    bottom, top = min(ys) / 2, max(ys) * 2
    for number, (x, words) in enumerate(_marks(found, low, high)):
        share = math.log(x / low) / math.log(high / low)
        mark_line(figure, x, words, ink, row=number, anchor="left" if share < _MIDDLE else "right")
    if found.bound_us:
        figure.add_shape(
            type="line", x0=0, x1=1, xref="paper", y0=found.bound_us, y1=found.bound_us, line={"color": red, "width": 2, "dash": "dash"}
        )  # fmt: skip
        figure.add_annotation(
            x=1, xref="paper", xanchor="right", y=math.log10(found.bound_us), yanchor="bottom", showarrow=False,
            text=f"{found.measure} limit {format_duration(found.bound_us)}", font={"color": red, "size": 13},
            bgcolor=NEUTRAL["page"].on(theme), borderpad=1,
        )  # fmt: skip
    title_text, unit = _axis(found)
    steps = [d * 10.0**p / unit for p in range(-6, 10) for d in (1, 2, 5)]
    xs = [step for step in steps if low <= step <= high]
    xs = [step for step in xs if f"{step * unit:.0e}"[0] == "1"] if len(xs) > _MOST_TICKS else xs
    marks = ticks(bottom, top)
    figure.update_layout(
        template=template(theme), height=_HEIGHT, showlegend=True, margin={"t": 54},
        legend={"orientation": "h", "y": -0.2, "yanchor": "top", "x": 0},
    )  # fmt: skip
    figure.update_xaxes(
        type="log", range=[math.log10(low), math.log10(high)], tickvals=xs, ticktext=[f"{x * unit:,.4g}" for x in xs], fixedrange=True,
        title_text=title_text,
    )  # fmt: skip
    figure.update_yaxes(
        type="log", range=[math.log10(bottom), math.log10(top)], tickvals=marks, ticktext=[format_duration(m) for m in marks],
        fixedrange=True, title_text=f"{found.measure} latency (log scale)",
    )  # fmt: skip
    return figure


def load_alt(found: LoadCurves) -> str:
    """The chart in one sentence with its main numbers."""
    parts = [f"{describe(curve.option)} {_edge(curve)}" for curve in found.curves]
    bound = f"; {found.measure} limit {format_duration(found.bound_us)}" if found.bound_us else ""
    return f"{found.measure} latency against the load: {'; '.join(parts)}{bound}."


def load_csv(found: LoadCurves) -> str:
    """The numbers of the chart as CSV, one load of one fleet a row."""
    names = ("factor", "rate_per_s", "busiest_hour_rate_per_s", "users", "failed_share", "utilisation", "usd_per_month")

    def row(curve: LoadCurve, point: LoadPoint) -> tuple[object, ...]:
        value, numbers = found.value_us(point), point.row()
        ms = None if value is None else round(value / 1000, 3)
        return (describe(curve.option), curve is found.chosen, ms, point.plan.meets, *(numbers[name] for name in names))

    columns = ("configuration", "chosen", f"{found.measure}_ms", "keeps_promise", *names)
    return sheet(columns, (row(curve, point) for curve in found.curves for point in curve.points))
