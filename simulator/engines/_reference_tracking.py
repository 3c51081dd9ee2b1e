"""One scaling policy in the reference engine: its datapoints, how long its alarms have been on, what it asks for."""

from simulator.codes import FromZero, Metric, PolicyKind
from simulator.model import Policy, ServingModel, desired_copies, is_beyond, is_high, is_low, stepped

__all__ = ["Tracking"]


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
