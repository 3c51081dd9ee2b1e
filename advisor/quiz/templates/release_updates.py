"""Which endpoints can be updated in guarded steps, by type and model; judged by the rule on guarded updates."""

from collections.abc import Callable
from typing import Final

from advisor.attributes import Attributes
from advisor.facts import Facts
from advisor.options import Option
from advisor.places import memory_sizes
from advisor.quiz.bases import tips
from advisor.quiz.item import Choice
from advisor.quiz.judged import page_of, source_of
from advisor.quiz.needs import needs
from advisor.quiz.settings import setting
from advisor.quiz.templates._template import Draw, Drawn, template
from advisor.rules import Finding, Outcome
from advisor.verdict import examine

_RULE: Final = "HOST011"
_LEADS: Final = (
    "Updates have to shift callers in canary steps, and an alarm has to bring them back.",
    "From now on every update must move callers in linear steps that alarms can undo.",
    "After a bad Friday, updates may only reach callers step by step, with alarms that roll back.",
    "A new guideline asks for updates in steps, watched by alarms, with the old fleet kept ready.",
)
_MANY: Final = {2: "TWO", 3: "THREE"}
_EXCLUDED: Final = "guarded_rollout_excluded_families"
_CHIPS: Final = ("inf2", "trn1", "g5", "g6", "g4dn")
_PLAIN: Final = ("m5", "m6i", "c5", "c6i", "g4dn", "g5", "r5")
_SIZES: Final = ("xlarge", "2xlarge", "4xlarge")
_ODD_SIZES: Final = ("6xlarge", "8xlarge")
"""Sizes that only some families have."""


def _type(draw: Draw, families: tuple[str, ...]) -> str:
    """One of the smaller types of these families."""
    sizes = (*_SIZES, *_ODD_SIZES)
    known = [name for family in families for size in sizes if (name := f"ml.{family}.{size}") in draw.facts.instances]
    return draw.rng.choice(known)


def _excluded(facts: Facts) -> tuple[str, ...]:
    return tuple(facts.fact(f"real_time.{_EXCLUDED}").value)


Case = tuple[str, Option, Attributes]
_WANTED: Final = Attributes(guarded_rollout=True)


def _real_time(draw: Draw) -> Case:
    kind = _type(draw, _PLAIN)
    return f"A real-time endpoint on {kind}", Option(name="real_time", instance_type=kind, instances=2), _WANTED


def _async(draw: Draw) -> Case:
    kind = _type(draw, _PLAIN)
    return f"An asynchronous endpoint on {kind}", Option(name="async", instance_type=kind, instances=2), _WANTED


def _serverless(draw: Draw) -> Case:
    size = draw.rng.choice(memory_sizes(draw.facts)[1:4])
    option = Option(name="serverless", memory_mib=size, max_concurrency=20)
    return f"A serverless endpoint with {size // 1024} GiB of memory", option, _WANTED


def _components(draw: Draw) -> Case:
    kind = _type(draw, ("g5", "g4dn", "m5"))
    option = Option(name="inference_components", instance_type=kind, instances=2, components=2, copies=1)
    return f"Inference components on instances of {kind}", option, _WANTED


def _job(draw: Draw) -> Case:
    kind = _type(draw, _PLAIN)
    return (
        f"A batch transform job on two {kind}",
        Option(name="batch_transform", instance_type=kind, instances=2),
        _WANTED,
    )


def _chip(draw: Draw) -> Case:
    kind = _type(draw, _excluded(draw.facts))
    name = draw.rng.choice(("real_time", "async"))
    words = "A real-time endpoint" if name == "real_time" else "An asynchronous endpoint"
    return f"{words} on {kind}", Option(name=name, instance_type=kind, instances=2), _WANTED


def _bought(draw: Draw) -> Case:
    kind = _type(draw, ("m5", "c5"))
    option = Option(name="real_time", instance_type=kind, instances=2)
    return f"A model of AWS Marketplace on {kind}", option, Attributes(guarded_rollout=True, marketplace=True)


_CASES: Final[dict[str, Callable[[Draw], Case]]] = {
    "serverless": _serverless, "components": _components, "job": _job, "chip": _chip, "bought": _bought,
}  # fmt: skip
"""What cannot be updated like that, each for a reason of its own."""


def _finding(case: Case, facts: Facts) -> Finding | None:
    """What the rule says of it, where both profiles agree."""
    sides = (examine(case[2], case[1], side).findings for side in (facts, facts.other))
    mine, other = (next((found for found in findings if found.rule == _RULE), None) for findings in sides)
    return mine if mine and other and mine.outcome is other.outcome else None


