"""Runs: an option at work on an even load, what a question tells of it, and the amounts that are expected wrongly."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from advisor.facts import Price
from advisor.options import Option
from advisor.places import memory_sizes
from advisor.quiz.ledger import Even, cost_of, month_seconds
from advisor.quiz.money_words import Scene, amount, candidates, flow, gib, pace, scene
from advisor.quiz.templates._situations import even_load
from advisor.quiz.templates._template import Draw
from advisor.units import format_duration, format_share

__all__ = ["Change", "Run", "Wrong", "busy_share", "factor_of", "fixed", "inside", "more", "nothing", "on_demand", "one_more", "one_of_them", "stands", "summed", "twice", "warm", "warm_parts"]  # fmt: skip

_HEADROOM: Final = 0.6


@dataclass(frozen=True, slots=True)
class Wrong:
    """An amount that somebody expects who believes something wrong."""

    usd: Decimal
    reason: str
    belief: str


@dataclass(frozen=True, slots=True)
class Change:
    """What runs, what changes, and what the month costs afterwards."""

    told: str
    event: str
    before: Decimal
    after: Decimal
    reason: str
    wrong: tuple[Wrong, ...]
    option: str
    prices: tuple[Price, ...]
    lesson: str
    brief: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Run:
    """An option at work on an even load."""

    draw: Draw
    scene: Scene
    load: Even
    option: Option
    prices: tuple[Price, ...]

    def cost(self, times: float = 1.0) -> Decimal:
        """USD of computing in a month, at so many times the load."""
        found = cost_of(self.load.bill(self.option, self.draw.facts, times))
        return found.computing if found else Decimal(0)

    def told(self, sentence: str) -> str:
        """The scene and its pace, and a sentence on what serves it."""
        rng = self.draw.rng
        return f"{self.scene.opening} {flow(rng, pace(self.load.rate_per_s, rng, self.scene.many))} {sentence}"

    def change(self, sentence: str, event: str, after: Decimal, reason: str, wrong: tuple[Wrong, ...], lesson: str) -> Change:  # fmt: skip
        """The change of this run: what is told, what happens, and what it costs then."""
        return Change(
            self.told(sentence), event, self.cost(), after, reason, wrong, self.option.name, self.prices, lesson, self.load.brief
        )  # fmt: skip


def factor_of(draw: Draw) -> float:
    """How many times the load becomes; a plain number of times where it is easy."""
    return draw.rng.choice({1: (2,), 2: (2, 3), 3: (1.5, 2.5, 3)}[draw.difficulty])


def more(draw: Draw, factor: float, many: str) -> str:
    """A sentence that says how many times the load becomes."""
    return draw.rng.choice(
        (
            f"From next month on there are **{factor:g} times** as many {many}, each of the same size.",
            f"A new customer brings the volume to **{factor:g} times** what it is today; a request takes as long as before.",
            f"The number of {many} goes up to **{factor:g} times** today's, at the same even pace.",
            f"Next quarter the {many} grow to **{factor:g} times** their number, spread as evenly as now.",
        )
    )


def nothing(draw: Draw, many: str) -> str:
    """A sentence that says that nothing arrives for a month."""
    return draw.rng.choice(
        (
            f"For **a whole month** the source of the {many} is shut down, and not a single call is made.",
            f"The callers move to another system for **a whole month**: no {many} come in at all.",
            "Because of a strike **not one** request arrives for a month; nobody touches the endpoint.",
        )
    )


def on_demand(draw: Draw, low: float = 0.1, high: float = 1.5) -> Run | None:
    """A serverless endpoint on demand, with so many requests in progress; None without a price."""
    rng, facts = draw.rng, draw.facts
    region, size = rng.choice(candidates("regions")), rng.choice(memory_sizes(facts)[:3])
    rate, us = even_load(draw, low, high)
    price = facts.memory_price(region, "serverless", "memory", size)
    if price is None:
        return None
    load = Even(region, rate, {f"serverless:{size}": us}, candidates("types")[0], 1, rng.randrange(2, 61))
    return Run(draw, scene(rng), load, Option(name="serverless", memory_mib=size, max_concurrency=20), (price,))


def warm(draw: Draw) -> Run | None:
    """A serverless endpoint with environments kept warm that carry three times its load; None where the draw is none."""
    rng, facts = draw.rng, draw.facts
    held = rng.choice(
        [price for price in facts.prices(subject="serverless_provisioned") if price.item.startswith("usage")]
    )
    size = int(held.item.removesuffix("MiB").partition("-")[2])
    used = facts.memory_price(held.region, "serverless_provisioned", "duration", size)
    plain = facts.memory_price(held.region, "serverless", "memory", size)
    count = rng.choice((2, 3, 4, 5))
    rate, us = even_load(draw, 0.15 * count, 0.3 * count)
    if used is None or plain is None or rate * us / 1e6 * 3 > count:
        return None
    load = Even(held.region, rate, {f"serverless:{size}": us}, candidates("types")[0], 1, rng.randrange(2, 61))
    option = Option(name="serverless_provisioned", memory_mib=size, max_concurrency=5 * count, provisioned_concurrency=count)  # fmt: skip
    return Run(draw, scene(rng), load, option, (held, used, plain))


def fixed(draw: Draw, name: str, counts: tuple[int, ...]) -> Run | None:
    """A fixed fleet that would carry three times its load; None where the draw is none, or without a price."""
    rng, facts = draw.rng, draw.facts
    region = rng.choice(candidates("regions"))
    kinds = candidates("accelerated") if name == "async" else candidates("types")
    known = [kind for kind in kinds if facts.instance_price(region, name, kind)]
    if not known:
        return None
    kind, count = rng.choice(known), rng.choice(counts)
    rate, us = even_load(draw, 0.15 * count, 0.5 * count)
    price = facts.instance_price(region, name, kind)
    load = Even(region, rate, {kind: us}, kind, 4, rng.randrange(2, 61))
    if price is None or load.busy(kind) * 3 > _HEADROOM * count * 4:
        return None
    return Run(draw, scene(rng), load, Option(name=name, instance_type=kind, instances=count), (price,))


_ENDPOINTS: Final = {"real_time": "a real-time endpoint", "async": "an asynchronous endpoint", "multi_model": "one multi-model endpoint"}  # fmt: skip


def stands(run: Run, also: str = "") -> str:
    """A sentence on a fixed fleet."""
    option = run.option
    return (
        f"They are served by {_ENDPOINTS[option.name]} on **{option.instances} × {option.instance_type}**, a fixed number "
        f"that would carry several times as much.{also}"
    )


def summed(run: Run) -> str:
    """Its instance-hours in words."""
    price = run.prices[0].usd
    return f"{run.option.instances} × ${price.normalize():f} for every hour"


def busy_share(run: Run, times: float) -> Wrong:
    """The amount of somebody who bills the busy time of instances."""
    share = run.load.busy(run.option.instance_type) * times / (run.option.instances * run.load.slots)
    usd = run.cost() * Decimal(str(share))
    return Wrong(usd, f"{amount(usd)} would be the share of the time with requests ({format_share(share)}); instances are paid while they stand.", "busy_time_billed")  # fmt: skip


def one_more(run: Run) -> Wrong:
    """The amount of somebody who lets a fleet grow without a policy."""
    usd = run.cost() * (run.option.instances + 1) / run.option.instances
    return Wrong(usd, f"{amount(usd)} would be {run.option.instances + 1} instances; without a scaling policy nothing adds one.", "scales_without_policy")  # fmt: skip


def one_of_them(run: Run) -> Wrong:
    """The amount of somebody who has one instance of a fleet billed."""
    usd = run.cost() / run.option.instances
    return Wrong(
        usd, f"{amount(usd)} would be one instance; all {run.option.instances} are billed.", "one_instance_billed"
    )


def twice(run: Run, belief: str, why: str) -> Wrong:
    """The amount of somebody who has a fleet billed twice, with what speaks against it."""
    return Wrong(2 * run.cost(), f"{amount(2 * run.cost())} would be two such fleets; {why}.", belief)


def inside(run: Run) -> str:
    """The serverless endpoint at work."""
    us = run.load.times_us[run.option.place]
    kept = run.option.provisioned_concurrency
    warm = f", of which **{kept} environments** are kept warm and take every request" if kept else ", without provisioned concurrency"  # fmt: skip
    return f"They are served by a serverless endpoint with **{gib(run.option.memory_mib)}**{warm}. One {run.scene.one} takes **{format_duration(us)}**."  # fmt: skip


def warm_parts(run: Run, times: float) -> tuple[Decimal, Decimal, Decimal]:
    """USD a month of keeping warm, of processing there, and of the same processing at the price on demand."""
    month = month_seconds(run.draw.facts)
    held, used, plain = (price.usd for price in run.prices)
    seconds = Decimal(str(run.load.busy(run.option.place) * times)) * month
    return run.option.provisioned_concurrency * month * held, seconds * used, seconds * plain
