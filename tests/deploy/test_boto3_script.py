"""The boto3 script: what it does when it runs is the plan, whatever the names and values hold."""

import ast

import pytest

from advisor import Option, load_workload
from advisor.deploy.boto3_script import render
from advisor.deploy.plan import plan
from advisor.deploy.writing import Head
from simulator._deploy_cases import Case, cases
from simulator._deploy_checks import expected, run_scripts

HOSTILE = "x\nimport os\n\"\"\"'''${x}`id`!Sub #{y} </script>\u2028os.abort() \\"
HOSTILE_IMAGE = "a\"b'c`d`${e}%{f}{g}\\h!Sub</script>"


@pytest.fixture(scope="module")
def calls() -> dict[str, list]:
    scripts = {}
    for number, case in enumerate(cases()):
        up, down = render(case.plan, Head("About $300 per month."), case.workload.name).values()
        scripts |= {f"{number:03}-a.py": up, f"{number:03}-b.py": down}
    return run_scripts(scripts)


def test_a_run_makes_the_calls_of_the_plan_and_the_teardown_its_own(case, calls):
    number = cases().index(case)
    assert calls[f"{number:03}-a.py"] == expected(case)
    assert calls[f"{number:03}-b.py"] == expected(case, down=True)


def test_what_a_user_wrote_is_data(facts):
    workload = load_workload("invoice-ocr").model_copy(update={"name": HOSTILE})
    fleet = Option(name="real_time", instance_type="ml.m5.xlarge", instances=2)
    made = plan(workload, fleet, facts, given={"image": HOSTILE_IMAGE})
    texts = render(made, Head(HOSTILE, HOSTILE, (HOSTILE, HOSTILE)), HOSTILE)
    for text in texts.values():
        assert not [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name) and node.id == "os"]
    first = run_scripts({"a.py": next(iter(texts.values()))})["a.py"]
    assert first == expected(Case(workload, fleet, made))
    assert first[0][2]["PrimaryContainer"]["Image"] == HOSTILE_IMAGE


def test_the_head_says_what_it_is_and_what_stands_in(facts):
    fleet = Option(name="real_time", instance_type="ml.m5.xlarge", instances=2)
    made = plan(load_workload("invoice-ocr"), fleet, facts, given={"bucket": "my-own-bucket"})
    head = Head("About $300 per month.", assumptions=("a start takes a minute",))
    text = next(iter(render(made, head, "invoice-ocr").values()))
    assert text.splitlines()[:4] == [
        "# Creates for the workload 'invoice-ocr': Real-time endpoint: 2 × ml.m5.xlarge.", "# Region us-east-1.",
        "# About $300 per month.", "# Assumed: a start takes a minute",
    ]  # fmt: skip
    assert 'BUCKET = "my-own-bucket"  # S3 bucket with the model and the data\n' in text
    assert text.count("; stands in: change it") == 2
