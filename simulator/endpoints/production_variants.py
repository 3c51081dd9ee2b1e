"""Production variants: each answers its share of the calls with a fleet and a policy of its own."""

import math
from itertools import accumulate
from typing import Final

from advisor.facts import Facts
from advisor.options import Option
from advisor.workload import Workload
from simulator.assumptions import Assumptions
from simulator.endpoints import real_time
from simulator.endpoints._shared import variant_policy
from simulator.model import NO_POLICY, ServingModel, Split, Variant

OPTION: Final = "production_variants"
_WHOLE: Final = 2**32


def _variants(option: Option, initial: int) -> tuple[Variant, ...]:
    """The fleets, with the upper end of the routing draws that each answers."""
    ends = [round(end * _WHOLE) for end in accumulate(option.weights)]
    ends[-1] = _WHOLE
    found = []
    for number, (weight, end) in enumerate(zip(option.weights, ends, strict=True)):
        if option.tracked:
            wanted = math.ceil(initial * weight - 1e-9)
            first = min(option.max_instances, max(option.min_instances, wanted))
            found.append(Variant(first, option.min_instances, option.max_instances, end))
        else:
            count = option.fleets[number]
            found.append(Variant(count, count, count, end))
    return tuple(found)


def build(
    workload: Workload, option: Option, facts: Facts, assumed: Assumptions, horizon_us: int, initial: int
) -> ServingModel:
    """Variants as a serving model: a real-time fleet for each; the versions are taken to be equally fast.

    Arguments: `initial` instances that the first period needs in all; each variant starts with its share.
    """
    model = real_time.build(workload, option, facts, assumed, horizon_us, initial)
    variants = _variants(option, initial)
    scaled = range(len(variants)) if option.tracked else ()
    return model._replace(
        initial=sum(variant.initial for variant in variants),
        minimum=sum(variant.minimum for variant in variants),
        maximum=sum(variant.maximum for variant in variants),
        policy=NO_POLICY,
        split=Split.BY_SHARE,
        variants=variants,
        policies=tuple(variant_policy(model.policy, number) for number in scaled),
    )
