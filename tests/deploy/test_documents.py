"""Documents read into calls: bare arguments, several calls, answers of describe calls, templates with their functions."""

import json
from dataclasses import fields

import pytest

from advisor import Option
from advisor.deploy.cloudformation import refusal, render
from advisor.deploy.documents import read_documents, read_texts
from advisor.deploy.groups import groups
from advisor.deploy.reading import read_calls, read_parts
from advisor.deploy.writing import Head
from advisor.errors import InputError
from tests.deploy.test_plan import UNSAID, sent

VARIANT = {"VariantName": "a", "ModelName": "m", "InstanceType": "ml.m5.xlarge", "InitialInstanceCount": 2}
CONFIG = {"EndpointConfigName": "ocr", "ProductionVariants": [VARIANT]}


def read(document, **more):
    text = document if isinstance(document, str) else json.dumps(document)
    return read_texts({"mine": text}, **more)


def operations(document) -> list[str]:
    return [call.operation for call in read(document).calls]


def test_a_rendered_template_reads_back_as_the_same_option(case, facts):
    if refusal(case.plan):
        return
    text = next(iter(render(case.plan, Head("About $300 per month."), case.workload.name).values()))
    made, left = groups(read(text, region=case.plan.region))
    back, settings = read_calls(made[0].pairs, facts)
    for field in fields(Option):
        if field.name not in UNSAID | {"settings"}:
            assert getattr(back, field.name) == getattr(case.option, field.name), field.name
    assert settings == case.plan.settings
    assert len(made) == 1 and left == () and made[0].remarks == ()
    assert not [call.unknown for call in made[0].calls if call.unknown]


def test_the_calls_of_a_plan_as_json_read_back_as_the_same_option(case, facts):
    calls = [
        {"service": c.service, "operation": c.operation, "arguments": given}
        for c, given in sent(case)
        if c in case.plan.calls
    ]
    made, _ = groups(read(calls))
    back, settings = read_calls(made[0].pairs, facts)
    assert (back.name, settings) == (case.option.name, case.plan.settings)


@pytest.mark.parametrize(
    "document",
    [
        CONFIG,
        [CONFIG],
        {"CreateEndpointConfig": CONFIG},
        {"create-endpoint-config": [CONFIG]},
        {"create_endpoint_config": CONFIG},
        {"operation": "create_endpoint_config", "parameters": CONFIG},
        [["CreateEndpointConfig", CONFIG]],
        {"calls": [{"Operation": "CreateEndpointConfig", "Arguments": CONFIG}]},
    ],
)
def test_arguments_are_read_alone_in_a_list_and_under_their_operation(document):
    found = read(document)
    assert [(call.operation, call.arguments) for call in found.calls] == [("CreateEndpointConfig", CONFIG)]


def test_bare_arguments_are_told_apart_by_their_keys():
    calls = [
        CONFIG,
        {"ModelName": "m", "PrimaryContainer": {"Image": "x"}},
        {"EndpointName": "e", "EndpointConfigName": "ocr"},
        {"InferenceComponentName": "c", "EndpointName": "e", "Specification": {}, "RuntimeConfig": {"CopyCount": 1}},
        {
            "ServiceNamespace": "sagemaker",
            "ResourceId": "r",
            "ScalableDimension": "d",
            "MinCapacity": 1,
            "MaxCapacity": 2,
        },
        {"PolicyName": "p", "ResourceId": "r", "ScalableDimension": "d", "PolicyType": "StepScaling"},
        {"AlarmName": "a", "AlarmActions": []},
        {"TransformJobName": "j", "ModelName": "m", "TransformResources": {}},
        {"EndpointName": "e", "InputLocation": "s3://b/x"},
    ]
    assert operations(calls) == [
        "CreateEndpointConfig", "CreateModel", "CreateEndpoint", "CreateInferenceComponent", "RegisterScalableTarget",
        "PutScalingPolicy", "PutMetricAlarm", "CreateTransformJob", "InvokeEndpointAsync",
    ]  # fmt: skip


