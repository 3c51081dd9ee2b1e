"""The answer of a sizing as sentences: the cheapest plan, how sure that is, what comes next, what the closest would take."""

from collections.abc import Iterator
from typing import Final

from advisor.units import format_duration
from simulator.headline import amount, money_range, plan
from simulator.plans import Plan, Sized
from simulator.reasons import faster_or_slower, more_or_less
from simulator.size_parts import closest, latency_of, tied
from simulator.sizing import Sizing

__all__ = [
    "beside_text",
    "confidence_text",
    "gap_text",
    "p99_text",
    "sentence",
    "short_text",
    "size_headline",
    "takes_text",
]

_SAME_COST: Final = 0.0005
"""Costs that differ by a smaller share are said to be the same: what differs are a few requests."""


def sentence(text: str) -> str:
    """A text with a capital and a full stop."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}." if text else ""


def p99_text(of: Plan) -> str:
    """The p99 of a plan over its draws, in words."""
    found = latency_of(of, 0.99)
    if found.value is None:
        return "no answered request"
    return f"p99 {format_duration(found.value)}" if found.supported else "too few requests for a p99"


def takes_text(one: Sized) -> str:
    """What the nearest plan would need, as a sentence; nothing where it is not known."""
    takes = one.takes
    for miss in one.nearest.broken if one.nearest else ():
        takes = takes.replace(f"; {miss.text}", "")  # that is said just before
    if not takes:
        return ""
    return sentence(takes if takes.startswith("faster") else f"it would take {takes}")


def gap_text(usd: float, first: float) -> str:
    """How much more or less than the first a plan costs a month, in words.

    >>> gap_text(20.0, 20.001), gap_text(30.0, 20.0)
    ('the same', '$10 more a month, 1.5 × as much')
    """
    return "the same" if abs(usd - first) < _SAME_COST * first or usd == first else more_or_less(usd, first)


def short_text(near: Plan) -> str:
    """What a plan breaks, or why it could not be played."""
    return near.problem or "; ".join(miss.text for miss in near.broken)


def size_headline(sizing: Sizing) -> str:
    """The answer of a sizing in one sentence."""
    best = sizing.best
    if best is not None and best.best is not None:
        second = next((one for one in sizing.sized if one.best and tied(sizing, one) == best.name), None)
        first = f"{plan(best.best.option)} at {amount(best.best.usd)} a month"
        if second is not None and second.best is not None:
            other = f"{plan(second.best.option)} at {amount(second.best.usd)}"
            return f"Two options tie: {first} and {other}; the draws of the traffic do not tell them apart."
        return f"Use {plan(best.best.option)}: {amount(best.best.usd)} a month, {p99_text(best.best)}."
    unpriced = next((one.best for one in sizing.sized if one.best is not None), None)
    if unpriced is not None:
        region = sizing.study.workload.needs.region
        return f"{sentence(plan(unpriced.option))[:-1]} keeps the promise; {region} has no price for it in our table."
    near = closest(sizing)
    if near is not None and near.nearest is not None:
        come = f"{sentence(plan(near.nearest.option))[:-1]} comes closest"
        return f"No configuration keeps the promise. {come}: {short_text(near.nearest).rstrip('.')}. {takes_text(near)}".rstrip()
    blocked = sum(verdict.option.name != "none" for verdict in sizing.infeasible)
    return (
        f"Nothing could be sized: the rules block {blocked} options, and of no other one a configuration can be played."
    )


def confidence_text(sizing: Sizing, best: Plan) -> Iterator[str]:
    """How sure the answer is: draws that agree, and the interval of its cost."""
    kept, draws = best.kept_draws(sizing.study.promise), len(best.trials)
    first, told = sizing.first_in_draws
    mean = "" if kept == draws else "; the mean of them keeps it"
    yield (
        f"It keeps the promise in {kept} of {draws} draws of the traffic{mean}, and is the cheapest option in {first} of {told}."
    )
    if money_range(best.usd_per_month):
        yield f"A month costs {money_range(best.usd_per_month)} (95 % interval over the draws)."


def beside_text(sizing: Sizing, best: Plan) -> Iterator[str]:
    """The next option and what it costs more; the one that fits and has no price."""
    second = next((one for one in sizing.sized if one.best is not None and one.best is not best), None)
    if second is None:
        yield "No other option keeps the promise."
    elif second.best is not None and second.best.usd is not None and best.usd is not None:
        mine, theirs = latency_of(second.best, 0.99).value, latency_of(best, 0.99).value
        speed = faster_or_slower(mine, theirs) if mine and theirs else ""
        tie = "; no clear difference in cost" if tied(sizing, second) else ""
        yield f"Runner-up: {plan(second.best.option)}; it costs {gap_text(second.best.usd, best.usd)}{speed}{tie}."
    elif second.best is not None:
        yield f"Without a price, so not compared: {plan(second.best.option)}, {p99_text(second.best)}."
    if not sizing.ends_tried:
        yield "The ends of the assumptions were not looked at."
        return
    held = "The order holds at the low and high end of every assumption."
    yield f"The order {sizing.stability}." if sizing.turns else held
