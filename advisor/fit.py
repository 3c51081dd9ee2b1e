"""Fit: how well an option suits what was stated, as parts that are shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from advisor.attributes import Attributes
from advisor.rules import Finding, Outcome

__all__ = ["Fit", "fit_of"]

_TRAFFIC_FIT: Final = {
    "real_time": {"steady": 1.0, "diurnal": 0.7, "variable": 0.6, "spiky": 0.4, "intermittent": 0.2},
    "serverless": {"steady": 0.4, "diurnal": 0.6, "variable": 0.7, "spiky": 0.9, "intermittent": 1.0},
    "async": {"steady": 0.5, "diurnal": 0.6, "variable": 0.6, "spiky": 0.7, "intermittent": 0.8},
}
_OPERATIONS: Final = {"serverless": 1.0, "real_time": 0.7, "async": 0.5}
_WEIGHTS: Final = {"traffic": 3.0, "cost": 3.0, "operations": 1.0, "latency": 3.0}


@dataclass(frozen=True, slots=True)
class Fit:
    """How well an option suits what was stated: parts from 0 to 1, and their weighted mean."""

    traffic: float
    cost: float
    operations: float
    latency: float

    @property
    def score(self) -> float:
        """The weighted mean of the parts."""
        total = sum(weight * getattr(self, name) for name, weight in _WEIGHTS.items())
        return float(total / sum(_WEIGHTS.values()))


def fit_of(name: str, findings: Iterable[Finding], attributes: Attributes, cost: float) -> Fit:
    """The fit of one option.

    Arguments: `findings` of the option; `cost` is the cheapest option's estimate over its own, 0.5 where unknown.
    """
    found = {finding.rule: finding for finding in findings}
    cold = "COLD001" in found and found["COLD001"].outcome > Outcome.notes
    queued = "TIM005" in found
    if attributes.immediate_response is False:
        latency = 0.8 if queued else 0.5
    else:
        latency = 0.2 if queued else (0.4 if cold else 1.0)
    traffic = _TRAFFIC_FIT.get(name, {}).get(str(attributes.traffic), 0.5)
    return Fit(traffic, cost, _OPERATIONS.get(name, 0.5), latency)
