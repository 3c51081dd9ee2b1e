"""Measured latency of an import: kept from metrics and load tests, and read back from its CSV."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from advisor.errors import InputError, Problem
from simulator.import_latency import check_statistics
from simulator.import_level import Level
from simulator.import_metrics import Series
from simulator.import_read import Lines, Moments, number, rows_of
from simulator.measured import METRICS, STATS, Measured

__all__ = ["measured_of_levels", "measured_of_series", "read_measured"]

_MOST_ROWS = 1_000_000
_MOST_WRONG = 20
_LARGEST = 4e12
_TOLD = {"mean": "Average"}
_INSTEAD = "the file that `import ... -o mine.toml` writes beside the workload (docs/import.md has its columns)"


def measured_of_series(series: Mapping[tuple[str, str], Series], counts: Series) -> Measured | None:
    """ModelLatency by period from the first period with a count on; None where periods cannot be laid side by side.

    Arguments: `counts` holds the requests of each period.
    """
    own = {stat: series["ModelLatency", _TOLD.get(stat, stat)] for stat in STATS if ("ModelLatency", _TOLD.get(stat, stat)) in series}  # fmt: skip
    if not own:
        return None
    asked = sorted(counts.points)
    origin = asked[0]
    starts = sorted({at for one in own.values() for at in one.points if at >= origin})
    width = int(min(np.diff(starts), default=0)) or int(min(np.diff(asked), default=0))
    if not starts or not width or any((at - starts[0]) % width for at in starts):
        return None
    sums = np.concatenate([[0.0], np.cumsum([counts.points[at] for at in asked])])
    ends = (
        np.searchsorted(asked, np.array(starts) + width) if width >= int(min(np.diff(asked), default=width)) else None
    )
    requests = sums[ends] - sums[np.searchsorted(asked, starts)] if ends is not None else np.full(len(starts), np.nan)
    over = series.get(("OverheadLatency", "Average"))
    return Measured(
        "model", width, np.array(starts, np.int64) - origin, requests, {stat: _column(one, starts) for stat, one in own.items()},
        None if over is None else _column(over, starts), origin,
    )  # fmt: skip


def _column(one: Series, starts: Sequence[int]) -> NDArray[np.float64]:
    return np.array([one.points.get(at, np.nan) for at in starts], np.float64)


def measured_of_levels(levels: Sequence[Level]) -> Measured | None:
    """The levels of a load test; None where there is none."""
    if not levels:
        return None

    def column(values: Sequence[float | None]) -> NDArray[np.float64]:
        return np.array([np.nan if value is None else value for value in values], np.float64)

    stats = {"mean": column([level.mean_us for level in levels]), "p50": column([level.p50_us for level in levels])}
    stats["p99"] = column([level.p99_us for level in levels])
    stats = {name: values for name, values in stats.items() if not np.isnan(values).all()}
    return Measured(
        "client", 0, np.zeros(len(levels), np.int64), column([level.requests for level in levels]), stats,
        users=np.array([max(1, round(level.users)) for level in levels], np.int64),
        think_us=np.maximum(0.0, column([level.think_us for level in levels])),
    )  # fmt: skip


def read_measured(path: Path) -> Measured:
    """The measurements of a CSV as an import writes it.

    Raises InputError with every problem: file, line, what was seen and what is allowed.
    """
    lines = Lines(path)
    rows = rows_of(lines)
    header = [name.strip() for name in next(rows, (0, []))[1]]
    stats = [name for name in STATS if f"{name}_ms" in header]
    levels = "users" in header
    needed = ["metric", "users", "think_ms"] if levels else ["metric", "start_s", "period_s"]
    absent = [name for name in needed if name not in header]
    problems = []
    if absent or not stats:
        what = ", ".join([*absent, *([] if stats else ["one of " + ", ".join(f"{name}_ms" for name in STATS)])])
        raise InputError([Problem(f"{path.name} line 1", ", ".join(header)[:80] or "an empty file", f"columns {what}: {_INSTEAD}")])  # fmt: skip
    wanted = [name for name in (*needed[1:], "requests", *(f"{stat}_ms" for stat in stats), "overhead_ms") if name in header]  # fmt: skip
    metric, begins = "", None
    cells: dict[str, list[float]] = {name: [] for name in wanted}
    for line, row in rows:
        where = f"{path.name} line {line}"
        if len(row) < len(header):
            problems.append(Problem(where, f"{len(row)} cells", f"{len(header)}, one for each column{': ' + lines.cut if lines.cut else ''}"))  # fmt: skip
        else:
            table = {name: cell.strip() for name, cell in zip(header, row, strict=False)}
            metric, begins = metric or table["metric"], begins or table.get("begins")
            values, wrong = _values(table, wanted, needed, where)
            problems += wrong or _odd(values, table["metric"], metric, stats, where)
            for name in wanted:
                cells[name].append(values[name])
        if len(problems) >= _MOST_WRONG or len(cells[wanted[0]]) > _MOST_ROWS:
            break
    if len(cells[wanted[0]]) > _MOST_ROWS:
        problems.append(Problem(path.name, "", f"at most {_MOST_ROWS:,} rows: import with longer periods"))
    if not problems and not cells[wanted[0]]:
        problems.append(Problem(path.name, "no row under the header", _INSTEAD))
    columns = {name: np.array(values, np.float64) for name, values in cells.items()}
    if not problems and not levels:
        problems += _uneven(path, columns)
    if problems:
        raise InputError(problems)
    return _made(metric, columns, stats, Moments("UTC").read(begins) if begins else None, levels=levels)


def _values(table: Mapping[str, str], wanted: Sequence[str], needed: Sequence[str], where: str) -> tuple[dict[str, float], list[Problem]]:  # fmt: skip
    """The numbers of a row; an empty cell is not known, where the column may be."""
    values, problems = {}, []
    for name in wanted:
        text = table[name]
        value = float("nan") if not text and name not in needed else number(text)
        least = -_LARGEST if name == "start_s" else 0.0
        if value is None or not (np.isnan(value) or least <= value <= _LARGEST):
            problems.append(Problem(f"{where}, {name}", repr(text[:40]), "a number from 0 up"))
            value = float("nan")
        elif name in {"users", "period_s"} and (value <= 0 or (name == "users" and value % 1)):
            problems.append(Problem(f"{where}, {name}", repr(text[:40]), "a whole number above 0" if name == "users" else "seconds above 0"))  # fmt: skip
        values[name] = value
    return values, problems


def _odd(values: Mapping[str, float], metric: str, first: str, stats: Sequence[str], where: str) -> list[Problem]:
    """What does not go together in a row."""
    found = []
    if metric not in METRICS:
        found.append(Problem(f"{where}, metric", repr(metric[:40]), f"one of {', '.join(METRICS)}"))
    elif metric != first:
        found.append(Problem(f"{where}, metric", repr(metric), f"{first}, as in the first row: one metric a file"))
    known = {_TOLD.get(stat, stat): values[f"{stat}_ms"] for stat in stats if not np.isnan(values[f"{stat}_ms"])}
    if why := check_statistics(known):
        found.append(Problem(where, why, "statistics of the same requests"))
    return found


def _uneven(path: Path, columns: Mapping[str, NDArray[np.float64]]) -> list[Problem]:
    """Periods that cannot be laid side by side."""
    starts, widths = np.rint(columns["start_s"] * 1e6), np.rint(columns["period_s"] * 1e6)
    other = np.flatnonzero(widths != widths[0])
    if len(other):
        return [Problem(f"{path.name} row {other[0] + 1}", f"{widths[other[0]] / 1e6:g} s", f"periods of {widths[0] / 1e6:g} s, as in the first row")]  # fmt: skip
    steps = np.diff(starts)
    bad = np.flatnonzero((steps <= 0) | (steps % widths[0] != 0))
    if len(bad):
        at = int(bad[0]) + 1
        return [Problem(f"{path.name} row {at + 1}, start_s", f"{starts[at] / 1e6:g}", f"periods in order, each once, whole periods of {widths[0] / 1e6:g} s apart")]  # fmt: skip
    return []


def _made(
    metric: str,
    columns: Mapping[str, NDArray[np.float64]],
    stats: Sequence[str],
    begins_us: int | None,
    *,
    levels: bool,
) -> Measured:
    rows = len(next(iter(columns.values())))
    times = {stat: columns[f"{stat}_ms"] * 1e3 for stat in stats}
    requests = columns.get("requests", np.full(rows, np.nan))
    if levels:
        users, think = columns["users"].astype(np.int64), columns["think_ms"] * 1e3
        return Measured(metric, 0, np.zeros(rows, np.int64), requests, times, users=users, think_us=think)
    over = columns["overhead_ms"] * 1e3 if "overhead_ms" in columns else None
    width = round(float(columns["period_s"][0]) * 1e6)
    starts = np.rint(columns["start_s"] * 1e6).astype(np.int64)
    origin = None if begins_us is None else begins_us - int(starts[0])
    return Measured(metric, width, starts, requests, times, over, origin)
