"""Scaling policies in the reference engine: datapoints, alarms, cooldowns, and the number of copies wanted.

One policy alone scales out when it has been high long enough, in when it has been low long enough. Of several, any
one scales out and the largest number wins; they scale in when all of them agree. An action is carried out some time
after it was ordered, with the numbers of the last closed period; if that no longer asks for it, it is dropped.
"""

from typing import Final

from simulator.codes import PolicyKind
from simulator.engines._reference_tracking import Tracking

__all__ = ["FROM_ZERO", "IN", "OUT", "Scaling"]

OUT: Final = 1
IN: Final = 2
FROM_ZERO: Final = 3


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
