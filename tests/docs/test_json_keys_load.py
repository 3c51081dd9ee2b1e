"""The document of the JSON names every key of largest loads, of growth and of load tests, and every word they may hold."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from advisor.facts import load_facts
from advisor.options import Option
from simulator import bottleneck
from simulator.growth import growth
from simulator.growth_text import growth_json
from simulator.load_test import CHANCES, load_test
from simulator.load_test_text import load_test_json
from simulator.max_load import max_load
from simulator.max_load_text import max_load_json
from simulator.sizing import size_study
from simulator.study import prepare
from simulator.sweep import Sweep

DOCUMENT = (Path(__file__).parents[2] / "docs" / "json.md").read_text(encoding="utf-8")
CODE = " ".join(re.findall(r"`([^`]+)`", DOCUMENT))
NAMED = set(re.findall(r"[a-z_0-9]+", CODE))
OPEN = {"config", "left_out"}
"""Tables whose keys are names of fields and of reasons."""


def keys(found: Any) -> set[str]:
    if isinstance(found, list):
        return set().union(*map(keys, found))
    if not isinstance(found, dict):
        return set()
    return set(found).union(*(keys(value) for key, value in found.items() if key not in OPEN))


@pytest.fixture(scope="module")
def printed(make):
    workload = make(
        ("traffic", {"kind": "poisson", "rate_per_s": 20.0, "duration": "5 min"}),
        ("needs.slo", ["p95:400ms", "failed:1%"]),
    )
    study = prepare(workload, load_facts())
    one = Option(name="real_time", instance_type="ml.m5.xlarge", instances=1, concurrency_per_instance=4)
    with Sweep(study, processes=False) as sweep:
        found = {
            "largest": max_load_json(max_load(study, one, sweep, draws=1)),
            "growth": growth_json(
                growth(study, one, sweep, "2026-12", "2027-12", "10%/month", draws=1, names=("real_time",))
            ),
            "load_test": load_test_json(load_test(size_study(study, sweep, names=("real_time",)), sweep, draws=1)),
        }
    return json.loads(json.dumps(found))


@pytest.mark.parametrize("answer", ["largest", "growth", "load_test"])
def test_every_key_is_named(printed, answer):
    found = printed[answer]
    assert not keys(found) - NAMED
    assert len(keys(found)) > 15


def test_the_answers_are_full(printed):
    assert printed["largest"]["bottleneck"]
    assert printed["growth"]["breaks_in"]
    assert len(printed["growth"]["cheapest"]) == 3
    assert printed["load_test"]["types"][0]["fleets"]


def test_every_word_for_a_bottleneck_a_chance_and_a_reason_is_named(printed):
    source = Path(bottleneck.__file__).read_text(encoding="utf-8")
    kinds = set(re.findall(r'Bottleneck\(\s*"([a-z_]+)"', source))
    assert len(kinds) == 10
    assert not kinds - NAMED
    assert all(f"`{word}`" in DOCUMENT for word in CHANCES)
    assert not set(printed["load_test"]["left_out"]) - NAMED
