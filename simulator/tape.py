"""The tape: all randomness of a simulation, drawn chunk by chunk, one numpy generator per stream.

A `Demand` (arrivals, work, sizes, routing numbers) is shared by all options, so that they are compared on the
same requests; a `Supply` (start-ups, action delays, cold starts, keep-alive) belongs to one option. A stream
depends on seed, replication and its own name only: new streams leave old ones as they were. Rows come out the
same however they are cut.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from threading import Event, RLock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from advisor.errors import Cancelled, InputError, Problem, TooLargeError
from advisor.units import format_count, format_duration
from advisor.workload import ClosedTraffic, SizeDistribution, TimeDistribution, TokenTime, Workload
from simulator._closed import closed_rate_per_s, endless_rows, think_us
from simulator._draws import (
    Reader,
    draw,
    generator,
    model_reader,
    prefill_reader,
    service_reader,
    size_reader,
    to_service,
)
from simulator._supply import Spread, Supply
from simulator.arrivals import BLOCK, arrival_chunks, horizon_us, regroup, trace_chunks
from simulator.model import Columns
from simulator.spool import Spool
from simulator.traces import Trace

__all__ = ["Columns", "Demand", "Place", "PlacedDemand", "Spread", "Supply"]

HELD_ROWS = 8_000_000
"""A demand expected to have no more rows is kept in memory; a larger one is drawn anew at each pass."""
MOST_ROWS = 5_000_000_000
"""Demands expected to have more rows than this are refused: they would take hours."""
_KEPT_PLACES = 6
"""Places whose service times and mean sizes are kept: many sizes of a fleet are asked for at the same place."""
_KEPT_ROWS = 2_000_000
"""Service times of a place are kept for demands of no more rows."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where requests are served: how long the work takes there, and which bodies are refused."""

    time: TimeDistribution
    """Service time on one slot, before `speed`."""
    speed: float = 1.0
    """Service times are divided by this."""
    payload_max_bytes: int | None = None
    """Requests with a larger body (as it travels) never reach the engine; None: no limit."""


