"""The run of one option over time as a figure: the fleet by state with its events, what waited, what was not answered.

Plotly is imported on first use.
"""

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from advisor.identity import NEUTRAL, look
from advisor.options import title
from advisor.units import format_count, format_duration
from simulator.charts import template, tint
from simulator.story import SIGNS, WORDS, Story
from simulator.timeline import clock, unit_words

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

__all__ = ["fleet_alt", "fleet_figure", "fleet_note", "fleet_title"]

_AREAS: Final = (
    ("in_service", "in service", 0.9, ""),
    ("starting", "starting", 0.45, "/"),
    ("draining", "draining", 0.25, "."),
)
"""Column, words, opacity and pattern of each state: the pattern tells them apart without colour."""
_LOST: Final = (("throttled", "throttled", 1.0, ""), ("failed", "failed", 0.35, "/"))
_MOST_POINTS: Final = 1_500
_MOST_BARS: Final = 160
_CROWD: Final = 300
"""Changes above which a fleet is drawn as its averages, without the signs of its events."""
_FLEET_PX: Final = 250
_ROW_PX: Final = 130
_MINUTE_US: Final = 60_000_000


class _Axis(NamedTuple):
    """The time axis: one unit, and a distance of ticks that people count in."""

    unit_us: float
    words: str
    tick: float

    def at(self, us: float) -> float:
        """A length of time on the axis."""
        return us / self.unit_us


def _axis(story: Story) -> _Axis:
    """Minutes, hours or days, with at most eight ticks."""
    long = story.end_us - story.from_us
    minutes, hours, days = _MINUTE_US, 60 * _MINUTE_US, 1440 * _MINUTE_US
    unit, name = (minutes, "minutes") if long <= 2 * hours else (hours, "hours") if long <= 3 * days else (days, "days")
    steps = {"minutes": (1, 2, 5, 10, 15, 20), "hours": (1, 2, 3, 6, 12), "days": (1, 2, 5, 7, 14, 28)}[name]
    tick = next((step for step in steps if long <= 8 * step * unit), math.ceil(long / unit / 8))
    since = f"of day {story.from_us // days + 1}" if story.from_us else "since the start"
    return _Axis(unit, f"{name} {since}", tick)


