"""Target tracking in the reference engine: datapoints, alarms, cooldowns, and the number of copies wanted."""

from typing import Final

from simulator.codes import FromZero
from simulator.model import ServingModel, desired_copies, is_high, is_low

__all__ = ["Tracking"]

_OUT: Final = 1
_IN: Final = 2
_FROM_ZERO: Final = 3


class Tracking:
    """State of the policy: the last closed datapoint, how long each alarm has been on, and the cooldowns."""

    def __init__(self, model: ServingModel) -> None:
        self.model = model
        self.num = self.den = self.copies = 0
        """Last closed datapoint, num / den (den 0: missing), and the copies it is about."""
        self.high = self.low = self.zero = 0
        """Successive periods above the target, below the lower bound, and with a backlog but no copy."""
        self.action_pending = False
        self.out_cooldown_end = self.in_cooldown_end = 0

    def close_period(self, num: int, den: int, copies: int, in_flight: int, waiting: int) -> None:
        """Take the metric num / den of a period that ends with `copies` in service."""
        policy, target = self.model.policy, self.model.policy.target_thousandths
        if copies:
            self.num, self.den, self.copies = num, den, copies
        elif policy.from_zero == FromZero.ABOVE_TARGET:
            self.num, self.den, self.copies = in_flight, 1, 1
        else:
            self.num = self.den = self.copies = 0
        known = self.den > 0
        high = known and is_high(self.num, self.den, target)
        low = known and copies > 0 and is_low(self.num, self.den, target, policy.in_percent)
        stuck = policy.from_zero == FromZero.STEP and not copies and waiting > 0
        self.high = self.high + 1 if high else 0
        self.low = self.low + 1 if low else 0
        self.zero = self.zero + 1 if stuck else 0

    def alarm(self, copies: int) -> int:
        """The action that the alarms call for, if it would change the fleet; 0 for none."""
        policy = self.model.policy
        if self.high >= policy.out_points:
            return _OUT if self._desired() > copies else 0
        if self.low >= policy.in_points:
            return _IN if self._desired() < copies else 0
        return _FROM_ZERO if self.zero >= policy.from_zero_points and self.model.maximum else 0

    def asked(self) -> int:
        """Successive periods that the alarm of the last action has been on."""
        return max(self.high, self.low, self.zero)

    def wanted(self, action: int, copies: int, now: int) -> int:
        """Copies wanted at an action; those there are when the last closed period no longer asks for it."""
        cooled = now >= max(self.out_cooldown_end, self.in_cooldown_end)
        if action == _FROM_ZERO and self.zero:
            return min(self.model.maximum, self.model.policy.from_zero_step)
        if (action == _OUT and self.high) or (action == _IN and self.low and cooled):
            return self._desired()
        return copies

    def _desired(self) -> int:
        model = self.model
        return desired_copies(
            self.copies, self.num, self.den, model.policy.target_thousandths, model.minimum, model.maximum
        )
