"""Costs as numbers: a month of a fleet, of processing, of what is kept warm, of a job, of data."""

from decimal import Decimal
from typing import Final

from advisor.facts import Price
from advisor.options import Option
from advisor.places import memory_sizes
from advisor.quiz.ledger import Even, cost_of, hours_bill, month_hours, month_seconds
from advisor.quiz.money_words import amount, candidates, flow, gib, pace, price_line, price_sources, scene, scope, usd
from advisor.quiz.sources import fact_source
from advisor.quiz.templates._numbers import Asked, Number, drawn
from advisor.quiz.templates._situations import even_load
from advisor.quiz.templates._template import Draw, Drawn, template
from advisor.units import NBSP, format_bytes, format_duration

__all__ = ["cost_number"]

_NEAR: Final = 0.01
"""A hundredth is left for rounding on the way."""
_IN_DOLLARS: Final = ("What does a month of computing cost? Round to whole dollars.", "How many dollars does the computing cost in a month? Round to whole dollars.")  # fmt: skip


def _rounded(value: Decimal) -> float:
    """The tolerance of a rounded number: the number before rounding is right too."""
    return max(_NEAR, 0.51 / max(1, round(float(value))))


def _typed(draw: Draw, name: str) -> tuple[str, str, Price] | None:
    """A Region, a type and its price."""
    rng = draw.rng
    region, kind = (
        rng.choice(candidates("regions")),
        rng.choice(candidates("accelerated" if name == "async" else "types")),
    )
    price = draw.facts.instance_price(region, name, kind)
    return None if price is None else (region, kind, price)


def _sources(draw: Draw, prices: tuple[Price, ...], name: str) -> tuple[str, ...]:
    return (*price_sources(prices), fact_source(f"{name}.billing", draw.facts))


def _hours(draw: Draw, name: str, kind: str, hours: Decimal, region: str) -> Decimal:
    found = cost_of(hours_bill(Option(name=name, instance_type=kind, instances=1), hours, draw.facts, region))
    return found.computing if found else Decimal(0)


def _fleet(draw: Draw) -> Number | None:
    found, rng = _typed(draw, "real_time"), draw.rng
    if found is None:
        return None
    region, kind, price = found
    count, told, month = rng.choice((2, 3, 4, 5, 6)), scene(rng), month_hours(draw.facts)
    words = f"{told.opening} The model stands on a real-time endpoint with **{count} × {kind}**, all month."
    hours, working = Decimal(count * month), f"{count} × {month} h × {usd(price.usd)}"
    if draw.difficulty == 3:
        day, hours_of_day = rng.choice((2, 3, 4)), rng.choice((8, 10, 12))
        words = (
            f"{told.opening} The model stands on a real-time endpoint with **{count} × {kind}**, all month. By a schedule "
            f"**{day} more** are added for **{hours_of_day} h** of each of **22** working days."
        )
        hours += day * hours_of_day * 22
        working = f"({count} × {month} h + {day} × {hours_of_day} h × 22) × {usd(price.usd)}"
    total = _hours(draw, "real_time", kind, hours, region)
    closing = f"{price_line((price,))} {scope(rng, draw.facts)}"
    return Number(words, rng.choice(_IN_DOLLARS), round(float(total)), f"{working} = {amount(total)}.", "USD", _sources(draw, (price,), "real_time"), _rounded(total), closing)  # fmt: skip


def _processing(draw: Draw) -> Number | None:
    rng, facts = draw.rng, draw.facts
    region, size = rng.choice(candidates("regions")), rng.choice(memory_sizes(facts))
    price = facts.memory_price(region, "serverless", "memory", size)
    if price is None:
        return None
    rate, us = even_load(draw, 0.1, 3)
    told, usual, longer, part = scene(rng), us, 0, 0
    if draw.difficulty == 3:
        longer, part = rng.choice((2, 3, 4)), rng.choice((10, 20, 25))
        us = round(usual * (1 + part / 100 * (longer - 1)))
    load = Even(region, rate, {f"serverless:{size}": us}, candidates("types")[0], 1, rng.randrange(2, 61))
    cost = cost_of(load.bill(Option(name="serverless", memory_mib=size, max_concurrency=50), facts))
    if cost is None or cost.computing < 20:
        return None
    words = f"{told.opening} {flow(rng, pace(rate, rng, told.many))} A serverless endpoint with **{gib(size)}** serves them on demand; one {told.one} takes **{format_duration(usual)}**."  # fmt: skip
    if longer:
        words += f" **{part}{NBSP}%** of them take **{longer} times** as long."
    seconds = load.busy(f"serverless:{size}") * month_seconds(facts)
    mean = f"a mean of {us / 1e6:g} s" if longer else f"{us / 1e6:g} s"
    working = f"{rate:g} a second × {mean} × {month_seconds(facts):,} s in a month = {seconds:,.0f} s of processing; × {usd(price.usd)} = {amount(cost.computing)}."
    closing = f"{price_line((price,))} {scope(rng, facts)}"
    return Number(words.replace("serves them", "serves this"), rng.choice(_IN_DOLLARS), round(float(cost.computing)), working, "USD", _sources(draw, (price,), "serverless"), _rounded(cost.computing), closing, load.brief)  # fmt: skip


