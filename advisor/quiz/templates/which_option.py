"""Which option serves a scenario: one constraint decides, every other choice breaks one."""

from typing import Final

from advisor.quiz.calm import calm_facts
from advisor.quiz.choosing import limits_against, none_choice, pick_wrong, right_choice, told_apart, wrong_choice
from advisor.quiz.item import Choice
from advisor.quiz.judged import Judged
from advisor.quiz.lessons import lesson_text, limits_dated
from advisor.quiz.recipes import draw_said, recipes
from advisor.quiz.scenes import pick_scene
from advisor.quiz.templates._template import Draw, Drawn, template
from advisor.quiz.wording import tell

_RECIPES: Final = recipes("which_option")
_QUESTIONS: Final = (
    "Which option meets every requirement?",
    "Which of these options serves the workload?",
    "Which option should be chosen?",
    "What fits this workload?",
    "Which of these options can be used?",
)
_STATEMENTS: Final = 3
"""Facts and needs of a scenario, about."""


@template("which-option", type="single", topic="options", task="3.1", targets=tuple(_RECIPES), weight=12)
def which_option(draw: Draw) -> Drawn | None:
    """One option serves the scenario."""
    rng, facts, recipe = draw.rng, draw.facts, _RECIPES[draw.target]
    said = draw_said(rng, recipe.tables(rng, draw.difficulty), facts, draw.difficulty)
    scene = pick_scene(rng, said)
    said |= calm_facts(rng, said, max(1, _STATEMENTS - len(said)), scene)
    judged, none = Judged(said, facts), recipe.key == "none"
    wrong = pick_wrong(judged, rng, 3, draw.difficulty, recipe.rivals, recipe.avoid)
    if wrong is None or not (len(judged.refused()) == len(judged.sides[0]) if none else judged.fits(recipe.key)):
        return None
    key = none_choice(judged) if none else right_choice(judged, recipe.key, deciding=recipe.deciding)
    rules, limits = told_apart(judged, wrong), limits_against(judged, wrong)
    choices: tuple[Choice, ...] = (key, *(wrong_choice(judged, name, rule=rules[name]) for name in wrong))
    stem = tell(rng, said, draw.difficulty, deciding=recipe.deciding, scene=scene).text
    if draw.difficulty > 2 and limits:
        stem = f"{stem}\n\n{limits_dated(limits, facts)}"
    return Drawn(
        stem, rng.choice(_QUESTIONS), choices, lesson_text(recipe.lesson, recipe.tip, limits, facts),
        tuple({choice.source: None for choice in choices}), brief=tuple(said.items()),
    )  # fmt: skip
