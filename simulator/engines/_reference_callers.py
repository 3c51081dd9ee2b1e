"""Callers in the reference engine: an open stream or closed users, and what is tried again.

An open stream arrives as the demand says. A closed user arrives first at his entry of `first_us`, takes the next row
of the demand, and comes again when he has thought about the answer; he stops when no row is left. An attempt that
failed for a reason that may pass is tried again after a pause, with the row it had and a routing draw of its own.
"""

from collections.abc import Callable, Generator
from typing import Final

from simulator.codes import Outcome
from simulator.engines._calendar import ARRIVAL, Calendar, Entries, Rows
from simulator.engines._reference_state import Call
from simulator.model import ServingModel, Supply, retry_us

__all__ = ["Callers"]

RETRIED: Final = frozenset(
    {Outcome.THROTTLED, Outcome.NOT_READY, Outcome.NO_CAPACITY, Outcome.TIMED_OUT, Outcome.ABANDONED, Outcome.FAILED}
)
_RETRY_KEY: Final = 2**32


class Callers:
    """Where arrivals come from. `arrive(number, call)` is the endpoint's handler of one."""

    def __init__(
        self, calendar: Calendar, model: ServingModel, rows: Rows, supply: Supply, arrive: Callable[[int, Call], None]
    ) -> None:
        self.calendar, self.model, self.rows, self.arrive = calendar, model, rows, arrive
        self.arrived = 0
        """Attempts that have arrived."""
        self.coming: dict[tuple[int, int], Call] = {}
        """Retries on their way, by (time, key)."""
        self.jitter, self.routes = Entries(supply, "jitter"), Entries(supply, "retry_route")
        if model.caller.users:
            first = Entries(supply, "first_us")
            for user in range(model.caller.users):
                self._come_at(first.at(user), user)
        else:
            calendar.process(self._stream())

    @property
    def reactive(self) -> bool:
        """Callers do something at the answer, so that limits are events."""
        return self.model.caller.users > 0 or self.model.caller.attempts > 1

    def _stream(self) -> Generator[object, None, None]:
        while (coming := self.rows.peek()) is not None:
            yield self.calendar.wait(coming.arrival, ARRIVAL, 0)
            row = self.rows.take()
            self._arrive(Call(row, row.route))

    def _arrive(self, call: Call) -> None:
        number = self.arrived
        self.arrived += 1
        self.arrive(number, call)

    def _come_at(self, time: int, user: int) -> None:
        def come() -> None:
            if self.rows.peek() is not None:
                row = self.rows.take()
                self._arrive(Call(row, row.route, user=user))

        self.calendar.at(time, ARRIVAL, user, come)

    def learn(self, number: int, call: Call, first: int, outcome: int, response: int) -> int:
        """The caller learns at `response` how an attempt ended; 1 if no further attempt follows, else 0."""
        if outcome in RETRIED and call.attempt < self.model.caller.attempts:
            time = response + retry_us(self.model.caller.backoff_us, call.attempt, self.jitter.at(number))
            again = call._replace(route=self.routes.at(number), attempt=call.attempt + 1, first=first)
            key = (time, _RETRY_KEY + number)
            self.coming[key] = again

            def come() -> None:
                del self.coming[key]
                self._arrive(again)

            self.calendar.at(time, ARRIVAL, key[1], come)
            return 0
        if call.user >= 0:
            self._come_at(response + call.row.think, call.user)
        return 1
