"""Least regret: which plan to take where inputs are ranges, by its regret over scenarios made of these."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from statistics import fmean
from typing import TYPE_CHECKING, Final

import numpy as np

from advisor.errors import InputError, Problem
from advisor.options import Option, describe
from advisor.units import NBSP
from simulator.finalists import body
from simulator.plans import Plan
from simulator.ranges import Range
from simulator.regret_table import Outcome, Regret, Weights, regrets
from simulator.scenarios import Scenario, play_in, scenario_of
from simulator.sizing import size_study
from simulator.study import Study
from simulator.sweep import Sweep

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Choice", "LeastRegret", "regret_study", "scenarios_of"]

_CORNERED: Final = 3
"""Ranges up to which every combination of low, mid and high is a scenario."""
_SAMPLES: Final = 24
_SEED: Final = 20_261_125
"""Of the sample where there are more ranges; the same for all options, sizes and runs."""
_HARD_WHEN_LOW: Final = frozenset({"speed", "keep_alive", "memory_share", "queue_limit"})
"""Inputs whose low end asks for more; of all others it is the high end."""

Values = tuple[float, ...]


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


def scenarios_of(ranges: Sequence[Range], samples: int = _SAMPLES) -> tuple[tuple[Values, ...], bool]:
    """Values of each range by scenario, and whether they are a sample.

    Every combination of low, mid and high of up to three ranges; of more, a Latin hypercube of `samples` points
    with the middle before it (McKay, Beckman and Conover 1979: each range is cut into as many strata, each used once).

    >>> load = Range("load", "traffic", 0.5, 1.0, 2.0)
    >>> scenarios_of([load])
    (((0.5,), (1.0,), (2.0,)), False)
    """
    if sum(not one.certain for one in ranges) <= _CORNERED:
        levels = [(one.mid,) if one.certain else tuple(dict.fromkeys((one.low, one.mid, one.high))) for one in ranges]
        return tuple(product(*levels)), False
    draw = np.random.default_rng(_SEED)
    shares = [(draw.permutation(samples) + draw.random(samples)) / samples for _ in ranges]
    points = [tuple(one.at(float(share[k])) for one, share in zip(ranges, shares, strict=True)) for k in range(samples)]
    return (tuple(one.mid for one in ranges), *points), True


def _at(ranges: Sequence[Range], values: Values) -> Scenario:
    return scenario_of(dict(one.set_to(value) for one, value in zip(ranges, values, strict=True)))


def _corners(ranges: Sequence[Range]) -> Iterator[tuple[str, Values]]:
    """Everything at its easy end, in the middle, at its hard end."""
    easy = tuple(one.high if one.key in _HARD_WHEN_LOW else one.low for one in ranges)
    hard = tuple(one.low if one.key in _HARD_WHEN_LOW else one.high for one in ranges)
    yield from (("low", easy), ("mid", tuple(one.mid for one in ranges)), ("high", hard))


def _candidates(
    study: Study, sweep: Sweep, ranges: Sequence[Range], names: Collection[str]
) -> dict[Option, tuple[str, ...]]:
    """Best plan and runner-up of every option at the three corners, with where each came from.

    Of two that cost the same whatever comes, the one for harder circumstances stays.
    """
    found: dict[Option, tuple[Option, tuple[str, ...]]] = {}
    for corner, values in _corners(ranges):
        sizing = size_study(study, sweep, names=names, change=_at(ranges, values).change, draws=1, turns=False)
        for one in sizing.sized:
            for plan in (one.best, one.runner_up):
                if plan is not None and plan.usd is not None:
                    before = found.get(body(plan.option), (plan.option, ()))[1]
                    found[body(plan.option)] = plan.option, tuple(dict.fromkeys((*before, corner)))
    return dict(found.values())


def regret_study(
    study: Study,
    sweep: Sweep,
    ranges: Sequence[Range],
    *,
    names: Collection[str] = (),
    weights: Weights | None = None,
    samples: int = _SAMPLES,
) -> LeastRegret:
    """The plan that is regretted least where inputs are ranges.

    Arguments: `sweep` plays the trials of the same study; `names` limits the options; `samples` is the size of the
    sample of more than three ranges. Raises InputError where no option keeps the promise at any corner of the ranges.
    """
    weighed = weights or Weights()
    options = _candidates(study, sweep, ranges, names)
    if not options:
        allowed = "ranges in which some option keeps the promise"
        raise InputError([Problem("--range", "every corner of the ranges", allowed)])
    scenarios, sampled = scenarios_of(ranges, samples)
    wanted = [(option, _at(ranges, values)) for values in scenarios for option in options]
    plans = play_in(sweep, study.promise, wanted, what="every candidate in every scenario")
    table = [plans[k : k + len(options)] for k in range(0, len(plans), len(options))]
    weighs = [regrets([Outcome(plan.usd, plan.meets, plan.shortfall) for plan in row], weighed) for row in table]
    choices = [
        Choice(option, came, tuple(row[k] for row in table), tuple(row[k] for row in weighs))
        for k, (option, came) in enumerate(options.items())
    ]
    choices.sort(key=lambda one: (one.mean, one.worst[0], repr(one.option)))
    return LeastRegret(study, tuple(ranges), weighed, scenarios, sampled, tuple(choices))
