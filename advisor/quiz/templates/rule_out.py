"""Which needs rule an option out: five needs, judged one at a time."""

from advisor.options import NAMES
from advisor.quiz.bases import base, because, clear, dated, far, judge, tips
from advisor.quiz.item import Choice
from advisor.quiz.needs import Asked, asked, needs
from advisor.quiz.settings import setting
from advisor.quiz.templates._template import Draw, Drawn, template

_COUNTS = {2: "TWO", 3: "THREE"}
_FAR = 0.2
_MOST = 3


def _sorted_out(draw: Draw, option: str, said: dict[str, object]) -> tuple[list[Asked], list[Asked]]:
    """Needs that rule the option out, and needs that do not; what lies between is left out."""
    against: list[Asked] = []
    fine: list[Asked] = []
    for need in draw.rng.sample(list(needs().values()), len(needs())):
        wanted = asked(need, draw.rng, draw.facts, draw.difficulty)
        if option in need.not_for or ("n_models" in said and "n_models" in wanted.said):
            continue  # it says another number of models than the stem
        judged = judge(draw.facts, wanted.need.beside, said, wanted.said)
        if draw.difficulty < 3 and not far(judged, option, _FAR):
            continue
        if judged.refusal(option):
            against.append(wanted)
        elif clear(judged, option):
            fine.append(wanted)
        if len(fine) > _MOST and len(_apart(against, _MOST)) == _MOST:
            break
    return against, fine


@template("rule-out", type="multiple", topic="options", task="3.1", targets=NAMES[:-1], weight=6)
def rule_out(draw: Draw) -> Drawn | None:
    """Two or three of five needs rule an option out."""
    rng, option = draw.rng, draw.target
    start = base(option, rng)
    against, fine = _sorted_out(draw, option, dict(start.said))
    many = min(rng.choice((2, 2, 3)), len(against))
    if many < 2 or len(fine) < 5 - many:
        return None
    shown = [*_apart(against, many), *fine[: 5 - many]]
    if len(shown) < 5:
        return None
    choices, found = [], []
    for wanted in shown:
        judged = judge(draw.facts, wanted.need.beside, start.said, wanted.said)
        reason, source, finding = because(wanted, judged, option, draw.facts)
        right = judged.refusal(option) is not None
        text = wanted.text if wanted.text.startswith("**") else f"{wanted.text[:1].upper()}{wanted.text[1:]}"
        rule = finding.rule if finding else wanted.need.rule
        belief = "" if right else f"ruled-out-{wanted.need.id}/{option}"
        choices.append(Choice(text, right, reason, source, rule, "", belief))
        found.append(finding)
    stem = [setting(rng, draw.difficulty), start.text]
    day = [told] if draw.difficulty == 3 and (told := dated(found, draw.facts)) else []
    return Drawn(
        "\n\n".join((*stem, *day)), f"Which of these needs, each by itself, would rule out {start.called}? Choose {_COUNTS[many]}.",
        tuple(choices), tips((choice.rule for choice in choices if choice.correct), draw.facts),
        tuple(dict.fromkeys(choice.source for choice in choices)),
    )  # fmt: skip


def _family(rule: str) -> str:
    """What rules have in common that learners would take for one reason; features are a reason each."""
    return rule if rule.startswith("HOST") else rule.rstrip("0123456789")


def _apart(against: list[Asked], many: int) -> list[Asked]:
    """The first needs of which no two stand against the option for a like reason."""
    return list({_family(wanted.need.rule): wanted for wanted in reversed(against)}.values())[::-1][:many]