class Demand:
    """The requests of a workload: when they come, how much work they are, how large they are.

    Arguments: `horizon` in microseconds (default: `arrivals.horizon_us`); `trace` where the traffic is one;
    `replication` draws everything anew, except that the arrivals of a trace stay (inside bins the placement
    is drawn anew) and recorded service times are resampled with replacement. Sizes, service times and
    arrivals are drawn independently of each other. Closed traffic has rows without end, all at 0: row k is the k-th
    request that any user asks, drawn anew at each pass. `cancel` stops the drawing between blocks with Cancelled. Raises
    InputError where the workload cannot be played, and TooLargeError where it would have too many rows.

    >>> from advisor.workload import load_workload
    >>> workload = load_workload("invoice-ocr")
    >>> demand = Demand(workload, seed=1, horizon=3_600_000_000)
    >>> rows = next(demand.at(Place(workload.service.time)).chunks())
    >>> bool((rows.service_us >= 1).all()), len(rows.route) == len(rows.arrival_us) == demand.rows
    (True, True)
    """

    def __init__(
        self,
        workload: Workload,
        seed: int = 0,
        horizon: int | None = None,
        trace: Trace | None = None,
        replication: int = 0,
        cancel: Event | None = None,
    ) -> None:
        self.cancel = cancel
        if seed < 0 or replication < 0:
            raise InputError([Problem("seed", str(min(seed, replication)), "a whole number from 0 up")])
        self.workload, self.seed, self.trace, self.replication = workload, seed, trace, replication
        self.horizon_us = horizon_us(workload, trace) if horizon is None else horizon
        if self.expected_rows > MOST_ROWS:
            raise TooLargeError(
                f"about {format_count(self.expected_rows)} requests in {format_duration(self.horizon_us)}, more than "
                f"{format_count(MOST_ROWS)}: lower the rate or state a shorter traffic.duration"
            )
        self._columns: dict[tuple[str, str | float], NDArray[Any]] = {}
        self._placed: dict[Place, PlacedDemand] = {}
        self._lock = RLock()

    @property
    def note(self) -> str:
        """What the traffic cannot show; empty when nothing."""
        return self.trace.note if self.trace else ""

    @property
    def closed(self) -> ClosedTraffic | None:
        """The traffic where users wait for each answer; None where it is open."""
        traffic = self.workload.traffic
        return traffic if isinstance(traffic, ClosedTraffic) else None

    @cached_property
    def held(self) -> bool:
        """Whether all rows are kept in memory: not those of a recording that lies on disk itself."""
        spooled = self.trace is not None and isinstance(self.trace.start_us, Spool)
        return self.closed is None and not spooled and self.expected_rows <= HELD_ROWS

    @property
    def expected_rows(self) -> int:
        """Requests to expect within the horizon, without drawing any: for estimates of memory and time."""
        if self.trace is not None:
            return self.trace.requests
        if self.closed is not None:
            return round(closed_rate_per_s(self.workload) * self.horizon_us / 1e6)
        return round((self.workload.traffic.mean_rate_per_s or 0.0) * self.horizon_us / 1e6)

    @cached_property
    def rows(self) -> int:
        """Requests within the horizon; of closed traffic the most to expect."""
        if self.closed is not None:
            return self.expected_rows
        return sum(len(arrivals) for arrivals in self.arrivals())

    def arrivals(self) -> Iterator[NDArray[np.int64]]:
        """Arrival times in blocks of about 65,536, int64 microseconds, ascending."""
        if not self.held:
            yield from self._drawn_arrivals()
            return
        whole = self._whole("arrivals", "")
        for first in range(0, len(whole), BLOCK):
            yield whole[first : first + BLOCK]

    def at(self, place: Place) -> "PlacedDemand":
        """The same requests as they are at `place`; the last few places are kept."""
        with self._lock:
            found = self._placed.pop(place, None) or PlacedDemand(self, place)
            while len(self._placed) >= _KEPT_PLACES:
                del self._placed[next(iter(self._placed))]
            self._placed[place] = found
        return found

    def draws(self, stream: str, shape: str | float) -> Reader:
        """Reader of the base draws of a stream: kept where the demand is held, else drawn when read."""
        if self.held:
            whole = self._whole(stream, shape)
            return lambda first, count: whole[first : first + count]
        source = generator(self.seed, self.replication, stream)
        return lambda _, count: draw(source, shape, count)

    def concurrency(self, place: Place, quantile: float) -> int:
        """Requests in progress that a share `quantile` of the arrivals does not exceed, themselves included.

        Nobody waits and nobody is refused here: the offered concurrency. It is what arrivals find, not an
        average over time, since a limit turns arrivals away. Requests too large for the place do not count. Closed
        users have at most one request each.
        """
        if self.closed is not None:
            return self.closed.users
        seen = np.zeros(1, dtype=np.int64)
        busy = np.empty(0, dtype=np.int64)
        for columns in self.at(place).chunks():
            arrivals = columns.arrival_us
            finishes = np.concatenate([busy, arrivals + columns.service_us])
            finishes.sort()
            begun = len(busy) + np.arange(1, len(arrivals) + 1)
            level = np.bincount(begun - np.searchsorted(finishes, arrivals, side="right"), minlength=len(seen))
            level[: len(seen)] += seen
            seen = level
            busy = finishes[np.searchsorted(finishes, arrivals[-1], side="right") :]
        total = int(seen.sum())
        return 0 if total == 0 else int(np.searchsorted(np.cumsum(seen), math.ceil(quantile * total)))

    def _drawn_arrivals(self) -> Iterator[NDArray[np.int64]]:
        source = generator(self.seed, self.replication, "arrivals")
        if self.closed is not None:
            blocks = endless_rows(self.workload, self.horizon_us)
        elif self.trace is not None:
            blocks = trace_chunks(self.trace, source, self.horizon_us)
        else:
            blocks = arrival_chunks(self.workload.traffic, source, self.horizon_us)
        for block in blocks:
            if self.cancel is not None and self.cancel.is_set():
                raise Cancelled("stopped")
            yield block

    def _whole(self, stream: str, shape: str | float) -> NDArray[Any]:
        """A whole column, drawn once; threads that ask for it meanwhile wait."""
        with self._lock:
            if (stream, shape) not in self._columns:
                if stream == "arrivals":
                    made = np.concatenate([np.empty(0, dtype=np.int64), *self._drawn_arrivals()])
                else:
                    made = draw(generator(self.seed, self.replication, stream), shape, self.rows)
                made.flags.writeable = False
                self._columns[stream, shape] = made
            return self._columns[stream, shape]


