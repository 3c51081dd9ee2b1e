"""Offers: configurations that serve one load, with their cost of a month and how it is worked out by hand."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Final

from advisor.facts import Facts, Price
from advisor.options import Option
from advisor.quiz.ledger import Cost, Even, cost_of, hours_bill, month_hours, month_seconds
from advisor.quiz.money_words import amount, gib, listed, usd
from advisor.quiz.sources import fact_source
from advisor.quiz.templates._template import Draw
from advisor.units import format_duration

__all__ = [
    "APART",
    "Offer",
    "apart",
    "fleet",
    "for_hours",
    "kept_warm",
    "models_apart",
    "picked",
    "serverless",
    "time_sentence",
]

APART: Final = {1: Decimal("1.5"), 2: Decimal("1.3"), 3: Decimal("1.2")}
"""By difficulty: neighbours of an order differ at least by this factor, in computing and in the whole bill."""
_KINDS: Final = {
    "real_time": "A real-time endpoint", "async": "An asynchronous endpoint", "multi_model": "One multi-model endpoint",
    "inference_components": "One endpoint with inference components",
}  # fmt: skip
_BUSIEST: Final = 0.6
"""No fleet that is offered has more than this share of its slots busy."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A configuration with what it costs."""

    text: str
    cost: Cost
    working: str
    """The sum, like `2 × $0.23 × 730 h = $336`."""
    option: str
    source: str
    prices: tuple[Price, ...]
    belief: str
    """What somebody believes who takes it for the cheapest."""

    @property
    def places(self) -> frozenset[str]:
        """Where it serves: instance types, or memory sizes as `serverless:<MiB>`."""
        items = (price.item.removesuffix("MiB") for price in self.prices)
        return frozenset(item if item.startswith("ml.") else f"serverless:{item.partition('-')[2]}" for item in items)


def _offer(text: str, cost: Cost | None, working: str, option: str, prices: Sequence[Price | None], facts: Facts, belief: str) -> Offer | None:  # fmt: skip
    known = tuple(price for price in prices if price is not None)
    if cost is None or len(known) < len(prices):
        return None
    fact = f"{option}.billing" if facts.has(f"{option}.billing") else "real_time.billing"
    return Offer(
        text, cost, f"{working} = {amount(cost.computing)} a month", option, fact_source(fact, facts), known, belief
    )


def _beliefs(name: str, count: int) -> str:
    if name == "async":
        return "async_free_between_calls"
    return "spare_instances_free" if count > 1 else "dear_by_the_hour"


def fleet(count: int, kind: str, even: Even, facts: Facts, name: str = "real_time") -> Offer | None:
    """A fixed number of instances; None where they could not carry the load, or have no price."""
    price = facts.instance_price(even.region, name, kind)
    if kind not in even.times_us or even.busy(kind) > _BUSIEST * count * even.slots or price is None:
        return None
    option = Option(name=name, instance_type=kind, instances=count)
    text = f"{_KINDS[name]} on {count} × {kind}"
    hours = month_hours(facts)
    working = f"{count} × {usd(price.usd)} × {hours} h"
    return _offer(text, cost_of(even.bill(option, facts)), working, name, (price,), facts, _beliefs(name, count))


def models_apart(models: int, kind: str, even: Even, facts: Facts) -> Offer | None:
    """A real-time endpoint with one instance for each model."""
    found = fleet(models, kind, even, facts)
    return found and replace(
        found, text=f"{models} real-time endpoints on 1 × {kind} each", belief="model_needs_endpoint"
    )


