"""Amounts: a stated number with its unit, in one of the ways people write it."""

from random import Random
from typing import Final

from advisor.units import NBSP

__all__ = ["amount"]

_RATES: Final = {"rps_peak": 1.0, "rps_offpeak": 1.0, "requests_per_day": 1 / 86_400}


def _number(value: float) -> str:
    """A number of at most four digits behind which nothing was lost; thousands by comma."""
    return f"{round(value):,}" if value >= 1000 or abs(value - round(value)) < 1e-9 else f"{value:.4g}"


def _short(value: float) -> bool:
    """Whether it can be written with four significant digits, and reads well."""
    return 0.1 <= value < 10_000 and abs(float(f"{value:.4g}") - value) <= 1e-9 * value


def _choice(rng: Random, ways: list[tuple[float, str]], usual: tuple[float, str]) -> str:
    """One of the ways to write a number, mostly one that is short and not below 1."""
    good = [way for way in ways if _short(way[0]) and way[0] >= 0.2] or [usual]
    value, unit = rng.choice(good)
    return f"{_number(value)}{NBSP}{unit}"


def _bytes(rng: Random, mb: float) -> str:
    ways = [(mb, "MB")] if mb >= 0.5 else []
    if mb < 10:
        ways.append((mb * 1000, "KB"))
    if mb >= 250:
        ways.append((mb / 1000, "GB"))
    return _choice(rng, ways, (mb, "MB"))


def _time(rng: Random, seconds: float) -> str:
    ways = [(seconds, "s")] if seconds < 1000 else []
    if seconds < 10:
        ways.append((seconds * 1000, "ms"))
    minutes = seconds / 60
    if minutes > 1 and abs(minutes * 2 - round(minutes * 2)) < 1e-9 and minutes < 200:
        ways.append((minutes, "minutes"))
    if seconds >= 7200 and seconds % 1800 == 0:
        ways.append((seconds / 3600, "hours"))
    return _choice(rng, ways, (seconds, "s"))


def _rate(rng: Random, per_s: float, *, by_day: bool) -> str:
    units = ((1, "second"), (60, "minute"), (3600, "hour"), (86_400, "day"))
    ways = [(per_s * size, name) for size, name in units if by_day or name != "day"]
    good = [(round(value, 6), name) for value, name in ways if 2 <= value < 100_000 and _whole(value)]
    value, name = rng.choice(good) if good else (round(per_s * 3600), "hour")
    return f"{_number(value)} calls per {name}"


def _whole(value: float) -> bool:
    return abs(value - round(value)) < 1e-6


def amount(rng: Random, attribute: str, value: float) -> str:
    """A number of an attribute as people write it, in one of its units.

    >>> amount(Random(1), "payload_mb", 2.5).replace(NBSP, " ") in {"2.5 MB", "2,500 KB"}
    True
    >>> amount(Random(1), "n_models", 40)
    '40'
    """
    if attribute in _RATES:
        return _rate(rng, value * _RATES[attribute], by_day=attribute.endswith("_day"))
    if attribute.endswith("_mb"):
        return _bytes(rng, value)
    if attribute.endswith("_gb"):
        return f"{_number(value)}{NBSP}GB"
    if attribute.endswith("_ms"):
        return _time(rng, value / 1000)
    if attribute.endswith("_s"):
        return _time(rng, value)
    return _number(value)