def test_answers_of_describe_calls_are_what_stands_there(facts, tmp_path):
    answers = {
        "config.json": {**CONFIG, "EndpointConfigArn": "arn:aws:sagemaker:eu-west-1:111122223333:endpoint-config/ocr", "CreationTime": "2026-11-01"},
        "endpoint.json": {
            "EndpointName": "e", "EndpointArn": "arn:aws:sagemaker:eu-west-1:111122223333:endpoint/e", "EndpointConfigName": "ocr",
            "EndpointStatus": "InService", "CreationTime": "2026-11-01",
            "ProductionVariants": [{"VariantName": "a", "CurrentInstanceCount": 4, "DesiredInstanceCount": 5}],
        },
        "model.json": {"ModelName": "m", "ModelArn": "arn:x", "CreationTime": "2026-11-01", "PrimaryContainer": {"Image": "x", "Mode": "MultiModel"}},
        "targets.json": {"ScalableTargets": [{
            "ServiceNamespace": "sagemaker", "ResourceId": "endpoint/e/variant/a", "MinCapacity": 1, "MaxCapacity": 7,
            "ScalableDimension": str(facts.of("configuration", "dimension_instances").value),
        }]},
    }  # fmt: skip
    for name, answer in answers.items():
        (tmp_path / name).write_text(json.dumps(answer), encoding="utf-8")
    found = read_documents([tmp_path / name for name in answers])
    made, left = groups(found)
    option, _ = read_calls(made[0].pairs, facts)
    assert found.regions == ("eu-west-1",)
    assert (option.name, option.instances, option.min_instances, option.max_instances, left) == (
        "multi_model",
        5,
        1,
        7,
        (),
    )
    assert all(call.described for call in found.calls)


def test_a_described_component_may_have_no_copy(facts):
    component = {
        "InferenceComponentName": "c", "InferenceComponentArn": "arn:x", "EndpointName": "ocr", "CreationTime": "x",
        "Specification": {"ModelName": "m"}, "RuntimeConfig": {"DesiredCopyCount": 0, "CurrentCopyCount": 0},
    }  # fmt: skip
    made, _ = groups(read([CONFIG, component]))
    assert made[0].scaled_already
    assert read_calls(made[0].pairs, facts)[0].copies == 0


TEMPLATE = """
AWSTemplateFormatVersion: 2010-09-09
Parameters:
  Kind: {Type: String, Default: ml.m5.xlarge}
  Count: {Type: Number, Default: "3"}
  Bucket: {Type: String}
  Stage: {Type: String, Default: dev}
Mappings:
  Sizes: {dev: {memory: 2048}, prod: {memory: 4096}}
Conditions:
  Prod: !Equals [!Ref Stage, prod]
  Asynchronous: !Not [!Condition Prod]
Resources:
  Model:
    Type: AWS::SageMaker::Model
    Properties: {ExecutionRoleArn: !GetAtt Role.Arn}
  Config:
    Type: AWS::SageMaker::EndpointConfig
    Properties:
      ProductionVariants:
        - VariantName: !Join ["-", [a, !Ref Stage]]
          ModelName: !GetAtt Model.ModelName
          InstanceType: !Ref Kind
          InitialInstanceCount: !Ref Count
          InitialVariantWeight: "1.5"
          VolumeSizeInGB: !If [Prod, 100, !Ref AWS::NoValue]
      AsyncInferenceConfig: !If
        - Asynchronous
        - OutputConfig: {S3OutputPath: !Sub "s3://${Bucket}/answers"}
        - !Ref AWS::NoValue
  Spare:
    Type: AWS::SageMaker::EndpointConfig
    Condition: Prod
    Properties: {ProductionVariants: []}
  Endpoint:
    Type: AWS::SageMaker::Endpoint
    Properties: {EndpointConfigName: !GetAtt Config.EndpointConfigName}
  Target:
    Type: AWS::ApplicationAutoScaling::ScalableTarget
    Properties:
      MinCapacity: !FindInMap [Sizes, !Ref Stage, memory]
      MaxCapacity: !Select [1, [4, 5]]
      ResourceId: !Sub endpoint/${Endpoint.EndpointName}/variant/a-dev
      ScalableDimension: sagemaker:variant:DesiredInstanceCount
  Policy:
    Type: AWS::ApplicationAutoScaling::ScalingPolicy
    Properties:
      ScalingTargetId: !Ref Target
      PolicyName: p
      PolicyType: TargetTrackingScaling
  Role: {Type: AWS::IAM::Role}
  Queue: {Type: AWS::SQS::Queue}
"""


