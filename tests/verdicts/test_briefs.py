"""Briefs: what may be stated, what contradicts itself, and how a brief is decided."""

import json
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.advice import advise
from advisor.attributes import UNKNOWN, Attributes, project
from advisor.brief import Brief, brief_examples, load_brief
from advisor.errors import InputError
from advisor.facts import load_facts
from advisor.options import NAMES
from advisor.panel import panel_for
from advisor.questions import questions
from advisor.representatives import representatives
from advisor.rules import Outcome
from advisor.verdict import examine

FACTS = {profile: load_facts(profile) for profile in ("aws", "study-card")}
CASES = tomllib.loads(Path(__file__).with_name("briefs.toml").read_text(encoding="utf-8"))["case"]
EXAMPLES = Path(__file__).parents[3] / "shared" / "data" / "scenario-examples.jsonl"


@pytest.mark.parametrize("case", CASES, ids=[case["say"] for case in CASES])
def test_the_principles_decide(case):
    assert advise(Brief.from_mapping(case["brief"]), FACTS["aws"]).best == case["best"]


@pytest.mark.skipif(not EXAMPLES.is_file(), reason="the worked examples are not here")
@pytest.mark.parametrize("profile", sorted(FACTS))
def test_worked_examples_come_out_as_published(profile):
    for line in EXAMPLES.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        advice = advise(Brief.from_mapping(case), FACTS[profile])
        assert advice.best in {case["expected"], *case["acceptable"]}, case["id"]
        out = {verdict.option.name for verdict in advice.infeasible}
        assert {row["option"] for row in case["rejects"] if row["kind"] == "hard"} <= out, case["id"]


def test_a_brief_has_the_fields_of_the_attributes():
    distributions = {"payload", "response", "processing"}
    assert set(Brief.model_fields) == {field.name for field in fields(Attributes)} - distributions
    assert set(questions(FACTS["aws"])) <= set(Brief.model_fields)


@pytest.mark.parametrize("name", sorted(brief_examples()))
def test_bundled_briefs_are_answered(name):
    advice = advise(load_brief(name), FACTS["aws"])
    assert sorted(v.option.name for v in advice.verdicts) == sorted(NAMES)
    assert advice.best != "none"


