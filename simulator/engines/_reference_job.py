"""Batch jobs in the reference engine: records collected over a period, played by instances of each job's own.

Job k starts at k x every (k >= 1) and takes the records that arrived in [(k-1) x every, k x every): its start has
the rank of a scheduled action, which comes before an arrival, so a record that arrives at that very instant is
left to the next job, as with a metric period. A job without records does not run, and none is added at the end of
the run: what came after the last start is unfinished there.

A job launches `initial` instances (start-up by launch number) at the lowest free positions. Its records are cut, in
order, into mini-batches of `records`; they wait in one queue, and an instance that comes up or finishes one takes
the next, at most `slots` side by side. A mini-batch is one piece of work: `call_us` and the service times of its
records, slowed as requests served side by side are. Its records start and finish with it; one that takes longer
than the invocation limit gives `timed_out` and goes on. All instances stay until the last mini-batch is done, those
still starting included. Jobs are independent and may overlap.

Cold is the time from the start of the job to its first instance in service, the same for all of its records.
"""

import heapq
from collections import deque
from collections.abc import Generator
from dataclasses import dataclass, field

from advisor.errors import InputError, Problem
from simulator.codes import EventKind, Outcome
from simulator.engines._calendar import (
    ACTION,
    ARRIVAL,
    COMPLETION,
    LIMIT,
    NEVER,
    READY,
    Calendar,
    Record,
    Row,
    Rows,
    Tape,
    ended,
    opened,
    sole,
)
from simulator.model import FRACTION_BITS, LONGEST_SERVICE_US, NO_LIMIT, ServingModel, Supply, rates, ticks_to_us
from simulator.run import Meters

__all__ = ["Jobs"]


@dataclass(eq=False)
class _Record:
    row: Row
    job: "_Job"
    start: int = -1
    error: int = NEVER
    """Instant of the endpoint's own limit, once it has passed."""
    position: int = -1
    over: bool = False


@dataclass(eq=False)
class _Instance:
    position: int
    ready: int
    job: "_Job"
    in_service: bool = False
    serving: list[tuple[int, int, list[_Record]]] = field(default_factory=list)
    """Heap of (virtual finish, number of the first record, mini-batch)."""
    virtual: int = 0
    since: int = 0
    plan: int = 0
    """Number of the latest plan for a completion; an older one is void."""


@dataclass(eq=False)
class _Job:
    start: int
    records: list[_Record] = field(default_factory=list)
    waiting: deque[list[_Record]] = field(default_factory=deque)
    instances: list[_Instance] = field(default_factory=list)

    def cold_us(self, until: int) -> int:
        """Time of the job up to `until` without an instance in service."""
        first = min((instance.ready for instance in self.instances), default=self.start)
        return max(0, min(first, until) - self.start)


