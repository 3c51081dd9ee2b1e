"""Plans: every option, strictly checked, read back as what it was, refused where AWS would refuse it."""

from collections import defaultdict
from dataclasses import fields, replace

import pytest

from advisor import Option, load_workload
from advisor.deploy.plan import plan
from advisor.deploy.reading import read_calls
from advisor.deploy.values import Answered, leaves, plain
from advisor.deploy.walk import walk
from advisor.errors import InputError
from advisor.options import NAMES
from simulator._deploy_cases import cases

# What no call says: how many requests an instance serves side by side is the container's, the rest is how often it is done.
UNSAID = {"concurrency_per_instance", "concurrency_per_copy", "endpoints", "job_every_s", "step_from_zero", "instances", "fleets", "weights", "copies"}  # fmt: skip


def sent(case):
    answers = defaultdict(
        lambda: "arn:aws:autoscaling:us-east-1:111122223333:scalingPolicy:1:resource/sagemaker/x:policyName/y"
    )
    calls = (*case.plan.calls, *case.plan.teardown)
    return [(call, plain(call.arguments, case.plan.filled, answers)) for call in calls]


def test_every_option_has_a_plan():
    assert {case.option.name for case in cases()} == set(NAMES) - {"none"}


def test_every_call_is_one_that_the_api_model_accepts(case):
    assert [str(p) for call, given in sent(case) for p in walk(call.service, call.operation, given)] == []


def test_what_is_read_back_is_what_was_planned(case, facts):
    back, settings = read_calls([(call.operation, given) for call, given in sent(case)], facts)
    for field in fields(Option):
        if field.name not in UNSAID | {"settings"}:
            assert getattr(back, field.name) == getattr(case.option, field.name), field.name
    assert settings == case.plan.settings


def test_what_an_earlier_call_answers_is_asked_of_an_earlier_call(case):
    known: set[str] = set()
    for call in case.plan.calls:
        assert {leaf.call for leaf in leaves(call.arguments) if isinstance(leaf, Answered)} <= known
        assert call.id not in known
        known.add(call.id)


def test_the_teardown_takes_down_all_that_stays(case):
    made = [
        c
        for c in case.plan.calls
        if c.operation.startswith("Create") or c.operation in {"RegisterScalableTarget", "PutMetricAlarm"}
    ]
    assert len(case.plan.teardown) == len(made)
    gone = [c.operation for c in case.plan.teardown]
    assert gone[-1] == "DeleteModel"


def test_nothing_is_created_at_zero(case):
    for call, given in sent(case):
        if call.operation == "CreateInferenceComponent":
            assert given["RuntimeConfig"]["CopyCount"] >= 1
        for variant in given.get("ProductionVariants", []):
            assert variant.get("InitialInstanceCount", 1) >= 1


def test_what_may_reach_zero_has_a_way_back(case):
    zero = {
        c.arguments["ResourceId"]
        for c in case.plan.calls
        if c.operation == "RegisterScalableTarget" and c.arguments["MinCapacity"] == 0
    }
    steps = {c.arguments["ResourceId"] for c in case.plan.calls if "StepScalingPolicyConfiguration" in c.arguments}
    alarms = [c for c in case.plan.calls if c.operation == "PutMetricAlarm"]
    assert zero == steps
    assert len(alarms) == len(zero)


FLEET = Option(name="real_time", instance_type="ml.m5.xlarge", instances=2)


@pytest.mark.parametrize("name", ["a" * 60, "-a", "a_b", "a b", "é", "", "x\n", "${x}", "a;rm"])
def test_a_name_that_aws_does_not_accept_is_refused_with_the_pattern(name, facts):
    if not name:
        assert plan(load_workload("invoice-ocr"), FLEET, facts, name=name).name == "invoice-OCR"
        return
    with pytest.raises(InputError, match=r"at most 47 characters, matching \[a-zA-Z0-9\]"):
        plan(load_workload("invoice-ocr"), FLEET, facts, name=name)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"role": "arn:aws:iam::1:role/x"}, "role: 'arn:aws:iam::1:role/x' is not allowed"),
        ({"image": "two words"}, "image: 'two words' is not allowed"),
        ({"bucket": "Upper"}, "bucket: 'Upper' is not allowed"),
        ({"colour": "red"}, "colour: 'red' is not allowed; allowed: one of role, image"),
    ],
)
def test_a_value_that_aws_does_not_accept_is_refused(given, said, facts):
    with pytest.raises(InputError) as caught:
        plan(load_workload("invoice-ocr"), FLEET, facts, given=given)
    assert said in str(caught.value)


def test_all_mistakes_are_told_at_once(facts):
    with pytest.raises(InputError) as caught:
        plan(load_workload("invoice-ocr"), FLEET, facts, given={"role": "x", "image": " ", "bucket": "B"})
    assert len(caught.value.problems) == 3
    with pytest.raises(InputError) as caught:
        plan(load_workload("invoice-ocr"), FLEET, facts, name="a_b", given={"role": "x"})
    assert [problem.path for problem in caught.value.problems] == ["name", "role"]


def test_an_option_that_does_not_fit_is_refused_unless_wanted_anyway(facts):
    workload = load_workload("ct-scans")
    small = Option(name="serverless", memory_mib=2048, max_concurrency=5)
    with pytest.raises(InputError, match="PAY001"):
        plan(workload, small, facts)
    assert any("PAY001" in remark for remark in plan(workload, small, facts, anyway=True).remarks)


def test_what_aws_never_takes_is_refused_anyway(facts):
    workload = load_workload("invoice-ocr")
    warm = Option(name="serverless_provisioned", memory_mib=2048, max_concurrency=5, provisioned_concurrency=9)
    with pytest.raises(InputError, match="CFG001"):
        plan(workload, warm, facts, anyway=True)
    with pytest.raises(InputError, match="NET002"):
        plan(workload, replace(FLEET, instance_type="ml.m7g.large"), facts, anyway=True)


def test_an_option_without_a_size_is_refused(facts):
    with pytest.raises(InputError, match="a sized option"):
        plan(load_workload("invoice-ocr"), Option(name="real_time"), facts)
