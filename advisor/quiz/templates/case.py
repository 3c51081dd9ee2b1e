"""One scenario, then a fact that changes: which option is right afterwards."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from advisor._facts_read import data_folder, read_toml
from advisor.quiz.calm import calm_facts
from advisor.quiz.choosing import limits_against, none_choice, pick_wrong, right_choice, told_apart, wrong_choice
from advisor.quiz.item import Choice
from advisor.quiz.judged import Judged
from advisor.quiz.lessons import lesson_text, limits_dated
from advisor.quiz.recipes import draw_said
from advisor.quiz.scenes import pick_scene
from advisor.quiz.templates._template import Draw, Drawn, template
from advisor.quiz.wording import changed, tell


@dataclass(frozen=True, slots=True)
class _Change:
    """One target: the option before, what changes, and the option after it."""

    before: str
    after: str
    why: str
    """What was right until the change, in a sentence."""
    row: dict[str, Any]


@lru_cache(maxsize=1)
def _changes() -> dict[str, _Change]:
    rows = read_toml(data_folder() / "quiz" / "case.toml")["target"]
    return {str(row["id"]): _Change(row["from"], row["to"], row["before"], row) for row in rows}


_CHANGES: Final = _changes()
_QUESTIONS: Final = (
    "Which option meets every requirement after the change?",
    "What should it run on from now on?",
    "Which of these options serves the workload now?",
    "Which option should replace the present one?",
)
_STATEMENTS: Final = 3
"""Facts and needs of the scenario before the change, about."""


def _fits(judged: Judged, name: str) -> bool:
    return len(judged.refused()) == len(judged.sides[0]) if name == "none" else judged.fits(name)


@template("case", type="case", topic="options", task="3.1", targets=tuple(_CHANGES), weight=4)
def case(draw: Draw) -> Drawn | None:
    """What was right no longer is."""
    rng, facts, change = draw.rng, draw.facts, _CHANGES[draw.target]
    said = draw_said(rng, [change.row["said"]], facts, draw.difficulty)
    after = draw_said(rng, [said, change.row["change"]], facts, draw.difficulty)
    after = {name: value for name, value in after.items() if name not in change.row.get("drop", ())}
    scene = pick_scene(rng, {**said, **after})
    calm = calm_facts(rng, {**said, **after}, max(1, _STATEMENTS - len(said)), scene)
    said, after = {**said, **calm}, {**after, **calm}
    then, now = Judged(said, facts), Judged(after, facts)
    if not then.fits(change.before) or not _fits(now, change.after) or now.refusal(change.before) is None:
        return None
    others = pick_wrong(now, rng, 2, draw.difficulty, change.row["rivals"], (change.before,))
    if others is None:
        return None
    wrong = (change.before, *others)
    deciding = tuple(change.row["change"])
    key = none_choice(now) if change.after == "none" else right_choice(now, change.after, deciding=deciding)
    rules, limits = told_apart(now, wrong), limits_against(now, wrong)
    choices: tuple[Choice, ...] = (key, *(wrong_choice(now, name, rule=rules[name]) for name in wrong))
    story = tell(rng, said, draw.difficulty, deciding=deciding, scene=scene).text
    parts = [story, change.why, changed(rng, said, after, deciding=deciding, scene=scene)]
    if draw.difficulty > 2 and limits:
        parts.append(limits_dated(limits, facts))
    return Drawn(
        "\n\n".join(parts), rng.choice(_QUESTIONS), choices, lesson_text(change.row["lesson"], change.row.get("tip", ""), limits, facts),
        tuple({choice.source: None for choice in choices}), brief=tuple(after.items()),
    )  # fmt: skip
