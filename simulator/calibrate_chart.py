"""The figures of a calibration: latency against users with the fit, and the residuals under it. Plotly is imported on first use."""

import html
from pathlib import Path
from typing import TYPE_CHECKING, Final

from advisor.identity import NEUTRAL, look
from advisor.units import format_duration
from simulator.calibrate import Calibration
from simulator.charts import CONFIG, plain_duration, template, ticks
from simulator.timeline import write_whole

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

__all__ = ["residual_alt", "residual_figure", "residual_title", "write_residuals"]

_HEIGHT: Final = 520
_ROOM: Final = 1.2
"""Room beside the outermost times, as a factor."""


def residual_figure(found: Calibration, theme: str = "light") -> "Figure":
    """Measured and fitted latency against users, and how far each row lies from the fit.

    Arguments: `theme` is light or dark.
    """
    from plotly.subplots import make_subplots  # noqa: PLC0415 - heavy, and only a chart needs it

    rows = found.residuals
    users = [one.row.users for one in rows]
    colour, text = look("real_time").colour.on(theme), NEUTRAL["text"].on(theme)
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, row_heights=[0.62, 0.38], vertical_spacing=0.08)
    figure.add_scatter(
        x=users, y=[1e3 * one.fitted_s for one in rows], mode="lines", name="fit", line={"color": text, "width": 1.5},
        hovertemplate="%{x} users: fit %{y:.4g} ms<extra></extra>", row=1, col=1,
    )  # fmt: skip
    figure.add_scatter(
        x=users, y=[1e3 * one.row.served_s for one in rows], mode="markers", name="measured", marker={"color": colour, "size": 9},
        hovertemplate="%{x} users: measured %{y:.4g} ms<extra></extra>", row=1, col=1,
    )  # fmt: skip
    figure.add_scatter(
        x=users, y=[100 * one.relative for one in rows], mode="markers", showlegend=False, marker={"color": colour, "size": 9},
        hovertemplate="%{x} users: %{y:+.2f} %<extra></extra>", row=2, col=1,
    )  # fmt: skip
    for end, dash in ((0.0, "solid"), (200 * found.fit.noise, "dot"), (-200 * found.fit.noise, "dot")):
        figure.add_hline(y=end, line={"color": NEUTRAL["muted"].on(theme), "dash": dash, "width": 1}, row=2, col=1)
    figure.update_layout(
        template=template(theme), height=_HEIGHT, showlegend=True, margin={"t": 50},
        legend={"orientation": "h", "y": 1.04, "yanchor": "bottom", "x": 0},
    )  # fmt: skip
    figure.update_xaxes(type="log", fixedrange=True)
    figure.update_xaxes(title_text="Users at once (log scale)", tickvals=sorted(set(users)), ticktext=[f"{n:,}" for n in sorted(set(users))], row=2, col=1)  # fmt: skip
    times = [1e6 * time for one in rows for time in (one.row.served_s, one.fitted_s)]
    marks = ticks(min(times) / _ROOM, max(times) * _ROOM)
    shown = {"tickvals": [mark / 1e3 for mark in marks], "ticktext": [plain_duration(mark) for mark in marks]}
    figure.update_yaxes(title_text="Mean latency (log scale)", type="log", fixedrange=True, row=1, col=1, **shown)
    figure.update_yaxes(title_text="Residual, %", fixedrange=True, row=2, col=1)
    return figure


def residual_title(found: Calibration) -> str:
    """The finding: how well the fit explains the rows."""
    worst = max(found.residuals, key=lambda one: abs(one.relative))
    return f"The fit is within {abs(worst.relative):.1%} of every row; furthest at {worst.row.users:,} users"


def residual_alt(found: Calibration) -> str:
    """The chart in words with its main numbers."""
    fit = found.fit
    return (
        f"Mean latency against users, measured and fitted with {fit.slots.value:g} slots of {format_duration(1e6 * fit.service_s.value)} and slowdown "
        f"{fit.slowdown.value:.2g}; under it how far each of {len(found.rows)} rows lies from the fit. {residual_title(found)}."
    )


def write_residuals(found: Calibration, path: Path) -> None:
    """Write the figure as one HTML file that opens without a network; raises InputError where it cannot be written."""
    from plotly.io import to_html  # noqa: PLC0415 - heavy, and only a chart needs it

    figure = to_html(residual_figure(found), config={**CONFIG, "responsive": True}, include_plotlyjs=True, full_html=False, div_id="residuals")  # fmt: skip
    heading, source = html.escape(residual_title(found)), html.escape(found.source)
    style = "body{margin:0 auto;padding:1.5rem 1rem;max-width:1000px;font:16px/1.5 system-ui,sans-serif}h1{font-size:1.5rem}"
    page = (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{heading}: {source}</title><style>{style}</style></head><body><p>{source}</p><h1>{heading}</h1>"
        f"<p>Dotted: twice the scatter of the rows. What lies outside, or bends, is not explained by slots and slowdown.</p>"
        f'<div role="img" aria-label="{html.escape(residual_alt(found))}">{figure}</div></body></html>\n'
    )
    write_whole(path, "--chart", page)
