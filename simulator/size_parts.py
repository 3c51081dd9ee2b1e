"""What the text and the JSON of a sizing both say of a plan: percentiles and failures over its draws, ties, what it rests on."""

import math
from collections import Counter

from simulator.assumptions import Assumption
from simulator.plans import Plan, Sized
from simulator.sizing import Sizing
from simulator.statistics import Interval, interval, samples_needed

__all__ = ["assumed", "closest", "excluded", "failed_by_kind", "failed_of", "latency_of", "tied", "turns_on"]


def latency_of(plan: Plan, quantile: float) -> Interval:
    """A percentile of the latency over the draws of a plan, microseconds; not supported where a draw has too few answers."""
    found = [trial.summary for trial in plan.trials if quantile in trial.summary.latency_us]
    enough = min((summary.good for summary in found), default=0) >= samples_needed(quantile)
    return interval([summary.latency_us[quantile] for summary in found], supported=enough)


def failed_of(plan: Plan) -> Interval:
    """The failed share over the draws of a plan; no value where it could not be played."""
    return interval(
        [trial.summary.failed_share for trial in plan.trials if not trial.problem], supported=not plan.problem
    )


def failed_by_kind(plan: Plan) -> dict[str, float]:
    """Share of the ended requests that failed, by kind, the mean over the draws."""
    shares: Counter[str] = Counter()
    for trial in plan.trials:
        ended = max(1, trial.summary.arrivals - trial.summary.unfinished)
        shares.update({kind: count / ended / len(plan.trials) for kind, count in trial.summary.failed.items()})
    return dict(shares)


def tied(sizing: Sizing, one: Sized) -> str:
    """The option before this one from whose cost its own does not differ clearly over the draws; empty where none is."""
    good = [each for each in sizing.sized if each.best is not None and each.best.usd is not None]
    if one not in good[1:]:
        return ""
    before = good[good.index(one) - 1]
    if before.best is None or one.best is None:
        return ""
    costs = before.best.usd_per_month, one.best.usd_per_month
    return before.name if all(cost.low is not None for cost in costs) and costs[0].overlaps(costs[1]) else ""


def closest(sizing: Sizing) -> Sized | None:
    """Where nothing keeps the promise: the option whose nearest plan misses by the smallest share, then costs least.

    The share is that of the requests beyond a bound, or of the budget beyond the budget, whichever is larger.
    """
    budget = sizing.study.promise.budget_usd
    near = [one for one in sizing.sized if one.nearest is not None]

    def distance(one: Sized) -> tuple[float, float]:
        short, usd = (1.0, None) if one.nearest is None else (one.nearest.shortfall, one.nearest.usd)
        cost = math.inf if usd is None else usd
        return max(short, cost / budget - 1 if budget else 0.0), cost

    return min(near, key=distance, default=None)


def turns_on(sizing: Sizing, name: str) -> tuple[str, ...]:
    """Keys of the assumptions about an option on which the first place turns."""
    return tuple(dict.fromkeys(turn.key for turn in sizing.turns if turn.option == name))


def assumed(sizing: Sizing) -> tuple[Assumption, ...]:
    """Every assumption that the plans shown rest on, once."""
    shown = [one.best or one.nearest for one in sizing.sized]
    rows = {(row.key, row.fact): row for plan in shown if plan for trial in plan.trials[:1] for row in trial.assumed}
    return tuple(rows.values())


def excluded(sizing: Sizing) -> dict[str, int]:
    """Configurations that were not played, by the bound that excluded them, over all options."""
    found: Counter[str] = Counter()
    for one in sizing.sized:
        found.update(one.pruned)
    return dict(found)
