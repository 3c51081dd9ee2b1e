"""Where an item leads to: every rule and option has a page, and every rule that rules something out has a belief."""

import re

import pytest

from advisor.facts import data_folder, load_facts
from advisor.options import NAMES
from advisor.quiz.misconceptions import believed, known_misconceptions
from advisor.quiz.sources import fact_source, first_source, page_of, source_of
from advisor.rules import Finding, Outcome, all_rules

FACTS = load_facts()
ADDRESS = re.compile(r"https://(docs\.aws\.amazon\.com|aws\.amazon\.com|docs\.amazonaws\.cn)/\S+$")
QUANTITY = re.compile(r"\b\d[\d,.]* (?:[KMGT]i?B|ms|s|min|h|hours|minutes|seconds|instances|requests|containers)\b")
BLOCKING = [entry.id for entry in all_rules() if entry.may_block]


def test_every_fact_of_an_option_leads_to_a_page_of_the_documentation():
    for fact in FACTS.all():
        if fact.option != "observed":
            assert ADDRESS.match(fact_source(fact.id, FACTS)), fact.id


def test_the_page_a_fact_rests_on_goes_before_that_of_its_subject():
    fact = FACTS.fact("serverless.payload_request")
    assert fact_source(fact.id, FACTS) in fact.source
    assert first_source("async.disk_max", FACTS) == ""
    assert fact_source("async.disk_max", FACTS) == page_of("async")


def test_a_page_named_for_a_fact_goes_before_what_its_source_names():
    assert "/pricing/" not in FACTS.fact("real_time.billing").source
    assert first_source("real_time.billing", FACTS).endswith("/pricing/")


def test_a_finding_leads_to_the_first_of_its_facts_that_has_a_page():
    finding = Finding("X", Outcome.blocks, "x", facts=("async.disk_max", "serverless.payload_request"))
    assert source_of(finding, FACTS) == first_source("serverless.payload_request", FACTS)


@pytest.mark.parametrize("option", NAMES)
def test_a_finding_without_facts_leads_to_the_page_of_its_option(option):
    found = source_of(Finding("X", Outcome.notes, "x"), FACTS, option)
    assert ADDRESS.match(found)
    assert found == page_of(option)


@pytest.mark.parametrize("rule", BLOCKING)
def test_every_rule_that_rules_an_option_out_has_a_belief(rule):
    assert rule in known_misconceptions()


@pytest.mark.parametrize("name", list(known_misconceptions()))
def test_a_belief_is_one_plain_sentence_about_each_option(name):
    for option in (*NAMES, ""):
        said = believed(f"{name}/{option}" if option else name, FACTS)
        assert not re.search(r"[{}]", said)
        assert said[0].isupper()
        assert said.endswith(".")
        assert not re.search(r"\ban? (inference components|production variants)|\bAn? an?\b", said)


def test_a_name_that_the_file_does_not_have_is_shown_as_it_is():
    assert believed("NO_SUCH", FACTS) == "NO_SUCH"


@pytest.mark.parametrize("name", ["limits", "claims", "misconceptions"])
def test_no_text_holds_a_limit(name):
    limits = {fact.text().replace("\u00a0", " ") for fact in FACTS.all() if fact.numeric}
    text = (data_folder() / "quiz" / f"{name}.toml").read_text(encoding="utf-8").replace("\u00a0", " ")
    assert not [found for found in QUANTITY.findall(text) if found in limits]
