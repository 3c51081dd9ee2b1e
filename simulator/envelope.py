"""Lines that a page can draw: at most `MOST_POINTS` points, and no peak or trough lost."""

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["MOST_POINTS", "Line", "averages", "envelope"]

MOST_POINTS: Final = 2_000


class Line(NamedTuple):
    """Values over time."""

    at_us: NDArray[np.int64]
    """int64[n], microseconds from the start of the run, ascending."""
    values: NDArray[np.float64]


def averages(values: NDArray[Any], each: int) -> NDArray[np.float64]:
    """The mean of every `each` values; the last stretch may be shorter.

    >>> averages(np.array([1, 3, 8]), 2).tolist()
    [2.0, 8.0]
    """
    starts = np.arange(0, len(values), each)
    found: NDArray[np.float64] = np.add.reduceat(values, starts) / np.diff(np.append(starts, len(values)))
    return found


def envelope(line: Line, most: int = MOST_POINTS) -> Line:
    """The smallest and the largest value of each stretch, in their order in time, where there are more than `most` points.

    >>> line = Line(np.arange(8), np.array([0.0, 9, 1, 2, 3, 0, 5, 5]))
    >>> [part.tolist() for part in envelope(line, 4)]
    [[0, 1, 5, 6], [0.0, 9.0, 0.0, 5.0]]
    """
    count = len(line.values)
    if count <= most:
        return line
    each = -(-count // (most // 2))
    kept: list[int] = []
    for first in range(0, count, each):
        part = line.values[first : first + each]
        if np.isnan(part).all():
            kept.append(first)
            continue
        kept += sorted({first + int(np.nanargmin(part)), first + int(np.nanargmax(part))})
    return Line(line.at_us[kept], line.values[kept])
