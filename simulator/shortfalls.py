"""What it would take: how much faster requests, or how much money, the plan that comes closest needs."""

from dataclasses import replace
from typing import Final

from advisor.units import format_duration, format_usd
from simulator.changes import Change
from simulator.plans import Plan
from simulator.promise import Promise
from simulator.study import Study
from simulator.sweep import Sweep
from simulator.trial import Ask, Trial

__all__ = ["what_it_takes"]

_FASTEST: Final = 1 / 16
"""Requests are looked at up to this share of their time."""
_SECTIONS: Final = 4
"""Speeds that are played at a time."""
_ROUNDS: Final = 3


def _keeps(trial: Trial, promise: Promise) -> bool:
    return not trial.problem and replace(promise, budget_usd=None).kept(trial)


def _slowest(study: Study, plan: Plan, sweep: Sweep, change: Change) -> float | None:
    """Largest share of today's service time at which the plan keeps the bounds, the budget aside; None where none does.

    Each round plays some shares between the largest that keeps and the smallest that does not, in equal ratios.
    """
    keeps, misses = _FASTEST, 1.0
    asked = replace(plan.ask, change=replace(change, service=change.service * keeps))
    if not _keeps(sweep.play([asked], "what it would take")[0], study.promise):
        return None
    for _ in range(_ROUNDS):
        step = (misses / keeps) ** (1 / (_SECTIONS + 1))
        shares = [keeps * step**k for k in range(1, _SECTIONS + 1)]
        asks = [Ask(plan.option, change=replace(change, service=change.service * share)) for share in shares]
        held = [_keeps(trial, study.promise) for trial in sweep.play(asks, "what it would take")]
        good = max((share for share, kept in zip(shares, held, strict=True) if kept), default=keeps)
        misses = min([misses, *(share for share, kept in zip(shares, held, strict=True) if not kept and share > good)])
        keeps = good
    return keeps


def what_it_takes(study: Study, plan: Plan, sweep: Sweep, change: Change) -> str:
    """The smallest change that would let a plan keep the promise, in words; empty where it cannot be played.

    Arguments: `study` under the change, `sweep` of the study without it.
    """
    if plan.problem:
        return ""
    if all(miss.slo is None for miss in plan.broken):
        return "" if plan.usd is None else f"a budget of {format_usd(plan.usd)} a month"
    share = _slowest(study, plan, sweep, change)
    over = next((miss.text for miss in plan.broken if miss.slo is None), "")
    money = f"; {over}" if over else ""
    if share is None:
        return f"faster requests alone do not help, not even {1 / _FASTEST:.0f} × as fast{money}"
    place = study.places[plan.option.place]
    now = place.time.quantile_us(0.5) / place.speed[1]
    times = f"{1 / share:.1f} ×" if 1 / share < 10 else f"{1 / share:.0f} ×"
    return f"requests {times} as fast: {format_duration(now * share)} in the middle instead of {format_duration(now)}{money}"
