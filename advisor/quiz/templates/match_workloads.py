"""Which workload goes with which option: each of them fits one of the options shown, and only that one."""

from dataclasses import replace

from advisor.quiz.bases import called, dated, tips
from advisor.quiz.choosing import right_choice
from advisor.quiz.fitted import Fitted, fitted, lead, shown_together
from advisor.quiz.item import Choice, Prompt
from advisor.quiz.needs import listed
from advisor.quiz.scenes import pick_scene
from advisor.quiz.templates._template import Draw, Drawn, template
from advisor.quiz.wording import one_line

_SHOWN = {1: (3,), 2: (3, 4), 3: (4, 5)}
_SPARE = 0.6
"""How often one option more than needed is shown, at difficulty 3."""


def _others(one: Fitted, shown: tuple[str, ...]) -> str:
    """Why the other options that are shown cannot serve it, those with the same reason together."""
    names: dict[str, list[str]] = {}
    for name in shown:
        if name != one.option and (found := one.judged.refusal(name)):
            names.setdefault(found.message, []).append(called(name))
    told = (f"{listed(own)}: {message[:1].lower()}{message[1:]}" for message, own in names.items())
    return " ".join(f"{text[:1].upper()}{text[1:]}" for text in told)


def _matched(draw: Draw) -> Drawn | None:
    """A line for each of some options, one option more at difficulty 3 where the set has one left."""
    rng, pool = draw.rng, shown_together(draw.target)
    shown = tuple(rng.sample(pool, min(len(pool), rng.choice(_SHOWN[draw.difficulty]))))
    many = len(shown) - (draw.difficulty == 3 and rng.random() < _SPARE)
    lines: list[Fitted] = []
    for option in shown[:many]:
        found = fitted(option, [name for name in shown if name != option], rng, draw.facts, draw.difficulty)
        if found is None:
            return None
        lines.append(found)
    prompts: list[Prompt] = []
    choices: list[Choice] = []
    used: list[str] = []
    for one in lines:
        try:
            scene = pick_scene(rng, one.said, used)
            text = one_line(rng, one.said, deciding=one.deciding, scene=scene)
        except ValueError:  # no scene is that large or slow
            return None
        used.append(scene.id)
        choice = right_choice(one.judged, one.option, deciding=one.deciding)
        prompts.append(Prompt(text, f"{choice.reason} {_others(one, shown)}", choice.source, choice.rule))
        choices.append(choice)
    if used != list(dict.fromkeys(used)):
        return None
    for option in shown[many:]:
        spare = right_choice(lines[0].judged, option)
        choices.append(replace(spare, reason="None of the workloads can be served by it.", correct=False))
    findings = [found for one in lines for name in shown for found in one.judged.verdict(name).findings]
    day = dated(findings, draw.facts) if draw.difficulty == 3 else ""
    rest = " One option is left over." if len(shown) > many else " Each option is used once."
    return Drawn(
        "\n\n".join(part for part in (lead(rng), day) if part),
        f"Which option serves which workload?{rest}", tuple(choices), tips((prompt.rule for prompt in prompts), draw.facts),
        tuple(dict.fromkeys(choice.source for choice in choices)), tuple(prompts),
    )  # fmt: skip


@template("match-workloads", type="matching", topic="options", task="3.1", targets=("hosting", "quiet"), weight=4)
def workloads(draw: Draw) -> Drawn | None:
    """Workloads to ways of hosting one model."""
    return _matched(draw)


@template("match-shared", type="matching", topic="models", task="3.1", targets=("sharing", "components"), weight=2)
def shared(draw: Draw) -> Drawn | None:
    """Workloads to ways of hosting several models."""
    return _matched(draw)


@template("match-versions", type="matching", topic="release", task="3.1", targets=("versions",))
def versions(draw: Draw) -> Drawn | None:
    """Workloads to ways of releasing a version, among others."""
    return _matched(draw)
