"""Documents that are none, or worse: one clear line each, with the file and what is expected; nothing runs, nothing hangs."""

import errno
import json
import os
import time

import pytest

from advisor.deploy.documents import LARGEST_BYTES, read_documents, read_texts
from advisor.errors import InputError
from tests.deploy.test_documents import CONFIG, TEMPLATE, VARIANT

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
)


def said(text: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_texts({"mine": text})
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "mine: empty; expected:"),
        ("   \n", "mine: empty; expected:"),
        (json.dumps(CONFIG)[:-20], "this is not JSON"),
        ("[", "the text ends in the middle"),
        ("{}", "nothing of an endpoint configuration in it; expected:"),
        ("[]", "no endpoint configuration and no transform job in it; expected:"),
        ("[1]", "mine [0]: expected:"),
        ('"text"', "mine: expected:"),
        ("3", "mine: expected:"),
        ("just words", "mine: expected:"),
        ("{'EndpointConfigName': 1}", "this is not JSON"),
        ('{"EndpointConfigName": NaN}', "NaN is not a number"),
        ('{"ProductionVariants": [], "ProductionVariants": []}', "'ProductionVariants' stands twice"),
        (f'{{"EndpointConfigName": {"9" * 5000}}}', "a number in it cannot be read"),
        ('{"ModelName": "m"}', "no endpoint configuration and no transform job"),
        ('{"operation": 3, "arguments": {}}', "expected: operation as a text"),
        ('{"operation": "CreateEndpointConfig"}', "expected: the arguments beside operation"),
        ('{"CreateEndpointConfig": 3}', "expected: a table with the arguments of CreateEndpointConfig"),
        ('{"CreateEndpoint": {"EndpointName": "e"}}', "no endpoint configuration"),
        ('{"Resources": []}', "mine: Resources: expected: a table of resources"),
        ('{"Resources": {}}', "no endpoint configuration"),
        ('{"Resources": {"A": 3}}', "mine: Resources.A: expected: a table with Type and Properties"),
        ('{"Resources": {"A": {"Type": "AWS::SageMaker::EndpointConfig", "Properties": 3}}}', "Resources.A.Properties: expected: a table"),
        ('{"Resources": {"A": {"Type": "AWS::S3::Bucket"}}}', "no endpoint configuration"),
        ("a: !!python/object/apply:os.system [touch hacked]", "no tag that is read"),
        ("a: !!python/name:os.system ''", "no tag that is read"),
        ("a: !Evil x", "'!Evil' is no tag that is read"),
        ("a: !!binary aGk=", "'binary' is no tag that is read"),
        (BOMB, "an alias or anchor"),
        ("a: &x 1", "an alias or anchor"),
        ("<<: {a: 1}", "a merge (<<)"),
        ("a: 1\na: 2", "the key 'a' stands twice"),
        ("? [a]\n: 1", "a table or list stands as a key"),
        ("a: 1\n---\nb: 2", "a second document begins"),
        ("a: [", "this is not YAML"),
        ("a: \x00", "this is not YAML"),
        ("a: " + "[" * 5000, "nest"),
        ("[" * 100_000, "nested more than"),
        ('{"a":' * 5000 + "1" + "}" * 5000, "nested more than"),
        ("\n".join(" " * n + "a:" for n in range(500)), "nested more than"),
    ],
)  # fmt: skip
def test_what_is_no_document_is_told_in_a_line(text, expected):
    lines = said(text)
    assert len(lines) == 1
    assert expected in lines[0]
    assert lines[0].startswith("mine")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"ProductionVariants": {}}, "mine: ProductionVariants: {} is not allowed; allowed: a list"),
        ({"ProductionVariants": "x"}, "mine: ProductionVariants: 'x' is not allowed; allowed: a list"),
        ({"ProductionVariants": ["x"]}, "mine: ProductionVariants[0]: 'x' is not allowed; allowed: a table with VariantName"),
        ({"ProductionVariants": [None]}, "mine: ProductionVariants[0]: nothing is not allowed; allowed: a table"),
        ({"ProductionVariants": [{**VARIANT, "InitialInstanceCount": "2"}]}, "ProductionVariants[0].InitialInstanceCount: '2' is not allowed; allowed: a whole number"),
        ({"ProductionVariants": [{**VARIANT, "InitialInstanceCount": True}]}, "True is not allowed; allowed: a whole number"),
        ({"ProductionVariants": [{**VARIANT, "InitialInstanceCount": 1.5}]}, "1.5 is not allowed; allowed: a whole number"),
        ({"ProductionVariants": [{**VARIANT, "InitialInstanceCount": 10**40}]}, "is not allowed; allowed: a whole number"),
        ({"ProductionVariants": [{**VARIANT, "InitialVariantWeight": []}]}, "[] is not allowed; allowed: a number"),
        ({"ProductionVariants": [{**VARIANT, "InstanceType": 3}]}, "3 is not allowed; allowed: a text"),
        ({"ProductionVariants": [{**VARIANT, "ServerlessConfig": 5}]}, "5 is not allowed; allowed: a table with MemorySizeInMB"),
        ({"AsyncInferenceConfig": None}, "AsyncInferenceConfig: nothing is not allowed; allowed: a table"),
        ({"MetricsConfig": {"EnableEnhancedMetrics": "yes"}}, "'yes' is not allowed; allowed: true or false"),
    ],
)  # fmt: skip
def test_what_is_of_the_wrong_kind_is_told_with_its_place(change, expected):
    lines = said(json.dumps({**CONFIG, **change}))
    assert len(lines) == 1 and expected in lines[0]


