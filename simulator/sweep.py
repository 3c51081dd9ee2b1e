"""Sweeps: many trials of one study on an executor. What they find does not depend on where they run."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from simulator.study import Study
from simulator.trial import Ask, Trial, played

__all__ = ["Progress", "Sweep"]

Progress = Callable[[int, int, str], None]
"""Called with (trials done, trials asked for so far, what is being done)."""


class Sweep:
    """Plays the trials of one study; a context manager, closed at the end of a `with`.

    Arguments: `executor` is any `concurrent.futures.Executor` (default: one of our own); `progress` is told what is done.

    >>> from advisor.options import Option
    >>> from simulator.study import prepare
    >>> two = Option(name="real_time", instance_type="ml.m5.large", instances=2, concurrency_per_instance=2)
    >>> with Sweep(prepare("receipt-classifier")) as sweep:
    ...     [trial.option.instances for trial in sweep.play([Ask(two)])]
    [2]
    """

    def __init__(self, study: Study, executor: Executor | None = None, *, progress: Progress | None = None) -> None:
        self.study, self._progress = study, progress
        self._own = executor is None
        self._executor = executor or ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1))
        self._done = self._asked = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._own:
            self._executor.shutdown(cancel_futures=True)

    def play(self, asks: Iterable[Ask], what: str = "") -> list[Trial]:
        """The trials of some asks, in their order. Arguments: `what` is being done, for the progress."""
        wanted = list(asks)
        self._asked += len(wanted)
        found = []
        for trial in self._executor.map(played, [self.study] * len(wanted), wanted):
            found.append(trial)
            self._done += 1
            if self._progress is not None:
                self._progress(self._done, self._asked, what)
        return found