def _gb_seconds(draw: Draw) -> Number | None:
    rng, facts = draw.rng, draw.facts
    size, told = rng.choice(memory_sizes(facts)), scene(rng)
    count, ms = rng.choice((2000, 5000, 12_000, 20_000, 45_000, 60_000)), rng.choice((50, 120, 200, 250, 400, 500, 800, 1500))  # fmt: skip
    seconds, extra = count * ms / 1000, ""
    working = f"{count:,} × {ms / 1000:g} s"
    if draw.difficulty == 3:
        slow, slow_ms = rng.choice((1000, 2000, 4000)), rng.choice((3000, 4000, 6000))
        seconds += slow * slow_ms / 1000
        extra = f" Another **{slow:,}** are long and take **{format_duration(slow_ms * 1000)}** each."
        working = f"({working} + {slow:,} × {slow_ms / 1000:g} s)"
    words = f"{told.opening} On a working day **{count:,} {told.many}** reach a serverless endpoint with **{gib(size)}**, and one takes **{format_duration(ms * 1000)}**.{extra}"
    working += f" × {size // 1024} GiB = {seconds * size / 1024:,.0f} GiB-seconds: the price of processing goes by memory times time."
    return Number(words, "How many GiB-seconds of processing are that in a day?", seconds * size / 1024, working, "GiB-s", (fact_source("serverless.billing", facts),), _NEAR)  # fmt: skip


def _kept_warm(draw: Draw) -> Number | None:
    rng, facts = draw.rng, draw.facts
    held = rng.choice(
        [price for price in facts.prices(subject="serverless_provisioned") if price.item.startswith("usage")]
    )
    size = int(held.item.removesuffix("MiB").partition("-")[2])
    used = facts.memory_price(held.region, "serverless_provisioned", "duration", size)
    if used is None:
        return None
    count, told, month = rng.choice((2, 3, 4, 5, 6, 8)), scene(rng), month_seconds(facts)
    rate, us = even_load(draw, 0.1 * count, 0.7 * count)
    if rate * us / 1e6 > 0.75 * count:
        return None
    load = Even(held.region, rate, {f"serverless:{size}": us}, candidates("types")[0], 1, rng.randrange(2, 61))
    option = Option(name="serverless_provisioned", memory_mib=size, max_concurrency=5 * count, provisioned_concurrency=count)  # fmt: skip
    cost = cost_of(load.bill(option, facts))
    if cost is None:
        return None
    words = f"{told.opening} {flow(rng, pace(rate, rng, told.many))} A serverless endpoint with **{gib(size)}** keeps **{count} environments** warm, and these take every request; one takes **{format_duration(us)}**."  # fmt: skip
    seconds = rate * us / 1e6 * month
    working = f"Kept warm: {count} × {month:,} s × {usd(held.usd)} = {amount(count * month * held.usd)}. Processing: {seconds:,.0f} s × {usd(used.usd)} = {amount(Decimal(str(seconds)) * used.usd)}. Together {amount(cost.computing)}."  # fmt: skip
    closing = f"{price_line((held, used))} {scope(rng, facts)}"
    return Number(words, rng.choice(_IN_DOLLARS), round(float(cost.computing)), working, "USD", _sources(draw, (held, used), "serverless_provisioned"), _rounded(cost.computing), closing, load.brief)  # fmt: skip


