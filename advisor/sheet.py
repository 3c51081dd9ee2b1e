"""Rows as CSV for a spreadsheet."""

import csv
import io
from collections.abc import Iterable
from decimal import Decimal

from advisor._triage_write import cell
from advisor.units import NBSP

__all__ = ["sheet"]


def _plain(value: object) -> object:
    number = value is None or isinstance(value, int | float | Decimal)
    return value if number else cell(value).replace(NBSP, " ")


def sheet(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A CSV whose texts no spreadsheet takes for formulas, with plain spaces; numbers stay, and None is empty.

    >>> sheet(["a", "b", "c", "d"], [["=1+1", "2\\xa0MB", -3, None]])
    "a,b,c,d\\n'=1+1,2 MB,-3,\\n"
    """
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(map(_plain, row) for row in rows)
    return made.getvalue()
