"""Plans: configurations that were tried, judged by the promise, and the answer of a sizing for each option."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import fmean

from advisor.options import Option, describe
from advisor.units import NBSP
from simulator.promise import Miss, Promise
from simulator.statistics import Interval, interval
from simulator.trial import Ask, Trial

__all__ = ["Plan", "Sized", "judged"]


@dataclass(frozen=True, slots=True)
class Plan:
    """One configuration with the trials it was judged by."""

    option: Option
    trials: tuple[Trial, ...]
    """One for each draw of the traffic, the first draw first."""
    usd_per_month: Interval
    meets: bool
    """It keeps every bound of the promise, by the mean over its draws."""
    broken: tuple[Miss, ...] = ()
    """The bounds it breaks."""
    shortfall: float = 0.0
    """Largest share of requests by which it misses a bound; 0 where it keeps all."""
    sure: bool = True
    """Every draw alone says the same of the promise as their mean."""

    @property
    def usd(self) -> float | None:
        """USD per month, the mean over the draws; None without a price."""
        return self.usd_per_month.value

    @property
    def ask(self) -> Ask:
        """What its first trial asked for."""
        return self.trials[0].ask

    def kept_draws(self, promise: Promise) -> int:
        """Draws that keep the promise each on its own."""
        return sum(not trial.problem and promise.kept(trial) for trial in self.trials)

    def row(self) -> dict[str, object]:
        """Its numbers as one row of a table: money in USD per month, p99 in milliseconds, shares from 0 to 1."""
        p99 = [trial.summary.latency_us[0.99] for trial in self.trials if 0.99 in trial.summary.latency_us]
        failed = [trial.summary.failed_share for trial in self.trials]
        return {
            "configuration": describe(self.option).replace(NBSP, " "), "usd_per_month": self.usd,
            "p99_ms": fmean(p99) / 1000 if p99 else None, "failed_share": fmean(failed), "keeps_promise": self.meets,
            "draws": len(self.trials),
        }  # fmt: skip

    @property
    def problem(self) -> str:
        """Why it could not be played; empty where it could."""
        return next((trial.problem for trial in self.trials if trial.problem), "")


def judged(trials: Sequence[Trial], promise: Promise) -> Plan:
    """A plan from the trials of one configuration."""
    option = trials[0].option
    if any(trial.problem for trial in trials):
        return Plan(option, tuple(trials), interval([]), meets=False, shortfall=1.0)
    broken = promise.broken(*trials)
    totals = [trial.usd for trial in trials if trial.usd is not None]
    alone = {promise.kept(trial) for trial in trials}
    return Plan(
        option, tuple(trials), interval(totals), not broken, broken, promise.shortfall(*trials), len(alone) == 1
    )


@dataclass(frozen=True, slots=True)
class Sized:
    """What a sizing found for one option name."""

    name: str
    best: Plan | None
    """The cheapest plan that keeps the promise; None where none does."""
    runner_up: Plan | None = None
    """The next one by cost that keeps it."""
    nearest: Plan | None = None
    """Where none keeps it: the plan that comes closest."""
    tried: int = 0
    """Configurations that were simulated."""
    pruned: dict[str, int] = field(default_factory=dict)
    """Configurations that were not, by the bound that excluded them."""
    plans: tuple[Plan, ...] = ()
    """Everything that was tried, cheapest first."""
    takes: str = ""
    """Where nothing keeps the promise: what the nearest plan would need to keep it, in words."""

    @property
    def considered(self) -> int:
        """Configurations in all."""
        return self.tried + sum(self.pruned.values())
