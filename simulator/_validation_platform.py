"""The platform that SimFaaS simulates, as a model, a supply and a demand of ours.

SimFaaS draws a whole cold service; here a start-up comes before a warm service. An exponential of mean c is one of mean w
plus, with probability 1 - w / c, another of mean c: so the start-up tape holds those, and both laws are the same.
"""

import math
from typing import Final

import numpy as np

from simulator._bench_peers import Platform
from simulator._validation_cases import Drawn, Tapes, exponential
from simulator._validation_check import SECOND
from simulator.codes import Kind
from simulator.model import Serverless, ServingModel

__all__ = ["Platform", "demand_of", "model_of", "supply_of"]

_COLD_TAPE: Final = 2**18
_MODEL: Final = ServingModel(horizon_us=1, queue_limit=0, kind=Kind.SERVERLESS)


def model_of(platform: Platform, seconds: float) -> ServingModel:
    """The endpoint, up to a horizon."""
    return _MODEL._replace(horizon_us=round(seconds * SECOND), serverless=Serverless(max_concurrency=platform.most))


def supply_of(platform: Platform, seed: tuple[int, ...]) -> Tapes:
    """Start-ups that make a cold service of the right law, and the time kept."""
    draw = np.random.default_rng((*seed, 2))
    more = draw.random(_COLD_TAPE) < 1 - platform.warm / platform.cold
    starts = np.where(more, draw.standard_exponential(_COLD_TAPE) * platform.cold * SECOND, 0)
    keep = np.array([round(platform.keep * SECOND)])
    return Tapes({"cold_us": np.maximum(1, np.rint(starts).astype(np.int64)), "keep_us": keep})


def demand_of(platform: Platform, seed: tuple[int, ...], seconds: float) -> Drawn:
    """Arrivals for a little longer than that."""
    count = round(platform.rate * seconds + 6 * math.sqrt(platform.rate * seconds) + 10)
    return Drawn(seed, count, platform.rate, platform.warm, exponential, SECOND)
