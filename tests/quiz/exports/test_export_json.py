"""JSON: what is read is what was written, by the schema that is printed, and everything else is refused by name."""

import json
import re
from pathlib import Path

import jsonschema
import pytest

from advisor.errors import InputError
from advisor.quiz.export_json import deck_json, deck_schema, json_text, read_json


def test_items_come_back_equal(items):
    assert read_json(json_text(items)) == items
    assert json_text(read_json(json_text(items).encode())) == json_text(items)


def test_a_document_keeps_its_schema(items):
    schema = deck_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(json_text(items)), schema)


def test_an_item_has_the_keys_that_are_promised(items):
    document = deck_json(items)
    assert document["schema"] == 1
    for item, table in zip(items, document["items"], strict=True):
        promised = "id seed template type stem difficulty topic task profile concept choices key explanation"
        assert set(promised.split()) <= set(table)
        assert table["id"] == item.id
        assert all({"text", "option", "correct", "reason", "rule", "source"} <= set(one) for one in table["choices"])


def test_the_document_of_the_json_names_every_key(items):
    document = (Path(__file__).parents[3] / "docs" / "json.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\w+", document.partition("## `quiz export")[2].partition("\n## ")[0]))
    table = deck_json(items)["items"][0]
    assert {*table, *table["choices"][0], "prompts"} <= named


def test_what_a_later_version_adds_is_passed_over(items):
    document = json.loads(json_text(items))
    document["made_by"] = "later"
    document["items"][0]["colour"] = "blue"
    assert read_json(json.dumps(document)) == items


def _changed(document, path, value):
    *parents, last = path
    node = document
    for name in parents:
        node = node[name]
    if value is None:
        del node[last]
    else:
        node[last] = value
    return json.dumps(document)


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("schema",), 2, "schema: 2 is not allowed; allowed: 1"),
        (("items",), None, "items: missing"),
        (("items", 0, "type"), "essay", "type: 'essay' is not allowed; allowed: single, multiple"),
        (("items", 0, "difficulty"), 4, "difficulty: 4 is not allowed; allowed: 1, 2 or 3"),
        (("items", 0, "seed"), "5", "seed: '5'"),
        (("items", 0, "seed"), 6, "id: 'by-hand-single-5' is not allowed; allowed: by-hand-single-6"),
        (("items", 0, "key"), [4], r"key: \[4\] is not allowed; allowed: indices from 0 to 3"),
        (("items", 0, "key"), [], "answer: None is not allowed; allowed: a key of choices or an answer"),
        (("items", 0, "choices", 1, "correct"), "yes", "correct: 'yes'"),
        (("items", 0, "choices", 1, "reason"), None, "reason: missing"),
    ],
)
def test_a_wrong_field_is_told_with_its_place(hostile, path, value, told):
    with pytest.raises(InputError, match=told):
        read_json(_changed(json.loads(json_text(hostile)), path, value))


@pytest.mark.parametrize(
    "text", ["", "{", "[]", b"\xff\xfe", '{"schema": 1, "items": [1]}', '{"schema": 1, "items": NaN}']
)
def test_what_is_no_document_is_refused(text):
    with pytest.raises(InputError):
        read_json(text)
