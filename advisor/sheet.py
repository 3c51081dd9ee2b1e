"""Rows as CSV for a spreadsheet."""

import csv
import io
from collections.abc import Iterable
from typing import Final

from advisor.units import NBSP

__all__ = ["cell", "sheet"]

_FORMULA: Final = "=+-@"
_ONE_LINE: Final = str.maketrans("\r\n\t", "   ")


def cell(value: object) -> str:
    """A value as a cell that no spreadsheet takes for a formula.

    >>> cell("=2+5"), cell("plain"), cell(-3)
    ("'=2+5", 'plain', "'-3")
    """
    text = str(value).translate(_ONE_LINE)
    return f"'{text}" if text.lstrip()[:1] in _FORMULA and text.strip() else text


def _written(value: object) -> object:
    """Texts may be anybody's; numbers stay numbers, and nothing is an empty cell."""
    return cell(value).replace(NBSP, " ") if isinstance(value, str) else value


def sheet(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A CSV that no spreadsheet takes for formulas, with plain spaces. Arguments: `rows` of texts, numbers and None.

    >>> sheet(["a", "b", "c"], [["=1+1", "2\\xa0MB", -3]])
    "a,b,c\\n'=1+1,2 MB,-3\\n"
    """
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(map(_written, row) for row in rows)
    return made.getvalue()
