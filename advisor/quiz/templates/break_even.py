"""Break-even: from how much work on something paid all the time costs less than something paid by use."""

from collections.abc import Callable
from decimal import Decimal
from typing import Final, NamedTuple

from advisor.facts import Price
from advisor.options import Option
from advisor.quiz.item import DIFFICULTIES, Choice
from advisor.quiz.ledger import Even, cost_of, hours_bill, month_hours
from advisor.quiz.money_words import asides, candidates, gib, paragraphs, price_line, price_sources, scene, scope
from advisor.quiz.sources import fact_source
from advisor.quiz.templates._spread import three_of
from advisor.quiz.templates._template import Draw, Drawn, template
from advisor.units import format_duration, format_share

__all__ = ["break_even"]

_LONGEST_H: Final = 23
"""Hours that a job may run a day, so that it is done before the next."""
_TIMES_MS: Final = (50, 80, 100, 120, 150, 200, 250, 300, 400, 500, 750, 800, 1000, 1200, 1500, 2000, 3000, 4000)


_Wrong = tuple[float, str, str]


class _Point(NamedTuple):
    """Where two bills meet, and where they would meet for somebody who believes something wrong."""

    told: str
    question: str
    value: float
    reason: str
    wrong: tuple[_Wrong, ...]
    """Value, reason and belief; more of them than are shown."""
    unit: str
    prices: tuple[Price, ...]
    option: str
    lesson: str


def _round(value: float, digits: int = 2) -> str:
    """A number as a choice shows it, with two significant digits or more."""
    step: int = 10 ** max(0, len(str(round(value))) - digits)
    return f"{round(value / step) * step:,}" if value >= 10 else f"{value:.2g}"


def _meets(draw: Draw, kind: str, count: int, size: int, us: int, region: str) -> float | None:
    """Requests a day at which the two bills of computing are equal, read off the bills of one request a second."""
    load = Even(region, 1.0, {kind: us, f"serverless:{size}": us}, kind)
    fleet = cost_of(load.bill(Option(name="real_time", instance_type=kind, instances=count), draw.facts))
    used = cost_of(load.bill(Option(name="serverless", memory_mib=size, max_concurrency=200), draw.facts))
    return None if fleet is None or used is None else 86_400 * float(fleet.computing / used.computing)


def _against_instances(counts: tuple[int, ...]) -> Callable[[Draw], _Point | None]:
    def point(draw: Draw) -> _Point | None:
        rng, facts = draw.rng, draw.facts
        region, size, kind = rng.choice(candidates("regions")), rng.choice((1024, 2048, 3072, 4096)), rng.choice(candidates("types"))  # fmt: skip
        count, ms = rng.choice(counts), rng.choice(_TIMES_MS)
        hour, second = facts.instance_price(region, "real_time", kind), facts.memory_price(region, "serverless", "memory", size)  # fmt: skip
        value = _meets(draw, kind, count, size, ms * 1000, region) if hour and second else None
        if value is None or hour is None or second is None or not 100 <= value * ms / 1000 <= 60_000 * count:
            return None
        day = count * hour.usd * 24
        each = second.usd * ms / 1000
        told = scene(rng)
        fleet, these = f"{count} × {kind}", "the instance" if count == 1 else "the instances"
        wrong = [
            (value / 24, f"That many pay for one hour of {these}, and a day has 24.", "break_even_of_an_hour"),
            (value * month_hours(facts) / 24, f"That many pay for a month of {these}, and they are asked for a day.", "break_even_of_a_month"),
            (value * 2, "That many pay for twice as many instances; a second one comes with none of them.", "spare_for_each_instance"),
        ]  # fmt: skip
        if size > 1024:
            more = f"That takes the price of 1 GiB; a second with {gib(size)} costs {size // 1024} times as much."
            wrong.append((value * size / 1024, more, "memory_is_free"))
        if count > 1:
            wrong.append(
                (value / count, "That many pay for one instance; all of them are billed.", "one_instance_billed")
            )
        if ms < 1000:
            whole = "That takes a whole second for each request; billed is by the millisecond."
            wrong.append((value * ms / 1000, whole, "billed_by_whole_seconds"))
        sentence = (
            f"{told.opening} Either a real-time endpoint on **{fleet}** does it, or a serverless endpoint with **{gib(size)}**, where one {told.one} "
            f"takes **{format_duration(ms * 1000)}**. {'One instance' if count == 1 else 'The instances'} would carry any of the volumes below."
        )  # fmt: skip
        reason = f"A day of {fleet} costs {count} × ${hour.usd.normalize():f} × 24 = ${day:.2f}, one {told.one} ${each.normalize():f}: {_round(value)} of them cost as much."
        question = f"From about how many {told.many} a day on {'does' if count == 1 else 'do'} {these} cost less?"
        return _Point(sentence, question, value, reason, tuple(wrong), f"{told.many} a day", (hour, second), "serverless", "Divide the price of a day of instances by the price of one request: above it instances cost less, below it paying by use does.")  # fmt: skip

    return point


