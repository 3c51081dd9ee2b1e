"""The checks themselves: each can find something, and the matrix says what was looked at."""

import pytest

from advisor.options import NAMES
from simulator import _deploy_matrix as matrix
from simulator._deploy_cases import cases
from simulator._deploy_checks import different, run_scripts, walked


def test_a_difference_is_found_and_the_habits_of_an_sdk_are_not():
    wanted = {"ModelName": "a", "Containers": [{"Image": "x", "ContainerHostname": "one"}]}
    got = {"ModelName": "b", "Containers": [{"Image": "x", "Environment": {}}], "Tags": []}
    assert list(different(wanted, got, False)) == [
        ".ModelName: 'b' instead of 'a'", ".Containers[0].ContainerHostname: left out",
        ".Containers[0].Environment: added", ".Tags: added",
    ]  # fmt: skip
    assert list(different(wanted, got, True)) == [".ModelName: 'b' instead of 'a'"]
    assert list(different({"EnableNetworkIsolation": True}, {}, True)) == [".EnableNetworkIsolation: left out"]
    assert list(different({}, {"InitialVariantWeight": 0.5}, True)) == [".InitialVariantWeight: added"]


def test_a_script_that_fails_is_told_with_its_last_lines():
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        run_scripts({"a.py": "1 / 0"})


def test_a_wrong_call_is_walked_into():
    one = next(case for case in cases() if case.option.name == "serverless")
    call = next(call for call in one.plan.calls if call.operation == "CreateEndpointConfig")
    variant = call.arguments["ProductionVariants"][0]
    kept, variant["ServerlessConfig"] = variant["ServerlessConfig"], {"MemorySizeInMB": 8192, "MaxConcurency": 5}
    try:
        found = "\n".join(walked(one))
    finally:
        variant["ServerlessConfig"] = kept
    assert "MemorySizeInMB: 8,192 is not allowed" in found
    assert "MaxConcurency: 5 is not allowed; allowed: no such key" in found
    assert "MaxConcurrency: missing" in found


def test_on_moto_each_call_finds_what_it_names():
    found = list(matrix._on_moto())
    assert len(found) == len(matrix.MOTO)
    assert [(cell.option, cell.findings) for cell in found if cell.findings] == []


def test_the_matrix_has_a_row_for_every_option_and_names_findings(tmp_path):
    found = [
        matrix.Cell("real_time", "plan", "API model", 2, ()),
        matrix.Cell("real_time", "boto3", "run", 2, ("a", "b")),
    ]
    text = matrix.grid(found)
    assert len(text.splitlines()) == len(NAMES) - 1 + 2
    assert "| Real-time endpoint | API model (2) | run: 2 findings | left out |" in text
    assert "| Batch transform job |  | left out | cannot | cannot |" in text
    page = tmp_path / "page.md"
    page.write_text(f"before\n{matrix._BEGIN}old\n{matrix._END}after\n", encoding="utf-8")
    matrix.write_grid(found, page)
    assert page.read_text(encoding="utf-8").startswith(f"before\n{matrix._BEGIN}Sized forms")
    assert page.read_text(encoding="utf-8").endswith(f"{matrix._END}after\n")
