"""Every rule copes with every option, whatever is known: no rule crashes, none misses a fact, each block has a way out."""

from dataclasses import fields, replace
from random import Random

import pytest

from advisor.attributes import UNKNOWN, Attributes, Number, Range
from advisor.facts import load_facts
from advisor.representatives import representatives
from advisor.rules import Outcome, all_rules
from advisor.rules._rule import check

FACTS = load_facts()
WORDS = {
    "traffic": ["steady", "spiky", "offline"],
    "cold_start_ok": [True, False, "unwanted"],
    "front": ["none", "api_gateway", "lambda"],
    "release_need": ["ab_split", "mirror"],
    "region": ["us-east-1", "eu-west-3", "cn-north-1", "nowhere-1"],
}
COUNTS = {"n_models", "n_frameworks", "dataset_records", "instance_quota", "concurrency_quota"}
NUMBERS = [0.0, 1e-6, 0.5, 1.0, 7.0, 60.0, 500.0, 2e6]


def drawn(random):
    known = {}
    for field in fields(Attributes):
        if field.name in {"payload", "response", "processing"} or random.random() < 0.4:
            continue
        if field.name in WORDS:
            known[field.name] = random.choice(WORDS[field.name])
        elif field.type == Number:
            pair = sorted(random.choice(NUMBERS) for _ in range(2))
            whole = field.name in COUNTS
            known[field.name] = float(round(pair[1])) if whole else random.choice([pair[1], Range(*pair)])
        else:
            known[field.name] = random.choice([True, False, UNKNOWN])
    return Attributes(**known)


def shapes(option):
    yield option
    if not option.memory_mib:
        for kind in ("ml.m5.xlarge", "ml.g5.xlarge", "ml.g5.12xlarge", "ml.inf1.xlarge", "ml.no.such"):
            yield replace(option, instance_type=kind, concurrency_per_instance=8, copies=2)
        yield replace(
            option, instances=0, min_instances=1, max_instances=300, target_per_min=1.0, routing="LEAST_OUTSTANDING"
        )


@pytest.mark.parametrize("option", representatives(FACTS), ids=lambda option: option.name)
def test_no_rule_stumbles_over_an_option(option):
    random = Random(option.name)  # noqa: S311 - a draw of cases, not a secret
    for _ in range(40):
        attributes = drawn(random)
        for shape in shapes(option):
            for entry in all_rules():
                found = check(entry, attributes, shape, FACTS)
                if found is None:
                    continue
                assert entry.may_block or found.outcome is not Outcome.blocks
                assert not found.message.startswith(("This check failed", "A fact is missing")), (
                    found,
                    attributes,
                    shape,
                )
                assert found.outcome is not Outcome.blocks or found.remedy, found
                assert found.outcome is not Outcome.unknown or found.question, found
                assert all(FACTS.has(name) for name in found.facts), found
                assert "UNKNOWN" not in found.message + found.remedy, found
                assert found.margin is None or found.margin <= 1, found
