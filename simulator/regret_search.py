"""The runs of a least-regret choice: the scenarios, the candidates, and every one of these in every one of those."""

from collections.abc import Collection, Iterator, Sequence
from itertools import product
from typing import Final

import numpy as np

from advisor.errors import InputError, Problem
from advisor.options import Option
from simulator.finalists import body
from simulator.quick_sizing import quick_sizing
from simulator.ranges import Range
from simulator.regret import Choice, LeastRegret, Values
from simulator.regret_table import Outcome, Weights, regrets
from simulator.scenarios import Scenario, play_in, scenario_of
from simulator.study import Study
from simulator.sweep import Sweep

__all__ = ["regret_study", "scenarios_of"]

_CORNERED: Final = 3
"""Ranges up to which every combination of low, mid and high is a scenario."""
_SAMPLES: Final = 24
_SEED: Final = 20_261_125
"""Of the sample where there are more ranges; the same for all options, sizes and runs."""
_HARD_WHEN_LOW: Final = frozenset({"speed", "keep_alive", "memory_share", "queue_limit"})
"""Inputs whose low end asks for more; of all others it is the high end."""


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
        sizing = quick_sizing(study, sweep, _at(ranges, values).change, names)
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
