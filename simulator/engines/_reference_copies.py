"""Copies in the reference engine: slots, queues, routing, time-outs, launches and the scaling policy."""

import heapq
from collections import deque
from collections.abc import Generator
from dataclasses import dataclass, field

from simulator.codes import EventKind, Metric, Outcome, Routing
from simulator.engines._calendar import (
    ACTION,
    ARRIVAL,
    COMPLETION,
    IDLE_END,
    LIMIT,
    NEVER,
    PERIOD,
    READY,
    Calendar,
    Record,
    Row,
    Rows,
    Tape,
    ended,
    opened,
)
from simulator.engines._reference_policy import Tracking
from simulator.model import (
    FRACTION_BITS,
    NO_LIMIT,
    WEIGHT_BITS,
    ServingModel,
    Supply,
    rates,
    ticks_to_us,
)
from simulator.run import Meters

__all__ = ["Endpoint"]


@dataclass(eq=False)
class _Request:
    row: Row
    start: int = -1
    error: int = NEVER
    """Instant of the endpoint's own limit, once it has passed."""
    cold_before: int = 0
    """Time without a copy in service, but one starting, up to the arrival; later, up to the start."""
    position: int = -1
    over: bool = False


@dataclass(eq=False)
class _Copy:
    position: int
    launched: int
    ready: int
    in_service: bool = False
    draining: bool = False
    waiting: deque[_Request] = field(default_factory=deque)
    serving: list[tuple[int, int, _Request]] = field(default_factory=list)
    """Heap of (virtual finish, number, request)."""
    virtual: int = 0
    """Virtual time, ticks."""
    since: int = 0
    """Instant to which virtual time has been moved on."""
    plan: int = 0
    """Number of the latest plan for a completion; an older one is void."""
    spell: int = 0
    """Number of the latest idle spell, likewise."""

    @property
    def outstanding(self) -> int:
        """Requests waiting and in service."""
        return len(self.waiting) + len(self.serving)


