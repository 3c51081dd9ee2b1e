"""Multiple response and matching: each choice and each prompt is judged again, and there is one solution."""

import re
from functools import cache
from itertools import permutations
from random import Random

import pytest

from advisor.facts import load_facts
from advisor.options import NAMES
from advisor.quiz.bases import base, clear, judge
from advisor.quiz.fitted import fitted, shown_together
from advisor.quiz.generate import make
from advisor.quiz.judged import Judged
from advisor.quiz.marking import mark
from advisor.quiz.misconceptions import believed, known_misconceptions
from advisor.quiz.needs import asked, needs
from advisor.quiz.releases import ways
from advisor.quiz.remedies import forbidden
from advisor.quiz.templates._template import Draw, all_templates
from advisor.quiz.templates.unblock import _sorted_out, _story

FACTS = load_facts()
MULTIPLE = ("rule-out", "serve", "unblock", "release-facts", "release-steps")
SINGLE = ("release-way", "release-refused")
WORKLOADS = ("match-workloads", "match-shared", "match-versions")
FROM_FACTS = ("match-limits", "match-models", "match-charges", "match-scaling", "match-rollouts", "match-changed")
ALL = (*MULTIPLE, *SINGLE, *WORKLOADS, *FROM_FACTS)
MOST_TRIES = 150
PER_TEMPLATE = 12


def seeded(number):
    return Random(str(number))  # noqa: S311 - draws that can be made again, not a secret


@cache
def items(name, profile="aws"):
    return [make(name, seed, load_facts(profile)) for seed in range(PER_TEMPLATE)]


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("difficulty", [1, 2, 3])
def test_every_target_gives_an_item_at_every_difficulty(name, difficulty):
    kind, rng = all_templates()[name], seeded(difficulty)
    for target in kind.targets:
        tries = (kind.draw(Draw(rng, FACTS, target, difficulty)) for _ in range(MOST_TRIES))
        assert any(drawn is not None for drawn in tries), target


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("profile", ["aws", "study-card"])
def test_every_choice_and_prompt_has_a_reason_and_a_page(name, profile):
    for item in items(name, profile):
        for part in (*item.choices, *item.prompts):
            assert len(part.reason.split()) > 2, (item.id, part)
            assert part.source.startswith("https://"), (item.id, part)
            assert "{" not in part.text + part.reason, (item.id, part)
        assert item.explanation, item.id
        assert "{" not in item.stem + item.question + item.explanation, item.id


@pytest.mark.parametrize("name", ALL)
def test_the_same_seed_gives_the_same_item(name):
    assert items(name) == [make(name, seed, FACTS) for seed in range(PER_TEMPLATE)]
    assert len({(item.stem, item.prompts) for item in items(name)}) == PER_TEMPLATE


@pytest.mark.parametrize("name", [name for name in ALL if name != "match-changed"])
def test_both_profiles_give_one_key(name):
    for mine, other in zip(items(name), items(name, "study-card"), strict=True):
        assert mine.key == other.key
        assert [choice.text for choice in mine.choices] == [choice.text for choice in other.choices]


@pytest.mark.parametrize("name", MULTIPLE)
def test_the_question_says_how_many_are_right(name):
    for item in items(name):
        assert len(item.choices) == 5
        assert item.question.endswith(f"Choose {({2: 'TWO', 3: 'THREE'})[len(item.key)]}.")
        assert len({choice.text for choice in item.choices}) == 5


@pytest.mark.parametrize("name", [*MULTIPLE, *SINGLE])
def test_wrong_choices_are_beliefs_that_can_be_told(name):
    for item in items(name):
        for choice in item.choices:
            assert bool(choice.misconception) is not choice.correct
            if not choice.correct:
                assert choice.misconception.partition("/")[0] in known_misconceptions()
                assert believed(choice.misconception, FACTS).endswith(".")


def test_what_serves_a_workload_fits_and_what_does_not_is_refused():
    for item in items("serve"):
        judged = Judged(dict(item.brief), FACTS)
        for choice in item.choices:
            assert judged.fits(choice.option) is choice.correct, (item.id, choice.option)
            assert (judged.refusal(choice.option) is None) is choice.correct, (item.id, choice.option)


def test_a_caller_who_waits_is_always_said():
    for item in items("serve"):
        assert "immediate_response" in dict(item.brief)


