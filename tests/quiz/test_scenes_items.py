"""Items on choosing an option: every target gives sound ones at every difficulty."""

import re
from random import Random

import pytest

from advisor.quiz.choosing import pick_wrong, right_choice, spoken_against, wrong_choice
from advisor.quiz.generate import make
from advisor.quiz.judged import Judged
from advisor.quiz.recipes import draw_value, limits_of, recipes
from advisor.quiz.templates._template import Draw, all_templates

WANTED = [(kind, target) for kind in ("which-option", "case") for target in all_templates()[kind].targets]
LIMITS = {"payload_mb": "payload_request", "response_mb": "payload_response", "processing_s": "invocation_timeout"}
SEEDS = range(3)


def dice(seed):
    return Random(seed)  # noqa: S311 - draws that can be made again, no secret


def drawn(kind, target, difficulty, seed, facts):
    """What the template gives for a target, asked as the generator asks."""
    rng, template = dice(f"{target}/{seed}"), all_templates()[kind]
    found = (template.draw(Draw(rng, facts, target, difficulty)) for _ in range(60))
    return next(one for one in found if one is not None)


def limit_of(option, attribute, facts):
    fact = facts.of(option, LIMITS[attribute])
    if not fact.numeric:
        return None
    return fact.us() / 1e6 if attribute == "processing_s" else fact.bytes() / 1e6


@pytest.mark.parametrize(("kind", "target"), WANTED)
def test_every_target_gives_items_whose_key_holds_under_both_profiles(kind, target, facts):
    for difficulty in (1, 2, 3):
        for seed in SEEDS:
            item = drawn(kind, target, difficulty, seed, facts)
            key, *wrong = item.choices
            assert key.correct and len(wrong) == 3 and not any(choice.correct for choice in wrong)
            assert len({choice.text for choice in item.choices}) == 4
            judged = Judged(dict(item.brief), facts)
            if key.option == "none":
                assert len(judged.refused()) == len(judged.sides[0])
            else:
                assert judged.fits(key.option)
            assert all(judged.refusal(choice.option) for choice in wrong)
            assert all(choice.reason and choice.source.startswith("https://") for choice in item.choices)
            if difficulty == 3:  # one constraint away, where the item could choose
                chosen = wrong if kind == "which-option" else wrong[1:]
                assert all(len(spoken_against(judged, choice.option)) == 1 for choice in chosen)


@pytest.mark.parametrize(("kind", "target"), WANTED)
def test_below_the_highest_difficulty_numbers_stay_a_fifth_away_from_the_limits_of_the_choices(kind, target, facts):
    for difficulty in (1, 2):
        for seed in SEEDS:
            item = drawn(kind, target, difficulty, seed, facts)
            for attribute, value in item.brief:
                for choice in item.choices if attribute in LIMITS else ():
                    for side in (facts, facts.other) if choice.option != "none" else ():
                        limit = limit_of(choice.option, attribute, side)
                        assert limit is None or abs(value / limit - 1) > 0.19, (choice.option, attribute, value, limit)


def test_a_number_next_to_its_limit_comes_with_the_day_on_which_the_limit_was_read(facts):
    item = drawn("which-option", "async.duration", 3, 1, facts)
    day = facts.of("real_time", "invocation_timeout").checked
    assert f"{day.day} {day:%b %Y}" in item.stem
    assert f"{day:%b %Y}" not in drawn("which-option", "async.duration", 2, 1, facts).stem


def test_at_the_lowest_difficulty_most_wrong_choices_break_several_needs(facts):
    counts = []
    for target in all_templates()["which-option"].targets:
        item = drawn("which-option", target, 1, 0, facts)
        judged = Judged(dict(item.brief), facts)
        counts += [len(spoken_against(judged, choice.option)) for choice in item.choices[1:]]
    assert sum(count > 1 for count in counts) / len(counts) > 0.6


def test_every_option_and_none_of_them_is_the_key_of_some_target_and_no_option_of_too_many(facts):
    keys = [recipe.key for recipe in recipes("which_option").values()]
    assert len(set(keys)) == 13 and len(keys) >= 30
    assert max(keys.count(key) for key in keys) / len(keys) < 0.35
    assert len(all_templates()["case"].targets) >= 12


def test_the_reason_of_the_key_names_the_numbers_that_decide(facts):
    item = drawn("which-option", "async.payload", 2, 5, facts)
    size = f"{dict(item.brief)['payload_mb']:g}\u00a0MB"
    assert size in item.choices[0].reason and facts.fact("async.payload_request").text() in item.choices[0].reason


def test_where_older_material_differs_both_values_are_named(facts):
    text = drawn("which-option", "async.duration", 2, 1, facts).explanation
    fact = "async.invocation_timeout"
    assert facts.fact(fact).text() in text and facts.other.fact(fact).text() in text


def test_wrong_choices_have_rules_of_their_own_where_that_can_be_had(facts):
    rules = [choice.rule for choice in drawn("which-option", "real_time.gpu", 1, 2, facts).choices[1:]]
    assert len(set(rules)) == 3


@pytest.mark.parametrize("kind", ["which-option", "case"])
def test_equal_seeds_give_equal_items_under_either_profile(kind, facts):
    for side in (facts, facts.other):
        assert [make(kind, seed, side) for seed in range(6)] == [make(kind, seed, side) for seed in range(6)]
        assert make(kind, 2, side).profile == side.profile


@pytest.mark.parametrize("target", all_templates()["case"].targets)
def test_a_case_says_what_was_right_and_the_change_makes_it_wrong(target, facts):
    for seed in range(4):
        item = drawn("case", target, 1 + seed % 3, seed, facts)
        told = [part for part in re.split(r"\n\n", item.stem) if part]
        assert len(told) >= 3
        before = item.choices[1]
        assert before.option != item.choices[0].option
        assert Judged(dict(item.brief), facts).refusal(before.option)


def test_values_are_drawn_relative_to_the_facts_in_force(facts):
    spec = recipes("which_option")["async.payload"].said["payload_mb"]
    low, high = limits_of(spec, "payload_mb", facts)
    assert (low, high) == (facts.fact(spec["above"][0]).bytes_upper() / 1e6, facts.fact(spec["below"][0]).bytes() / 1e6)
    for seed in range(50):
        assert 1.25 * low <= draw_value(dice(seed), "payload_mb", spec, facts, 2) <= 0.8 * high
    near = [draw_value(dice(seed), "payload_mb", spec, facts, 3) for seed in range(50)]
    assert any(value < 1.2 * low for value in near) and min(near) > low
    larger = facts.with_values({spec["above"][0]: 2 * facts.fact(spec["above"][0]).number()})
    assert limits_of(spec, "payload_mb", larger)[0] > low


def test_choices_that_cannot_be_made_are_refused(facts):
    judged = Judged({"immediate_response": True, "needs_gpu": True}, facts)
    with pytest.raises(ValueError, match="not refused"):
        wrong_choice(judged, "real_time")
    assert wrong_choice(judged, "serverless").misconception == "HOST001/serverless"
    assert right_choice(judged, "real_time", text="Mine").text == "Mine"
    assert pick_wrong(judged, dice(1), 9, 2) is None
    assert set(pick_wrong(judged, dice(1), 2, 2, ("async", "serverless"))) == {"async", "serverless"}
