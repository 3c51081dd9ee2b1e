"""Serverless endpoint: environments of one request each, started when none is warm, refused above the limit."""

from typing import Final

from advisor.facts import Facts
from advisor.options import Option
from advisor.workload import Workload
from simulator.assumptions import Assumptions
from simulator.endpoints._shared import invocation_limit_us, patience_us
from simulator.model import Kind, Serverless, ServingModel

OPTION: Final = "serverless"


def build(
    workload: Workload, option: Option, facts: Facts, assumed: Assumptions, horizon_us: int, initial: int
) -> ServingModel:
    """A serverless endpoint as a serving model: nothing waits, so the waiting line is zero long.

    The time-out counts from the service start; a start-up has a limit of its own before it.
    """
    del initial  # nothing is warm before the first request
    return ServingModel(
        horizon_us=horizon_us,
        queue_limit=0,
        kind=Kind.SERVERLESS,
        invocation_limit_us=invocation_limit_us(workload, option, facts),
        caller_timeout_us=patience_us(workload, facts),
        overhead_us=assumed.overhead_us,
        serverless=Serverless(option.max_concurrency, facts.of(option.name, "startup_max").us()),
    )
