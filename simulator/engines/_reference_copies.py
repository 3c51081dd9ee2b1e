"""Copies in the reference engine: arrivals, routing, slots, queues and time-outs."""

import heapq
from collections import deque

from simulator.codes import Outcome, Routing, Split
from simulator.engines._calendar import (
    COMPLETION,
    LIMIT,
    Calendar,
    Record,
    Rows,
    ended,
    opened,
)
from simulator.engines._reference_cache import Models
from simulator.engines._reference_callers import Callers
from simulator.engines._reference_fleet import Fleet
from simulator.engines._reference_scaling import Policies
from simulator.engines._reference_state import Call, Copy, Request
from simulator.model import (
    FRACTION_BITS,
    NO_LIMIT,
    WEIGHT_BITS,
    ServingModel,
    Supply,
    draw_within,
    rates,
    scaled_work,
    ticks_to_us,
)
from simulator.run import Meters

__all__ = ["Endpoint"]

_SCHEDULE_KEY = 2**12


class Endpoint:
    """Requests, their copies and the policies; every handler that changes a number in an integral calls `_move_on` first."""

    def __init__(self, calendar: Calendar, model: ServingModel, rows: Rows, supply: Supply, window_from: int) -> None:
        self.calendar, self.model, self.rows, self.window_from = calendar, model, rows, window_from
        self.rates = [int(rate) for rate in rates(model)]
        self.central: deque[Request] = deque()
        self.log: list[Record] = []
        self.in_flight: dict[int, Request] = {}
        self.last_request_event = 0
        # integrals since the start, by variant
        self.fleet = Fleet(calendar, model, supply, window_from, self)
        count = len(self.fleet.variants)
        self.moved_to = self.cold_us = 0
        self.open, self.request_us, self.copy_us, self.invocations, self.failures = ([0] * count for _ in range(5))
        self.models = Models(calendar, model, supply, window_from, self._admit, self._not_ready)
        self.policies = Policies(calendar, model, supply, self.fleet, self)
        self.fleet.ready = self.policies.cool
        self.fleet.begin()
        self.callers = Callers(calendar, model, rows, supply, self._arrive)
        self.policies.begin()

    @property
    def now(self) -> int:
        """The clock, microseconds."""
        return self.calendar.now

    @property
    def timeline(self) -> list[tuple[int, ...]]:
        """What happened to the fleet."""
        return self.fleet.timeline

    @property
    def open_requests(self) -> int:
        """Requests at the endpoint, and retries on their way."""
        return len(self.in_flight) + len(self.callers.coming)

    def _move_on(self) -> None:
        """Carry the integrals forward to this instant."""
        passed = self.now - self.moved_to
        self.moved_to = self.now
        if not passed:
            return
        for variant, there in enumerate(self.open):
            self.request_us[variant] += passed * there
            self.copy_us[variant] += passed * len(self.fleet.serving(variant))
        if not self.fleet.serving(0) and self.fleet.starting(0):
            self.cold_us += passed

    before_change = _move_on

    # -- arrivals

    def _variant_of(self, call: Call) -> tuple[int, int]:
        """Number of the variant, and what is left of the routing draw within its share."""
        variants = self.fleet.variants
        if len(variants) == 1:
            return 0, call.route
        if self.model.split == Split.BY_MODEL:
            return call.row.model, call.route
        below = 0
        for number, variant in enumerate(variants):
            if call.route < variant.share:
                return number, draw_within(call.route, below, variant.share)
            below = variant.share
        raise ValueError("the shares of the variants do not cover the draw")

    def _arrive(self, number: int, call: Call) -> None:
        self._move_on()
        self.last_request_event = self.now
        variant, draw = self._variant_of(call)
        work = scaled_work(call.row.work, self.fleet.variants[variant].work_millionths)
        request = Request(number, self.now, call, variant, work)
        copies = self.fleet.serving(variant)
        if copies:
            self.invocations[variant] += (1 << WEIGHT_BITS) // len(copies)
        if self.model.routing == Routing.CENTRAL:
            self._arrive_centrally(request, copies)
        elif not copies:
            self.failures[variant] += 1
            self._refuse(request, Outcome.NO_CAPACITY)
        else:
            copy = self._routed(request, copies, draw)
            if copy.outstanding >= self.model.slots + self.model.queue_limit:
                self._refuse(request, Outcome.THROTTLED)
                return
            self._accept(request)
            request.position = copy.position
            if self.model.cache.models:
                self.models.ask(copy, request)
            else:
                self._admit(copy, request)

    def _arrive_centrally(self, request: Request, copies: list[Copy]) -> None:
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
                self.calendar.at(due, LIMIT, request.number, lambda: self._expire(request))
            if self.model.on_demand and len(self.fleet.copies) < self.policies.scaling[0].maximum:
                self.fleet.launch(0, 1)

    def _routed(self, request: Request, copies: list[Copy], draw: int) -> Copy:
        if self.model.routing == Routing.RANDOM:
            return copies[(draw * len(copies)) >> 32]

        def least(some: list[Copy]) -> Copy:
            return min(some, key=lambda copy: (copy.outstanding, copy.position))

        if self.model.routing == Routing.BY_MODEL:
            holders = [copy for copy in copies if self.models.has(copy, request.call.row.model)]
            if holders:
                holder, other = least(holders), least(copies)
                return (
                    holder if holder.outstanding < self.model.slots or other.outstanding >= self.model.slots else other
                )
        return least(copies)

    def _accept(self, request: Request) -> None:
        self.in_flight[request.number] = request
        self.open[request.variant] += 1
        self._watch(request, request.arrival, self.model.timeout_us)
        patience = self.model.caller_timeout_us
        if self.callers.reactive and patience < self.model.timeout_us:
            due = request.arrival + patience
            self.calendar.at(due, LIMIT, request.number, lambda: self._settle(request, Outcome.ABANDONED))

    def _watch(self, request: Request, since: int, limit: int) -> None:
        """Give the caller an error at a limit of the endpoint, unless the request is over by then."""

        def pass_limit() -> None:
            if request.over:
                return
            if request.loading:
                copy = self.fleet.copies[request.position]
                self.models.leave(copy, request)
                self._not_served(request, Outcome.NOT_READY)
                self._empty(copy)
                return
            request.error = min(request.error, self.now)
            self._settle(request, Outcome.TIMED_OUT)

        if limit != NO_LIMIT:
            self.calendar.at(since + limit, LIMIT, request.number, pass_limit)

    def _settle(self, request: Request, outcome: Outcome) -> None:
        """The caller learns of an error while the work goes on."""
        if self.callers.reactive and not request.over and not request.settled:
            request.settled = True
            request.final = self.callers.learn(request.number, request.call, request.first, outcome, self.now)

    def _refuse(self, request: Request, outcome: Outcome) -> None:
        final = self.callers.learn(request.number, request.call, request.first, outcome, self.now)
        self._record(request, self.now, self.now, self.now, int(outcome), 0, final)

    def _not_served(self, request: Request, outcome: Outcome) -> None:
        """A request leaves without having been served."""
        self._move_on()
        request.start = self.now
        request.cold_before = self.now - request.arrival
        self._close(request, outcome)

    def _not_ready(self, copy: Copy, requests: list[Request]) -> None:
        """The load that they wait for took too long."""
        for request in requests:
            request.loading = False
            copy.loading -= 1
            self._not_served(request, Outcome.NOT_READY)
        self._empty(copy)

    def _expire(self, request: Request) -> None:
        if request.start >= 0:
            return
        self._move_on()
        self.central.remove(request)
        request.start = self.now
        request.cold_before = self.cold_us - request.cold_before
        self._close(request, Outcome.EXPIRED)

    def _close(self, request: Request, outcome: Outcome) -> None:
        """The endpoint is done with a request: settle the caller and write the record."""
        request.over = True
        del self.in_flight[request.number]
        self.open[request.variant] -= 1
        self.last_request_event = self.now
        code, response = ended(self.model, outcome, request.arrival, self.now, request.error)
        if not request.settled:
            request.final = self.callers.learn(request.number, request.call, request.first, code, response)
        self._record(request, request.start, self.now, response, code, request.cold_before, request.final)

    def _record(
        self, request: Request, start: int, finish: int, response: int, outcome: int, cold: int, final: int
    ) -> None:
        kind = request.call.row.model if self.model.cache.models else request.variant
        self.log.append(
            Record(
                request.number, request.arrival, start, finish, response, outcome, cold, request.position,
                request.call.attempt, request.first, final, kind, request.call.row.number,
            )
        )  # fmt: skip

    # -- service

    def _admit(self, copy: Copy, request: Request) -> None:
        """A request whose model is there starts, or waits for a slot."""
        if self.model.cache.models:
            self.models.taken_up(copy, request)
            request.cold_before = self.now - request.arrival
        if len(copy.serving) < self.model.slots:
            self._start(copy, request)
        else:
            copy.waiting.append(request)

    def _advance(self, copy: Copy) -> None:
        """Move the virtual time of a copy on to this instant."""
        copy.virtual += self.rates[len(copy.serving)] * (self.now - copy.since)
        copy.since = self.now

    def _start(self, copy: Copy, request: Request) -> None:
        self._advance(copy)
        if not copy.serving:
            copy.virtual = 0
        request.start = self.now
        request.position = copy.position
        copy.spell += 1
        finish = copy.virtual + (request.work << FRACTION_BITS)
        heapq.heappush(copy.serving, (finish, request.number, request))
        self._watch(request, self.now, self.model.invocation_limit_us)
        self._plan(copy)

    def _plan(self, copy: Copy) -> None:
        """Put the next completion of a copy on the calendar; earlier plans are void."""
        copy.plan += 1
        number = copy.plan
        if copy.serving:
            ticks = copy.serving[0][0] - copy.virtual
            due = self.now + ticks_to_us(ticks, self.rates[len(copy.serving)])
            self.calendar.at(due, COMPLETION, copy.position, lambda: self._complete(copy, number))

    def _complete(self, copy: Copy, plan: int) -> None:
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
        if self.model.cache.models:
            self.models.let_go(copy, request)
        self._empty(copy)

    def _empty(self, copy: Copy) -> None:
        """A copy that has nothing left goes when it drains, else it is idle."""
        if not copy.outstanding:
            if copy.draining:
                self.fleet.gone(copy)
            else:
                self.fleet.idle(copy)

    def _start_from_central(self, copy: Copy) -> None:
        request = self.central.popleft()
        request.cold_before = self.cold_us - request.cold_before
        self._start(copy, request)

    # -- what the fleet tells

    def in_service(self, copy: Copy) -> None:
        """A copy takes requests from now on: what waits centrally starts."""
        while self.central and len(copy.serving) < self.model.slots:
            self._start_from_central(copy)
        if not copy.outstanding:
            self.fleet.idle(copy)

    def fail(self, copy: Copy) -> None:
        """A copy is lost: what it has fails, in order of arrival."""
        copy.plan += 1
        held = [request for request in self.in_flight.values() if request.position == copy.position]
        for request in sorted(held, key=lambda request: request.number):
            if request.loading:
                request.cold_before = self.now - request.arrival
            if request.start < 0:
                request.start = self.now
            self._close(request, Outcome.FAILED)

    def forget(self, copy: Copy) -> None:
        """A copy is gone, with the models it held."""
        self.models.forget(copy)

    # -- what the policies ask

    def sums(self, variant: int) -> tuple[int, int, int, int]:
        """Invocations, request-time, copy-time and failures of a variant since the start."""
        some = (self.invocations, self.request_us, self.copy_us, self.failures)
        calls, request_us, copy_us, failures = (values[variant] for values in some)
        return calls, request_us, copy_us, failures

    def at_endpoint(self, variant: int) -> tuple[int, int]:
        """Requests of a variant at the endpoint, and those that wait centrally."""
        return self.open[variant], len(self.central)

    def finish(self, end: int) -> Meters:
        """Write the records of open requests and of retries to come, and close the meters."""
        fleet = self.fleet
        stuck = not fleet.serving(0) and bool(fleet.starting(0))
        cold_us = self.cold_us + (end - self.moved_to if stuck else 0)
        for _, request in sorted(self.in_flight.items()):
            code, response = opened(self.model, request.arrival, end, request.error)
            start = request.start if request.start >= 0 else end
            cold = cold_us - request.cold_before if request.position < 0 else request.cold_before
            if request.loading:
                cold = end - request.arrival
            self._record(request, start, end, response, code, cold, request.final)
        for _, call in sorted(self.callers.coming.items()):
            coming = Request(self.callers.arrived, end, call, 0, 0)
            self.callers.arrived += 1
            self._record(coming, end, end, end, int(Outcome.UNFINISHED), 0, 1)
        return self._meters(end)

    def _meters(self, end: int) -> Meters:
        fleet = self.fleet
        copies = fleet.lives + [(c.launched, c.ready, end, c.variant) for c in fleet.copies.values()]
        hosts = fleet.host_lives + [(h.launched, h.up, end) for h in fleet.hosts.values()]
        instances = hosts if self.model.hosts.maximum else [life[:3] for life in copies]
        peak = max(fleet.peak, len(fleet.copies)) if end > self.window_from else fleet.peak

        def within(first: int, last: int) -> int:
            return max(0, last - max(first, self.window_from))

        return Meters(
            window_us=within(0, end),
            instance_us=sum(within(launched, gone) for launched, _, gone in instances),
            instance_us_from_ready=sum(within(ready, gone) for _, ready, gone in instances),
            copy_us=sum(within(ready, gone) for _, ready, gone, _ in copies) if self.model.hosts.maximum else 0,
            variant_us=tuple(
                sum(within(launched, gone) for launched, _, gone, variant in copies if variant == number)
                for number in range(len(self.model.variants))
            ),
            busy_us=sum(within(record.start, record.finish) for record in self.log),
            max_copies=peak,
            cold_starts=fleet.cold_starts,
            lost=fleet.lost,
            loads=self.models.loads,
            reloads=self.models.reloads,
            evictions=self.models.evictions,
        )
