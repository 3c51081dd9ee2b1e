"""Asynchronous endpoint: one queue before all instances, tracking the backlog, from and to zero."""

from typing import Final

from advisor.facts import Facts
from advisor.options import Option
from advisor.workload import Workload
from simulator.assumptions import Assumptions
from simulator.endpoints._shared import tracking
from simulator.model import (
    NO_POLICY,
    UNBOUNDED,
    FromZero,
    Kind,
    Metric,
    Routing,
    ServingModel,
    TargetTracking,
)

OPTION: Final = "async"
_WITHOUT_STEP: Final = {"backlog_above_target": FromZero.ABOVE_TARGET, "never": FromZero.NEVER}


def _policy(option: Option, facts: Facts) -> TargetTracking:
    if not option.backlog_target:
        return NO_POLICY
    policy = tracking(facts, Metric.BACKLOG, round(option.backlog_target * 1000))
    if option.min_instances > 0:
        return policy
    without = _WITHOUT_STEP[str(facts.of("autoscaling", "async_from_zero_without_step_policy").value)]
    return policy._replace(
        from_zero=FromZero.STEP if option.step_from_zero else without,
        from_zero_points=round(facts.of("autoscaling", "from_zero_async_datapoints").number()),
        from_zero_step=round(facts.of("autoscaling", "from_zero_async_step").number()),
    )


def build(
    workload: Workload, option: Option, facts: Facts, assumed: Assumptions, horizon_us: int, initial: int
) -> ServingModel:
    """An asynchronous endpoint as a serving model.

    Nobody waits on the connection, so no caller gives up. The queue has no published bound and is played without one;
    requests leave it at the time to live. The invocation limit is the maximum, which a call may ask for.
    """
    return ServingModel(
        horizon_us=horizon_us,
        queue_limit=UNBOUNDED,
        kind=Kind.COPIES,
        slots=max(1, option.concurrency_per_instance),
        slowdown_millionths=round(assumed.place.slowdown * 1_000_000),
        routing=Routing.CENTRAL,
        invocation_limit_us=facts.of(option.name, "invocation_timeout").us(),
        ttl_us=facts.of(option.name, "queue_ttl_default").us(),
        overhead_us=assumed.overhead_us,
        initial=initial,
        minimum=option.min_instances if option.tracked else initial,
        maximum=max(initial, option.max_instances),
        policy=_policy(option, facts),
    )
