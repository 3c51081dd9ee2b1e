"""The figure of break-even: what each option costs against the traffic. Plotly is imported on first use."""

import math
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from advisor.identity import NEUTRAL, look
from advisor.options import describe
from advisor.units import format_count, format_usd
from simulator.break_even_text import crossing_text, month_text
from simulator.charts import mark_line, template
from simulator.crossings import BreakEven
from simulator.curves import Curve
from simulator.finalists import body

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

__all__ = ["break_even_alt", "break_even_csv", "break_even_figure", "break_even_note", "break_even_title"]

_HEIGHT: Final = 420
_ROOM: Final = 1.25
"""Room beside the outermost points, as a factor."""
_DECADES: Final = 3


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


def _axis(update: Callable[..., object], low: float, high: float, write: Callable[[float], str], words: str) -> None:
    """A logarithmic axis with ticks at 1-2-5 steps, or at powers of ten where these would be too many."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    digits = (1, 2, 5) if last - first <= _DECADES else (1,)
    marks = [digit * 10.0**power for power in range(first, last + 1) for digit in digits]
    shown = [mark for mark in marks if low <= mark <= high]
    update(
        type="log", range=[math.log10(low), math.log10(high)], tickvals=shown, ticktext=[write(mark) for mark in shown],
        title_text=words, fixedrange=True,
    )  # fmt: skip


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
    for number, crossing in enumerate(answer.crossings):
        costs = [point.usd for point in crossing.above if point.good and point.usd]
        if costs:
            figure.add_scatter(
                x=[crossing.requests_per_month], y=[min(costs)], mode="markers+text", showlegend=False,
                text=[month_text(crossing.requests_per_month)], textposition=("bottom right", "top left")[number % 2],
                marker={"size": 11, "color": NEUTRAL["text"].on(theme)}, textfont={"color": NEUTRAL["text"].on(theme)},
                hovertemplate=f"{crossing_text(crossing, answer.today)}<extra></extra>",
            )  # fmt: skip
    mark_line(figure, answer.today, f"you: {month_text(answer.today)}", NEUTRAL["muted"].on(theme))
    costs = [y for curve in answer.curves for y in _line(curve)[1] if y]
    figure.update_layout(
        template=template(theme), height=_HEIGHT, showlegend=True, margin={"t": 70},
        legend={"orientation": "h", "y": 1.09, "yanchor": "bottom", "x": 0},
    )  # fmt: skip
    low, high = answer.low / _ROOM, answer.high * _ROOM
    _axis(figure.update_xaxes, low, high, format_count, "Requests per month (log scale)")
    if costs:
        low, high = min(costs) / _ROOM, max(costs) * _ROOM
        _axis(figure.update_yaxes, low, high, format_usd, "US dollars per month (log scale)")
    return figure


def break_even_alt(answer: BreakEven) -> str:
    """The chart in words with its main numbers."""
    found = " ".join(crossing_text(one, answer.today) for one in answer.crossings)
    span = f"from {format_count(answer.low)} to {format_count(answer.high)} requests a month"
    return f"Cost of a month of {', '.join(c.label for c in answer.curves)} {span}. {found or 'No two of them cross.'}"


def break_even_title(answer: BreakEven) -> str:
    """The finding: where the choice changes, nearest to today's traffic."""
    if not answer.crossings:
        return f"No crossing up to {month_text(answer.high)} requests a month"
    near = min(answer.crossings, key=lambda one: abs(math.log(one.load)))
    what = "choice" if near.by_promise else "cheapest"
    return f"The {what} changes at {month_text(near.requests_per_month)} requests a month"


def break_even_note(answer: BreakEven) -> str:
    """How to read the chart."""
    budget = "" if answer.budget_usd is None else f" The budget of {format_usd(answer.budget_usd)} a month is left out."
    return (
        "Each line is the cheapest plan that keeps the promise at that traffic; it steps where the fleet does and has a gap "
        f"where none keeps it. Both axes are logarithmic.{budget}"
    )


def break_even_csv(answer: BreakEven) -> str:
    """Every point of the lines as CSV."""
    return str(answer.frame().to_csv(index=False, lineterminator="\n"))
