"""Figures, used by the pages and the report. Plotly is imported on first use.

One template made from the tokens of `identity`; every value is drawn as the API reduced it.
"""

import math
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from advisor.identity import NEUTRAL, STATES, look
from advisor.options import describe, title
from advisor.sheet import sheet
from advisor.units import format_duration, format_usd
from simulator.ranking import Ranked, Ranking

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

__all__ = ["CONFIG", "cost_alt", "cost_csv", "cost_figure", "cost_note", "cost_title", "mark_line", "template"]

CONFIG: Final[dict[str, Any]] = {
    "displayModeBar": False,
    "displaylogo": False,
    "scrollZoom": False,
    "doubleClick": False,
}
_HEIGHT: Final = 400
_ROOM: Final = 1.9
"""Room beside the outermost points of a logarithmic axis, as a factor."""

_BESIDE: Final = 0.45
"""Markers closer than this share of the width have labels that may meet."""
_CLEAR: Final = 0.18
"""Share of the height that a label and its distance take."""
_FLOOR: Final = 0.13
"""Share of the height under which a label below a marker would cover the axis."""
_TOP: Final = 1.08
"""Where the room for labels ends, as a share of the height."""
_SHIFTS: Final = {"above": 1, "below": -1, "beside": 0}
_LINE: Final = 26
"""Characters of a label in one line."""
_LABEL: Final = 0.4
"""Width of a label on a phone, as a share of the plot."""


def _plotted(ranking: Ranking) -> list[Ranked]:
    """The entries with both a cost and a p99, in ranking order."""
    return [e for e in ranking.ranked if e.cost_per_month.value is not None and e.latency_us[0.99].value]


def _bound_us(ranking: Ranking) -> int | None:
    return next((slo.bound_us for slo in ranking.promise.slos if slo.measure == "p99"), None)


_SECOND, _MINUTE, _HOUR = 1e6, 60e6, 3600e6
_LADDER = (
    *(float(digit * 10**power) for power in range(7) for digit in (1, 2, 5)),
    10 * _SECOND, 20 * _SECOND, *(m * _MINUTE for m in (1, 2, 5, 10, 20)), *(h * _HOUR for h in (1, 2, 5, 12)),
    *(d * 24 * _HOUR for d in (1, 2, 5, 10)),
)  # fmt: skip


def ticks(low: float, high: float) -> list[float]:
    """1-2-5 steps that lie in a range, in whole minutes and hours where people count in these.

    >>> ticks(80_000, 1_200_000), ticks(400e6, 2000e6)
    ([100000.0, 200000.0, 500000.0, 1000000.0], [600000000.0, 1200000000.0])
    """
    return [step for step in _LADDER if low <= step <= high]


def _pareto(entries: Sequence[Ranked]) -> list[tuple[float, float]]:
    """Corners of the step through the entries that no other beats on both axes."""
    front = sorted((e.latency_us[0.99].value or 0.0, e.cost_per_month.value or 0.0) for e in entries if e.pareto)
    return front if len(front) > 1 else []


def _text(value: float) -> str:
    return format_duration(value).replace("\u00a0", " ")


def template(theme: str) -> Any:
    """How every figure looks: fonts, axes and page in the tokens of a theme, light or dark."""
    from plotly import graph_objects as go  # noqa: PLC0415 - heavy, and only a chart needs it

    ink, muted, grid, line = (NEUTRAL[name].on(theme) for name in ("text", "muted", "grid", "line"))
    axis = {
        "gridcolor": grid,
        "linecolor": line,
        "zerolinecolor": line,
        "tickfont": {"color": muted, "size": 13},
        "automargin": True,
    }
    axis["title"] = {"font": {"color": muted, "size": 13}, "standoff": 10}
    page = NEUTRAL["page"].on(theme)
    return go.layout.Template(layout={
        "font": {"family": '"Source Sans", sans-serif', "color": ink, "size": 14}, "paper_bgcolor": page, "plot_bgcolor": page,
        "xaxis": axis, "yaxis": axis, "hoverlabel": {"bgcolor": NEUTRAL["card"].on(theme), "font": {"color": ink, "size": 13}},
        "margin": {"l": 8, "r": 8, "t": 30, "b": 8}, "showlegend": False, "dragmode": False,
    })  # fmt: skip


def mark_line(
    figure: "Figure", x: float, words: str, colour: str, *, dash: str = "dash", row: int = 0, anchor: str = "center"
) -> None:
    """A vertical line with its label on a logarithmic x axis: shapes take the value, annotations its logarithm.

    Arguments: `row` puts the label that many rows above the plot, where others stand beside it; `anchor` is the side of
    the label that stands at the line.
    """
    figure.add_shape(
        type="line", x0=x, x1=x, y0=0, y1=1, yref="paper", line={"color": colour, "width": 2, "dash": dash}
    )
    figure.add_annotation(
        x=math.log10(x),
        y=1,
        yref="paper",
        yanchor="bottom",
        xanchor=anchor,
        yshift=18 * row,
        text=words,
        showarrow=False,
        font={"color": colour, "size": 13},
    )


