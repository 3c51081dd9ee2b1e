"""Progress of long work: how much is done, how fast, how long it still takes; on one line that is rewritten, or line by line."""

import sys
import time
from collections.abc import Callable
from typing import Final, TextIO

from advisor.units import format_duration

__all__ = ["Pace"]

_TERMINAL_S: Final = 0.2
_PLAIN_S: Final = 10.0


class Pace:
    r"""Told how far the work is, it says so on standard error: rewritten on a terminal, else a line every 10 seconds.

    Arguments: `what` is being done; `of` is the number of requests in all, 0 where it is not known; `stream` and `clock` for
    tests.

    >>> import io
    >>> said, now = io.StringIO(), iter([0.0, 5.0, 20.0, 40.0])
    >>> pace = Pace("simulating", 80_000_000, stream=said, clock=lambda: next(now))
    >>> pace(10_000_000); pace(40_000_000); pace.end()
    >>> print(said.getvalue().replace("\u00a0", " "), end="")
    simulating: 40,000,000 of 80,000,000 requests, 2,000,000 a second, 20 s left
    simulating: 40,000,000 requests in 40 s, 1,000,000 a second
    """

    def __init__(
        self, what: str, of: int = 0, *, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._what, self._of = what, of
        self._stream = sys.stderr if stream is None else stream
        self._clock, self._rewritten = clock, self._stream.isatty()
        self._begun = self._said = clock()
        self._done = 0

    def __call__(self, rows: int, share: float = 0.0) -> None:
        """So many requests are done, `rows` in all; `share` of the work where the number in all is not known."""
        self._done = done = rows
        now = self._clock()
        if now - self._said < (_TERMINAL_S if self._rewritten else _PLAIN_S):
            return
        self._said = now
        part = done / self._of if self._of else share
        spent = now - self._begun
        left = f", {format_duration(round(spent * (1 - part) / part * 1e6))} left" if 0 < part < 1 else ""
        many = f" of {self._of:,}" if self._of else ""
        self._line(f"{self._what}: {done:,}{many} requests, {round(done / spent):,} a second{left}")

    def end(self) -> None:
        """The work is over: say what it took, where anything was done."""
        spent = self._clock() - self._begun
        if self._done and spent > 0:
            self._line(
                f"{self._what}: {self._done:,} requests in {format_duration(round(spent * 1e6))}, "
                f"{round(self._done / spent):,} a second"
            )
            if self._rewritten:
                self._stream.write("\n")
        self._stream.flush()

    def _line(self, text: str) -> None:
        self._stream.write(f"\r\x1b[K{text}" if self._rewritten else f"{text}\n")
        self._stream.flush()