class Endpoint:
    """Copies, their queues and the policy; every handler starts with `_move_on`."""

    def __init__(self, calendar: Calendar, model: ServingModel, rows: Rows, supply: Supply, window_from: int) -> None:
        self.calendar, self.model, self.rows, self.window_from = calendar, model, rows, window_from
        self.rates = [int(rate) for rate in rates(model)]
        self.copies: dict[int, _Copy] = {}
        self.central: deque[_Request] = deque()
        self.log: list[Record] = []
        self.timeline: list[tuple[int, ...]] = []
        self.start_tape, self.delay_tape, self.keep_tape = (
            Tape(supply, name) for name in ("start_us", "delay_us", "keep_us")
        )
        self.in_flight: dict[int, _Request] = {}
        self.last_request_event = 0
        # integrals since the start, or since the last period end
        self.moved_to = self.cold_us = self.request_us = self.copy_us = self.invocations = 0
        self.tracking = Tracking(model)
        # meters
        self.lives: list[tuple[int, int, int]] = []
        """(launched, ready, gone) of copies that are gone."""
        self.peak = self.cold_starts = 0
        for position in range(model.initial):
            self._launch(position, initial=True)
        self.calendar.process(self._arrivals())
        if model.policy.metric != Metric.NONE:
            self.calendar.process(self._periods())

    @property
    def now(self) -> int:
        """The clock, microseconds."""
        return self.calendar.now

    def _move_on(self) -> None:
        """Carry the integrals forward to this instant."""
        passed = self.now - self.moved_to
        self.moved_to = self.now
        self.request_us += passed * len(self.in_flight)
        self.copy_us += passed * len(self._in_service())
        if not self._in_service() and self._starting():
            self.cold_us += passed

    def _in_service(self) -> list[_Copy]:
        """Copies that requests are routed to, by position."""
        return [copy for _, copy in sorted(self.copies.items()) if copy.in_service]

    def _starting(self) -> int:
        return sum(not copy.in_service and not copy.draining for copy in self.copies.values())

    def _note(self, kind: EventKind, position: int, value: int, detail: int = 0) -> None:
        self.timeline.append((self.now, int(kind), position, value, 0, detail))

    def _arrivals(self) -> Generator[object, None, None]:
        while (coming := self.rows.peek()) is not None:
            yield self.calendar.wait(coming.arrival, ARRIVAL, 0)
            self._move_on()
            row = self.rows.take()
            self.last_request_event = self.now
            self._arrive(_Request(row))

    def _arrive(self, request: _Request) -> None:
        copies = self._in_service()
        if copies:
            self.invocations += (1 << WEIGHT_BITS) // len(copies)
        if self.model.routing == Routing.CENTRAL:
            self._arrive_centrally(request, copies)
        elif not copies:
            self._refuse(request, Outcome.NO_CAPACITY)
        else:
            copy = self._routed(request, copies)
            if copy.outstanding >= self.model.slots + self.model.queue_limit:
                self._refuse(request, Outcome.THROTTLED)
                return
            self._accept(request)
            request.position = copy.position
            if len(copy.serving) < self.model.slots:
                self._start(copy, request)
            else:
                copy.waiting.append(request)

    def _arrive_centrally(self, request: _Request, copies: list[_Copy]) -> None:
        free = [copy for copy in copies if len(copy.serving) < self.model.slots]
        if free:
            self._accept(request)
            self._start(min(free, key=lambda copy: (len(copy.serving), copy.position)), request)
        elif len(self.central) >= self.model.queue_limit:
            self._refuse(request, Outcome.THROTTLED)
        else:
            self._accept(request)
            request.cold_before = self.cold_us
            self.central.append(request)
            if self.model.ttl_us != NO_LIMIT:
                due = self.now + self.model.ttl_us
                self.calendar.at(due, LIMIT, request.row.number, lambda: self._expire(request))
            if self.model.on_demand and not self.copies:
                self._launch(0)

    def _routed(self, request: _Request, copies: list[_Copy]) -> _Copy:
        if self.model.routing == Routing.RANDOM:
            return copies[(request.row.route * len(copies)) >> 32]
        return min(copies, key=lambda copy: (copy.outstanding, copy.position))

    def _accept(self, request: _Request) -> None:
        self.in_flight[request.row.number] = request
        self._watch(request, request.row.arrival, self.model.timeout_us)

    def _watch(self, request: _Request, since: int, limit: int) -> None:
        """Give the caller an error at a limit of the endpoint, unless the request is over by then."""

        def pass_limit() -> None:
            if not request.over:
                request.error = min(request.error, self.now)

        if limit != NO_LIMIT:
            self.calendar.at(since + limit, LIMIT, request.row.number, pass_limit)

    def _refuse(self, request: _Request, outcome: Outcome) -> None:
        self.log.append(Record(request.row.number, *(self.now,) * 4, int(outcome), 0, -1))

    def _expire(self, request: _Request) -> None:
        if request.start >= 0:
            return
        self._move_on()
        self.central.remove(request)
        request.start = self.now
        request.cold_before = self.cold_us - request.cold_before
        self._close(request, Outcome.EXPIRED)

    def _close(self, request: _Request, outcome: Outcome) -> None:
        """The endpoint is done with a request: settle the caller and write the record."""
        row = request.row
        request.over = True
        del self.in_flight[row.number]
        self.last_request_event = self.now
        code, response = ended(self.model, outcome, row.arrival, self.now, request.error)
        self.log.append(
            Record(row.number, row.arrival, request.start, self.now, response, code, request.cold_before,
                   request.position)
        )  # fmt: skip

    # -- service

    def _advance(self, copy: _Copy) -> None:
        """Move the virtual time of a copy on to this instant."""
        copy.virtual += self.rates[len(copy.serving)] * (self.now - copy.since)
        copy.since = self.now

    def _start(self, copy: _Copy, request: _Request) -> None:
        self._advance(copy)
        if not copy.serving:
            copy.virtual = 0
        request.start = self.now
        request.position = copy.position
        copy.spell += 1
        finish = copy.virtual + (request.row.work << FRACTION_BITS)
        heapq.heappush(copy.serving, (finish, request.row.number, request))
        self._watch(request, self.now, self.model.invocation_limit_us)
        self._plan(copy)

    def _plan(self, copy: _Copy) -> None:
        """Put the next completion of a copy on the calendar; earlier plans are void."""
        copy.plan += 1
        number = copy.plan
        if copy.serving:
            ticks = copy.serving[0][0] - copy.virtual
            due = self.now + ticks_to_us(ticks, self.rates[len(copy.serving)])
            self.calendar.at(due, COMPLETION, copy.position, lambda: self._complete(copy, number))

    def _complete(self, copy: _Copy, plan: int) -> None:
        if plan != copy.plan:
            return
        self._move_on()
        self._advance(copy)
        _, _, request = heapq.heappop(copy.serving)
        if copy.waiting:
            self._start(copy, copy.waiting.popleft())
        elif self.central and not copy.draining:
            self._start_from_central(copy)
        self._plan(copy)
        self._close(request, Outcome.OK)
        if not copy.outstanding:
            if copy.draining:
                self._gone(copy)
            else:
                self._idle(copy)

    def _start_from_central(self, copy: _Copy) -> None:
        request = self.central.popleft()
        request.cold_before = self.cold_us - request.cold_before
        self._start(copy, request)

    # -- fleet

    def _launch(self, position: int, *, initial: bool = False) -> None:
        number = self.start_tape.taken
        start = self.start_tape.next()
        copy = _Copy(position, self.now, self.now if initial else self.now + start)
        self.copies[position] = copy
        if self.now >= self.window_from:
            self.peak = max(self.peak, len(self.copies))
            self.cold_starts += not initial
        self._note(EventKind.LAUNCH, position, number)
        if initial:
            self._enter_service(copy)
        else:
            self.calendar.at(copy.ready, READY, position, lambda: self._ready(copy))

    def _ready(self, copy: _Copy) -> None:
        self._move_on()
        self._enter_service(copy)
        if not self._starting():
            self.tracking.out_cooldown_end = self.now + self.model.policy.out_cooldown_us

    def _enter_service(self, copy: _Copy) -> None:
        copy.in_service = True
        self._note(EventKind.READY, copy.position, len(self._in_service()))
        while self.central and len(copy.serving) < self.model.slots:
            self._start_from_central(copy)
        if not copy.outstanding:
            self._idle(copy)

    def _idle(self, copy: _Copy) -> None:
        """With `on_demand`, an idle copy leaves after its keep-alive."""
        if not self.model.on_demand:
            return
        copy.spell += 1
        number = copy.spell

        def end() -> None:
            if number == copy.spell:
                self._move_on()
                copy.in_service = False
                self._gone(copy)

        self.calendar.at(self.now + self.keep_tape.next(), IDLE_END, copy.position, end)

    def _drain(self, copy: _Copy) -> None:
        copy.in_service, copy.draining = False, True
        self._note(EventKind.DRAIN, copy.position, len(self._in_service()))
        if not copy.outstanding:
            self._gone(copy)

    def _gone(self, copy: _Copy) -> None:
        if self.now > self.window_from:
            self.peak = max(self.peak, len(self.copies))
        del self.copies[copy.position]
        self.lives.append((copy.launched, copy.ready, self.now))
        self._note(EventKind.GONE, copy.position, len(self.copies))

    # -- policy

    def _periods(self) -> Generator[object, None, None]:
        while True:
            yield self.calendar.wait(self.now + self.model.policy.period_us, PERIOD, 0)
            self._move_on()
            self._period_end()

    def _datapoint(self, copies: int) -> tuple[int, int]:
        """Metric of the period that ends now, as numerator and denominator."""
        if self.model.policy.metric == Metric.INVOCATIONS:
            return self.invocations, 1 << WEIGHT_BITS
        if self.model.policy.metric == Metric.CONCURRENCY:
            return self.request_us, self.copy_us
        return len(self.in_flight), copies

    def _period_end(self) -> None:
        copies = len(self._in_service())
        num, den = self._datapoint(copies)
        self.tracking.close_period(num, den, copies, len(self.in_flight), len(self.central))
        self.invocations = self.request_us = self.copy_us = 0
        if self.tracking.action_pending or self._starting():
            return
        action = self.tracking.alarm(copies)
        if action:
            self._note(EventKind.ALARM, 0, action, self.tracking.asked())
            self.tracking.action_pending = True
            self.calendar.at(self.now + self.delay_tape.next(), ACTION, 0, lambda: self._act(action))

    def _act(self, action: int) -> None:
        self._move_on()
        self.tracking.action_pending = False
        copies = self._in_service()
        wanted = self.tracking.wanted(action, len(copies), self.now)
        if wanted > len(copies):
            self._note(EventKind.SCALE_OUT, -1, wanted, len(copies))
            self.tracking.in_cooldown_end = self.now
            for _ in range(wanted - len(copies)):
                self._launch(next(p for p in range(len(self.copies) + 1) if p not in self.copies))
        elif wanted < len(copies):
            self._note(EventKind.SCALE_IN, -1, wanted, len(copies))
            self.tracking.in_cooldown_end = self.now + self.model.policy.in_cooldown_us
            for copy in reversed(copies[wanted:]):
                self._drain(copy)
        else:
            self._note(EventKind.DROPPED, -1, len(copies))

    def finish(self, end: int) -> Meters:
        """Write the records of open requests, in order of arrival, and close the meters."""
        stuck = not self._in_service() and bool(self._starting())
        cold_us = self.cold_us + (end - self.moved_to if stuck else 0)
        for number, request in sorted(self.in_flight.items()):
            arrival = request.row.arrival
            code, response = opened(self.model, arrival, end, request.error)
            start = request.start if request.start >= 0 else end
            cold = cold_us - request.cold_before if request.position < 0 else request.cold_before
            self.log.append(Record(number, arrival, start, end, response, code, cold, request.position))
        for copy in self.copies.values():
            self.lives.append((copy.launched, copy.ready, end))
        if end > self.window_from:
            self.peak = max(self.peak, len(self.copies))

        def within(first: int, last: int) -> int:
            return max(0, last - max(first, self.window_from))

        return Meters(
            window_us=within(0, end),
            instance_us=sum(within(launched, gone) for launched, _, gone in self.lives),
            instance_us_from_ready=sum(within(ready, gone) for _, ready, gone in self.lives),
            busy_us=sum(within(record.start, record.finish) for record in self.log),
            max_copies=self.peak,
            cold_starts=self.cold_starts,
        )
