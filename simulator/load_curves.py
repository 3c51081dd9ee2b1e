"""Load curves: the promised percentile of a plan against the load, beside fleets that are one smaller and one larger."""

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from advisor.errors import InputError, Problem
from advisor.options import Option
from advisor.units import format_count
from simulator.capacity import bearable_per_s
from simulator.changes import Change
from simulator.load_point import LoadPoint, load_point
from simulator.neighbours import neighbours
from simulator.plans import judged
from simulator.size_parts import latency_of
from simulator.study import Study
from simulator.sweep import Sweep
from simulator.trial import Ask

__all__ = ["LoadCurve", "LoadCurves", "load_curves"]

_POINTS: Final = 10
"""Loads of a line at most."""
_LEAST: Final = 0.5
_BEYOND: Final = 1.3
"""How far beyond what the largest fleet bears the last load lies."""
_MOST_REQUESTS: Final = 5_000_000
"""Requests of a run at the largest load, where today's are not half of that already."""
_FEWEST: Final = 30
"""Requests that a run holds at least."""
_ENDS_AFTER: Final = 2
"""Loads in a row, not below today's, that break the promise and end a line."""


@dataclass(frozen=True, slots=True)
class LoadCurve:
    """One fleet over the loads that were tried, ascending."""

    option: Option
    points: tuple[LoadPoint, ...]

    @property
    def holds(self) -> LoadPoint | None:
        """The largest load tried that keeps the promise, and every load from today's up to it does too; None without one."""
        kept = None
        for point in self.points:
            if point.factor >= 1 and not point.plan.meets:
                return kept
            kept = point if point.plan.meets else kept
        return kept

    @property
    def breaks(self) -> LoadPoint | None:
        """The smallest load of today's or more that breaks the promise; None where all that were tried keep it."""
        return next((point for point in self.points if point.factor >= 1 and not point.plan.meets), None)


@dataclass(frozen=True, slots=True)
class LoadCurves:
    """The fleets by rising size; of a plan that has no count to vary, it alone."""

    curves: tuple[LoadCurve, ...]
    chosen: LoadCurve
    measure: str
    """The percentile shown, like p99."""
    quantile: float
    bound_us: int | None
    """What it was promised to stay under, microseconds."""
    peak_factor: float
    """The busiest hour over the mean."""
    limit: str
    """Why no larger load was tried; empty where the largest fleet breaks within the loads."""

    def value_us(self, point: LoadPoint) -> float | None:
        """The percentile at one load, microseconds; None where nothing was answered."""
        return latency_of(point.plan, self.quantile).value


def _loads(study: Study, options: tuple[Option, ...]) -> tuple[tuple[float, ...], str]:
    """Loads in equal ratios around today's, which is one of them, and why they end where they do."""
    today = study.load.requests
    if not today:
        raise InputError([Problem("traffic", "no request", "traffic in which a request arrives")])
    bears = [bearable_per_s(study, option) for option in options]
    wanted = max((_BEYOND * each / study.load.busiest_hour_rate_per_s for each in bears if each), default=4.0)
    allowed = max(_MOST_REQUESTS / today, 2.0)
    top = max(1.5, min(wanted, allowed))
    limit = "" if wanted <= allowed else f"a run of more than {format_count(round(top * today))} requests is not tried"
    least = min(1.0, max(_LEAST, _FEWEST / today))
    loads = [float(f"{load:.3g}") for load in np.geomspace(least, top, _POINTS)]
    loads[min(range(_POINTS), key=lambda n: abs(math.log(loads[n])))] = 1.0
    return tuple(sorted(set(loads))), limit


def _ended(points: list[LoadPoint]) -> bool:
    last = points[-_ENDS_AFTER:]
    return len(last) == _ENDS_AFTER and all(point.factor >= 1 and not point.plan.meets for point in last)


def load_curves(study: Study, option: Option, sweep: Sweep) -> LoadCurves:
    """Play a plan and its neighbours on the first draw of the traffic, at up to ten loads in the shape it has today.

    A line ends after two loads that break the promise; the budget is no part of it. Arguments: `sweep` plays the trials of
    the same study. Raises InputError for traffic without a request.

    >>> from simulator.study import prepare
    >>> study = prepare("receipt-classifier")
    >>> two = Option(name="real_time", instance_type="ml.m5.large", instances=2, concurrency_per_instance=2)
    >>> with Sweep(study) as sweep:
    ...     found = load_curves(study, two, sweep)
    >>> [curve.option.instances for curve in found.curves], found.chosen.points[-1].factor > 4
    ([1, 2, 3], True)
    """
    options = neighbours(option)
    loads, limit = _loads(study, options)
    bare = replace(study.promise, budget_usd=None)
    points: dict[Option, list[LoadPoint]] = {each: [] for each in options}
    for load in loads:
        asks = [Ask(each, change=Change(load=load)) for each in options if not _ended(points[each])]
        for trial in sweep.play(asks, "more load"):
            points[trial.option].append(load_point(study, load, judged([trial], bare)))
    curves = tuple(LoadCurve(each, tuple(points[each])) for each in options)
    bounds = [slo for slo in bare.slos if slo.bound_us is not None and slo.percentile is not None]
    slo = next((each for each in bounds if each.measure == "p99"), bounds[0] if bounds else None)
    peak = study.load.busiest_hour_rate_per_s / study.load.mean_rate_per_s
    return LoadCurves(
        curves, next(curve for curve in curves if curve.option == option),
        "p99" if slo is None else slo.measure, 0.99 if slo is None else slo.percentile or 0.99,
        None if slo is None else slo.bound_us, peak, "" if curves[-1].breaks is not None else limit,
    )  # fmt: skip