class PlacedDemand:
    """The requests of a demand at one place: what an engine plays."""

    def __init__(self, demand: Demand, place: Place) -> None:
        self.demand, self.place = demand, place

    def chunks(self, rows: int | None = None) -> Iterator[Columns]:
        """Columns in chunks of `rows` (about 65,536 where None); the same bits for any."""
        blocks = self._blocks()
        if rows is None:
            return blocks
        # every block has the same columns; those it lacks stay away
        names = [name for name, there in zip(Columns._fields, self._present, strict=True) if there]
        plain = (tuple(getattr(block, name) for name in names) for block in blocks)
        return (Columns(**dict(zip(names, part, strict=True))) for part in regroup(plain, rows))

    @property
    def _present(self) -> tuple[bool, ...]:
        """Which columns there are: the number of the model where there are several, think times where users wait, the work
        before the first token where tokens are streamed.
        """
        return (
            True, True, True, self.demand.workload.model.count > 1, self.demand.closed is not None,
            self.demand.workload.request.streaming is True and isinstance(self.place.time, TokenTime),
        )  # fmt: skip

    @cached_property
    def too_large(self) -> int:
        """Requests refused for the size of their body, over the whole horizon."""
        return self.refused()

    def refused(self, from_us: int = 0, accepted: int | None = None) -> int:
        """Requests refused for the size of their body among those arriving at `from_us` or later.

        A closed user whose request is too large is told so at once and asks the next one without a pause; as it has no
        time of its own, those before the first `accepted` that were not refused are counted (default: as expected).
        """
        if not self._may_refuse:
            return 0
        if self.demand.closed is not None:
            return self._refused_among(self.demand.expected_rows if accepted is None else accepted)
        count, payloads, first = 0, self._sizes("payload"), 0
        for arrivals in self.demand.arrivals():
            large = payloads(first, len(arrivals)) > (self.place.payload_max_bytes or 0)
            count += int(np.count_nonzero(large & (arrivals >= from_us)))
            first += len(arrivals)
        return count

    def _refused_among(self, accepted: int) -> int:
        payloads, first, left = self._sizes("payload"), 0, accepted
        for arrivals in self.demand.arrivals():
            fits = np.flatnonzero(payloads(first, len(arrivals)) <= (self.place.payload_max_bytes or 0))
            if len(fits) >= left:
                return first + (int(fits[left - 1]) + 1 if left else 0) - accepted
            first, left = first + len(arrivals), left - len(fits)
        return 0

    @cached_property
    def mean_payload_bytes(self) -> float:
        """Mean size of the accepted requests as they travel, bytes; 0 where there are none."""
        return self._mean("payload")

    @cached_property
    def mean_response_bytes(self) -> float:
        """Mean size of the answers to the accepted requests, bytes; 0 where no size was stated."""
        return self._mean("response")

    @property
    def _may_refuse(self) -> bool:
        """Whether any request can be too large: sizes are recorded, unbounded, or go above the limit."""
        limit, sizes, trace = (
            self.place.payload_max_bytes,
            self.demand.workload.request.wire_payload,
            self.demand.trace,
        )
        if limit is None:
            return False
        recorded = trace is not None and trace.payload_bytes is not None
        return recorded or sizes.largest > limit or (sizes.max is None and not sizes.constant)

    def _sizes(self, what: str) -> Reader:
        """Sizes of requests as they travel ("payload") or of answers ("response"), int64 bytes."""
        demand = self.demand
        request = demand.workload.request
        if what == "response":
            recorded = demand.trace.response_bytes if demand.trace else None
            return size_reader(demand.draws, what, request.response or SizeDistribution(p50=0), recorded)
        recorded = demand.trace.payload_bytes if demand.trace else None
        read = size_reader(demand.draws, what, request.wire_payload, recorded)
        if recorded is not None and request.encoding == "base64":
            return lambda first, count: -(-read(first, count) // 3) * 4
        return read

    def _services(self) -> Reader:
        """Service times, kept where they are few."""
        if not self.demand.held or self.demand.rows > _KEPT_ROWS:
            return self._drawn_services()
        whole = self._kept_services
        return lambda first, count: whole[first : first + count]

    @cached_property
    def _kept_services(self) -> NDArray[np.int64]:
        read, rows = self._drawn_services(), self.demand.rows
        blocks = [read(first, min(BLOCK, rows - first)) for first in range(0, rows, BLOCK)]
        made = np.concatenate([np.empty(0, dtype=np.int64), *blocks])
        made.flags.writeable = False
        return made

    def _drawn_services(self) -> Reader:
        """Service times: recorded ones at the reference, else drawn from the time of the place."""
        demand, place, trace = self.demand, self.place, self.demand.trace
        tokens = (trace.input_tokens, trace.output_tokens) if trace else (None, None)
        if trace is None or trace.service_us is None or place.time != demand.workload.service.time:
            return service_reader(demand.draws, place.time, place.speed, tokens)
        recorded = trace.service_us
        if demand.replication == 0:
            return lambda first, count: to_service(recorded[first : first + count], place.speed)
        uniform = demand.draws("service", "uniform")
        return lambda first, count: to_service(
            recorded[(uniform(first, count) * len(recorded)).astype(np.int64)], place.speed
        )

    def _prefills(self) -> Reader | None:
        """Share of the work before the first token, by the tokens of each request; None where nothing is streamed by tokens."""
        time, trace = self.place.time, self.demand.trace
        if not self._present[-1] or not isinstance(time, TokenTime):
            return None
        tokens = (trace.input_tokens, trace.output_tokens) if trace else (None, None)
        return prefill_reader(self.demand.draws, time, tokens)

    def _blocks(self) -> Iterator[Columns]:
        services, routes = self._services(), self.demand.draws("route", "bits")
        payloads = self._sizes("payload") if self._may_refuse else None
        model, closed = self.demand.workload.model, self.demand.closed
        models = model_reader(self.demand.draws, model.count, model.zipf_exponent) if model.count > 1 else None
        prefills = self._prefills()
        first = 0
        for arrivals in self.demand.arrivals():
            count = len(arrivals)
            block = Columns(
                arrivals, services(first, count), routes(first, count),
                None if models is None else models(first, count),
                None if closed is None else np.full(count, think_us(closed)),
                None if prefills is None else prefills(first, count),
            )  # fmt: skip
            if payloads is not None:
                block = block.part(payloads(first, count) <= (self.place.payload_max_bytes or 0))
            first += count
            if len(block.arrival_us):
                yield block

    def _mean(self, what: str) -> float:
        request, trace = self.demand.workload.request, self.demand.trace
        stated = request.wire_payload if what == "payload" else request.response
        recorded = (
            trace is not None and (trace.payload_bytes if what == "payload" else trace.response_bytes) is not None
        )
        if not recorded and (stated is None or stated.constant) and not self._may_refuse:
            return float(stated.p50) if stated else 0.0
        sizes, payloads = self._sizes(what), self._sizes("payload") if self._may_refuse else None
        total, accepted, first = 0, 0, 0
        for arrivals in self.demand.arrivals():
            values = sizes(first, len(arrivals))
            if payloads is not None:
                values = values[payloads(first, len(arrivals)) <= (self.place.payload_max_bytes or 0)]
            total, accepted, first = total + int(values.sum()), accepted + len(values), first + len(arrivals)
            if self.demand.closed is not None and accepted >= BLOCK:
                break  # rows have no end
        return total / accepted if accepted else 0.0
