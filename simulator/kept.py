"""A ranking in the few numbers that are kept of a saved run, and what moved since."""

from dataclasses import dataclass
from datetime import date

from advisor.options import describe, title
from advisor.saved import SavedAnswer
from advisor.text import format_day
from advisor.units import format_duration, format_usd
from simulator.headline import amount
from simulator.ranking import Ranked, Ranking

__all__ = ["Moved", "answer_of", "moved", "why_moved"]


@dataclass(frozen=True, slots=True)
class Moved:
    """One number of an answer, then and now, in words."""

    what: str
    was: str
    now: str
    change: str
    """The difference; empty where it is none, or not a number."""

    @property
    def same(self) -> bool:
        """It reads the same."""
        return self.was == self.now


def answer_of(ranking: Ranking) -> SavedAnswer:
    """What is kept of a ranking: the best option, or the one that comes closest, with its cost and its percentile."""
    facts = ranking.study.facts
    entry = ranking.best or (ranking.ranked[0] if ranking.ranked else None)
    measure, share = _measure(ranking)
    return SavedAnswer(
        facts_digest=facts.digest, facts_date=max(fact.checked for fact in facts.all()).isoformat(),
        best=ranking.best.name if ranking.best else "", configuration=describe(entry.option) if entry else "",
        cost_usd=None if entry is None or entry.cost_per_month.value is None else float(entry.cost_per_month.value),
        measure=measure, latency_us=None if entry is None else _latency(entry, share),
    )  # fmt: skip


def _measure(ranking: Ranking) -> tuple[str, float]:
    """The percentile that is promised, p99 where there are several or none."""
    bounds = {s.measure: s.percentile for s in ranking.promise.slos if s.bound_us is not None and s.percentile}
    return ("p99", 0.99) if "p99" in bounds or not bounds else next(iter(bounds.items()))


def _latency(entry: Ranked, share: float) -> int | None:
    found = entry.latency_us[share]
    return round(found.value) if found.value is not None and found.supported else None


def moved(was: SavedAnswer, now: SavedAnswer) -> tuple[Moved, ...]:
    """Option, cost and percentile, then and now.

    >>> one = SavedAnswer(facts_digest="a", facts_date="2026-11-22", best="async", configuration="2 × ml.m5.xlarge",
    ...                   cost_usd=336.0, measure="p99", latency_us=312_000)
    >>> from dataclasses import replace
    >>> [row.change for row in moved(one, replace(one, cost_usd=340.5))]
    ['', '+$4.50', '']
    """
    option = Moved("Option", _option(was), _option(now), "")
    cost = Moved("Cost per month", amount(was.cost_usd), amount(now.cost_usd), "")
    if was.cost_usd is not None and now.cost_usd is not None and not cost.same:
        by = now.cost_usd - was.cost_usd
        cost = Moved(cost.what, cost.was, cost.now, f"{_sign(by)}{format_usd(abs(by))}")
    names = was.measure if was.measure == now.measure else f"{was.measure}, now {now.measure}"
    latency = Moved(names, _time(was), _time(now), "")
    known = was.latency_us is not None and now.latency_us is not None
    if known and was.measure == now.measure and not latency.same:
        late = (now.latency_us or 0) - (was.latency_us or 0)
        latency = Moved(latency.what, latency.was, latency.now, f"{_sign(late)}{format_duration(abs(late))}")
    return option, cost, latency


def why_moved(was: SavedAnswer, now: SavedAnswer, on: str) -> str:
    """What can have moved an answer that was saved on a day: the facts, or how we compute. Arguments: `on` is that day in words."""
    if was.facts_digest == now.facts_digest:
        return f"Limits and prices are those of {on}: what changed is how this program computes."
    return (
        f"Limits or prices changed in between: those of then were read up to {_day(was.facts_date)}, "
        f"these up to {_day(now.facts_date)}."
    )


def _day(text: str) -> str:
    try:
        return format_day(date.fromisoformat(text))
    except ValueError:
        return "a day that is not known"


def _option(answer: SavedAnswer) -> str:
    if not answer.best:
        return "none keeps the promise"
    return f"{title(answer.best)}{f', {answer.configuration}' if answer.configuration else ''}"


def _time(answer: SavedAnswer) -> str:
    return "not known" if answer.latency_us is None else format_duration(answer.latency_us)


def _sign(by: float) -> str:
    return "+" if by > 0 else "−"
