"""Rows of a portfolio: JSONL or CSV, read line by line; a broken line is a problem, not an end."""

import csv
import json
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final

from advisor.errors import InputError, Problem

__all__ = ["Row", "read_rows"]

LONGEST_LINE: Final = 100_000
MOST_COLUMNS: Final = 500
_SEEN: Final = 60
_LINES_OF_A_CELL: Final = 20
_NOTHING: Final = frozenset({"null", "unknown", "n/a", "na", "-"})
"""Cells that say that nothing was stated."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its label, its line, its table; or what is wrong with it."""

    id: Any
    line: int
    table: dict[str, Any] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def _wrong(line: int, seen: str, allowed: str) -> Row:
    return Row(None, line, problems=(Problem("", seen, allowed),))


def _short(text: str) -> str:
    shown = repr(text.strip())
    return shown if len(shown) <= _SEEN else f"{shown[: _SEEN - 3]}..."


def _constant(name: str) -> float:
    raise ValueError(name)


def _json_row(text: str, line: int) -> Row:
    if len(text) > LONGEST_LINE:
        return _wrong(line, f"{len(text):,} characters", f"a line of at most {LONGEST_LINE:,} characters")
    try:
        table = json.loads(text, parse_constant=_constant)
    except (ValueError, RecursionError):
        return _wrong(line, _short(text), "a JSON object, one on each line")
    if not isinstance(table, dict):
        return _wrong(line, _short(text), "a JSON object with id and attributes")
    if "workload" in table and not isinstance(table["workload"], dict):
        label = table.get("id", line)
        return Row(
            label, line, problems=(Problem("workload", _short(str(table["workload"])), "an object of attributes"),)
        )
    return Row(_label(table.get("id"), line), line, table)


def _label(given: Any, line: int) -> Any:
    """The id of a row; its line where it has none."""
    if isinstance(given, str):
        given = given.encode("utf-8", "replace").decode()  # half a surrogate cannot be written again
    return given if isinstance(given, str | int | float) and given != "" and not isinstance(given, bool) else line


def _name(column: str) -> str:
    """A column heading as an attribute name: `Payload MB` is `payload_mb`."""
    return column.strip().lower().removeprefix("workload.").replace(" ", "_").replace("-", "_")


def _csv_rows(lines: Iterable[str]) -> Iterator[Row]:
    start = iter(lines)
    head = next(start, None)
    if head is None or not head.strip():
        raise InputError([Problem("", "an empty file", "a first line with the column names")])
    comma = max(",;\t", key=head.count)
    names = [_name(column) for column in _cells(head, comma)][:MOST_COLUMNS]
    doubled = sorted({name for name in names if name and names.count(name) > 1})
    if doubled:
        raise InputError([Problem(f"column {doubled[0]}", "two of them", "each column once")])
    for line, text in _records(start):
        if not text.strip():
            continue
        try:
            cells = _cells(text, comma)
        except csv.Error as error:
            yield _wrong(line, _short(text), f"a row of CSV ({error})")
            continue
        if len(cells) > len(names):
            yield _wrong(line, f"{len(cells)} cells", f"at most {len(names)}, one for each column")
            continue
        table: dict[str, Any] = {
            name: value
            for name, cell in zip(names, cells, strict=False)
            if name and (value := cell.strip()) and value.lower() not in _NOTHING
        }
        if table:
            yield Row(_label(table.get("id"), line), line, table)


def _cells(text: str, comma: str) -> list[str]:
    return next(csv.reader([text], delimiter=comma, strict=True), [])


def _records(lines: Iterator[str]) -> Iterator[tuple[int, str]]:
    """Records of CSV with their first line, from line 2; a quote left open ends after a few lines, not with the file."""
    ahead: deque[str] = deque()
    line = 2

    def taken() -> str | None:
        return ahead.popleft() if ahead else next(lines, None)

    while (text := taken()) is not None:
        parts = [text]
        while sum(part.count('"') for part in parts) % 2 and len(parts) <= _LINES_OF_A_CELL:
            more = taken()
            if more is None:
                break
            parts.append(more)
        if sum(part.count('"') for part in parts) % 2:
            ahead.extendleft(reversed(parts[1:]))
            parts = parts[:1]
        yield line, "".join(parts).rstrip("\r\n")
        line += len(parts)


def read_rows(lines: Iterable[str]) -> Iterator[Row]:
    """The rows of a JSONL or CSV text, told apart by the first line that is not empty.

    Arguments: `lines` of the text, one at a time, so that a file of any length is read in the memory of one line.
    Raises InputError when a CSV has no usable head, or a JSON list is spread over lines; a line that cannot be read is a row with problems.

    >>> [row.table for row in read_rows(["id,Payload MB", "a,5"])]
    [{'id': 'a', 'payload_mb': '5'}]
    >>> [row.problems != () for row in read_rows(['{"id": 1}', "not JSON", '{"id": 2}'])]
    [False, True, False]
    """
    numbered = enumerate(lines, 1)
    for number, text in numbered:
        clean = text.lstrip("\ufeff")
        if not clean.strip():
            continue
        if clean.lstrip()[:1] not in "{[":
            rest = (line for _, line in numbered)
            for row in _csv_rows(chain([clean], rest)):
                yield Row(row.id, row.line + number - 1, row.table, row.problems)
            return
        first = _json_row(clean, number)
        if first.problems and clean.lstrip().startswith("["):
            raise InputError([Problem("", "a JSON list over several lines", "one JSON object on each line, or CSV")])
        yield first
        break
    for number, text in numbered:
        if text.strip():
            yield _json_row(text, number)
