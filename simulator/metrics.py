"""Metrics: formulas over the time points of a request, in one table that documents and pages print.

`a` arrival of the first attempt, `s` service start, `f` finish, `r` response at the caller. Latency percentiles hold ok requests only; for
a promise (SLO) every failure counts as infinitely late. A request that is tried again counts once, as its last attempt ended.
Intervals are Student's t over replications.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from simulator.histogram import Histogram, Sample
from simulator.model import Outcome
from simulator.run import Run

__all__ = ["METRICS", "PERCENTILES", "Metric", "Summary", "summarise"]

PERCENTILES: Final = (0.5, 0.9, 0.95, 0.99, 0.999)


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
    *(Metric(f"first_token_{name}", f"{name} of s − a + g (f − s) + r − f over ok requests, g the share of the work before the first token", "us", "lower") for name in ("p50", "p90", "p95", "p99", "p99_9")),
    Metric("cold_share", "requests that waited for a start-up / requests", "share", "lower"),
    Metric("failed_share", "requests not ok / (requests − unfinished)", "share", "lower"),
    Metric("attempts_per_request", "attempts / requests; a request is one however often it is tried", "attempts", "lower"),
    Metric("retried_share", "requests tried more than once / requests", "share", "lower"),
    Metric("goodput", "requests that meet every bound / window", "1/s", "higher"),
    Metric("utilisation", "slot-time in service / slot-time of instances", "share", "neither"),
    Metric("instances", "instance-time / window", "instances", "neither"),
    Metric("cost", "the bill of the meters over the same window", "USD per month", "lower"),
)  # fmt: skip


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
    attempts: int = 0
    """Attempts of the requests that reached the endpoint."""
    retried: int | None = 0
    """Requests tried more than once; None where some were and the run kept no request."""
    first_token_us: dict[float, float] = field(default_factory=dict)
    """Percentiles of the time to first token; empty where nothing is streamed or tokens are not known."""
    begun_within: dict[float, float] = field(default_factory=dict)
    """Share of finished requests whose answer had begun within a bound, by bound in microseconds. What is not streamed
    begins with its end."""

    @property
    def attempts_per_request(self) -> float:
        """Attempts for each request that reached the endpoint; 1 where nothing is tried again."""
        reached = self.arrivals - self.failed.get("too_large", 0)
        return self.attempts / reached if reached else 1.0

    @property
    def retried_share(self) -> float | None:
        """Share of the requests that were tried more than once; None where it is not known."""
        if self.retried is None:
            return None
        return self.retried / self.arrivals if self.arrivals else 0.0

    @property
    def failed_share(self) -> float:
        """Failures among the requests that ended."""
        ended = self.arrivals - self.unfinished
        return sum(self.failed.values()) / ended if ended else 0.0


def _retried(run: Run) -> int | None:
    """Requests of the window tried more than once."""
    if run.meters.attempts <= run.meters.arrivals:
        return 0
    kept = run.requests
    if kept is None:
        return None
    inside = (kept.first_us >= run.window_from_us) & (kept.final == 1)
    return int(np.count_nonzero(inside & (kept.attempt > 1)))


def summarise(
    run: Run, *, bounds_us: Sequence[int] = (), too_large: int = 0, slots: int = 1,
    first_token: Histogram | Sample | None = None, first_bounds_us: Sequence[int] = (),
) -> Summary:  # fmt: skip
    """The metrics of a run.

    Arguments: `bounds_us` are the latency bounds of the promise, `too_large` counts requests refused for their size
    before they reached the engine, `slots` is the number of slots of an instance, or of a copy
    where copies are packed, `first_token` holds the times to first token where answers are streamed,
    `first_bounds_us` are the bounds on it.
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
    begins = run.latency if first_token is None else first_token
    begun = {float(b): (begins.count_within(b) / ended if ended else 1.0) for b in first_bounds_us}
    capacity = (run.meters.copy_us or run.meters.instance_us) * slots
    return Summary(
        arrivals, good, failed, unfinished,
        {q: run.latency.quantile(q) for q in PERCENTILES} if good else {},
        {q: run.wait.quantile(q) for q in PERCENTILES} if good else {},
        within, run.cold_requests / arrivals if arrivals else 0.0,
        run.meters.busy_us / capacity if capacity else 0.0,
        run.meters.instance_us / run.meters.window_us if run.meters.window_us else 0.0,
        run.meters.window_us, run.meters.attempts, _retried(run),
        {q: first_token.quantile(q) for q in PERCENTILES} if good and first_token is not None else {}, begun,
    )  # fmt: skip
