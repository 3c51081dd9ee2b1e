"""Preferences: stated once, each with a reason, each of use, and none so fine that a nudge turns an answer."""

import random
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from advisor import fit
from advisor.attributes import Attributes, project
from advisor.brief import Brief, brief_examples, load_brief
from advisor.errors import FactError
from advisor.facts import load_facts
from advisor.fit import PARTS, active_preferences, cost_point, fit_of, preferences
from advisor.options import NAMES
from advisor.panel import Panel
from advisor.representatives import representatives
from advisor.signals import SIGNALS
from advisor.traits import TRAITS, traits_of

FACTS = load_facts()
CASES = tomllib.loads(Path(__file__).with_name("briefs.toml").read_text(encoding="utf-8"))["case"]
BRIEFS = [Brief.from_mapping(case["brief"]) for case in CASES] + [load_brief(name) for name in brief_examples()]
PANEL = Panel(representatives(FACTS), FACTS)
BOARDS = [PANEL.board(project(brief)) for brief in BRIEFS]


def _first(board, points) -> str:
    """The name that comes first with other points for the preferences."""
    totals = dict.fromkeys(PANEL.names, 0.0)
    for preference, on, own in zip(PANEL.preferences, PANEL.active(board.held), points, strict=True):
        for name in preference.options if on else ():
            totals[name] += own
    fitting = [name for bit, name in enumerate(PANEL.names) if not board.blocked >> bit & 1]
    return max(fitting, key=lambda name: totals[name], default="none")


@pytest.mark.parametrize("number", range(len(preferences(FACTS))), ids=[p.id for p in preferences(FACTS)])
@pytest.mark.parametrize("factor", [2 / 3, 4 / 3])
def test_a_third_more_or_less_of_one_preference_turns_no_answer(number, factor):
    points = [p.points * (factor if n == number else 1) for n, p in enumerate(PANEL.preferences)]
    assert [_first(board, points) for board in BOARDS] == [board.best for board in BOARDS]


def test_random_changes_of_all_preferences_move_almost_nothing():
    dice = random.Random(3)  # noqa: S311 - a nudge, no secret
    moved = 0
    for _ in range(200):
        points = [p.points * dice.uniform(0.7, 1.3) for p in PANEL.preferences]
        moved += sum(_first(board, points) != board.best for board in BOARDS)
    assert moved <= 0.02 * 200 * len(BOARDS)


def test_every_signal_and_every_trait_is_of_use():
    named = {name for p in preferences(FACTS) for name in (*p.when, *p.unless)}
    asked = {name for name in SIGNALS if name not in named}
    assert asked <= {"uneven", "variable", "intermittent"}
    text = (Path(__file__).parents[2] / "data" / "fit.toml").read_text(encoding="utf-8")
    assert all(f'"{trait}"' in text for trait in TRAITS if trait != "answers")


def test_every_preference_says_why_and_favours_somebody():
    assert len({p.why for p in preferences(FACTS)}) == len(preferences(FACTS)), "each preference is stated once"
    for preference in preferences(FACTS):
        assert preference.options
        assert preference.part in PARTS
        assert preference.points


def test_parts_add_up_and_the_estimate_is_one_of_them():
    active = active_preferences(Attributes(traffic="steady", immediate_response=True), FACTS)
    plain, priced = fit_of("real_time", active), fit_of("real_time", active, cost_point(0.5))
    assert sum(plain.parts.values()) == plain.score
    assert priced.score - plain.score == priced.parts["cost"]
    assert fit_of("real_time", active, cost_point(1.0)).parts["cost"] == 2 * priced.parts["cost"]
    assert cost_point(1.0, 2).points == 2 * cost_point(1.0).points == 4 * cost_point(None).points


def test_release_strategies_rank_behind_everything_unless_a_release_is_stated():
    for board in BOARDS:
        order = [name for name in board.order() if name != "none"]
        if board.signals["release_unasked"][0]:
            others = [name for name in order if "release" not in traits_of(name, FACTS)]
            assert order[: len(others)] == others


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"part": "purpose", "points": 1, "why": "x"}, "id is missing"),
        ({"id": "a", "part": "purpose", "points": 1, "why": "x", "when": ["sunny"]}, "'sunny'"),
        ({"id": "a", "part": "purpose", "points": 1, "why": "x", "for": ["blue"]}, "'blue'"),
        ({"id": "a", "part": "luck", "points": 1, "why": "x"}, "'luck'"),
        ({"id": "a", "part": "purpose", "points": 1, "why": "x", "color": 1}, "color is no field"),
    ],
)
def test_a_broken_preference_is_named(row, said):
    with pytest.raises(FactError, match=said):
        fit._read(row, FACTS, 0)


def test_every_name_but_none_has_traits():
    for name in NAMES[:-1]:
        assert traits_of(name, FACTS)
    assert "job" in traits_of("batch_transform", FACTS)
    assert "plain" in traits_of("real_time", FACTS)


def test_a_fact_of_the_users_changes_the_traits():
    changed = load_facts("aws", {"multi_container.model_sharing": {"value": "components"}})
    assert "components" in traits_of("multi_container", changed)
    assert replace(preferences(changed)[0]) == preferences(changed)[0]
