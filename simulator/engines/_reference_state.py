"""What the reference engine for copies keeps: requests at the endpoint, copies and hosts."""

from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

from simulator.engines._calendar import NEVER, Row

__all__ = ["Call", "Copy", "Host", "Request"]


class Call(NamedTuple):
    """One attempt of a caller."""

    row: Row
    route: int
    attempt: int = 1
    first: int = -1
    """Arrival of the first attempt; -1 when this is it."""
    user: int = -1
    """Number of a closed caller."""


@dataclass(eq=False)
class Request:
    """An attempt at the endpoint."""

    number: int
    """Arrival sequence."""
    arrival: int
    call: Call
    variant: int
    work: int
    start: int = -1
    error: int = NEVER
    """Instant of the endpoint's own limit, once it has passed."""
    cold_before: int = 0
    """Time without a copy in service, but one starting, up to the arrival; from the start on, the cold part of the wait."""
    position: int = -1
    loading: bool = False
    """It waits for its model."""
    over: bool = False
    """The endpoint is done with it."""
    settled: bool = False
    """Its caller has been told; the work goes on."""
    final: int = 1
    """No further attempt follows."""

    @property
    def first(self) -> int:
        """Arrival of the first attempt."""
        return self.arrival if self.call.first < 0 else self.call.first


@dataclass(eq=False)
class Host:
    """An instance that copies are packed on."""

    position: int
    launched: int
    up: int
    zone: int
    free: list[int]
    """Cores, accelerators and memory that nobody has reserved."""
    copies: int = 0
    emptied: int = 0
    """How often it has become empty: a release that was planned before is void."""


@dataclass(eq=False)
class Copy:
    """A copy: what it serves, what waits at it, and how far its work has come."""

    position: int
    variant: int
    launched: int
    ready: int
    zone: int
    host: Host | None = None
    in_service: bool = False
    draining: bool = False
    waiting: deque[Request] = field(default_factory=deque)
    serving: list[tuple[int, int, Request]] = field(default_factory=list)
    """Heap of (virtual finish, number, request)."""
    loading: int = 0
    """Requests that wait for their model."""
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
        """Requests waiting, in service, and waiting for their model."""
        return len(self.waiting) + len(self.serving) + self.loading
