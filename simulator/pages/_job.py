"""A computation beside the page: one thread per question, with progress, a stop, and a small shared cache."""

import threading
import time
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Final

from advisor.errors import AdvisorError, Cancelled

__all__ = ["MOST_KEPT", "PATIENCE_S", "Answers", "Job", "stop_all"]

PATIENCE_S = 0.6
"""How long a page waits for an answer before it shows progress beside the old one."""
MOST_KEPT: Final = 16
_FEWEST_STEPS: Final = 3
"""Steps that must be done before their pace says something of the time left."""

_BEGUN: Final[weakref.WeakSet["Job"]] = weakref.WeakSet()

Work = Callable[[threading.Event, Callable[[int, int, str], None]], Any]


class Job:
    """One computation in a thread of its own: `work(cancel, progress)` gives the result.

    Streamlit cannot interrupt a script that computes, so the script never does.
    """

    def __init__(self, key: Hashable, work: Work) -> None:
        self.key = key
        self.cancel = threading.Event()
        self.started = time.monotonic()
        self.step: tuple[int, int, str] = (0, 0, "drawing the traffic")
        self._stepping, self._before = self.started, 0
        self.result: Any = None
        self.error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=(work,), daemon=True, name="answer")
        _BEGUN.add(self)
        self._thread.start()

    def _run(self, work: Work) -> None:
        try:
            self.result = work(self.cancel, self._progress)
        except BaseException as error:
            self.error = error

    def _progress(self, done: int, of: int, what: str) -> None:
        if self.cancel.is_set():
            raise Cancelled("stopped")
        if what != self.step[2]:
            self._stepping, self._before = time.monotonic(), done
        self.step = (done, of, what)

    @property
    def running(self) -> bool:
        """The thread has not ended."""
        return self._thread.is_alive()

    @property
    def elapsed_s(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self.started

    @property
    def left_s(self) -> float | None:
        """Seconds left, from the pace of the steps of the work being done; None while too few are done to tell."""
        done, of, _ = self.step
        told = done - self._before
        if told < _FEWEST_STEPS or done >= of:
            return None
        return (time.monotonic() - self._stepping) / told * (of - done)

    @property
    def stopped(self) -> bool:
        """It was asked to end; the thread follows at its next look at the flag, and its result is thrown away."""
        return self.cancel.is_set()

    @property
    def refused(self) -> AdvisorError | None:
        """The error for the user, where the question itself was at fault."""
        return self.error if isinstance(self.error, AdvisorError) and not self.stopped else None

    def wait(self, seconds: float) -> bool:
        """Wait at most so long; whether it has ended."""
        self._thread.join(seconds)
        return not self.running

    def stop(self) -> None:
        """Ask it to end; the engines look at the flag many times a second."""
        self.cancel.set()


def stop_all() -> None:
    """Ask the jobs of all sessions to end, so that the process can."""
    for job in list(_BEGUN):
        job.stop()


class Answers:
    """The last answers of all sessions, by slot and key; the oldest of a slot goes first."""

    def __init__(self) -> None:
        self._kept: dict[str, OrderedDict[Hashable, Any]] = {}
        self._lock = threading.Lock()

    def get(self, full: tuple[str, Hashable]) -> Any:
        """The answer, or None. Arguments: `full` is (slot, key)."""
        slot, key = full
        with self._lock:
            kept = self._kept.get(slot, OrderedDict())
            if key in kept:
                kept.move_to_end(key)
            return kept.get(key)

    def put(self, full: tuple[str, Hashable], answer: Any, most: int = MOST_KEPT) -> None:
        """Keep an answer. Arguments: `most` answers stay in its slot, fewer where each is large."""
        slot, key = full
        with self._lock:
            kept = self._kept.setdefault(slot, OrderedDict())
            kept[key] = answer
            kept.move_to_end(key)
            while len(kept) > most:
                kept.popitem(last=False)
