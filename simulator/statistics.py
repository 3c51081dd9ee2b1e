"""Intervals over replications, and how many samples a percentile needs."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

__all__ = ["Interval", "about", "interval", "samples_needed", "student_t"]

_SURE: Final = 0.99


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with its 95 % interval; `supported` is False where there were too few samples for a percentile."""

    value: float | None
    low: float | None
    high: float | None
    supported: bool = True

    def overlaps(self, other: "Interval") -> bool:
        """The two intervals share a point; unknown ends count as sharing."""
        if self.low is None or self.high is None or other.low is None or other.high is None:
            return True
        return self.low <= other.high and other.low <= self.high


@cache
def student_t(degrees: int, confidence: float = 0.95) -> float:
    """Two-sided quantile of Student's t; infinite without a degree of freedom.

    Source: Abramowitz and Stegun 26.7.3 and 26.7.4, the finite series of the distribution function, bisected.

    >>> round(student_t(7), 4), round(student_t(8, 0.99), 4), round(student_t(1), 3)
    (2.3646, 3.3554, 12.706)
    """
    if degrees < 1:
        return math.inf

    def inside(angle: float) -> float:
        cosine, sine = math.cos(angle), math.sin(angle)
        odd = degrees % 2
        term = sine * (cosine if odd else 1.0)
        total = term if degrees > 1 else 0.0
        for k in range(2 + odd, degrees - 1, 2):
            term *= cosine**2 * (k - 1) / k
            total += term
        return (angle + total) * 2 / math.pi if odd else total

    low, high = 0.0, math.pi / 2
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if inside(middle) < confidence else (low, middle)
    return math.sqrt(degrees) * math.tan((low + high) / 2)


def interval(values: Sequence[float], *, supported: bool = True) -> Interval:
    """Mean and 95 % interval over replications; a single value has no interval.

    >>> interval([1.0, 2.0, 3.0]).value
    2.0
    """
    if not values:
        return Interval(None, None, None, supported=False)
    mean = math.fsum(values) / len(values)
    if len(values) == 1:
        return Interval(mean, None, None, supported)
    spread = math.sqrt(math.fsum((v - mean) ** 2 for v in values) / (len(values) - 1))
    half = student_t(len(values) - 1) * spread / math.sqrt(len(values))
    return Interval(mean, max(0.0, mean - half), mean + half, supported)


def about(value: float, values: Sequence[float], *, supported: bool = True) -> Interval:
    """A value of all replications together, with the half-width that its values in each of them give.

    >>> about(2.5, [1.0, 2.0, 3.0]).value
    2.5
    """
    spread = interval(values)
    if spread.low is None or spread.high is None or spread.value is None:
        return Interval(value, None, None, supported)
    half = spread.high - spread.value
    return Interval(value, max(0.0, value - half), value + half, supported)


def samples_needed(quantile: float) -> int:
    """Fewest samples whose largest exceeds a percentile with 99 % certainty: ln(0.01) / ln(q).

    >>> samples_needed(0.99), samples_needed(0.999)
    (459, 4603)
    """
    return math.ceil(math.log(1 - _SURE) / math.log(quantile))
