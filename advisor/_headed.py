"""A CSV whose first lines say where it comes from (`# name: value`), and the amounts and days in it."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from advisor.errors import InputError, Problem


def plain(usd: Decimal) -> str:
    """An amount without exponent and trailing zeros.

    >>> plain(Decimal("0.2300000000")), plain(Decimal("1E+2"))
    ('0.23', '100')
    """
    return format(usd.normalize(), "f")


def amount(text: str) -> Decimal | None:
    """The amount that a text says, from 0 to under a million; None for anything else.

    >>> amount("0.23"), amount("-1"), amount("NaN"), amount("free")
    (Decimal('0.23'), None, None, None)
    """
    try:
        usd = Decimal(text) if len(text) <= 40 else Decimal("NaN")
    except InvalidOperation:
        return None
    return usd if usd.is_finite() and 0 <= usd < 10**6 and usd.adjusted() > -20 else None


def day(text: str) -> date | None:
    """The day at the beginning of an ISO time; None for anything else."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def headed(head: Mapping[str, str], columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A CSV under lines that say `# name: value`."""
    made = io.StringIO()
    made.writelines(f"# {name}: {' '.join(value.split())}\n" for name, value in head.items())
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return made.getvalue()


def beheaded(text: str, names: Iterable[str], columns: list[str], where: str) -> tuple[dict[str, str], list[list[str]]]:
    """The head and the rows of a text that `headed` made. Raises InputError when it is none."""
    lines = text.splitlines()
    head = dict(re.findall(r"^# (\w+): (.*)$", "\n".join(lines[:20]), flags=re.MULTILINE))
    problems = [
        Problem(f"{where}: {name}", "", f"a line '# {name}: ...' is missing") for name in names if name not in head
    ]
    body = [line for line in lines if not line.startswith("#")]
    try:
        rows = list(csv.reader(body))
    except csv.Error as error:
        raise InputError([Problem(where, "", f"cannot be read as CSV: {error}")]) from None
    if not rows or rows[0] != columns:
        problems.append(Problem(where, repr(",".join(rows[0]) if rows else "")[:80], f"columns {','.join(columns)}"))
    if problems:
        raise InputError(problems)
    return head, rows[1:]