class Jobs:
    """The records that wait for a job, and the instances of the jobs that run."""

    def __init__(self, calendar: Calendar, model: ServingModel, rows: Rows, supply: Supply, window_from: int) -> None:
        self.calendar, self.model, self.rows, self.window_from = calendar, model, rows, window_from
        self.rates = [int(rate) for rate in rates(model)]
        self.in_flight: dict[int, _Record] = {}
        self.coming: _Job | None = None
        """The job that takes what arrives now."""
        self.instances: dict[int, _Instance] = {}
        self.start_tape = Tape(supply, "start_us")
        self.log: list[Record] = []
        self.timeline: list[tuple[int, ...]] = []
        self.last_request_event = 0
        self.instance_us = self.ready_us = self.busy_us = self.peak = self.cold_starts = 0
        calendar.process(self._arrivals())

    @property
    def open_requests(self) -> int:
        """Records that no job has finished yet."""
        return len(self.in_flight)

    def _within(self, first: int, last: int) -> int:
        """Length of [first, last) inside the window."""
        return max(0, last - max(first, self.window_from))

    def _note(self, kind: EventKind, position: int, value: int) -> None:
        self.timeline.append((self.calendar.now, int(kind), position, value, 0, 0))

    def _arrivals(self) -> Generator[object, None, None]:
        every = self.model.job.every_us
        while (coming := self.rows.peek()) is not None:
            yield self.calendar.wait(coming.arrival, ARRIVAL, 0)
            row, now = self.rows.take(), self.calendar.now
            self.last_request_event = now
            if self.coming is None:
                self.coming = _Job((now // every + 1) * every)
                self.calendar.at(self.coming.start, ACTION, 0, self._start_job)
            record = _Record(row, self.coming)
            self.coming.records.append(record)
            self.in_flight[row.number] = record
            self._watch([record], now, self.model.timeout_us)

    def _watch(self, records: list[_Record], since: int, limit: int) -> None:
        """Give an error at a limit of the endpoint to the records that are not over by then."""

        def pass_limit() -> None:
            for record in records:
                if not record.over:
                    record.error = min(record.error, self.calendar.now)

        if limit != NO_LIMIT:
            self.calendar.at(since + limit, LIMIT, records[0].row.number, pass_limit)

    def _start_job(self) -> None:
        job, size = self.coming, self.model.job.records
        assert job is not None  # noqa: S101 - its first record put the start on the calendar
        self.coming = None
        job.waiting.extend(job.records[first : first + size] for first in range(0, len(job.records), size))
        for _ in range(self.model.initial):
            self._launch(job)

    def _launch(self, job: _Job) -> None:
        position = next(p for p in range(len(self.instances) + 1) if p not in self.instances)
        number = self.start_tape.taken
        instance = _Instance(position, self.calendar.now + self.start_tape.next(), job)
        self.instances[position] = instance
        job.instances.append(instance)
        if self.calendar.now >= self.window_from:
            self.peak = max(self.peak, len(self.instances))
            self.cold_starts += 1
        self._note(EventKind.LAUNCH, position, number)
        self.calendar.at(instance.ready, READY, position, lambda: self._enter_service(instance))

    def _enter_service(self, instance: _Instance) -> None:
        if self.instances.get(instance.position) is not instance:
            return  # its job was over before it came up
        instance.in_service = True
        self._note(EventKind.READY, instance.position, sum(one.in_service for one in self.instances.values()))
        while instance.job.waiting and len(instance.serving) < self.model.slots:
            self._start(instance)

    def _advance(self, instance: _Instance) -> None:
        """Move the virtual time of an instance on to this instant."""
        now = self.calendar.now
        instance.virtual += self.rates[len(instance.serving)] * (now - instance.since)
        instance.since = now

    def _start(self, instance: _Instance) -> None:
        """Start the next mini-batch of the job."""
        batch = instance.job.waiting.popleft()
        self._advance(instance)
        if not instance.serving:
            instance.virtual = 0
        for record in batch:
            record.start, record.position = self.calendar.now, instance.position
        work = self.model.job.call_us + sum(record.row.work for record in batch)
        if work >= LONGEST_SERVICE_US:
            raise InputError([Problem("job.records", f"{work} us", f"mini-batches of under {LONGEST_SERVICE_US} us")])
        finish = instance.virtual + (work << FRACTION_BITS)
        heapq.heappush(instance.serving, (finish, batch[0].row.number, batch))
        self._watch(batch, self.calendar.now, self.model.invocation_limit_us)
        self._plan(instance)

    def _plan(self, instance: _Instance) -> None:
        """Put the next completion of an instance on the calendar; earlier plans are void."""
        instance.plan += 1
        number = instance.plan
        if instance.serving:
            ticks = instance.serving[0][0] - instance.virtual
            due = self.calendar.now + ticks_to_us(ticks, self.rates[len(instance.serving)])
            self.calendar.at(due, COMPLETION, instance.position, lambda: self._complete(instance, number))

    def _complete(self, instance: _Instance, plan: int) -> None:
        if plan != instance.plan:
            return
        now, job = self.calendar.now, instance.job
        self._advance(instance)
        _, _, batch = heapq.heappop(instance.serving)
        if job.waiting:
            self._start(instance)
        self._plan(instance)
        self.last_request_event = now
        self.busy_us += self._within(batch[0].start, now)
        cold = job.cold_us(now)
        for record in batch:
            row = record.row
            record.over = True
            del self.in_flight[row.number]
            code, response = ended(self.model, Outcome.OK, row.arrival, now, record.error)
            self.log.append(sole(row.number, row.arrival, record.start, now, response, code, cold, record.position))
        if not job.waiting and not any(one.serving for one in job.instances):
            self._end_job(job)

    def _end_job(self, job: _Job) -> None:
        now = self.calendar.now
        for instance in job.instances:
            if now > self.window_from:
                self.peak = max(self.peak, len(self.instances))
            del self.instances[instance.position]
            self._meter(instance, now)
            self._note(EventKind.GONE, instance.position, len(self.instances))

    def _meter(self, instance: _Instance, gone: int) -> None:
        self.instance_us += self._within(instance.job.start, gone)
        self.ready_us += self._within(instance.ready, gone)

    def finish(self, end: int) -> Meters:
        """Write the records of open requests, put the log in order of arrival and close the meters."""
        if end > self.window_from:
            self.peak = max(self.peak, len(self.instances))
        for instance in self.instances.values():
            self._meter(instance, end)
            self.busy_us += sum(self._within(batch[0].start, end) for _, _, batch in instance.serving)
        for number, record in self.in_flight.items():
            arrival = record.row.arrival
            code, response = opened(self.model, arrival, end, record.error)
            start = record.start if record.start >= 0 else end
            cold = record.job.cold_us(end)
            self.log.append(sole(number, arrival, start, end, response, code, cold, record.position))
        self.log.sort()
        return Meters(
            window_us=self._within(0, end),
            instance_us=self.instance_us,
            instance_us_from_ready=self.ready_us,
            busy_us=self.busy_us,
            max_copies=self.peak,
            cold_starts=self.cold_starts,
        )
