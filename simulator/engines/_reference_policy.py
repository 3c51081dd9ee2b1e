"""Scaling policies in the reference engine: datapoints, alarms, cooldowns, and the number of copies wanted.

One policy alone scales out when it has been high long enough, in when it has been low long enough. Of several, any
one scales out and the largest number wins; they scale in when all of them agree. An action is carried out some time
after it was ordered, with the numbers of the last closed period; if that no longer asks for it, it is dropped.
"""

from typing import Final

from simulator.codes import FromZero, Metric, PolicyKind
from simulator.model import Policy, ServingModel, desired_copies, is_beyond, is_high, is_low, stepped

__all__ = ["FROM_ZERO", "IN", "OUT", "Scaling", "Tracking"]

OUT: Final = 1
IN: Final = 2
FROM_ZERO: Final = 3


class Tracking:
    """State of one policy: the last closed datapoint, and for how many periods each alarm has been on."""

    def __init__(self, policy: Policy, number: int, model: ServingModel) -> None:
        self.policy, self.number = policy, number
        self.steps = [step for step in model.steps if step.policy == number]
        self.num = self.den = self.copies = 0
        """Last closed datapoint, num / den (den 0: missing), and the copies it is about."""
        self.high = self.low = self.zero = 0
        """Successive periods above the target, below the lower bound, and with a backlog but no copy."""

    def close_period(self, num: int, den: int, copies: int, in_flight: int, waiting: int) -> None:
        """Take the metric num / den of a period that ends with `copies` in service."""
        policy, target = self.policy, self.policy.target_thousandths
        if copies or policy.metric == Metric.NO_CAPACITY:
            self.num, self.den, self.copies = num, den, copies
        elif policy.from_zero == FromZero.ABOVE_TARGET:
            self.num, self.den, self.copies = in_flight, 1, 1
        else:
            self.num = self.den = self.copies = 0
        known = self.den > 0
        percent = policy.in_percent if policy.kind == PolicyKind.TARGET else 100
        high = known and policy.kind != PolicyKind.STEP_IN and is_high(self.num, self.den, target)
        low = (
            known and policy.kind != PolicyKind.STEP_OUT and copies > 0 and is_low(self.num, self.den, target, percent)
        )
        stuck = policy.from_zero == FromZero.STEP and not copies and waiting > 0
        self.high = self.high + 1 if high else 0
        self.low = self.low + 1 if low else 0
        self.zero = self.zero + 1 if stuck else 0

    @property
    def asks_out(self) -> bool:
        """It has been high long enough."""
        return self.high >= self.policy.out_points

    @property
    def asks_in(self) -> bool:
        """It has been low long enough."""
        points = self.policy.in_points if self.policy.kind == PolicyKind.TARGET else self.policy.out_points
        return self.low >= points

    def asked(self) -> int:
        """Successive periods that its alarm has been on."""
        return max(self.high, self.low, self.zero)

    def desired(self, copies: int, minimum: int, maximum: int) -> int:
        """Copies that the last closed datapoint asks for, where `copies` are in service."""
        policy = self.policy
        if policy.kind == PolicyKind.TARGET:
            return desired_copies(self.copies, self.num, self.den, policy.target_thousandths, minimum, maximum)
        direction = 1 if policy.kind == PolicyKind.STEP_OUT else -1
        wanted = copies
        for step in self.steps:
            if is_beyond(self.num, self.den, policy.target_thousandths, step.from_thousandths, direction):
                wanted = stepped(copies, step.change, step.unit, direction, minimum, maximum)
        return wanted


class Scaling:
    """The policies of one variant, its bounds and its cooldowns."""

    def __init__(self, policies: list[Tracking], minimum: int, maximum: int) -> None:
        self.policies = policies
        self.minimum, self.maximum = minimum, maximum
        self.action_pending = False
        self.out_cooldown_end = self.in_cooldown_end = 0
        self.out_cooldown_us = 0
        """Cooldown that follows what is being launched."""

    def _desired(self, policy: Tracking, copies: int) -> int:
        return policy.desired(copies, self.minimum, self.maximum)

    def _agreed(self) -> bool:
        """Every policy that can scale in asks for it, and none that steps out is in alarm."""
        return all(
            not policy.asks_out if policy.policy.kind == PolicyKind.STEP_OUT else policy.asks_in
            for policy in self.policies
        )

    def _inward(self, copies: int) -> int:
        """The largest number that a policy which can scale in asks for."""
        return max(
            self._desired(policy, copies) for policy in self.policies if policy.policy.kind != PolicyKind.STEP_OUT
        )

    def alarm(self, policy: Tracking, copies: int) -> int:
        """The action that a policy calls for at its period end, if it would change the fleet; 0 for none."""
        if policy.asks_out:
            return OUT if self._desired(policy, copies) > copies else 0
        if policy.asks_in:
            return IN if self._agreed() and self._inward(copies) < copies else 0
        return FROM_ZERO if policy.zero >= policy.policy.from_zero_points and self.maximum else 0

    def wanted(self, action: int, policy: Tracking, copies: int, now: int) -> int:
        """Copies wanted at an action; those there are when the last closed periods no longer ask for it."""
        cooled = now >= max(self.out_cooldown_end, self.in_cooldown_end)
        if action == FROM_ZERO and policy.zero:
            return max(copies, min(self.maximum, policy.policy.from_zero_step))
        if action == OUT and policy.high:
            others = (other for other in self.policies if other is policy or other.asks_out)
            return max(copies, *(self._desired(other, copies) for other in others))
        if action == IN and cooled and self._still_low():
            return min(copies, self._inward(copies))
        return copies

    def _still_low(self) -> bool:
        return all(
            not policy.asks_out if policy.policy.kind == PolicyKind.STEP_OUT else policy.low > 0
            for policy in self.policies
        )