@pytest.mark.parametrize(
    ("stated", "known"),
    [
        ({"payload_mb": "2.5 MB"}, {"payload_mb": 2.5}), ({"payload_mb": "512 KB"}, {"payload_mb": 0.512}),
        ({"processing_s": "80 ms"}, {"processing_s": 0.08}), ({"latency_slo_ms": "2 s"}, {"latency_slo_ms": 2000.0}),
        ({"rps_peak": "300/min"}, {"rps_peak": 5.0}), ({"requests_per_day": "2/s"}, {"requests_per_day": 172_800.0}),
        ({"dataset_records": "15,000,000"}, {"dataset_records": 15_000_000.0}), ({"needs_gpu": "yes"}, {"needs_gpu": True}),
        ({"cold_start_ok": "Unwanted"}, {"cold_start_ok": "unwanted"}), ({"release_need": "AB split"}, {"release_need": "ab_split"}),
        ({"payload_mb": None}, {}), ({"id": "x", "name": "y", "payload_mb": 1}, {"payload_mb": 1.0}),
    ],
)  # fmt: skip
def test_numbers_may_carry_their_unit(stated, known):
    assert Brief.from_mapping(stated).known == known


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ({"payload": 5}, "did you mean payload_mb?"), ({"latency_slo": 5}, "did you mean latency_slo_ms?"),
        ({"payload_mb": -1}, "payload_mb: -1 is not allowed"), ({"payload_mb": "1,5"}, "payload_mb: '1,5' is not allowed"),
        ({"payload_mb": float("nan")}, "payload_mb"), ({"payload_mb": True}, "payload_mb"), ({"n_models": 0}, "a whole number from 1 up"),
        ({"n_models": 1.5}, "a whole number from 1 up"), ({"traffic": "bursty"}, "steady"), ({"needs_gpu": "maybe"}, "true or false"),
        ({"traffic": "offline", "immediate_response": True}, "not both"), ({"offline_ok": True, "immediate_response": True}, "not both"),
        ({"streaming": True, "immediate_response": False}, "not both"), ({"payload_mb": 1, "workload": {}}, "not both"), ({"rps_peak": 1, "rps_offpeak": 2}, "at most rps_peak"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_with_what_could(stated, said):
    with pytest.raises(InputError) as error:
        Brief.from_mapping(stated)
    assert said in str(error.value)


def test_every_problem_is_said_at_once():
    with pytest.raises(InputError) as error:
        Brief.from_mapping({"payload_mb": "x", "n_models": 0, "colour": "red"})
    assert len(error.value.problems) == 3


def test_an_unknown_region_is_refused_with_the_nearest():
    with pytest.raises(InputError, match="us-east-1"):
        advise(Brief(region="us-east-l"), FACTS["aws"])


# -- properties ------------------------------------------------------------------------------------------------------

_FLAG = st.sampled_from([True, False])
_VALUES = {
    "payload_mb": st.sampled_from([0.0, 0.01, 3.9, 4.1, 5.0, 24.0, 26.0, 99.0, 101.0, 900.0, 1100.0]),
    "response_mb": st.sampled_from([0.01, 5.0, 30.0]), "processing_s": st.sampled_from([0.01, 1.0, 45.0, 61.0, 500.0, 1000.0, 4000.0]),
    "traffic": st.sampled_from(["steady", "diurnal", "variable", "spiky", "intermittent", "offline"]),
    "rps_peak": st.sampled_from([0.1, 10.0, 1000.0]), "rps_offpeak": st.sampled_from([0.0, 0.1]),
    "requests_per_day": st.sampled_from([2.0, 1e5]), "dataset_records": st.sampled_from([1.0, 1e6]), "dataset_gb": st.sampled_from([0.5, 200.0]),
    "latency_slo_ms": st.sampled_from([50.0, 10_000.0]), "completion_slo_s": st.sampled_from([30.0, 300.0, 30_000.0]),
    "cold_start_ok": st.sampled_from([True, False, "unwanted"]), "immediate_response": _FLAG, "streaming": _FLAG, "idle_periods": _FLAG,
    "n_models": st.sampled_from([1.0, 2.0, 15.0, 16.0, 300.0]), "models_similar": _FLAG, "n_frameworks": st.sampled_from([1.0, 3.0]),
    "chained": _FLAG, "per_model_scaling": _FLAG, "model_size_gb": st.sampled_from([0.1, 4.0, 7.0, 40.0, 600.0]),
    "memory_gb": st.sampled_from([1.0, 6.0, 30.0]), "image_gb": st.sampled_from([2.0, 12.0]), "needs_gpu": _FLAG, "vpc_required": _FLAG,
    "network_isolation": _FLAG, "data_capture": _FLAG, "marketplace": _FLAG, "private_registry": _FLAG, "uncompressed_model": _FLAG,
    "guarded_rollout": _FLAG, "persistent_endpoint": _FLAG, "scale_to_zero": _FLAG, "cost_priority": _FLAG, "ops_priority": _FLAG,
    "release_need": st.sampled_from(["ab_split", "mirror"]), "offline_ok": _FLAG, "survives_zone": _FLAG,
    "caller_timeout_s": st.sampled_from([0.1, 100.0]), "front": st.sampled_from(["none", "api_gateway", "lambda"]),
    "region": st.sampled_from(["us-east-1", "eu-west-3", "ap-east-2"]), "instance_quota": st.sampled_from([0.0, 20.0]),
    "concurrency_quota": st.sampled_from([5.0, 1000.0]),
}  # fmt: skip
ATTRIBUTES = st.fixed_dictionaries({}, optional=_VALUES).map(lambda values: Attributes(**values))


@settings(max_examples=150, deadline=None)
@given(attributes=ATTRIBUTES)
def test_what_is_remembered_is_what_the_rules_say(attributes):
    """The board asks each rule once for what looks alike; asking every rule about every option says the same."""
    facts = FACTS["aws"]
    board = panel_for(facts).board(attributes)
    for bit, option in enumerate(representatives(facts)):
        verdict = examine(attributes, option, facts)
        assert sorted(board.findings(bit), key=repr) == sorted(verdict.findings, key=repr)
        assert bool(board.blocked >> bit & 1) is not verdict.feasible


@settings(max_examples=60, deadline=None)
@given(attributes=ATTRIBUTES, data=st.data())
def test_one_changed_attribute_is_judged_as_if_it_had_been_stated(attributes, data):
    name = data.draw(st.sampled_from(sorted(_VALUES)))
    value = data.draw(st.one_of(_VALUES[name], st.just(UNKNOWN)))
    panel = panel_for(FACTS["aws"])
    [(blocked, best)] = panel.board(attributes).after(name, (value,))
    whole = panel.board(attributes).changed({name: value})
    assert (blocked, best) == (whole.blocked, whole.best)


@settings(max_examples=80, deadline=None)
@given(attributes=ATTRIBUTES)
def test_every_answer_is_whole(attributes):
    board = panel_for(FACTS["aws"]).board(attributes)
    order, verdicts = board.order(), board.verdicts()
    assert [v.option.name for v in verdicts if v.feasible] == order
    assert board.best == (order[0] if order else "none")
    for verdict in verdicts:
        blocks = [f for f in verdict.findings if f.outcome is Outcome.blocks]
        assert bool(blocks) is not verdict.feasible
        assert all(f.remedy and f.message and not f.message.startswith("This check failed") for f in blocks)
        assert all(
            "This check failed" not in f.message and "A fact is missing" not in f.message for f in verdict.findings
        )
        assert verdict.fit.score == sum(verdict.fit.parts.values())


def test_a_brief_is_projected_field_by_field():
    assert project(Brief(payload_mb=5, needs_gpu=True)).known() == {"payload_mb": 5.0, "needs_gpu": True}
