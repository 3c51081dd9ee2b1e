"""Least regret for the terminal: the choice, its regret by part, and the candidates it was chosen from."""

from collections.abc import Iterator
from typing import Any, Final

from advisor.cli import table
from advisor.options import describe, title
from advisor.units import format_usd
from simulator.regret import Choice, LeastRegret

__all__ = ["regret_text"]

_SHOWN: Final = 12


def _worst(choice: Choice, answer: LeastRegret) -> str:
    """Where a choice is regretted most."""
    values = answer.scenarios[-choice.worst[1]]
    return ", ".join(f"{one.label} {one.text(value)}" for one, value in zip(answer.ranges, values, strict=True))


def _span(choice: Choice) -> str:
    low, high = choice.usd
    if low is None or high is None:
        return "no price"
    first, last = format_usd(low), format_usd(high)
    return first if first == last else f"{first} to {last}"


def regret_text(answer: LeastRegret) -> Iterator[Any]:
    """The answer: the least-regret choice first, then every candidate, then what the numbers rest on."""
    best, count = answer.best, len(answer.scenarios)
    yield (
        f"Least regret: {title(best.option.name)}, {describe(best.option)}. Mean regret {format_usd(best.mean)} a month "
        f"({format_usd(best.over)} for too much, {format_usd(best.under)} for too little); it keeps the promise in "
        f"{best.kept} of {count} scenarios and costs {_span(best)} a month."
    )
    if best.worst[0] > 0:
        yield f"At worst {format_usd(best.worst[0])} a month: {_worst(best, answer)}."
    for one in answer.ranges:
        span = one.text(one.mid) if one.certain else f"{one.text(one.low)}, {one.text(one.mid)}, {one.text(one.high)}"
        yield f"  {one.label}: {span}{' (certain)' if one.certain else ''}"
    made = table(
        "plan", "configuration", "!>mean regret", "!>too much", "!>too little", "!>worst", "!>kept", "!>cost", "sized for",
        title="Candidates, least mean regret first",
    )  # fmt: skip
    for choice in answer.choices[:_SHOWN]:
        made.add_row(
            title(choice.option.name), describe(choice.option), format_usd(choice.mean), format_usd(choice.over),
            format_usd(choice.under), format_usd(choice.worst[0]), f"{choice.kept} of {count}", _span(choice),
            ", ".join(choice.sized_for),
        )  # fmt: skip
    yield made
    if len(answer.choices) > _SHOWN:
        yield f"{len(answer.choices) - _SHOWN} more with a larger regret are not shown; --json lists all."
    weights = answer.weights
    yield (
        f"Regret is against the cheapest candidate that keeps the promise in each scenario. A dollar too much weighs "
        f"{weights.over:g}, a dollar too little {weights.under:g} and more the more is lacking (power {weights.steepness:g}); "
        "a missed share of requests counts as that share of the bill. These weights are a judgement of ours."
    )
    how = f"a sample of {count}, the middle first" if answer.sampled else f"every combination of the ends, {count}"
    yield f"Scenarios: {how}; all count alike."
    if answer.hopeless:
        yield f"In {answer.hopeless} of them no candidate keeps the promise; the one that misses it by least is the measure there."
