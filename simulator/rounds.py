"""Rounds: chunks handed to a lane and their trials taken back, until all are there or a worker is lost."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, wait
from dataclasses import dataclass, field
from typing import Final

from advisor.errors import Cancelled
from simulator.lanes import Answer, Lane
from simulator.trial import Ask, Trial

__all__ = ["Round"]

_LOOK_S: Final = 0.1
"""How often a wait looks at the cancel flag."""


@dataclass(slots=True)
class Round:
    """One round on a lane, and what was lost in it."""

    lane: Lane
    cancel: threading.Event | None
    keep: Callable[[Trial], None]
    """Takes each trial, as it comes."""
    tell: Callable[[], None]
    """Called after each."""
    lost: list[Ask] = field(default_factory=list)
    """Asks that were with a worker when it was lost."""
    broken: bool = False
    """A worker was lost: what is under way is awaited, nothing more is begun."""
    _under_way: dict[Answer, Sequence[Ask]] = field(default_factory=dict)
    _again: set[Answer] = field(default_factory=set)
    """What was sent with the recipe, since its worker lacked it."""

    def play(self, waiting: deque[Sequence[Ask]]) -> None:
        """Take chunks from `waiting` and play them. Raises Cancelled when the flag is set; what is finished is kept."""
        try:
            while self._under_way or (waiting and not self.broken):
                self._begin(waiting)
                ready, _ = wait(self._under_way, timeout=_LOOK_S, return_when=FIRST_COMPLETED)
                for answer in ready:
                    self._take(answer)
                self._look()
        except BaseException:
            self._leave()
            raise

    def _begin(self, waiting: deque[Sequence[Ask]]) -> None:
        while waiting and not self.broken and len(self._under_way) < self.lane.width:
            chunk = waiting.popleft()
            try:
                self._under_way[self.lane.submit(chunk)] = chunk
            except BrokenExecutor:
                waiting.appendleft(chunk)
                self.broken = True

    def _take(self, answer: Answer) -> None:
        chunk = self._under_way.pop(answer)
        try:
            found = answer.result()
        except BaseException as error:
            self._lose(chunk, error)
            return
        if found is None:
            self._send_again(answer, chunk)
            return
        for trial in found:
            self.keep(trial)
            self.tell()

    def _lose(self, chunk: Sequence[Ask], error: BaseException) -> None:
        """Note a chunk whose worker is gone; any other error is raised."""
        if not isinstance(error, CancelledError) and not self.lane.lost(error):
            raise error
        self.lost += chunk
        self.broken = True

    def _send_again(self, answer: Answer, chunk: Sequence[Ask]) -> None:
        """Send a chunk together with the recipe that its worker lacked."""
        if answer in self._again:
            raise RuntimeError("a worker keeps nothing of what it is sent")
        try:
            once_more = self.lane.submit(chunk, again=True)
        except BrokenExecutor as error:
            self._lose(chunk, error)
            return
        self._under_way[once_more] = chunk
        self._again.add(once_more)

    def _look(self) -> None:
        if self.cancel is not None and self.cancel.is_set():
            raise Cancelled("stopped")
        self.lane.check()

    def _leave(self) -> None:
        """Keep what is finished, take back what has not begun."""
        for answer in self._under_way:
            if not answer.cancel() and answer.done() and answer.exception() is None:
                for trial in answer.result() or ():
                    self.keep(trial)
