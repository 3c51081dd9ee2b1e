"""Shadow variant: one fleet answers every call, a second one sees a copy of a share and answers nobody.

The fleets do not touch each other, so each is a model of its own: `production` and `shadow` give the option as that
fleet alone, and `simulator.play` adds what they use.
"""

from dataclasses import replace
from typing import Final

from advisor.facts import Facts
from advisor.options import Option
from advisor.workload import Workload
from simulator.assumptions import Assumptions
from simulator.endpoints import real_time
from simulator.model import ServingModel

OPTION: Final = "shadow_variant"


def _fleet(option: Option, number: int) -> Option:
    count = option.fleets[number] if number < len(option.fleets) else option.instances
    return replace(option, instances=count, fleets=(), shadow_share=0.0)


def production(option: Option) -> Option:
    """The fleet that answers."""
    return _fleet(option, 0)


def shadow(option: Option) -> Option:
    """The fleet that sees the copies."""
    return _fleet(option, 1)


def build(
    workload: Workload, option: Option, facts: Facts, assumed: Assumptions, horizon_us: int, initial: int
) -> ServingModel:
    """One of the two fleets as a serving model: a real-time fleet."""
    return real_time.build(workload, option, facts, assumed, horizon_us, initial)
