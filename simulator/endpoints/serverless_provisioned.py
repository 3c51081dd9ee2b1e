"""Serverless with provisioned concurrency: warm environments first, what they cannot take goes on demand."""

from typing import Final

from advisor.facts import Facts
from advisor.options import Option
from advisor.workload import Workload
from simulator.assumptions import Assumptions
from simulator.endpoints import serverless
from simulator.model import ServingModel

OPTION: Final = "serverless_provisioned"


def build(
    workload: Workload, option: Option, facts: Facts, assumed: Assumptions, horizon_us: int, initial: int
) -> ServingModel:
    """A serverless endpoint of which some environments are always warm and taken first."""
    model = serverless.build(workload, option, facts, assumed, horizon_us, initial)
    return model._replace(serverless=model.serverless._replace(provisioned=option.provisioned_concurrency))
