"""Steps of time: how a level (what waits, what is busy) stands in each, from intervals that come in any order."""

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from simulator.timeline import step_of

__all__ = ["Levels", "added", "step_and_tick", "step_us"]

_STEPS: Final = (1, 2, 5, 10, 30, 60, 360, 1440)
_MOST_STEPS: Final = 100_000
_TICKS_US: Final = (100_000, 500_000, 1_000_000, 5_000_000, 10_000_000)
_MOST_TICKS: Final = 700_000


def step_us(end_us: int, variants: int = 1) -> int:
    """Length of a step, microseconds: the usual one, longer where the run would have more than 100,000 rows.

    >>> step_us(7 * 86_400_000_000), step_us(100 * 86_400_000_000)
    (60000000, 120000000)
    """
    base = step_of(end_us)
    return next((base * n for n in _STEPS if end_us * variants <= base * n * _MOST_STEPS), base * _STEPS[-1])


def step_and_tick(end_us: int) -> tuple[int, int]:
    """Length of a step and of a tick for a run of this length, microseconds.

    >>> step_and_tick(600_000_000), step_and_tick(7 * 86_400_000_000)
    ((10000000, 100000), (60000000, 1000000))
    """
    step = step_us(end_us)
    return step, next((t for t in _TICKS_US if step % t == 0 and end_us <= t * _MOST_TICKS), step)


@dataclass
class Levels:
    """How many intervals are open: at each tick, and on average over each step.

    >>> levels = Levels(step_us=10, tick_us=5)
    >>> levels.add(np.array([0, 4]), np.array([10, 6]))
    >>> levels.mean(2).tolist(), levels.most(2).tolist()
    ([1.2, 0.0], [2.0, 0.0])
    """

    step_us: int
    tick_us: int
    _ticks: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    _open: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    """By step: what opens less what closes in it, and after it the same weighted by the part of the step that is left."""
    _left: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))

    def add(self, begin_us: NDArray[np.int64], end_us: NDArray[np.int64]) -> None:
        """Count some intervals, microseconds; an empty one counts nothing."""
        for times, sign in ((begin_us, 1), (end_us, -1)):
            # a tick shows what has happened up to it, itself included
            self._ticks = added(self._ticks, np.bincount(-(-times // self.tick_us)) * sign)
            step, inside = np.divmod(times, self.step_us)
            self._open = added(self._open, np.bincount(step) * float(sign))
            self._left = added(self._left, np.bincount(step, 1 - inside / self.step_us) * sign)

    def mean(self, rows: int) -> NDArray[np.float64]:
        """The average level over each of the first `rows` steps."""
        opened = _whole(self._open, rows)
        level = np.concatenate([np.zeros(1), np.cumsum(opened)[:-1]]) + _whole(self._left, rows)
        level = np.round(np.maximum(level, 0.0), 9)  # sums of fractions leave dust
        return np.asarray(level, np.float64)

    def most(self, rows: int) -> NDArray[np.float64]:
        """The highest level at any tick of each of the first `rows` steps."""
        each = self.step_us // self.tick_us
        levels: NDArray[np.int64] = np.cumsum(_whole(self._ticks, rows * each))
        return np.asarray(levels.reshape(rows, each).max(axis=1), np.float64)


def _whole(column: NDArray[Any], rows: int) -> NDArray[Any]:
    """The first `rows` entries, zeros where there are none."""
    found = np.zeros(rows, column.dtype)
    found[: min(rows, len(column))] = column[:rows]
    return found


def added(one: NDArray[Any], other: NDArray[Any]) -> NDArray[Any]:
    """The sum of two columns of any lengths; the longer of them is written to.

    >>> added(np.array([1, 2]), np.array([1, 1, 1])).tolist()
    [2, 3, 1]
    """
    long, short = (one, other) if len(one) >= len(other) else (other, one)
    long[: len(short)] += short
    return long
