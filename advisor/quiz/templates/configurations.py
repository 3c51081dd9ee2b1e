"""Which configuration the service refuses, and which it accepts: the rules of written configurations decide."""

from advisor.attributes import Attributes
from advisor.facts import Facts
from advisor.quiz.item import Choice
from advisor.quiz.sources import page_of, source_of
from advisor.quiz.templates._asides import drawn_values
from advisor.quiz.templates._template import Draw, Drawn, template
from advisor.quiz.told import Teller, read_texts
from advisor.quiz.written import FAMILIES, Written, written
from advisor.rules import Finding, Outcome, all_rules
from advisor.rules._rule import check
from advisor.text import format_day

_TEXTS = read_texts("limits")["written"]


def _mistakes(one: Written, facts: Facts) -> list[Finding]:
    """What the rules of configurations have against it, under either profile."""
    rules = [entry for entry in all_rules() if entry.id.startswith("CFG")]
    asked = (check(entry, Attributes(), one.option, side) for side in (facts, facts.other) for entry in rules)
    return [found for found in asked if found is not None and found.outcome is not Outcome.notes]


def _choice(rule: str, draw: Draw, teller: Teller, *, bad: bool, correct: bool) -> tuple[Choice, str] | None:
    """A choice of one family and the remedy, where it has one; None where the rules see it otherwise than was drawn."""
    one = written(rule, draw.rng, draw.facts, bad=bad, near=draw.difficulty > 2)
    found = _mistakes(one, draw.facts)
    if bad:
        if not found or any(finding.rule != rule or finding.outcome is not Outcome.blocks for finding in found):
            return None
        source = source_of(found[0], draw.facts, one.option.name)
        reason = f"{found[0].message} {found[0].remedy}".strip()
        return Choice(one.text, correct, reason, source, rule, misconception="" if correct else rule), found[0].remedy
    if found:
        return None
    belief = "" if correct else "sound_is_refused"
    reason = teller.told(_TEXTS["sound"][rule])
    return Choice(one.text, correct, reason, page_of(one.option.name), rule, misconception=belief), ""


def _drawn(draw: Draw, rules: list[str], *, bad: bool) -> Drawn | None:
    """The first of the rules makes the right choice, which is bad or sound; the others are the contrary."""
    teller = Teller(draw.rng, draw.facts, **drawn_values(draw))
    made = [
        _choice(rule, draw, teller, bad=bad if place == 0 else not bad, correct=place == 0)
        for place, rule in enumerate(rules)
    ]
    found = [one for one in made if one is not None]
    if len(found) < len(made) or len({choice.text for choice, _ in found}) < len(found):
        return None
    teller.values["remedy"] = found[0][1]
    choices = tuple(choice for choice, _ in found)
    teller.values["reason"] = choices[0].reason
    explanation = teller.told(_TEXTS["explained_refused" if bad else "explained_accepted"])
    stem = teller.told(_TEXTS["stems"])
    if draw.difficulty > 2:
        date = format_day(draw.facts.fact("configuration.minimum_within_maximum").checked)
        stem = f"{stem} {Teller(draw.rng, draw.facts, date=date).told(_TEXTS['dated'])}"
    return Drawn(
        stem, _TEXTS["refused" if bad else "accepted"], choices, explanation,
        tuple(dict.fromkeys(choice.source for choice in choices)),
    )  # fmt: skip


@template("configuration-refused", type="single", topic="limits", task="3.2", targets=tuple(FAMILIES), weight=2)
def refused(draw: Draw) -> Drawn | None:
    """Three configurations of one family are sound, one is refused."""
    return _drawn(draw, [draw.target] * 4, bad=True)


@template("configuration-accepted", type="single", topic="limits", task="3.2", targets=tuple(FAMILIES), weight=2)
def accepted(draw: Draw) -> Drawn | None:
    """One configuration is sound; three are refused, each for a reason of its own."""
    others = draw.rng.sample([rule for rule in FAMILIES if rule != draw.target], 2)
    return _drawn(draw, [draw.target, draw.target, *others], bad=False)
