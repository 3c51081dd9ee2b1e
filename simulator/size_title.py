"""The title of a sizing: the cheapest plan by the promise it keeps; and how far a plan is from what it bears."""

from dataclasses import dataclass

from advisor.options import Option, describe
from advisor.units import NBSP, format_duration, format_share
from simulator.headline import amount, plan
from simulator.max_load import MaxLoad
from simulator.promise import Promise
from simulator.ranking import Ranking
from simulator.size_parts import tied
from simulator.size_words import size_headline
from simulator.sizing import Sizing

__all__ = ["Headroom", "headroom", "promise_words", "ranked_title", "short_plan", "size_title"]


def promise_words(promise: Promise) -> str:
    """What a plan keeps, as the end of "a plan that ...": the bounds on latency, else that on failures.

    >>> from simulator.study import prepare
    >>> promise_words(prepare("invoice-ocr").promise).replace("\\xa0", " ")
    'keeps p99 under 500 ms'
    """
    limits = [(slo.measure.replace("_", " "), slo.bound_us or slo.first_us) for slo in promise.slos]
    bounds = [f"{name} under {format_duration(limit)}" for name, limit in limits if limit is not None]
    if bounds:
        return f"keeps {' and '.join(bounds)}"
    share = next((slo.bound_share for slo in promise.slos if slo.bound_share is not None), None)
    return "works" if share is None else f"fails at most {format_share(share)} of its requests"


def short_plan(option: Option) -> str:
    """A plan in as few words as tell it from the others, in running text; the whole configuration stands elsewhere.

    >>> short_plan(Option(name="serverless", memory_mib=2048, max_concurrency=6)).replace("\\xa0", " ")
    'serverless with 2 GiB'
    """
    if option.memory_mib:
        warm = f", {option.provisioned_concurrency:,} kept warm" if option.provisioned_concurrency else ""
        return f"serverless with {option.memory_mib / 1024:g}{NBSP}GiB{warm}"
    return describe(option) if option.name == "real_time" else plan(option)


def size_title(sizing: Sizing) -> str:
    """The answer of a search as the title of its page."""
    best = sizing.best
    if best is None or best.best is None or any(tied(sizing, one) == best.name for one in sizing.sized):
        return size_headline(sizing)
    so_far = "so far " if sizing.stopped and not sizing.ends_tried else ""
    return (
        f"The cheapest plan {so_far}that {promise_words(sizing.study.promise)} is {short_plan(best.best.option)}: "
        f"{amount(best.best.usd)} a month."
    )


def ranked_title(ranking: Ranking) -> str:
    """What the ranking knows before a search: its first place, and that cheaper plans were not looked for."""
    best = ranking.best
    if best is None:
        return "No plan of the ranking keeps the promise; other configurations were not tried yet."
    words = short_plan(best.option)
    return (
        f"{words[:1].upper()}{words[1:]} {promise_words(ranking.promise)} at {amount(best.cost_per_month.value)} a month; "
        "nothing cheaper was searched for yet."
    )


@dataclass(frozen=True, slots=True)
class Headroom:
    """How busy an hour may get while the promise holds, against today's."""

    mean: float
    """The busiest hour that a plan survives over today's mean rate; of users who wait, the users over today's."""
    peak: float
    """The same over today's busiest hour: the largest load times today's."""
    beyond: bool
    """No load that was tried breaks the promise: it is that much or more."""


def headroom(found: MaxLoad) -> Headroom | None:
    """The headroom of a plan, from its largest load; None where no load from today's on keeps the promise."""
    if found.keeps is None or found.factor is None:
        return None
    busiest = found.keeps.busiest_hour_rate_per_s if found.keeps.users is None else found.now.rate_per_s * found.factor
    mean = busiest / found.now.rate_per_s if found.now.rate_per_s else found.factor
    return Headroom(mean, found.factor, found.breaks is None)
