"""The figure of break-even: what each option costs against the traffic. Plotly is imported on first use."""

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from advisor.options import describe, title
from advisor.units import format_count
from simulator.break_even_text import crossing_text
from simulator.charts import mark_line, template
from simulator.crossings import BreakEven
from simulator.curves import Curve
from simulator.finalists import body
from simulator.identity import NEUTRAL, look

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

__all__ = ["break_even_alt", "break_even_figure"]

_HEIGHT: Final = 420


def _line(curve: Curve) -> tuple[list[float | None], list[float | None], list[str]]:
    """Requests and USD a month where the promise is kept, with a step where the fleet steps and a gap where it is missed."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    words: list[str] = []
    for before, point in pairwise([None, *curve.points]):
        if point is None or point.plan is None or not point.good:
            xs, ys, words = [*xs, None], [*ys, None], [*words, ""]
            continue
        last = None if before is None or not before.good else before.plan
        if last is not None and body(last.option) != body(point.plan.option):
            xs, ys, words = [*xs, point.requests_per_month], [*ys, last.usd], [*words, describe(last.option)]
        xs, ys = [*xs, point.requests_per_month], [*ys, point.usd]
        words.append(describe(point.plan.option))
    return xs, ys, words


def break_even_figure(answer: BreakEven, theme: str = "light") -> "Figure":
    """USD a month against requests a month, a line for each option and a mark at each crossing.

    Arguments: `theme` is light or dark.
    """
    from plotly import graph_objects as go  # noqa: PLC0415 - heavy, and only a chart needs it

    figure = go.Figure()
    for curve in answer.curves:
        xs, ys, words = _line(curve)
        style = look(curve.name)
        figure.add_scatter(
            x=xs, y=ys, customdata=words, mode="lines", name=curve.label, connectgaps=False,
            line={"color": style.colour.on(theme), "dash": style.dash, "width": 2},
            hovertemplate=f"{curve.label}<br>%{{x:.3s}} requests a month: $%{{y:,.2f}}<br>%{{customdata}}<extra></extra>",
        )  # fmt: skip
        ends = [(x, y) for x, y in zip(xs, ys, strict=True) if x and y]
        if ends:
            figure.add_annotation(
                x=math.log10(ends[-1][0]), y=math.log10(ends[-1][1]), text=title(curve.name), showarrow=False, xanchor="right",
                yshift=12, bgcolor=NEUTRAL["page"].on(theme), opacity=0.9, font={"color": style.colour.on(theme), "size": 13},
            )  # fmt: skip
    for crossing in answer.crossings:
        costs = [point.usd for point in crossing.above if point.good and point.usd]
        if costs:
            figure.add_scatter(
                x=[crossing.requests_per_month], y=[min(costs)], mode="markers+text", showlegend=False,
                text=[format_count(float(f"{crossing.requests_per_month:.3g}"))], textposition="bottom right",
                marker={"size": 11, "color": NEUTRAL["text"].on(theme)}, textfont={"color": NEUTRAL["text"].on(theme)},
                hovertemplate=f"{crossing_text(crossing, answer.today)}<extra></extra>",
            )  # fmt: skip
    mark_line(figure, answer.today, f"you: {format_count(float(f'{answer.today:.3g}'))}", NEUTRAL["muted"].on(theme))
    figure.update_layout(template=template(theme), height=_HEIGHT)
    figure.update_xaxes(type="log", title_text="Requests per month (log scale)", fixedrange=True)
    figure.update_yaxes(type="log", tickprefix="$", title_text="US dollars per month (log scale)", fixedrange=True)
    return figure


def break_even_alt(answer: BreakEven) -> str:
    """The chart in words with its main numbers."""
    found = " ".join(crossing_text(one, answer.today) for one in answer.crossings)
    span = f"from {format_count(answer.low)} to {format_count(answer.high)} requests a month"
    return f"Cost of a month of {', '.join(c.label for c in answer.curves)} {span}. {found or 'No two of them cross.'}"
