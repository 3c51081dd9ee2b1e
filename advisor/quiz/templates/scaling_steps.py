"""What a scaling policy computes: the key and each wrong result are computed, each wrong one from a belief."""

import math
from collections.abc import Callable, Mapping
from random import Random
from typing import Final

from advisor.facts import Facts
from advisor.quiz.item import Choice
from advisor.quiz.sources import fact_source
from advisor.quiz.templates._asides import drawn_values, evenly_ranked, with_aside
from advisor.quiz.templates._template import Draw, Drawn, template
from advisor.quiz.told import Teller, read_texts

_ASKED = read_texts("limits")["steps"]
Numbers = Mapping[str, float]


def _desired(rng: Random, _facts: Facts) -> Numbers:
    current, target = rng.randint(3, 9), rng.randrange(200, 1300, 100)
    seen = round(target * rng.uniform(1.25, 2.4) / 10) * 10
    exact = current * seen / target
    return {
        "current": current, "target": target, "seen": seen, "exact": round(exact, 2), "value": math.ceil(exact - 1e-9),
        "next": current + 1, "fleet": math.ceil(seen / target), "below": math.floor(exact), "same": current, "triple": 3 * current,
    }  # fmt: skip


def _policies(rng: Random, _facts: Facts) -> Numbers:
    current = rng.randint(3, 6)
    low, high = current + rng.randint(1, 2), current + rng.randint(4, 7)
    return {"current": current, "low": low, "high": high, "value": high, "sum": low + high, "mean": round((low + high) / 2), "same": current}  # fmt: skip


def _steady(rng: Random, facts: Facts) -> Numbers:
    target = rng.randrange(300, 1500, 100)
    edge = facts.of("autoscaling", "scale_in_threshold_fraction").number()
    return {
        "current": rng.randint(3, 8), "target": target, "percent_in": round(100 * edge),
        "value": round(target * rng.uniform(edge + (1 - edge) * 0.3, edge + (1 - edge) * 0.8)),
        "over": round(target * rng.uniform(1.1, 1.3)), "far_over": round(target * rng.uniform(1.5, 1.9)),
        "under": round(target * rng.uniform(edge - 0.2, edge - 0.1)), "far_under": round(target * rng.uniform(0.3, 0.5)),
    }  # fmt: skip


def _utilisation(rng: Random, _facts: Facts) -> Numbers:
    warm = rng.choice((20, 40, 50, 80, 100))
    most, busy = round(warm * rng.choice((1.25, 1.5, 2))), round(warm * rng.choice((0.3, 0.4, 0.6, 0.7, 0.8, 0.9)))
    return {
        "most": most, "warm": warm, "busy": busy, "value": busy / warm, "of_most": busy / most, "idle": 1 - busy / warm,
        "warm_of_most": warm / most, "busy_of_all": busy / (warm + most),
    }  # fmt: skip


def _backlog(rng: Random, _facts: Facts) -> Numbers:
    current = rng.randint(2, 6)
    busy, waiting = current * rng.randint(1, 4), current * rng.randint(6, 20)
    return {
        "current": current, "busy": busy, "waiting": waiting, "value": (busy + waiting) / current, "waiting_only": waiting / current,
        "whole": busy + waiting, "waiting_all": waiting, "busy_only": busy / current,
    }  # fmt: skip


_DRAWN: Final[dict[str, Callable[[Random, Facts], Numbers]]] = {
    "desired": _desired, "policies": _policies, "steady": _steady, "utilisation": _utilisation, "backlog": _backlog,
}  # fmt: skip


def _written(number: float) -> str:
    return f"{number:,.2f}".rstrip("0").rstrip(".") if number % 1 else f"{number:,.0f}"


@template("scaling-step", type="single", topic="scaling", task="3.2", targets=tuple(_ASKED), weight=4)
def scaling_step(draw: Draw) -> Drawn | None:
    """A number that a policy or a metric comes to."""
    rng, facts, asked = draw.rng, draw.facts, _ASKED[draw.target]
    amounts = _DRAWN[draw.target](rng, facts)
    numbers = {name: _written(number) for name, number in amounts.items()}
    teller = Teller(rng, facts, **{**drawn_values(draw), **numbers})
    source = fact_source(asked["fact"], facts)
    right = Choice(numbers["value"], True, teller.told(asked["right"]), source)
    wrong: dict[str, tuple[float, Choice]] = {}
    for row in rng.sample(asked["wrong"], len(asked["wrong"])):
        text = numbers[row["number"]]
        if text != right.text:
            choice = Choice(text, False, teller.told(row["reason"]), source, misconception=row["belief"])
            wrong.setdefault(text, (amounts[row["number"]], choice))
    if len(wrong) < 3:
        return None
    chosen = evenly_ranked(rng, amounts["value"], list(wrong.values()), 3)
    stem = with_aside(teller.told(asked["stems"]), teller, draw.difficulty, "scaling")
    return Drawn(stem, asked["question"], (right, *chosen), teller.told(asked["explanation"]), (source,))
