"""Lanes: where the trials of a sweep are played. This module has the threads of this process and executors of the user.

Every lane answers the same chunks with the same bits; `simulator.sweep` hands the chunks out and repeats lost ones.
"""

import os
from collections.abc import Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from threading import Event
from typing import Protocol

from simulator.recipe import recipe_of
from simulator.study import Study
from simulator.trial import Ask, Trial, played
from simulator.workers import play_in_worker

__all__ = ["Answer", "Foreign", "Lane", "Threads", "cores"]

Answer = Future[list[Trial] | None]
"""The trials of a chunk; None where the worker needs the recipe of the study first."""


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "process_cpu_count"):
        return int(os.process_cpu_count() or 1)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Lane(Protocol):
    """What plays chunks."""

    workers: int
    """Chunks that it plays side by side."""
    width: int
    """Chunks to have under way at a time; what waits behind them is handed out as they are answered."""
    where: str
    """Where it plays, in words."""
    kills: int
    """Workers that were lost when it gives up a chunk."""

    def submit(self, asks: Sequence[Ask], *, again: bool = False) -> Answer:
        """Start a chunk. Arguments: `again` where its worker lacked the recipe."""

    def lost(self, error: BaseException) -> bool:
        """Whether an error says that the worker of a chunk is gone."""

    def check(self) -> None:
        """Raise where nothing can come any more; called often."""

    def renewed(self) -> "Lane | None":
        """A lane for what was lost; None where there can be none of the same kind."""

    def stop(self) -> None:
        """End what is under way, at once."""

    def close(self) -> None:
        """Let go of what the lane owns, once everything is answered."""


class Threads:
    """Threads of this process: the study is shared, kernels run side by side."""

    def __init__(self, study: Study, workers: int, executor: ThreadPoolExecutor | None = None) -> None:
        self._stop = Event()
        self._study = study.stopped_by(_Either(study.cancel, self._stop))
        self._own = executor is None
        self._executor = executor or ThreadPoolExecutor(max_workers=workers)
        self.workers = workers = int(getattr(executor, "_max_workers", workers))
        self.width, self.kills = workers + 1, 1
        self.where = f"on {workers} thread{'s' * (workers > 1)}"

    def submit(self, asks: Sequence[Ask], *, again: bool = False) -> Answer:  # noqa: ARG002 - the study is here
        """Start a chunk."""
        return self._executor.submit(self._play, asks)

    def _play(self, asks: Sequence[Ask]) -> list[Trial]:
        return [played(self._study, ask) for ask in asks]

    def lost(self, error: BaseException) -> bool:  # noqa: ARG002
        """Never: a thread ends with its process."""
        return False

    def check(self) -> None:
        """Nothing to look after."""

    def renewed(self) -> None:
        """Never asked for."""

    def stop(self) -> None:
        """Runs end at the next chunk of requests."""
        self._stop.set()
        if self._own:
            self._executor.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        """End our own threads."""
        if self._own:
            self._executor.shutdown()


class _Either(Event):
    """A flag that is set once either of two is."""

    def __init__(self, first: Event | None, second: Event) -> None:
        super().__init__()
        self._two = (first, second)

    def is_set(self) -> bool:
        return any(flag is not None and flag.is_set() for flag in self._two)


class Foreign:
    """An executor of the user, of whatever kind: a worker that lacks the recipe says so, and is sent it once."""

    def __init__(self, study: Study, executor: Executor, workers: int) -> None:
        self._executor, self._recipe = executor, recipe_of(study)
        self.workers = int(getattr(executor, "_max_workers", workers))
        self.width, self.kills = self.workers + 1, 1
        self.where = f"on a {type(executor).__name__}"

    def submit(self, asks: Sequence[Ask], *, again: bool = False) -> Answer:
        """Start a chunk; the recipe goes along only where it is missing."""
        return self._executor.submit(play_in_worker, self._recipe.digest, self._recipe if again else None, asks)

    def lost(self, error: BaseException) -> bool:
        """A broken executor lost everything it had."""
        return isinstance(error, BrokenExecutor)

    def check(self) -> None:
        """Nothing to look after."""

    def renewed(self) -> None:
        """Nobody but its owner can make it anew."""

    def stop(self) -> None:
        """Its tasks belong to its owner; what has not begun was taken back."""

    def close(self) -> None:
        """It is its owner's."""