def _bars(low: float | None, high: float | None, value: float) -> dict[str, Any]:
    """The arms of a 95 % bar around a value; none where there is no interval."""
    up = [0.0 if high is None else max(0.0, high - value)]
    down = [0.0 if low is None else max(0.0, value - low)]
    return {"type": "data", "symmetric": False, "array": up, "arrayminus": down, "thickness": 1.5, "width": 4}


def _places(points: Sequence[tuple[float, float]]) -> list[str]:
    """Where each label goes: above its marker, below it where another one is near above, beside it where the axis is near below.

    Arguments: `points` are in shares of the plot's width and height.
    """
    sides = []
    for number, (x, y) in enumerate(points):
        near = [q for m, (p, q) in enumerate(points) if m != number and abs(p - x) < _BESIDE]
        # of two in one place the first goes above, the second below
        same = sum(1 for p, q in points[:number] if abs(p - x) < _BESIDE and q == y)
        up = 0.0 if same else min([q - y for q in near if q > y] + [_TOP - y])
        down = min([y - q for q in near if q < y] + [y])
        if up < _CLEAR and y < _FLOOR:
            sides.append("beside")
        else:
            sides.append("above" if up >= _CLEAR or up >= down else "below")
    return sides


def _pale(figure: "Figure", before: Sequence[Ranked], theme: str) -> None:
    """Pale markers, smaller, where the options stood before a change."""
    for entry in before:
        identity, (x, y) = look(entry.name), _point(entry)
        colour = identity.colour.on(theme)
        figure.add_scatter(
            x=[x], y=[y], mode="markers", name=f"{title(entry.name)}, before", opacity=0.4,
            marker={"symbol": identity.marker, "size": 10, "color": colour, "line": {"width": 1.5, "color": colour}},
            hovertemplate=f"<b>{title(entry.name)}, before</b><br>{describe(entry.option)}<br>{format_usd(y)} per month<br>p99 {_text(x)}<extra></extra>",
        )  # fmt: skip


def _label(name: str) -> str:
    """An option name for a label: in two lines where it would not fit on a phone."""
    return "<br>".join(textwrap.wrap(title(name), _LINE))


def _point(entry: Ranked) -> tuple[float, float]:
    """Where an entry stands: p99 in microseconds, USD a month."""
    return float(entry.latency_us[0.99].value or 0.0), float(entry.cost_per_month.value or 0.0)


def cost_figure(ranking: Ranking, theme: str = "light", before: Ranking | None = None) -> "Figure | None":
    """Cost against p99, a marker for each option; None where no option has both.

    Arguments: `theme` is light or dark; `before` is the ranking before a change, drawn pale beside it.
    """
    from plotly import graph_objects as go  # noqa: PLC0415 - heavy, and only a chart needs it

    entries, bound = _plotted(ranking), _bound_us(ranking)
    if not entries:
        return None
    figure = go.Figure()
    old = _plotted(before) if before is not None else []
    xs, ys = ([point[n] for point in map(_point, entries)] for n in (0, 1))
    wide = [*xs, *(_point(e)[0] for e in old), *([float(bound)] if bound else [])]
    tops = [e.cost_per_month.high or _point(e)[1] for e in (*entries, *old)]
    left, right, top = min(wide) / _ROOM, max(wide) * _ROOM, max(*tops, 1e-6) * 1.25
    red = STATES["blocks"].text.on(theme)
    if bound:
        figure.add_shape(type="rect", x0=left, x1=bound, y0=0, y1=1, yref="paper", line={"width": 0}, layer="below",
                         fillcolor=STATES["notes"].back.on(theme), opacity=0.55)  # fmt: skip
    corners = _pareto(entries)
    if corners:
        figure.add_scatter(
            x=[x for x, _ in corners], y=[y for _, y in corners], mode="lines", hoverinfo="skip",
            line={"shape": "hv", "dash": "dot", "width": 1.5, "color": NEUTRAL["muted"].on(theme)},
        )  # fmt: skip
    _pale(figure, old, theme)
    width = math.log10(right / left)
    sides = _places([(math.log10(x / left) / width, y / top) for x, y in zip(xs, ys, strict=False)])
    for entry, x, y, side in zip(entries, xs, ys, sides, strict=False):
        identity = look(entry.name)
        colour = identity.colour.on(theme)
        p99, cost = entry.latency_us[0.99], entry.cost_per_month
        figure.add_scatter(
            x=[x], y=[y], mode="markers", name=title(entry.name), error_x=_bars(p99.low, p99.high, x), error_y=_bars(cost.low, cost.high, y),
            marker={"symbol": identity.marker, "size": 13, "color": colour, "line": {"width": 1.5, "color": colour}},
            hovertemplate=f"<b>{title(entry.name)}</b><br>{describe(entry.option)}<br>{format_usd(y)} per month<br>p99 {_text(x)}<extra></extra>",
        )  # fmt: skip
        share = math.log10(x / left) / width
        crosses = bound is not None and x < bound and math.log10(bound / x) / width < _LABEL
        anchor = "right" if share > 0.5 or (crosses and share > _LABEL) else "left"
        figure.add_annotation(
            x=math.log10(x), y=y, text=_label(entry.name), showarrow=False, align="left", bgcolor=NEUTRAL["page"].on(theme), borderpad=1, opacity=0.95,
            yshift=_SHIFTS[side] * (20 + 8 * _label(entry.name).count("<br>")), xanchor=anchor, font={"size": 13},
            xshift=(-14 if side == "beside" else 8) * (1 if anchor == "right" else -1),
        )  # fmt: skip
    if bound:
        mark_line(figure, float(bound), f"p99 limit {_text(bound)}", red)
    marks = ticks(left, right)
    figure.update_layout(template=template(theme), height=_HEIGHT)
    figure.update_xaxes(type="log", range=[math.log10(left), math.log10(right)], tickvals=marks, ticktext=[_text(m) for m in marks],
                        title_text="p99 latency (log scale)", fixedrange=True)  # fmt: skip
    figure.update_yaxes(range=[0, top], tickprefix="$", tickformat=",~r" if top < 10 else ",.0f", title_text="US dollars per month", fixedrange=True, rangemode="tozero")  # fmt: skip
    return figure


