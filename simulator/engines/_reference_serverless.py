"""Serverless in the reference engine: environments of one request each, started when none is warm.

Provisioned environments are always warm and taken first; a request that finds all of them busy goes on demand.
"""

from dataclasses import dataclass

from simulator.codes import Outcome
from simulator.engines._calendar import COMPLETION, IDLE_END, LIMIT, Calendar, Record, Rows, Tape, ended, opened
from simulator.engines._reference_callers import Callers
from simulator.engines._reference_provisioned import Provisioned
from simulator.engines._reference_state import Call
from simulator.model import ServingModel, Supply
from simulator.run import Meters

__all__ = ["Environments"]


@dataclass(eq=False)
class _Request:
    number: int
    call: Call
    arrival: int
    start: int
    error: int
    """Instant of the endpoint's own limit."""
    provisioned: bool = False
    """It runs on an environment that is provisioned."""
    told: bool = False
    """Its caller has got an answer or an error; the work may go on."""
    final: int = 1
    """No further attempt follows."""

    @property
    def first(self) -> int:
        """Arrival of the first attempt."""
        return self.arrival if self.call.first < 0 else self.call.first

    def record(self, finish: int, response: int, outcome: int) -> Record:
        """Its entry in the log."""
        start = min(self.start, finish)
        return Record(
            self.number, self.arrival, start, finish, response, outcome, start - self.arrival, -1,
            self.call.attempt, self.first, self.final, 0, self.call.row.number,
        )  # fmt: skip


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
        self.last_request_event = 0
        self.idle_us = self.cold_us = self.peak = self.cold_starts = 0
        self.spilled = self.provisioned_busy_us = 0
        self.provisioned = Provisioned(calendar, model, supply, window_from)
        self.callers = Callers(calendar, model, rows, supply, self._arrive)

    @property
    def open_requests(self) -> int:
        """Requests at the endpoint, and retries on their way."""
        return len(self.in_flight) + len(self.callers.coming)

    @property
    def timeline(self) -> list[tuple[int, ...]]:
        """What happened to provisioned environments, where their number may change."""
        return self.provisioned.timeline

    def _within(self, first: int, last: int) -> int:
        """Length of [first, last) inside the window."""
        return max(0, last - max(first, self.window_from))

    def _arrive(self, number: int, call: Call) -> None:
        now, serverless = self.calendar.now, self.model.serverless
        self.last_request_event = now
        request = _Request(number, call, now, now, now + self.model.timeout_us)
        inside = now >= self.window_from
        self.spilled += inside and self.provisioned.number > 0 and not self.provisioned.free
        if len(self.in_flight) >= serverless.max_concurrency:
            self._tell(request, int(Outcome.THROTTLED), now)
            self.log.append(request.record(now, now, int(Outcome.THROTTLED)))
        elif self.provisioned.free:
            self.provisioned.take()
            request.provisioned = True
            self._serve(request)
        elif self.warm:
            self.idle_us += self._within(self.warm.pop().since, now)
            self._serve(request)
        else:
            self.cold_starts += inside
            took = self.cold_tape.next()
            request.start = now + min(took, serverless.startup_limit_us)
            if took > serverless.startup_limit_us:
                self._occupy(request, request.start, Outcome.NOT_READY)
            else:
                self._serve(request)

    def _serve(self, request: _Request) -> None:
        request.error = min(request.error, request.start + self.model.invocation_limit_us)
        self._occupy(request, request.start + request.call.row.work, Outcome.OK)

    def _occupy(self, request: _Request, until: int, outcome: Outcome) -> None:
        """Keep an environment busy with a request."""
        self.in_flight[request.number] = request
        if self.calendar.now >= self.window_from:
            self.peak = max(self.peak, len(self.in_flight))
        self.calendar.at(until, COMPLETION, request.number, lambda: self._complete(request, outcome))
        limit = min(request.error, request.arrival + self.model.caller_timeout_us)
        if self.callers.reactive and limit < until:
            self.calendar.at(limit, LIMIT, request.number, lambda: self._pass_limit(request))

    def _pass_limit(self, request: _Request) -> None:
        """The caller gets an error; the work goes on."""
        self._tell(request, *opened(self.model, request.arrival, self.calendar.now, request.error))

    def _tell(self, request: _Request, outcome: int, response: int) -> None:
        """The caller learns how his attempt ended, once."""
        if not request.told:
            request.told = True
            request.final = self.callers.learn(request.number, request.call, request.first, outcome, response)

    def _complete(self, request: _Request, outcome: Outcome) -> None:
        now = self.calendar.now
        if now > self.window_from:
            self.peak = max(self.peak, len(self.in_flight))
        del self.in_flight[request.number]
        self.last_request_event = now
        self.cold_us += self._within(request.arrival, request.start)
        code, response = ended(self.model, outcome, request.arrival, now, request.error)
        self._tell(request, code, response)
        self.log.append(request.record(now, response, code))
        if request.provisioned:
            self.provisioned_busy_us += self._within(request.start, now)
            if self.provisioned.release():
                self._keep_warm()
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
        for request in self.in_flight.values():
            code, response = opened(self.model, request.arrival, end, request.error)
            record = request.record(end, response, code)
            self.cold_us += self._within(record.arrival, record.start)
            if request.provisioned:
                self.provisioned_busy_us += self._within(record.start, end)
            self.log.append(record)
        for idle in self.warm:
            self.idle_us += self._within(idle.since, end)
        busy_us = sum(self._within(record.start, record.finish) for record in self.log)
        self.log.sort()
        for number, (_, call) in enumerate(sorted(self.callers.coming.items()), self.callers.arrived):
            self.log.append(
                Record(number, *(end,) * 4, int(Outcome.UNFINISHED), 0, -1, call.attempt, call.first, 1, 0, call.row.number)
            )  # fmt: skip
        provisioned = self.provisioned
        ready_us = provisioned.meter_us + provisioned.number * self._within(provisioned.moved_to, end)
        return Meters(
            window_us=self._within(0, end),
            busy_us=busy_us,
            serverless_busy_us=busy_us - self.provisioned_busy_us,
            provisioned_busy_us=self.provisioned_busy_us,
            provisioned_us=ready_us,
            spilled=self.spilled,
            serverless_cold_us=self.cold_us,
            idle_us=self.idle_us,
            max_copies=self.peak,
            cold_starts=self.cold_starts,
        )
