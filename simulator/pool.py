"""Our own pool of processes: as many as there are cores, made anew when one of them is killed.

Workers are forked from a server that has imported what they need (or started anew where there is none), never from this
process, which may have threads. They import its main module, as Python's processes do: hence `no_processes`.
"""

import ast
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import forkserver, resource_tracker
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Final

from simulator.estimate import MEMORY_LIMIT, estimate
from simulator.lanes import Answer
from simulator.recipe import recipe_of
from simulator.study import Study
from simulator.trial import Ask
from simulator.workers import get_ready, play_in_worker

__all__ = ["Pool", "no_processes"]

_BLAS: Final = "OPENBLAS_NUM_THREADS"
"""numpy's own threads: the server that workers are forked from must have none."""


def _guarded(path: Path) -> bool:
    """Whether a script does its work only when it is the main program, or does none at the top."""
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return False
    return any(isinstance(node, ast.If) and "__name__" in ast.dump(node.test) for node in tree.body)


def no_processes() -> str:
    """Why this process should start no workers, in words; empty where it may."""
    if multiprocessing.parent_process() is not None or multiprocessing.current_process().daemon:
        return "this is a worker itself"
    if threading.current_thread() is not threading.main_thread():
        return "this is not the main thread"
    main = sys.modules["__main__"]
    file, spec = getattr(main, "__file__", None), getattr(main, "__spec__", None)
    whole = spec is not None and spec.name.split(".")[-1] == "__main__"  # a package's own: no worker imports it
    if file is not None and not whole and not _guarded(Path(file)):
        return 'the script has no `if __name__ == "__main__":`'
    return ""


@contextmanager
def _quietly() -> Iterator[None]:
    """What starts inside never sees Ctrl-C (this process tells it to stop) and has no threads of numpy's."""
    before = os.environ.get(_BLAS)
    os.environ[_BLAS] = "1"
    try:
        with _without_interrupts():
            yield
    finally:
        if before is None:
            del os.environ[_BLAS]
        else:
            os.environ[_BLAS] = before


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Ctrl-C waits until the end; processes that start meanwhile inherit that, where the system can."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # it takes the mask away when it starts
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _context() -> BaseContext:
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload(["simulator.preloaded"])
    forkserver.ensure_running()
    return found


class Pool:
    """Processes of our own, each with the study; `flag` in shared memory stops them."""

    def __init__(self, study: Study, workers: int) -> None:
        # each worker draws the traffic for itself, and all of it has to fit
        held = estimate(study, study.facts.mechanism).memory_bytes
        self.workers = max(1, min(workers, MEMORY_LIMIT // max(1, held)))
        self._study, recipe = study, recipe_of(study)
        self._digest = recipe.digest
        with _quietly():
            context = _context()
            self._flag = context.RawValue("b", 0)
            self._executor = ProcessPoolExecutor(
                self.workers, context, initializer=get_ready, initargs=(recipe, self._flag)
            )
            self._started = self._executor.submit(os.getpid)
        self.width, self.kills = self.workers + 1, 1
        self.where = f"in {self.workers} process{'es' * (self.workers > 1)}"

    def submit(self, asks: Sequence[Ask], *, again: bool = False) -> Answer:  # noqa: ARG002 - the recipe is there
        """Start a chunk."""
        with _quietly():  # a worker may start
            return self._executor.submit(play_in_worker, self._digest, None, asks)

    def lost(self, error: BaseException) -> bool:
        """One killed worker breaks the pool."""
        return isinstance(error, BrokenExecutor)

    def check(self) -> None:
        """Nothing to look after: a broken pool says so."""

    def renewed(self) -> "Pool | None":
        """A new pool; None where not even the first worker of this one could start."""
        self._executor.shutdown(wait=False, cancel_futures=True)
        could = self._started.done() and self._started.exception() is None
        return Pool(self._study, self.workers) if could else None

    def stop(self) -> None:
        """Runs end at the next chunk of requests, and the workers with them."""
        self._flag.value = 1
        self._executor.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        """End the workers."""
        self._executor.shutdown()
