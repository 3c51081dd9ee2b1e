"""Recordings of any length: CSV, Parquet or Arrow, folded chunk by chunk into rows or counts."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from advisor.errors import InputError, Problem
from advisor.units import format_duration
from simulator.import_fold import put_requests, times
from simulator.import_read import Lines, Moments, number, rows_of
from simulator.import_requests import Requests
from simulator.import_result import Draft
from simulator.trace_arrow import batches, is_columnar, names_of, times_are_dates
from simulator.traces import ROLES

__all__ = ["read_recording"]

_CHUNK = 65_536
_MOST_WRONG = 20
_UNITS_US = {"s": 1e6, "ms": 1e3, "us": 1.0}
_NAMES = {"payload": "payload_bytes", "response": "response_bytes", "service": "service_s"}
_LONGEST_SERVICE_US = 18 * 3_600 * 10**6


def read_recording(draft: Draft, tz: str | None, columns: Mapping[str, str], time_unit: str | None) -> None:
    """Fold recordings into the draft.

    Arguments: `columns` maps what a column holds (see `simulator.traces.ROLES`) to its name; `time_unit` is s, ms or us
    where times are numbers (default: seconds). Rows that are none become problems of the draft.
    """
    if time_unit is not None and time_unit not in _UNITS_US:
        draft.wrong("--time-unit", repr(time_unit), "s, ms or us")
    for name in columns:
        if name not in ROLES:
            draft.wrong("--column", repr(name), f"one of {', '.join(ROLES)}")
    draft.stop()
    requests, counted = Requests(), False
    for path in draft.files:
        moments = Moments(tz)
        header = list(names_of(path)) if is_columnar(path) else _header(path)
        roles = _roles(path, header, columns)
        if "count" in roles and not requests.total:
            requests, counted = Requests(bin_us=10**6), True
        if ("count" in roles) != counted:
            draft.wrong(path.name, "", "files of one sort: all with counts, or all with one request a row")
            break
        chunks = _columnar(path, header, roles, time_unit) if is_columnar(path) else _csv(draft, path, header, roles, moments, time_unit)  # fmt: skip
        for chunk in chunks:
            _take(draft, path, requests, chunk)
        if (mixed := moments.problem(path.name)) is not None:
            draft.problems.append(mixed)
        elif moments.bare and moments.zone is None:
            draft.notes.append(f"{path.name}: times state no zone and are taken as UTC; --tz says otherwise")
    draft.stop()
    source = ", ".join(path.name for path in draft.files)
    if counted:
        requests.settle_bins()
    put_requests(draft, requests, source)
    p50, p99 = requests.quantile("service_s", 0.5), requests.quantile("service_s", 0.99)
    if p50 is not None and p99 is not None:
        draft.put("service.time", times(p50, p99), source, text=f"p50 {format_duration(p50)}, p99 {format_duration(p99)}")  # fmt: skip
    if requests.quantile("output_tokens", 0.5) is not None or requests.quantile("input_tokens", 0.5) is not None:
        draft.lacks("service.time", "how long does a token take? (service.time with base, per_input_token, per_output_token in the workload)")  # fmt: skip


def _header(path: Path) -> list[str]:
    first = next(rows_of(Lines(path)), None)
    if first is None:
        raise InputError([Problem(path.name, "", "the file is empty: a CSV with a header line and rows is read")])
    return [name.strip() for name in first[1]]


def _roles(path: Path, header: Sequence[str], columns: Mapping[str, str]) -> dict[str, int]:
    found = {role: header.index(name) for role, usual in ROLES.items() for name in reversed(usual) if name in header}
    there = ", ".join(name[:40] for name in header[:20])
    problems = [Problem("--column", repr(name), f"a column of {path.name}: {there}") for name in columns.values() if name not in header]  # fmt: skip
    found |= {role: header.index(name) for role, name in columns.items() if name in header}
    if "time" not in found:
        problems.append(Problem(f"{path.name} line 1", "", f"no column holds the time ({there}); say --column time=NAME"))  # fmt: skip
    if problems:
        raise InputError(problems)
    return found


def _columnar(path: Path, header: Sequence[str], roles: Mapping[str, int], time_unit: str | None) -> Iterator[dict[str, NDArray[np.float64]]]:  # fmt: skip
    scale = 1.0 if times_are_dates(path, header[roles["time"]]) else _UNITS_US[time_unit or "s"]
    for batch in batches(path, [header[index] for index in roles.values()]):
        chunk = {role: batch[header[index]] for role, index in roles.items()}
        chunk["time"] = chunk["time"] * scale
        yield chunk


def _csv(
    draft: Draft, path: Path, header: Sequence[str], roles: Mapping[str, int], moments: Moments, time_unit: str | None,
) -> Iterator[dict[str, NDArray[np.float64]]]:  # fmt: skip
    """Chunks of a CSV file; times that are numbers have the unit, others are dates."""
    lines = Lines(path)
    cells: dict[str, list[float]] = {role: [] for role in roles}
    wrong, last = [], 1
    for line, row in rows_of(lines):
        last = line
        if line == 1 or row[: len(header)] == list(header):
            continue
        found = {}
        for role, index in roles.items():
            text = row[index] if index < len(row) else ""
            value = number(text)
            if role == "time":
                date = moments.read(text, line) if value is None else None
                value = float(date) if date is not None else None if value is None else value * _UNITS_US[time_unit or "s"]  # fmt: skip
            if value is None:
                wrong.append((line, f"column {header[index][:40]} holds {text[:40]!r}"))
                break
            found[role] = value
        if len(found) < len(roles):
            if len(wrong) > _MOST_WRONG:
                break
            continue
        for role, value in found.items():
            cells[role].append(value)
        if len(cells["time"]) >= _CHUNK:
            yield {role: np.array(values) for role, values in cells.items()}
            cells = {role: [] for role in roles}
    if lines.cut and wrong and wrong[-1][0] == last:
        wrong.pop()
        draft.notes.append(f"{path.name}: {lines.cut}; that line was left out")
    elif "gzip" in lines.cut:
        draft.notes.append(f"{path.name}: {lines.cut}; what came before was read, up to line {last}")
    for line, why in wrong[:_MOST_WRONG]:
        draft.wrong(f"{path.name} line {line}", "", f"{why}, no number or time")
    yield {role: np.array(values) for role, values in cells.items()}


def _take(draft: Draft, path: Path, requests: Requests, chunk: Mapping[str, NDArray[np.float64]]) -> None:
    """Add a chunk; NaN and what is below zero is a problem, and the chunk is left out."""
    for role, values in chunk.items():
        bad = ~(np.abs(values) < 4e18) if role == "time" else ~((values >= 0) & (values < 1e15))
        if bad.any():
            row = requests.total + int(np.argmax(bad)) + 1
            draft.wrong(f"{path.name} row {row} or later, {role}", f"{values[np.argmax(bad)]:g}", "a number from 0 up, and no empty cell")  # fmt: skip
            return
    whole = {_NAMES.get(role, role): np.rint(values * (1e6 if role == "service" else 1)).astype(np.int64) for role, values in chunk.items() if role not in {"time", "count"}}  # fmt: skip
    if "service_s" in whole:
        whole["service_s"] = np.clip(whole["service_s"], 1, _LONGEST_SERVICE_US)
    counts = np.rint(chunk["count"]).astype(np.int64) if "count" in chunk else None
    requests.add(np.rint(chunk["time"]).astype(np.int64), {} if counts is not None else whole, counts)
