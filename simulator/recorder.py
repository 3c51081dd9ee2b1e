"""Recorder: a run by steps of time, gathered while it plays, so that its memory does not grow with its requests.

Counts, levels and averages are exact. Latencies are exact up to `MOST_EXACT` answers of a run and above it are rounded
down to the buckets of `simulator.histogram` (0.39 % wide) and counted.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.codes import Outcome
from simulator.histogram import bucket_of, bucket_starts
from simulator.steps import Levels, added

__all__ = ["MOST_EXACT", "Recorded", "Recorder", "Slow"]

MOST_EXACT: Final = 4_000_000
"""Answers whose latency is kept as it is."""
_BITS: Final = 45
"""Bits of a latency in a key, microseconds: over a year; the step stands above them."""
_PLAIN: Final = 8
_FIRST, _FINAL = 9, 10


@dataclass(frozen=True)
class Slow:
    """Latencies by step: what percentiles of any stretch of steps are read from."""

    keys: NDArray[np.int64]
    """int64[n], ascending: step of the arrival times 2^45, plus the latency in microseconds."""
    counts: NDArray[np.int64]
    """int64[n], answers of each key."""
    exact: bool
    """Every latency is kept as it is."""

    def within(self, first: int, stop: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Latencies, microseconds, and counts of the steps from `first` to before `stop`."""
        low, high = np.searchsorted(self.keys, [first << _BITS, stop << _BITS])
        return self.keys[low:high] & ((1 << _BITS) - 1), self.counts[low:high]

    def quantiles(self, first: int, stop: int, each: int, shares: Sequence[float]) -> list[NDArray[np.float64]]:
        """Percentiles of every `each` steps from `first` to before `stop`: float64[intervals], microseconds, by share.

        Not a number where nothing was answered. A percentile is the smallest latency that at least its share of the
        answers do not exceed.

        >>> keys = np.array([5, 9, (1 << 45) + 3, (1 << 45) + 7])
        >>> [q.tolist() for q in Slow(keys, np.ones(4, np.int64), True).quantiles(0, 2, 1, [0.5, 0.99])]
        [[5.0, 3.0], [9.0, 7.0]]
        """
        low, high = np.searchsorted(self.keys, [first << _BITS, stop << _BITS])
        step, latency = self.keys[low:high] >> _BITS, self.keys[low:high] & ((1 << _BITS) - 1)
        group = (step - first) // each
        order = np.lexsort((latency, group))
        below, intervals = np.cumsum(self.counts[low:high][order]), -(-(stop - first) // each)
        ends = np.searchsorted(group[order], np.arange(intervals), side="right")
        to = np.where(ends > 0, below[ends - 1], 0) if len(below) else np.zeros(intervals, np.int64)
        answered = np.diff(to, prepend=0)
        found = []
        for share in shares:
            rank = to - answered + np.maximum(1, np.ceil(share * answered - 1e-9)).astype(np.int64)
            at = np.minimum(np.searchsorted(below, rank), max(0, len(below) - 1))
            values = latency[order][at] if len(below) else np.zeros(intervals)
            found.append(np.where(answered > 0, values, np.nan))
        return found


@dataclass(frozen=True)
class Recorded:
    """What a run was in each step; every column has one entry a step."""

    step_us: int
    columns: dict[str, NDArray[np.float64]]
    """arrivals (attempts), and by the arrival of the request ended, answered, late, throttled, failed, cold; most_waiting and
    most_busy at a tick of the step; waiting, busy, starting on average over it."""
    slow: Slow


class Recorder:
    """Shown the records of a run (see `simulator.engines.run`), it counts them by step.

    Arguments: `step_us` and `tick_us`, which divides it: levels are looked at every tick; `bound_us` above which an answer is late;
    `progress` is told the records so far.
    """

    def __init__(
        self, step_us: int, tick_us: int, bound_us: int | None = None, progress: Callable[[int], object] | None = None
    ) -> None:
        self._step, self._bound, self._progress = step_us, bound_us, progress
        self._levels = {name: Levels(step_us, tick_us) for name in ("waiting", "busy", "starting")}
        self._counted = {
            name: np.zeros(0, np.int64)
            for name in ("arrivals", "ended", "answered", "late", "throttled", "failed", "cold")
        }
        self._fresh: list[NDArray[np.int64]] = []
        self._kept = Slow(np.zeros(0, np.int64), np.zeros(0, np.int64), True)
        self._waiting_for, self._seen = 0, 0

    def __call__(self, records: NDArray[np.int64]) -> None:
        arrival, start, finish, response, outcome, cold = records.T[1:7]
        whole = records.shape[1] > _PLAIN
        first = records[:, _FIRST] if whole else arrival
        last = records[:, _FINAL] == 1 if whole else np.ones(len(records), np.bool_)
        ok, throttled = last & (outcome == Outcome.OK), last & (outcome == Outcome.THROTTLED)
        open_ = outcome == Outcome.UNFINISHED
        latency = response - first
        late = ok & (latency > self._bound) if self._bound is not None else np.zeros(len(records), np.bool_)
        self._count("arrivals", arrival)
        for name, of in (
            ("ended", last & ~open_), ("answered", ok), ("late", late), ("throttled", throttled),
            ("failed", last & ~open_ & ~ok & ~throttled), ("cold", last & (cold > 0)),
        ):  # fmt: skip
            self._count(name, first[of])
        self._levels["waiting"].add(arrival, start)
        self._levels["busy"].add(start, finish)
        chilled = cold > 0
        self._levels["starting"].add((start - cold)[chilled], start[chilled])
        self._keep((first[ok] // self._step << _BITS) + np.minimum(latency[ok], (1 << _BITS) - 1))
        self._seen += len(records)
        if self._progress is not None:
            self._progress(self._seen)

    def _count(self, name: str, times: NDArray[np.int64]) -> None:
        self._counted[name] = added(self._counted[name], np.bincount(times // self._step))

    def _keep(self, keys: NDArray[np.int64]) -> None:
        self._fresh.append(keys)
        self._waiting_for += len(keys)
        if self._waiting_for > MOST_EXACT:
            self._merge(exact=False)

    def _merge(self, *, exact: bool) -> None:
        """Put the fresh keys to the kept ones; not `exact`: latencies become the starts of their buckets."""
        fresh = np.concatenate([np.zeros(0, np.int64), *self._fresh])
        counts = np.ones(len(fresh), np.int64)
        kept, exact = self._kept, exact and self._kept.exact
        if not exact:
            fresh = (fresh >> _BITS << _BITS) + bucket_starts(bucket_of(fresh & ((1 << _BITS) - 1)))
            fresh, counts = np.unique(fresh, return_counts=True)
        keys = np.concatenate([kept.keys, fresh])
        order = np.argsort(keys, kind="stable")
        keys, counts = keys[order], np.concatenate([kept.counts, counts])[order]
        if not exact:
            begins = np.flatnonzero(np.diff(keys, prepend=-1))
            keys, counts = keys[begins], np.add.reduceat(counts, begins) if len(begins) else counts
        self._kept, self._fresh, self._waiting_for = Slow(keys, counts, exact), [], 0

    def recorded(self, end_us: int) -> Recorded:
        """The run up to its end, microseconds."""
        self._merge(exact=True)
        rows = max(1, -(-end_us // self._step))
        columns = {name: _long(column, rows).astype(np.float64) for name, column in self._counted.items()}
        for name, levels in self._levels.items():
            columns[name] = levels.mean(rows)
        columns |= {f"most_{name}": self._levels[name].most(rows) for name in ("waiting", "busy")}
        return Recorded(self._step, columns, self._kept)


def _long(column: NDArray[np.int64], rows: int) -> NDArray[np.int64]:
    """A column with exactly so many rows; what lies at the very end of the run belongs to its last step."""
    cut = np.zeros(rows, np.int64)
    cut[: len(column)] = column[:rows]
    cut[-1] += column[rows:].sum()
    return cut
