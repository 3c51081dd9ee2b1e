"""Collector: gathers the records of either engine, as columns or as counters, and makes the Run of them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from advisor.errors import Cancelled
from simulator.codes import Outcome
from simulator.histogram import BUCKETS, Histogram, Sample, add
from simulator.model import Demand, ServingModel, Supply
from simulator.run import Meters, Requests, Run, Timeline

__all__ = ["Cancel", "Collector", "Observer", "Player", "Progress", "stop_if_asked"]

Log = NDArray[np.int64]
_PLAIN: Final = 8
"""Columns of a record of an open request that is tried once: number, arrival, start, finish, response, outcome, cold, position."""
_WHOLE: Final = 13
"""The same with attempt, first arrival, final, variant, row."""
_FIRST_ROWS: Final = 65_536


class Cancel(Protocol):
    """A callable that says whether to stop."""

    def __call__(self) -> bool: ...


class Progress(Protocol):
    """Is told the number of requests that have arrived so far."""

    def __call__(self, rows: int) -> object: ...


class Observer(Protocol):
    """Is shown every record once, block by block in order of resolution; it copies what it keeps.

    Columns, int64[n, 8]: number, arrival, start, finish, response, outcome, cold, position; with retries or several
    variants int64[n, 13]: also attempt, first arrival, final, variant, row.
    """

    def __call__(self, records: Log, /) -> object: ...


class Player(Protocol):
    """What both engines offer: play a checked model."""

    def __call__(
        self, model: ServingModel, demand: Demand, supply: Supply, /,
        *, requests: bool, window_from_us: int, timeline: bool, cancel: Cancel | None, progress: Progress | None,
        observe: Observer | None,
    ) -> Run: ...  # fmt: skip


def stop_if_asked(cancel: Cancel | None) -> None:
    """Raises Cancelled when the flag is up."""
    if cancel is not None and cancel():
        raise Cancelled("the run was stopped")


def scatter(log: Log, records: int, first: int, columns: Log) -> None:
    """Put the records into the columns of their requests; row 0 receives the order of resolution."""
    numbers = log[:records, 0]
    columns[0, first : first + records] = numbers
    columns[1:, numbers] = log[:records, 1:].T


def tally(log: Log, records: int, window_from: int, counts: Log, sums: Log, latency: Log, wait: Log) -> None:
    """Add the records of the window to counters and histograms."""
    whole = log.shape[1] == _WHOLE
    began = 9 if whole else 1
    inside = log[:records][log[:records, began] >= window_from]
    sums[3] += len(inside)
    if whole:
        inside = inside[inside[:, 10] == 1]
    counts += np.bincount(inside[:, 5], minlength=len(counts))
    ok = inside[inside[:, 5] == Outcome.OK]
    took, waited = ok[:, 4] - ok[:, began], ok[:, 2] - ok[:, began]
    sums[:3] += (took.sum(), waited.sum(), np.count_nonzero(inside[:, 6] > 0))
    add(latency, took)
    add(wait, waited)


class _Scatter(Protocol):
    def __call__(self, log: Log, records: int, first: int, columns: Log, /) -> None: ...


class _Tally(Protocol):
    def __call__(
        self, log: Log, records: int, window_from: int, counts: Log, sums: Log, latency: Log, wait: Log, /
    ) -> None: ...


class Collector:
    """Takes log blocks, int64[n, 8 or 13] in order of resolution, from an engine; `run` gives the result.

    Arguments: `whole` says that records have 13 columns; `requests` keeps every request, else only counters and histograms; `window_from_us` is the start
    of the window; `scatter` and `tally` are the plain functions of this module or their compiled twins; `observe` sees
    every block.
    """

    def __init__(
        self,
        *,
        requests: bool,
        window_from_us: int,
        scatter: _Scatter = scatter,
        tally: _Tally = tally,
        whole: bool = False,
        observe: Observer | None = None,
    ) -> None:
        self._width = _WHOLE if whole else _PLAIN
        self._keep = requests
        self._from = window_from_us
        self._scatter, self._tally = scatter, tally
        self._observe = observe
        self._columns = np.empty((self._width, _FIRST_ROWS if requests else 0), np.int64)
        self._resolved = 0
        self._counts = np.zeros(len(Outcome), np.int64)
        self._sums = np.zeros(4, np.int64)
        self._latency = np.zeros(BUCKETS, np.int64)
        self._wait = np.zeros(BUCKETS, np.int64)

    def take(self, log: Log, records: int, arrived: int) -> None:
        """Take the first `records` of a log block; `arrived` is the number of requests arrived so far."""
        if self._observe is not None:
            self._observe(log[:records])
        if not self._keep:
            self._tally(log, records, self._from, self._counts, self._sums, self._latency, self._wait)
            return
        if arrived > self._columns.shape[1]:
            larger = np.empty((self._width, max(arrived, 2 * self._columns.shape[1])), np.int64)
            larger[:, : self._columns.shape[1]] = self._columns
            self._columns = larger
        self._scatter(log, records, self._resolved, self._columns)
        self._resolved += records

    def take_records(self, records: Sequence[Sequence[int]], arrived: int) -> None:
        """Take records given as tuples."""
        self.take(np.array(records, dtype=np.int64).reshape(-1, self._width), len(records), arrived)

    def order_by_finish(self, still_open: Log) -> None:
        """Order records that were taken by arrival: by finish, those of `still_open` requests last.

        Holds for one copy, whose completions at one instant go by request number.
        """
        if self._keep:
            last = np.zeros(self._resolved, np.bool_)
            last[still_open] = True
            finish = self._columns[3, : self._resolved]
            self._columns[0, : self._resolved] = np.argsort(2 * finish + last, kind="stable")

    def order_by_arrival(self) -> None:
        """Order records that were taken in any order by their number."""
        if self._keep:
            self._columns[0, : self._resolved] = np.arange(self._resolved)

    def run(self, *, end_us: int, meters: Meters, timeline: Timeline) -> Run:
        """The result, once every record has been taken; counts the arrivals of the window."""
        if not self._keep:
            counts, cold, attempts = self._counts, int(self._sums[2]), int(self._sums[3])
            latency: Histogram | Sample = Histogram(self._latency, int(self._sums[0]))
            wait: Histogram | Sample = Histogram(self._wait, int(self._sums[1]))
            kept = None
        else:
            kept = self._kept()
            inside = kept.first_us >= self._from
            attempts = int(np.count_nonzero(inside))
            if self._width == _WHOLE:
                inside &= kept.final == 1
            counts = np.bincount(kept.outcome[inside], minlength=len(Outcome))
            cold = int(np.count_nonzero(kept.cold[inside]))
            ok = inside & (kept.outcome == Outcome.OK)
            latency = Sample((kept.response_us - kept.first_us)[ok])
            wait = Sample((kept.start_us - kept.first_us)[ok])
        meters = replace(meters, arrivals=int(counts.sum()), attempts=attempts)
        return Run(self._from, end_us, tuple(counts.tolist()), cold, latency, wait, timeline, meters, kept)

    def _kept(self) -> Requests:
        """The records as columns; those of plain records are one attempt each."""
        columns = self._columns[:, : self._resolved]
        order, arrival, start, finish, response, outcome, cold, position = columns[:_PLAIN]
        if self._width == _WHOLE:
            attempt, first, final, variant, row = columns[_PLAIN:]
        else:
            one, zero = (np.broadcast_to(np.int64(value), len(order)) for value in (1, 0))
            attempt, first, final, variant, row = one, arrival, one, zero, np.arange(len(order), dtype=np.int64)
        return Requests(
            arrival, start, finish, response, outcome, cold, position, order, attempt, first, final, variant, row
        )
