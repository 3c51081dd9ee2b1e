"""Situations: a load and the configurations that would serve it, for questions on what costs less."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from advisor.places import memory_sizes
from advisor.quiz.ledger import Even
from advisor.quiz.money_words import Scene, asides, candidates, flow, pace, paragraphs, price_line, scene, scope
from advisor.quiz.templates._offers import Offer, fleet, for_hours, kept_warm, models_apart, serverless, time_sentence
from advisor.quiz.templates._template import Draw
from advisor.units import format_duration

__all__ = ["SITUATIONS", "Laid", "Situation", "even_load"]


@dataclass(frozen=True, slots=True)
class Laid:
    """What is told and what is offered."""

    told: str
    also: str
    """A second paragraph: what the configurations have in common."""
    pool: tuple[Offer | None, ...]
    brief: tuple[tuple[str, Any], ...] = ()
    times_us: Mapping[str, int] = field(default_factory=dict)
    """Processing times by place; those of the offers taken are told."""
    one: str = ""
    """What one request is called."""
    month: bool = True
    """The length of a month matters."""

    def stem(self, draw: Draw, taken: Sequence[Offer]) -> str:
        """The scenario of the offers that were taken, with the prices that they need."""
        used = {place: us for place, us in self.times_us.items() if any(place in offer.places for offer in taken)}
        prices = [price for offer in taken for price in offer.prices]
        times = time_sentence(used, self.one) if used else ""
        return paragraphs(
            self.told, f"{times} {self.also}".strip(), asides(draw.rng, draw.difficulty),
            f"{price_line(prices)} {scope(draw.rng, draw.facts, month=self.month)}",
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Situation:
    """How a situation is drawn, and what must hold of the offers that are taken from its pool."""

    lay: Callable[[Draw], Laid]
    holds: Callable[[Sequence[Offer]], bool]
    lesson: str
    """What to remember."""


_RATES: Final = (1 / 60, 1 / 30, 1 / 20, 1 / 12, 1 / 6, 0.2, 0.25, 0.4, 0.5, 0.75, 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80)  # fmt: skip
_TIMES_MS: Final = (40, 50, 60, 80, 90, 100, 120, 150, 160, 200, 240, 250, 300, 360, 400, 500, 600, 750, 800, 900, 1000, 1200, 1500, 1800, 2000, 2400, 3000, 4000, 5000, 6000)  # fmt: skip


def _near(us: float) -> int:
    """A time that people would write: two significant digits."""
    step: int = 10 ** max(0, len(str(round(us))) - 2)
    return round(us / step) * step


def even_load(draw: Draw, low: float, high: float) -> tuple[float, int]:
    """A rate and a time whose product, the requests in progress, lies between two values."""
    rng = draw.rng
    pairs = [(rate, ms) for rate in rng.sample(_RATES, 8) for ms in rng.sample(_TIMES_MS, 6) if low <= rate * ms / 1000 <= high]  # fmt: skip
    rate, ms = rng.choice(pairs) if pairs else (2.0, round(25 * (low + high)) * 10)
    return rate, ms * 1000


def _types(draw: Draw, region: str, count: int) -> list[str]:
    """Types that have a price there, of different prices."""
    known = [kind for kind in candidates("types") if draw.facts.instance_price(region, "real_time", kind)]
    return draw.rng.sample(known, min(count, len(known)))


def _served(draw: Draw, low: float, high: float, sizes: int, types: int, region: str = "") -> tuple[Even, Scene, str]:
    """An even load with times at some places, and what is told of it."""
    rng = draw.rng
    region = region or rng.choice(candidates("regions"))
    rate, us = even_load(draw, low, high)
    kinds, memory = _types(draw, region, types), sorted(rng.sample(memory_sizes(draw.facts), sizes))
    times = {kind: us if place == 0 else _near(us * rng.choice((0.6, 0.75, 1.25))) for place, kind in enumerate(kinds)}
    slower = rng.choice((1, 1.25, 1.5, 2))
    times |= {f"serverless:{size}": _near(us * slower * (1 if place == 0 else 0.9)) for place, size in enumerate(memory)}  # fmt: skip
    told = scene(rng)
    load = Even(
        region, rate, times, kinds[0] if kinds else candidates("types")[0], rng.choice((2, 4)), rng.randrange(2, 61)
    )
    return load, told, f"{told.opening} {flow(rng, pace(rate, rng, told.many))}"


def _sizes(load: Even) -> list[int]:
    return [int(place.partition(":")[2]) for place in load.times_us if ":" in place]


def _mixed(low: float, high: float) -> Callable[[Draw], Laid]:
    """Serverless endpoints beside fixed fleets."""

    def lay(draw: Draw) -> Laid:
        load, of, told = _served(draw, low, high, 2, 2)
        kinds = [place for place in load.times_us if ":" not in place]
        pool = [fleet(count, kind, load, draw.facts) for kind in kinds for count in (1, 2, 4)]
        pool += [serverless(size, load, draw.facts) for size in _sizes(load)]
        return Laid(
            told, "Each of the configurations carries this load.", tuple(pool), load.brief, load.times_us, of.one
        )

    return lay


def _of_types(draw: Draw) -> Laid:
    load, of, told = _served(draw, 0.3, 3, 0, 4)
    pool = [fleet(count, kind, load, draw.facts) for kind in load.times_us for count in (1, 2, 3, 4)]
    return Laid(
        told, "Each fleet carries this load, and none of them scales.", tuple(pool), load.brief, load.times_us, of.one
    )


def _of_memory(draw: Draw) -> Laid:
    rng = draw.rng
    region, told = rng.choice(candidates("regions")), scene(rng)
    rate, us = even_load(draw, 0.05, 2)
    sizes, times = memory_sizes(draw.facts), dict[str, int]()
    roomy = rng.randrange(1, len(sizes))  # from this size on the model has the memory that it works well in
    for place, size in enumerate(sizes):
        us = (
            us
            if not place
            else _near(us * rng.choice((0.2, 0.25, 0.3, 0.4) if place == roomy else (0.6, 0.75, 0.9, 1.0)))
        )
        times[f"serverless:{size}"] = us
    load = Even(region, rate, times, candidates("types")[0], 1, rng.randrange(2, 61))
    pool = tuple(serverless(size, load, draw.facts) for size in sizes)
    said = f"{told.opening} {flow(rng, pace(rate, rng, told.many))}"
    return Laid(said, "These times were measured, one memory size after the other.", pool, load.brief, times, told.one)


def _of_hours(draw: Draw) -> Laid:
    """One type: all the time, in office hours, as jobs."""
    rng, facts = draw.rng, draw.facts
    region, told = rng.choice(candidates("regions")), scene(rng, kept=True)
    kind = _types(draw, region, 1)[0]
    office, job, wide = rng.choice((8, 9, 10, 12, 14)), rng.choice((0.5, 1, 1.5, 2, 3, 4)), rng.choice((3, 4, 6))
    days = rng.choice((20, 21, 22))
    load = Even(region, 0.001, {kind: 1000}, kind)
    pool = (
        fleet(1, kind, load, facts), fleet(2, kind, load, facts),
        for_hours(f"A real-time endpoint on 1 × {kind}, there for {office} h on {days} days", "real_time", kind, 1, office, days, region, facts, "endpoint_free_when_unused"),
        for_hours(f"A real-time endpoint on 2 × {kind}, there for {office} h on {days} days", "real_time", kind, 2, office, days, region, facts, "endpoint_free_when_unused"),
        for_hours(f"A batch transform job on 1 × {kind}, running {job:g} h on {days} days", "batch_transform", kind, 1, job, days, region, facts, "job_billed_as_endpoint"),
        for_hours(f"A batch transform job on {wide} × {kind}, running {job:g} h on {days} days", "batch_transform", kind, wide, job, days, region, facts, "job_billed_as_endpoint"),
    )  # fmt: skip
    also = "An endpoint without hours of its own stays all month; the others are deleted, or end, when they are done. Each of them would do."
    return Laid(f"{told.opening} The {told.many} of a day are there by the evening, and the answers are read the next day.", also, pool)  # fmt: skip


def _waking(draw: Draw) -> Laid:
    """Asynchronous endpoints that reach zero for part of the day, or do not."""
    rng, facts = draw.rng, draw.facts
    region, told = rng.choice(candidates("regions")), scene(rng)
    known = [kind for kind in candidates("accelerated") if facts.instance_price(region, "async", kind)]
    kinds = rng.sample(known or list(candidates("types")), 2)
    pool: list[Offer | None] = []
    for kind in kinds:
        load = Even(region, 0.001, {kind: 1000}, kind)
        hours = rng.choice((2, 3, 4, 6, 8, 10))
        pool += [
            fleet(1, kind, load, facts, "async"), fleet(2, kind, load, facts, "async"), fleet(2, kind, load, facts),
            for_hours(f"An asynchronous endpoint on 1 × {kind} for {hours} h a day, else at zero", "async", kind, 1, hours, 30, region, facts, "async_free_between_calls"),
            for_hours(f"An asynchronous endpoint on 2 × {kind} for {hours} h a day, else at zero", "async", kind, 2, hours, 30, region, facts, "async_free_between_calls"),
        ]  # fmt: skip
    also = "Where no hours are given, the instances stay all month; where they are, count 30 days. Answers may take minutes."
    return Laid(f"{told.opening} The model needs an accelerator, and {told.many} come at some hours of the day only.", also, tuple(pool))  # fmt: skip


def _warm(draw: Draw) -> Laid:
    """Environments kept warm, where their price is known."""
    rng, facts = draw.rng, draw.facts
    known = [
        (price.region, int(price.item.removesuffix("MiB").partition("-")[2]))
        for price in facts.prices(subject="serverless_provisioned")
        if price.item.startswith("usage")
    ]
    region, size = rng.choice(sorted(known))
    rate, us = even_load(draw, 0.05, 1.5)
    told, kinds = scene(rng), _types(draw, region, 2)
    times = {f"serverless:{size}": us} | dict.fromkeys(kinds, _near(us * 0.75))
    load = Even(region, rate, times, kinds[0], 4, rng.randrange(2, 61))
    pool = [serverless(size, load, facts), *(kept_warm(count, size, load, facts) for count in (1, 2, 3, 4, 6))]
    pool += [fleet(count, kind, load, facts) for kind in kinds for count in (1, 2)]
    said = f"{told.opening} {flow(rng, pace(rate, rng, told.many))}"
    also = "Each of the configurations carries this load; what is kept warm takes every request."
    return Laid(said, also, tuple(pool), load.brief, times, told.one)


def _models(draw: Draw) -> Laid:
    """Several models: an endpoint for each, or one that they share."""
    rng, facts = draw.rng, draw.facts
    count = rng.choice((6, 8, 10, 12, 15, 20))
    load, of, told = _served(draw, 0.05, 0.8, 1, 2)
    small, large = (place for place in load.times_us if ":" not in place)
    pool = (
        models_apart(count, small, load, facts), models_apart(count, large, load, facts),
        *(fleet(held, kind, load, facts, "multi_model") for kind in (small, large) for held in (1, 2, 3)),
        fleet(4, large, load, facts, "inference_components"), fleet(3, small, load, facts, "inference_components"),
        serverless(_sizes(load)[0], load, facts, count),
    )  # fmt: skip
    also = f"That is the load of **{count} models** together, of one framework and like size. Each of the configurations serves them all."
    return Laid(told, also, pool, (*load.brief, ("n_models", count)), load.times_us, of.one)


def _jobs(draw: Draw) -> Laid:
    """The same records on jobs of different instances."""
    rng, facts = draw.rng, draw.facts
    region, told = rng.choice(candidates("regions")), scene(rng, kept=True)
    accelerated = [kind for kind in candidates("accelerated") if facts.instance_price(region, "batch_transform", kind)]
    kinds = [*_types(draw, region, 3), *rng.sample(accelerated, min(2, len(accelerated)))]
    pool = []
    for kind in kinds:
        for wide in (1, rng.choice((2, 3, 4))):
            minutes = rng.choice((20, 30, 40, 45, 60, 75, 90, 120, 150, 180, 240, 300, 360))
            text = f"A batch transform job on {wide} × {kind}, done after {format_duration(minutes * 60e6)}"
            pool.append(
                for_hours(text, "batch_transform", kind, wide, minutes / 60, 30, region, facts, "small_is_cheap")
            )
    also = "Each time is that of one run, from launch to end, on all its instances. A run is made on **30 days**."
    return Laid(
        f"{told.opening} Once a day the {told.many} of the day before are worked through.",
        also,
        tuple(pool),
        month=False,
    )


def _cheap_is(*names: str) -> Callable[[Sequence[Offer]], bool]:
    return lambda found: found[0].option in names and len({offer.option for offer in found}) > 1


SITUATIONS: Final[dict[str, Situation]] = {
    "few_requests": Situation(_mixed(0.004, 0.5), _cheap_is("serverless"), "While little of the time is processing, paying for processing alone costs less than any instance that stands all month."),
    "busy_all_day": Situation(_mixed(1.2, 12), _cheap_is("real_time"), "A serverless endpoint is paid by the second of processing: with several requests in progress all the time, an instance by the hour costs less."),
    "fleets": Situation(_of_types, lambda found: len({offer.prices[0].item for offer in found}) > 1, "Instances are paid by the time they stand, so number times price decides, and not the requests."),
    "memory": Situation(_of_memory, lambda found: [o.prices[0].usd for o in found] not in (sorted(o.prices[0].usd for o in found), sorted((o.prices[0].usd for o in found), reverse=True)), "The price of a second follows the memory, the seconds follow the speed: only their product counts."),
    "hours": Situation(_of_hours, _cheap_is("batch_transform"), "What runs for some hours is paid for these hours; what is not deleted is paid around the clock."),
    "to_zero": Situation(_waking, lambda found: any("zero" in offer.text for offer in found) and len({o.option for o in found}) > 1, "An asynchronous endpoint costs its instances while they stand, used or not, and nothing at zero."),
    "kept_warm": Situation(_warm, lambda found: any(offer.option == "serverless_provisioned" for offer in found) and len({o.option for o in found}) > 1, "What is kept warm is paid all month, used or not; processing there is paid on top, at a lower price."),
    "several_models": Situation(_models, lambda found: len({offer.option for offer in found}) > 2, "There is no fee for a model: what counts is how many instances stand, and a shared endpoint needs fewer."),
    "jobs": Situation(_jobs, lambda found: len({offer.prices[0].item for offer in found}) > 2, "A job is paid by instances times the time of the run: a dear instance that is done soon can be the cheapest."),
}  # fmt: skip
"""By the target of a template."""
