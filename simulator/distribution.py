"""Distribution: latencies of a run in bins that are equally wide on a logarithmic axis, with its percentiles."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.histogram import Histogram, Sample, bucket_starts
from simulator.statistics import samples_needed

__all__ = ["BINS", "Distribution", "distribution", "distribution_of"]

BINS: Final = 70
_SHARES: Final = (0.5, 0.95, 0.99)


@dataclass(frozen=True)
class Distribution:
    """Latencies of the requests that were answered."""

    edges_us: NDArray[np.float64]
    """float64[bins + 1], microseconds; the first below the shortest, the last above the longest latency."""
    counts: NDArray[np.int64]
    """int64[bins], requests."""
    percentiles_us: dict[float, float]
    """p50, p95, p99 by share; those that too few requests support are left out."""
    slowest_us: float
    late: int | None
    """Answers above the bound; None where no bound is stated."""

    @property
    def answered(self) -> int:
        """Requests in it."""
        return int(self.counts.sum())

    @property
    def share(self) -> NDArray[np.float64]:
        """Share of each bin, 0 to 1."""
        return self.counts / max(1, self.answered)


def distribution(values: NDArray[np.int64], counts: NDArray[np.int64], bound_us: int | None) -> Distribution:
    """From latencies, int64[n] microseconds, and how often each came.

    >>> found = distribution(np.array([100, 1_000]), np.array([3, 1]), 500)
    >>> found.counts[[0, -1]].tolist(), found.percentiles_us, found.late
    ([3, 1], {}, 1)
    """
    order = np.argsort(values, kind="stable")
    values, counts = np.maximum(1, values[order]), counts[order]
    if not len(values):
        none = None if bound_us is None else 0
        return Distribution(np.geomspace(1.0, 10.0, BINS + 1), np.zeros(BINS, np.int64), {}, 0.0, none)
    low, high = float(values[0]), float(values[-1])
    if high < 1.1 * low:
        low, high = low / 1.5, high * 1.5
    edges = np.geomspace(low, high, BINS + 1)
    bins = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, BINS - 1)
    below, total = np.cumsum(counts), int(counts.sum())
    found = {
        share: float(values[np.searchsorted(below, np.ceil(share * total - 1e-9))])
        for share in _SHARES
        if total >= samples_needed(share)
    }
    late = None if bound_us is None else int(counts[values > bound_us].sum())
    binned = np.bincount(bins, counts, BINS).astype(np.int64)
    return Distribution(edges, binned, found, float(values[-1]), late)


def distribution_of(times: Histogram | Sample, bound_us: int | None) -> Distribution:
    """Of the latencies of a run. From a histogram every value counts as the middle of its bucket."""
    if isinstance(times, Sample):
        return distribution(times.values_us, np.ones(times.count, np.int64), bound_us)
    used = np.flatnonzero(times.buckets)
    middles = (bucket_starts(used) + bucket_starts(used + 1) - 1) // 2
    return distribution(middles, times.buckets[used], bound_us)
