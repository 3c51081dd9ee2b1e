"""Sizes, durations, rates, shares and money from the texts people type."""

import math
import re
from decimal import Decimal, InvalidOperation

from advisor.errors import UnitError

__all__ = ["BYTES", "parse_bytes", "parse_duration_us", "parse_rate_per_s", "parse_share", "parse_usd"]

BYTES = {
    "b": 1, "byte": 1, "bytes": 1,
    "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12,
    "kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40,
}  # fmt: skip
_MICROSECONDS = {
    "us": 1, "µs": 1, "ms": 10**3, "s": 10**6, "sec": 10**6, "second": 10**6, "seconds": 10**6,
    "min": 60 * 10**6, "minute": 60 * 10**6, "minutes": 60 * 10**6, "h": 3600 * 10**6,
    "hour": 3600 * 10**6, "hours": 3600 * 10**6, "d": 86400 * 10**6, "day": 86400 * 10**6,
    "days": 86400 * 10**6, "week": 7 * 86400 * 10**6, "weeks": 7 * 86400 * 10**6,
}  # fmt: skip
_PER = {
    "s": 1.0, "sec": 1.0, "second": 1.0, "min": 60.0, "minute": 60.0, "h": 3600.0, "hour": 3600.0,
    "d": 86400.0, "day": 86400.0, "week": 604800.0, "month": 730 * 3600.0,
}  # fmt: skip
_NUMBER = r"([+-]?(?:\d[\d_,]*\.?\d*|\.\d+)(?:e[+-]?\d+)?)"
_QUANTITY = re.compile(rf"^\s*{_NUMBER}\s*([a-zµ%]+)?\s*$", re.IGNORECASE)
_RATE = re.compile(rf"^\s*{_NUMBER}\s*(?:requests?|req)?\s*(?:/|per)\s*([a-z]+)\s*$", re.IGNORECASE)
_BYTES_HELP = "a number and a unit, like 4 MB, 200 KB or 1.5 GiB"
_DURATION_HELP = "a number and a unit, like 80 ms, 60 s or 15 min"
_RATE_HELP = "a number per unit of time, like 2/s, 300/min or 40/day"
_LONGEST_TEXT = 64


def _parts(text: object, pattern: re.Pattern[str], allowed: str) -> tuple[float, str]:
    if not isinstance(text, str) or len(text) > _LONGEST_TEXT:
        raise UnitError(text if not isinstance(text, str) else text[:_LONGEST_TEXT], allowed)
    match = pattern.match(text)
    if match is None:
        raise UnitError(text, allowed)
    number = float(match[1].replace(",", "").replace("_", ""))
    if not math.isfinite(number):
        raise UnitError(text, allowed)
    return number, (match[2] or "").lower()


def parse_bytes(text: str | int) -> int:
    """Bytes of a size: `"4 MB"` is 4,000,000 and `"4 MiB"` 4,194,304; a bare int is bytes.

    Raises UnitError when the unit is missing or unknown, or the size is negative.

    >>> parse_bytes("2.5 MB"), parse_bytes("3 GiB"), parse_bytes(128_000)
    (2500000, 3221225472, 128000)
    """
    if isinstance(text, int) and not isinstance(text, bool):
        number, unit = float(text), "b"
    else:
        number, unit = _parts(text, _QUANTITY, _BYTES_HELP)
    if unit not in BYTES or number < 0:
        raise UnitError(text, _BYTES_HELP)
    return round(number * BYTES[unit])


def parse_duration_us(text: str) -> int:
    """Microseconds of a duration: `"80 ms"` is 80,000.

    Raises UnitError when the unit is missing or unknown, or the duration is negative. A bare number is
    refused: seconds and milliseconds are too easily confused.

    >>> parse_duration_us("80 ms"), parse_duration_us("15 min")
    (80000, 900000000)
    """
    number, unit = _parts(text, _QUANTITY, _DURATION_HELP)
    if unit not in _MICROSECONDS or number < 0:
        raise UnitError(text, _DURATION_HELP)
    return round(number * _MICROSECONDS[unit])


def parse_rate_per_s(text: str | float) -> float:
    """Requests per second of a rate: `"300/min"` is 5.0; a bare number is per second.

    Raises UnitError when the rate is negative, not finite, or its unit of time unknown.

    >>> parse_rate_per_s("300/min"), parse_rate_per_s(2.0)
    (5.0, 2.0)
    """
    if isinstance(text, int | float) and not isinstance(text, bool):
        number, per = float(text), "s"
    else:
        number, per = _parts(text, _RATE, _RATE_HELP)
    if per not in _PER or not math.isfinite(number) or number < 0:
        raise UnitError(text, _RATE_HELP)
    return number / _PER[per]


def parse_share(text: str | float) -> float:
    """A share of one: `"0.1%"` is 0.001; a bare number from 0 to 1 is itself.

    >>> parse_share("0.1%"), parse_share(0.05)
    (0.001, 0.05)
    """
    allowed = "a share from 0% to 100%, like 0.1%"
    if isinstance(text, int | float) and not isinstance(text, bool):
        share = float(text)
    else:
        number, unit = _parts(text, _QUANTITY, allowed)
        if unit not in {"%", ""}:
            raise UnitError(text, allowed)
        share = number / 100 if unit == "%" else number
    if not 0 <= share <= 1:
        raise UnitError(text, allowed)
    return share


def parse_usd(text: str | float | Decimal) -> Decimal:
    """US dollars as `Decimal`: `"$1,250.50"`, `"400 USD"`, 400.

    >>> parse_usd("$1,250.50"), parse_usd(400)
    (Decimal('1250.50'), Decimal('400'))
    """
    allowed = "an amount in US dollars, like 400"
    plain = str(text).strip().removeprefix("$").removesuffix("USD").replace(",", "").strip()
    try:
        amount = Decimal(plain)
    except InvalidOperation:
        raise UnitError(text, allowed) from None
    if isinstance(text, bool) or not amount.is_finite() or amount < 0:
        raise UnitError(text, allowed)
    return amount
