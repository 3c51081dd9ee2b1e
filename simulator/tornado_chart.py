"""The figure of a tornado: how far each input moves the cost. Plotly is imported on first use."""

from typing import TYPE_CHECKING, Any, Final

from advisor.identity import NEUTRAL, look
from advisor.units import format_usd
from simulator.charts import template
from simulator.tornado import Row, Tornado

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

__all__ = ["tornado_alt", "tornado_figure"]

_ROW: Final = 34
"""Height of a row, pixels."""
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
    labels = [f"{row.input.label}<br>{row.input.low} to {row.input.high}" for row in rows]
    colour, figure = look(answer.base.plan.option.name).colour.on(theme), go.Figure()
    for high, opacity in ((False, "66"), (True, "ff")):
        figure.add_bar(
            y=list(range(len(rows))), orientation="h", name="high end" if high else "low end", textposition="none",
            marker={"color": f"{colour}{opacity}", "line": {"color": colour, "width": 1}}, **_bars(rows, base, high=high),
            hovertemplate="%{text}: %{customdata} a month<extra></extra>",
        )  # fmt: skip
    figure.add_vline(x=0, line={"color": NEUTRAL["text"].on(theme), "width": 1.5})
    figure.update_layout(
        template=template(theme), height=max(220, 90 + _ROW * len(rows)), barmode="overlay", showlegend=True,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
    )  # fmt: skip
    figure.update_yaxes(tickvals=list(range(len(rows))), ticktext=labels, autorange="reversed", fixedrange=True)
    figure.update_xaxes(title_text="Change in US dollars per month", tickformat="+,.3~r", fixedrange=True)
    return figure


def tornado_alt(answer: Tornado) -> str:
    """The chart in one sentence with its main numbers."""
    most = "; ".join(
        f"{row.input.label} {' and '.join(format_usd(end.usd) for end in (row.low, row.high) if end.usd is not None)}"
        for row in answer.rows[:3]
    )
    usual = "no price" if answer.base.usd is None else format_usd(answer.base.usd)
    return f"Cost of a month at both ends of each input, {usual} in the middle; largest swings: {most}."
