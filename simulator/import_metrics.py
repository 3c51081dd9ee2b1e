"""CloudWatch exports as series: `get-metric-data` and `get-metric-statistics` JSON, and the CSV of the console."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from advisor.errors import Problem
from simulator.import_read import Lines, Moments, document, number, rows_of
from simulator.import_result import Draft

__all__ = ["METRICS", "Series", "read_series"]

METRICS = (
    "InvocationsPerInstance", "Invocation4XXErrors", "Invocation5XXErrors", "InvocationModelErrors", "ConcurrentRequestsPerModel",
    "ConcurrentRequestsPerCopy", "OverheadLatency", "ModelLatency", "ModelSetupTime", "Invocations",
)  # fmt: skip
"""Metrics of an endpoint variant; the longer name is looked for first."""
_SUMMED = {"Invocations", "InvocationsPerInstance", "Invocation4XXErrors", "Invocation5XXErrors", "InvocationModelErrors"}  # fmt: skip
_STATS = (
    ("p99.9", r"p_?99[._]9"), ("p99", r"p_?99"), ("p95", r"p_?95"), ("p90", r"p_?90"), ("p50", r"p_?50|median"),
    ("Sum", r"sum|total"), ("Average", r"average|avg|mean"), ("Maximum", r"maximum|max"), ("Minimum", r"minimum|min"),
    ("SampleCount", r"samplecount|sample_count|\bn\b"),
)  # fmt: skip
_MOST_POINTS = 5_000_000
_MOST_PROBLEMS = 20


@dataclass(slots=True)
class Series:
    """One metric with one statistic over time."""

    metric: str
    stat: str
    where: str
    """File, and the label under which it stands there."""
    guessed: bool
    """Whether the statistic is a guess: the export did not tell it."""
    points: dict[int, float] = field(default_factory=dict)
    """Begin of the period, microseconds since 1970 -> value."""


def read_series(draft: Draft, tz: str | None) -> list[Series]:
    """The series of all files, pages of one export joined. Problems go to the draft, with file and line."""
    found: dict[tuple[str, str], Series] = {}
    for path in draft.files:
        moments = Moments(tz)
        first = next(iter(Lines(path)), (1, ""))[1].lstrip()
        known: dict[tuple[str, str], Series] = {}
        parts = _from_json(draft, path, moments) if first.startswith(("{", "[")) else _from_csv(draft, path, moments)
        for part in parts:
            key = part.metric, part.stat
            if key in known and part.metric not in _SUMMED:
                draft.wrong(path.name, "", f"two series of {part.metric} {part.stat} ({known[key].where}; {part.where}): export one variant at a time")  # fmt: skip
            elif key in known:
                for at, value in part.points.items():
                    known[key].points[at] = known[key].points.get(at, 0) + value
                draft.notes.append(f"{part.where}: added to {known[key].where}, as another variant of the same endpoint")  # fmt: skip
            else:
                known[key] = part
        for key, part in known.items():
            _join(draft, found.setdefault(key, Series(*key, part.where, part.guessed)), part)
        if (mixed := moments.problem(path.name)) is not None:
            draft.problems.append(mixed)
        elif moments.bare and moments.zone is None:
            draft.notes.append(f"{path.name}: times state no zone and are taken as UTC; --tz says otherwise (the console exports the zone it shows)")  # fmt: skip
        if len(moments.zones) > 1:
            draft.notes.append(f"{path.name}: times in several zones ({', '.join(list(moments.zones)[:4])}), all turned into UTC")  # fmt: skip
    return [series for series in found.values() if series.points]


def _join(draft: Draft, whole: Series, part: Series) -> None:
    """Add the points of a page or of a later file; a period that stands twice must say the same."""
    twice = [at for at in part.points if at in whole.points]
    differ = [at for at in twice if part.points[at] != whole.points[at]]
    if differ:
        at = differ[0]
        draft.wrong(part.where, f"{whole.points[at]:g} and {part.points[at]:g} for the period that begins {moment(at)}", f"each period once ({len(differ)} stand twice with different values): were two variants or statistics exported under one name?")  # fmt: skip
    elif twice:
        draft.notes.append(f"{part.where}: {len(twice)} periods stand twice with the same values and count once")
    whole.points.update(part.points)


def moment(us: int) -> str:
    """A moment for people, in UTC.

    >>> moment(1_795_334_400_000_000)
    '2026-11-22 08:00 UTC'
    """
    from datetime import UTC, datetime  # noqa: PLC0415 - for messages alone

    return datetime.fromtimestamp(us / 1e6, tz=UTC).strftime("%Y-%m-%d %H:%M UTC")


def _named(text: str, stats: str = "") -> tuple[str, str, bool] | None:
    """Metric and statistic that a label speaks of, and whether the statistic is a guess."""
    plain = re.sub(r"[\s_-]", "", text).lower()
    metric = next((name for name in METRICS if name.lower() in plain), None)
    if metric is None:
        return None
    rest = re.sub(metric, " ", f"{stats} {text}", flags=re.IGNORECASE).lower()
    for stat, pattern in _STATS:
        if re.search(rf"(?<![a-z0-9])(?:{pattern})(?![a-z0-9])", rest.replace("_", " ") + " " + rest):
            return metric, stat, False
    return metric, "Sum" if metric in _SUMMED else "Average", True


def _from_json(draft: Draft, path: Path, moments: Moments) -> Iterator[Series]:
    whole = document(path)
    pages = whole if isinstance(whole, list) else [whole]
    for page in pages:
        if not isinstance(page, dict):
            continue
        messages = page.get("Messages")
        for message in messages if isinstance(messages, list) else []:
            if isinstance(message, dict):
                draft.notes.append(f"{path.name}: CloudWatch says {str(message.get('Value'))[:200]}")
        if page.get("NextToken"):
            draft.wrong(path.name, "NextToken", "a whole export: ask again with --starting-token, and give all files here")  # fmt: skip
        if isinstance(page.get("MetricDataResults"), list):
            for result in page["MetricDataResults"]:
                yield from _result(draft, path, moments, result if isinstance(result, dict) else {})
        elif isinstance(page.get("Datapoints"), list):
            yield from _statistics(draft, path, moments, page)


def _result(draft: Draft, path: Path, moments: Moments, result: Mapping[str, Any]) -> Iterator[Series]:
    label, id_ = str(result.get("Label", "")), str(result.get("Id", ""))
    named = _named(label, id_) or _named(id_)
    where = f"{path.name} {label or id_}"[:120]
    if named is None:
        draft.notes.append(f"{where}: no metric of an endpoint, left out")
        return
    status = result.get("StatusCode", "Complete")
    if status != "Complete":
        draft.wrong(where, f"StatusCode {status}", "Complete: ask for a shorter time, or give the other pages too")
    times, values = result.get("Timestamps") or [], result.get("Values") or []
    if not isinstance(times, list) or not isinstance(values, list):
        draft.wrong(where, "", "lists of Timestamps and Values")
        return
    if len(times) != len(values):
        draft.wrong(where, f"{len(times)} Timestamps, {len(values)} Values", "as many of one as of the other: the file may be cut")  # fmt: skip
        return
    series = Series(named[0], named[1], where, named[2])
    for index, (time, value) in enumerate(zip(times[:_MOST_POINTS], values, strict=False)):
        _point(draft, series, moments, f"{where} [{index}]", time, value, index + 1)
    yield series


def _statistics(draft: Draft, path: Path, moments: Moments, page: Mapping[str, Any]) -> Iterator[Series]:
    label = str(page.get("Label", ""))
    found: dict[str, Series] = {}
    named = _named(label)
    if named is None:
        draft.notes.append(f"{path.name} {label[:60]}: no metric of an endpoint, left out")
        return
    for index, row in enumerate(page["Datapoints"][:_MOST_POINTS]):
        if not isinstance(row, dict):
            continue
        extended = row.get("ExtendedStatistics")
        stats = {**row, **(extended if isinstance(extended, dict) else {})}
        for stat, _ in _STATS:
            if stat in stats:
                series = found.setdefault(stat, Series(named[0], stat, f"{path.name} {label}"[:120], guessed=False))
                _point(draft, series, moments, f"{path.name} Datapoints[{index}]", row.get("Timestamp"), stats[stat], index + 1)  # fmt: skip
    yield from found.values()


def _point(draft: Draft, series: Series, moments: Moments, where: str, time: Any, value: Any, line: int) -> None:
    at, amount = moments.read(time, line), number(value)
    if at is None or amount is None or amount < 0:
        if len(draft.problems) <= _MOST_PROBLEMS:
            seen = f"{str(time)[:40]!r}, {str(value)[:20]!r}"
            draft.wrong(where, seen, "a time and a number from 0 up")
    elif at in series.points and series.points[at] != amount:
        draft.problems.append(Problem(where, f"{series.points[at]:g} and {amount:g} for {moment(at)}", "each period once"))  # fmt: skip
    else:
        series.points[at] = amount


def _from_csv(draft: Draft, path: Path, moments: Moments) -> Iterator[Series]:
    """The console's CSV: rows that do not begin with a time name the columns, every other row is a period."""
    lines, heads, columns, last = Lines(path), [], None, 0
    for line, row in rows_of(lines):
        last = line
        cell = row[0].strip()
        if not cell[:1].isdigit():
            if columns is not None:
                draft.wrong(f"{path.name} line {line}", f"{cell[:40]!r}", "a time in the first column")
            heads.append(row)
            continue
        if columns is None:
            columns = _columns(draft, path, heads)
        for index, series in columns.items():
            text = row[index].strip() if index < len(row) else None
            if text is None:
                cut = lines.cut or "fewer cells than the header"
                draft.wrong(f"{path.name} line {line}", "", f"a cell for each column: {cut}; export again")
            elif text:
                _point(draft, series, moments, f"{path.name} line {line}", cell, text, line)
        if len(draft.problems) > _MOST_PROBLEMS:
            break
    if lines.cut and columns and "gzip" in lines.cut:
        draft.wrong(f"{path.name} line {last}", "", f"{lines.cut}; export again")
    yield from (columns or {}).values()


def _columns(draft: Draft, path: Path, heads: list[list[str]]) -> dict[int, Series]:
    width = max((len(head) for head in heads), default=0)
    found = {}
    for index in range(1, min(width, 500)):
        text = " ".join(head[index] for head in heads if index < len(head))
        named = _named(text)
        if named is None:
            draft.notes.append(f"{path.name} column {text[:60] or index + 1}: no metric of an endpoint, left out")
        else:
            found[index] = Series(named[0], named[1], f"{path.name} {text}"[:120], named[2])
    return found
