"""The text of a trace file: CSV, plain or gzip, bounded in size, rows and columns before anything is made of it."""

import gzip
import zlib
from pathlib import Path

from advisor.errors import InputError, Problem
from simulator.trace_arrow import is_columnar, names_of

__all__ = ["FIELD", "LONGEST_HEADER", "MOST_ROWS", "column_names", "header_of", "refuse", "whole_text"]

LARGEST_BYTES = 256 * 10**6
MOST_ROWS = 25_000_000
MOST_COLUMNS = 200
LONGEST_HEADER = 100_000
FIELD = "traffic.file"


def column_names(path: Path) -> tuple[str, ...]:
    """The column names of a trace file, for a form that maps them; only the begin of the file is read.

    Raises InputError when there is no header line, or when it has more than 200 columns.
    """
    if is_columnar(path):
        return names_of(path)
    header, _ = header_of(_begin(path, LONGEST_HEADER + 1), path)
    return tuple(header)


def refuse(allowed: str, seen: str = "", field: str = FIELD) -> InputError:
    """An error of the file: what was seen, and what would do."""
    return InputError([Problem(field, seen, allowed)])


def _begin(path: Path, most: int) -> bytes:
    """The first bytes of a file, decompressed; never more than `most` are held."""
    name = repr(str(path))
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            if not packed:
                raw = file.read(min(most, path.stat().st_size + 1) if path.is_file() else most)
            else:
                with gzip.open(file) as inner:
                    raw = inner.read(most)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise refuse("a whole gzip file: this one is damaged", name) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a file name"
        raise refuse(f"{name} cannot be read: {reason}") from None
    if path.suffix == ".gz" and not packed:
        raise refuse("a gzip file, as its name says", name)
    if b"\0" in raw[:4096]:
        raise refuse("a CSV file of text", name)
    return raw


def whole_text(path: Path) -> bytes:
    """Contents of a file, decompressed, within the bounds of size and rows."""
    raw = _begin(path, LARGEST_BYTES + 1)
    if len(raw) > LARGEST_BYTES:
        raise refuse(f"a file of at most {LARGEST_BYTES // 10**6} MB, unpacked", repr(str(path)))
    if (rows := raw.count(b"\n")) > MOST_ROWS:
        raise refuse(f"a file of at most {MOST_ROWS:,} rows; counts per bin are shorter", f"{rows:,} rows")
    return raw


def header_of(raw: bytes, path: Path) -> tuple[list[str], str]:
    """Column names of the first line, and what separates them."""
    line, end, _ = raw[:LONGEST_HEADER].partition(b"\n")
    cut = not end and len(raw) > LONGEST_HEADER
    try:
        text = line.decode("utf-8-sig", "ignore" if cut else "strict").strip()
    except UnicodeDecodeError:
        raise refuse("a CSV file in UTF-8", repr(str(path))) from None
    if not text:
        raise refuse("a CSV file with a header line and rows: this one is empty", repr(str(path)))
    if any(ord(c) < 32 and c != "\t" for c in text):
        raise refuse("a CSV file of text", repr(str(path)))
    separator = max(",;\t", key=text.count)
    names = text.split(separator)
    if len(names) > MOST_COLUMNS:
        raise refuse(
            f"a file of at most {MOST_COLUMNS} columns", f"{'more than ' if cut else ''}{len(names):,} columns"
        )
    if cut:
        raise refuse(f"a header line of at most {LONGEST_HEADER:,} characters", repr(str(path)))
    return [name.strip().strip('"') for name in names], separator
