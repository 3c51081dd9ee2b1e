"""Which of four workloads an option can serve, and which it cannot: each choice is judged by itself."""

from collections.abc import Collection

from advisor.facts import Facts
from advisor.quiz.alone import Alone
from advisor.quiz.cases import CASES, SIZED, told_case
from advisor.quiz.item import Choice
from advisor.quiz.misconceptions import called
from advisor.quiz.sources import page_of, source_of
from advisor.quiz.templates._asides import drawn_values
from advisor.quiz.templates._template import Draw, Drawn, template
from advisor.quiz.told import Teller, read_texts
from advisor.rules import Outcome
from advisor.text import format_day


def refused_choice(
    alone: Alone, text: str, name: str, facts: Facts, taken: Collection[str], *, correct: bool
) -> Choice | None:
    """The choice of a workload that the option cannot serve; None where it can.

    Arguments: `taken` are rules that are the reason of other choices; another one is the reason here where there is one.
    """
    deciding = alone.refusal
    if deciding is None:
        return None
    found = next((one for one in alone.against if one.rule not in taken), deciding)
    belief = "" if correct else f"{found.rule}/{name}"
    return Choice(text, correct, found.message, source_of(found, facts, name), found.rule, misconception=belief)


def fitting_choice(alone: Alone, text: str, name: str, facts: Facts, *, correct: bool) -> Choice | None:
    """The choice of a workload that the option serves; None where it does not."""
    near = alone.nearest
    if not alone.fits or near is None:
        return None
    belief = "" if correct else f"stricter_than_it_is/{name}"
    reason = f"Nothing stands against it. {near.message}"
    if near.outcome is Outcome.conditions:
        reason = f"It can be arranged. {near.message} {near.remedy}".strip()
    return Choice(text, correct, reason, source_of(near, facts, name), near.rule, misconception=belief)


def _drawn(draw: Draw, fits: bool) -> Drawn | None:
    rng, facts, texts = draw.rng, draw.facts, read_texts("limits")["cases"]
    name, traits = CASES[draw.target]
    numbers = list(range(len(traits)))
    rng.shuffle(numbers)
    if fits:
        # a second limit broken: else the key would be what most of the choices say, trait by trait
        single = {1: 0.0, 2: 0.4, 3: 1.0}[draw.difficulty]
        broken = [(number,) if rng.random() < single else (number, rng.choice(numbers)) for number in numbers]
        plan: list[tuple[int, ...]] = [(), *broken]
    else:  # a yes among three noes would be seen without knowing the limit
        plan = [(next(number for number in numbers if traits[number].limit),), (), (), ()]
    choices: list[Choice] = []
    key: dict[str, object] = {}
    for place, wrong in enumerate(plan):
        text, said = told_case(draw.target, wrong, draw.difficulty, rng, facts)
        alone, correct = Alone(said, name, facts), place == 0
        if wrong:
            choice = refused_choice(alone, text, name, facts, {one.rule for one in choices[1:]}, correct=correct)
        else:
            choice = fitting_choice(alone, text, name, facts, correct=correct)
        if choice is None:
            return None
        choices.append(choice)
        key = key or said
    if len({choice.text for choice in choices}) < len(choices):
        return None
    asked = texts["fits" if fits else "misfits"]
    teller = Teller(
        rng,
        facts,
        **drawn_values(draw),
        option=called(name),
        date=format_day(facts.of(name, "payload_request").checked),
    )
    stem = teller.told(texts["stems"])
    if draw.difficulty == 3:
        stem = f"{stem} {teller.told(texts['dated'])}"
    return Drawn(
        stem, teller.told(asked["question"]), tuple(choices), teller.told(asked["explanation"]),
        tuple(dict.fromkeys([page_of(name), *(choice.source for choice in choices)])),
        brief=tuple(key.items()),
    )  # fmt: skip


@template("limit-fits", type="single", topic="limits", task="3.1", targets=tuple(CASES), weight=4)
def limit_fits(draw: Draw) -> Drawn | None:
    """One workload of four fits the option; each of the others breaks a limit of its own."""
    return _drawn(draw, fits=True)


@template("limit-misfit", type="single", topic="limits", task="3.1", targets=SIZED, weight=2)
def limit_misfit(draw: Draw) -> Drawn | None:
    """One workload of four breaks a limit of the option."""
    return _drawn(draw, fits=False)
