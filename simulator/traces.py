"""Recorded traffic: CSV (plain or gzip), Parquet or Arrow files with one request a row or counts per bin.

A file is hostile until read: its size is bounded before and after decompression, and every mistake is told
with the row and the column it stands in.
"""

import hashlib
import io
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from advisor.errors import InputError, Problem
from advisor.workload import TraceTraffic, Workload
from simulator.trace_arrow import batches, digest_of, is_columnar, names_of, times_are_dates
from simulator.trace_file import FIELD, LONGEST_HEADER, MOST_ROWS, header_of, refuse, whole_text

__all__ = ["ROLES", "Trace", "parse_columns", "read_trace", "trace_of"]

MOST_REQUESTS = 500_000_000
MOST_PER_BIN = 10_000_000
_LONGEST_SPAN_US = 10 * 366 * 86_400 * 10**6
_LONGEST_SERVICE_US = 18 * 3_600 * 10**6
_FIRST_ROWS = 1_000
"""Parsed before the rest: a wrong column is told at once, however long the file is."""
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
    reader: Callable[..., Trace] | None = None,
) -> Trace | None:
    """The trace of a workload, None where its traffic is none; `file` and `columns` win over what it states.

    Arguments: `folder` is where a relative `traffic.file` lies (the folder of the workload file); `reader` stands in for
    `read_trace`. Raises
    InputError when the file is missing or wrong, and when a file is given for traffic of another kind.
    """
    traffic = workload.traffic
    if not isinstance(traffic, TraceTraffic):
        if file is not None:
            raise InputError([Problem("traffic.kind", repr(traffic.kind), "trace, where a trace file is given")])
        return None
    if file is None and traffic.file is None:
        raise InputError([Problem(FIELD, "", "missing; name the CSV file of the trace")])
    path = Path(file) if file is not None else (folder or Path()) / str(traffic.file)
    stated = {role: name for role in ROLES if (name := getattr(traffic.columns, role)) is not None}
    return (reader or read_trace)(path, {**stated, **(columns or {})}, traffic.time_unit, traffic.bin)


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
    """A trace from a CSV file, plain or gzip, with a header line, or from a Parquet or Arrow file.

    Arguments: `columns` maps what a column holds (see `ROLES`) to its name; service times are seconds, sizes
    bytes; `time_unit` is s, ms, us or iso; `bin_us` is the width of a bin where counts are given (default:
    the smallest step). Raises InputError when the file is missing, no gzip although named so, larger than 256 MB,
    wider than 200 columns, longer than 25 million rows, empty, not sorted by time, or holds anything that is no number,
    negative, or absurd.
    """
    columnar = is_columnar(path)
    raw = b"" if columnar else whole_text(path)
    header, separator = (list(names_of(path)), "") if columnar else header_of(raw, path)
    found = _roles(header, columns or {})
    if "count" in found:
        clash = [role for role in (columns or {}) if role not in {"time", "count"}]
        if clash:
            raise InputError([Problem(f"traffic.columns.{clash[0]}", "", "cannot stand beside a count")])
        found = {"time": found["time"], "count": found["count"]}
    if columnar:
        numbers = _gathered(path, header, found)
        time_unit = "us" if times_are_dates(path, header[found["time"]]) else time_unit
        made = digest_of(path)
    else:
        numbers = _numbers(raw, separator, header, found, time_unit, path)
        made = hashlib.sha256(raw)
    start_us = _times(numbers.pop("time"), header[found["time"]], time_unit)
    shape = "|".join(f"{role}={header[index]}" for role, index in sorted(found.items()))
    made.update(f"{shape}|{time_unit}|{bin_us}".encode())
    digest = made.hexdigest()
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


def _gathered(path: Path, header: list[str], found: Mapping[str, int]) -> dict[str, NDArray[np.float64]]:
    """The columns found of a Parquet or Arrow file, float64[rows]; only they are read, batch by batch."""
    parts: list[dict[str, NDArray[np.float64]]] = []
    rows = 0
    for batch in batches(path, [header[index] for index in found.values()]):
        rows += len(next(iter(batch.values())))
        if rows > MOST_ROWS:
            raise refuse(
                f"a file of at most {MOST_ROWS:,} rows; `import trace` turns longer ones into counts", repr(str(path))
            )
        parts.append(batch)
    if not rows:
        raise refuse("a file with at least one row", repr(str(path)))
    return {role: np.concatenate([part[header[index]] for part in parts]) for role, index in found.items()}


def _numbers(
    raw: bytes, separator: str, header: list[str], found: Mapping[str, int], time_unit: str, path: Path
) -> dict[str, NDArray[np.float64]]:
    """The columns found, float64[rows]; the time column as microseconds since 1970 where it holds dates."""
    end = raw.find(b"\n") + 1
    if not end or not raw[end : end + LONGEST_HEADER].strip():
        raise refuse("a CSV file with at least one row under its header", repr(str(path)))
    plain = [role for role in found if not (role == "time" and time_unit == "iso")]
    try:
        first = _first_rows(raw, end)
        if first is not None:
            _parse(first, separator, found, plain)
        return _parse(raw, separator, found, plain)
    except UnicodeDecodeError:
        raise refuse("a CSV file in UTF-8", repr(str(path))) from None
    except ValueError as error:
        raise refuse(_where(str(error), header, [found[role] for role in plain])) from None


