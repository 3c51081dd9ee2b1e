"""Items on several models and foundation models: what the stem says leads to the key, computed again here."""

import re

import pytest

from advisor.facts import load_facts
from advisor.quiz.claims import holds, settled, subjects
from advisor.quiz.generate import make
from advisor.quiz.judged import Judged
from advisor.quiz.told import read_texts

FACTS = load_facts()


@pytest.mark.parametrize("template", ["several-models", "foundation-model"])
def test_the_key_serves_the_models_and_nothing_else_does(template):
    for seed in range(12):
        item = make(template, seed, FACTS)
        judged = Judged(dict(item.brief), FACTS)
        for choice in item.choices:
            assert judged.fits(choice.option) is choice.correct, (seed, choice.option)
            assert (judged.refusal(choice.option) is None) is choice.correct


@pytest.mark.parametrize("seed", range(12))
def test_the_smallest_type_that_holds_weights_and_requests_is_the_key(seed):
    item = make("accelerator-memory", seed, FACTS)
    stem = item.stem.replace("\u00a0", " ")
    billions = float(re.search(r"([\d.]+) billion", stem)[1])
    bits = float(re.search(r"\*\*(\d+) bits", stem)[1])
    cache = float(re.search(r"\*\*(\d+) GB", stem)[1])
    need = billions * bits / 8 + cache
    held = {}
    for choice in item.choices:
        kind = FACTS.instances[choice.text.split(" ")[0]]
        held[choice.text] = kind.accelerator_count * kind.accelerator_memory_bytes / 1e9
    right = item.choices[item.key[0]].text
    assert held[right] >= need
    assert all(memory < need or memory > held[right] for text, memory in held.items() if text != right)


@pytest.mark.parametrize("seed", range(12))
def test_tokens_cost_what_an_hour_of_the_fleet_costs_for_the_tokens_of_an_hour(seed):
    item = make("token-cost", seed, FACTS)
    price = float(re.search(r"costs \$([\d.]+) an hour", item.stem)[1])
    rate = float(re.search(r"\*\*([\d,]+) tokens per second", item.stem)[1].replace(",", ""))
    count = re.search(r"\*\*(\d+) × ml", item.stem)
    busy = re.search(r"\*\*(\d+) %", item.stem)
    tokens = rate * 3600 * (float(busy[1]) / 100 if busy else 1)
    cost = price * (int(count[1]) if count else 1) * 1e6 / tokens
    right = float(item.choices[item.key[0]].text.strip("$").replace(",", ""))
    assert right == pytest.approx(cost, rel=0.05, abs=0.006)


@pytest.mark.parametrize("subject", subjects())
def test_a_subject_has_enough_statements_of_either_kind(subject):
    true, false = settled(subject, FACTS)
    assert len(true) >= 3
    assert len(false) >= 3
    assert len(true) + len(false) == len(read_texts("claims")[subject]["claims"])


def test_a_statement_turns_with_its_fact():
    claim = {"fact": "serverless.supports_vpc", "is": False}
    assert holds(claim, FACTS)
    assert not holds(claim, load_facts("aws", {"serverless.supports_vpc": {"value": True}}))
    limit = FACTS.fact("real_time.invocation_timeout").value
    longer = {"fact": "real_time.invocation_timeout_streaming", "unlike": "real_time.invocation_timeout"}
    assert holds(longer, FACTS)
    assert not holds(longer, load_facts("aws", {"real_time.invocation_timeout_streaming": {"value": limit}}))