def test_functions_of_a_template_are_settled_by_its_defaults():
    found = read(TEMPLATE)
    by = {call.operation: call.arguments for call in found.calls}
    assert by["CreateEndpointConfig"] == {
        "EndpointConfigName": "Config",
        "ProductionVariants": [
            {"VariantName": "a-dev", "ModelName": "Model", "InstanceType": "ml.m5.xlarge", "InitialInstanceCount": 3, "InitialVariantWeight": 1.5}
        ],
        "AsyncInferenceConfig": {"OutputConfig": {"S3OutputPath": "s3://${parameter Bucket}"}},
    }  # fmt: skip
    target = by["RegisterScalableTarget"]
    assert (target["MinCapacity"], target["MaxCapacity"], target["ResourceId"]) == (
        2048,
        5,
        "endpoint/Endpoint/variant/a-dev",
    )
    assert by["PutScalingPolicy"]["ResourceId"] == target["ResourceId"]
    assert [line.split(":")[0] for line in found.unread] == ["Spare (AWS", "AWS", "AWS"]
    assert "its condition Prod does not hold" in found.unread[0]


def test_parameters_can_be_given():
    by = {call.operation: call.arguments for call in read(TEMPLATE, given={"Stage": "prod", "Count": "7"}).calls[:2]}
    variant = by["CreateEndpointConfig"]["ProductionVariants"][0]
    assert (variant["InitialInstanceCount"], variant["VolumeSizeInGB"]) == (7, 100)
    assert "AsyncInferenceConfig" not in by["CreateEndpointConfig"]
    with pytest.raises(InputError, match=r"--parameter: 'Cuont' is not allowed; allowed: Bucket, Count, Kind, Stage"):
        read(TEMPLATE, given={"Cuont": "7"})


def test_what_a_template_does_not_settle_is_marked():
    text = TEMPLATE.replace("Default: ml.m5.xlarge", "NoEcho: true").replace("!Ref Count", "!ImportValue shared-count")
    call = next(call for call in read(text).calls if call.operation == "CreateEndpointConfig")
    assert dict(call.unknown) == {
        "ProductionVariants[0].InstanceType": "parameter Kind", "ProductionVariants[0].InitialInstanceCount": "Fn::ImportValue",
    }  # fmt: skip


def test_a_template_as_json_is_the_same():
    yaml_read = read(TEMPLATE)
    resource = {
        "Type": "AWS::SageMaker::EndpointConfig",
        "Properties": {"ProductionVariants": [{**VARIANT, "InstanceType": {"Ref": "Kind"}}]},
    }
    found = read({"Parameters": {"Kind": {"Default": "ml.c5.xlarge"}}, "Resources": {"Config": resource}})
    assert found.calls[0].arguments["ProductionVariants"][0]["InstanceType"] == "ml.c5.xlarge"
    assert yaml_read.calls[1].source.where == "mine Config"


def test_everything_that_is_not_looked_at_is_named():
    found = read(
        [
            {**CONFIG, "KmsKeyId": "k", "Tags": [], "ProductionVariants": [{**VARIANT, "AcceleratorType": "x"}]},
            {"CreateTopic": {"Name": "t"}},
        ]
    )
    assert sorted(found.calls[0].unread) == ["KmsKeyId", "ProductionVariants[0].AcceleratorType", "Tags"]
    assert found.unread == ("mine [1] CreateTopic",)
    assert read({**CONFIG, "ProductionVariant": []}).calls[0].unread == (
        "ProductionVariant (did you mean ProductionVariants?)",
    )