def _first_rows(raw: bytes, end: int) -> bytes | None:
    """The begin of a long file up to the end of a row; None where the file is short, or a quoted text runs over it."""
    for _ in range(_FIRST_ROWS):
        end = raw.find(b"\n", end) + 1
        if not end:
            return None
    first = raw[:end]
    return None if first.count(b'"') % 2 else first


def _parse(raw: bytes, separator: str, found: Mapping[str, int], plain: list[str]) -> dict[str, NDArray[np.float64]]:
    """The columns of these lines. Arguments: `plain` are the roles that hold numbers; the others hold dates."""

    def load(roles: Iterable[str], dtype: type | str) -> NDArray[np.generic]:
        table: NDArray[np.generic] = np.loadtxt(
            io.TextIOWrapper(io.BytesIO(raw), "utf-8-sig"),
            dtype=dtype, delimiter=separator, skiprows=1, comments=None, quotechar='"', ndmin=2,
            usecols=[found[role] for role in roles],
        )  # fmt: skip
        return table

    table = load(plain, float) if plain else np.empty((0, 0))
    numbers = {role: table[:, position].astype(np.float64) for position, role in enumerate(plain)}
    if len(plain) < len(found):
        texts = load(["time"], "U32")[:, 0]
        dates = np.array([str(text).removesuffix("Z") for text in texts], dtype="datetime64[us]")
        numbers["time"] = np.where(np.isnat(dates), np.nan, dates.astype(np.int64).astype(np.float64))
    return numbers


def _where(message: str, header: list[str], used: list[int], before: int = 0) -> str:
    """What numpy could not read, with the line of the file (after `before` rows) and the name of the column."""
    cell = re.search(r"could not convert string (.+) to float64 at row (\d+), column (\d+)", message, re.DOTALL)
    if cell:
        column = int(cell[3]) - 1
        name = header[column] if column < len(header) else header[used[0]]
        return f"line {int(cell[2]) + before + 2}, column {name[:40]}: {cell[1][:60]} is no number"
    row = re.search(r"at row (\d+)", message)
    if row and "column" in message:
        return f"line {int(row[1]) + before + 1}: this line has fewer columns than the header"
    return "a value in the time column is no date like 2026-11-22T08:00:00"


def _check(values: NDArray[np.float64], name: str, high: float, what: str, before: int = 0) -> None:
    """Refuse the first value that is not from 0 to `high`; `before` rows of the file came earlier."""
    wrong = ~((values >= 0) & (values <= high))
    if wrong.any():
        row = int(np.argmax(wrong))
        raise refuse(what, f"{values[row]:g}", f"{FIELD} line {row + before + 2}, column {name[:40]}")


def _times(
    values: NDArray[np.float64], name: str, unit: str, before: int = 0, begin: float | None = None, last: float = 0.0
) -> NDArray[np.int64]:
    """Microseconds from the first row on, ascending.

    Arguments: `before` rows of the file came earlier, the first of them at `begin`, the last at `last`.
    """
    if not np.isfinite(values).all():
        row = int(np.argmin(np.isfinite(values)))
        raise refuse("a time", f"{values[row]:g}", f"{FIELD} line {row + before + 2}, column {name[:40]}")
    back = np.diff(values, prepend=values[0] if begin is None else last) < 0
    if back.any():
        row = int(np.argmax(back))
        field = f"{FIELD} line {row + before + 2}, column {name[:40]}"
        raise refuse("times in ascending order: sort the file first", f"{values[row]:.15g}", field)
    since: NDArray[np.float64] = (values - (values[0] if begin is None else begin)) * _UNITS_US.get(unit, 1.0)
    if since[-1] > _LONGEST_SPAN_US:
        raise refuse(f"a trace of at most 10 years; is the time column in {unit}?", f"{since[-1] / 86_400e6:,.0f} days")
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
        raise refuse("a whole number", f"{values[row]:g}", f"{FIELD} line {row + 2}, column {name[:40]}")
    if not 0 < values.sum() <= MOST_REQUESTS:
        raise refuse(f"1 to {MOST_REQUESTS:,} requests in all", f"{values.sum():,.0f}", f"{FIELD} column {name[:40]}")
    steps = np.diff(start_us)
    if bin_us is None and not len(steps):
        raise refuse("missing; one row alone does not tell how wide a bin is", field="traffic.bin")
    width = int(steps.min()) if bin_us is None else bin_us
    if width < 1 or (len(steps) and steps.min() < width):
        row = int(steps.argmin()) + 1
        raise refuse(
            "bins that do not overlap",
            f"{start_us[row] / 1e6:g} s after the first",
            f"{FIELD} line {row + 2}",
        )
    return values.astype(np.int64), width


def _whole(values: NDArray[np.float64], name: str, role: str, before: int = 0) -> NDArray[np.int64]:
    """Service times as microseconds from 1 up, sizes and token counts as whole numbers from 0 up."""
    if role == "service":
        _check(values, name, _LONGEST_SERVICE_US / 1e6, "seconds from 0 to 18 hours", before)
        return np.maximum(np.rint(values * 1e6).astype(np.int64), 1)
    _check(values, name, 1e15, "a number from 0 up", before)
    return np.rint(values).astype(np.int64)
