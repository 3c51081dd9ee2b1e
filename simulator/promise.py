"""The promise: what an option has to keep to be called good, and how far a result is from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final, Protocol

from advisor.billing import Bill
from advisor.units import format_duration, format_share, format_usd
from advisor.workload import Slo, Workload
from simulator.metrics import Summary

__all__ = ["ASSUMED_PROMISE", "Miss", "Promise", "Result", "promise_of"]

ASSUMED_PROMISE: Final = "failed:0.1%"
"""The promise where none is stated about failures; printed as assumed."""


class Result(Protocol):
    """What a promise is checked against."""

    @property
    def summary(self) -> Summary:
        """Metrics of a run."""

    @property
    def bill(self) -> Bill:
        """Its bill."""


@dataclass(frozen=True, slots=True)
class Miss:
    """One broken bound: which (None for the budget), the share that was measured, and both in words."""

    slo: Slo | None
    share: float
    text: str


@dataclass(frozen=True, slots=True)
class Promise:
    """What was to be kept: the stated bounds, the assumed one where failures were not mentioned, and the budget."""

    slos: tuple[Slo, ...]
    assumed: tuple[str, ...]
    budget_usd: float | None = None

    @property
    def latency(self) -> bool:
        """A bound on latency or on the time to first token was stated."""
        return any(slo.bound_us is not None or slo.first_us is not None for slo in self.slos)

    @property
    def bounds_us(self) -> tuple[int, ...]:
        """The latency bounds, microseconds."""
        return tuple(slo.bound_us for slo in self.slos if slo.bound_us is not None)

    @property
    def first_bounds_us(self) -> tuple[int, ...]:
        """The bounds on the time to first token, microseconds."""
        return tuple(slo.first_us for slo in self.slos if slo.first_us is not None)

    @property
    def heading(self) -> str:
        """What an order by this promise is an order of."""
        if self.latency:
            return "Cost per good request, those that keep the promise first"
        return "Cost order only: no latency promise was checked"

    def _measured(self, slo: Slo, results: Sequence[Result]) -> float:
        """Share answered within a bound, or failed share; the mean over replications."""
        if slo.bound_us is not None:
            return fmean(result.summary.within[float(slo.bound_us)] for result in results)
        if slo.first_us is not None:
            return fmean(result.summary.begun_within[float(slo.first_us)] for result in results)
        return fmean(result.summary.failed_share for result in results)

    def shortfall(self, *results: Result) -> float:
        """How far replications are from the promise: the largest share of requests missing to a bound; 0 when kept."""
        gaps = [0.0]
        for slo in self.slos:
            share = self._measured(slo, results)
            least = slo.percentile if slo.first_us is None else slo.first_percentile
            gaps.append(share - (slo.bound_share or 0.0) if least is None else least - share)
        return max(gaps)

    def broken(self, *results: Result) -> tuple[Miss, ...]:
        """The bounds that the mean of some replications breaks; empty when it keeps them all."""
        found: list[Miss] = []
        for slo in self.slos:
            share = self._measured(slo, results)
            if slo.bound_us is not None and share < (slo.percentile or 0.0):
                bound = format_duration(slo.bound_us)
                text = f"{slo.measure} under {bound}: {format_share(share)} of requests are answered by then"
                found.append(Miss(slo, share, text))
            elif slo.first_us is not None and share < (slo.first_percentile or 0.0):
                name, bound = slo.measure.replace("_", " "), format_duration(slo.first_us)
                text = f"{name} under {bound}: {format_share(share)} of answers have begun by then"
                found.append(Miss(slo, share, text))
            elif slo.bound_share is not None and share > slo.bound_share:
                text = f"{format_share(share)} of requests fail, {format_share(slo.bound_share)} allowed"
                found.append(Miss(slo, share, text))
        totals = [float(result.bill.total) for result in results if result.bill.total is not None]
        if self.budget_usd is not None and totals and fmean(totals) > self.budget_usd:
            text = f"{format_usd(fmean(totals))} a month is over the budget of {format_usd(self.budget_usd)}"
            found.append(Miss(None, 0.0, text))
        return tuple(found)

    def misses(self, *results: Result) -> tuple[str, ...]:
        """The broken bounds in words."""
        return tuple(miss.text for miss in self.broken(*results))

    def kept(self, *results: Result) -> bool:
        """The mean of the replications breaks no bound."""
        return not self.broken(*results)


def promise_of(workload: Workload) -> Promise:
    """The promise of a workload: its bounds, a completion bound as p99, and the assumed bound on failures."""
    slos, assumed = list(workload.needs.slo), []
    if workload.needs.completion is not None and not any(slo.measure == "p99" for slo in slos):
        slos.append(Slo("p99", percentile=0.99, bound_us=workload.needs.completion))
    if workload.needs.failed_share is None:
        slos.append(Slo.parse(ASSUMED_PROMISE))
        assumed.append(ASSUMED_PROMISE)
    budget = workload.needs.budget_usd_per_month
    return Promise(tuple(slos), tuple(assumed), None if budget is None else float(budget))
