"""What the tests of endpoint files share: a model from a workload and an option."""

from advisor.facts import Facts, load_facts
from advisor.options import Option
from advisor.workload import Workload
from simulator.assumptions import assume
from simulator.endpoints import serving_model
from simulator.model import ServingModel

FACTS = load_facts()
HOUR = 3_600_000_000
PLACE = "ml.m5.xlarge"
KIND = FACTS.instances[PLACE]
SEVERAL = (("model.count", 6), ("model.similar", True), ("model.popularity", "zipf:1.0"))


def model_of(workload: Workload, option: Option, facts: Facts = FACTS, initial: int = 1, **given: str) -> ServingModel:
    """The serving model of an option under the facts, with assumptions the user gave."""
    return serving_model(workload, option, facts, assume(workload, option, facts, given=given), HOUR, initial)
