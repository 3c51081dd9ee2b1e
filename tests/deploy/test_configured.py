"""Judged configurations: each mistake that no tool catches has its finding, sound ones have none; costs; what is better."""

import json
import sys

import pytest

from advisor import load_workload
from advisor.configured import configured, region_of
from advisor.configured_cost import Traffic, traffic_of
from advisor.configured_json import configured_json
from advisor.configured_text import configured_lines
from advisor.deploy import walk as walking
from advisor.deploy.cloudformation import refusal, render
from advisor.deploy.documents import read_texts
from advisor.deploy.writing import Head
from advisor.load import TrafficSummary
from advisor.rules import Outcome
from tests.deploy.test_documents import CONFIG, TEMPLATE, VARIANT
from tests.deploy.test_plan import sent

LOAD = TrafficSummary(1_000_000, 86_400_000_000, 12.0, 20.0, 40.0, 0.0, 0)
BARE = {"VariantName": "a", "ModelName": "m"}
SMALL = {"MemorySizeInMB": 2048, "MaxConcurrency": 5}
ASYNC = {"OutputConfig": {"S3OutputPath": "s3://b/x"}}
COMPONENT = {
    "InferenceComponentName": "c", "EndpointName": "e", "VariantName": "a", "RuntimeConfig": {"CopyCount": 1},
    "Specification": {"ModelName": "m", "ComputeResourceRequirements": {"MinMemoryRequiredInMb": 1024, "NumberOfCpuCoresRequired": 1}},
}  # fmt: skip
ROLE = "arn:aws:iam::111122223333:role/x"
HOSTS = {"VariantName": "a", "InstanceType": "ml.m5.xlarge", "InitialInstanceCount": 1}


def of(variant, **more):
    return {"EndpointConfigName": "ocr", "ProductionVariants": [variant], **more}


def target(low, high):
    return {"ServiceNamespace": "sagemaker", "ResourceId": "endpoint/ocr/variant/a", "ScalableDimension": "sagemaker:variant:DesiredInstanceCount", "MinCapacity": low, "MaxCapacity": high}  # fmt: skip


def judge(document, facts, **more):
    text = document if isinstance(document, str) else json.dumps(document)
    more.setdefault("region", "us-east-1")
    found = configured(read_texts({"mine": text}), facts, **more)
    assert len(found) == 1
    return found[0]


def blocked(judged) -> set[str]:
    return {finding.rule for finding in judged.verdict.findings if finding.outcome is Outcome.blocks}


MISTAKES = [
    ("CFG001", of({**BARE, "ServerlessConfig": {**SMALL, "ProvisionedConcurrency": 9}})),
    ("CFG002", of({**VARIANT, "ServerlessConfig": SMALL})),
    ("CFG002", of({**BARE, "InitialInstanceCount": 1, "ServerlessConfig": SMALL})),
    ("CFG003", of({**BARE, "ServerlessConfig": SMALL}, AsyncInferenceConfig=ASYNC)),
    ("CFG004", of(BARE)),
    ("CFG010", of({**VARIANT, "ManagedInstanceScaling": {"Status": "ENABLED", "MinInstanceCount": 5, "MaxInstanceCount": 2}})),
    ("CFG010", [CONFIG, target(5, 2)]),
    ("CFG006", [of(HOSTS), COMPONENT]),
    ("CFG007", [of({**HOSTS, "ModelName": "m"}, ExecutionRoleArn=ROLE), COMPONENT]),
    ("CFG011", [of(HOSTS, ExecutionRoleArn=ROLE), {**COMPONENT, "RuntimeConfig": {"CopyCount": 0}}]),
    ("CFG016", of({**BARE, "ServerlessConfig": {**SMALL, "MemorySizeInMB": 2000}})),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "document"), MISTAKES, ids=[f"{rule}-{n}" for n, (rule, _) in enumerate(MISTAKES)])
def test_each_mistake_that_no_tool_catches_is_found(rule, document, facts):
    judged = judge(document, facts)
    assert rule in blocked(judged)
    assert not judged.sound
    finding = next(one for one in judged.verdict.findings if one.rule == rule)
    assert finding.remedy and finding.facts and all(facts.fact(key).source for key in finding.facts)


def as_template(document) -> dict:
    kinds = {
        "ProductionVariants": "SageMaker::EndpointConfig", "InferenceComponentName": "SageMaker::InferenceComponent",
        "ScalableDimension": "ApplicationAutoScaling::ScalableTarget",
    }  # fmt: skip
    calls = document if isinstance(document, list) else [document]
    kind = [next(kind for key, kind in kinds.items() if key in call) for call in calls]
    return {"Resources": {f"R{n}": {"Type": f"AWS::{kind[n]}", "Properties": call} for n, call in enumerate(calls)}}


