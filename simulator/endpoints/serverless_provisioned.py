"""Serverless with provisioned concurrency: warm environments first, what they cannot take goes on demand."""

from typing import Final

from advisor.facts import Facts
from advisor.options import Option
from advisor.workload import Workload
from simulator.assumptions import Assumptions
from simulator.endpoints import serverless
from simulator.endpoints._shared import tracking
from simulator.model import Metric, ServingModel

OPTION: Final = "serverless_provisioned"


def build(
    workload: Workload, option: Option, facts: Facts, assumed: Assumptions, horizon_us: int, initial: int
) -> ServingModel:
    """A serverless endpoint of which some environments are always warm and taken first.

    Their number is fixed, or starts at `initial` and tracks the share of them that is busy.
    """
    model = serverless.build(workload, option, facts, assumed, horizon_us, initial)
    if not option.provisioned_target:
        return model._replace(serverless=model.serverless._replace(provisioned=option.provisioned_concurrency))
    cooldown = facts.of("autoscaling", "cooldown_default_provisioned").us()
    policy = tracking(facts, Metric.PROVISIONED_UTILISATION, round(option.provisioned_target * 1000))
    return model._replace(
        serverless=model.serverless._replace(provisioned=initial),
        minimum=option.min_provisioned,
        maximum=option.max_provisioned,
        policy=policy._replace(out_cooldown_us=cooldown, in_cooldown_us=cooldown),
    )
