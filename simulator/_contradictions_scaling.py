"""What the policies of a ServingModel say together, with their steps and the fleets that they scale."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from advisor.errors import Problem
from simulator._parts import INT_BOUND, WEIGHT_BITS, Variant
from simulator._parts_scaling import Policy
from simulator.codes import FromZero, Kind, Metric, PolicyKind, Routing

if TYPE_CHECKING:
    from simulator.model import ServingModel

__all__ = ["ascending", "of_policies"]

_MOST_PERIODS: Final = 10**7


def ascending(times: Sequence[int]) -> bool:
    """At most 2^12 numbers, none below the one before.

    >>> ascending([1, 1, 2]), ascending([2, 1])
    (True, False)
    """
    return len(times) <= 2**12 and all(one <= other for one, other in pairwise(times))


def _products_fit(policy: Policy, farthest: int, most: int) -> bool:
    """The comparisons of a policy stay exact in 64 bits; `farthest` is the largest distance of its steps."""
    denominator = {
        Metric.CONCURRENCY: most * policy.period_us, Metric.INVOCATIONS: 1 << WEIGHT_BITS,
        Metric.PROVISIONED_UTILISATION: most * policy.period_us,
    }  # fmt: skip
    unit = (policy.target_thousandths + farthest) * denominator.get(Metric(policy.metric), most)
    return unit * 100 < INT_BOUND // 2 and unit * most < INT_BOUND


def of_policies(model: "ServingModel", variants: Sequence[Variant], policies: Sequence[Policy]) -> Iterator[Problem]:
    """What the numbers of a policy say together."""
    highest = [variant.maximum for variant in variants]
    for schedule in model.schedules:
        if schedule.variant < len(variants):
            highest[schedule.variant] = max(highest[schedule.variant], schedule.maximum)
    for number, policy in enumerate(policies):
        path = f"policies[{number}]." if model.policies else "policy."
        if policy.variant >= len(variants):
            yield Problem(path + "variant", repr(policy.variant), f"below {len(variants)}")
            continue
        utilisation = policy.metric == Metric.PROVISIONED_UTILISATION
        if policy.metric == Metric.NONE or utilisation != (model.kind == Kind.SERVERLESS):
            yield Problem(path + "metric", repr(policy.metric), "one that this kind of endpoint has")
        if policy.from_zero and model.routing != Routing.CENTRAL:
            yield Problem(path + "from_zero", repr(policy.from_zero), "NEVER unless routing is CENTRAL")
        if policy.from_zero == FromZero.ABOVE_TARGET and policy.metric != Metric.BACKLOG:
            yield Problem(path + "from_zero", repr(policy.from_zero), "ABOVE_TARGET only with the backlog metric")
        if model.horizon_us // policy.period_us > _MOST_PERIODS:
            allowed = f"at most {_MOST_PERIODS} periods up to the horizon"
            yield Problem(path + "period_us", repr(policy.period_us), allowed)
        steps = [step.from_thousandths for step in model.steps if step.policy == number]
        if not _products_fit(policy, max(steps, default=0), max(highest[policy.variant], 1)):
            allowed = "a target whose product with the largest fleet and the period fits 64 bits"
            yield Problem(path + "target_thousandths", repr(policy.target_thousandths), allowed)
        if (policy.kind == PolicyKind.TARGET) == bool(steps):
            yield Problem(path + "kind", repr(policy.kind), "step policies have steps, target tracking has none")
        if not ascending(steps):
            yield Problem("steps.from_thousandths", "", "ascending within a policy")
    if any(step.policy >= len(policies) for step in model.steps):
        yield Problem("steps.policy", "", f"below {len(policies)}")