def _stretch(story: Story) -> int:
    """Rows that one point of a line stands for, by its peak."""
    crowded = _bucket_us(story) // story.table.step_us if _crowded(story) else 1
    return max(crowded, -(-len(story.table.of("time_s")) // _MOST_POINTS))


def _steps(story: Story, name: str, axis: _Axis) -> tuple[list[float], list[float]]:
    """Times and values of a column at its changes and at the end; more than a chart can show as peaks of a stretch."""
    times, values = _times(story, axis), story.table.of(name).tolist()
    stretch = _stretch(story)
    peaks = [(times[n], max(values[n : n + stretch])) for n in range(0, len(values), stretch)]
    kept = [peaks[0], *(b for a, b in pairwise(peaks) if a[1] != b[1])]
    kept.append((axis.at(story.end_us - story.from_us), peaks[-1][1]))
    return [x for x, _ in kept], [y for _, y in kept]


def _times(story: Story, axis: _Axis) -> list[float]:
    return [axis.at(second * 1e6 - story.from_us) for second in story.table.of("time_s").tolist()]


def _changes(story: Story) -> list[int]:
    """Rows in which the number in any state changes, the first and the last included."""
    states = list(zip(*(story.table.of(name).tolist() for name, *_ in _AREAS), strict=True))
    inner = [n for n in range(1, len(states) - 1) if states[n] != states[n - 1]]
    return sorted({0, *inner, len(states) - 1})


def _crowded(story: Story) -> bool:
    """The fleet changes too often to see each change."""
    return len(_changes(story)) > _CROWD


def _states(story: Story, axis: _Axis) -> tuple[list[float], list[list[float]]]:
    """Times and, by state, the number of copies: at each change, or on average of each stretch where it is crowded.

    Stacked areas need the same times; the last value is drawn to the end.
    """
    columns, end = [story.table.of(name) for name, *_ in _AREAS], axis.at(story.end_us - story.from_us)
    if not _crowded(story):
        rows, times = _changes(story), _times(story, axis)
        return [*(times[n] for n in rows), end], [[*column[rows].tolist(), int(column[-1])] for column in columns]
    bucket = _bucket_us(story)
    rows = list(range(0, len(columns[0]), bucket // story.table.step_us))
    means = [[float(part.mean()) for part in np.split(column, rows[1:])] for column in columns]
    return [*(axis.at(n * bucket) for n in range(len(rows))), end], [[*mean, mean[-1]] for mean in means]


def _whole_step(top: float) -> int:
    """Distance of the ticks of an axis that counts whole things: 1, 2 or 5 times a power of ten, at most six ticks.

    >>> _whole_step(1), _whole_step(6), _whole_step(40), _whole_step(231)
    (1, 2, 10, 50)
    """
    power = 1
    while True:
        for digit in (1, 2, 5):
            if top <= 5 * digit * power:
                return digit * power
        power *= 10


def _at(story: Story, time_us: int) -> float:
    """Copies in any state just after a time."""
    times = story.table.of("time_s")
    row = min(int((time_us - story.from_us) // story.table.step_us) + 1, len(times) - 1)
    return float(sum(story.table.of(name)[row] for name, *_ in _AREAS))


def _bucket_us(story: Story) -> int:
    """How long a bar of the chart lasts: the step of the table, longer where there would be too many."""
    long, step = story.end_us - story.from_us, story.table.step_us
    sizes = [step, *(n * _MINUTE_US for n in (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 10_080))]
    return next((size for size in sizes if size % step == 0 and long <= _MOST_BARS * size), sizes[-1])


def _short(us: int) -> str:
    """A round length of time: `minute`, `10 s`, `3 h`."""
    if us == _MINUTE_US:
        return "minute"
    if us % (60 * _MINUTE_US) == 0:
        return "hour" if us == 60 * _MINUTE_US else f"{us // (60 * _MINUTE_US)} h"
    return f"{us // _MINUTE_US} min" if us % _MINUTE_US == 0 else f"{us // 1_000_000} s"


def _sum(story: Story, name: str) -> int:
    return int(story.table.of(name).sum()) if name in story.table.columns else 0


def _waits(story: Story) -> bool:
    return story.lines and int(story.table.of("waiting").max()) > 0


def _loses(story: Story) -> bool:
    return _sum(story, "throttled") + _sum(story, "failed") > 0


def _draw_fleet(figure: "Figure", story: Story, axis: _Axis, theme: str) -> None:
    """The states as a stack of steps, and the events on top of it."""
    from plotly import graph_objects as go  # noqa: PLC0415 - heavy, and only a chart needs it

    colour, ink = look(story.option.name).colour.on(theme), NEUTRAL["text"].on(theme)
    times, columns = _states(story, axis)
    for (name, words, opacity, pattern), values in zip(_AREAS, columns, strict=True):
        if name != "in_service" and not any(values):
            continue
        figure.add_trace(go.Scatter(
            x=times, y=values, name=words, mode="lines", stackgroup="fleet", line={"shape": "hv", "width": 1, "color": colour},
            fillcolor=tint(colour, opacity), fillpattern={"shape": pattern, "fgcolor": ink, "size": 6},
            hovertemplate=f"%{{y:,.3~r}} {words}<extra></extra>",
        ), row=1, col=1)  # fmt: skip
    for kind, sign in () if _crowded(story) else SIGNS.items():
        shown = [one for one in story.events if one.kind == kind]
        if shown:
            figure.add_trace(go.Scatter(
                x=[axis.at(one.time_us - story.from_us) for one in shown], y=[_at(story, one.time_us) for one in shown], mode="markers",
                name=WORDS[kind].lower(), text=[f"{clock(one.time_us)} {one.text}" for one in shown], hovertemplate="%{text}<extra></extra>",
                marker={"symbol": sign, "size": 10, "color": ink, "line": {"width": 1.5, "color": NEUTRAL["page"].on(theme)}}, cliponaxis=False,
            ), row=1, col=1)  # fmt: skip
    top = max(math.fsum(parts) for parts in zip(*columns, strict=True))
    figure.update_yaxes(title_text=story.unit, range=[0, max(1, top) * 1.15], dtick=_whole_step(top), row=1, col=1)


def _draw_waiting(figure: "Figure", story: Story, axis: _Axis, theme: str, row: int) -> None:
    from plotly import graph_objects as go  # noqa: PLC0415 - heavy, and only a chart needs it

    xs, ys = _steps(story, "waiting", axis)
    figure.add_trace(go.Scatter(
        x=xs, y=ys, name="waiting", mode="lines", line={"shape": "hv", "width": 1.5, "color": NEUTRAL["text"].on(theme)}, showlegend=False,
        hovertemplate="%{y:,} waiting<extra></extra>",
    ), row=row, col=1)  # fmt: skip
    figure.update_yaxes(
        title_text="waiting" if _stretch(story) == 1 else "most waiting",
        range=[0, max(ys) * 1.1],
        dtick=_whole_step(max(ys)),
        row=row,
        col=1,
    )


def _draw_lost(figure: "Figure", story: Story, axis: _Axis, theme: str, row: int) -> None:
    """Requests throttled or failed, in bars that last alike."""
    from plotly import graph_objects as go  # noqa: PLC0415 - heavy, and only a chart needs it

    ink, bucket = NEUTRAL["text"].on(theme), _bucket_us(story)
    rows = bucket // story.table.step_us
    starts = range(0, len(story.table.of("time_s")), rows)
    tops = [0] * len(starts)
    for name, words, opacity, pattern in _LOST:
        values = story.table.of(name).tolist()
        sums = [sum(values[n : n + rows]) for n in starts]
        if not any(sums):
            continue
        tops = [a + b for a, b in zip(tops, sums, strict=True)]
        figure.add_trace(go.Bar(
            x=[axis.at((number + 0.5) * bucket) for number in range(len(sums))], y=sums, width=axis.at(bucket), name=words,
            marker={"color": tint(ink, opacity), "line": {"width": 0}, "pattern": {"shape": pattern, "fgcolor": ink, "size": 5}},
            hovertemplate=f"%{{y:,}} {words}<extra></extra>",
        ), row=row, col=1)  # fmt: skip
    figure.update_yaxes(
        title_text=f"errors per {_short(bucket)}",
        range=[0, max(tops) * 1.1],
        dtick=_whole_step(max(tops)),
        row=row,
        col=1,
    )


def fleet_figure(story: Story, theme: str = "light") -> "Figure":
    """The fleet by state as stacked steps with its events; under it what waited and what was lost, where anything was.

    Arguments: `theme` is light or dark.
    """
    from plotly.subplots import make_subplots  # noqa: PLC0415 - heavy, and only a chart needs it

    axis, below = (
        _axis(story),
        [draw for draw, asked in ((_draw_waiting, _waits(story)), (_draw_lost, _loses(story))) if asked],
    )
    heights = [_FLEET_PX, *(_ROW_PX for _ in below)]
    figure = make_subplots(rows=len(heights), cols=1, shared_xaxes=True, vertical_spacing=0.06, row_heights=[h / sum(heights) for h in heights])  # fmt: skip
    _draw_fleet(figure, story, axis, theme)
    for row, draw in enumerate(below, 2):
        draw(figure, story, axis, theme, row)
    figure.update_layout(
        template=template(theme), height=sum(heights) + 90, showlegend=True, barmode="stack", bargap=0,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "xanchor": "left", "traceorder": "normal"}, margin={"t": 44},
    )  # fmt: skip
    figure.update_yaxes(fixedrange=True, tick0=0, tickformat=",d")
    figure.update_xaxes(range=[0, axis.at(story.end_us - story.from_us)], dtick=axis.tick, tick0=0, fixedrange=True)
    figure.update_xaxes(title_text=axis.words, row=len(heights), col=1)
    return figure


def fleet_title(story: Story) -> str:
    """The finding of the fleet chart."""
    running = story.table.of("in_service")
    low, high = int(running.min()), int(running.max())
    unit = unit_words(high, story.unit)
    name = title(story.option.name)
    return f"{name}: {high:,} {unit} all the time" if low == high else f"{name}: {low:,} to {high:,} {unit}"


def fleet_note(story: Story) -> str:
    """How to read the fleet chart, and what happened to the requests."""
    shown = [one for one in story.events if one.kind in SIGNS]
    if _crowded(story):
        parts = [
            f"Average of every {_short(_bucket_us(story))}: the fleet changes too often to show all {len(shown):,} events."
        ]
    else:
        parts = [f"The fleet at the start of every {_short(story.table.step_us)}."]
        if shown:
            parts.append("Point at a sign to read its cause.")
    if not story.lines:
        parts.append("Too many requests to keep each: what waited or was lost is in the ranking, not over time.")
        return " ".join(parts)
    if not _waits(story):
        parts.append(f"Nothing waited at the start of any {_short(story.table.step_us)}.")
    what = "attempts" if story.attempts > 1 else "requests"
    of = f"of {format_count(_sum(story, 'arrivals'))} {what}"
    lost = [(format_count(_sum(story, name)), words) for name, words, *_ in _LOST if _sum(story, name)]
    if not lost:
        parts.append(f"None {of} was throttled or failed.")
    elif len(lost) == 1:
        parts.append(f"{lost[0][0]} {of} {'failed' if lost[0][1] == 'failed' else 'were throttled'}.")
    else:
        parts.append(f"{' and '.join(f'{count} {words}' for count, words in lost)} {of}.")
    return " ".join(parts).replace("\u00a0", " ")


def fleet_alt(story: Story) -> str:
    """The fleet chart in one sentence with its main numbers."""
    running = story.table.of("in_service")
    waits = f"; most requests waiting: {int(story.table.of('waiting').max()):,}" if story.lines else ""
    lost = f"; throttled: {_sum(story, 'throttled'):,}, failed: {_sum(story, 'failed'):,}" if story.lines else ""
    events = sum(one.kind in SIGNS for one in story.events)
    return (
        f"{story.unit.capitalize()} in service over {format_duration(story.end_us - story.from_us)}: "
        f"{int(running.min()):,} to {int(running.max()):,}, {events:,} events{waits}{lost}."
    )
