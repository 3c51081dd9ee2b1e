"""The figure of a tornado: how far each input moves the cost. Plotly is imported on first use."""

from typing import TYPE_CHECKING, Any, Final

from advisor.identity import NEUTRAL, look
from advisor.options import describe
from advisor.units import format_usd
from simulator.charts import template
from simulator.tornado import Row, Tornado

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

__all__ = ["tornado_alt", "tornado_figure", "tornado_note", "tornado_title", "turning_text"]

_ROW: Final = 48
"""Height of a row, pixels."""
_BAR: Final = 0.42
"""Height of a bar, as a share of its row."""
_MOST_ROWS: Final = 12
_LEAST: Final = 0.002
"""Share of the cost from which a swing is drawn."""


def _bars(rows: list[Row], base: float, *, high: bool) -> dict[str, Any]:
    """One end of every row as change in USD a month, with what it shows on hover."""
    ends = [row.high if high else row.low for row in rows]
    return {
        "x": [None if end.usd is None else end.usd - base for end in ends],
        "text": [end.value for end in ends],
        "customdata": [format_usd(end.usd) if end.usd is not None else "no price" for end in ends],
    }


def tornado_figure(answer: Tornado, theme: str = "light") -> "Figure":
    """Change of the cost at both ends of each input, the largest on top; at most twelve. Inputs that leave it
    as it is are left out.

    Arguments: `theme` is light or dark.
    """
    from plotly import graph_objects as go  # noqa: PLC0415 - heavy, and only a chart needs it

    base = answer.base.usd or 0.0
    moved = [row for row in answer.rows if row.swing_usd > _LEAST * base]
    rows = (moved or list(answer.rows))[:_MOST_ROWS]
    colour, figure = look(answer.base.plan.option.name).colour.on(theme), go.Figure()
    for high, opacity in ((False, "66"), (True, "ff")):
        figure.add_bar(
            y=list(range(len(rows))), orientation="h", name="high end" if high else "low end", textposition="none", width=_BAR,
            marker={"color": f"{colour}{opacity}", "line": {"color": colour, "width": 1}}, **_bars(rows, base, high=high),
            hovertemplate="%{text}: %{customdata} a month<extra></extra>",
        )  # fmt: skip
    for number, row in enumerate(rows):  # above its bars: beside them a phone has no room
        figure.add_annotation(
            x=0, xref="paper", xanchor="left", y=number - _BAR / 2, yanchor="bottom", showarrow=False, align="left", font={"size": 12},
            text=f"{row.input.label}, {row.input.low} to {row.input.high}", bgcolor=NEUTRAL["page"].on(theme), borderpad=0,
        )  # fmt: skip
    figure.add_vline(x=0, line={"color": NEUTRAL["text"].on(theme), "width": 1.5})
    figure.update_layout(
        template=template(theme), height=max(220, 110 + _ROW * len(rows)), barmode="overlay", showlegend=True,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
    )  # fmt: skip
    figure.update_yaxes(
        range=[len(rows) - 0.6, -0.9], showticklabels=False, showgrid=False, zeroline=False, fixedrange=True
    )
    figure.update_xaxes(title_text="Change in US dollars per month", tickformat="+,.3~r", nticks=6, fixedrange=True)
    return figure


def tornado_alt(answer: Tornado) -> str:
    """The chart in one sentence with its main numbers."""
    most = "; ".join(
        f"{row.input.label} {' and '.join(format_usd(end.usd) for end in (row.low, row.high) if end.usd is not None)}"
        for row in answer.rows[:3]
    )
    return f"Cost of a month at both ends of each input, {_usual(answer)} in the middle; largest swings: {most}."


def _usual(answer: Tornado) -> str:
    return "no price" if answer.base.usd is None else format_usd(answer.base.usd)


def tornado_title(answer: Tornado) -> str:
    """The finding of the chart: what moves the cost most, and between which ends."""
    row, base = answer.rows[0], answer.base.usd or 0.0
    ends = [end.usd for end in (row.low, answer.base, row.high) if end.usd is not None]
    if row.swing_usd <= _LEAST * base or not ends:
        return "No input moves the cost of this plan"
    label = f"{row.input.label[:1].upper()}{row.input.label[1:]}"
    return f"{label} moves the cost most: {format_usd(min(ends))} to {format_usd(max(ends))} a month"


def tornado_note(answer: Tornado) -> str:
    """How to read the chart."""
    return (
        f"{describe(answer.base.plan.option)}, {_usual(answer)} a month in the middle. Each input alone goes to its low end (pale) and its "
        "high end (full) while the others stay."
    )


def turning_text(answer: Tornado) -> str:
    """The inputs at whose ends the promise breaks or another option comes first."""
    turning = [row.input.label for row in answer.rows if row.turns]
    if not turning:
        return "At no end does the promise break or another option come first."
    return f"At an end of these the promise breaks or another option comes first: {', '.join(turning)}."
