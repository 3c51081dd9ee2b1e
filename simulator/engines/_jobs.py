"""Batch jobs in the fast engine: tables of the kernel, the start of each job, and the fleet of all of them."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import numpy as np

from advisor.errors import InputError, Problem
from simulator.codes import EventKind
from simulator.engines._collect import Cancel, Collector, Progress, stop_if_asked
from simulator.engines._feed import CHUNK, Feed, Tapes
from simulator.model import LONGEST_SERVICE_US, TAPE_LENGTH, Demand, ServingModel, Supply, rates
from simulator.run import Meters, Timeline

__all__ = ["play_jobs"]

_NEVER: Final = 2**61


class _Job(NamedTuple):
    """The instances of one job."""

    start: int
    number: int
    """Launch number of the first; the others follow."""
    positions: list[int]
    ready: list[int]
    gone: int
    """Instant at which all of them go; `_NEVER` where the horizon comes first."""
    closer: int
    """Position of the instance that finished the last mini-batch."""


class _Fleet:
    """The jobs so far, and which positions are free for the next one."""

    def __init__(self, model: ServingModel, tapes: Tapes) -> None:
        self._model, self._tapes = model, tapes
        self.jobs: list[_Job] = []
        self._held: dict[int, int] = {}
        """Instant from which a position is free again."""

    def launch(self, start: int) -> _Job:
        """The instances of a job that starts now: lowest free positions, start-ups by launch number."""
        self._held = {position: gone for position, gone in self._held.items() if gone > start}
        wanted = self._model.initial
        free = (position for position in range(len(self._held) + wanted) if position not in self._held)
        positions = [next(free) for _ in range(wanted)]
        number = wanted * len(self.jobs)
        self._tapes.reach(start_us=number + wanted)
        tape = self._tapes.arrays["start_us"]
        ready = [start + int(tape[(number + i) % TAPE_LENGTH]) for i in range(wanted)]
        return _Job(start, number, positions, ready, _NEVER, -1)

    def close(self, job: _Job) -> None:
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
                if job.gone != _NEVER:
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


class _Tables:
    """The arrays of the kernel."""

    def __init__(self, k: Any, model: ServingModel) -> None:
        self._k = k
        independent = model.slowdown_millionths == 0 or model.slots == 1
        lanes = 1 if independent else model.initial * model.slots + 1
        self.scalars = np.zeros(k.SCALARS, np.int64)
        self.copies = np.zeros((model.initial, k.COPY), np.int64)
        self.serving = np.zeros((model.initial, model.slots, 2), np.int64)
        self.lanes = np.zeros((lanes, k.LANE_FIELDS), np.int64)
        self.free = np.arange(lanes, dtype=np.int64)[::-1].copy()
        self.scalars[k.FREE], self.scalars[k.LANE] = lanes - 1, 0
        self.held = np.zeros((lanes, model.job.records), np.int64)
        self.log = np.zeros((max(CHUNK, model.job.records), 8), np.int64)

    def begin(self, start: int, job: _Job | None) -> None:
        """A job begins; None where its start lies after the horizon."""
        k, scalars = self._k, self.scalars
        scalars[k.STATE] = k.BEYOND if job is None else k.RUNNING
        scalars[k.CUT] = job is None
        scalars[k.START] = scalars[k.NOW] = start
        scalars[k.FILLING] = -1
        if job is not None:
            scalars[k.FIRST_READY] = min(job.ready)
            self.copies[:] = 0
            self.copies[:, k.POSITION], self.copies[:, k.READY] = job.positions, job.ready
            self.copies[:, k.DUE] = _NEVER


def play_jobs(
    kernels: Any, model: ServingModel, demand: Demand, supply: Supply, collector: Collector, window_from: int,
    *, cancel: Cancel | None, progress: Progress | None,
) -> tuple[int, Meters, Timeline]:  # fmt: skip
    """Play a model of batch jobs; its end, meters and timeline, the records going to the collector."""
    k = kernels.job
    feed, speeds = Feed(kernels, demand), rates(model)
    fleet, tables = _Fleet(model, Tapes(supply, ("start_us",))), _Tables(k, model)
    scalars = tables.scalars
    open_job: _Job | None = None
    cut = False
    more, code = True, int(k.USED_UP)
    while more and code != k.HORIZON:
        more = feed.next()
        scalars[k.ROW] = 0
        while True:
            code = k.play_job(
                model, speeds, feed.arrival, feed.service, feed.rows, not more, window_from, scalars,
                tables.copies, tables.serving, tables.lanes, tables.free, tables.held, tables.log,
            )  # fmt: skip
            if code == k.NEW_JOB:
                start = (int(scalars[k.JOB]) + 1) * model.job.every_us
                open_job = fleet.launch(start) if start <= model.horizon_us else None
                tables.begin(start, open_job)
            elif code == k.JOB_OVER:
                cut |= bool(scalars[k.CUT])
                if open_job is not None:
                    gone = _NEVER if scalars[k.CUT] else int(scalars[k.NOW])
                    fleet.close(open_job._replace(gone=gone, closer=int(scalars[k.LAST_COPY])))
            elif code == k.TOO_LONG:
                longest = int(tables.lanes[scalars[k.LANE], k.LENGTH])
                allowed = f"mini-batches of under {LONGEST_SERVICE_US} us"
                raise InputError([Problem("job.records", f"{longest} us", allowed)])
            else:
                collector.take(tables.log, int(scalars[k.LOGGED]), int(scalars[k.SEQ]))
                scalars[k.LOGGED] = 0
                stop_if_asked(cancel)
                if progress:
                    progress(int(scalars[k.SEQ]))
                if code != k.LOG_FULL:
                    break
    collector.order_by_arrival()
    at_horizon = model.to_horizon or cut or code == k.HORIZON
    end = model.horizon_us if at_horizon else int(scalars[k.LAST])
    timeline, peak, launches = fleet.played(end, window_from)
    from_launch, from_ready = fleet.instance_us(end, window_from)
    meters = Meters(
        window_us=max(0, end - window_from), instance_us=from_launch, instance_us_from_ready=from_ready,
        busy_us=int(scalars[k.BUSY_US]), max_copies=peak, cold_starts=launches,
    )  # fmt: skip
    return end, meters, timeline