def as_answer(document) -> list:
    calls = document if isinstance(document, list) else [document]
    arns = {"ProductionVariants": "EndpointConfigArn", "InferenceComponentName": "InferenceComponentArn"}
    return [
        {"ScalableTargets": [call]}
        if "ScalableDimension" in call
        else {**call, "CreationTime": "2026-11-01", next(arn for key, arn in arns.items() if key in call): "arn:x"}
        for call in calls
    ]


@pytest.mark.parametrize("form", [as_template, as_answer])
@pytest.mark.parametrize(("rule", "document"), MISTAKES, ids=[f"{rule}-{n}" for n, (rule, _) in enumerate(MISTAKES)])
def test_it_is_found_in_a_template_and_in_an_answer_too(rule, document, form, facts):
    found = blocked(judge(form(document), facts))
    if (rule, form) == ("CFG011", as_answer):  # what stands there at zero was scaled there
        assert rule not in found
    else:
        assert rule in found


@pytest.mark.parametrize(
    "document",
    [
        of(VARIANT, AsyncInferenceConfig={"OutputConfig": {}}),
        of(VARIANT, AsyncInferenceConfig={"OutputConfig": {"NotificationConfig": {}}}),
    ],
)
def test_asynchronous_answers_without_a_place_are_told(document, facts):
    findings = {finding.rule: finding for finding in judge(document, facts).verdict.findings}
    assert findings["CFG005"].outcome is Outcome.conditions
    assert "S3OutputPath" in findings["CFG005"].remedy


def test_zero_managed_instances_are_told_where_they_were_refused(facts):
    region = facts.fact("inference_components_zero.refused_regions").value[0]
    managed = {**HOSTS, "ManagedInstanceScaling": {"Status": "ENABLED", "MinInstanceCount": 0, "MaxInstanceCount": 2}}
    judged = judge([of(managed, ExecutionRoleArn=ROLE), COMPONENT], facts, region=region)
    assert {"CFG012", "NET005"} & {finding.rule for finding in judged.verdict.findings}


@pytest.mark.parametrize(
    ("second", "rule"),
    [
        ({**BARE, "VariantName": "b"}, "CFG004"),
        ({**VARIANT, "VariantName": "b", "ServerlessConfig": SMALL}, "CFG002"),
        ({**VARIANT, "VariantName": "b", "VolumeSizeInGB": 100_000}, "CFG018"),
    ],
)
@pytest.mark.parametrize("key", ["ProductionVariants", "ShadowProductionVariants"])
def test_a_mistake_in_a_further_variant_is_found_and_named(second, rule, key, facts):
    document = {**CONFIG, key: [*CONFIG.get(key, []), second]}
    judged = judge(document, facts)
    assert rule in blocked(judged)
    assert any(one.rule == rule and one.message.startswith("Variant b: ") for one in judged.verdict.findings)


def test_a_mistake_in_a_further_component_and_target_is_found(facts):
    second = {**COMPONENT, "InferenceComponentName": "d", "RuntimeConfig": {"CopyCount": 0}}
    judged = judge([of(HOSTS, ExecutionRoleArn=ROLE), COMPONENT, second, target(1, 2), target(7, 3)], facts)
    said = {finding.rule: finding.message for finding in judged.verdict.findings}
    assert said["CFG011"].startswith("Component d: ")
    assert said["CFG010"].startswith("Scalable target endpoint/ocr/variant/a: ")


def test_sound_configurations_have_no_finding_of_a_mistake(case, facts):
    texts = {
        "calls": json.dumps(
            [{"operation": c.operation, "arguments": given} for c, given in sent(case) if c in case.plan.calls]
        )
    }
    if not refusal(case.plan):
        texts["template"] = next(iter(render(case.plan, Head(), case.workload.name).values()))
    for name, text in texts.items():
        judged = configured(read_texts({name: text}, region=case.plan.region), facts, region=case.plan.region)[0]
        assert judged.sound and judged.model == () and judged.unknown == ()
        assert not {finding.rule for finding in judged.verdict.findings if finding.rule.startswith("CFG")}
        assert judged.option.name == case.option.name


def test_a_misspelt_key_is_told_with_the_nearest(facts):
    judged = judge(of({**BARE, "ServerlesConfig": SMALL}), facts)
    assert "mine: ProductionVariants[0].ServerlesConfig: no such key; did you mean ServerlessConfig?" in map(
        str, judged.model
    )
    assert (
        judge(of({**VARIANT, "Colour": 1}), facts).model[0].allowed.startswith("no such key; the keys are VariantName")
    )
    kind = judge(of({**VARIANT, "InstanceType": "ml.m5.xlrge"}), facts)
    assert any("ml.m5.xlarge" in problem.allowed for problem in kind.model)
    assert kind.cost.total is None and "no instance type in our lists" in kind.cost.remarks[0]


