"""Sizes, durations, rates, shares and money: parsed and printed in one place.

Inside the product a size is `int` bytes, a duration `int` microseconds, a rate `float` per second, a share
`float` of one, money `Decimal` US dollars. MB (10^6) and MiB (2^20) are never mixed.
"""

from advisor._units_format import (
    NBSP,
    format_bytes,
    format_count,
    format_duration,
    format_rate,
    format_share,
    format_usd,
)
from advisor._units_parse import parse_bytes, parse_duration_us, parse_rate_per_s, parse_share, parse_usd

__all__ = [
    "NBSP",
    "format_bytes",
    "format_count",
    "format_duration",
    "format_rate",
    "format_share",
    "format_usd",
    "parse_bytes",
    "parse_duration_us",
    "parse_rate_per_s",
    "parse_share",
    "parse_usd",
]