@pytest.mark.parametrize("target", all_templates()["unblock"].targets)
def test_a_change_is_right_exactly_where_the_option_fits_with_it(target):
    option, _, blocking = target.partition(".")
    rng = seeded(target)
    for difficulty in (1, 2, 3):
        stories = (_story(Draw(rng, FACTS, target, difficulty), option, blocking) for _ in range(MOST_TRIES))
        wanted, said = next(story for story in stories if story)
        before = Judged(said, FACTS)
        assert before.refusal(option)
        assert len(before.against(option)) == 1
        right, wrong = _sorted_out(Draw(rng, FACTS, target, difficulty), option, wanted, said)
        for change, _ in right:
            assert Judged({**said, **change.said}, FACTS).fits(option), change
        for change, _ in wrong:
            assert Judged({**said, **change.said}, FACTS).refusal(option), change


def test_a_story_forbids_none_of_the_changes():
    assert forbidden("The image has **9 GB** and cannot be made smaller.")
    assert not any(forbidden(item.stem) for item in items("unblock"))


def test_what_can_be_updated_in_steps_is_what_the_facts_say():
    excluded = FACTS.fact("real_time.guarded_rollout_excluded_families").value
    for item in (*items("release-steps"), *items("release-refused")):
        steps = {FACTS.of(choice.option, "guarded_rollout").value == "yes" for choice in item.choices if choice.correct}
        if item.template == "release-steps":
            assert steps == {True}, item.id
        for choice in item.choices:
            barred = any(f"ml.{family}." in choice.text for family in excluded) or "Marketplace" in choice.text
            offered = FACTS.of(choice.option, "guarded_rollout").value == "yes" and not barred
            assert (choice.correct is offered) is (item.template == "release-steps"), (item.id, choice.text)


def test_a_wait_of_an_update_can_be_set():
    longest = FACTS.fact("real_time.guardrail_wait_max").us() / 60e6
    for item in items("release-way"):
        for minutes in re.findall(r"\*\*(\d+)\*\* minutes", item.stem):
            assert int(minutes) <= longest


def test_every_way_of_releasing_is_asked_for_and_can_be_mistaken():
    shown = {choice.text: choice.correct for item in items("release-way") for choice in item.choices}
    right = {choice.text for item in items("release-way") for choice in item.choices if choice.correct}
    assert right == set(shown) == {way.name for way in ways(FACTS).values()}


@pytest.mark.parametrize("option", NAMES[:-1])
def test_a_need_counts_only_where_both_profiles_agree(option):
    rng, drawn = seeded(option), 0
    start = base(option, rng)
    assert clear(judge(FACTS, start.said), option)
    for need in needs().values():
        wanted = asked(need, rng, FACTS, 2)
        judged = judge(FACTS, need.beside, start.said, wanted.said)
        outcomes = [Judged(judged.said, facts, both=False).refusal(option) for facts in (FACTS, FACTS.other)]
        assert (judged.refusal(option) is not None) is all(outcomes)
        drawn += judged.refusal(option) is not None
    assert drawn >= 2


@pytest.mark.parametrize("name", ["hosting", "quiet", "sharing", "components", "versions"])
def test_one_assignment_of_workloads_to_options_is_right(name):
    rng, pool = seeded(name), shown_together(name)
    for difficulty in (1, 2, 3):
        shown = rng.sample(pool, 4)
        lines = [fitted(option, [one for one in shown if one != option], rng, FACTS, difficulty) for option in shown]
        right = [
            order
            for order in permutations(shown)
            if all(line is not None and line.judged.fits(option) for line, option in zip(lines, order, strict=True))
        ]
        assert right == [tuple(shown)]


@pytest.mark.parametrize("name", [*WORKLOADS, *FROM_FACTS])
def test_a_matching_item_has_three_prompts_or_more_and_one_choice_for_each(name):
    for item in items(name):
        assert 3 <= len(item.prompts) <= 5
        assert 0 <= len(item.choices) - len(item.prompts) <= 1
        assert len(set(item.key)) == len(item.prompts)
        assert len({choice.text for choice in item.choices}) == len(item.choices)
        assert mark(item, item.key).right
        swapped = (item.key[1], item.key[0], *item.key[2:])
        assert not mark(item, swapped).right
        assert ("left over" in item.question) is (len(item.choices) > len(item.prompts))


@pytest.mark.parametrize("name", FROM_FACTS)
def test_what_is_matched_says_what_its_prompt_says(name):
    for item in items(name):
        for prompt, index in zip(item.prompts, item.key, strict=True):
            assert item.choices[index].reason == prompt.reason


def test_an_item_on_a_changed_limit_says_so_and_names_both_values():
    for item in items("match-changed"):
        assert "Older material differs" in item.stem
        assert "older study material says" in item.explanation


@pytest.mark.parametrize("name", [*MULTIPLE, *SINGLE, *WORKLOADS, "match-charges", "match-scaling", "match-rollouts"])
def test_choices_are_of_like_length(name):
    for item in items(name):
        lengths = [len(choice.text.replace("*", "")) for choice in item.choices]
        assert max(lengths) <= 2.5 * min(lengths), item.id