def cost_title(ranking: Ranking) -> str:
    """The finding of the chart."""
    entries = _plotted(ranking)
    if not entries:
        return "No option has both a cost and a p99"
    cheapest = min(entries, key=lambda e: e.cost_per_month.value or 0.0)
    fastest = min(entries, key=lambda e: e.latency_us[0.99].value or math.inf)
    if len(entries) == 1:
        cost, p99 = (
            format_usd(cheapest.cost_per_month.value or 0.0),
            format_duration(cheapest.latency_us[0.99].value or 0.0),
        )
        return f"{title(cheapest.name)}: {cost} a month at p99 {p99}"
    if cheapest is fastest:
        return f"{title(cheapest.name)} is both the cheapest and the fastest"
    return f"{title(cheapest.name)} is the cheapest, {title(fastest.name).lower()} the fastest at p99"


def cost_note(ranking: Ranking, before: Ranking | None = None) -> str:
    """How to read the chart. Arguments: `before` as of `cost_figure`."""
    entries = _plotted(ranking)
    texts = ["Lower and further left is better."]
    if any(e.cost_per_month.low is not None or e.latency_us[0.99].low is not None for e in entries):
        texts = ["Lower and further left is better; bars are 95 % intervals."]
    if before is not None:
        texts.append("Pale and small: before the change.")
    if _bound_us(ranking):
        texts.append("The green band keeps the p99 limit.")
    if _pareto(entries):
        texts.append("The dotted step joins options that no other beats on both.")
    if few := [title(e.name) for e in entries if not e.latency_us[0.99].supported]:
        texts.append(f"Too few requests support the p99 of {' and '.join(name.lower() for name in few)}.")
    return " ".join(texts)


def cost_alt(ranking: Ranking) -> str:
    """The chart in one sentence with its main numbers."""
    parts = [
        f"{title(e.name)} {format_usd(e.cost_per_month.value or 0)} per month at p99 {_text(e.latency_us[0.99].value or 0)}"
        for e in _plotted(ranking)
    ]
    bound = _bound_us(ranking)
    return f"Cost per month against p99 latency: {'; '.join(parts)}{f'; p99 limit {_text(bound)}' if bound else ''}."


def cost_csv(ranking: Ranking) -> str:
    """The numbers of the chart as CSV, one option a row."""
    columns = ("option", "configuration", "usd_per_month", "usd_low", "usd_high", "p99_ms", "p99_low_ms", "p99_high_ms", "pareto", "keeps_promise")  # fmt: skip

    def row(e: Ranked) -> tuple[object, ...]:
        cost, p99 = e.cost_per_month, e.latency_us[0.99]
        usd = [None if v is None else round(v, 4) for v in (cost.value, cost.low, cost.high)]
        ms = [None if v is None else round(v / 1000, 3) for v in (p99.value, p99.low, p99.high)]
        return (e.name, describe(e.option), *usd, *ms, e.pareto, e.meets)

    return sheet(columns, map(row, ranking.ranked))
