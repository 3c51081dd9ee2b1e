"""How much, how long, how many: a documented value among values of other options and other attributes."""

from typing import Any

from advisor.facts import Fact, Facts
from advisor.quiz.item import Choice
from advisor.quiz.sources import fact_source
from advisor.quiz.templates._asides import drawn_values, evenly_ranked, with_aside
from advisor.quiz.templates._template import Draw, Drawn, template
from advisor.quiz.told import Teller, amount_of, read_texts, shown

_ASKED = read_texts("limits")["values"]


def _differs(one: Fact, other: Fact, facts: Facts) -> bool:
    """Two facts say different things under both profiles."""
    return not any(side.fact(one.id).same_as(side.fact(other.id)) for side in (facts, facts.other))


def wrong_values(asked: dict[str, Any], key: Fact, teller: Teller, facts: Facts) -> list[tuple[float, Choice]]:
    """The values that are taken for the key, as amounts and as choices with the belief behind it."""
    found: dict[str, tuple[float, Choice]] = {}
    for row in asked["wrong"]:
        fact = facts.fact(row["fact"])
        text = shown(fact, asked.get("noun", ""))
        if not _differs(key, fact, facts) or text in found:
            continue
        reason = Teller(teller.rng, facts, **{**teller.values, "value": text}).told(row["reason"])
        choice = Choice(text, False, reason, fact_source(fact.id, facts), misconception=row["belief"])
        found[text] = (amount_of(fact), choice)
    return list(found.values())


def limit_value(draw: Draw) -> Drawn | None:
    """A documented value, asked in a situation in which it counts."""
    facts, asked = draw.facts, _ASKED[draw.target]
    key = facts.fact(asked["fact"])
    text = shown(key, asked.get("noun", ""))
    older = ", ".join(f"{one.value:,}" for one in key.was)
    teller = Teller(draw.rng, facts, **drawn_values(draw), value=text, older=older)
    stem = with_aside(teller.told(asked["stems"]), teller, draw.difficulty, asked.get("topic", ""))
    wrong = wrong_values(asked, key, teller, facts)
    if len(wrong) < 2:
        return None
    source = fact_source(key.id, facts)
    right = Choice(text, True, teller.told(asked["right"]), source)
    return Drawn(
        stem,
        asked["question"],
        (right, *evenly_ranked(draw.rng, amount_of(key), wrong, 3)),
        teller.told(asked["explanation"]),
        (source,),
    )


for _topic, _weight in (("limits", 4), ("foundation", 1), ("models", 1), ("release", 1)):
    _targets = tuple(name for name, asked in _ASKED.items() if asked.get("topic", "limits") == _topic)
    template(f"{_topic}-value", type="single", topic=_topic, task="3.1", targets=_targets, weight=_weight)(limit_value)