def test_every_argument_of_a_plan_is_looked_at_or_named(case):
    for call, given in sent(case):
        if call not in case.plan.calls:
            continue
        found = read([{"operation": call.operation, "arguments": given}, CONFIG]).calls[0]
        named = {path.split(" ")[0] for path in found.unread}
        for key in given:
            assert key in found.arguments or key in named


def test_several_configurations_keep_their_calls_apart(facts):
    other = {"EndpointConfigName": "b", "ProductionVariants": [{**VARIANT, "ModelName": "n"}]}
    dimension = str(facts.of("configuration", "dimension_instances").value)
    target = {
        "ResourceId": "endpoint/one/variant/a",
        "ScalableDimension": dimension,
        "MinCapacity": 1,
        "MaxCapacity": 3,
    }
    calls = [CONFIG, other, {"EndpointName": "one", "EndpointConfigName": "b"}, target, {"ModelName": "n", "Containers": []}, {"ModelName": "q", "Containers": []}]  # fmt: skip
    made, left = groups(read(calls))
    assert [(group.name, [call.operation for call in group.calls]) for group in made] == [
        ("ocr", ["CreateEndpointConfig"]),
        ("b", ["CreateEndpointConfig", "CreateEndpoint", "RegisterScalableTarget", "CreateModel"]),
    ]
    assert left == ("mine [5]: CreateModel, which hangs on none of the configurations",)


def test_a_target_of_a_variant_that_is_not_there_is_told():
    target = {"ResourceId": "endpoint/ocr/variant/b", "ScalableDimension": "x", "MinCapacity": 1, "MaxCapacity": 3}
    made, _ = groups(read([CONFIG, target]))
    assert made[0].remarks == ("mine [1]: it scales variant b; the configuration has a",)


def test_a_name_that_stands_twice_is_told():
    made, _ = groups(read({**CONFIG, "ProductionVariants": [VARIANT, VARIANT]}))
    assert made[0].remarks == ("variant a stands 2 times; each needs a name of its own",)


def test_pools_and_further_variants_are_read(facts):
    pools = [{"InstanceType": "ml.c5.xlarge", "Priority": 2}, {"InstanceType": "ml.m5.large", "Priority": 1}]
    pooled = {"VariantName": "b", "ModelName": "m", "InstancePools": pools, "InitialInstanceCount": 1}
    parts = read_parts([("CreateEndpointConfig", {**CONFIG, "ProductionVariants": [VARIANT, pooled]})], facts)
    assert [part.name for part in parts] == ["", "variant b"]
    assert (parts[0].option.name, parts[0].option.fleets) == ("production_variants", (2, 1))
    assert (parts[1].option.instance_type, parts[1].settings.instance_pools) == ("ml.m5.large", 2)


def test_policies_belong_to_their_target(facts):
    def target(kind: str, resource: str):
        return {
            "ResourceId": resource,
            "ScalableDimension": str(facts.of("configuration", kind).value),
            "MinCapacity": 1,
            "MaxCapacity": 4,
        }

    def policy(of, metric: str):
        tracked = {
            "TargetValue": 5,
            "PredefinedMetricSpecification": {"PredefinedMetricType": str(facts.of("autoscaling", metric).value)},
        }
        return {"PolicyName": metric, "ResourceId": of["ResourceId"], "ScalableDimension": of["ScalableDimension"], "TargetTrackingScalingPolicyConfiguration": tracked}  # fmt: skip

    first, second = (
        target("dimension_instances", "endpoint/e/variant/a"),
        target("dimension_copies", "inference-component/c"),
    )
    calls = [("CreateEndpointConfig", CONFIG)]
    calls += [("RegisterScalableTarget", one) for one in (first, second)]
    calls += [
        ("PutScalingPolicy", policy(second, "metric_component")),
        ("PutScalingPolicy", policy(first, "metric_variant")),
    ]
    parts = read_parts(calls, facts)
    assert [part.settings.metric for part in parts] == [
        str(facts.of("autoscaling", name).value) for name in ("metric_variant", "metric_component")
    ]
