"""Intervals over replications, and how many samples a percentile needs."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

__all__ = ["Interval", "interval", "samples_needed", "student_t"]

_SURE: Final = 0.99
_T975: Final = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228)


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


def student_t(degrees: int) -> float:
    """Two-sided 95 % quantile of Student's t.

    Source: the published table up to 10 degrees, Cornish-Fisher about the normal above (error under 3e-3).

    >>> student_t(2), round(student_t(30), 2)
    (4.303, 2.04)
    """
    if degrees < 1:
        return math.inf
    if degrees <= len(_T975):
        return _T975[degrees - 1]
    z = 1.959964
    return z + (z**3 + z) / (4 * degrees) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * degrees**2)


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


def samples_needed(quantile: float) -> int:
    """Fewest samples whose largest exceeds a percentile with 99 % certainty: ln(0.01) / ln(q).

    >>> samples_needed(0.99), samples_needed(0.999)
    (459, 4603)
    """
    return math.ceil(math.log(1 - _SURE) / math.log(quantile))
