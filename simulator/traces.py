"""Recorded traffic: CSV files, plain or gzip, with one request a row or counts per bin.

A file is hostile until read: its size is bounded before and after decompression, and every mistake is told
with the row and the column it stands in.
"""

import gzip
import hashlib
import io
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from advisor.errors import InputError, Problem
from advisor.workload import TraceTraffic, Workload

__all__ = ["ROLES", "Trace", "column_names", "parse_columns", "read_trace", "trace_of"]

LARGEST_BYTES = 256 * 10**6
MOST_REQUESTS = 500_000_000
MOST_PER_BIN = 10_000_000
_LONGEST_SPAN_US = 10 * 366 * 86_400 * 10**6
_LONGEST_SERVICE_US = 18 * 3_600 * 10**6
_FIELD = "traffic.file"
_UNITS_US = {"s": 1e6, "ms": 1e3, "us": 1.0}

ROLES: Mapping[str, tuple[str, ...]] = {
    "time": ("time", "time_s", "arrival", "arrival_s", "timestamp", "bin_start", "bin_start_s"),
    "count": ("count", "requests"),
    "payload": ("payload", "payload_bytes", "request_bytes"),
    "response": ("response", "response_bytes"),
    "service": ("service", "service_s", "duration_s"),
    "input_tokens": ("input_tokens",),
    "output_tokens": ("output_tokens",),
}
"""What a column may hold, with the names looked for where the workload names none."""


@dataclass(frozen=True, eq=False, slots=True)
class Trace:
    """One recording: arrivals from its first moment on, and whatever else its columns hold."""

    name: str
    """File name."""
    digest: str
    """SHA-256 of the file and of how it was read."""
    requests: int
    """Requests in the whole recording."""
    span_us: int
    """From the first arrival or bin to the end of the last one, microseconds."""
    start_us: NDArray[np.int64]
    """int64[rows], microseconds from the first: arrivals, or the begins of bins; ascending."""
    counts: NDArray[np.int64] | None = None
    """int64[rows], requests in each bin; None where every row is one request."""
    bin_us: int = 0
    """Width of a bin, microseconds; 0 where every row is one request."""
    payload_bytes: NDArray[np.int64] | None = None
    """int64[rows], sizes of requests."""
    response_bytes: NDArray[np.int64] | None = None
    """int64[rows], sizes of answers."""
    service_us: NDArray[np.int64] | None = None
    """int64[rows], service times on the reference, at least 1 microsecond."""
    input_tokens: NDArray[np.int64] | None = None
    """int64[rows]."""
    output_tokens: NDArray[np.int64] | None = None
    """int64[rows]."""
    note: str = ""
    """What the recording cannot show; empty when nothing."""


