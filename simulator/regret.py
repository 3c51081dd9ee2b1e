"""Least regret: which plan to take where inputs are ranges, by its regret over scenarios made of these."""

from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from advisor.options import Option, describe
from advisor.units import NBSP
from simulator.plans import Plan
from simulator.ranges import Range
from simulator.regret_table import Regret, Weights
from simulator.study import Study

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Choice", "LeastRegret", "Values"]

Values = tuple[float, ...]
"""A value of each range: one scenario."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One candidate with its regret."""

    option: Option
    sized_for: tuple[str, ...]
    """Where it came from: `low` (everything easy), `mid`, `high` (everything hard)."""
    plans: tuple[Plan, ...]
    """By scenario."""
    regrets: tuple[Regret, ...]
    """By scenario, USD per month as weighed."""

    @property
    def mean(self) -> float:
        """Mean regret over the scenarios, USD per month."""
        return fmean(one.total for one in self.regrets)

    @property
    def over(self) -> float:
        """Mean part of over-provisioning."""
        return fmean(one.over for one in self.regrets)

    @property
    def under(self) -> float:
        """Mean part of under-provisioning."""
        return fmean(one.under for one in self.regrets)

    @property
    def worst(self) -> tuple[float, int]:
        """The largest regret, and the number of its scenario."""
        return max((one.total, -number) for number, one in enumerate(self.regrets))

    @property
    def kept(self) -> int:
        """Scenarios in which it keeps the promise."""
        return sum(plan.meets for plan in self.plans)

    @property
    def usd(self) -> tuple[float | None, float | None]:
        """Least and most USD per month over the scenarios."""
        known = [plan.usd for plan in self.plans if plan.usd is not None]
        return (min(known), max(known)) if known else (None, None)


@dataclass(frozen=True, slots=True)
class LeastRegret:
    """The candidates in order of their mean regret."""

    study: Study
    ranges: tuple[Range, ...]
    weights: Weights
    scenarios: tuple[Values, ...]
    """Value of each range, by scenario."""
    sampled: bool
    """The scenarios are a sample of the ranges, no longer every combination of their ends."""
    choices: tuple[Choice, ...]

    @property
    def best(self) -> Choice:
        """The least-regret choice."""
        return self.choices[0]

    @property
    def hopeless(self) -> int:
        """Scenarios in which no candidate keeps the promise."""
        return sum(not any(one.plans[k].meets for one in self.choices) for k in range(len(self.scenarios)))

    def frame(self) -> "pd.DataFrame":
        """One row for each candidate: configuration, mean regret by part, worst, scenarios kept, USD per month."""
        import pandas as pd  # noqa: PLC0415 - only where a table is asked for

        rows = [
            {"option": one.option.name, "configuration": describe(one.option).replace(NBSP, " "), "regret_usd": one.mean,
             "over_usd": one.over, "under_usd": one.under, "worst_usd": one.worst[0], "kept": one.kept,
             "scenarios": len(one.plans), "usd_least": one.usd[0], "usd_most": one.usd[1]}
            for one in self.choices
        ]  # fmt: skip
        return pd.DataFrame(rows)
