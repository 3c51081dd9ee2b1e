"""Sizes, durations, rates, shares and money as people read them."""

import math
from decimal import Decimal

from advisor._units_parse import BYTES

__all__ = ["NBSP", "format_bytes", "format_count", "format_duration", "format_rate", "format_share", "format_usd"]

NBSP = "\u00a0"


def _number(value: float, digits: int = 3) -> str:
    """At most `digits` significant digits, never an exponent, no trailing zeros, thousands comma."""
    if value == 0:
        return "0"
    places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def format_bytes(size: float, unit: str = "") -> str:
    """A size as people write it; `unit` forces one (`MB`, `MiB` ...), else decimal units.

    >>> format_bytes(2_500_000), format_bytes(3 * 2**30, "GiB"), format_bytes(700)
    ('2.5\\xa0MB', '3\\xa0GiB', '700\\xa0bytes')
    """
    if not unit:
        unit = next((name for name in ("TB", "GB", "MB", "KB") if size >= BYTES[name.lower()]), "bytes")
    return f"{_number(size / BYTES[unit.lower()], 4)}{NBSP}{unit}"


def format_duration(us: float) -> str:
    """A duration as people read it: `312 ms` under 1 s, `4.1 s` under 100 s, then `4 min 10 s`.

    >>> format_duration(312_400), format_duration(4_100_000), format_duration(250_000_000)
    ('312\\xa0ms', '4.1\\xa0s', '4\\xa0min\\xa010\\xa0s')
    """
    if us < 1_000_000:
        return f"{_number(us / 1000)}{NBSP}ms"
    if us < 100_000_000:
        return f"{_number(us / 1_000_000)}{NBSP}s"
    seconds = round(us / 1_000_000)
    for size, big, small, name in ((86400, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s")):
        if seconds >= size:
            whole, rest = divmod(seconds, size)
            tail = f"{NBSP}{rest // small}{NBSP}{name}" if rest // small else ""
            return f"{whole:,}{NBSP}{big}{tail}"
    return f"{seconds}{NBSP}s"


def format_rate(per_s: float) -> str:
    """A rate in the unit that keeps it readable.

    >>> format_rate(2.0), format_rate(0.0001)
    ('2\xa0/s', '8.64\xa0/day')
    """
    for per, name in ((1.0, "s"), (60.0, "min"), (3600.0, "h")):
        if per_s * per >= 1:
            return f"{_number(per_s * per)}{NBSP}/{name}"
    return f"{_number(per_s * 86400)}{NBSP}/day"


def format_share(share: float) -> str:
    """A share in percent, at most two significant digits below 10 %.

    >>> format_share(0.0312), format_share(0.5), format_share(0.0)
    ('3.1\\xa0%', '50\\xa0%', '0\\xa0%')
    """
    if 0.99 < share < 1:
        return f"{100 - float(_number(100 * (1 - share), 2))}{NBSP}%".replace(".0\u00a0", "\u00a0")
    return f"{_number(100 * share, 2)}{NBSP}%"


def format_count(count: float) -> str:
    """A count: exact up to a million, then `5.3 M`.

    >>> format_count(8819), format_count(5_300_000)
    ('8,819', '5.3\\xa0M')
    """
    if count < 1_000_000:
        return f"{count:,.0f}"
    for size, name in ((10**9, "G"), (10**6, "M")):
        if count >= size:
            return f"{_number(count / size)}{NBSP}{name}"
    return f"{count:,.0f}"


def format_usd(amount: float | Decimal) -> str:
    """Dollars as the app writes them: `$336` from $10 up, `$3.40`, `$0.0042`.

    >>> format_usd(336.2), format_usd(3.4), format_usd(0.0042), format_usd(-272)
    ('$336', '$3.40', '$0.0042', '−$272')
    """
    value = float(amount)
    sign, value = ("−", -value) if value < 0 else ("", value)
    if value >= 9.995:
        return f"{sign}${value:,.0f}"
    if value >= 0.01 or value == 0:
        return f"{sign}${value:.2f}"
    return f"{sign}${_number(value, 2)}"
