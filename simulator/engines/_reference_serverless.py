"""Serverless in the reference engine: environments of one request each, started when none is warm.

Provisioned environments are always warm and taken first; a request that finds all of them busy goes on demand.
"""

from collections.abc import Generator
from dataclasses import dataclass

from simulator.codes import Outcome
from simulator.engines._calendar import (
    ARRIVAL,
    COMPLETION,
    IDLE_END,
    LIMIT,
    NEVER,
    Calendar,
    Record,
    Row,
    Rows,
    Tape,
    ended,
    opened,
    sole,
)
from simulator.model import NO_LIMIT, ServingModel, Supply
from simulator.run import Meters

__all__ = ["Environments"]


@dataclass(eq=False)
class _Request:
    row: Row
    start: int
    cold_us: int
    """Length of the start-up it waits for, at most the limit."""
    provisioned: bool = False
    """It runs on an environment that is always warm."""
    error: int = NEVER
    """Instant of the endpoint's own limit, once it has passed."""
    over: bool = False


@dataclass(eq=False)
class _Idle:
    since: int


class Environments:
    """Busy environments and the stack of warm ones, newest on top."""

    def __init__(self, calendar: Calendar, model: ServingModel, rows: Rows, supply: Supply, window_from: int) -> None:
        self.calendar, self.model, self.rows, self.window_from = calendar, model, rows, window_from
        self.in_flight: dict[int, _Request] = {}
        self.warm: list[_Idle] = []
        self.cold_tape, self.keep_tape = Tape(supply, "cold_us"), Tape(supply, "keep_us")
        self.log: list[Record] = []
        self.timeline: list[tuple[int, ...]] = []
        self.last_request_event = 0
        self.idle_us = self.cold_us = self.peak = self.cold_starts = 0
        self.free = model.serverless.provisioned
        """Provisioned environments that are not busy."""
        self.spilled = self.provisioned_busy_us = 0
        calendar.process(self._arrivals())

    @property
    def open_requests(self) -> int:
        """Requests at the endpoint."""
        return len(self.in_flight)

    def _within(self, first: int, last: int) -> int:
        """Length of [first, last) inside the window."""
        return max(0, last - max(first, self.window_from))

    def _arrivals(self) -> Generator[object, None, None]:
        while (coming := self.rows.peek()) is not None:
            yield self.calendar.wait(coming.arrival, ARRIVAL, 0)
            row = self.rows.take()
            self.last_request_event = self.calendar.now
            self._arrive(row)

    def _arrive(self, row: Row) -> None:
        now = self.calendar.now
        if self.free:
            self.free -= 1
            self._serve(_Request(row, now, 0, provisioned=True))
            return
        self.spilled += self.model.serverless.provisioned > 0 and now >= self.window_from
        if self.warm:
            self.idle_us += self._within(self.warm.pop().since, now)
            self._serve(_Request(row, now, 0))
        elif len(self.in_flight) >= self.model.serverless.max_concurrency:
            self.log.append(sole(row.number, now, now, now, now, int(Outcome.THROTTLED), 0, -1))
        else:
            self.cold_starts += now >= self.window_from
            took = self.cold_tape.next()
            limit = self.model.serverless.startup_limit_us
            request = _Request(row, now + min(took, limit), min(took, limit))
            if took > limit:
                self._occupy(request, request.start, Outcome.NOT_READY)
            else:
                self._serve(request)

    def _serve(self, request: _Request) -> None:
        self._watch(request, request.start, self.model.invocation_limit_us)
        self._occupy(request, request.start + request.row.work, Outcome.OK)

    def _occupy(self, request: _Request, until: int, outcome: Outcome) -> None:
        """Keep an environment busy with a request."""
        now, number = self.calendar.now, request.row.number
        self.in_flight[number] = request
        if now >= self.window_from:
            self.peak = max(self.peak, len(self.in_flight))
        self._watch(request, now, self.model.timeout_us)
        self.calendar.at(until, COMPLETION, number, lambda: self._complete(request, outcome))

    def _watch(self, request: _Request, since: int, limit: int) -> None:
        """Give the caller an error at a limit of the endpoint, unless the request is over by then."""

        def pass_limit() -> None:
            if not request.over:
                request.error = min(request.error, self.calendar.now)

        if limit != NO_LIMIT:
            self.calendar.at(since + limit, LIMIT, request.row.number, pass_limit)

    def _complete(self, request: _Request, outcome: Outcome) -> None:
        now, row = self.calendar.now, request.row
        if now > self.window_from:
            self.peak = max(self.peak, len(self.in_flight))
        del self.in_flight[row.number]
        request.over = True
        self.last_request_event = now
        self.cold_us += self._within(row.arrival, request.start)
        code, response = ended(self.model, outcome, row.arrival, now, request.error)
        self.log.append(sole(row.number, row.arrival, request.start, now, response, code, request.cold_us, -1))
        if request.provisioned:
            self.free += 1
            self.provisioned_busy_us += self._within(request.start, now)
        elif outcome == Outcome.OK:
            self._keep_warm()

    def _keep_warm(self) -> None:
        """An idle spell begins; it ends with its keep-alive unless an arrival takes the environment."""
        idle = _Idle(self.calendar.now)
        self.warm.append(idle)

        def end() -> None:
            # by identity: two spells that began together look alike
            for at, other in enumerate(self.warm):
                if other is idle:
                    del self.warm[at]
                    self.idle_us += self._within(idle.since, self.calendar.now)
                    return

        spell = self.keep_tape.taken
        self.calendar.at(self.calendar.now + self.keep_tape.next(), IDLE_END, spell, end)

    def finish(self, end: int) -> Meters:
        """Write the records of open requests, put the log in order of arrival and close the meters."""
        if end > self.window_from:
            self.peak = max(self.peak, len(self.in_flight))
        for number, request in self.in_flight.items():
            arrival = request.row.arrival
            code, response = opened(self.model, arrival, end, request.error)
            start = min(request.start, end)
            self.cold_us += self._within(arrival, start)
            if request.provisioned:
                self.provisioned_busy_us += self._within(start, end)
            self.log.append(sole(number, arrival, start, end, response, code, start - arrival, -1))
        self.log.sort()
        for idle in self.warm:
            self.idle_us += self._within(idle.since, end)
        busy_us = sum(self._within(record.start, record.finish) for record in self.log)
        return Meters(
            window_us=self._within(0, end),
            busy_us=busy_us,
            serverless_busy_us=busy_us - self.provisioned_busy_us,
            provisioned_busy_us=self.provisioned_busy_us,
            spilled=self.spilled,
            serverless_cold_us=self.cold_us,
            idle_us=self.idle_us,
            max_copies=self.peak,
            cold_starts=self.cold_starts,
        )
