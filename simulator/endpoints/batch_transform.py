"""Batch transform: jobs that take the records collected since the last one, on instances of their own.

Nobody waits on a connection, so no caller gives up or tries again, and records collect without a bound. Each record
of the traffic gets its job: after the last arrival one more job runs, and the model ends with it.
"""

from typing import Final

from advisor.facts import Facts
from advisor.jobs import call_limit_us, every_us, mini_batch
from advisor.options import Option
from advisor.workload import Workload
from simulator.assumptions import Assumptions
from simulator.model import Job, Kind, ServingModel

OPTION: Final = "batch_transform"
_GUARD_US: Final = 28 * 86_400_000_000
"""The run is cut off this long after the start of its last job: a guard for an overloaded job, no limit of AWS."""


def build(
    workload: Workload, option: Option, facts: Facts, assumed: Assumptions, horizon_us: int, initial: int
) -> ServingModel:
    """Batch transform jobs as a serving model."""
    every = every_us(option, facts)
    last_start = (horizon_us // every + 1) * every
    return ServingModel(
        horizon_us=last_start + _GUARD_US,
        queue_limit=0,
        kind=Kind.JOB,
        to_horizon=0,
        slots=max(1, option.concurrency_per_instance),
        slowdown_millionths=round(assumed.place.slowdown * 1_000_000),
        invocation_limit_us=call_limit_us(option, facts, assumed.place),
        overhead_us=assumed.overhead_us,
        initial=initial,
        maximum=initial,
        job=Job(every, mini_batch(workload, option, facts, assumed.place), assumed.call_us),
    )
