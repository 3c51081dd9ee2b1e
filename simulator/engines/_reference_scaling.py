"""Periods, actions and schedules in the reference engine: when the policies look, and what they change in the fleet."""

from collections.abc import Generator
from typing import Final, Protocol

from simulator.codes import EventKind, Metric
from simulator.engines._calendar import ACTION, PERIOD, Calendar, Tape
from simulator.engines._reference_fleet import Fleet
from simulator.engines._reference_policy import Scaling
from simulator.engines._reference_state import Copy
from simulator.engines._reference_tracking import Tracking
from simulator.model import WEIGHT_BITS, Schedule, ServingModel, Supply, policies_of

__all__ = ["Policies"]

_SCHEDULE_KEY: Final = 2**12


class Owner(Protocol):
    """What the policies ask of the endpoint."""

    def before_change(self) -> None:
        """Carry the integrals forward to this instant."""

    def sums(self, variant: int) -> tuple[int, int, int, int]:
        """Invocations, request-time, copy-time and failures of a variant since the start."""
        ...

    def at_endpoint(self, variant: int) -> tuple[int, int]:
        """Requests of a variant at the endpoint, and those that wait centrally."""
        ...


class Policies:
    """The policies of all variants, and their scheduled actions."""

    def __init__(self, calendar: Calendar, model: ServingModel, supply: Supply, fleet: Fleet, owner: Owner) -> None:
        self.calendar, self.model, self.fleet, self.owner = calendar, model, fleet, owner
        self.delay_tape = Tape(supply, "delay_us")
        self.tracking = [Tracking(policy, number, model) for number, policy in enumerate(policies_of(model))]
        self.scaling = [
            Scaling([one for one in self.tracking if one.policy.variant == number], variant.minimum, variant.maximum)
            for number, variant in enumerate(fleet.variants)
        ]

    def begin(self) -> None:
        """Start the periods, and plan the scheduled actions."""
        for tracking in self.tracking:
            self.calendar.process(self._periods(tracking))
        for number, schedule in enumerate(self.model.schedules):
            self._plan_schedule(number, schedule)

    def _periods(self, tracking: Tracking) -> Generator[object, None, None]:
        begun = (0, 0, 0, 0)
        while True:
            yield self.calendar.wait(self.calendar.now + tracking.policy.period_us, PERIOD, tracking.number)
            self.owner.before_change()
            variant = tracking.policy.variant
            sums = self.owner.sums(variant)
            calls, request_us, copy_us, failures = (now - then for now, then in zip(sums, begun, strict=True))
            begun = sums
            copies = len(self.fleet.serving(variant))
            there, waiting = self.owner.at_endpoint(variant)
            num, den = {
                Metric.INVOCATIONS: (calls, 1 << WEIGHT_BITS),
                Metric.CONCURRENCY: (request_us, copy_us),
                Metric.BACKLOG: (there, copies),
                Metric.NO_CAPACITY: (failures, 1),
            }[Metric(tracking.policy.metric)]
            tracking.close_period(num, den, copies, there, waiting)
            self._alarm(tracking, copies)

    def _alarm(self, tracking: Tracking, copies: int) -> None:
        """Order an action if the policy calls for one and nothing is under way."""
        variant = tracking.policy.variant
        scaling = self.scaling[variant]
        if scaling.action_pending or self.fleet.starting(variant):
            return
        action = scaling.alarm(tracking, copies)
        if action:
            self.fleet.note(EventKind.ALARM, tracking.number, action, variant, tracking.asked())
            scaling.action_pending = True
            due = self.calendar.now + self.delay_tape.next()
            self.calendar.at(due, ACTION, variant, lambda: self._act(action, tracking))

    def _act(self, action: int, tracking: Tracking) -> None:
        self.owner.before_change()
        variant = tracking.policy.variant
        scaling = self.scaling[variant]
        scaling.action_pending = False
        copies = self.fleet.serving(variant)
        there = len(copies) + self.fleet.starting(variant)
        wanted = scaling.wanted(action, tracking, len(copies), self.calendar.now)
        if wanted > there:
            self.fleet.note(EventKind.SCALE_OUT, -1, wanted, variant, len(copies))
            scaling.in_cooldown_end = self.calendar.now
            scaling.out_cooldown_us = tracking.policy.out_cooldown_us
            self.fleet.launch(variant, wanted - there)
        elif wanted < len(copies):
            self.fleet.note(EventKind.SCALE_IN, -1, wanted, variant, len(copies))
            scaling.in_cooldown_end = self.calendar.now + tracking.policy.in_cooldown_us
            for copy in reversed(copies[wanted:]):
                self.fleet.drain(copy)
        else:
            self.fleet.note(EventKind.DROPPED, -1, len(copies), variant)

    def cool(self, copy: Copy) -> None:
        """When all copies of a variant are ready, its scale-out is over and the cooldown begins."""
        if not self.fleet.starting(copy.variant):
            scaling = self.scaling[copy.variant]
            scaling.out_cooldown_end = max(scaling.out_cooldown_end, self.calendar.now + scaling.out_cooldown_us)
            scaling.out_cooldown_us = 0

    def _plan_schedule(self, number: int, schedule: Schedule) -> None:
        def set_bounds() -> None:
            self.owner.before_change()
            variant = schedule.variant
            scaling = self.scaling[variant]
            scaling.minimum, scaling.maximum = schedule.minimum, schedule.maximum
            self.fleet.note(EventKind.SCHEDULED, -1, schedule.minimum, variant, schedule.maximum)
            copies = self.fleet.serving(variant)
            there = len(copies) + self.fleet.starting(variant)
            if there < schedule.minimum:
                self.fleet.launch(variant, schedule.minimum - there)
            for copy in reversed(copies[max(0, len(copies) - max(0, there - schedule.maximum)) :]):
                self.fleet.drain(copy)

        self.calendar.at(schedule.time_us, ACTION, _SCHEDULE_KEY + number, set_bounds)
