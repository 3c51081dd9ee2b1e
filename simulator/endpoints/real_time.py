"""Real-time endpoint: instances with slots and a bounded waiting line each, fixed or tracking invocations or requests at once."""

from typing import Final

from advisor.facts import Facts
from advisor.options import Option
from advisor.workload import Workload
from simulator.assumptions import Assumptions
from simulator.endpoints._shared import fleet_policy, invocation_limit_us, patience_us
from simulator.model import Kind, Routing, ServingModel

OPTION: Final = "real_time"


def build(
    workload: Workload, option: Option, facts: Facts, assumed: Assumptions, horizon_us: int, initial: int
) -> ServingModel:
    """A real-time endpoint as a serving model."""
    return ServingModel(
        horizon_us=horizon_us,
        queue_limit=assumed.queue_limit,
        kind=Kind.COPIES,
        slots=max(1, option.concurrency_per_instance),
        slowdown_millionths=round(assumed.place.slowdown * 1_000_000),
        routing=Routing[option.routing],
        timeout_us=invocation_limit_us(workload, option, facts),
        caller_timeout_us=patience_us(workload, facts),
        overhead_us=assumed.overhead_us,
        initial=initial,
        minimum=option.min_instances if option.tracked else initial,
        maximum=max(initial, option.max_instances),
        policy=fleet_policy(option, facts),
    )
