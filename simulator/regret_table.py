"""Regret: what a choice costs too much, or lacks, against the best choice of each scenario.

Over-provisioning is the money above the cheapest candidate that keeps the promise there. Under-provisioning is what a
candidate lacks that misses it: the money by which it is cheaper, and the share of requests it misses at the price of
good service. It weighs more, and grows faster than in proportion; the weights are a judgement of ours, and inputs.
"""

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Outcome", "Regret", "Weights", "reference", "regrets"]


@dataclass(frozen=True, slots=True)
class Weights:
    """How much a dollar of each kind is regretted."""

    over: float = 1.0
    """Times each dollar above the best choice."""
    under: float = 1.25
    """Times each dollar lacking to it."""
    steepness: float = 1.2
    """Power by which what is lacking grows beyond its proportion: 1 leaves it in proportion."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One candidate in one scenario."""

    usd: float | None
    """USD per month; None where it cannot be played or has no price."""
    keeps: bool
    shortfall: float
    """Largest share of requests missing to a bound; 0 where it keeps all."""


@dataclass(frozen=True, slots=True)
class Regret:
    """Regret of one candidate in one scenario by part, in USD per month as weighed."""

    over: float
    under: float

    @property
    def total(self) -> float:
        """Both parts."""
        return self.over + self.under


def reference(outcomes: Sequence[Outcome]) -> Outcome | None:
    """The best choice of a scenario: the cheapest that keeps the promise, else the one that misses it by least.

    >>> reference([Outcome(5.0, False, 0.1), Outcome(9.0, True, 0.0)]).usd
    9.0
    """
    known = [one for one in outcomes if one.usd is not None]
    kept = [one for one in known if one.keeps] or known
    return min(kept, key=lambda one: (one.shortfall, one.usd or 0.0), default=None)


def _regret(one: Outcome, best: Outcome, weights: Weights) -> Regret:
    ideal = best.usd or 0.0
    cost = one.usd if one.usd is not None else 0.0
    over = weights.over * max(0.0, cost - ideal)
    if one.keeps:
        return Regret(over, 0.0)
    missing = 1.0 if one.usd is None else max(0.0, one.shortfall - best.shortfall)
    lacking = max(0.0, ideal - cost) + ideal * missing
    steeper = (1 + lacking / ideal) ** (weights.steepness - 1) if ideal else 1.0
    return Regret(over, weights.under * lacking * steeper)


def regrets(outcomes: Sequence[Outcome], weights: Weights | None = None) -> list[Regret]:
    """The regret of each candidate in one scenario. Arguments: `outcomes` of the candidates, in their order.

    >>> enough, little = Outcome(300.0, True, 0.0), Outcome(200.0, False, 0.05)
    >>> [round(one.total) for one in regrets([enough, little], Weights(1.0, 1.25, 1.0))]
    [0, 144]
    """
    best = reference(outcomes)
    if best is None:
        return [Regret(0.0, 0.0) for _ in outcomes]
    return [_regret(one, best, weights or Weights()) for one in outcomes]
