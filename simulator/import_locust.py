"""Locust: `--csv PREFIX` writes PREFIX_stats.csv (the whole test) and PREFIX_stats_history.csv (every second)."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from simulator.import_level import Level
from simulator.import_levels import put_levels
from simulator.import_read import Lines, number, rows_of
from simulator.import_result import Draft

__all__ = ["read_locust"]

_STATS = {"Name", "Request Count", "Average Response Time", "Requests/s"}
_HISTORY = {"Timestamp", "User Count", "Name", "Total Request Count", "Total Average Response Time"}
_SETTLED_S = 5
_FEW = 10
_MOST_POINTS = 1_000_000


@dataclass(frozen=True, slots=True)
class _Point:
    line: int
    at_s: float
    users: float
    requests: float
    mean_ms: float
    p50_ms: float | None
    p99_ms: float | None
    failed: float


def read_locust(draft: Draft, users: int | None, instances: int | None) -> None:
    """Fold the files of one Locust test into the draft; `users` is for a test of which only *_stats.csv is there."""
    whole, levels, sources = None, [], []
    for path in draft.files:
        rows = _rows(draft, path)
        header = next(rows, (0, []))[1]
        if set(header) >= _HISTORY:
            points = list(_points(draft, path, header, rows))
            found = _levels(points)
            levels += found
            if not found and not draft.problems:
                draft.wrong(path.name, "", f"no stretch of {_SETTLED_S} s or more with {_FEW} answers at one number of users was found: hold each number longer")  # fmt: skip
            sources.append(path.name)
            if points and points[-1].failed:
                draft.notes.append(f"{path.name}: {points[-1].failed:,.0f} of {points[-1].requests:,.0f} requests failed")  # fmt: skip
        elif set(header) >= _STATS:
            whole = _stats(draft, path, header, rows) or whole
        else:
            draft.wrong(path.name, "", "a *_stats.csv or *_stats_history.csv as `locust --csv PREFIX` writes them")
    draft.stop()
    if levels:
        put_levels(draft, levels, ", ".join(sources), instances)
    elif whole is not None and users is None:
        draft.wrong(draft.files[0].name, "", "this file does not say how many users there were: give *_stats_history.csv too, or --users N")  # fmt: skip
    elif whole is not None:
        put_levels(draft, [Level(users or 1, *whole)], draft.files[0].name, instances)
        draft.notes.append(f"{draft.files[0].name} is the mean of the whole test, its start included; *_stats_history.csv tells the levels apart")  # fmt: skip
    if levels or (whole is not None and users is not None):
        _size(draft)


def _size(draft: Draft) -> None:
    draft.lacks("request.payload", "how large is a request? (--payload 20KB)", "Locust does not record the size of requests")  # fmt: skip


def _rows(draft: Draft, path: Path) -> Iterator[tuple[int, list[str]]]:
    lines = Lines(path)
    yield from rows_of(lines)
    if lines.cut:
        draft.notes.append(f"{path.name}: {lines.cut}")


def _stats(draft: Draft, path: Path, header: list[str], rows: Iterator[tuple[int, list[str]]]) -> tuple[float, float, float | None, float | None, int] | None:  # fmt: skip
    """Rate, mean, median, 99th percentile (microseconds) and requests of the row `Aggregated`."""
    for line, row in rows:
        cells = dict(zip(header, row, strict=False))
        if cells.get("Name") != "Aggregated":
            continue
        count, rate, mean = (number(cells.get(name)) for name in ("Request Count", "Requests/s", "Average Response Time"))  # fmt: skip
        p50, p99, size = (number(cells.get(name)) for name in ("50%", "99%", "Average Content Size"))
        if not count or not rate or not mean:
            draft.wrong(f"{path.name} line {line}", "", "a test with at least one answered request")
            return None
        failed = number(cells.get("Failure Count")) or 0
        if failed:
            draft.notes.append(f"{path.name}: {failed:,.0f} of {count:,.0f} requests failed")
        if (p50 and p99 and not p50 <= p99) or (p99 and mean > 0 and mean * 100 < p99):
            draft.wrong(f"{path.name} line {line}", f"mean {mean:g} ms, p50 {p50} ms, p99 {p99} ms", "percentiles that agree with the mean")  # fmt: skip
        if size:
            draft.put("request.response", max(1, round(size)), f"{path.name}: Average Content Size", text=f"{size:,.0f} bytes on average")  # fmt: skip
        return rate, mean * 1e3, p50 and p50 * 1e3, p99 and p99 * 1e3, round(count)
    draft.wrong(path.name, "", "no row named Aggregated: the file may have been cut; let the test end and export again")
    return None


def _points(draft: Draft, path: Path, header: list[str], rows: Iterator[tuple[int, list[str]]]) -> Iterator[_Point]:
    before = -1.0
    for line, row in rows:
        cells = dict(zip(header, row, strict=False))
        if cells.get("Name") != "Aggregated":
            continue
        names = ("Timestamp", "User Count", "Total Request Count", "Total Average Response Time")
        at, users, count, mean = (number(cells.get(name)) for name in names)
        if at is None or users is None or count is None or mean is None:
            draft.wrong(f"{path.name} line {line}", "", f"a row with {', '.join(names)} (the line may be cut)")
            continue
        if at < before or line > _MOST_POINTS:
            draft.wrong(f"{path.name} line {line}", f"{at:g}", f"seconds in order, at most {_MOST_POINTS:,} lines; was a second test written into the same file?")  # fmt: skip
            return
        before = at
        yield _Point(line, at, users, count, mean, number(cells.get("50%")), number(cells.get("99%")), number(cells.get("Total Failure Count")) or 0)  # fmt: skip


def _levels(points: list[_Point]) -> list[Level]:
    """Stretches at one number of users, from totals at their ends; percentiles are those of their second half."""
    found, start = [], 0
    for end in range(1, len(points) + 1):
        if end < len(points) and points[end].users == points[start].users:
            continue
        stretch, start = points[start:end], end
        first, last = stretch[0], stretch[-1]
        seconds, count = last.at_s - first.at_s, last.requests - first.requests
        if seconds < _SETTLED_S or count < _FEW or not first.users:
            continue
        mean = (last.requests * last.mean_ms - first.requests * first.mean_ms) / count
        half = stretch[len(stretch) // 2 :]
        p50 = [point.p50_ms for point in half if point.p50_ms]
        p99 = [point.p99_ms for point in half if point.p99_ms]
        if mean > 0 and p50 and p99:
            found.append(Level(first.users, count / seconds, mean * 1e3, median(p50) * 1e3, median(p99) * 1e3, round(count)))  # fmt: skip
    return found
