"""Limits that older material teaches differently: the items say whose word counts, and name both values."""

from dataclasses import replace
from typing import Final

from advisor._facts_types import scale_of
from advisor.facts import Fact
from advisor.quiz.item import Choice
from advisor.quiz.sources import fact_source
from advisor.quiz.templates._asides import drawn_values, evenly_ranked
from advisor.quiz.templates._template import Draw, Drawn, template
from advisor.quiz.told import Teller, read_texts, shown
from advisor.text import format_day, quantity
from advisor.units import NBSP

_TEXTS = read_texts("limits")
_ASKED = _TEXTS["changed.ask"]
_ELSEWHERE: Final = {
    "payload_request": ("async.payload_request", "batch_transform.payload_request", "front_door.api_gateway_payload", "async.payload_inline"),
    "invocation_timeout": ("real_time.invocation_timeout", "real_time.invocation_timeout_streaming", "async.queue_ttl_default"),
    "region_concurrency_large": ("serverless.region_concurrency_other", "serverless.endpoints_per_region"),
}  # fmt: skip
"""Values of other options and attributes that stand beside the right and the older one."""


def _text(fact: Fact) -> str:
    return shown(fact, "calls")


def _base(value: float, unit: str) -> float:
    """A value in bytes, microseconds or calls."""
    return value * scale_of(unit)[1]


def _older(fact: Fact, taught: Fact) -> dict[str, float]:
    """What other material says, the study card first: each value as it is written, and in base units."""
    noun = "calls" if fact.unit == "requests" else fact.unit
    told = {} if fact.same_as(taught) else {_text(taught): _base(taught.number(), taught.unit)}
    for one in fact.was:
        if one.unit not in {"s", "min", "h"}:
            told.setdefault(f"{one.value:,}{NBSP}{noun}", _base(one.value, one.unit))
    return {text: value for text, value in told.items() if text != _text(fact)}


def _between(today: Fact, other: float, draw: Draw) -> tuple[str, float]:
    """A quantity between the two limits, in words and in base units."""
    kind, scale = scale_of(today.unit)
    low, high = sorted((today.number(), other / scale))
    step = (high - low) / 10
    value = round(low + draw.rng.randint(2, 8) * step, 1 if step < 1 else 0)
    if kind == "duration":
        value = round(value * scale / 60e6) * 60e6 / scale
    unit = {"size": "bytes", "duration": "us"}.get(kind, "calls")
    return quantity(value * scale, unit), value * scale


def _answers(choices: list[Choice], limits: dict[str, float], seen: float) -> list[Choice]:
    """The values as answers to whether what was seen is allowed; none where the right yes or no would stand alone."""
    words = {choice.text: "Yes" if seen <= limits[choice.text] else "No" for choice in choices}
    if list(words.values()).count(words[choices[0].text]) < 2:
        return []
    return [replace(choice, text=f"{words[choice.text]}, the limit is {choice.text}") for choice in choices]


@template("changed-limit", type="single", topic="limits", task="3.1", targets=tuple(_ASKED), weight=4, changed=True)
def changed_limit(draw: Draw) -> Drawn | None:
    """A value that has changed, or that the study card has otherwise."""
    facts, asked, texts = draw.facts, _ASKED[draw.target], _TEXTS["changed"]
    today, key = facts.under("aws").fact(draw.target), facts.fact(draw.target)
    older = _older(today, facts.under("study-card").fact(draw.target))
    if not older:
        return None
    seen_text, seen = _between(today, next(iter(older.values())), draw)
    by_study = not key.same_as(today)
    teller = Teller(
        draw.rng, facts, **drawn_values(draw), seen=seen_text, date=format_day(today.checked), taught=" or ".join(older),
        today=_text(today), source=texts["study" if by_study else "today"],
    )  # fmt: skip
    explanation, source = teller.told(texts["older"]), fact_source(today.id, facts)
    limits = {_text(today): _base(today.number(), today.unit), **older}
    right = Choice(_text(key), True, explanation, source)
    said, who, belief = (
        ([_text(today)], "AWS documents today", "today_is_taught")
        if by_study
        else (list(older)[:2], "older material says", asked.get("belief", "older_value"))
    )
    wrong = {
        text: Choice(text, False, f"{text} is what {who} of {asked['subject']}.", source, misconception=belief)
        for text in said
    }
    for name in _ELSEWHERE[today.attribute]:
        fact = facts.under("aws").fact(name)
        text = _text(fact)
        limits.setdefault(text, _base(fact.number(), fact.unit))
        reason = teller.told(f"{text} is {_TEXTS['elsewhere'][name]}.")
        page = fact_source(name, facts)
        wrong.setdefault(text, Choice(text, False, reason, page, misconception="limit_of_another_option"))
    wrong.pop(right.text, None)
    if len(wrong) < 3:
        return None
    first, *others = wrong
    choices = [
        right,
        wrong[first],
        *evenly_ranked(draw.rng, limits[right.text], [(limits[text], wrong[text]) for text in others], 2),
    ]
    question = asked["question"]
    if draw.rng.random() < 0.5 and (answers := _answers(choices, limits, seen)):
        choices, question = answers, texts["allowed"]
    return Drawn(teller.told(asked["stems"]), teller.told(question), tuple(choices), explanation, (source,))
