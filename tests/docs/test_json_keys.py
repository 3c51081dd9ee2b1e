"""The document of the JSON names every key that a ranking and an advice print, and their parts."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from advisor import advise, load_facts, load_workload
from advisor.options import Option
from advisor.verdict_json import advice_json
from advisor.workload import Workload, examples
from simulator import break_even, least_regret, rank, sensitivity
from simulator.answer_json import ranking_json, simulation_json
from simulator.changes import Change
from simulator.play import simulate
from simulator.resilience import read_faults
from simulator.size_json import size_json
from simulator.sizing import size_study
from simulator.study import prepare
from simulator.sweep import Sweep
from simulator.what_if_json import break_even_json, regret_json, tornado_json

DOCUMENT = (Path(__file__).parents[2] / "docs" / "json.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"[a-z_0-9]+", " ".join(re.findall(r"`([^`]+)`", DOCUMENT))))
OPEN = {"config", "parts", "failed", "cost_range", "known", "excluded"}
"""Tables whose keys are names of fields, parts, outcomes, assumptions, attributes and bounds."""
FACTS = load_facts()


def keys(found: Any) -> set[str]:
    if isinstance(found, list):
        return set().union(*map(keys, found))
    if not isinstance(found, dict):
        return set()
    inner = (keys(value) for key, value in found.items() if key not in OPEN)
    return set(found).union(*inner)


def between() -> Workload:
    """A workload on which the two profiles differ and with an open question."""
    table = load_workload("fraud-check").to_mapping()
    table["request"] = {**table["request"], "payload": {"p50": "1 MB", "max": "10 MB"}}
    table["needs"] = {name: value for name, value in table["needs"].items() if name != "immediate_response"}
    return Workload.from_mapping(table)


@pytest.mark.parametrize("workload", [load_workload(name) for name in sorted(examples())], ids=sorted(examples()))
def test_every_key_of_an_advice_is_named(workload):
    printed = advice_json(advise(workload, FACTS), FACTS)
    assert not keys(json.loads(json.dumps(printed))) - NAMED


def test_every_key_of_a_full_advice_is_named():
    printed = json.loads(json.dumps(advice_json(advise(between(), FACTS), FACTS)))
    assert printed["question"]["replies"]
    assert printed["changes"]
    assert printed["other_profile"]["verdicts"]
    assert {"preference", "why"} <= keys(printed["ranking"])
    assert not keys(printed) - NAMED


def test_every_key_of_a_ranking_is_named():
    found = rank("receipt-classifier", FACTS, replications=3)
    printed = json.loads(json.dumps(ranking_json(found), default=str))
    assert set(printed["ranking"][0]["fit"]) == {"score", "parts", "points"}
    assert all(set(row["fit"]) == {"score", "parts", "points"} for row in printed["infeasible"])
    assert not keys(printed) - NAMED


def test_every_key_of_a_sizing_is_named():
    asked = Change(load=1.1, facts=(("serverless.max_concurrency", 150.0),), given=(("overhead", "20 ms"),))
    study = prepare("receipt-classifier", FACTS)
    with Sweep(study) as sweep:
        found = size_study(study, sweep, change=asked, draws=3)
    printed = json.loads(json.dumps(size_json(found, everything=True), default=str))
    assert printed["stability"]["turns"] and printed["candidates"]["excluded"]
    assert printed["change"]["facts"] and printed["change"]["given"]
    shown = {key for row in printed["options"] for key in ("best", "runner_up", "nearest") if row[key]}
    assert shown == {"best", "runner_up", "nearest"}
    assert not keys(printed) - NAMED


def test_every_key_of_a_simulation_with_faults_is_named():
    study = prepare("receipt-classifier", FACTS, engine="reference")
    option = Option(
        name="real_time", instance_type=study.workload.service.reference, instances=2, concurrency_per_instance=1
    )
    asked = simulate(study, option, requests=True, faults=read_faults(["instance-loss@10min"]))
    assert not keys(json.loads(json.dumps(simulation_json(study, asked), default=str))) - NAMED


def test_every_key_of_the_what_if_answers_is_named():
    found = [
        break_even_json(break_even("receipt-classifier", "real_time", "serverless", "async", loads=(0.5, 2))),
        tornado_json(sensitivity("receipt-classifier", names=["serverless"])),
        regret_json(least_regret("receipt-classifier", ["load=0.5x/1x/2x"], names=["serverless"])),
    ]
    assert not keys(json.loads(json.dumps(found, default=str))) - NAMED
