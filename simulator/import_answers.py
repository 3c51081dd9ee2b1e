"""Durations by period, folded into bounded memory while a log is read."""

import numpy as np
from numpy.typing import NDArray

from simulator.histogram import bucket_of, bucket_starts
from simulator.measured import SHARES, Measured
from simulator.recorder import Slow

__all__ = ["Answers"]

_WIDTHS_S = (60, 300, 900, 3_600, 21_600, 86_400)
_BITS = 14
"""Bits of a bucket in a key; the period stands above them."""
_MOST_KEYS = 1_000_000
_MOST_PERIODS = 500_000
_MERGE_AT = 262_144
_LARGEST = 2**51 - 1
_ENOUGH, _FEWEST = 100, 12
"""Requests of a period that support a 99th percentile, and periods that are kept for the sake of the course."""


class Answers:
    """Folds durations, in any unit, by the minute of their request; periods get longer where there would be too many.

    >>> answers = Answers()
    >>> answers.add(np.array([0, 1, 60_000_000]), np.array([100, 300, 50]))
    >>> found = answers.measured("log", 0, 1.0)
    >>> found.requests.tolist(), found.stats["mean"].tolist(), found.stats["p99"].tolist()
    ([2.0, 1.0], [200.0, 50.0], [300.0, 50.0])
    """

    def __init__(self) -> None:
        self._width = 0
        self._keys, self._counts = np.zeros(0, np.int64), np.zeros(0, np.int64)
        self._fresh: list[NDArray[np.int64]] = []
        self._waiting = 0

    @property
    def period_us(self) -> int:
        """Length of a period as it is now, microseconds."""
        return _WIDTHS_S[self._width] * 10**6

    def add(self, at_us: NDArray[np.int64], values: NDArray[np.int64]) -> None:
        """Take durations and the moments of their requests, microseconds since 1970 or any start."""
        self._fresh.append((at_us // self.period_us << _BITS) + bucket_of(np.clip(values, 0, _LARGEST)))
        self._waiting += len(values)
        if self._waiting >= _MERGE_AT:
            self._merge()

    def _merge(self) -> None:
        keys = np.concatenate([self._keys, *self._fresh])
        counts = np.concatenate([self._counts, np.ones(len(keys) - len(self._keys), np.int64)])
        self._fresh, self._waiting = [], 0
        self._sum(keys, counts)
        while self._width + 1 < len(_WIDTHS_S) and (len(self._keys) > _MOST_KEYS or self._span() > _MOST_PERIODS):
            self._widen()

    def _sum(self, keys: NDArray[np.int64], counts: NDArray[np.int64]) -> None:
        self._keys, where = np.unique(keys, return_inverse=True)
        self._counts = np.bincount(where, counts, len(self._keys)).astype(np.int64)

    def _span(self) -> int:
        return int((self._keys[-1] >> _BITS) - (self._keys[0] >> _BITS)) + 1 if len(self._keys) else 0

    def _widen(self) -> None:
        each = _WIDTHS_S[self._width + 1] // _WIDTHS_S[self._width]
        self._width += 1
        self._sum(((self._keys >> _BITS) // each << _BITS) + (self._keys & ((1 << _BITS) - 1)), self._counts)

    def measured(self, metric: str, origin_us: int, scale: float) -> Measured | None:
        """Mean and percentiles by period, to 0.4 %; None where nothing was taken.

        Periods get longer while the usual one holds too few requests for a 99th percentile and a dozen remain.
        Arguments: `origin_us` is the first moment of the recording, `scale` the microseconds of a unit.
        """
        self._merge()
        if not len(self._keys):
            return None
        while self._width + 1 < len(_WIDTHS_S):
            sizes = np.bincount(np.unique(self._keys >> _BITS, return_inverse=True)[1], self._counts)
            if (
                np.median(sizes) >= _ENOUGH
                or len(sizes) * _WIDTHS_S[self._width] < _FEWEST * _WIDTHS_S[self._width + 1]
            ):
                break
            self._widen()
        first = int(self._keys[0] >> _BITS)
        step = (self._keys >> _BITS) - first
        buckets = self._keys & ((1 << _BITS) - 1)
        values = (bucket_starts(buckets) + bucket_starts(buckets + 1) - 1) // 2
        slow = Slow((step << 45) + values, self._counts, exact=False)
        shares = slow.quantiles(0, int(step[-1]) + 1, 1, list(SHARES.values()))
        held = np.bincount(step, self._counts).astype(np.float64)
        there = np.flatnonzero(held)
        means = np.bincount(step, self._counts * values.astype(np.float64))[there] / held[there]
        stats = {"mean": means * scale}
        stats |= {name: share[there] * scale for name, share in zip(SHARES, shares, strict=True)}
        starts = (there + first) * self.period_us - origin_us
        return Measured(metric, self.period_us, starts.astype(np.int64), held[there], stats, origin_us=origin_us)
