"""Recorded requests folded into bounded memory: single rows while they are few, counts per bin when they are many."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simulator.histogram import BUCKETS, Histogram, add

__all__ = ["Requests", "Table"]

MOST_ROWS = 2_000_000
MOST_BINS = 500_000
_WIDTHS_S = (1, 10, 60, 300, 3_600, 21_600, 86_400)
_CHUNK = 65_536
_LARGEST = 2**51 - 1


@dataclass(frozen=True, eq=False, slots=True)
class Table:
    """Recorded traffic as it is written beside the workload: CSV with one request a row, or counts per bin."""

    columns: Mapping[str, NDArray[np.int64]]
    """Column name -> int64[rows]; the first is the time in microseconds from the first row on."""
    bin_us: int = 0
    """Width of a bin, microseconds; 0 where every row is one request."""

    @property
    def rows(self) -> int:
        """Rows of the table."""
        return len(next(iter(self.columns.values())))

    def write(self, path: Path) -> None:
        """Write the CSV whole or not at all; times are seconds."""
        part = path.with_name(path.name + ".part")
        names = list(self.columns)
        with part.open("w", encoding="utf-8", newline="\n") as file:
            file.write(",".join(names) + "\n")
            for start in range(0, self.rows, _CHUNK):
                cells = [self._cells(name, slice(start, start + _CHUNK)) for name in names]
                file.writelines(",".join(row) + "\n" for row in zip(*cells, strict=True))
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)

    def _cells(self, name: str, part: slice) -> list[str]:
        values = self.columns[name][part].tolist()
        return [f"{value / 1e6:.6f}" for value in values] if name.endswith("_s") else [str(value) for value in values]


class Requests:
    """Folds requests as they are read, in any order. Memory stays the same, however many there are.

    >>> requests = Requests()
    >>> requests.add(np.array([3_000_000, 1_000_000]), {"payload_bytes": np.array([10, 30])})
    >>> requests.total, requests.table().columns["arrival_s"].tolist(), requests.largest["payload_bytes"]
    (2, [0, 2000000], 30)
    """

    def __init__(self, most_rows: int = MOST_ROWS, bin_us: int = 0) -> None:
        self.total = 0
        self.first_us: int | None = None
        self.last_us = 0
        self.largest: dict[str, int] = {}
        self.bin_us = bin_us
        self._most, self._kept_rows = most_rows, 0
        self._chunks: list[tuple[NDArray[np.int64], Mapping[str, NDArray[np.int64]]]] | None = None if bin_us else []
        self._bins: dict[int, int] = {}
        self._histograms: dict[str, NDArray[np.int64]] = {}
        self._sums: dict[str, int] = {}

    def add(
        self, time_us: NDArray[np.int64], columns: Mapping[str, NDArray[np.int64]], counts: NDArray[np.int64] | None = None,
    ) -> None:  # fmt: skip
        """Take a chunk: times since 1970 or any start, columns of the same length; `counts` where a row is a bin."""
        if not len(time_us):
            return
        self.total += len(time_us) if counts is None else int(counts.sum())
        low = int(time_us.min())
        self.first_us = low if self.first_us is None else min(self.first_us, low)
        self.last_us = max(self.last_us, int(time_us.max()))
        for name, values in columns.items():
            self.measure(name, values)
        if self._chunks is not None:
            self._chunks.append((time_us, dict(columns)))
            self._kept_rows += len(time_us)
            if self._kept_rows > self._most:
                self.to_bins()
            return
        self._count(time_us, counts)

    def measure(self, name: str, values: NDArray[np.int64]) -> None:
        """Take values of a column into its distribution alone, not into the rows."""
        if not len(values):
            return
        bounded = np.clip(values, 0, _LARGEST)
        add(self._histograms.setdefault(name, np.zeros(BUCKETS, np.int64)), bounded)
        self._sums[name] = self._sums.get(name, 0) + int(bounded.sum())
        self.largest[name] = max(self.largest.get(name, 0), int(values.max()))

    def to_bins(self) -> None:
        """From here on counts per second instead of single rows."""
        if self._chunks is not None:
            kept, self._chunks, self.bin_us = self._chunks, None, _WIDTHS_S[0] * 10**6
            for times, _ in kept:
                self._count(times, None)

    def settle_bins(self) -> None:
        """Widen the bins of counts that were read to the smallest step between them: a bin is never cut in parts."""
        starts = np.array(sorted(self._bins), np.int64)
        if len(starts) > 1:
            step = int(np.diff(starts).min())
            phase = int(starts[0]) % step
            merged: dict[int, int] = {}
            for bin_, count in self._bins.items():
                at = (bin_ - phase) // step
                merged[at] = merged.get(at, 0) + count
            self._bins, self.bin_us = merged, self.bin_us * step

    def _count(self, time_us: NDArray[np.int64], counts: NDArray[np.int64] | None) -> None:
        bins, where = np.unique(time_us // self.bin_us, return_inverse=True)
        sums = np.bincount(where, weights=counts).astype(np.int64)
        for bin_, count in zip(bins.tolist(), sums.tolist(), strict=True):
            self._bins[bin_] = self._bins.get(bin_, 0) + count
        while len(self._bins) > MOST_BINS and self.bin_us < _WIDTHS_S[-1] * 10**6:
            wider = next(width * 10**6 for width in _WIDTHS_S if width * 10**6 > self.bin_us)
            merged: dict[int, int] = {}
            for bin_, count in self._bins.items():
                at = bin_ * self.bin_us // wider
                merged[at] = merged.get(at, 0) + count
            self._bins, self.bin_us = merged, wider

    def quantile(self, name: str, q: float) -> int | None:
        """The value that a share `q` of the requests does not exceed, within 0.4 %; None where the column is absent."""
        counts = self._histograms.get(name)
        if counts is None:
            return None
        return min(round(Histogram(counts, self._sums[name]).quantile(q)), self.largest[name])

    def table(self) -> Table:
        """The recording, sorted by time."""
        if self._chunks is None:
            starts = np.array(sorted(self._bins), np.int64)
            counts = np.array([self._bins[bin_] for bin_ in starts.tolist()], np.int64)
            return Table({"bin_start_s": (starts - starts[:1]) * self.bin_us, "requests": counts}, self.bin_us)
        times = np.concatenate([chunk for chunk, _ in self._chunks])
        order = np.argsort(times, kind="stable")
        common = set.intersection(*(set(columns) for _, columns in self._chunks)) if self._chunks else set()
        names = [name for name in self._chunks[0][1] if name in common]
        columns = {name: np.concatenate([part[name] for _, part in self._chunks])[order] for name in names}
        return Table({"arrival_s": times[order] - times[order][:1], **columns})
