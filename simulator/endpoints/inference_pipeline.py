"""Inference pipeline: a request passes several containers of one instance in a row."""

from typing import Final

from advisor.facts import Facts
from advisor.options import Option
from advisor.workload import Workload
from simulator.assumptions import Assumptions
from simulator.endpoints import real_time
from simulator.model import ServingModel

OPTION: Final = "inference_pipeline"


def build(
    workload: Workload, option: Option, facts: Facts, assumed: Assumptions, horizon_us: int, initial: int
) -> ServingModel:
    """A pipeline as a serving model: a real-time fleet.

    The service time of the workload is that of the whole pipeline, and one slot holds a request through all of it; the
    way from container to container is part of the overhead (see `simulator.assumptions`).
    """
    return real_time.build(workload, option, facts, assumed, horizon_us, initial)
