"""Bottlenecks: what gives way first where a configuration breaks the promise."""

from dataclasses import dataclass
from statistics import fmean
from typing import Final

from advisor.options import Option
from advisor.units import format_duration, format_share
from simulator.metrics import PERCENTILES
from simulator.plans import Plan
from simulator.promise import Miss

__all__ = ["Bottleneck", "bottleneck"]

_MOSTLY: Final = 0.5
"""A cause of this share of what is late or lost is named as the reason."""
_NO_WAIT: Final = 0.1
"""A wait under this share of the bound is not what breaks it."""


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """What gives way, as a word and in a sentence without its full stop."""

    kind: str
    """unplayable, budget, concurrency, waiting_line, no_copy, failures, cold_starts, waiting, first_token or service_time."""
    text: str


_GIVEN_UP: Final = ("abandoned", "timed_out", "not_ready")
"""Failures of requests that took too long."""


def _failing(option: Option, kind: str, share: float, cold: float) -> Bottleneck:
    """The most frequent failure, or the starts that made requests take too long.

    Arguments: `cold`, share of the requests that wait for a start.
    """
    said = format_share(share)
    if kind in _GIVEN_UP and cold >= _MOSTLY * share:
        word = kind.replace("_", " ")
        return Bottleneck("cold_starts", f"{said} of requests are {word}, and {format_share(cold)} wait for a start")
    if kind == "throttled" and option.memory_mib:
        most = f"all {option.max_concurrency:,} environments" if option.max_concurrency > 1 else "the one environment"
        verb = "are" if option.max_concurrency > 1 else "is"
        return Bottleneck("concurrency", f"{said} of requests are throttled while {most} {verb} busy")
    if kind == "throttled":
        return Bottleneck("waiting_line", f"{said} of requests are turned away: slots and waiting lines are full")
    if kind == "no_capacity":
        return Bottleneck("no_copy", f"{said} of requests find nothing in service")
    return Bottleneck("failures", f"{said} of requests fail, mostly {kind.replace('_', ' ')}")


def _late(plan: Plan, miss: Miss) -> Bottleneck:
    """Why answers are late that are given."""
    assert miss.slo is not None and miss.slo.bound_us is not None and miss.slo.percentile is not None  # noqa: S101, PT018 - a bound on latency
    found = [trial.summary for trial in plan.trials]
    cold = fmean(one.cold_share for one in found)
    if cold >= _MOSTLY * (1 - miss.share):
        return Bottleneck("cold_starts", f"{format_share(cold)} of requests wait for a start")
    at = next((q for q in PERCENTILES if q >= miss.slo.percentile), PERCENTILES[-1])
    name = f"p{100 * at:g}"
    wait = fmean(one.wait_us.get(at, 0.0) for one in found)
    if wait < _NO_WAIT * miss.slo.bound_us:
        whole = fmean(one.latency_us.get(at, 0.0) for one in found)
        return Bottleneck("service_time", f"the work alone takes too long: {format_duration(whole)} at {name}")
    busy = fmean(one.utilisation for one in found)
    word = "environments" if plan.option.memory_mib else "slots"
    return Bottleneck(
        "waiting", f"requests wait {format_duration(wait)} at {name}, with {format_share(busy)} of the {word} at work"
    )


def bottleneck(plan: Plan) -> Bottleneck | None:
    """What breaks the promise of a plan; None where it keeps it.

    The shortage of a fleet that cannot keep up at all is part of its trials and goes before what follows from it.
    """
    if plan.problem:
        return Bottleneck("unplayable", plan.problem)
    if not plan.broken:
        return None
    misses = [miss for miss in plan.broken if miss.slo is not None]
    if not misses:
        return Bottleneck("budget", plan.broken[0].text)
    lost: dict[str, float] = {}
    for trial in plan.trials:
        ended = max(1, trial.summary.arrivals - trial.summary.unfinished)
        for kind, count in trial.summary.failed.items():
            lost[kind] = lost.get(kind, 0.0) + count / ended / len(plan.trials)
    late = next((miss for miss in misses if miss.slo is not None and miss.slo.bound_us is not None), None)
    if late is None and (begun := next((m for m in misses if m.slo is not None and m.slo.first_us is not None), None)):
        return Bottleneck("first_token", begun.text)
    if lost and (late is None or sum(lost.values()) >= _MOSTLY * (1 - late.share)):
        worst = max(lost, key=lambda kind: lost[kind])
        cold = fmean(trial.summary.cold_share for trial in plan.trials)
        return _failing(plan.option, worst, lost[worst], cold)
    return Bottleneck("failures", misses[0].text) if late is None else _late(plan, late)
