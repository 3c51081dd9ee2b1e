"""Load points: what one configuration does under one load."""

from dataclasses import dataclass
from statistics import fmean
from typing import Any

from advisor.workload import ClosedTraffic
from simulator.plans import Plan
from simulator.study import Study

__all__ = ["LoadPoint", "load_point"]


@dataclass(frozen=True, slots=True)
class LoadPoint:
    """One load with the plan that was judged under it; the budget is not part of that."""

    factor: float
    """Times today's load."""
    plan: Plan
    rate_per_s: float
    """Requests per second, the mean."""
    busiest_hour_rate_per_s: float
    users: int | None
    """Users who wait for each answer; None for open traffic."""

    @property
    def usd(self) -> float | None:
        """USD per month; None without a price."""
        return self.plan.usd

    @property
    def p99_us(self) -> float | None:
        """99th percentile of the latency, the mean over the draws, microseconds; None without an answer."""
        found = [trial.summary.latency_us.get(0.99) for trial in self.plan.trials]
        known = [value for value in found if value is not None]
        return fmean(known) if known else None

    @property
    def failed_share(self) -> float:
        """Share of requests that failed."""
        return fmean(trial.summary.failed_share for trial in self.plan.trials)

    @property
    def utilisation(self) -> float:
        """Share of the slot-time at work."""
        return fmean(trial.summary.utilisation for trial in self.plan.trials)

    def row(self) -> dict[str, Any]:
        """Plain columns, for a table or JSON."""
        p99 = self.p99_us
        return {
            "factor": self.factor, "rate_per_s": self.rate_per_s, "busiest_hour_rate_per_s": self.busiest_hour_rate_per_s,
            "users": self.users, "meets": self.plan.meets, "misses": [miss.text for miss in self.plan.broken],
            "p99_ms": None if p99 is None else p99 / 1e3, "failed_share": self.failed_share,
            "utilisation": self.utilisation, "usd_per_month": self.usd, "draws": len(self.plan.trials),
        }  # fmt: skip


def load_point(study: Study, factor: float, plan: Plan) -> LoadPoint:
    """The point of a load: rates grow with it, but users who wait ask as often as they are answered.

    Arguments: `factor` times the load of `study`, under which `plan` was judged.
    """
    traffic, load = study.workload.traffic, study.load
    if not isinstance(traffic, ClosedTraffic):
        return LoadPoint(factor, plan, load.mean_rate_per_s * factor, load.busiest_hour_rate_per_s * factor, None)
    found = [trial.summary for trial in plan.trials if trial.summary.window_us]
    rate = fmean(one.arrivals * 1e6 / one.window_us for one in found) if found else 0.0
    return LoadPoint(factor, plan, rate, rate, max(1, round(traffic.users * factor)))
