"""Which changes would make a blocked option fit: each is judged by itself."""

from typing import Any, Final

from advisor.quiz.bases import base, called, clear, dated, far, judge, tips
from advisor.quiz.item import Choice
from advisor.quiz.judged import Judged, page_of, source_of
from advisor.quiz.needs import Asked, asked, needs
from advisor.quiz.remedies import Remedy, forbidden, remedies, wish
from advisor.quiz.templates._template import Draw, Drawn, template
from advisor.quiz.wording import tell
from advisor.rules import Finding

_TARGETS: Final = (
    "serverless.payload", "serverless.response", "serverless.processing", "serverless.memory", "serverless.image",
    "serverless.artefact", "serverless.concurrency", "serverless.accelerator", "serverless.vpc", "serverless.isolation",
    "serverless.capture", "serverless.registry", "serverless.uncompressed", "serverless_provisioned.zero",
    "real_time.zero", "real_time.payload", "real_time.response", "real_time.processing", "async.connected", "async.capture",
    "async.marketplace", "batch_transform.standing", "batch_transform.isolation", "multi_model.kinds", "multi_model.apart",
    "multi_container.apart", "inference_components_zero.warm",
)  # fmt: skip
_EXTRAS: Final = (
    "processing",
    "payload",
    "response",
    "memory",
    "image",
    "zero",
    "vpc",
    "accelerator",
    "registry",
    "connected",
)
_BESIDE: Final = 3
"""Needs that stand beside the one that blocks."""
_FAR: Final = 0.2
_RARE: Final = (0.02, 0.05, 0.1, 0.2)
_TELLINGS: Final = 8
"""How often a story is told until it forbids none of the changes."""


def _story(draw: Draw, option: str, blocking: str) -> tuple[list[Asked], dict[str, Any]] | None:
    """The need that blocks the option and others that do not; None where they block it twice, or not at all."""
    rng, known = draw.rng, needs()
    start = base(option, rng)
    said: dict[str, Any] = {**known[blocking].beside, **start.said}
    own = [name for name in known[blocking].limits if name.startswith(f"{option}.")]
    wanted = [asked(known[blocking], rng, draw.facts, draw.difficulty, own)]
    said |= wanted[0].said
    if blocking == "processing":
        said["rps_peak"] = rng.choice(_RARE)  # long calls at a high rate would break the limit on concurrency, too
    if not judge(draw.facts, said).refusal(option):
        return None
    for name in rng.sample(_EXTRAS, len(_EXTRAS)):
        one = asked(known[name], rng, draw.facts, draw.difficulty)
        if not (said.keys() & one.said.keys()) and clear(judge(draw.facts, start.said, one.said), option):
            wanted.append(one)
            said |= one.said
        if len(wanted) > _BESIDE:
            break
    judged = judge(draw.facts, said)
    alone = judged.refusal(option) and all(
        len([found for found in side[option].findings if found.outcome is judged.against(option)[0].outcome]) == 1
        for side in judged.sides
    )
    return (wanted, said) if alone and (draw.difficulty == 3 or far(judged, option, _FAR)) else None


def _sorted_out(
    draw: Draw, option: str, wanted: list[Asked], said: dict[str, Any]
) -> tuple[list[tuple[Remedy, Judged]], list[tuple[Remedy, Judged]]]:
    """Changes after which the option fits, and changes after which it is still refused: of each need but few."""
    right: list[tuple[Remedy, Judged]] = []
    wrong: list[tuple[Remedy, Judged]] = []
    for one in wanted:
        vain = 0
        for change in remedies(one, draw.rng):
            judged = judge(draw.facts, said, change.said)
            if draw.difficulty < 3 and not far(judged, option, _FAR):
                continue
            if clear(judged, option):
                right.append((change, judged))
            elif judged.refusal(option) and not vain:
                wrong.append((change, judged))
                vain += 1
    return right, wrong


def _choice(draw: Draw, option: str, before: str, change: Remedy, judged: Judged) -> tuple[Choice, Finding | None]:
    """A change with its reason, and the finding that decides. Arguments: `before`, what stood against the option."""
    against = judged.refusal(option)
    rule = needs()[change.need].rule
    found = against or next((one for one in judged.verdict(option).findings if one.rule == rule and one.margin), None)
    source = (source_of(found, draw.facts) if found else "") or page_of(option)
    if against:
        vain = "That is not enough." if change.need == draw.target.partition(".")[2] else "That was no obstacle."
        reason = f"{vain} {against.message}"
        return Choice(change.text, False, reason, source, against.rule, "", f"{against.rule}/{option}"), found
    why = found.message if found else f"What stood against it is gone ({before.rstrip('.')})."
    return Choice(change.text, True, f"{why} With that, {called(option)} can be used.", source, rule), found


def _told(draw: Draw, said: dict[str, Any], deciding: list[str]) -> str:
    """The story of the workload; empty where none could be told."""
    for _ in range(_TELLINGS):
        try:
            told = tell(draw.rng, said, draw.difficulty, deciding=deciding).text
        except ValueError:  # no scene is that large or slow
            return ""
        if not forbidden(told):
            return told
    return ""


@template("unblock", type="multiple", topic="options", task="3.1", targets=_TARGETS, weight=3)
def unblock(draw: Draw) -> Drawn | None:
    """Two of five changes make a blocked option fit."""
    rng = draw.rng
    option, _, blocking = draw.target.partition(".")
    story = _story(draw, option, blocking)
    if story is None:
        return None
    wanted, said = story
    right, wrong = _sorted_out(draw, option, wanted, said)
    if len(right) < 2 or len(wrong) < 3:
        return None
    many = 3 if len(right) > 2 and rng.random() < 0.25 else 2
    before = judge(draw.facts, said).against(option)[0].message
    made = [_choice(draw, option, before, *one) for one in (*rng.sample(right, many), *wrong[: 5 - many])]
    deciding = [name for one in wanted for name in one.said]
    told = _told(draw, said, deciding)
    if not told:
        return None
    day = dated((found for _, found in made), draw.facts) if draw.difficulty == 3 else ""
    choices = tuple(choice for choice, _ in made)
    return Drawn(
        "\n\n".join(part for part in (told, wish(rng, called(option)), day) if part),
        f"Which of these changes, each by itself, would make {called(option)} fit? Choose {'THREE' if many == 3 else 'TWO'}.",
        choices, tips((wanted[0].need.rule,), draw.facts), tuple(dict.fromkeys(choice.source for choice in choices)),
        brief=tuple(said.items()),
    )  # fmt: skip
