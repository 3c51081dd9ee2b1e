"""Field types of a workload: how each quantity is read, checked, printed back and described in the schema.

A quantity is written with its unit (`"80 ms"`) and held as int64 microseconds, int bytes or float per
second. `write_bytes` and `write_duration` choose the shortest text that reads back to exactly the same value.
"""

from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from advisor.errors import UnitError
from advisor.units import parse_bytes, parse_duration_us, parse_rate_per_s, parse_usd

__all__ = [
    "Burstiness",
    "Bytes",
    "Count",
    "Duration",
    "DurationOrZero",
    "Flag",
    "Rate",
    "RateOrZero",
    "Section",
    "Share",
    "Text",
    "Usd",
    "Weight",
    "read_bytes",
    "read_count",
    "read_duration",
    "refusal",
    "whole",
    "write_bytes",
    "write_duration",
]

LARGEST_BYTES = 10**15
LONGEST_US = 10 * 366 * 86_400 * 10**6
HIGHEST_RATE_PER_S = 1e6
LONGEST_TEXT = 500

_SIZE_UNITS = {
    "TB": 10**12, "GB": 10**9, "MB": 10**6, "KB": 10**3,
    "TiB": 2**40, "GiB": 2**30, "MiB": 2**20, "KiB": 2**10, "bytes": 1,
}  # fmt: skip
_TIME_UNITS = {
    "d": 86_400 * 10**6, "h": 3_600 * 10**6, "min": 60 * 10**6, "s": 10**6, "ms": 10**3, "us": 1,
}  # fmt: skip


class Section(BaseModel):
    """One table of a workload file: frozen, and no field that is not declared."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
        validate_by_name=True,
        validate_by_alias=True,
    )


def refusal(allowed: str, field: str = "", seen: str = "") -> PydanticCustomError:
    """An error that says what is `allowed`; `field` and `seen` are for checks that span several fields."""
    return PydanticCustomError("refused", "{allowed}", {"allowed": allowed, "field": field, "seen": seen})


def _shortest(value: int, units: dict[str, int]) -> str:
    """The shortest exact decimal of `value` in one of `units` that is not below 1; larger units win ties."""
    texts = []
    for name, size in units.items():
        exact = Fraction(value, size)
        if exact >= 1 and 10**6 % exact.denominator == 0:
            texts.append((len(text := f"{Decimal(value) / size:f}"), text, name))
    _, text, name = min(texts, key=lambda row: row[0])
    return f"{text} {name}"


def write_bytes(size: int) -> str:
    """A size as text that `parse_bytes` reads back exactly.

    >>> write_bytes(2_500_000), write_bytes(3 * 2**30), write_bytes(1_234_567)
    ('2.5 MB', '3 GiB', '1234567 bytes')
    """
    return _shortest(size, _SIZE_UNITS) if size else "0 bytes"


def write_duration(us: int) -> str:
    """A duration as text that `parse_duration_us` reads back exactly.

    >>> write_duration(80_000), write_duration(90_000_000), write_duration(900_000_000)
    ('80 ms', '90 s', '15 min')
    """
    return _shortest(us, _TIME_UNITS) if us else "0 s"


def read_bytes(value: object) -> int:
    """Bytes of a size as written."""
    allowed = "a size with its unit, like 4 MB, 200 KB or 1.5 GiB"
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise refusal(allowed)
    try:
        size = parse_bytes(value)
    except UnitError as error:
        raise refusal(error.problems[0].allowed) from None
    except OverflowError:
        raise refusal(allowed) from None
    if size > LARGEST_BYTES:
        raise refusal(f"a size of at most {write_bytes(LARGEST_BYTES)}")
    return size


def _duration(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value == 0:
        return 0
    try:
        us = parse_duration_us(value)  # type: ignore[arg-type]  # it refuses whatever is no text
    except UnitError as error:
        raise refusal(error.problems[0].allowed) from None
    if us > LONGEST_US:
        raise refusal(f"a duration of at most {write_duration(LONGEST_US)}")
    return us


def read_duration(value: object) -> int:
    """Microseconds, at least 1, of a duration as written."""
    us = _duration(value)
    if us < 1:
        raise refusal("a duration above 0, like 80 ms, 60 s or 15 min")
    return us


def _rate(value: object) -> float:
    try:
        rate = parse_rate_per_s(value)  # type: ignore[arg-type]  # it refuses whatever is no number or text
    except (UnitError, OverflowError):
        raise refusal("a rate, never negative, like 2/s, 300/min or 40/day") from None
    if rate > HIGHEST_RATE_PER_S:
        raise refusal(f"a rate of at most {HIGHEST_RATE_PER_S:,.0f}/s")
    return rate


def _positive_rate(value: object) -> float:
    rate = _rate(value)
    if rate <= 0:
        raise refusal("a rate above 0, like 2/s, 300/min or 40/day")
    return rate


def _number(low: float, high: float, allowed: str) -> BeforeValidator:
    def check(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise refusal(allowed)
        return float(value)

    return BeforeValidator(check)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise refusal("true or false")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_TEXT or not value.isprintable():
        raise refusal(f"one line of text of 1 to {LONGEST_TEXT} characters")
    return value.strip()


def _usd(value: object) -> Decimal:
    allowed = "an amount in US dollars, like 400"
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise refusal(allowed)
    try:
        amount = parse_usd(value)
    except UnitError:
        raise refusal(allowed) from None
    if amount > 10**9:
        raise refusal("an amount of at most 1,000,000,000 US dollars")
    return amount


def _plain(amount: Decimal) -> int | str:
    return int(amount) if amount == amount.to_integral_value() else f"{amount:f}"


def _string(pattern: str, *examples: str) -> dict[str, Any]:
    return {"type": "string", "pattern": pattern, "examples": list(examples)}


_DIGITS = r"^\s*[0-9.][0-9.,_eE+-]*"
_SIZE_SCHEMA: dict[str, Any] = {
    "anyOf": [
        _string(_DIGITS + r"\s*([kKmMgGtT][iI]?)?([bB]|[bB]ytes?)\s*$", "200 KB", "4 MB", "1.5 GiB"),
        {"type": "integer", "minimum": 0, "maximum": LARGEST_BYTES, "description": "bytes"},
    ]
}
_DURATION_SCHEMA = _string(
    _DIGITS + r"\s*(us|µs|ms|s|sec|seconds?|min|minutes?|h|hours?|d|days?|weeks?)\s*$",
    "80 ms",
    "60 s",
    "15 min",
)
_RATE_SCHEMA: dict[str, Any] = {
    "anyOf": [
        {"type": "number", "minimum": 0, "maximum": HIGHEST_RATE_PER_S, "description": "per second"},
        _string(
            _DIGITS + r"\s*(requests?|req)?\s*(/|per)\s*(s|sec|second|min|minute|h|hour|d|day|week|month)\s*$",
            "300/min",
            "40/day",
        ),
    ]
}


def read_count(value: object) -> int:
    """A whole number from 0 to a thousand million."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 10**9:
        raise refusal("a whole number from 0 to 1,000,000,000")
    return value


