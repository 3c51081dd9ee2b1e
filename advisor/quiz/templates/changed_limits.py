"""Limits that older material teaches differently: the items say whose word counts, and name both values."""

from typing import Final

from advisor._facts_types import scale_of
from advisor.facts import Fact
from advisor.quiz.item import Choice
from advisor.quiz.sources import fact_source
from advisor.quiz.templates._asides import drawn_values
from advisor.quiz.templates._template import Draw, Drawn, template
from advisor.quiz.told import Teller, read_texts, shown
from advisor.text import format_day, quantity

_TEXTS = read_texts("limits")
_ASKED = _TEXTS["changed.ask"]
_ELSEWHERE: Final = {
    "payload_request": ("async.payload_request", "batch_transform.payload_request", "front_door.api_gateway_payload"),
    "invocation_timeout": ("real_time.invocation_timeout", "real_time.invocation_timeout_streaming", "async.queue_ttl_default"),
    "region_concurrency_large": ("serverless.region_concurrency_other", "serverless.endpoints_per_region"),
}  # fmt: skip
"""Values of other options and attributes that stand beside the right and the older one."""


def _text(fact: Fact) -> str:
    return shown(fact, "calls")


def _older(fact: Fact, taught: Fact) -> list[str]:
    """What other material says, the study card first."""
    noun = "calls" if fact.unit == "requests" else fact.unit
    before = [f"{one.value:,}\u00a0{noun}" for one in fact.was if one.unit not in {"s", "min", "h"}]
    told = [] if fact.same_as(taught) else [_text(taught)]
    return list(dict.fromkeys(one for one in (*told, *before) if one != _text(fact)))


def _between(today: Fact, other: float, draw: Draw) -> str:
    """A quantity between the two limits, in words."""
    kind, scale = scale_of(today.unit)
    low, high = sorted((today.number(), other))
    step = (high - low) / 10
    value = round(low + draw.rng.randint(2, 8) * step, 1 if step < 1 else 0)
    if kind == "duration":
        value = round(value * scale / 60e6) * 60e6 / scale
    unit = {"size": "bytes", "duration": "us"}.get(kind, "calls")
    return quantity(value * scale, unit)


@template("changed-limit", type="single", topic="limits", task="3.1", targets=tuple(_ASKED), weight=4, changed=True)
def changed_limit(draw: Draw) -> Drawn | None:
    """A value that has changed, or that the study card has otherwise."""
    facts, asked, texts = draw.facts, _ASKED[draw.target], _TEXTS["changed"]
    today, key = facts.under("aws").fact(draw.target), facts.fact(draw.target)
    taught = facts.under("study-card").fact(draw.target)
    older = _older(today, taught)
    if not older:
        return None
    other = taught.number() if not taught.same_as(today) else float(today.was[0].value)
    teller = Teller(
        draw.rng, facts, **drawn_values(draw), seen=_between(today, other, draw), date=format_day(today.checked),
        taught=" or ".join(older), today=_text(today),
    )  # fmt: skip
    by_study = key is not today and not key.same_as(today)
    teller.values["source"] = texts["study" if by_study else "today"]
    explanation = teller.told(texts["older"])
    source = fact_source(today.id, facts)
    right = Choice(_text(key), True, explanation, source)
    said = [_text(today)] if by_study else older
    wrong = {
        text: Choice(text, False, f"{text} is what {'AWS documents today' if by_study else 'older material says'} of {asked['subject']}.", source,
                     misconception="today_is_taught" if by_study else "older_value")
        for text in said[:2]
    }  # fmt: skip
    for name in _ELSEWHERE[today.attribute]:
        fact = facts.under("aws").fact(name)
        text = _text(fact)
        reason = teller.told(f"{text} is {_TEXTS['elsewhere'][name]}.")
        wrong.setdefault(
            text, Choice(text, False, reason, fact_source(name, facts), misconception="limit_of_another_option")
        )
    wrong.pop(right.text, None)
    if len(wrong) < 3:
        return None
    chosen = list(wrong.values())[:1] + draw.rng.sample(list(wrong.values())[1:], 2)
    return Drawn(teller.told(asked["stems"]), teller.told(asked["question"]), (right, *chosen), explanation, (source,))
