"""What the fast engine reads, in the form its kernels want: writable int64 arrays of known size."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from advisor.errors import InputError, Problem
from simulator.model import LONGEST_SERVICE_US, TAPE_LENGTH, Columns, Demand, Supply

__all__ = ["CHUNK", "Array", "Feed", "Tapes", "larger"]

Array = NDArray[np.int64]
CHUNK: Final = 65536
"""Rows given to a kernel at a time: small enough for the caches, and to look at the cancel flag often."""


class Feed:
    """Rows of a demand in writable buffers of one size, whatever the chunks they come in.

    `whole` fills in the columns `model` and `think` as well.
    """

    def __init__(self, kernels: Any, demand: Demand, *, whole: bool = False) -> None:
        self.arrival, self.service, self.route = (np.zeros(CHUNK, np.int64) for _ in range(3))
        self.model, self.think = np.zeros(CHUNK if whole else 0, np.int64), np.ones(CHUNK if whole else 0, np.int64)
        self.rows = 0
        self._whole = whole
        self._pieces = self._cut(demand)
        self._last = 0
        self._faults = kernels.output.faults

    @staticmethod
    def _cut(demand: Demand) -> Iterator[Columns]:
        for columns in demand.chunks():
            for first in range(0, len(columns.arrival_us), CHUNK):
                yield columns.part(slice(first, first + CHUNK))

    def next(self) -> bool:
        """Fill the buffers with the next rows; False when there are none. Raises InputError on impossible rows."""
        for columns in self._pieces:
            self.rows = len(columns.arrival_us)
            self.arrival[: self.rows] = columns.arrival_us
            self.service[: self.rows] = columns.service_us
            self.route[: self.rows] = columns.route
            if self._whole:
                self.model[: self.rows] = 0 if columns.model is None else columns.model
                self.think[: self.rows] = 1 if columns.think_us is None else columns.think_us
            if self._faults(self.arrival, self.service, self.rows, self._last, LONGEST_SERVICE_US):
                allowed = f"arrivals must ascend from 0, services last 1 to {LONGEST_SERVICE_US - 1} us"
                raise InputError([Problem("demand", "", allowed)])
            self._last = int(self.arrival[self.rows - 1])
            return True
        self.rows = 0
        return False


class Tapes:
    """Supply tapes as writable arrays that double when they run out."""

    def __init__(self, supply: Supply, names: tuple[str, ...], at_least: int = 64) -> None:
        self._supply = supply
        self.arrays = {name: self._take(name, at_least) for name in names}

    def _take(self, name: str, at_least: int) -> Array:
        wanted = min(at_least, TAPE_LENGTH)
        return np.array(self._supply.tape(name, wanted)[:TAPE_LENGTH], dtype=np.int64)

    def reach(self, **entries: int) -> None:
        """Make each named tape at least so long, or as long as a tape gets; one that is too short doubles."""
        for name, wanted in entries.items():
            length = len(self.arrays[name])
            if length < min(wanted, TAPE_LENGTH):
                self.arrays[name] = self._take(name, max(wanted, 2 * length))


def larger(table: Array, rows: int, fill: int = 0) -> Array:
    """The table with more rows."""
    new = np.full((rows, *table.shape[1:]), fill, np.int64)
    new[: len(table)] = table
    return new
