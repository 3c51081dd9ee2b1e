"""Cheapest to dearest, and the cheapest: keys that anybody can work out from what is printed."""

import re
from collections import Counter
from itertools import pairwise

import pytest

from advisor.facts import load_facts
from advisor.quiz.generate import make
from advisor.quiz.misconceptions import known_misconceptions
from advisor.quiz.templates._situations import SITUATIONS

from ._by_hand import cost, number, plain, prices

FACTS = load_facts()
SEEDS = range(90)
APART = {1: 1.5, 2: 1.3, 3: 1.2}


@pytest.fixture(scope="module", params=["cost-order", "cost-choice"])
def items(request):
    return [make(request.param, seed, FACTS) for seed in SEEDS]


def by_hand(item):
    return [cost(item.stem, choice.text) for choice in item.choices]


def test_the_key_follows_from_the_printed_numbers(items):
    for item in items:
        worked = by_hand(item)
        if item.type == "single":
            assert item.key == (worked.index(min(worked)),), item.id
        else:
            assert item.key == tuple(sorted(range(len(worked)), key=worked.__getitem__)), item.id


def test_neighbours_are_well_apart(items):
    for item in items:
        ordered = sorted(by_hand(item))
        assert all(low * APART[item.difficulty] <= high * 1.0001 for low, high in pairwise(ordered)), item.id


def test_the_reason_of_every_choice_shows_the_amount(items):
    for item in items:
        for choice, worked in zip(item.choices, by_hand(item), strict=True):
            shown = number(re.search(r"= \$([\d,.]+) a month", choice.reason)[1])
            assert shown == pytest.approx(worked, abs=0.5 if worked >= 100 else 0.0051), (item.id, choice.reason)


def test_printed_prices_are_those_of_the_region(items):
    for item in items:
        region = item.stem.partition("Prices in ")[2].partition(" ")[0]
        for (words, what), usd in prices(item.stem).items():
            if words == "an instance-hour":
                assert float(FACTS.price(region, "instance", what).usd) == usd
            elif "on demand" in words:
                size = int(what.partition(" ")[0]) * 1024
                assert float(FACTS.memory_price(region, "serverless", "memory", size).usd) == usd


def test_every_target_comes_in_every_difficulty(items):
    seen = Counter((item.concept.partition("/")[2], item.difficulty) for item in items)
    assert {target for target, _ in seen} == set(SITUATIONS)
    assert {difficulty for _, difficulty in seen} == {1, 2, 3}
    every = {(target, difficulty) for target in SITUATIONS for difficulty in (1, 2, 3)}
    for seed in range(90, 400):
        if every <= set(seen):
            break
        item = make(items[0].template, seed, FACTS)
        seen[item.concept.partition("/")[2], item.difficulty] += 1
    assert every <= set(seen)


def test_sources_lead_to_documentation_and_to_the_price_table(items):
    for item in items:
        assert all(
            choice.source.startswith(("https://docs.aws.amazon.com/", "https://aws.amazon.com/"))
            for choice in item.choices
        ), item.id
        assert any("aws.amazon.com/sagemaker/pricing" in source for source in item.sources), item.id
        assert all(source.startswith("https://") for source in item.sources)
        assert "(list of " in item.stem


def test_wrong_choices_have_a_belief_that_the_file_explains(items):
    for item in items:
        for choice in item.choices:
            assert choice.correct or choice.misconception in known_misconceptions(), (item.id, choice.misconception)


def test_same_seed_same_item_under_either_profile(items):
    for item in items[:10]:
        assert make(item.template, item.seed, FACTS) == item
        taught = make(item.template, item.seed, FACTS.under("study-card"))
        assert (taught.stem, taught.key) == (item.stem, item.key)


def test_a_choice_is_no_longer_than_it_must_be(items):
    for item in items:
        lengths = [len(plain(choice.text)) for choice in item.choices]
        assert max(lengths) < 95, item.id
