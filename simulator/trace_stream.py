"""Recordings of any length: read block by block into columns on disk, so that memory stays flat.

What is checked is what `simulator.traces` checks, with the same words; only the bounds on size and rows are wider. Counts per
bin are short whatever they count and are read whole.
"""

import gzip
import hashlib
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
from numpy.typing import NDArray

from simulator.spool import Spool
from simulator.trace_arrow import batches, digest_of, is_columnar, names_of, times_are_dates
from simulator.trace_file import FIELD, LONGEST_HEADER, header_of, refuse
from simulator.traces import MOST_REQUESTS, Trace, _parse, _roles, _times, _where, _whole, read_trace

__all__ = ["streamed"]

LARGE_BYTES: Final = 2 * 10**6
"""Smaller files are read whole; of packed ones an eighth of this."""
_BLOCK_BYTES: Final = 8 * 10**6

Heard = Callable[[int, float], object]
Numbers = dict[str, NDArray[np.float64]]


def streamed(heard: Heard | None = None, large_bytes: int = LARGE_BYTES) -> Callable[..., Trace]:
    """A reader like `simulator.traces.read_trace` that takes up to 500 million rows and keeps large recordings on disk.

    Arguments: `heard` is told the rows read so far and the share of the file; files under `large_bytes` are read whole.

    >>> streamed().__name__
    'read'
    """

    def read(
        path: Path, columns: Mapping[str, str] | None = None, time_unit: str = "s", bin_us: int | None = None
    ) -> Trace:
        packed = _is_packed(path)
        whole = not path.is_file() or path.stat().st_size < (
            large_bytes // 8 if packed or is_columnar(path) else large_bytes
        )
        if whole:
            return read_trace(path, columns, time_unit, bin_us)
        header = list(names_of(path)) if is_columnar(path) else _header(path)[0]
        found = _roles(header, columns or {})
        if "count" in found:
            return read_trace(path, columns, time_unit, bin_us)
        return _spooled(path, header, found, time_unit, bin_us, heard)

    return read


def _is_packed(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(2) == b"\x1f\x8b"
    except (OSError, ValueError):
        return False


def _open(path: Path) -> IO[bytes]:
    return gzip.open(path) if _is_packed(path) else path.open("rb")  # type: ignore[return-value] # reads bytes all the same


def _header(path: Path) -> tuple[list[str], str]:
    with _open(path) as file:
        return header_of(file.read(LONGEST_HEADER + 1), path)


def _spooled(
    path: Path, header: list[str], found: dict[str, int], time_unit: str, bin_us: int | None, heard: Heard | None
) -> Trace:
    """The trace with its columns on disk."""
    made = digest_of(path) if is_columnar(path) else hashlib.sha256()
    if is_columnar(path):
        time_unit = "us" if times_are_dates(path, header[found["time"]]) else time_unit
        blocks = _of_batches(path, header, found)
    else:
        blocks = _of_lines(path, header, found, time_unit, made)
    kept = {role: Spool() for role in found}
    begin, last, rows = None, 0.0, 0
    for numbers, share in blocks:
        times = numbers["time"]
        try:
            kept["time"].append(_times(times, header[found["time"]], time_unit, rows, begin, last))
            for role in found:
                if role != "time":
                    kept[role].append(_whole(numbers[role], header[found[role]], role, rows))
        except OSError as error:
            raise refuse(
                f"room for its columns in the folder for temporary files ({error.strerror})", repr(str(path))
            ) from None
        begin, last, rows = float(times[0]) if begin is None else begin, float(times[-1]), rows + len(times)
        if rows > MOST_REQUESTS:
            raise refuse(f"a file of at most {MOST_REQUESTS:,} rows; counts per bin are shorter", repr(str(path)))
        if heard is not None:
            heard(rows, share)
    if not rows:
        raise refuse("a CSV file with at least one row under its header", repr(str(path)))
    shape = "|".join(f"{role}={header[index]}" for role, index in sorted(found.items()))
    made.update(f"{shape}|{time_unit}|{bin_us}".encode())
    column: dict[str, Any] = kept  # read like arrays
    return Trace(
        path.name, made.hexdigest(), rows, int(column["time"][-1]) + 1, column["time"],
        payload_bytes=column.get("payload"), response_bytes=column.get("response"), service_us=column.get("service"),
        input_tokens=column.get("input_tokens"), output_tokens=column.get("output_tokens"),
    )  # fmt: skip


def _of_batches(path: Path, header: list[str], found: Mapping[str, int]) -> Iterator[tuple[Numbers, float]]:
    """Numbers of a Parquet or Arrow file, batch by batch; how much of it they are is not known."""
    for batch in batches(path, [header[index] for index in found.values()]):
        if len(next(iter(batch.values()))):
            yield {role: batch[header[index]] for role, index in found.items()}, 0.0


def _of_lines(
    path: Path, header: list[str], found: dict[str, int], time_unit: str, made: "hashlib._Hash"
) -> Iterator[tuple[Numbers, float]]:
    """Numbers of a CSV file, some megabytes of lines at a time, and the share of the file read; `made` takes every byte."""
    separator = _header(path)[1]
    plain = [role for role in found if not (role == "time" and time_unit == "iso")]
    size, rows = path.stat().st_size, 0
    for head, lines, at in _lines(path, made):
        try:
            numbers = _parse(head + lines, separator, found, plain)
        except UnicodeDecodeError:
            raise refuse("a CSV file in UTF-8", repr(str(path))) from None
        except ValueError as error:
            raise refuse(_where(str(error), header, [found[role] for role in plain], rows)) from None
        rows += len(numbers["time"])
        yield numbers, min(1.0, at / size)


def _lines(path: Path, made: "hashlib._Hash") -> Iterator[tuple[bytes, bytes, int]]:
    """The header line, whole lines, and how far into the file they reach, block by block."""
    name = repr(str(path))
    try:
        with path.open("rb") as raw, gzip.open(raw) if _is_packed(path) else _plain(raw) as file:
            head = file.readline(LONGEST_HEADER + 1)
            made.update(head)
            rest = b""
            while block := file.read(_BLOCK_BYTES):
                made.update(block)
                end = block.rfind(b"\n") + 1
                lines, rest = (rest + block[:end], block[end:]) if end else (b"", rest + block)
                if len(rest) > LONGEST_HEADER or lines.count(b'"') % 2:
                    raise refuse("lines of at most 100,000 characters, without line breaks inside quotes", name, FIELD)
                if lines.strip():
                    yield head, lines, raw.tell()
            if rest.strip():
                yield head, rest, raw.tell()
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise refuse("a whole gzip file: this one is damaged", name) from None


def _plain(raw: IO[bytes]) -> IO[bytes]:
    return raw