def test_all_that_is_wrong_is_told_at_once_and_bounded():
    many = [{**VARIANT, "InitialInstanceCount": "x" * 500}] * 300
    lines = said(json.dumps({**CONFIG, "ProductionVariants": many}))
    assert lines[-1] == "and 280 more problems"
    assert all(len(line) < 250 for line in lines)


def test_a_tag_runs_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said("Resources: !!python/object/apply:os.system ['touch hacked']")
    assert list(tmp_path.iterdir()) == []


def test_files_that_cannot_be_read_are_told_by_name(tmp_path):
    (tmp_path / "latin.json").write_bytes('{"a": "ü"}'.encode("latin-1"))
    with (tmp_path / "large.json").open("wb") as large:
        large.truncate(300_000_000)
    with pytest.raises(InputError) as caught:
        read_documents([tmp_path, tmp_path / "none.json", tmp_path / "latin.json", tmp_path / "large.json", "a\0b"])
    folder, gone, latin, large_, odd = str(caught.value).splitlines()
    assert folder.startswith(f"{tmp_path}: this is a folder; expected: a file with")
    assert "none.json: cannot be read (No such file or directory)" in gone
    assert "latin.json: no UTF-8 text" in latin
    assert f"large.json: larger than {LARGEST_BYTES / 1e6:g}" in large_
    assert "cannot be read (not a file name)" in odd
    assert all("expected:" in line for line in (folder, gone, latin, large_, odd))


def test_a_file_without_permission_is_told(monkeypatch, tmp_path):
    def refuse(*_):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr("pathlib.Path.open", refuse)
    with pytest.raises(InputError, match=r"secret.json: cannot be read \(Permission denied\); expected: a file with"):
        read_documents([tmp_path / "secret.json"])


def _with_config(conditions: dict, value: object) -> str:
    resource = {
        "Type": "AWS::SageMaker::EndpointConfig",
        "Properties": {"ProductionVariants": [{**VARIANT, "ModelName": value}]},
    }
    return json.dumps(
        {"Parameters": {"P": {"Default": "x" * 100_000}}, "Conditions": conditions, "Resources": {"C": resource}}
    )


def test_functions_stay_small_and_end():
    nested: object = "x"
    for _ in range(15):
        nested = {"Fn::Sub": ["${a}${a}${a}", {"a": nested}]}
    ring = {"A": {"Condition": "B"}, "B": {"Fn::Not": [{"Condition": "A"}]}}
    parts = {"Fn::Join": ["", [{"Ref": "P"}] * 20_000]}
    begun = time.perf_counter()
    for conditions, value in (
        ({}, nested),
        (ring, {"Fn::If": ["A", "x", "y"]}),
        ({}, parts),
        ({}, {"Fn::Sub": "${P}" * 20_000}),
    ):
        found = read_texts({"mine": _with_config(conditions, value)})
        assert len(found.calls[0].arguments["ProductionVariants"][0]["ModelName"]) < 10_000
    assert time.perf_counter() - begun < 5


def test_a_long_chain_of_conditions_is_refused_or_read():
    chain = {f"C{n}": {"Fn::And": [{"Condition": f"C{n + 1}"}, True]} for n in range(5000)} | {
        "C5000": {"Fn::Equals": ["a", "a"]}
    }
    text = _with_config(chain, {"Fn::If": ["C0", "x", "y"]})
    assert said(text) == ["mine: conditions or functions are nested too deeply"]


@pytest.mark.parametrize(
    "value",
    [
        {"Ref": 3}, {"Fn::Sub": 3}, {"Fn::Sub": ["a"]}, {"Fn::Join": "a"}, {"Fn::Join": [1, []]}, {"Fn::GetAtt": 3}, {"Fn::If": ["A"]},
        {"Fn::Select": [9, ["a"]]}, {"Fn::Select": [{}, []]}, {"Fn::Split": ["", "a"]}, {"Fn::FindInMap": ["a", "b", "c"]},
        {"Fn::FindInMap": 3}, {"Fn::Unheard": "x"}, {"Fn::If": [{"Ref": "P"}, 1, 2]}, {"Fn::Equals": []},
    ],
)  # fmt: skip
def test_functions_that_make_no_sense_are_not_settled(value):
    call = read_texts({"mine": _with_config({}, value)}).calls[0]
    assert call.arguments["ProductionVariants"][0]["ModelName"].startswith("${")


def test_texts_of_a_document_are_data():
    name = "${x} !Ref {y} </script> \u202e `id`"
    assert (
        read_texts({"mine": json.dumps({**CONFIG, "EndpointConfigName": name})})
        .calls[0]
        .arguments["EndpointConfigName"]
        == name
    )


def test_two_megabytes_of_yaml_are_read_in_time():
    begun = time.perf_counter()
    filler = "".join(f"  R{n}: {{Type: 'AWS::SQS::Queue'}}\n" for n in range(20_000))
    found = read_texts({"mine": TEMPLATE + filler})
    assert found.unread[-1] == "AWS::SQS::Queue (20,001 of them)"
    assert time.perf_counter() - begun < 20
