"""Time to first token: told beside a run from its time points and the tokens of each request; no engine knows of it.

A streamed answer begins once the input tokens are worked through. With `g` the share of a request's work up to there (base
and input tokens over the whole, at any speed the same), the first token comes g x (f - s) after the service started; what
sharing an instance adds is spread evenly over the work. Time to first token = s - a + g x (f - s) + r - f.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from simulator.codes import Outcome
from simulator.histogram import BUCKETS, Histogram, Sample, add
from simulator.model import Columns, Demand

__all__ = ["FirstTokens"]

_PLAIN = 8
_FIRST, _FINAL, _ROW = 9, 10, 12


class FirstTokens:
    """A demand that engines play and the observer of the same run: holds the shares of open requests only.

    Arguments: `window_from_us` as of the run; `keep` makes the distribution exact, else it is a log histogram.

    >>> from simulator.engines import run
    >>> from simulator.model import ServingModel
    >>> from simulator.run import FixedDemand, FixedSupply
    >>> columns = FixedDemand.of([0, 10], [40, 40]).columns._replace(prefill=np.array([0.25, 0.5]))
    >>> heard = FirstTokens(FixedDemand(columns), window_from_us=0, keep=True)
    >>> model = ServingModel(horizon_us=60_000_000, queue_limit=10, slots=1, to_horizon=0)
    >>> _ = run(model, heard, FixedSupply(), observe=heard, engine="reference")
    >>> heard.times.values_us.tolist()
    [10, 50]
    """

    def __init__(self, demand: Demand, *, window_from_us: int, keep: bool) -> None:
        self._demand, self._from, self._keep = demand, window_from_us, keep
        self._begin()

    def _begin(self) -> None:
        self._rows, self._shares = np.empty(0, np.int64), np.empty(0)
        self._open = np.empty(0, np.bool_)
        self._next, self._total = 0, 0
        self._values: list[NDArray[np.int64]] = []
        self._buckets = np.zeros(0 if self._keep else BUCKETS, np.int64)

    def chunks(self, rows: int | None = None) -> Iterator[Columns]:
        """The columns of the demand; each pass begins anew."""
        self._begin()
        for columns in self._demand.chunks(rows):
            count = len(columns.arrival_us)
            shares = np.ones(count) if columns.prefill is None else columns.prefill
            kept = self._open
            self._rows = np.concatenate([self._rows[kept], np.arange(self._next, self._next + count)])
            self._shares = np.concatenate([self._shares[kept], shares])
            self._open = np.ones(len(self._rows), np.bool_)
            self._next += count
            yield columns

    def __call__(self, records: NDArray[np.int64], /) -> None:
        """Take a block of records, as `simulator.engines.run` shows them."""
        whole = records.shape[1] > _PLAIN
        row = records[:, _ROW if whole else 0]
        began = records[:, _FIRST if whole else 1]
        last = records[:, _FINAL] == 1 if whole else np.ones(len(records), np.bool_)
        start, finish, response, outcome = records[:, 2:6].T
        at = np.searchsorted(self._rows, row)
        ok = last & (outcome == Outcome.OK) & (began >= self._from)
        before = np.rint(self._shares[at[ok]] * (finish - start)[ok]).astype(np.int64)
        values = (start - began + response - finish)[ok] + before
        self._open[at[last]] = False
        if self._keep:
            self._values.append(values)
        else:
            self._total += int(values.sum())
            add(self._buckets, values)

    @property
    def times(self) -> Histogram | Sample:
        """Times to first token of the ok requests of the window, microseconds, once the run is over."""
        if self._keep:
            return Sample(np.concatenate([np.empty(0, np.int64), *self._values]))
        return Histogram(self._buckets, self._total)
