"""The scaling of a ServingModel: one policy, or several with their steps and schedules. Plain ints only."""

from typing import Final, NamedTuple

from simulator.codes import FromZero, Metric, PolicyKind, StepUnit

__all__ = ["NO_POLICY", "Policy", "Schedule", "Step", "TargetTracking"]


class TargetTracking(NamedTuple):
    """A target-tracking policy with the rule that leaves zero; `Metric.NONE` means no policy at all.

    The defaults are plain numbers for small models; what AWS uses are facts, and endpoint files fill them in.
    """

    metric: int = int(Metric.NONE)
    """Metric tracked."""
    target_thousandths: int = 1000
    """Target in thousandths of the metric's unit (per copy; invocations: per period)."""
    period_us: int = 1_000_000
    """Length of a metric period, microseconds."""
    out_points: int = 1
    """Successive periods above target before scale-out."""
    in_points: int = 1
    """Successive periods below the lower bound before scale-in."""
    in_percent: int = 50
    """Lower bound in percent of the target."""
    out_cooldown_us: int = 0
    """After a scale-out has finished (all copies ready), no scale-in for this long, microseconds."""
    in_cooldown_us: int = 0
    """After a scale-in, no further scale-in for this long, microseconds; a scale-out ends it."""
    from_zero: int = int(FromZero.NEVER)
    """What brings a fleet of no copies back."""
    from_zero_points: int = 1
    """Successive periods with a backlog and no copy before the step policy acts."""
    from_zero_step: int = 1
    """Copies that the step policy launches."""


NO_POLICY: Final = TargetTracking()
"""The fleet stays as it starts."""


class Policy(NamedTuple):
    """One of several scaling policies of a variant; the fields it shares with `TargetTracking` mean the same.

    A step policy adds or removes by the steps that belong to it: `target_thousandths` is the alarm's threshold,
    `out_points` the successive periods beyond it.
    """

    kind: int = int(PolicyKind.TARGET)
    """Tracks a target, or steps out or in."""
    variant: int = 0
    """Number of the variant that it scales."""
    metric: int = int(Metric.INVOCATIONS)
    target_thousandths: int = 1000
    period_us: int = 1_000_000
    out_points: int = 1
    in_points: int = 1
    in_percent: int = 50
    out_cooldown_us: int = 0
    in_cooldown_us: int = 0
    from_zero: int = int(FromZero.NEVER)
    from_zero_points: int = 1
    from_zero_step: int = 1


class Step(NamedTuple):
    """A step adjustment: applies from this distance beyond the threshold on; the farthest that applies counts."""

    policy: int
    """Number of the step policy."""
    from_thousandths: int
    """Distance of the metric beyond the threshold, thousandths of its unit."""
    change: int
    """What to add, or to remove with a step-in policy; or the number to have (`StepUnit.EXACT`)."""
    unit: int = int(StepUnit.COPIES)
    """What `change` counts."""


class Schedule(NamedTuple):
    """A scheduled action: from this time on the variant has these bounds; cooldowns do not hold it up."""

    time_us: int
    minimum: int
    maximum: int
    variant: int = 0