def _excluded_words(facts: Facts) -> str:
    families = " and ".join(family.capitalize() for family in _excluded(facts))
    return f"On {families} types, and with models of AWS Marketplace, an update moves all traffic at once."


def _reason(found: Finding, facts: Facts) -> str:
    """Why it can or cannot be updated like that; where the type or the model is excluded, it says so."""
    if found.outcome is Outcome.notes:
        return needs()["guarded"].fine
    excluded = [facts.fact(name) for name in found.facts if name.endswith(_EXCLUDED)]
    told = [f"{', '.join(fact.value).capitalize()} types and Marketplace models are excluded." for fact in excluded]
    return " ".join([*told, found.message])


def _choice(case: Case, found: Finding, *, right: bool, facts: Facts) -> Choice:
    belief = "release-no-shift" if found.outcome is Outcome.notes else "release-shifts"
    name, source = case[1].name, source_of(found, facts) or page_of(case[1].name)
    return Choice(case[0], right, _reason(found, facts), source, _RULE, name, "" if right else f"{belief}/{name}")


def _drawn(draw: Draw, cases: list[Case], *, offered: bool) -> list[Choice] | None:
    """The cases as choices, right ones first; None where one is judged differently by the profiles, or shown twice."""
    choices = []
    for case in cases:
        found = _finding(case, draw.facts)
        if found is None:
            return None
        choices.append(_choice(case, found, right=(found.outcome is Outcome.notes) is offered, facts=draw.facts))
    if len({choice.text for choice in choices}) < len(choices):
        return None
    return sorted(choices, key=lambda choice: not choice.correct)


def _told(draw: Draw) -> str:
    return f"{setting(draw.rng, draw.difficulty)}\n\n{draw.rng.choice(_LEADS)}"


@template("release-steps", type="multiple", topic="release", task="3.1", targets=tuple(_CASES), weight=3)
def release_steps(draw: Draw) -> Drawn | None:
    """Two or three of five endpoints can be updated in guarded steps; the target is one that cannot."""
    rng = draw.rng
    many = rng.choice((2, 3))
    others = rng.sample([name for name in _CASES if name != draw.target], 4 - many)
    cases = [_real_time(draw), _async(draw), *([rng.choice((_real_time, _async))(draw)] if many > 2 else [])]
    choices = _drawn(draw, cases + [_CASES[name](draw) for name in (draw.target, *others)], offered=True)
    if choices is None:
        return None
    return Drawn(
        _told(draw), f"Which of these can be updated like that? Choose {_MANY[many]}.", tuple(choices),
        tips((_RULE,), draw.facts), tuple(dict.fromkeys(choice.source for choice in choices)),
    )  # fmt: skip


def _of_model(draw: Draw) -> list[Case]:
    """Endpoints with models of several origins, the one that cannot be updated in steps first."""
    kinds = [
        ("A real-time endpoint, {} from AWS Marketplace", "real_time", True),
        ("A real-time endpoint, {} of the team's own", "real_time", False),
        ("A real-time endpoint, {} from a public hub", "real_time", False),
        ("An asynchronous endpoint, {} of the team's own", "async", False),
        ("An asynchronous endpoint, {} from a public hub", "async", False),
    ]
    what, kind = draw.rng.choice(("a model", "a network", "a classifier")), _type(draw, _PLAIN)
    return [
        (
            text.format(what),
            Option(name=name, instance_type=kind, instances=2),
            Attributes(guarded_rollout=True, marketplace=bought),
        )
        for text, name, bought in [kinds[0], *draw.rng.sample(kinds[1:], 3)]
    ]


def _of_chip(draw: Draw) -> list[Case]:
    """Endpoints on accelerators of several families, the one that cannot be updated in steps first."""
    cases = [_chip(draw)]
    for family in draw.rng.sample(_CHIPS, 3):
        kind, name = _type(draw, (family,)), draw.rng.choice(("real_time", "async"))
        words = "A real-time endpoint" if name == "real_time" else "An asynchronous endpoint"
        cases.append((f"{words} on {kind}", Option(name=name, instance_type=kind, instances=2), _WANTED))
    return cases


@template("release-refused", type="single", topic="release", task="3.1", targets=("chip", "bought"))
def release_refused(draw: Draw) -> Drawn | None:
    """One of four endpoints cannot be updated in guarded steps, for its type or its model."""
    choices = _drawn(draw, _of_chip(draw) if draw.target == "chip" else _of_model(draw), offered=False)
    if choices is None:
        return None
    return Drawn(
        _told(draw), "Which of these cannot be updated like that?", tuple(choices), f"{_excluded_words(draw.facts)} {tips((_RULE,), draw.facts)}",
        tuple(dict.fromkeys(choice.source for choice in choices)),
    )  # fmt: skip
