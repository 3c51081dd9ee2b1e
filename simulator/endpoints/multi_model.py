"""Multi-model endpoint: instances that each keep some of many models loaded, the least recently used leaving first."""

from typing import Final

from advisor.facts import Facts
from advisor.options import Option
from advisor.packing import models_in_memory, models_on_disk
from advisor.workload import Workload
from simulator.assumptions import Assumptions
from simulator.endpoints import real_time
from simulator.model import Cache, Routing, ServingModel

OPTION: Final = "multi_model"


def build(
    workload: Workload, option: Option, facts: Facts, assumed: Assumptions, horizon_us: int, initial: int
) -> ServingModel:
    """A multi-model endpoint as a serving model: a real-time fleet whose copies load models when they are called.

    A request waits for the load of its model up to its own time-out; the load goes on up to a limit of its own.
    """
    model = real_time.build(workload, option, facts, assumed, horizon_us, initial)
    cache = Cache(
        models=workload.model.count,
        in_memory=models_in_memory(workload, option.instance_type, facts),
        on_disk=models_on_disk(workload, option.instance_type, facts),
        load_limit_us=facts.of(option.name, "model_load_max").us(),
    )
    return model._replace(routing=Routing.BY_MODEL, cache=cache)
