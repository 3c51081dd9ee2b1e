"""Boundaries found by search are those of the facts, and the page of rules shows them all."""

import math

import pytest

from advisor.boundaries import boundaries
from advisor.facts import load_facts
from advisor.options import NAMES
from advisor.rules import Outcome, all_rules
from advisor.rules_page import rule_facts, rules_page

FACTS = load_facts()
RULES = {entry.id: entry for entry in all_rules()}


def steps(rule: str, attribute: str, option: str, facts=FACTS):
    return next(b.steps for b in boundaries(RULES[rule], facts) if b.attribute == attribute and option in b.options)


@pytest.mark.parametrize("option", NAMES[:-1])
def test_the_payload_boundaries_are_the_limits(option):
    fact = FACTS.of(option, "payload_request")
    low, middle, above = steps("PAY001", "payload_mb", option)
    assert (low[0] * 1e6, middle[0] * 1e6, above[0]) == (
        pytest.approx(fact.bytes()), pytest.approx(fact.bytes_upper(), rel=1e-6), math.inf,
    )  # fmt: skip
    assert [outcome for _, outcome in (low, middle, above)] == [Outcome.notes, Outcome.conditions, Outcome.blocks]


def test_the_study_card_has_boundaries_of_its_own():
    card = load_facts("study-card")
    edge = steps("PAY001", "payload_mb", "serverless", card)[0][0] * 1e6
    assert edge == pytest.approx(card.of("serverless", "payload_request").bytes())
    assert steps("PAY001", "payload_mb", "serverless", card) != steps("PAY001", "payload_mb", "serverless")


def test_counts_have_whole_boundaries():
    most = FACTS.fact("multi_container.containers_max").number()
    assert steps("MOD001", "n_models", "multi_container")[0] == (most, Outcome.notes)


def test_words_and_flags_are_tried_one_by_one():
    assert dict(steps("HOST001", "needs_gpu", "serverless")) == {True: Outcome.blocks, False: None}
    assert dict(steps("REL001", "release_need", "real_time"))["ab_split"] is Outcome.blocks


def test_most_rules_have_a_boundary_that_the_representatives_can_meet():
    silent = {entry.id for entry in all_rules() if not boundaries(entry, FACTS) and not entry.id.startswith("CFG")}
    asks_for_a_fleet = {"NET002", "QUO001", "SCA007", "ROU001", "HOST014", "CMP002", "SCA003", "BAT001"}
    assert len(silent - asks_for_a_fleet) <= 0.2 * len(RULES), sorted(silent - asks_for_a_fleet)


def test_the_page_has_every_rule_with_its_tip_and_sources():
    page = rules_page(FACTS)
    for entry in all_rules():
        part = page.split(f"## {entry.id} ")[1].split("\n## ")[0]
        assert "**Exam tip:**" in part
        for fact in rule_facts(entry, FACTS):
            assert f"`{fact.id}`" in part
            assert fact.source.split(";")[0].split(" ")[0] in part
