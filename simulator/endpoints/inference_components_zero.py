"""Inference components that may scale to zero: calls at zero fail at once, and a failed call wakes a copy."""

from typing import Final

from advisor.facts import Facts
from advisor.options import Option
from advisor.workload import Workload
from simulator.assumptions import Assumptions
from simulator.codes import PolicyKind
from simulator.endpoints import inference_components
from simulator.model import Metric, Policy, ServingModel, Step

OPTION: Final = "inference_components_zero"
_UNDER_ONE_CALL: Final = 999
"""Thousandths: one failed call in a period is above it, none is not."""


def _wakes(facts: Facts, variant: int) -> Policy:
    """The step policy on the alarm 'a call found no copy'."""
    number = {
        name: facts.of("autoscaling", f"from_zero_component_{name}") for name in ("datapoints", "period", "cooldown")
    }
    return Policy(
        kind=int(PolicyKind.STEP_OUT),
        variant=variant,
        metric=int(Metric.NO_CAPACITY),
        target_thousandths=_UNDER_ONE_CALL,
        period_us=number["period"].us(),
        out_points=round(number["datapoints"].number()),
        out_cooldown_us=number["cooldown"].us(),
    )


def build(
    workload: Workload, option: Option, facts: Facts, assumed: Assumptions, horizon_us: int, initial: int
) -> ServingModel:
    """Components that may have no copy and no instance, as a serving model.

    Without the step policy nothing brings a component back: target tracking sees no call that reaches a copy.
    """
    model = inference_components.build(workload, option, facts, assumed, horizon_us, initial)
    if not option.step_from_zero:
        return model
    change = round(facts.of("autoscaling", "from_zero_component_step").number())
    first = len(model.policies)
    numbers = range(len(model.variants))
    return model._replace(
        policies=(*model.policies, *(_wakes(facts, number) for number in numbers)),
        steps=tuple(Step(first + number, 0, change) for number in numbers),
    )
