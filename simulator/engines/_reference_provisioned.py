"""Provisioned environments in the reference engine: how many are ready, how many are busy, and what changes that.

Policies track the share of them that is busy; scheduled actions set new bounds. When there are fewer, free ones go
at once; those that are busy finish what they do and are ordinary environments from then on.
"""

from collections.abc import Generator
from typing import Final

from simulator.codes import EventKind
from simulator.engines._calendar import ACTION, PERIOD, READY, Calendar, Tape
from simulator.engines._reference_policy import Scaling
from simulator.engines._reference_tracking import Tracking
from simulator.model import Schedule, ServingModel, Supply, policies_of

__all__ = ["Provisioned"]

_SCHEDULE_KEY: Final = 2**12


class Provisioned:
    """Counts of provisioned environments, their policies and their schedule."""

    def __init__(self, calendar: Calendar, model: ServingModel, supply: Supply, window_from: int) -> None:
        self.calendar, self.window_from = calendar, window_from
        self.number = model.serverless.provisioned
        """Ready ones, busy or free."""
        self.busy = 0
        """Busy ones among them."""
        self.leaving = 0
        """Busy ones beyond the number: they leave when they finish."""
        self.starting = 0
        """Launched, not ready yet."""
        self.start_tape, self.delay_tape = Tape(supply, "start_us"), Tape(supply, "delay_us")
        self.timeline: list[tuple[int, ...]] = []
        self.moved_to = self.busy_us = self.ready_us = 0
        """Instant to which the integrals of `busy` and `number` have been carried, and the integrals."""
        self.meter_us = 0
        """The integral of `number` inside the window."""
        policies = [Tracking(policy, number, model) for number, policy in enumerate(policies_of(model))]
        self.scaling = Scaling(policies, model.minimum, model.maximum)
        if policies or model.schedules:
            for position in range(self.number):
                self._note(EventKind.LAUNCH, position, self.start_tape.taken)
                self.start_tape.next()
                self._note(EventKind.READY, position, position + 1)
        for policy in policies:
            calendar.process(self._periods(policy))
        for number, schedule in enumerate(model.schedules):
            self._plan(number, schedule)

    @property
    def now(self) -> int:
        """The clock, microseconds."""
        return self.calendar.now

    def move_on(self) -> None:
        """Carry the integrals forward to this instant."""
        self.busy_us += self.busy * (self.now - self.moved_to)
        self.ready_us += self.number * (self.now - self.moved_to)
        self.meter_us += self.number * max(0, self.now - max(self.moved_to, self.window_from))
        self.moved_to = self.now

    def _note(self, kind: EventKind, position: int, value: int, detail: int = 0) -> None:
        self.timeline.append((self.now, int(kind), position, value, 0, detail))

    # -- use

    @property
    def free(self) -> int:
        """Ready and not busy."""
        return self.number - self.busy

    def take(self) -> None:
        """A request takes a free one."""
        self.move_on()
        self.busy += 1

    def release(self) -> bool:
        """A request on one of them is over; whether its environment leaves, since there are to be fewer."""
        self.move_on()
        if self.leaving:
            self.leaving -= 1
            return True
        self.busy -= 1
        return False

    # -- change

    def _launch(self, count: int) -> None:
        for _ in range(count):
            number = self.start_tape.taken
            self._note(EventKind.LAUNCH, number, number)
            self.starting += 1
            self._ready_at(self.now + self.start_tape.next(), number)

    def _ready_at(self, time: int, number: int) -> None:
        def ready() -> None:
            self.move_on()
            self.starting -= 1
            self.number += 1
            self._note(EventKind.READY, number, self.number)
            if not self.starting:
                end = self.now + self.scaling.out_cooldown_us
                self.scaling.out_cooldown_end = max(self.scaling.out_cooldown_end, end)
                self.scaling.out_cooldown_us = 0

        self.calendar.at(time, READY, number, ready)

    def _cut(self, wanted: int) -> None:
        """Leave so many of those that are ready: free ones go first, then busy ones when they finish."""
        self.move_on()
        self.number = wanted
        beyond = max(0, self.busy - wanted)
        self.busy -= beyond
        self.leaving += beyond

    def _plan(self, number: int, schedule: Schedule) -> None:
        def carry_out() -> None:
            self.scaling.minimum, self.scaling.maximum = schedule.minimum, schedule.maximum
            self._note(EventKind.SCHEDULED, -1, schedule.minimum, schedule.maximum)
            there = self.number + self.starting
            if there < schedule.minimum:
                self._launch(schedule.minimum - there)
            elif there > schedule.maximum:
                self._cut(max(0, self.number - (there - schedule.maximum)))

        self.calendar.at(schedule.time_us, ACTION, _SCHEDULE_KEY + number, carry_out)

    # -- policies

    def _periods(self, policy: Tracking) -> Generator[object, None, None]:
        busy_us = ready_us = 0
        while True:
            yield self.calendar.wait(self.now + policy.policy.period_us, PERIOD, policy.number)
            self.move_on()
            policy.close_period(self.busy_us - busy_us, self.ready_us - ready_us, self.number, 0, 0)
            busy_us, ready_us = self.busy_us, self.ready_us
            self._look(policy)

    def _look(self, policy: Tracking) -> None:
        """Order an action if the policy calls for one."""
        if self.scaling.action_pending or self.starting:
            return
        action = self.scaling.alarm(policy, self.number)
        if action:
            self._note(EventKind.ALARM, policy.number, action, policy.asked())
            self.scaling.action_pending = True
            due = self.now + self.delay_tape.next()
            self.calendar.at(due, ACTION, 0, lambda: self._act(action, policy))

    def _act(self, action: int, policy: Tracking) -> None:
        self.scaling.action_pending = False
        before, there = self.number, self.number + self.starting
        wanted = self.scaling.wanted(action, policy, before, self.now)
        if wanted > there:
            self._note(EventKind.SCALE_OUT, -1, wanted, before)
            self.scaling.in_cooldown_end = self.now
            self.scaling.out_cooldown_us = policy.policy.out_cooldown_us
            self._launch(wanted - there)
        elif wanted < before:
            self._note(EventKind.SCALE_IN, -1, wanted, before)
            self.scaling.in_cooldown_end = self.now + policy.policy.in_cooldown_us
            self._cut(wanted)
        else:
            self._note(EventKind.DROPPED, -1, before)