def whole(low: int, high: int) -> tuple[BeforeValidator, WithJsonSchema]:
    """What makes an int a whole number from `low` to `high`: `Annotated[int, *whole(1, 9)]`."""

    def check(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise refusal(f"a whole number from {low:,} to {high:,}")
        return value

    return BeforeValidator(check), WithJsonSchema({"type": "integer", "minimum": low, "maximum": high})


Bytes = Annotated[int, BeforeValidator(read_bytes), PlainSerializer(write_bytes), WithJsonSchema(_SIZE_SCHEMA)]
"""A size: written "4 MB", held as int bytes."""
Duration = Annotated[
    int,
    BeforeValidator(read_duration),
    PlainSerializer(write_duration),
    WithJsonSchema(_DURATION_SCHEMA),
]
"""A duration above 0: written "80 ms", held as int microseconds."""
DurationOrZero = Annotated[
    int, BeforeValidator(_duration), PlainSerializer(write_duration), WithJsonSchema(_DURATION_SCHEMA)
]
"""A duration: written "80 ms", held as int microseconds."""
Rate = Annotated[float, BeforeValidator(_positive_rate), WithJsonSchema(_RATE_SCHEMA)]
"""Requests per second above 0: written 2.0, "300/min" or "40/day"."""
RateOrZero = Annotated[float, BeforeValidator(_rate), WithJsonSchema(_RATE_SCHEMA)]
"""Requests per second: written 2.0, "300/min" or "40/day"."""
Count = Annotated[int, BeforeValidator(read_count), WithJsonSchema({"type": "integer", "minimum": 0})]
"""A whole number."""
Weight = Annotated[
    float,
    _number(0, 1e9, "a weight from 0 up"),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 1e9}),
]
"""A relative weight."""
Share = Annotated[
    float,
    _number(0, 1, "a number from 0 to 1"),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 1}),
]
"""A number from 0 to 1."""
Burstiness = Annotated[
    float,
    _number(0.01, 100, "a number from 0.01 to 100; 1 is Poisson traffic, larger is burstier"),
    WithJsonSchema({"type": "number", "minimum": 0.01, "maximum": 100}),
]
"""A coefficient of variation: standard deviation over mean."""
Flag = Annotated[bool, BeforeValidator(_flag), WithJsonSchema({"type": "boolean"})]
"""true or false."""
Text = Annotated[
    str, BeforeValidator(_text), WithJsonSchema({"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT})
]
"""One line of text."""
Usd = Annotated[
    Decimal,
    BeforeValidator(_usd),
    PlainSerializer(_plain),
    WithJsonSchema({"anyOf": [{"type": "number", "minimum": 0}, _string(r"^\s*\$?[0-9][0-9.,]*(\s*USD)?\s*$", "400")]}),
]
"""US dollars."""