def trace_of(
    workload: Workload,
    file: str | Path | None = None,
    columns: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Trace | None:
    """The trace of a workload, None where its traffic is none; `file` and `columns` win over what it states.

    Arguments: `folder` is where a relative `traffic.file` lies (the folder of the workload file). Raises
    InputError when the file is missing or wrong, and when a file is given for traffic of another kind.
    """
    traffic = workload.traffic
    if not isinstance(traffic, TraceTraffic):
        if file is not None:
            raise InputError([Problem("traffic.kind", repr(traffic.kind), "trace, where a trace file is given")])
        return None
    if file is None and traffic.file is None:
        raise InputError([Problem(_FIELD, "", "missing; name the CSV file of the trace")])
    path = Path(file) if file is not None else (folder or Path()) / str(traffic.file)
    stated = {role: name for role in ROLES if (name := getattr(traffic.columns, role)) is not None}
    return read_trace(path, {**stated, **(columns or {})}, traffic.time_unit, traffic.bin)


def parse_columns(texts: Iterable[str]) -> dict[str, str]:
    """Column names from texts like `service=duration_s`. Raises InputError naming every text that is none.

    >>> parse_columns(["service=duration_s"])
    {'service': 'duration_s'}
    """
    pairs = [text.partition("=") for text in texts]
    allowed = f"<what>=<column>, what being one of {', '.join(ROLES)}"
    problems = [
        Problem("column", repr("".join(pair)[:60]), allowed) for pair in pairs if pair[0] not in ROLES or not pair[2]
    ]
    if problems:
        raise InputError(problems)
    return {role: name for role, _, name in pairs}


def read_trace(
    path: Path,
    columns: Mapping[str, str] | None = None,
    time_unit: str = "s",
    bin_us: int | None = None,
) -> Trace:
    """A trace from a CSV file, plain or gzip, with a header line.

    Arguments: `columns` maps what a column holds (see `ROLES`) to its name; service times are seconds, sizes
    bytes; `time_unit` is s, ms, us or iso; `bin_us` is the width of a bin where counts are given (default:
    the smallest step). Raises InputError when the file is missing, no gzip although named so, larger than 256 MB,
    empty, not sorted by time, or holds anything that is no number, negative, or absurd.
    """
    raw = _bounded(path)
    header, separator = _header(raw, path)
    found = _roles(header, columns or {})
    if "count" in found:
        clash = [role for role in (columns or {}) if role not in {"time", "count"}]
        if clash:
            raise InputError([Problem(f"traffic.columns.{clash[0]}", "", "cannot stand beside a count")])
        found = {"time": found["time"], "count": found["count"]}
    numbers = _numbers(raw, separator, header, found, time_unit, path)
    start_us = _times(numbers.pop("time"), header[found["time"]], time_unit)
    shape = "|".join(f"{role}={header[index]}" for role, index in sorted(found.items()))
    digest = hashlib.sha256(raw + f"{shape}|{time_unit}|{bin_us}".encode()).hexdigest()
    if "count" in numbers:
        counts, width = _counts(numbers["count"], header[found["count"]], start_us, bin_us)
        note = "the trace counts requests per bin: they are spread at random inside, shorter bursts are lost"
        span = int(start_us[-1]) + width
        return Trace(path.name, digest, int(counts.sum()), span, start_us, counts, width, note=note)
    whole = {role: _whole(numbers[role], header[found[role]], role) for role in numbers}
    return Trace(
        path.name, digest, len(start_us), int(start_us[-1]) + 1, start_us,
        payload_bytes=whole.get("payload"), response_bytes=whole.get("response"),
        service_us=whole.get("service"),
        input_tokens=whole.get("input_tokens"), output_tokens=whole.get("output_tokens"),
    )  # fmt: skip


def column_names(path: Path, most: int = 200) -> tuple[str, ...]:
    """The column names of a trace file, for a form that maps them.

    Raises InputError when there is no header line, or when it has more than `most` columns.
    """
    header, _ = _header(_bounded(path), path)
    if len(header) > most:
        raise _refuse(f"a file of at most {most} columns", f"{len(header):,} columns")
    return tuple(header)


def _refuse(allowed: str, seen: str = "", field: str = _FIELD) -> InputError:
    return InputError([Problem(field, seen, allowed)])


def _bounded(path: Path) -> bytes:
    """Contents of a file, decompressed; never more than the bound is held."""
    name = repr(str(path))
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            if not packed:
                raw = file.read(LARGEST_BYTES + 1)
            else:
                with gzip.open(file) as inner:
                    raw = inner.read(LARGEST_BYTES + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise _refuse("a whole gzip file: this one is damaged", name) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a file name"
        raise _refuse(f"{name} cannot be read: {reason}") from None
    if path.suffix == ".gz" and not packed:
        raise _refuse("a gzip file, as its name says", name)
    if len(raw) > LARGEST_BYTES:
        raise _refuse(f"a file of at most {LARGEST_BYTES // 10**6} MB, unpacked", name)
    if b"\0" in raw[:4096]:
        raise _refuse("a CSV file of text", name)
    return raw


def _header(raw: bytes, path: Path) -> tuple[list[str], str]:
    """Column names of the first line, and what separates them."""
    try:
        line = raw[:100_000].split(b"\n", 1)[0].decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise _refuse("a CSV file in UTF-8", repr(str(path))) from None
    if not line:
        raise _refuse("a CSV file with a header line and rows: this one is empty", repr(str(path)))
    separator = max(",;\t", key=line.count)
    return [name.strip().strip('"') for name in line.split(separator)], separator


def _roles(header: list[str], columns: Mapping[str, str]) -> dict[str, int]:
    """Position of the column for each role, by the names given and else by the usual ones."""
    there = ", ".join(name[:40] for name in header[:20])
    found: dict[str, int] = {}
    problems = []
    for role, usual in ROLES.items():
        if role in columns:
            if columns[role] in header:
                found[role] = header.index(columns[role])
            else:
                problems.append(Problem(f"traffic.columns.{role}", repr(columns[role]), f"one of {there}"))
        else:
            names = [name for name in usual if name in header]
            if names:
                found[role] = header.index(names[0])
    if "time" not in found and "time" not in columns:
        problems.append(Problem("traffic.columns.time", "", f"missing; which column holds the time? {there}"))
    if problems:
        raise InputError(problems)
    return found


def _numbers(
    raw: bytes, separator: str, header: list[str], found: Mapping[str, int], time_unit: str, path: Path
) -> dict[str, NDArray[np.float64]]:
    """The columns found, float64[rows]; the time column as microseconds since 1970 where it holds dates."""
    plain = [role for role in found if not (role == "time" and time_unit == "iso")]

    def load(roles: list[str], dtype: type) -> NDArray[np.generic]:
        table: NDArray[np.generic] = np.loadtxt(
            io.TextIOWrapper(io.BytesIO(raw), "utf-8-sig"),
            dtype=dtype, delimiter=separator, skiprows=1, comments=None, quotechar='"', ndmin=2,
            usecols=[found[role] for role in roles],
        )  # fmt: skip
        return table

    if not raw.split(b"\n", 1)[-1].strip() or b"\n" not in raw:
        raise _refuse("a CSV file with at least one row under its header", repr(str(path)))
    try:
        table = load(plain, float) if plain else np.empty((0, 0))
        numbers = {role: table[:, position].astype(np.float64) for position, role in enumerate(plain)}
        if len(plain) < len(found):
            texts = load(["time"], str)[:, 0]
            dates = np.array([str(text).removesuffix("Z") for text in texts], dtype="datetime64[us]")
            numbers["time"] = np.where(np.isnat(dates), np.nan, dates.astype(np.int64).astype(np.float64))
    except UnicodeDecodeError:
        raise _refuse("a CSV file in UTF-8", repr(str(path))) from None
    except ValueError as error:
        raise _refuse(_where(str(error), header, [found[role] for role in plain])) from None
    return numbers


def _where(message: str, header: list[str], used: list[int]) -> str:
    """What numpy could not read, with the line of the file and the name of the column."""
    cell = re.search(r"could not convert string (.+) to float64 at row (\d+), column (\d+)", message, re.DOTALL)
    if cell:
        column = int(cell[3]) - 1
        name = header[column] if column < len(header) else header[used[0]]
        return f"line {int(cell[2]) + 2}, column {name[:40]}: {cell[1][:60]} is no number"
    row = re.search(r"at row (\d+)", message)
    if row and "column" in message:
        return f"line {int(row[1]) + 1}: this line has fewer columns than the header"
    return "a value in the time column is no date like 2026-11-22T08:00:00"


def _check(values: NDArray[np.float64], name: str, high: float, what: str) -> None:
    """Refuse the first value that is not from 0 to `high`."""
    wrong = ~((values >= 0) & (values <= high))
    if wrong.any():
        row = int(np.argmax(wrong))
        raise _refuse(what, f"{values[row]:g}", f"{_FIELD} line {row + 2}, column {name[:40]}")


def _times(values: NDArray[np.float64], name: str, unit: str) -> NDArray[np.int64]:
    """Microseconds from the first row on, ascending."""
    if not np.isfinite(values).all():
        row = int(np.argmin(np.isfinite(values)))
        raise _refuse("a time", f"{values[row]:g}", f"{_FIELD} line {row + 2}, column {name[:40]}")
    back = np.diff(values) < 0
    if back.any():
        row = int(np.argmax(back)) + 1
        field = f"{_FIELD} line {row + 2}, column {name[:40]}"
        raise _refuse("times in ascending order: sort the file first", f"{values[row]:.15g}", field)
    since: NDArray[np.float64] = (values - values[0]) * _UNITS_US.get(unit, 1.0)
    if since[-1] > _LONGEST_SPAN_US:
        raise _refuse(
            f"a trace of at most 10 years; is the time column in {unit}?", f"{since[-1] / 86_400e6:,.0f} days"
        )
    whole: NDArray[np.int64] = np.rint(since).astype(np.int64)
    return whole


def _counts(
    values: NDArray[np.float64], name: str, start_us: NDArray[np.int64], bin_us: int | None
) -> tuple[NDArray[np.int64], int]:
    """Counts as int64, and the width of a bin."""
    _check(values, name, MOST_PER_BIN, f"a number of requests from 0 to {MOST_PER_BIN:,}")
    uneven = values != np.rint(values)
    if uneven.any():
        row = int(np.argmax(uneven))
        raise _refuse("a whole number", f"{values[row]:g}", f"{_FIELD} line {row + 2}, column {name[:40]}")
    if not 0 < values.sum() <= MOST_REQUESTS:
        raise _refuse(f"1 to {MOST_REQUESTS:,} requests in all", f"{values.sum():,.0f}", f"{_FIELD} column {name[:40]}")
    steps = np.diff(start_us)
    if bin_us is None and not len(steps):
        raise _refuse("missing; one row alone does not tell how wide a bin is", field="traffic.bin")
    width = int(steps.min()) if bin_us is None else bin_us
    if width < 1 or (len(steps) and steps.min() < width):
        row = int(steps.argmin()) + 1
        raise _refuse(
            "bins that do not overlap",
            f"{start_us[row] / 1e6:g} s after the first",
            f"{_FIELD} line {row + 2}",
        )
    return values.astype(np.int64), width


def _whole(values: NDArray[np.float64], name: str, role: str) -> NDArray[np.int64]:
    """Service times as microseconds from 1 up, sizes and token counts as whole numbers from 0 up."""
    if role == "service":
        _check(values, name, _LONGEST_SERVICE_US / 1e6, "seconds from 0 to 18 hours")
        return np.maximum(np.rint(values * 1e6).astype(np.int64), 1)
    _check(values, name, 1e15, "a number from 0 up")
    return np.rint(values).astype(np.int64)