def test_without_botocore_the_rules_still_speak(facts, monkeypatch):
    walking._model.cache_clear()
    monkeypatch.setitem(sys.modules, "botocore.loaders", None)
    judged = judge(of({**BARE, "ServerlesConfig": SMALL, "InstanceType": "ml.m5.xlrge"}), facts)
    walking._model.cache_clear()
    assert judged.model == ()
    assert any("botocore is not installed" in remark for remark in judged.remarks)
    assert any("did you mean ml.m5.xlarge?" in remark for remark in judged.remarks)
    assert any("did you mean ServerlessConfig?" in path for path in judged.unread)


def test_what_is_not_settled_is_no_mistake(facts):
    text = TEMPLATE.replace("Default: ml.m5.xlarge", "NoEcho: true")
    judged = judge(text, facts)
    findings = {finding.rule: finding for finding in judged.verdict.findings}
    assert findings["CFG004"].outcome is Outcome.unknown and "parameter Kind" in findings["CFG004"].message
    assert dict(judged.unknown) == {"ProductionVariants[0].InstanceType": "parameter Kind"}
    assert judged.cost.total is None


@pytest.mark.parametrize(
    ("part", "rule", "path"),
    [
        ("S3OutputPath: !ImportValue place", "CFG005", "AsyncInferenceConfig.OutputConfig.S3OutputPath"),
        ('S3OutputPath: !Sub "${Where}/answers"', "CFG005", "AsyncInferenceConfig.OutputConfig.S3OutputPath"),
    ],
)
def test_a_place_that_is_not_settled_is_no_mistake(part, rule, path, facts):
    judged = judge(TEMPLATE.replace('S3OutputPath: !Sub "s3://${Bucket}/answers"', part), facts)
    finding = next(one for one in judged.verdict.findings if one.rule == rule)
    assert finding.outcome is Outcome.unknown and path in dict(judged.unknown)


def test_a_structure_that_a_parameter_decides_is_not_settled(facts):
    text = """
Parameters: {Kind: {Type: String}}
Conditions: {Small: !Equals [!Ref Kind, small]}
Resources:
  Config:
    Type: AWS::SageMaker::EndpointConfig
    Properties:
      ProductionVariants:
        - VariantName: a
          ModelName: m
          ServerlessConfig: !If [Small, {MemorySizeInMB: 2048, MaxConcurrency: 5}, !Ref AWS::NoValue]
"""
    judged = judge(text, facts)
    assert [(one.rule, one.outcome) for one in judged.verdict.findings] == [("CFG004", Outcome.unknown)]
    assert not [problem for problem in judged.model if "missing" in problem.allowed]
    settled = configured(read_texts({"mine": text}, given={"Kind": "small"}), facts, region="us-east-1")[0]
    assert settled.sound and settled.option.name == "serverless"


def test_a_template_writes_numbers_as_texts_and_leaves_names_out(facts):
    text = TEMPLATE.replace("InitialInstanceCount: !Ref Count", 'InitialInstanceCount: "2"')
    problems = [str(problem) for problem in judge(text, facts).model]
    assert not [one for one in problems if "InitialInstanceCount" in one or "missing" in one]


def test_idle_cost_is_what_stands_there(facts):
    hour = facts.instance_price("us-east-1", "real_time", "ml.m5.xlarge").usd
    hours = int(facts.of("billing", "month_hours").number())
    judged = judge(CONFIG, facts)
    lines = {line.meter: line for line in judged.cost.bills[0][1].lines}
    assert judged.cost.idle and lines["instance"].usd == 2 * hours * hour
    assert judge(of({**BARE, "ServerlessConfig": SMALL}), facts).cost.total == 0
    warm = judge(of({**BARE, "ServerlessConfig": {**SMALL, "ProvisionedConcurrency": 2}}), facts)
    assert warm.cost.total > 0


def test_variants_on_different_types_are_billed_apart(facts):
    second = {**VARIANT, "VariantName": "b", "InstanceType": "ml.c5.xlarge", "InitialInstanceCount": 1}
    judged = judge({**CONFIG, "ProductionVariants": [VARIANT, second]}, facts)
    assert [name for name, _ in judged.cost.bills] == ["a", "b"]
    assert judged.cost.total == sum(bill.total for _, bill in judged.cost.bills)
    stated = judge({**CONFIG, "ProductionVariants": [VARIANT, second]}, facts, traffic=traffic_of(2.0, 50_000))
    assert stated.cost.total == judged.cost.total


