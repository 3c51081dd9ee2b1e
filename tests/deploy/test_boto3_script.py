"""The boto3 script: what it does when it runs is the plan, whatever the names and values hold."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from advisor import Option, load_workload
from advisor.deploy.boto3_script import render
from advisor.deploy.plan import plan
from advisor.deploy.values import plain
from advisor.deploy.writing import Head
from simulator import _deploy_player
from simulator._deploy_cases import cases

PLAYING = Path(_deploy_player.__file__)
HOSTILE = "x\nimport os\n\"\"\"'''${x}`id`!Sub #{y} </script>\u2028os.abort() \\"
HOSTILE_IMAGE = "a\"b'c`d`${e}%{f}{g}\\h!Sub</script>"


def played(folder: Path) -> dict[str, list]:
    """What the scripts of a folder call, in a process of its own without credentials or network."""
    env = {
        **os.environ,
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    done = subprocess.run(
        [sys.executable, str(PLAYING), str(folder)], capture_output=True, text=True, env=env, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def expected(made, calls) -> list:
    answers = {
        (c.id, "PolicyARN"): f"arn:of:{c.arguments['PolicyName']}" for c in calls if c.operation == "PutScalingPolicy"
    }
    return [[c.service, c.operation, plain(c.arguments, made.filled, answers)] for c in calls]


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list]:
    folder = tmp_path_factory.mktemp("scripts")
    for number, case in enumerate(cases()):
        up, down = render(case.plan, Head("About $300 per month."), case.workload.name).values()
        (folder / f"{number:03}-a.py").write_text(up, encoding="utf-8")
        (folder / f"{number:03}-b.py").write_text(down, encoding="utf-8")
    return played(folder)


def test_a_run_makes_the_calls_of_the_plan(case, calls):
    assert calls[f"{cases().index(case):03}-a.py"] == expected(case.plan, case.plan.calls)


def test_the_teardown_makes_its_calls(case, calls):
    assert calls[f"{cases().index(case):03}-b.py"] == expected(case.plan, case.plan.teardown)


def test_what_a_user_wrote_is_data(tmp_path, facts):
    workload = load_workload("invoice-ocr").model_copy(update={"name": HOSTILE})
    fleet = Option(name="real_time", instance_type="ml.m5.xlarge", instances=2)
    made = plan(workload, fleet, facts, given={"image": HOSTILE_IMAGE})
    head = Head(HOSTILE, HOSTILE, (HOSTILE, HOSTILE))
    for number, text in enumerate(render(made, head, HOSTILE).values()):
        (tmp_path / f"{number}.py").write_text(text, encoding="utf-8")
        assert not [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name) and node.id == "os"]
    first = played(tmp_path)["0.py"]
    assert first == expected(made, made.calls)
    assert first[0][2]["PrimaryContainer"]["Image"] == HOSTILE_IMAGE


def test_the_head_says_what_it_is_and_what_stands_in(facts):
    fleet = Option(name="real_time", instance_type="ml.m5.xlarge", instances=2)
    made = plan(load_workload("invoice-ocr"), fleet, facts, given={"bucket": "my-own-bucket"})
    text = next(
        iter(
            render(made, Head("About $300 per month.", assumptions=("a start takes a minute",)), "invoice-ocr").values()
        )
    )
    assert text.startswith("# Creates for the workload 'invoice-ocr': Real-time endpoint: 2 × ml.m5.xlarge.\n# Region us-east-1.\n# About $300 per month.\n# Assumed: a start takes a minute\n")  # fmt: skip
    assert 'BUCKET = "my-own-bucket"  # S3 bucket with the model and the data\n' in text
    assert text.count("; stands in: change it") == 2