def _job(draw: Draw) -> Number | None:
    found, rng = _typed(draw, "batch_transform"), draw.rng
    if found is None:
        return None
    region, kind, price = found
    wide, minutes, days, told = rng.choice((2, 3, 4, 5, 8)), rng.choice((45, 90, 105, 120, 150, 180, 195, 240)), rng.choice((20, 22, 26, 30)), scene(rng, kept=True)  # fmt: skip
    hours = Decimal(wide * minutes * days) / 60
    words = f"{told.opening} On **{days} days** of the month a batch transform job runs on **{wide} × {kind}**, each time for **{format_duration(minutes * 60e6)}** from launch to end."  # fmt: skip
    working = f"{wide} × {minutes / 60:g} h × {days}"
    if draw.difficulty == 3:
        large, long = rng.choice((6, 8, 10)), rng.choice((3, 4, 5, 6))
        hours += large * long * 4
        words += f" On **4** more days a larger one takes **{long} h** on **{large}** such instances."
        working += f" + {large} × {long} h × 4"
    total = _hours(draw, "batch_transform", kind, hours, region)
    working += f" = {float(hours):,.6g} instance-hours; × {usd(price.usd)} = {amount(total)}."
    if total < 20:
        return None
    closing = f"{price_line((price,))} {scope(rng, draw.facts, month=False)}"
    return Number(words, "What do the jobs of this month cost? Round to whole dollars.", round(float(total)), working, "USD", _sources(draw, (price,), "batch_transform"), _rounded(total), closing)  # fmt: skip


def _to_zero(draw: Draw) -> Number | None:
    found, rng = _typed(draw, "async"), draw.rng
    if found is None:
        return None
    region, kind, price = found
    count, hours, told = rng.choice((1, 2, 3, 4)), rng.choice((3, 4, 5, 6, 8, 10)), scene(rng)
    words = (
        f"{told.opening} An asynchronous endpoint on {kind} has **{count} instance{'s' * (count > 1)}** for **{hours} h** of each of "
        "**30 days**, starts included, and none for the rest of the time."
    )  # fmt: skip
    total, working, all_hours = Decimal(0), "", Decimal(count * hours * 30)
    if draw.difficulty == 3:
        weekend = rng.choice((4, 8, 9))
        all_hours = Decimal(count * hours * (30 - weekend))
        words += f" On **{weekend}** of the 30 days nothing comes in, and it stays at zero."
        working = f"{count} × {hours} h × (30 − {weekend})"
    total = _hours(draw, "async", kind, all_hours, region)
    working = f"{working or f'{count} × {hours} h × 30'} = {all_hours} instance-hours; × {usd(price.usd)} = {amount(total)}. At zero nothing is added."  # fmt: skip
    closing = f"{price_line((price,))} {scope(rng, draw.facts, month=False)}"
    return Number(words, "What does the computing of these 30 days cost? Round to whole dollars.", round(float(total)), working, "USD", _sources(draw, (price,), "async"), _rounded(total), closing)  # fmt: skip


def _per_million(draw: Draw) -> Number | None:
    found, rng = _typed(draw, "real_time"), draw.rng
    if found is None:
        return None
    region, kind, price = found
    count, told = rng.choice((1, 2, 3, 4)), scene(rng)
    rate, us = even_load(draw, 0.1 * count, 2 * count)
    load = Even(region, rate, {kind: us}, kind, 4, rng.randrange(2, 61))
    bill = load.bill(Option(name="real_time", instance_type=kind, instances=count), draw.facts)
    cost = cost_of(bill)
    if cost is None or rate < 0.2:
        return None
    good, failing = Decimal(bill.good_per_month), ""
    if draw.difficulty == 3:
        part = rng.choice((4, 5, 8, 10))
        good *= 1 - Decimal(part) / 100
        failing = f" **{part}{NBSP}%** of the calls end in an error, and those are not to be counted."
    answer = cost.computing / good * 1_000_000
    words = f"{told.opening} {flow(rng, pace(rate, rng, told.many))} A real-time endpoint on **{count} × {kind}** takes all of them.{failing}"
    working = f"A month costs {count} × {month_hours(draw.facts)} h × {usd(price.usd)} = {amount(cost.computing)} and answers {float(good) / 1e6:,.5g} million: {amount(answer)} for a million."  # fmt: skip
    closing = f"{price_line((price,))} {scope(rng, draw.facts)}"
    return Number(words, f"What does the computing for one million answered {told.many} cost, in dollars? Two digits behind the point are enough.", round(float(answer), 2), working, "USD", _sources(draw, (price,), "real_time"), _NEAR, closing, load.brief)  # fmt: skip