def test_stated_traffic_is_priced_and_compared_with_what_can_be_served(facts):
    document = of({**BARE, "ServerlessConfig": SMALL})
    one, two = (judge(document, facts, traffic=traffic_of(rate, 80_000)) for rate in (10.0, 20.0))
    assert not one.cost.idle and float(two.cost.total) == pytest.approx(2 * float(one.cost.total))
    assert two.cost.busy == pytest.approx(20 * 0.08 / 5)
    drowned = judge(document, facts, traffic=traffic_of(100.0, 80_000))
    assert drowned.cost.overloaded and not drowned.sound


def test_a_workload_gets_what_would_be_cheaper(facts):
    workload = load_workload("invoice-ocr")
    judged = judge(of({**VARIANT, "InitialInstanceCount": 20}), facts, given=workload, traffic=Traffic(LOAD.part(0.1)))
    assert judged.sound and judged.needs == ()
    assert judged.better[0].saves > 0
    assert list(judged.better) == sorted(judged.better, key=lambda one: one.usd)
    assert all(one.verdict.feasible and one.usd + one.saves == judged.cost.total for one in judged.better)


def test_a_workload_that_does_not_fit_is_told_why(facts):
    judged = judge(
        of({**BARE, "ServerlessConfig": SMALL}),
        facts,
        given=load_workload("ct-scans"),
        traffic=Traffic(LOAD.part(0.001)),
    )
    assert "PAY001" in blocked(judged) and not judged.sound
    assert judged.better and judged.better[0].option.name != "serverless"


def test_an_endpoint_at_zero_is_not_priced_at_a_traffic_it_cannot_serve(facts):
    now = {
        "EndpointName": "e", "EndpointConfigName": "ocr", "EndpointStatus": "InService", "CreationTime": "x",
        "ProductionVariants": [{"VariantName": "a", "DesiredInstanceCount": 0}],
    }  # fmt: skip
    document = [of(VARIANT, AsyncInferenceConfig=ASYNC), now]
    assert judge(document, facts).cost.total == 0
    busy = judge(document, facts, traffic=traffic_of(1.0, 80_000)).cost
    assert busy.total is None and "describe-scaling-policies" in busy.remarks[0]


def test_a_number_of_instances_that_nobody_states_has_no_price(facts):
    variant = {key: value for key, value in VARIANT.items() if key != "InitialInstanceCount"}
    assert judge(of(variant), facts).cost.remarks == ("not priced: the number of instances is not known",)


def test_one_of_several_models_is_priced_as_one_endpoint_for_each(facts):
    workload = load_workload("customer-models")
    judged = judge(CONFIG, facts, given=workload, traffic=Traffic(LOAD.part(0.1)))
    hours = next(line for line in judged.cost.bills[0][1].lines if line.meter == "instance").quantity
    assert any(f"{workload.model.count:,} such endpoints" in remark for remark in judged.cost.remarks)
    assert hours >= workload.model.count * facts.of("billing", "month_hours").number()


def test_without_a_workload_needs_and_what_serves_them_are_told(facts):
    needs = {need.attribute: need for need in judge(of({**BARE, "ServerlessConfig": SMALL}), facts).needs}
    assert needs["vpc_required"].finding.rule == "NET001" and "real_time" in needs["vpc_required"].served_by
    assert "serverless" not in needs["needs_gpu"].served_by
    assert needs["payload_mb"].value > facts.of("serverless", "payload_request").bytes() / 1e6


def test_the_region_is_the_stated_one_or_the_only_one_that_is_named(facts):
    named = read_texts({"mine": json.dumps({**CONFIG, "ExecutionRoleArn": "arn:aws:sns:eu-west-1:111122223333:x"})})
    both = read_texts(
        {"mine": json.dumps({**CONFIG, "ExecutionRoleArn": "arn:aws:sns:eu-west-1:1:x arn:aws:sns:us-east-1:1:x"})}
    )
    assert region_of(named, "us-east-1", facts) == "us-east-1"
    assert region_of(named, None, facts) == "eu-west-1"
    assert region_of(both, None, facts) == ""
    judged = judge(CONFIG, facts, region="")
    assert judged.cost.total is None and "--region" in judged.cost.remarks[0]


def test_texts_of_a_document_stay_on_their_line(facts):
    name = "x\n✓ all is well\u2028\u202e"
    judged = judge(
        of({**VARIANT, "VariantName": name, "Key\nB": 1, "InstanceType": name}, EndpointConfigName=name), facts
    )
    for line in configured_lines([judged], facts):
        assert not set("\n\u2028\u202e") & set(line)


def test_json_can_be_written_and_repeats_nothing_of_python(facts):
    found = configured(read_texts({"mine": json.dumps(CONFIG)}), facts, region="us-east-1")
    printed = json.dumps(configured_json(found, facts, ["mine"]))
    assert "Settings(" not in printed and "Decimal" not in printed
    one = json.loads(printed)["configurations"][0]
    assert (one["option"], one["sound"], one["config"]["instances"]) == ("real_time", True, 2)