def _against_on_demand(draw: Draw) -> _Point | None:
    """Requests a day from which keeping warm costs less than processing on demand."""
    rng, facts = draw.rng, draw.facts
    held = rng.choice(
        [price for price in facts.prices(subject="serverless_provisioned") if price.item.startswith("usage")]
    )
    size = int(held.item.removesuffix("MiB").partition("-")[2])
    used = facts.memory_price(held.region, "serverless_provisioned", "duration", size)
    plain = facts.memory_price(held.region, "serverless", "memory", size)
    if used is None or plain is None:
        return None
    count, told, ms = rng.choice((1, 2, 3, 4, 5, 6, 8)), scene(rng), rng.choice(_TIMES_MS)
    a_day = count * 86_400 * 1000 / ms
    saved = plain.usd - used.usd
    share = float(held.usd / saved)
    wrong = [
        (a_day * float(held.usd / plain.usd), "That leaves out what processing costs in an environment that is kept warm.", "warm_includes_processing"),
        (a_day * float(held.usd / used.usd), "That compares the two prices of provisioned concurrency with each other, and neither with on demand.", "on_demand_left_out"),
        (a_day * float((held.usd + used.usd) / plain.usd), "That takes keeping warm only for the seconds at work; it is paid for every second.", "warm_is_free_when_unused"),
        (a_day, "That keeps them at work without a pause; they pay for themselves before.", "warm_must_be_full"),
    ]  # fmt: skip
    if count > 1:
        wrong.append(
            (
                a_day * share / count,
                "That many pay for one environment; all of them are kept warm.",
                "one_instance_billed",
            )
        )
    kept = "one environment" if count == 1 else f"{count} environments"
    sentence = (
        f"{told.opening} The {told.many} come to a serverless endpoint with **{gib(size)}**, evenly through the day; one takes "
        f"**{format_duration(ms * 1000)}**. It could work on demand, or keep **{kept}** warm, which would then take every request. "
        "Start-up times do not matter here."
    )  # fmt: skip
    reason = (
        f"A day of keeping warm is {count} × 86,400 s × ${held.usd.normalize():f}; one {told.one} saves {ms / 1000:g} s × "
        f"(${plain.usd.normalize():f} − ${used.usd.normalize():f}): worth it with {format_share(share)} of the time at work, {_round(a_day * share)} a day."
    )  # fmt: skip
    question = f"From about how many {told.many} a day on does keeping warm cost less?"
    return _Point(sentence, question, a_day * share, reason, tuple(wrong), f"{told.many} a day", (held, used, plain), "serverless_provisioned", "Keeping warm pays where the environments are at work for most of the time; otherwise it buys quick starts, and no saving.")  # fmt: skip


