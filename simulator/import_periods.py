"""Counts per period as traffic: a recording, the mean day and week, or phases; gaps are told."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from advisor.units import format_duration
from simulator.import_metrics import Series, moment
from simulator.import_requests import Table
from simulator.import_result import Draft

__all__ = ["put_periods"]

_HOUR_US = 3_600 * 10**6
_MOST_PHASES = 1_000
_USUAL_S = (1, 5, 10, 30, 60, 300, 900, 3_600, 21_600, 86_400)


def put_periods(draft: Draft, counts: Series, form: str) -> None:
    """Set the traffic from requests per period.

    Arguments: `form` is trace, daily (24 h x 7 d, in UTC) or phases. A period that is absent counts as silence, which is
    noted as assumed.
    """
    points = dict(sorted(counts.points.items()))
    starts = np.array(list(points), np.int64)
    steps = np.diff(starts)
    if not len(steps):
        draft.wrong(counts.where, "one period", "two periods or more: one alone does not tell how long it is")
        return
    width = int(steps.min())
    uneven = next((index for index, step in enumerate(steps.tolist()) if step % width), None)
    if uneven is not None:
        draft.wrong(counts.where, f"{format_duration(width)} and {format_duration(int(steps[uneven]))} apart near {moment(int(starts[uneven]))}", "periods of one length: export with one Period (older data has longer periods)")  # fmt: skip
        return
    if width // 10**6 not in _USUAL_S:
        draft.notes.append(f"{counts.where}: a period is taken to be {format_duration(width)}, the smallest step; if every second one is absent it is shorter")  # fmt: skip
    gaps = np.flatnonzero(steps > width)
    source, absent = counts.where, 0
    if len(gaps):
        absent = int((steps[gaps] // width - 1).sum())
        widest = int(gaps[np.argmax(steps[gaps])])
        draft.notes.append(f"{counts.where}: {absent:,} periods are absent, the longest stretch from {moment(int(starts[widest]) + width)} to {moment(int(starts[widest + 1]))}; they count as silence (assumed). CloudWatch leaves out what nobody sent; if the export failed there, export that time again")  # fmt: skip
    values = np.array([round(value) for value in points.values()], np.int64)
    span = int(starts[-1] - starts[0]) + width
    text = f"{int(values.sum()):,} requests in {len(values):,} periods of {format_duration(width)} from {moment(int(starts[0]))}"  # fmt: skip
    if form == "daily":
        _daily(draft, starts, values, span, source, text)
    elif form == "phases":
        _phases(draft, starts, values, width, source, text)
    else:
        draft.trace = Table({"bin_start_s": starts - starts[0], "requests": values}, width)
        columns = {"time": "bin_start_s", "count": "requests"}
        draft.put("traffic", {"kind": "trace", "file": "trace.csv", "columns": columns, "bin": f"{width} us"}, source, text=text)  # fmt: skip
    if len(gaps):
        draft.assume("traffic", f"{absent:,} absent periods are silence", f"{counts.where}: {absent:,} absent periods are taken to be silence")  # fmt: skip
    if width > 60 * 10**6:
        draft.notes.append(f"{counts.where}: bursts shorter than {format_duration(width)} are lost; export with Period 60")  # fmt: skip


def _daily(
    draft: Draft, starts: NDArray[np.int64], values: NDArray[np.int64], span: int, source: str, text: str
) -> None:
    """The mean hour of the day and day of the week, in UTC."""
    if span < 24 * _HOUR_US:
        draft.wrong(source, format_duration(span), "a day or more for a daily course; else --traffic trace or phases")
        return
    moments = [datetime.fromtimestamp(start / 1e6, tz=UTC) for start in starts.tolist()]
    hours, days = np.zeros(24), np.zeros(7)
    looked = np.zeros(24), np.zeros(7)
    step = max(1, int(np.diff(starts).min()))
    for at, count in zip(moments, values.tolist(), strict=True):
        hours[at.hour] += count
        days[at.weekday()] += count
    for us in range(int(starts[0]), int(starts[0]) + span, min(step, _HOUR_US)):
        at = datetime.fromtimestamp(us / 1e6, tz=UTC)
        looked[0][at.hour] += 1
        looked[1][at.weekday()] += 1
    table: dict[str, Any] = {"kind": "daily", "mean_rate_per_s": float(values.sum() / (span / 1e6))}
    table["hours"] = [round(float(value), 6) for value in hours / np.maximum(looked[0], 1)]
    if span >= 7 * 24 * _HOUR_US:
        table["days"] = [round(float(value), 6) for value in days / np.maximum(looked[1], 1)]
    draft.put("traffic", table, f"{source}; means over hours and days in UTC", text=text)
    if "days" not in table:
        draft.assume("traffic.days", "all alike", f"{source} is shorter than a week: days are taken to be alike")
        draft.lacks("traffic.days", "how do days of the week differ?", "a week or more of Invocations")


def _phases(
    draft: Draft, starts: NDArray[np.int64], values: NDArray[np.int64], width: int, source: str, text: str
) -> None:
    """Phases with a rate each; neighbours with the same rate are one, silence between periods is a phase."""
    phases: list[list[float]] = []
    end = int(starts[0])
    for start, count in zip(starts.tolist(), values.tolist(), strict=True):
        for rate, us in ((0.0, start - end), (count / (width / 1e6), width)):
            if us and phases and phases[-1][0] == rate:
                phases[-1][1] += us
            elif us:
                phases.append([rate, us])
        end = start + width
    if len(phases) > _MOST_PHASES:
        draft.wrong(source, f"{len(phases):,} periods with rates of their own", f"at most {_MOST_PHASES:,} phases; take --traffic trace or daily")  # fmt: skip
        return
    rows = [{"rate_per_s": rate, "duration": f"{round(us)} us"} for rate, us in phases]
    draft.put("traffic", {"kind": "phases", "phases": rows}, f"{source}; even within each period", text=text)