def serverless(memory_mib: int, even: Even, facts: Facts, models: int = 1) -> Offer | None:
    """A serverless endpoint of a memory size, on demand; or one for each of several models that share the load."""
    price = facts.memory_price(even.region, "serverless", "memory", memory_mib)
    place = f"serverless:{memory_mib}"
    if price is None or place not in even.times_us:
        return None
    most = facts.of("serverless", "max_concurrency").number()
    if even.busy(place) > _BUSIEST * most:
        return None
    option = Option(name="serverless", memory_mib=memory_mib, max_concurrency=round(most))
    seconds = even.rate_per_s * even.times_us[place] / 1e6 * month_seconds(facts)
    working = f"{seconds:,.0f} s of processing × {usd(price.usd)}"
    several = f"{models} serverless endpoints with {gib(memory_mib)} each, on demand"
    text = several if models > 1 else f"A serverless endpoint with {gib(memory_mib)}, on demand"
    return _offer(text, cost_of(even.bill(option, facts)), working, "serverless", (price,), facts, "serverless_always_cheapest")  # fmt: skip


def kept_warm(count: int, memory_mib: int, even: Even, facts: Facts) -> Offer | None:
    """A serverless endpoint with environments kept warm; None where these would not do, or their price is only inferred."""
    place = f"serverless:{memory_mib}"
    held, used = (
        facts.memory_price(even.region, "serverless_provisioned", meter, memory_mib) for meter in ("usage", "duration")
    )
    if held is None or used is None or "inferred" in {held.confidence, used.confidence} or even.busy(place) > _BUSIEST * count:  # fmt: skip
        return None
    option = Option(
        name="serverless_provisioned", memory_mib=memory_mib, max_concurrency=10 * count, provisioned_concurrency=count
    )
    month = month_seconds(facts)
    seconds = even.rate_per_s * even.times_us[place] / 1e6 * month
    working = f"{count} × {month:,} s × {usd(held.usd)} + {seconds:,.0f} s of processing × {usd(used.usd)}"
    text = f"A serverless endpoint with {gib(memory_mib)}, {count} kept warm"
    return _offer(text, cost_of(even.bill(option, facts)), working, "serverless_provisioned", (held, used), facts, "warm_is_free_when_unused")  # fmt: skip


def for_hours(text: str, name: str, kind: str, count: int, hours_a_day: float, days: float, region: str, facts: Facts, belief: str) -> Offer | None:  # fmt: skip
    """Instances that run for stated hours of stated days in a month only."""
    price = facts.instance_price(region, name, kind)
    hours = Decimal(str(count * hours_a_day * days))
    if price is None:
        return None
    option = Option(name=name, instance_type=kind, instances=count)
    working = f"{count} × {format_duration(hours_a_day * 3600e6)} × {days:g} days × {usd(price.usd)}"
    return _offer(text, cost_of(hours_bill(option, hours, facts, region)), working, name, (price,), facts, belief)


def apart(offers: Sequence[Offer], factor: Decimal) -> bool:
    """Whether neighbours, cheapest first, differ by a factor, in computing and in the whole bill."""
    return all(
        low.cost.computing * factor <= high.cost.computing and low.cost.whole * factor <= high.cost.whole
        for low, high in pairwise(offers)
    )


def picked(
    pool: Sequence[Offer | None], count: int, draw: Draw, holds: Callable[[Sequence[Offer]], bool]
) -> tuple[Offer, ...] | None:
    """So many offers of a pool, cheapest first and well apart, of which something holds; None where none were found."""
    known = [offer for offer in pool if offer is not None]
    if len(known) < count:
        return None
    for _ in range(40):
        found = sorted(draw.rng.sample(known, count), key=lambda offer: offer.cost.computing)
        if apart(found, APART[draw.difficulty]) and holds(found):
            return tuple(found)
    return None


def time_sentence(times: Mapping[str, int], one: str) -> str:
    """How long one request takes at each place, in bold.

    >>> time_sentence({"ml.m5.large": 90_000, "serverless:2048": 120_000}, "form").replace("\\xa0", " ")
    'One form takes **90 ms** on an ml.m5.large and **120 ms** in a serverless environment with 2 GiB.'
    """
    on: list[str] = []
    inside: list[str] = []
    for place, us in times.items():
        _, _, size = place.partition(":")
        said = f"**{format_duration(us)}**"
        if size:
            inside.append(f"{said} {'with' if inside else 'in a serverless environment with'} {gib(int(size))}")
        else:
            on.append(f"{said} on an {place}")
    return f"One {one} takes {listed([*on, *inside])}."
