"""Which statements hold of an option: each is decided by a fact."""

from collections.abc import Mapping
from typing import Any

from advisor.quiz.claims import settled, subjects
from advisor.quiz.item import Choice
from advisor.quiz.sources import fact_source
from advisor.quiz.templates._asides import drawn_values, with_aside
from advisor.quiz.templates._template import Draw, Drawn, template
from advisor.quiz.told import Teller, read_texts


def _choice(claim: Mapping[str, Any], teller: Teller, *, correct: bool) -> Choice:
    source = fact_source(claim["fact"], teller.facts)
    belief = "" if correct else claim["belief"]
    return Choice(teller.told(claim["text"]), correct, teller.told(claim["reason"]), source, misconception=belief)


def _distinct(claims: list[Mapping[str, Any]], draw: Draw, count: int, taken: set[str]) -> list[Mapping[str, Any]]:
    """Some claims, no two of which rest on the same fact while others are left."""
    shuffled = draw.rng.sample(claims, len(claims))
    picked: list[Mapping[str, Any]] = []
    for fresh in (True, False):
        for claim in shuffled:
            if len(picked) < count and claim not in picked and not (fresh and claim["fact"] in taken):
                picked.append(claim)
                taken.add(claim["fact"])
    return picked


def _drawn(draw: Draw, right: int, wrong: int, question: str) -> Drawn | None:
    subject = read_texts("claims")[draw.target]
    true, false = settled(draw.target, draw.facts)
    if len(true) < right or len(false) < wrong:
        return None
    teller = Teller(draw.rng, draw.facts, **drawn_values(draw), about=subject["about"])
    taken: set[str] = set()
    choices = [
        *(_choice(claim, teller, correct=True) for claim in _distinct(true, draw, right, taken)),
        *(_choice(claim, teller, correct=False) for claim in _distinct(false, draw, wrong, taken)),
    ]
    stem = with_aside(teller.told(subject["stems"]), teller, draw.difficulty, subject["topic"])
    return Drawn(
        stem, teller.told(question), tuple(choices), " ".join(choice.reason for choice in choices[:right]),
        tuple(dict.fromkeys(choice.source for choice in choices)), task=subject["task"],
    )  # fmt: skip


def statement(draw: Draw) -> Drawn | None:
    """One statement of four holds."""
    return _drawn(draw, 1, 3, "Which of these is true of {about}?")


def statements(draw: Draw) -> Drawn | None:
    """Two or three statements of five hold."""
    right = draw.rng.choice((2, 2, 3))
    word = "two" if right == 2 else "three"
    return _drawn(draw, right, 5 - right, f"Which {word} of these are true of {{about}}?")


for _topic, _one, _several in (("limits", 2, 1), ("scaling", 3, 2), ("models", 3, 2), ("foundation", 4, 2)):
    template(f"{_topic}-statement", type="single", topic=_topic, task="3.1", targets=subjects(_topic), weight=_one)(
        statement
    )
    template(
        f"{_topic}-statements", type="multiple", topic=_topic, task="3.1", targets=subjects(_topic), weight=_several
    )(statements)