def _data(draw: Draw) -> Number | None:
    rng, facts = draw.rng, draw.facts
    inward = rng.choice([price for price in facts.prices(subject="data_processing") if price.item == "data-in"])
    outward = facts.price(inward.region, "data_processing", "data-out")
    kinds = [kind for kind in candidates("types") if facts.instance_price(inward.region, "real_time", kind)]
    if outward is None or outward.usd != inward.usd or not kinds:
        return None
    rate, told = rng.choice((2, 3, 4, 5, 8, 10, 12, 20, 25)), scene(rng)
    sent, back = rng.choice((200, 400, 500, 800, 1500, 2000)), rng.choice((20, 50, 100, 250))
    load = Even(inward.region, rate, {kinds[0]: 10_000}, kinds[0], 4, sent, back)
    half = ""
    if draw.difficulty == 3:
        large = rng.choice((3000, 4000, 6000))
        load = Even(inward.region, rate, {kinds[0]: 10_000}, kinds[0], 4, (sent + large) // 2, back)
        half = f" That holds for one half of the requests; the other half has **{format_bytes(large * 1000)}**, with an answer as small."
    found = load.bill(Option(name="real_time", instance_type=kinds[0], instances=1), facts)
    cost = sum((line.usd for line in found.lines if line.meter == "data_processing"), Decimal(0))
    gb = facts.of("billing", "priced_gb").bytes()
    words = f"{told.opening} {flow(rng, pace(rate, rng, told.many))} A request to the real-time endpoint has **{format_bytes(sent * 1000)}**, its answer **{format_bytes(back * 1000)}**.{half}"  # fmt: skip
    month = month_seconds(facts)
    working = f"{rate:g} × {month:,} s × ({load.payload_kb:,} KB + {back} KB) = {rate * month * (load.payload_kb + back) * 1000 / gb:,.0f} GB in a month; × {usd(inward.usd)} = {amount(cost)}. Requests and answers both count."
    closing = f"Data processed by an endpoint in {inward.region} costs **{usd(inward.usd)}** for each GB of {gb:,} bytes, in or out. A KB has 1,000 bytes, a month {month_hours(facts)} hours."  # fmt: skip
    return Number(words, "What does the data processed cost in a month, in dollars? Round to whole dollars.", round(float(cost)), working, "USD", _sources(draw, (inward,), "real_time"), _rounded(cost), closing)  # fmt: skip


def _saved(draw: Draw) -> Number | None:
    found, rng = _typed(draw, "real_time"), draw.rng
    if found is None:
        return None
    region, kind, price = found
    count, hours, days, told = (
        rng.choice((1, 2, 3)),
        rng.choice((8, 9, 10, 12, 14)),
        rng.choice((20, 21, 22)),
        scene(rng),
    )
    whole = _hours(draw, "real_time", kind, Decimal(count * month_hours(draw.facts)), region)
    then = count + 1 if draw.difficulty == 3 else count
    part = _hours(draw, "real_time", kind, Decimal(then * hours * days), region)
    more = f" While it is there, it is to have **{then}** of them." if then > count else ""
    words = f"{told.opening} The answers are wanted in office hours only. So the endpoint on **{count} × {kind}** is to be made in the morning and deleted after **{hours} h**, on **{days} days** of the month; today it stands all the time.{more}"  # fmt: skip
    working = f"{then} × {hours} h × {days} days = {then * hours * days} instance-hours in place of {count * month_hours(draw.facts):,}: {amount(part)} in place of {amount(whole)}, {1 - part / whole:.1%} less."  # fmt: skip
    closing = f"{price_line((price,))} {scope(rng, draw.facts)}"
    return Number(words, "By how many percent does the computing cost less? Round to whole percent.", round(100 * float(1 - part / whole)), working, "%", _sources(draw, (price,), "real_time"), _rounded(100 * (1 - part / whole)), closing)  # fmt: skip


_ASKED: Final[dict[str, Asked]] = {
    "fleet": _fleet, "processing": _processing, "gib_seconds": _gb_seconds, "kept_warm": _kept_warm, "job": _job, "to_zero": _to_zero,
    "per_million": _per_million, "data": _data, "saved": _saved,
}  # fmt: skip


@template("cost-number", type="numeric", topic="billing", task="4.2", targets=tuple(_ASKED), weight=5)
def cost_number(draw: Draw) -> Drawn | None:
    """A cost worked out from printed prices."""
    return drawn(draw, _ASKED)
