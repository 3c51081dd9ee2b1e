"""Access logs: JSON lines or CSV with a time, and where known duration, sizes and status."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from advisor.errors import InputError, Problem
from advisor.units import format_duration
from simulator.import_answers import Answers
from simulator.import_fold import put_requests, times
from simulator.import_read import Lines, Moments, number, rows_of
from simulator.import_requests import Requests
from simulator.import_result import Draft

__all__ = ["read_log"]

NAMES: Mapping[str, tuple[str, ...]] = {
    "time": ("time", "timestamp", "@timestamp", "ts", "start_time", "time_iso8601", "time_local", "msec", "date"),
    "service": (
        "duration", "duration_s", "duration_ms", "duration_us", "latency", "latency_ms", "latency_s", "request_time",
        "upstream_response_time", "response_time", "response_time_ms", "elapsed", "elapsed_ms", "took_ms",
    ),
    "payload": ("payload_bytes", "request_bytes", "bytes_in", "received_bytes", "request_length", "request_size"),
    "response": ("response_bytes", "bytes_out", "sent_bytes", "body_bytes_sent", "bytes_sent", "response_size", "bytes"),
    "status": ("status", "status_code", "code", "response_code"),
}  # fmt: skip
"""What a field of a log may hold, with the names looked for where none is given."""
_UNITS = {"_s": 1e6, "_ms": 1e3, "_us": 1.0, "_ns": 1e-3}
_SECONDS = {"request_time", "upstream_response_time"}
_CHUNK = 65_536
_MOST_WRONG = 20
_INSTEAD = "a log with one request a line and a time, as JSON lines or as CSV with a header"


def read_log(draft: Draft, tz: str | None, columns: Mapping[str, str], duration_unit: str | None) -> None:
    """Fold access logs into the draft.

    Arguments: `columns` maps time, service, payload, response and status to names of fields; `duration_unit` is s,
    ms, us or ns where the name of the field does not say it. Lines that cannot be read become problems of the draft.
    """
    unknown = [name for name in columns if name not in NAMES]
    for name in unknown:
        draft.wrong("--column", repr(name), f"one of {', '.join(NAMES)}")
    if duration_unit is not None and f"_{duration_unit}" not in _UNITS:
        draft.wrong("--duration-unit", repr(duration_unit), "s, ms, us or ns")
    draft.stop()
    requests, fold = Requests(), _Fold()
    for path in draft.files:
        _read(draft, path, Moments(tz), columns, fold, requests)
    fold.flush(requests)
    draft.stop()
    source = ", ".join(path.name for path in draft.files)
    if fold.whole_seconds and requests.total > 1:
        requests.to_bins()
        draft.notes.append("the times are whole seconds: requests are spread at random inside each")
    put_requests(draft, requests, source)
    if fold.failed:
        draft.notes.append(f"{fold.failed:,} of {requests.total:,} requests failed (status 400 and above); they count as traffic, not as service times")  # fmt: skip
    _service(draft, fold, source, duration_unit, requests.first_us or 0)


class _Fold:
    """Values of the lines read since the last chunk, and what holds for all of them."""

    def __init__(self) -> None:
        self.cells: dict[str, list[int]] = {"time": [], "payload_bytes": [], "response_bytes": []}
        self.durations = Requests(bin_us=86_400 * 10**6)
        self.answers = Answers()
        self.taken: list[int] = []
        self.taken_at: list[int] = []
        self.failed = 0
        self.whole_seconds = True
        self.duration_name = ""

    def flush(self, requests: Requests) -> None:
        """Hand the chunk over; a column that some lines lack is left out of the rows, never filled."""
        time = np.array(self.cells["time"], np.int64)
        columns = {n: np.array(c, np.int64) for n, c in self.cells.items() if n != "time" and len(c) == len(time)}
        requests.add(time, columns)
        taken = np.array(self.taken, np.int64)
        self.durations.add(np.zeros(len(taken), np.int64), {"duration": taken})
        self.answers.add(np.array(self.taken_at, np.int64), taken)
        for cells in (*self.cells.values(), self.taken, self.taken_at):
            cells.clear()


def _records(path: Path, lines: Lines) -> Iterator[tuple[int, Mapping[str, Any] | None]]:
    """Each line as a record with its number; None where it is no JSON object or has fewer cells than the header."""
    stream = iter(lines)
    first = next(stream, None)
    if first is None:
        raise InputError([Problem(path.name, "", lines.cut or f"the file is empty; export {_INSTEAD}")])
    if first[1].lstrip().startswith("{"):
        for number_, text in _chained(first, stream):
            if text.strip():
                yield number_, _object(text)
        return
    header: list[str] = []
    for number_, row in rows_of(lines):
        if not header:
            header = [name.strip() for name in row]
        else:
            yield number_, dict(zip(header, row, strict=False)) if len(row) >= len(header) else None


def _chained(first: tuple[int, str], rest: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    yield first
    yield from rest


def _object(text: str) -> Mapping[str, Any] | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _read(
    draft: Draft, path: Path, moments: Moments, columns: Mapping[str, str], fold: _Fold, requests: Requests
) -> None:
    lines, names, wrong, last = Lines(path), None, [], 0
    for line, record in _records(path, lines):
        last = line
        if record is None:
            wrong.append((line, "this line is cut or no record"))
            continue
        if names is None:
            names = _names(path, record, columns)
            fold.duration_name = names.get("service", "")
        moment = moments.read(record.get(names["time"]), line)
        if moment is None:
            wrong.append((line, f"{names['time']} holds {str(record.get(names['time']))[:40]!r}, no time"))
            continue
        _take(fold, record, names, moment)
        if len(fold.cells["time"]) >= _CHUNK:
            fold.flush(requests)
        if len(wrong) > _MOST_WRONG:
            break
    if lines.cut and wrong and wrong[-1][0] == last:  # a log that is still written ends in half a line
        wrong.pop()
        draft.notes.append(f"{path.name}: {lines.cut}; that line was left out")
    elif lines.cut and "gzip" in lines.cut:
        draft.notes.append(f"{path.name}: {lines.cut}; what came before was read, up to line {last}")
    for line, why in wrong[:_MOST_WRONG]:
        draft.wrong(f"{path.name} line {line}", "", why)
    if (mixed := moments.problem(path.name)) is not None:
        draft.problems.append(mixed)
    elif moments.bare and moments.zone is None:
        draft.notes.append(f"{path.name}: times state no zone and are taken as UTC; --tz says otherwise")
    if len(moments.zones) > 1:
        draft.notes.append(f"{path.name}: times in several zones ({', '.join(list(moments.zones)[:4])}), all turned into UTC")  # fmt: skip


def _names(path: Path, record: Mapping[str, Any], columns: Mapping[str, str]) -> dict[str, str]:
    """Which field holds what, told by the first record."""
    lower = {str(name).lower(): str(name) for name in record}
    found = {role: lower[name] for role, usual in NAMES.items() for name in reversed(usual) if name in lower}
    there = ", ".join(str(name)[:40] for name in list(record)[:20])
    problems = [Problem("--column", repr(name), f"a field of {path.name}: {there}") for name in columns.values() if name not in record]  # fmt: skip
    found |= columns
    if "time" not in found:
        problems.append(Problem(f"{path.name} line 1", "", f"no field holds the time ({there}); say --column time=NAME, or export {_INSTEAD}"))  # fmt: skip
    if problems:
        raise InputError(problems)
    return found


def _take(fold: _Fold, record: Mapping[str, Any], names: Mapping[str, str], moment: int) -> None:
    fold.cells["time"].append(moment)
    fold.whole_seconds = fold.whole_seconds and moment % 10**6 == 0
    for role in ("payload", "response"):
        size = number(record.get(names[role])) if role in names else None
        if size is not None and 0 <= size < 1e15:
            fold.cells[f"{role}_bytes"].append(round(size))
    status = number(record.get(names["status"])) if "status" in names else None
    if status is not None and status >= 400:
        fold.failed += 1
        return
    took = number(record.get(names["service"])) if "service" in names else None
    if took is not None and 0 <= took < 1e12:
        fold.taken.append(round(took * 1_000))
        fold.taken_at.append(moment)


def _service(draft: Draft, fold: _Fold, source: str, unit: str | None, first_us: int) -> None:
    """The service time from durations, kept in thousandths of the unit of the log."""
    p50, p99 = (fold.durations.quantile("duration", q) for q in (0.5, 0.99))
    name = fold.duration_name
    if p50 is None or p99 is None:
        draft.lacks("service.time", "how long does one request take alone? (--time 80ms)", "a log with the duration of each request")  # fmt: skip
        return
    stated = f"_{unit}" if unit else next((end for end in _UNITS if name.endswith(end)), "")
    if name in _SECONDS and not stated:
        stated = "_s"
    guessed = not stated
    if guessed:
        stated = "_ms" if p50 >= 5_000 else "_s"
        draft.lacks("service.time", f"in which unit is {name}? (--duration-unit s, ms, us or ns)")
    scale = _UNITS[stated] / 1_000
    why = f"{name} of {source}" + (f", taken to be in {stated[1:]}" if guessed else "")
    text = f"p50 {format_duration(p50 * scale)}, p99 {format_duration(p99 * scale)}"
    draft.measured = fold.answers.measured("log", first_us, scale)
    draft.put("service.time", times(p50 * scale, p99 * scale), why, "assumed" if guessed else "measured", text)
    draft.notes.append(
        "durations hold whatever the request waited, so the service time may be shorter than that; times are taken as arrivals, though some logs write the end of a request"
    )
