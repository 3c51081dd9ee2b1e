"""Finalists: more draws of the traffic for the configurations that may be the answer, most where they are close."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from advisor.options import Option
from simulator.changes import Change
from simulator.plans import Plan, judged
from simulator.promise import Promise
from simulator.sweep import Sweep
from simulator.trial import Ask

__all__ = ["body", "by_cost", "settled"]

_DRAWS: Final = 3
"""Draws that an answer rests on at least."""
_MOST_DRAWS: Final = 8
_NEAR: Final = 0.25
"""A miss by less than this share of what is allowed may be one of the draw."""

_SAME_COST: Final = 0.002
"""Costs that differ by less are one step of the order."""


def body(option: Option) -> Option:
    """What one pays for: a configuration without the choices that cost nothing."""
    return replace(option, routing="RANDOM", concurrency_per_instance=0, max_concurrency=0)


def by_cost(plan: Plan) -> tuple[float, float, float]:
    """Order of plans: cost in steps of 0.2 % (traffic makes small differences), then what comes late, then p99."""
    p99 = [trial.summary.latency_us.get(0.99, math.inf) for trial in plan.trials]
    cost = math.inf if plan.usd is None else round(math.log(max(plan.usd, 1e-9)) / _SAME_COST)
    return (cost, plan.shortfall, sum(p99) / len(p99))


def _allowed(promise: Promise) -> float:
    return min((slo.bound_share or 1 - (slo.percentile or 0.0) for slo in promise.slos), default=0.0)


def _contenders(plans: Sequence[Plan], promise: Promise) -> Iterator[Plan]:
    """The cheapest that keeps the promise, the next one of another body, and near misses that are cheaper."""
    good: list[Plan] = []
    for plan in sorted(plans, key=by_cost):
        if plan.meets and not any(body(plan.option) == body(other.option) for other in good):
            good.append(plan)
            yield plan
        elif not good and not plan.problem and plan.shortfall <= _NEAR * _allowed(promise):
            yield plan
        if len(good) == 2:
            return


def _close(contenders: Sequence[Plan]) -> bool:
    """Draws disagree on the promise, or on which of the two is cheaper."""
    if any(not plan.sure for plan in contenders):
        return True
    good = [plan for plan in contenders if plan.meets]
    return len(good) > 1 and good[0].usd_per_month.overlaps(good[1].usd_per_month)


def settled(
    plans: Sequence[Plan], sweep: Sweep, promise: Promise, change: Change, *, most: int = _MOST_DRAWS
) -> list[Plan]:
    """The plans of one option with further draws for those that may be first or second.

    Arguments: `most` draws of a plan in all. A plan that fails on further draws gives way to the next.
    """
    found = {plan.option: plan for plan in plans}
    least = min(_DRAWS, most)
    while True:
        contenders = list(_contenders(list(found.values()), promise))
        wanted = least if any(len(plan.trials) < least for plan in contenders) or not _close(contenders) else most
        asks = [
            Ask(plan.option, replication=k, change=change)
            for plan in contenders
            for k in range(len(plan.trials), wanted)
        ]
        if not asks:
            return list(found.values())
        for trial in sweep.play(asks, "repeating the best"):
            found[trial.option] = judged((*found[trial.option].trials, trial), promise)
