"""An answer in figures and sentences beside its headline: the numbers of the first place, and what to know of how they were found."""

from dataclasses import dataclass
from typing import Final

from advisor.items import month_hours
from advisor.terms_text import terms_words
from advisor.text import format_day
from advisor.units import NBSP, format_count, format_duration, format_rate, format_share, format_usd
from simulator.headline import amount, money_range
from simulator.ranking import Ranked, Ranking
from simulator.statistics import samples_needed

__all__ = ["Figure", "figures", "found_from", "latency_text", "measure", "remarks"]

_DAY_US: Final = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Figure:
    """One main number of an answer with what stands below it: its reference, then its range."""

    big: str
    below: tuple[str, ...]
    minor: bool = False
    """Whether it is shown smaller."""


def measure(ranking: Ranking) -> tuple[str, float, int | None]:
    """The percentile to show: (name, share, bound in microseconds); p99 unless another is promised instead."""
    bounds = [s for s in ranking.promise.slos if s.bound_us is not None and s.percentile is not None]
    chosen = next((s for s in bounds if s.measure == "p99"), bounds[0] if bounds else None)
    return ("p99", 0.99, None) if chosen is None else (chosen.measure, chosen.percentile or 0.99, chosen.bound_us)


def latency_text(entry: Ranked, share: float) -> str:
    """A percentile of an entry, or why there is none."""
    found = entry.latency_us[share]
    if found.value is None:
        return "no answer"
    if not found.supported:
        return "too few"
    return format_duration(found.value)


def _latency(ranking: Ranking, entry: Ranked) -> Figure:
    name, share, bound = measure(ranking)
    found = entry.latency_us[share]
    limit = f"{name}, limit {format_duration(bound)}" if bound else f"{name}, no limit stated"
    if not found.supported:
        needs = f"{name} needs {samples_needed(share):,} requests; a run has {entry.simulation.summary.good:,}"
        return Figure(latency_text(entry, share), (limit, needs))
    low, high = found.low, found.high
    span = ""
    if low is not None and high is not None and format_duration(low) != format_duration(high):
        span = f"{format_duration(low)} to {format_duration(high)}"
    return Figure(latency_text(entry, share), (limit, span))


def _failed(ranking: Ranking, entry: Ranked) -> Figure:
    arrivals = entry.simulation.summary.arrivals * entry.replications
    if arrivals == 0:
        return Figure(f"0{NBSP}requests", ("arrived in the time simulated",), minor=True)
    share = entry.failed_share.value or 0.0
    limit = next((s.bound_share for s in ranking.promise.slos if s.measure == "failed"), None)
    allowed = f", limit {format_share(limit)}" if limit is not None else ""
    of = f"of {format_count(arrivals)} simulated requests"
    if share == 0:
        return Figure(f"0{NBSP}failed", (of, f"(under {format_share(3 / arrivals)} at 95{NBSP}%{allowed})"), minor=True)
    worst = max(entry.failed, key=lambda kind: entry.failed[kind]).replace("_", " ") if entry.failed else ""
    return Figure(f"{format_share(share)} failed", (f"{of}{allowed}", f"mostly {worst}" if worst else ""), minor=True)


def figures(ranking: Ranking) -> tuple[Figure, ...]:
    """Money, percentile and failures of the recommended option, or of the one that comes closest; none without either."""
    entry = ranking.best or (ranking.ranked[0] if ranking.ranked else None)
    if entry is None:
        return ()
    month = f"per month{'' if entry.cost_per_month.value is None else f' ({entry.bill.month_hours:g} h)'}"
    cost = Figure(amount(entry.cost_per_month.value), (month, money_range(entry.cost_per_month)))
    return cost, _latency(ranking, entry), _failed(ranking, entry)


def _sentence(note: str) -> str:
    """A note as a sentence; the name of a field keeps its small letters."""
    first = note.split(" ", 1)[0]
    return (note if "." in first else f"{note[:1].upper()}{note[1:]}").rstrip(".")


def remarks(ranking: Ranking) -> tuple[str, ...]:
    """What a reader must know of how an answer was found: promise assumed, window, budget, notes."""
    study, promise, best = ranking.study, ranking.promise, ranking.best
    texts = []
    if not promise.latency:
        texts.append("Cost order only: no latency promise was checked. Give a p99 limit to have it checked.")
    if promise.assumed:
        bounds = ", ".join(text.replace("failed:", "at most ") for text in promise.assumed)
        texts.append(f"No bound on failures was stated: {bounds} failed is assumed.")
    if study.horizon_us < _DAY_US and ranking.ranked:
        texts.append(
            f"The month is scaled from {format_duration(study.horizon_us)} of traffic: under a day is no basis for a month unless every hour is like it."
        )
    if promise.budget_usd is not None and best is not None and best.cost_per_month.value is not None:
        left = promise.budget_usd - best.cost_per_month.value
        if left >= 0:
            texts.append(f"{format_usd(left)} of the budget of {format_usd(promise.budget_usd)} a month is left.")
    if said := terms_words(study.terms):
        texts.append(f"The bill has your terms: {said}.")
    if study.load.requests == 0:
        texts.append(
            "No request arrived in the time simulated: the cost is that of an idle endpoint, and latency is not known."
        )
    return (*texts, *(f"{_sentence(note)}." for note in ranking.notes))


def found_from(ranking: Ranking) -> tuple[str, ...]:
    """What the numbers are of, and how old the facts in force are."""
    study, load = ranking.study, ranking.study.load
    rates = f"{format_rate(load.mean_rate_per_s)} on average, {format_rate(load.busiest_hour_rate_per_s)} in the busiest hour"
    window = f"{format_count(load.requests)} requests in {format_duration(load.horizon_us)} of traffic"
    hours, oldest = float(month_hours(study.facts.mechanism, study.terms)), study.facts.oldest()
    return (
        f"{window}, {rates}; seed {study.seed}.",
        "p99: 99 of 100 requests are faster. Latency is that of the endpoint; the network to the caller is not included.",
        f"Per month means {hours:g} h. Every fact and price in force was read on or after {format_day(oldest.checked)}.",
    )
