"""Months and growth rates as people type them: `2026-12`, `8%/month`, `2x/year`."""

import re
from typing import Final

from advisor.errors import InputError, Problem

__all__ = ["MOST_MONTHS", "month_name", "month_names", "monthly_factor"]

MOST_MONTHS: Final = 120
"""Months that are looked ahead at most."""
_MONTH: Final = re.compile(r"(\d{4})-(\d{2})")
_GROWTH: Final = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*(%|x)\s*(?:/|per\s)\s*(month|quarter|year)")
_MONTHS_IN: Final = {"month": 1, "quarter": 3, "year": 12}
_LARGEST: Final = 1000.0
"""Percent in the stated time that growth may have."""
_GROWTH_HELP: Final = "a share or a factor per month, quarter or year, like 8%/month, -5%/year or 2x/year"
_MONTH_HELP: Final = "a year and a month, like 2026-12"
_LONGEST: Final = 40


def _month(field: str, text: str, problems: list[Problem]) -> int:
    """Months since the year 0; 0 with a problem noted where it is no month."""
    found = _MONTH.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if found is None or not 1 <= int(found[2]) <= 12:
        problems.append(Problem(field, repr(text[:_LONGEST]), _MONTH_HELP))
        return 0
    return int(found[1]) * 12 + int(found[2]) - 1


def month_name(number: int) -> str:
    """A month by its number since the year 0.

    >>> month_name(2026 * 12 + 11)
    '2026-12'
    """
    return f"{number // 12:04}-{number % 12 + 1:02}"


def month_names(start: str, until: str, problems: list[Problem]) -> tuple[str, ...]:
    """The months from `start` to `until`, both included; empty, with the problems noted, where there are none.

    >>> month_names("2026-11", "2027-01", [])
    ('2026-11', '2026-12', '2027-01')
    """
    before = len(problems)
    first, last = _month("--from", start, problems), _month("--until", until, problems)
    if len(problems) > before:
        return ()
    if not first <= last < first + MOST_MONTHS:
        most = month_name(first + MOST_MONTHS - 1)
        problems.append(Problem("--until", repr(until), f"{month_name(first)} to {most}, {MOST_MONTHS} months at most"))
        return ()
    return tuple(month_name(number) for number in range(first, last + 1))


def monthly_factor(text: str) -> float:
    """What a growth rate multiplies the load by each month, compounded.

    Raises InputError where the text is no rate, or the load would shrink to nothing or grow beyond 1,000 % at once.

    >>> round(monthly_factor("8%/month"), 4), round(monthly_factor("2x/year") ** 12, 4), monthly_factor("0%/year")
    (1.08, 2.0, 1.0)
    """
    found = _GROWTH.fullmatch(text.strip().lower()) if len(text) <= _LONGEST else None
    if found is None:
        raise InputError([Problem("--growth", repr(text[:_LONGEST]), _GROWTH_HELP)])
    number = float(found[1])
    percent = number if found[2] == "%" else 100 * (number - 1)
    if not -100 < percent <= _LARGEST:
        allowed = (
            f"above -100% and up to {_LARGEST:,.0f}%"
            if found[2] == "%"
            else f"above 0x and up to {1 + _LARGEST / 100:g}x"
        )
        raise InputError([Problem("--growth", repr(text), f"{allowed} per {found[3]}")])
    return float((1 + percent / 100) ** (1 / _MONTHS_IN[found[3]]))
