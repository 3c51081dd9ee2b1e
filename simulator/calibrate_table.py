"""Small measured tables: CSV or JSON, plain or gzip, with columns found by name, and numbers that carry a unit.

A number without a unit is refused where seconds and milliseconds could be confused: the unit stands in the column's name
(`p99_ms`), in the value (`85 ms`), or is stated once for the whole file.
"""

import csv
import io
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from advisor.errors import InputError, Problem, UnitError
from advisor.units import parse_duration_us
from simulator.trace_file import header_of, whole_text

__all__ = ["Row", "Table", "read_table"]

_MOST_ROWS: Final = 200_000
_MOST_PROBLEMS: Final = 20
UNITS_S: Final = {"us": 1e-6, "ms": 1e-3, "s": 1.0}
_UNIT: Final = re.compile(r"_(us|ms|s|seconds|milliseconds)$|\s*[\[(](us|ms|s)[\])]$")
_LONG: Final = {"seconds": "s", "milliseconds": "ms"}


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line or number, and its cells by column name."""

    where: str
    cells: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file, and what its columns are called."""

    path: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    unit: str = ""
    """Unit of durations whose column names none: us, ms, s, or empty."""

    def find(self, role: str, names: Sequence[str], given: Mapping[str, str]) -> str:
        """The column that plays a role: the one given, else the first known name, with or without a unit; empty where none does.

        >>> Table("x.csv", ("Users", "avg_ms"), ()).find("mean", ("mean", "avg"), {})
        'avg_ms'
        """
        if role in given:
            if given[role] not in self.columns:
                raise InputError([Problem(f"--column {role}", repr(given[role]), f"one of {', '.join(self.columns)}")])
            return given[role]
        plain = {name: column for column in reversed(self.columns) for name in (_bare(column), _plain(column))}
        return next((plain[name] for name in names if name in plain), "")

    def number(self, row: Row, column: str) -> float | None:
        """A cell as a number; None where it is empty. Raises InputError where it is none, or below zero."""
        text = row.cells.get(column)
        if text is None or text == "":
            return None
        try:
            value = float(str(text).strip().rstrip("%").replace(",", ""))
        except ValueError:
            value = math.nan
        if not (math.isfinite(value) and value >= 0) or isinstance(text, bool):
            raise InputError([Problem(f"{self.path}, {row.where}, {column}", repr(text)[:60], "a number, 0 or more")])
        return value / 100 if str(text).strip().endswith("%") else value

    def seconds(self, row: Row, column: str) -> float | None:
        """A cell as a duration in seconds; None where it is empty. Raises InputError where it is none or has no unit."""
        text = row.cells.get(column)
        if text is None or text == "":
            return None
        if isinstance(text, str):
            try:
                return parse_duration_us(text) / 1e6
            except UnitError:
                pass  # a bare number, whose unit stands elsewhere
        value, unit = self.number(row, column), _unit_of(column) or self.unit
        if not unit:
            allowed = (
                f"a unit: name the column {_bare(column)}_ms or {_bare(column)}_s, write 85 ms, or state --unit ms"
            )
            raise InputError([Problem(f"{self.path}, {row.where}, {column}", repr(text)[:60], allowed)])
        return None if value is None else value * UNITS_S[unit]

    def each(self, read: Callable[[Row], Any]) -> list[Any]:
        """What `read` makes of every row; all problems of all rows at once, as InputError."""
        found: list[Any] = []
        problems: list[Problem] = []
        for row in self.rows:
            try:
                found.append(read(row))
            except InputError as error:
                problems += error.problems
                if len(problems) >= _MOST_PROBLEMS:
                    break
        if problems:
            raise InputError(problems)
        return found


def _unit_of(column: str) -> str:
    match = _UNIT.search(column.strip().lower())
    found = (match[1] or match[2]) if match else ""
    return _LONG.get(found, found)


def _plain(column: str) -> str:
    return re.sub(r"[\s\-]+", "_", column.strip().lower())


def _bare(column: str) -> str:
    """The name of a column in small letters, without its unit.

    >>> _bare("P99 (ms)"), _bare("Average Response Time"), _bare("latency_mean_s")
    ('p99', 'average_response_time', 'latency_mean')
    """
    return _plain(_UNIT.sub("", column.strip().lower()))


def _from_json(raw: bytes, path: Path) -> tuple[tuple[str, ...], list[Row]]:
    try:
        found = json.loads(raw.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise InputError(
            [Problem(str(path), "", "a whole JSON document in UTF-8: this one is cut or damaged")]
        ) from None
    if isinstance(found, dict):
        found = found.get("rows", found)
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise InputError([Problem(str(path), "", 'a list of objects, or {"rows": [...]}, one for each measurement')])
    columns = dict.fromkeys(str(key) for row in found for key in row)
    return tuple(columns), [Row(f"row {number}", row) for number, row in enumerate(found, 1)]


def _from_csv(raw: bytes, path: Path) -> tuple[tuple[str, ...], list[Row]]:
    names, separator = header_of(raw, path)
    try:
        lines = csv.reader(io.StringIO(raw.decode("utf-8-sig")), delimiter=separator)
        read = [(lines.line_num, cells) for cells in lines if any(cell.strip() for cell in cells)][1:]
    except (UnicodeDecodeError, csv.Error):
        raise InputError([Problem(str(path), "", "a CSV file of text in UTF-8")]) from None
    short = [
        Problem(f"{path}, line {line}", f"{len(cells)} cells", f"{len(names)}, as the header has; a cut file?")
        for line, cells in read
        if len(cells) != len(names)
    ]
    if short:
        raise InputError(short[:_MOST_PROBLEMS])
    return tuple(names), [
        Row(f"line {line}", dict(zip(names, (cell.strip() for cell in cells), strict=True))) for line, cells in read
    ]


def read_table(path: Path, unit: str = "") -> Table:
    """The rows of a CSV or JSON file.

    Arguments: `unit` (us, ms, s) of durations whose column names none. Raises InputError where the file cannot be read, is cut,
    has no rows or more than 200,000.
    """
    if unit and unit not in UNITS_S:
        raise InputError([Problem("--unit", repr(unit), f"one of {', '.join(UNITS_S)}")])
    try:
        raw = whole_text(path)
        as_json = raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"[", b"{"}
        columns, rows = (_from_json if as_json else _from_csv)(raw, path)
    except InputError as error:
        raise InputError(
            replace(p, path=str(path) if p.path == "traffic.file" else p.path) for p in error.problems
        ) from None
    if not 0 < len(rows) <= _MOST_ROWS:
        raise InputError([Problem(str(path), f"{len(rows):,} rows", f"1 to {_MOST_ROWS:,}")])
    return Table(path.name, columns, tuple(rows), unit)
