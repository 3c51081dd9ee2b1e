"""Distributions of times: a log histogram for runs of any length, a sample where requests are kept.

Buckets are exact below 512 us; above, 256 a doubling, so a bucket is at most 0.39 % wide; so is the error of
a quantile at most, and in practice far smaller, as the values of a bucket are taken as spread evenly.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["BUCKETS", "Histogram", "Sample", "add", "bucket_of", "bucket_start", "bucket_starts", "pooled"]

EXACT: Final = 512
PER_OCTAVE: Final = 256
_SHIFT: Final = 8
_FIRST_OCTAVE: Final = 9
BUCKETS: Final = EXACT + PER_OCTAVE * (51 - _FIRST_OCTAVE)
"""Buckets up to 2^51 us, beyond any horizon."""


def bucket_of(values_us: NDArray[np.int64]) -> NDArray[np.int64]:
    """Bucket number of each time: int64[n] microseconds from 0 to 2^51 - 1 -> int64[n].

    >>> bucket_of(np.array([0, 511, 512, 513, 514, 1_000_000])).tolist()
    [0, 511, 512, 512, 513, 3304]
    """
    octave = np.maximum(np.frexp(values_us.astype(np.float64))[1].astype(np.int64) - 1, _FIRST_OCTAVE - 1)
    above = EXACT + (octave - _FIRST_OCTAVE) * PER_OCTAVE + (values_us >> (octave - _SHIFT)) - PER_OCTAVE
    return np.where(values_us < EXACT, values_us, above)


def bucket_start(bucket: int) -> int:
    """Smallest time of a bucket, microseconds.

    >>> [bucket_start(b) for b in (0, 511, 512, 513, 3304)]
    [0, 511, 512, 514, 999424]
    """
    if bucket < EXACT:
        return bucket
    octave, part = divmod(bucket - EXACT, PER_OCTAVE)
    return (PER_OCTAVE + part) << (octave + _FIRST_OCTAVE - _SHIFT)


def bucket_starts(buckets: NDArray[np.int64]) -> NDArray[np.int64]:
    """Smallest time of each bucket, int64[n] microseconds.

    >>> bucket_starts(np.array([0, 511, 512, 513, 3304])).tolist()
    [0, 511, 512, 514, 999424]
    """
    octave, part = np.divmod(np.maximum(buckets - EXACT, 0), PER_OCTAVE)
    return np.where(buckets < EXACT, buckets, (PER_OCTAVE + part) << (octave + _FIRST_OCTAVE - _SHIFT))


def add(counts: NDArray[np.int64], values_us: NDArray[np.int64]) -> None:
    """Count times into `counts`, int64[BUCKETS], in place."""
    counts += np.bincount(bucket_of(values_us), minlength=BUCKETS)


@dataclass(frozen=True)
class Histogram:
    """A distribution as counts per bucket; the mean is exact, quantiles to 0.39 %."""

    buckets: NDArray[np.int64]
    """int64[BUCKETS], counts."""
    total_us: int
    """Sum of all values, microseconds."""

    @cached_property
    def _below(self) -> NDArray[np.int64]:
        return np.cumsum(self.buckets)

    @property
    def count(self) -> int:
        """Values counted."""
        return int(self._below[-1])

    @property
    def mean_us(self) -> float:
        """Mean, microseconds; not a number when empty."""
        return self.total_us / self.count if self.count else math.nan

    def quantile(self, share: float) -> float:
        """Smallest time that at least `share` of the values do not exceed, microseconds.

        Inside a bucket the values are taken as spread evenly.
        """
        if not self.count:
            return math.nan
        rank = _rank(share, self.count)
        bucket = int(np.searchsorted(self._below, rank + 1))
        start, width = bucket_start(bucket), bucket_start(bucket + 1) - bucket_start(bucket)
        inside = rank - (int(self._below[bucket]) - int(self.buckets[bucket]))
        return start + (width - 1) * (inside + 0.5) / int(self.buckets[bucket])

    def count_within(self, bound_us: float) -> int:
        """Values that do not exceed the bound; inside a bucket shared out evenly."""
        bound = min(math.floor(bound_us) + 1, 2**51 - 1)
        if bound <= 0:
            return 0
        bucket = int(bucket_of(np.array([bound]))[0])
        start, following = bucket_start(bucket), bucket_start(bucket + 1)
        before = int(self._below[bucket - 1]) if bucket else 0
        return before + int(self.buckets[bucket]) * (bound - start) // (following - start)


@dataclass(frozen=True)
class Sample:
    """A distribution as its values; everything read from it is exact.

    >>> times = Sample(np.array([30, 10, 20]))
    >>> times.quantile(0.5), times.count_within(20), times.mean_us
    (20.0, 2, 20.0)
    """

    values_us: NDArray[np.int64]
    """int64[n], microseconds, in any order."""

    @cached_property
    def _sorted(self) -> NDArray[np.int64]:
        return np.sort(self.values_us)

    @property
    def count(self) -> int:
        """Number of values."""
        return len(self.values_us)

    @property
    def total_us(self) -> int:
        """Sum of all values, microseconds."""
        return int(self.values_us.sum())

    @property
    def mean_us(self) -> float:
        """Mean, microseconds; not a number when empty."""
        return self.total_us / self.count if self.count else math.nan

    def quantile(self, share: float) -> float:
        """Smallest value that at least `share` of the values do not exceed, microseconds."""
        return float(self._sorted[_rank(share, self.count)]) if self.count else math.nan

    def count_within(self, bound_us: float) -> int:
        """Values that do not exceed the bound."""
        return int(np.searchsorted(self._sorted, bound_us, side="right"))


def pooled(parts: Sequence[Histogram | Sample]) -> Histogram | Sample:
    """The distribution of all values of several: exact where every part is, else as a histogram.

    >>> pooled([Sample(np.array([1, 2])), Sample(np.array([3]))]).quantile(0.5)
    2.0
    """
    samples = [part for part in parts if isinstance(part, Sample)]
    if len(samples) == len(parts):
        return Sample(np.concatenate([part.values_us for part in samples]))
    buckets = np.zeros(BUCKETS, dtype=np.int64)
    for part in parts:
        if isinstance(part, Sample):
            add(buckets, part.values_us)
        else:
            buckets += part.buckets
    return Histogram(buckets, sum(part.total_us for part in parts))


def _rank(share: float, count: int) -> int:
    """Position, from 0, of the quantile among `count` sorted values."""
    # a share like 0.95 is a little above 19/20 in binary; the tolerance keeps whole products whole
    return min(count - 1, max(0, math.ceil(share * count - 1e-9) - 1))
