"""Configurations of items: each family's mistake is found by its own rule, and nothing is found in a sound one."""

from random import Random

import pytest

from advisor.attributes import Attributes
from advisor.facts import load_facts
from advisor.quiz.generate import make
from advisor.quiz.misconceptions import known_misconceptions
from advisor.quiz.written import FAMILIES, written
from advisor.rules import Outcome, all_rules
from advisor.rules._rule import check

FACTS = load_facts()


def drawn(rule, seed, **asked):
    return written(rule, Random(seed), FACTS, **asked)  # noqa: S311 - drafts that can be made again


def mistakes(one):
    asked = [check(entry, Attributes(), one.option, FACTS) for entry in all_rules() if entry.id.startswith("CFG")]
    return {finding.rule: finding.outcome for finding in asked if finding is not None and finding.outcome > 0}


@pytest.mark.parametrize("rule", FAMILIES)
def test_a_mistake_is_found_by_the_rule_of_its_family_alone(rule):
    for seed in range(6):
        bad = drawn(rule, seed, bad=True, near=seed % 2 == 0)
        assert mistakes(bad) == {rule: Outcome.blocks}, bad.text


@pytest.mark.parametrize("rule", FAMILIES)
def test_nothing_is_found_in_a_sound_one(rule):
    texts = set()
    for seed in range(6):
        sound = drawn(rule, seed, bad=False, near=False)
        assert mistakes(sound) == {}, sound.text
        texts.add(sound.text)
    assert len(texts) >= 3


@pytest.mark.parametrize("seed", range(20))
def test_one_is_refused_and_three_are_sound_or_the_reverse(seed):
    for template, key_is_bad in (("configuration-refused", True), ("configuration-accepted", False)):
        item = make(template, seed, FACTS)
        for choice in item.choices:
            bad = choice.correct is key_is_bad
            assert (choice.misconception == "sound_is_refused") is (not choice.correct and not bad)
            if not choice.correct and bad:
                assert choice.misconception in known_misconceptions()
                assert choice.misconception == choice.rule


def test_refused_drafts_of_one_item_break_different_rules_mostly():
    items = [make("configuration-accepted", seed, FACTS) for seed in range(20)]
    assert all(len({choice.rule for choice in item.choices if not choice.correct}) == 3 for item in items)
