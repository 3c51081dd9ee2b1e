"""What the two models of the reference engine share: rows of a demand, log entries, and how a run is played."""

from collections.abc import Callable, Generator, Iterator
from typing import Any, Final, NamedTuple, Protocol

from simulator.codes import Outcome
from simulator.engines._collect import Cancel, Progress, stop_if_asked
from simulator.model import TAPE_LENGTH, Demand, ServingModel, Supply, settle

__all__ = [
    "ACTION", "ARRIVAL", "COMPLETION", "IDLE_END", "LIMIT", "NEVER", "PERIOD", "READY", "Calendar", "Entries", "Model", "Record",
    "Row", "Rows", "Tape", "ended", "opened", "play_on", "sole",
]  # fmt: skip

COMPLETION, READY, IDLE_END, PERIOD, ACTION, LIMIT, ARRIVAL = range(7)
"""Ranks of events, see `simulator.model`."""

NEVER: Final = 2**61
_LOOK_EVERY: Final = 5_000


class Calendar(Protocol):
    """Events by (time, rank, key), the smallest first."""

    @property
    def now(self) -> int:
        """The clock, microseconds."""
        ...

    def at(self, time: int, rank: int, key: int, handler: Callable[[], None]) -> None:
        """Call the handler at that point of the order."""
        ...

    def wait(self, time: int, rank: int, key: int) -> object:
        """What a process yields to go on at that point of the order."""
        ...

    def process(self, steps: Generator[Any, None, None]) -> None:
        """Run a process: a generator of waits."""
        ...

    def peek(self) -> float:
        """Time of the next event; infinite when there is none."""
        ...

    def step(self) -> None:
        """Play the next event."""
        ...


class Row(NamedTuple):
    """One row of a demand."""

    number: int
    arrival: int
    work: int
    route: int
    model: int
    think: int


class Record(NamedTuple):
    """One entry of the log."""

    number: int
    arrival: int
    start: int
    finish: int
    response: int
    outcome: int
    cold: int
    position: int
    attempt: int
    first: int
    final: int
    variant: int
    row: int


def sole(
    number: int, arrival: int, start: int, finish: int, response: int, outcome: int, cold: int, position: int
) -> Record:
    """The record of a request that is tried once, at an endpoint of one variant."""
    return Record(number, arrival, start, finish, response, outcome, cold, position, 1, arrival, 1, 0, number)


class Rows:
    """The rows of a demand in order, read as they are needed, and whether the last one has arrived."""

    def __init__(self, demand: Demand) -> None:
        self._coming = self._read(demand)
        self._ahead = next(self._coming, None)
        self.arrived = 0
        """Rows that have arrived."""

    @staticmethod
    def _read(demand: Demand) -> Iterator[Row]:
        number = 0
        for chunk in demand.chunks():
            rows = len(chunk.arrival_us)
            model = [0] * rows if chunk.model is None else chunk.model.tolist()
            think = [1] * rows if chunk.think_us is None else chunk.think_us.tolist()
            listed = (chunk.arrival_us.tolist(), chunk.service_us.tolist(), chunk.route.tolist(), model, think)
            for values in zip(*listed, strict=True):
                yield Row(number, *values)
                number += 1

    @property
    def exhausted(self) -> bool:
        """Every row has arrived."""
        return self._ahead is None

    def peek(self) -> Row | None:
        """The next row, which has not arrived yet; None when there is none."""
        return self._ahead

    def take(self) -> Row:
        """The next row arrives."""
        row = self._ahead
        assert row is not None  # noqa: S101 - the caller has looked
        self._ahead = next(self._coming, None)
        self.arrived += 1
        return row


class Tape:
    """A supply tape read one entry after the other."""

    def __init__(self, supply: Supply, name: str) -> None:
        self._supply, self._name = supply, name
        self.taken = 0

    def next(self) -> int:
        """The next duration, microseconds."""
        at = self.taken % TAPE_LENGTH
        self.taken += 1
        return int(self._supply.tape(self._name, at + 1)[at])


class Entries:
    """A supply tape read at any place."""

    def __init__(self, supply: Supply, name: str) -> None:
        self._supply, self._name = supply, name

    def at(self, number: int) -> int:
        """Entry `number`; the tape starts again after its length."""
        index = number % TAPE_LENGTH
        return int(self._supply.tape(self._name, index + 1)[index])


def ended(model: ServingModel, outcome: Outcome, arrival: int, finish: int, error: int) -> tuple[int, int]:
    """Outcome and response of a request that the endpoint is done with at `finish`."""
    response = finish + model.overhead_us if outcome == Outcome.OK else finish
    return settle(int(outcome), arrival, finish, response, error, model.caller_timeout_us)


def opened(model: ServingModel, arrival: int, end: int, error: int) -> tuple[int, int]:
    """Outcome and response of a request that is still open at the end."""
    after = end + 1
    outcome, response = settle(int(Outcome.UNFINISHED), arrival, after, after, error, model.caller_timeout_us)
    return outcome, min(response, end)


class Model(Protocol):
    """What can be played."""

    calendar: Calendar
    model: ServingModel
    rows: Rows
    last_request_event: int

    @property
    def open_requests(self) -> int:
        """Requests at the endpoint, and retries on their way."""
        ...


def play_on(played: Model, cancel: Cancel | None, progress: Progress | None) -> int:
    """Play events until the run ends; the time of its end."""
    steps = 0
    while True:
        if played.rows.exhausted and not played.open_requests and not played.model.to_horizon:
            return played.last_request_event
        if played.calendar.peek() > played.model.horizon_us:
            return played.model.horizon_us
        played.calendar.step()
        steps += 1
        if steps % _LOOK_EVERY == 0:
            stop_if_asked(cancel)
            if progress:
                progress(played.rows.arrived)
