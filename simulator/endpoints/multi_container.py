"""Multi-container endpoint: each instance runs every container, and a call names the one it wants."""

from typing import Final

from advisor.facts import Facts
from advisor.options import Option
from advisor.workload import Workload
from simulator.assumptions import Assumptions
from simulator.endpoints import real_time
from simulator.model import ServingModel

OPTION: Final = "multi_container"


def build(
    workload: Workload, option: Option, facts: Facts, assumed: Assumptions, horizon_us: int, initial: int
) -> ServingModel:
    """A multi-container endpoint as a serving model: a real-time fleet.

    All models are loaded before an instance serves, so no call waits for one; the containers share its slots.
    """
    return real_time.build(workload, option, facts, assumed, horizon_us, initial)
