"""Rows as CSV for a spreadsheet."""

import csv
import io
from collections.abc import Iterable

from advisor._triage_write import cell
from advisor.units import NBSP

__all__ = ["sheet"]


def sheet(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A CSV that no spreadsheet takes for formulas, with plain spaces.

    >>> sheet(["a", "b"], [["=1+1", "2\\xa0MB"]])
    "a,b\\n'=1+1,2 MB\\n"
    """
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([cell(value).replace(NBSP, " ") for value in row] for row in rows)
    return made.getvalue()
