"""Terraform configurations: parsed, complete, references to what is there, texts as data; validated where Terraform is installed."""

import io
import json
import os
import re
import shutil
import subprocess

import hcl2
import pytest

from advisor import Option, load_workload
from advisor.deploy.plan import plan
from advisor.deploy.terraform import quoted, refusal, render
from advisor.deploy.writing import Head
from simulator._deploy_cases import cases
from tests.deploy.test_boto3_script import HOSTILE, HOSTILE_IMAGE

QUIET = {**os.environ, "CHECKPOINT_DISABLE": "1"}


def text_of(case) -> str:
    return render(case.plan, Head("About $300 per month."), case.workload.name)["main.tf"]


def test_jobs_and_components_are_refused_and_nothing_else(case):
    assert bool(refusal(case.plan)) == (
        case.option.name in {"batch_transform", "inference_components", "inference_components_zero"}
    )


def test_it_parses_and_has_a_resource_for_every_call(case):
    if refusal(case.plan):
        return
    read = hcl2.load(io.StringIO(text_of(case)))
    found = [
        name for resource in read["resource"] for kind in resource.values() if isinstance(kind, dict) for name in kind
    ]
    assert len(found) == len(case.plan.calls)


def test_every_reference_is_to_a_resource_or_variable_that_is_there(case):
    if refusal(case.plan):
        return
    text = text_of(case)
    resources = {f"{kind}.{name}" for kind, name in re.findall(r'^resource "(\w+)" "(\w+)"', text, re.MULTILINE)}
    variables = set(re.findall(r'^variable "(\w+)"', text, re.MULTILINE))
    assert {f"{kind}.{name}" for kind, name in re.findall(r"\b(aws_\w+)\.(\w+)", text)} <= resources
    assert set(re.findall(r"\bvar\.(\w+)", text)) == variables


def test_what_a_user_wrote_is_data(facts):
    workload = load_workload("invoice-ocr").model_copy(update={"name": HOSTILE})
    made = plan(
        workload,
        Option(name="real_time", instance_type="ml.m5.xlarge", instances=2),
        facts,
        given={"image": HOSTILE_IMAGE},
    )
    text = render(made, Head(HOSTILE, HOSTILE, (HOSTILE,)), HOSTILE)["main.tf"]
    read = hcl2.load(io.StringIO(text))
    assert len(read["resource"]) == 3
    assert not [line for line in text.splitlines() if line.startswith(("import os", "os.abort"))]
    assert f"default = {quoted(HOSTILE_IMAGE)}" in text


@pytest.mark.skipif(not shutil.which("terraform"), reason="Terraform is not installed")
def test_terraform_reads_every_text_back_and_every_file(tmp_path):
    texts = [HOSTILE, HOSTILE_IMAGE, "%{ if true }x%{ endif }", "$${", "%%{", "é ✓", "plain"]
    asked = f"jsonencode([{', '.join(quoted(text) for text in texts)}])\n"
    said = subprocess.run(
        ["terraform", "console"], cwd=tmp_path, input=asked, capture_output=True, text=True, check=True, env=QUIET
    )
    assert json.loads(json.loads(said.stdout)) == texts
    for case in {case.option.name: case for case in cases() if not refusal(case.plan)}.values():
        subprocess.run(
            ["terraform", "fmt", "-"], input=text_of(case), capture_output=True, text=True, check=True, env=QUIET
        )


@pytest.mark.skipif(not shutil.which("terraform"), reason="Terraform is not installed")
def test_terraform_validates_it(tmp_path):
    one = next(case for case in cases() if case.option.name == "async")
    (tmp_path / "main.tf").write_text(text_of(one), encoding="utf-8")
    begun = subprocess.run(
        ["terraform", "init", "-backend=false"], cwd=tmp_path, capture_output=True, text=True, check=False, env=QUIET
    )
    if "provider packages" in begun.stderr:
        pytest.skip("the AWS provider of Terraform is not to be had here")
    subprocess.run(["terraform", "validate"], cwd=tmp_path, check=True, env=QUIET)
