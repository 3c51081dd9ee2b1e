"""CloudFormation templates: found clean by cfn-lint in several Regions, references in order, texts as data."""

import json

import pytest
import yaml
from cfnlint.api import lint
from cfnlint.config import ManualArgs

from advisor import Option, load_workload
from advisor.deploy.cloudformation import refusal, render, resources
from advisor.deploy.plan import plan
from advisor.deploy.writing import Head
from simulator._deploy_cases import cases
from tests.deploy.test_boto3_script import HOSTILE, HOSTILE_IMAGE

REGIONS = ["us-east-1", "eu-west-1"]
# Between them they have every resource and every kind of property; `validate` lints all forms in three Regions.
KINDS = (
    "serverless_provisioned",
    "async",
    "multi_model",
    "inference_pipeline",
    "inference_components_zero",
    "production_variants",
    "shadow_variant",
)
FIRST = list({case.option.name: case for case in reversed(cases()) if case.option.name in KINDS}.values())


@pytest.mark.parametrize("one", FIRST, ids=lambda one: one.option.name)
def test_cfn_lint_has_nothing_to_say(one):
    text = next(iter(render(one.plan, Head(), one.workload.name).values()))
    assert [str(match) for match in lint(text, config=ManualArgs(regions=REGIONS))] == []


def test_cfn_lint_would_say_it():
    one = FIRST[0]
    text = next(iter(render(one.plan, Head(), one.workload.name).values())).replace("ModelName:", "ModelNam:")
    assert lint(text, config=ManualArgs(regions=REGIONS))


def test_a_job_is_refused_and_every_other_option_is_not(case):
    assert bool(refusal(case.plan)) == (case.option.name == "batch_transform")


def test_every_resource_comes_after_what_it_names(case):
    if refusal(case.plan):
        return
    found, known = (
        resources(case.plan),
        {"Role", "Image", "ImageB", "Bucket", "Subnet", "SecurityGroup", "TopicDone", "TopicFailed"},
    )
    for name, one in found.items():
        text = json.dumps(one, default=lambda value: value.value)
        for other in found:
            if (
                f'{{"Ref": "{other}"}}' in text
                or f'"Fn::GetAtt": ["{other}"' in text
                or other in one.get("DependsOn", [])
            ):
                assert other in known, f"{name} names {other}"
        known.add(name)


def test_a_template_reads_back_as_the_resources(case):
    if refusal(case.plan):
        return
    text = next(iter(render(case.plan, Head("About $300 per month."), case.workload.name).values()))
    wanted = json.loads(json.dumps(resources(case.plan), default=lambda value: value.value))
    assert yaml.safe_load(text)["Resources"] == wanted


def test_what_a_user_wrote_is_data(facts):
    workload = load_workload("invoice-ocr").model_copy(update={"name": HOSTILE})
    made = plan(
        workload,
        Option(name="real_time", instance_type="ml.m5.xlarge", instances=2),
        facts,
        given={"image": HOSTILE_IMAGE},
    )
    text = next(iter(render(made, Head(HOSTILE, HOSTILE, (HOSTILE,)), HOSTILE).values()))
    read = yaml.safe_load(text)
    assert set(read) == {"AWSTemplateFormatVersion", "Description", "Parameters", "Resources"}
    assert read["Parameters"]["Image"]["Default"] == HOSTILE_IMAGE
    assert lint(text, config=ManualArgs(regions=["us-east-1"])) == []
