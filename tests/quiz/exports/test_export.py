"""Exports as one: each format by its name, equal bytes twice, wrong arguments told by name, no link that a browser should not follow."""

from dataclasses import replace
from datetime import date

import pytest

from advisor.errors import InputError
from advisor.facts import load_facts
from advisor.quiz.export import FORMATS, day_of, export, export_deck, file_name
from advisor.quiz.export_json import read_json
from advisor.quiz.export_text import hint

DAY = date(2026, 11, 22)


@pytest.mark.parametrize("name", list(FORMATS))
def test_a_deck_is_the_same_bytes_twice_and_another_one_is_not(name, facts):
    first = export_deck(7, 20, "all", "", facts, name)
    assert first == export_deck(7, 20, "all", "", load_facts(), name)
    assert first != export_deck(8, 20, "all", "", facts, name)


def test_a_deck_has_the_items_that_are_dealt(facts):
    assert len(read_json(export_deck(7, 20, "mla-c02", "", facts, "json"))) == 20
    assert {item.profile for item in read_json(export_deck(7, 5, "all", "", facts.under("study-card"), "json"))} == {
        "study-card"
    }


def test_the_day_of_a_deck_is_that_of_the_newest_fact(facts):
    assert export_deck(7, 3, "all", "", facts, "anki") == export_deck(7, 3, "all", "", facts, "anki", day_of(facts))
    assert export_deck(7, 3, "all", "", facts, "anki") != export_deck(7, 3, "all", "", facts, "anki", date(2030, 1, 1))


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"format": "aiken"}, "format: 'aiken' is not allowed; allowed: one of anki, gift, markdown, json"),
        ({"count": 0}, "items: 0 is not allowed; allowed: a whole number from 1 to 5,000"),
        ({"count": 5001}, "items: 5001"),
        ({"view": "mls"}, "view: 'mls'"),
        ({"topic": "history"}, "topic: 'history'"),
        ({"seed": -1}, "seed: -1"),
    ],
)
def test_what_is_not_allowed_is_told_by_name(facts, asked, told):
    given = {"seed": 7, "count": 3, "view": "all", "topic": "", "facts": facts, "format": "gift", **asked}
    with pytest.raises(InputError, match=told):
        export_deck(**given)


def test_how_to_answer_is_said_where_the_question_does_not(hostile):
    told = {one.type: hint(replace(one, question="What?")) for one in hostile if one.unit or one.type != "numeric"}
    assert told["multiple"] == "Choose 3 of 5."
    assert told["numeric"] == "In requests {per} <minute>."
    assert told["single"] == told["case"] == ""
    assert hint(replace(hostile[1], question="Which of these? Choose THREE.")) == ""
    share = replace(hostile[4], unit="%", question="Which share is busy? Answer in percent.")
    assert hint(share) == ""
    assert hint(replace(share, question="Which share is busy?")) == "In percent."


def test_files_are_named_by_what_is_in_them():
    assert file_name("json", seed=7, count=20) == "endpoint-quiz-seed-7-20.json"
    assert file_name("gift", seed=7, count=20, profile="study-card") == "endpoint-quiz-study-card-seed-7-20.gift.txt"
    with pytest.raises(InputError, match="format"):
        file_name("aiken", seed=7, count=20)


@pytest.mark.parametrize("name", ["gift", "markdown"])
@pytest.mark.parametrize("source", ["javascript:alert(1)", "http://example.org", "data:text/html,x"])
def test_only_a_page_of_the_web_becomes_a_link(hostile, name, source):
    choices = tuple(replace(choice, source=source) for choice in hostile[0].choices)
    text = export([replace(hostile[0], choices=choices, sources=(source,))], name, seed=1, on=DAY).decode()
    assert ("href" if name == "gift" else "](") not in text.replace("\\](", "")
