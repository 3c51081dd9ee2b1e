"""Spool: a column of numbers in a temporary file, read a stretch at a time, for recordings larger than memory."""

import os
import tempfile
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["Spool"]

_PART: Final = 1 << 20


class Spool:
    """int64[n] on disk; slices are read from the file, so that memory does not grow with what was read.

    The file has no name: it goes with the last reference, also when the process is killed.

    >>> column = Spool()
    >>> column.append(np.array([1, 2])); column.append(np.array([6]))
    >>> len(column), column[1:].tolist(), int(column[-1]), column.mean()
    (3, [2, 6], 6, 3.0)
    """

    dtype = np.dtype(np.int64)

    def __init__(self) -> None:
        self._file, name = tempfile.mkstemp(prefix="endpoint-advisor-")
        Path(name).unlink()
        weakref.finalize(self, os.close, self._file)
        self._rows = 0

    def append(self, values: NDArray[np.int64]) -> None:
        """Put values at the end. Raises OSError where the disk is full."""
        raw = memoryview(np.ascontiguousarray(values, dtype=np.int64).tobytes())
        while raw:
            raw = raw[os.write(self._file, raw) :]
        self._rows += len(values)

    def __len__(self) -> int:
        return self._rows

    def __getitem__(self, rows: Any) -> Any:
        if isinstance(rows, slice):
            first, stop, step = rows.indices(self._rows)
            return self._read(first, max(first, stop))[::step] if step > 0 else self._read(0, self._rows)[rows]
        if isinstance(rows, int):
            at = rows + self._rows if rows < 0 else rows
            return self._read(at, at + 1)[0]
        with os.fdopen(os.dup(self._file), "rb") as file:
            return np.array(np.memmap(file, np.int64, "r", shape=(self._rows,))[rows])

    def __iter__(self) -> Iterator[np.int64]:
        for first in range(0, self._rows, _PART):
            yield from self[first : first + _PART]

    def __reduce__(self) -> tuple[Any, ...]:
        # the file has no name, so another process gets the numbers themselves
        return np.array, (self[:],)

    def mean(self) -> float:
        """Mean of all values; not a number when empty."""
        parts = (self[first : first + _PART] for first in range(0, self._rows, _PART))
        return sum(int(part.sum()) for part in parts) / self._rows if self._rows else float("nan")

    def _read(self, first: int, stop: int) -> NDArray[np.int64]:
        size = 8 * (min(stop, self._rows) - first)
        raw = bytearray()
        while len(raw) < size:
            raw += os.pread(self._file, size - len(raw), 8 * first + len(raw))
        return np.frombuffer(raw, dtype=np.int64)
