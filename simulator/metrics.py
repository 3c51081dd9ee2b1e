"""Metrics: formulas over the time points of a request, in one table that documents and pages print.

`a` arrival, `s` service start, `f` finish, `r` response at the caller. Latency percentiles hold ok requests only; for
a promise (SLO) every failure counts as infinitely late. Intervals are Student's t over replications.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from simulator.model import Outcome
from simulator.run import Run

__all__ = [
    "METRICS",
    "PERCENTILES",
    "Interval",
    "Metric",
    "Summary",
    "interval",
    "samples_needed",
    "student_t",
    "summarise",
]

PERCENTILES: Final = (0.5, 0.9, 0.95, 0.99, 0.999)
_SURE: Final = 0.99
_T975: Final = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228)


@dataclass(frozen=True, slots=True)
class Metric:
    """One row of the table: name, formula over the time points, unit, and which way is better."""

    name: str
    formula: str
    unit: str
    better: str


METRICS: Final = (
    *(Metric(f"latency_{name}", f"{name} of r − a over ok requests", "us", "lower") for name in ("p50", "p90", "p95", "p99", "p99_9")),
    *(Metric(f"wait_{name}", f"{name} of s − a over ok requests", "us", "lower") for name in ("p50", "p90", "p95", "p99", "p99_9")),
    Metric("cold_share", "requests that waited for a start-up / requests", "share", "lower"),
    Metric("failed_share", "requests not ok / (requests − unfinished)", "share", "lower"),
    Metric("goodput", "requests that meet every bound / window", "1/s", "higher"),
    Metric("utilisation", "slot-time in service / slot-time of instances", "share", "neither"),
    Metric("instances", "instance-time / window", "instances", "neither"),
    Metric("cost", "the bill of the meters over the same window", "USD per month", "lower"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with its 95 % interval; `supported` is False where there were too few samples for a percentile."""

    value: float | None
    low: float | None
    high: float | None
    supported: bool = True

    def overlaps(self, other: "Interval") -> bool:
        """The two intervals share a point; unknown ends count as sharing."""
        if self.low is None or self.high is None or other.low is None or other.high is None:
            return True
        return self.low <= other.high and other.low <= self.high


def student_t(degrees: int) -> float:
    """Two-sided 95 % quantile of Student's t.

    Source: the published table up to 10 degrees, Cornish-Fisher about the normal above (error under 3e-3).

    >>> student_t(2), round(student_t(30), 2)
    (4.303, 2.04)
    """
    if degrees < 1:
        return math.inf
    if degrees <= len(_T975):
        return _T975[degrees - 1]
    z = 1.959964
    return z + (z**3 + z) / (4 * degrees) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * degrees**2)


def interval(values: Sequence[float], *, supported: bool = True) -> Interval:
    """Mean and 95 % interval over replications; a single value has no interval.

    >>> interval([1.0, 2.0, 3.0]).value
    2.0
    """
    if not values:
        return Interval(None, None, None, supported=False)
    mean = math.fsum(values) / len(values)
    if len(values) == 1:
        return Interval(mean, None, None, supported)
    spread = math.sqrt(math.fsum((v - mean) ** 2 for v in values) / (len(values) - 1))
    half = student_t(len(values) - 1) * spread / math.sqrt(len(values))
    return Interval(mean, max(0.0, mean - half), mean + half, supported)


def samples_needed(quantile: float) -> int:
    """Fewest samples whose largest exceeds a percentile with 99 % certainty: ln(0.01) / ln(q).

    >>> samples_needed(0.99), samples_needed(0.999)
    (459, 4603)
    """
    return math.ceil(math.log(1 - _SURE) / math.log(quantile))


@dataclass(frozen=True, slots=True)
class Summary:
    """The metrics of one run: what replications are averaged from."""

    arrivals: int
    good: int
    failed: dict[str, int]
    """Requests by failure kind; kinds that did not happen are left out."""
    unfinished: int
    latency_us: dict[float, float]
    wait_us: dict[float, float]
    within: dict[float, float]
    """Share of finished requests that were ok within a bound, by bound in microseconds."""
    cold_share: float
    utilisation: float
    mean_instances: float
    window_us: int

    @property
    def failed_share(self) -> float:
        """Failures among the requests that ended."""
        ended = self.arrivals - self.unfinished
        return sum(self.failed.values()) / ended if ended else 0.0


def summarise(run: Run, *, bounds_us: Sequence[int] = (), too_large: int = 0, slots: int = 1) -> Summary:
    """The metrics of a run.

    Arguments: `bounds_us` are the latency bounds of the promise, `too_large` counts requests refused for their size
    before they reached the engine, `slots` is the number of slots of an instance.
    """
    counts = {outcome: int(run.counts[outcome]) for outcome in Outcome}
    good, unfinished = counts[Outcome.OK], counts[Outcome.UNFINISHED]
    failed = {
        outcome.name.lower(): number
        for outcome, number in counts.items()
        if number and outcome not in {Outcome.OK, Outcome.UNFINISHED}
    }
    if too_large:
        failed["too_large"] = failed.get("too_large", 0) + too_large
    arrivals = sum(counts.values()) + too_large
    ended = arrivals - unfinished
    within = {float(b): (run.latency.count_within(b) / ended if ended else 1.0) for b in bounds_us}
    capacity = run.meters.instance_us * slots
    return Summary(
        arrivals, good, failed, unfinished,
        {q: run.latency.quantile(q) for q in PERCENTILES} if good else {},
        {q: run.wait.quantile(q) for q in PERCENTILES} if good else {},
        within, run.cold_requests / arrivals if arrivals else 0.0,
        run.meters.busy_us / capacity if capacity else 0.0,
        run.meters.instance_us / run.meters.window_us if run.meters.window_us else 0.0,
        run.meters.window_us,
    )  # fmt: skip
