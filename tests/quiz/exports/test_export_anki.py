"""The package for Anki: every item comes back from its notes, its names hold for good, and equal decks are equal bytes."""

import json
import re
import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from zipfile import ZipFile

import pytest

from advisor.quiz.export_anki import FIELDS, anki_package
from advisor.quiz.export_text import answer_words, letter
from tests.quiz.exports.reading import html, normal

DAY = date(2026, 11, 22)


def collection(package: bytes) -> sqlite3.Connection:
    with ZipFile(BytesIO(package)) as files:
        assert files.testzip() is None
        assert files.namelist() == ["collection.anki2", "media"]
        assert json.loads(files.read("media")) == {}
        connection = sqlite3.connect(":memory:")
        connection.deserialize(files.read("collection.anki2"))
    return connection


def notes(package: bytes) -> dict[str, dict[str, str]]:
    """The fields of every note, by the guid."""
    connection = collection(package)
    rows = connection.execute("select guid, flds, tags, sfld, mod from notes order by id").fetchall()
    connection.close()
    found = {}
    for guid, fields, tags, first, changed in rows:
        values = fields.split("\x1f")
        assert len(values) == len(FIELDS)
        assert first == values[0]
        found[guid] = {**dict(zip(FIELDS, values, strict=True)), "tags": tags, "mod": changed}
    return found


@pytest.fixture(scope="module")
def read(items):
    found = {note["Item"]: note for note in notes(anki_package(items, on=DAY)).values()}
    assert len(found) == len(items)
    return [(item, found[item.id]) for item in items]


def test_the_front_has_the_scenario_the_question_and_every_choice(read):
    for item, note in read:
        assert html(note["Scenario"]).text == normal(item.stem)
        assert html(note["Question"]).text == normal(item.question)
        assert html(note["Choices"]).parts == tuple(normal(part.text) for part in (*item.prompts, *item.choices))


def test_the_back_has_the_answer_every_reason_with_its_page_and_what_to_remember(read):
    for item, note in read:
        assert html(note["Answer"]).parts[0].startswith(f"**{normal(answer_words(item))}**")
        told = html(note["Reasons"])
        parts = [*item.prompts, *item.choices]
        matched = [
            f"{letter(index)}. {normal(part.reason)}".strip()
            for part, index in zip(item.prompts, item.key, strict=False)
        ]
        told_of_choices = [row.removeprefix("✓ ").removeprefix("✕ ") for row in told.parts[len(matched) :]]
        assert [*told.parts[: len(matched)], *told_of_choices] == [
            *matched,
            *(normal(part.reason) for part in item.choices),
        ]
        assert told.links == tuple(part.source for part in parts if part.source)
        assert [word for word in told.aside if word != "Documentation"] == [part.rule for part in parts if part.rule]
        assert html(note["Explanation"]).text == normal(item.explanation)
        assert html(note["Sources"]).links == tuple(filter(None, item.sources))


def test_right_and_wrong_are_told_by_a_sign(read):
    for item, note in read:
        if item.type in {"single", "multiple", "case"}:
            signs = [row[0] == "✓" for row in html(note["Reasons"]).parts]
            assert signs == [choice.correct for choice in item.choices]


def test_the_answer_of_a_choice_or_an_order_names_the_texts_too(read):
    for item, note in read:
        if item.type in {"multiple", "ordering"}:
            assert note["Answer"].count("<li>") == len(item.key)
        if item.type == "ordering":
            told = html(note["Answer"].partition("</b>")[2])
            assert told.parts == tuple(normal(item.choices[index].text) for index in item.key)


def test_tags_are_topic_task_difficulty_and_type(read):
    for item, note in read:
        tags = note["tags"].split()
        assert {f"endpoints::topic::{item.topic}", f"endpoints::task::{item.task}"} <= set(tags)
        assert {f"endpoints::difficulty::{item.difficulty}", f"endpoints::type::{item.type}"} <= set(tags)
        assert ("endpoints::profile::study-card" in tags) == (item.profile == "study-card")


def test_equal_items_and_day_give_equal_bytes(items):
    assert anki_package(items, on=DAY) == anki_package(items, on=DAY)


def test_a_note_keeps_its_name_when_its_text_changes_and_is_newer_on_a_later_day(hostile):
    before = notes(anki_package(hostile, on=DAY))
    after = notes(anki_package([replace(item, stem="Another.") for item in hostile], on=date(2026, 11, 23)))
    assert list(before) == list(after)
    assert len(before) == len(hostile)
    assert all(after[guid]["mod"] - before[guid]["mod"] == 86400 for guid in before)
    assert {note["mod"] for note in before.values()} == {int(datetime(2026, 11, 22, tzinfo=UTC).timestamp())}


def test_items_of_the_study_card_lie_in_a_deck_of_their_own(hostile):
    connection = collection(anki_package(hostile, on=DAY))
    decks = json.loads(connection.execute("select decks from col").fetchone()[0])
    rows = connection.execute("select n.tags, c.did from notes n join cards c on c.nid = n.id").fetchall()
    connection.close()
    assert len(rows) == len(hostile)
    for tags, number in rows:
        name = decks[str(number)]["name"]
        assert name == ("SageMaker endpoints::Study card" if "study-card" in tags else "SageMaker endpoints")


def test_the_card_shows_every_field_and_only_fields(hostile):
    connection = collection(anki_package(hostile, on=DAY))
    (model,) = [
        found
        for found in json.loads(connection.execute("select models from col").fetchone()[0]).values()
        if found["name"].startswith("SageMaker")
    ]
    connection.close()
    (card,) = model["tmpls"]
    shown = set(re.findall(r"\{\{[#/]?(\w+)\}\}", card["qfmt"] + card["afmt"]))
    assert shown == {*FIELDS, "FrontSide"}
    assert "Answer" not in card["qfmt"]
    assert ".nightMode" in model["css"]