def _against_endpoint(draw: Draw) -> _Point | None:
    """Hours a day of a wide job that cost as much as an endpoint that stands all the time."""
    rng, facts = draw.rng, draw.facts
    region, kind = rng.choice(candidates("regions")), rng.choice(candidates("types"))
    wide, stands = rng.choice((3, 4, 5, 6, 8)), rng.choice((1, 2, 3))
    job, price = facts.instance_price(region, "batch_transform", kind), facts.instance_price(region, "real_time", kind)
    if job is None or price is None:
        return None
    all_month = cost_of(hours_bill(Option(name="real_time", instance_type=kind, instances=stands), Decimal(stands * month_hours(facts)), facts, region))  # fmt: skip
    an_hour = cost_of(hours_bill(Option(name="batch_transform", instance_type=kind, instances=wide), Decimal(wide), facts, region))  # fmt: skip
    if all_month is None or an_hour is None:
        return None
    value = float(all_month.computing / an_hour.computing) * 24 / month_hours(facts)
    told = scene(rng, kept=True)
    wrong = [
        (24.0, f"That takes the job for one instance; it has {wide}.", "job_instances_not_counted"),
        (24 / (wide + stands), "That divides by the instances of both; those of the endpoint are on the other side.", "all_instances_divided"),
        (24 - value, "That is the rest of the day, for which the job should not run.", "rest_of_the_day"),
    ]  # fmt: skip
    if stands > 1:
        wrong.append(
            (
                24 / wide,
                "That compares with one instance of the endpoint; all of them are billed.",
                "one_instance_billed",
            )
        )
    sentence = (
        f"{told.opening} Today an endpoint on **{stands} × {kind}** stands around the clock. The {told.many} could also be kept, "
        f"and worked through once a day by a batch transform job on **{wide} × {kind}**."
    )
    reason = f"The endpoint has {stands} × 24 instance-hours a day, the job {wide} for each hour that it runs: they meet at {value:.2g} h."
    return _Point(sentence, "Up to about how many hours a day may the job run before it costs more?", value, reason, tuple(wrong), "h a day", (job,) if job.usd == price.usd else (price, job), "batch_transform", "Compare instance-hours: number of instances times the hours they are there.")  # fmt: skip


_POINTS: Final[dict[str, Callable[[Draw], _Point | None]]] = {
    "one_instance": _against_instances((1,)),
    "several_instances": _against_instances((2, 3, 4)),
    "kept_warm": _against_on_demand,
    "job": _against_endpoint,
}


def _on_some_days(found: _Point, draw: Draw) -> _Point:
    """The same where the work comes on some days of the month, and what is paid all the time stands on all of them."""
    days = draw.rng.choice((20, 21, 22))
    hours = month_hours(draw.facts)
    more = hours / 24 / days
    value = found.value * more
    wrong = [(found.value, "That would be right if the work came on every day of the month.", "every_day_has_work")]
    for usd, reason, belief in found.wrong:
        moved = {"job_instances_not_counted": usd, "rest_of_the_day": 24 - value}.get(belief, usd * more)
        wrong.append((moved, reason, belief))
    who = "The job would run" if draw.target == "job" else f"The {found.unit.removesuffix(' a day')} come"
    told = f"{found.told} {who} on **{days} days** of the month only; what is not paid by use stays all month."
    reason = f"{found.reason} With work on {days} days in place of {hours / 24:.1f}, {_round(value)}."
    return found._replace(told=told, value=value, reason=reason, wrong=tuple(wrong))


@template("break-even", type="single", topic="billing", task="4.2", targets=tuple(_POINTS), weight=2)
def break_even(draw: Draw) -> Drawn | None:
    """Where two bills meet, beside three places where they would for somebody who leaves something out."""
    found = _POINTS[draw.target](draw)
    if found is None:
        return None
    hardest = draw.difficulty == max(DIFFICULTIES)
    found = _on_some_days(found, draw) if hardest else found
    three = three_of(found.value, [value for value, _, _ in found.wrong], draw.rng)
    if three is None or (draw.target == "job" and found.value > _LONGEST_H):
        return None
    stem = paragraphs(
        found.told,
        asides(draw.rng, draw.difficulty),
        f"{price_line(found.prices)} {scope(draw.rng, draw.facts, month=hardest)}",
    )
    page = fact_source(f"{found.option}.billing", draw.facts)
    choices = [Choice(f"{_round(found.value)} {found.unit}", True, found.reason, page)]
    choices += [Choice(f"{_round(value)} {found.unit}", False, reason, page, "", "", belief) for value, reason, belief in (found.wrong[index] for index in three)]  # fmt: skip
    return Drawn(stem, found.question, tuple(choices), found.lesson, (*price_sources(found.prices), page))
