"""The fleet of all batch jobs in the fast engine: launches, positions, and its timeline once every job is known."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from simulator.codes import EventKind
from simulator.engines._feed import Tapes
from simulator.model import TAPE_LENGTH, ServingModel
from simulator.run import Timeline

__all__ = ["NEVER", "Fleet", "Launched"]

NEVER: Final = 2**61
"""Instant at which nothing happens."""


class Launched(NamedTuple):
    """The instances of one job."""

    start: int
    number: int
    """Launch number of the first; the others follow."""
    positions: list[int]
    ready: list[int]
    gone: int
    """Instant at which all of them go; `NEVER` where the horizon comes first."""
    closer: int
    """Position of the instance that finished the last mini-batch."""


class Fleet:
    """The jobs so far, and which positions are free for the next one."""

    def __init__(self, model: ServingModel, tapes: Tapes) -> None:
        self._model, self._tapes = model, tapes
        self.jobs: list[Launched] = []
        self._held: dict[int, int] = {}
        """Instant from which a position is free again."""

    def launch(self, start: int) -> Launched:
        """The instances of a job that starts now: lowest free positions, start-ups by launch number."""
        self._held = {position: gone for position, gone in self._held.items() if gone > start}
        wanted = self._model.initial
        free = (position for position in range(len(self._held) + wanted) if position not in self._held)
        positions = [next(free) for _ in range(wanted)]
        number = wanted * len(self.jobs)
        self._tapes.reach(start_us=number + wanted)
        tape = self._tapes.arrays["start_us"]
        ready = [start + int(tape[(number + i) % TAPE_LENGTH]) for i in range(wanted)]
        return Launched(start, number, positions, ready, NEVER, -1)

    def close(self, job: Launched) -> None:
        """A job is over, or cut off by the horizon."""
        self.jobs.append(job)
        self._held |= dict.fromkeys(job.positions, job.gone)

    def _events(self) -> Iterator[tuple[int, int, int, int, EventKind, int]]:
        """(time, rank, key, position, kind, launch number) as the calendar has them, in no order."""
        for job in self.jobs:
            for i, (position, ready) in enumerate(zip(job.positions, job.ready, strict=True)):
                yield job.start, 4, 0, position, EventKind.LAUNCH, job.number + i
                if ready < job.gone and ready <= self._model.horizon_us:
                    yield ready, 1, position, position, EventKind.READY, 0
                if job.gone != NEVER:
                    yield job.gone, 0, job.closer, position, EventKind.GONE, ready < job.gone

    def played(self, end: int, window_from: int) -> tuple[Timeline, int, int]:
        """The fleet timeline, the most instances at once and the launches of the window."""
        there = in_service = peak = launches = 0
        entries = []
        for time, _, _, position, kind, value in sorted(self._events()):
            noted = value
            if kind == EventKind.LAUNCH:
                there += 1
                launches += time >= window_from
                peak = max(peak, there if time >= window_from else 0)
            elif kind == EventKind.READY:
                in_service += 1
                noted = in_service
            else:
                peak = max(peak, there if time > window_from else 0)
                there -= 1
                in_service -= value
                noted = there
            entries.append((time, int(kind), position, noted, 0, 0))
        return Timeline.of(entries), max(peak, there if end > window_from else 0), launches

    def instance_us(self, end: int, window_from: int) -> tuple[int, int]:
        """Instance-time of the window, from launch and from ready."""
        launched = ready = 0
        for job in self.jobs:
            gone = min(job.gone, end)
            launched += len(job.positions) * max(0, gone - max(job.start, window_from))
            ready += sum(max(0, gone - max(one, window_from)) for one in job.ready)
        return launched, ready
