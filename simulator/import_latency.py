"""A service time from the statistics of ModelLatency, period by period."""

import itertools
import math
from collections.abc import Mapping

import numpy as np

from advisor.units import format_duration
from simulator.import_fold import times
from simulator.import_metrics import Series, moment
from simulator.import_result import Draft

__all__ = ["check_statistics", "put_latency", "sigma_from_mean"]

_Z = {"p50": 0.0, "p90": 1.2815515655446004, "p95": 1.6448536269514722, "p99": 2.3263478740408408}
_ORDER = ("Minimum", "p50", "p90", "p95", "p99", "p99.9", "Maximum")
_SHARE = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99, "p99.9": 0.999}
_SLACK = 1.02
_SLOWER = 1.2


def check_statistics(stats: Mapping[str, float]) -> str:
    """What contradicts itself among statistics of one period; empty where nothing does.

    >>> check_statistics({"Average": 100.0, "p50": 90.0, "p99": 300.0}), check_statistics({"Average": 1.0, "p99": 300.0})
    ('', 'the mean 1 is too small for p99 300: 1 % of the requests alone make it 3')
    """
    known = [(name, stats[name]) for name in _ORDER if name in stats]
    for (low, below), (high, above) in itertools.pairwise(known):
        if below > above * _SLACK:
            return f"{low} {below:g} lies above {high} {above:g}"
    mean = stats.get("Average")
    if mean is None:
        return ""
    if "Maximum" in stats and mean > stats["Maximum"] * _SLACK:
        return f"the mean {mean:g} lies above Maximum {stats['Maximum']:g}"
    if "Minimum" in stats and mean * _SLACK < stats["Minimum"]:
        return f"the mean {mean:g} lies below Minimum {stats['Minimum']:g}"
    for name, share in _SHARE.items():
        if name in stats and mean * _SLACK < (least := (1 - share) * stats[name]):
            return f"the mean {mean:g} is too small for {name} {stats[name]:g}: {(1 - share) * 100:.4g} % of the requests alone make it {least:g}"
    return ""


def sigma_from_mean(mean: float, value: float, z: float) -> float | None:
    """Sigma of the lognormal with this mean and this value at `z` standard deviations; None where there is none.

    >>> round(sigma_from_mean(90_195, 250_000, 2.3263478740408408), 3)
    0.49
    """
    ratio = math.log(value / mean)
    inside = z * z - 2 * ratio
    return None if ratio < 0 or inside < 0 else z - math.sqrt(inside)


def put_latency(draft: Draft, series: Mapping[tuple[str, str], Series], weights: Mapping[int, float]) -> None:
    """Set service.time from ModelLatency (microseconds).

    Arguments: `weights` maps periods to their requests; periods weigh alike where it is empty. Statistics that contradict
    each other become problems of the draft.
    """
    own = {stat: one for (metric, stat), one in series.items() if metric == "ModelLatency" and stat != "SampleCount"}
    if not own:
        draft.lacks("service.time", "how long does one request take alone? (--time 80ms)", "ModelLatency with Average, p50 and p99 (get-metric-data, Period 60)")  # fmt: skip
        return
    first = next(iter(own.values()))
    periods = sorted(set.union(*(set(one.points) for one in own.values())))
    wrong = [(at, why) for at in periods if (why := check_statistics({s: o.points[at] for s, o in own.items() if at in o.points}))]  # fmt: skip
    if wrong:
        at, why = wrong[0]
        draft.wrong(first.where, f"{moment(at)}: {why}", f"statistics of the same variant and period ({len(wrong)} of {len(periods)} periods contradict themselves): export them in one call")  # fmt: skip
        return
    periods = _calm(draft, own, periods, weights)
    typical = {stat: value for stat, one in own.items() if (value := _mean(one, periods, weights)) > 0}
    source = f"{first.where.split(' ')[0]} ModelLatency"
    if "p50" in own and own["p50"].points:
        typical["p50"] = _median(own["p50"], periods, weights)
    _fit(draft, typical, f"{source} over {len(periods):,} periods")
    draft.notes.append("ModelLatency holds what a request waits inside the container; with little load that is nothing")


def _weight(at: int, weights: Mapping[int, float]) -> float:
    return weights.get(at, 0.0) if weights else 1.0


def _mean(one: Series, periods: list[int], weights: Mapping[int, float]) -> float:
    pairs = [(one.points[at], _weight(at, weights)) for at in periods if at in one.points]
    total = sum(weight for _, weight in pairs)
    return sum(value * weight for value, weight in pairs) / total if total else 0.0


def _median(one: Series, periods: list[int], weights: Mapping[int, float]) -> float:
    pairs = sorted((one.points[at], _weight(at, weights)) for at in periods if at in one.points)
    sums = np.cumsum([weight for _, weight in pairs])
    return pairs[int(np.searchsorted(sums, sums[-1] / 2))][0] if pairs else 0.0


def _calm(draft: Draft, own: Mapping[str, Series], periods: list[int], weights: Mapping[int, float]) -> list[int]:
    """The quieter half of the periods where answers get slower under load, else all with requests."""
    centre = own.get("p50") or own.get("Average")
    busy = sorted((at for at in periods if not weights or weights.get(at, 0)), key=lambda at: weights.get(at, 0))
    if centre is None or not weights or len(busy) < 20:
        return busy or periods
    calm, top = busy[: len(busy) // 2], busy[-max(1, len(busy) // 10) :]
    low, high = _mean(centre, calm, weights), _mean(centre, top, weights)
    if low > 0 and high > _SLOWER * low:
        draft.notes.append(f"ModelLatency is {high / low:.2g} times as long in the busiest tenth of the periods as in the quieter half: requests waited or slowed each other. The service time is taken from the quieter half")  # fmt: skip
        return calm
    return busy


def _fit(draft: Draft, typical: Mapping[str, float], source: str) -> None:
    """A lognormal from two statistics; what is extrapolated is assumed."""
    mean, p50, p99 = typical.get("Average"), typical.get("p50"), typical.get("p99")
    upper = next((name for name in ("p99", "p95", "p90") if name in typical), None)
    how, why = "measured", source
    if p50 and upper:
        sigma = math.log(max(1.0, typical[upper] / p50)) / _Z[upper]
    elif mean and upper and (found := sigma_from_mean(mean, typical[upper], _Z[upper])) is not None:
        sigma, p50 = found, mean / math.exp(found * found / 2)
        how, why = "assumed", f"{source}: the lognormal with this mean and {upper}"
    elif mean and p50 and mean > p50:
        sigma = math.sqrt(2 * math.log(mean / p50))
        how, why = "assumed", f"{source}: the lognormal with this mean and median"
    else:
        only = mean or p50 or typical.get(upper or "", 0.0) or typical.get("Maximum", 0.0)
        if only > 0:
            draft.put("service.time", {"mean": f"{max(1, round(only))} us", "cv": 0.5}, f"{source}: only one value is known, the spread is a guess", "assumed", f"mean {format_duration(only)}")  # fmt: skip
        draft.lacks("service.time", "what are its median and 99th percentile? (--time p50/p99)", "ModelLatency with p50 and p99 (get-metric-data, Period 60)")  # fmt: skip
        return
    if p99 is None:
        p99 = p50 * math.exp(sigma * _Z["p99"])
        how, why = "assumed", f"{source}: p99 follows from {upper or 'the mean'} by a lognormal"
        draft.lacks("service.time", "what is its 99th percentile? (--time p50/p99)", "ModelLatency with p99")
    draft.put("service.time", times(p50, p99), why, how, f"p50 {format_duration(p50)}, p99 {format_duration(p99)}")
