"""Answers in the file: kept once, of several learners, carried elsewhere and back, forgotten; and a damaged file."""

import json
import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import jsonschema
import pytest

from advisor import _store_schema
from advisor.errors import InputError, StoreError
from advisor.quiz import kept
from advisor.quiz.event import MODES, Answered
from advisor.quiz.kept import (
    LONGEST_NAME,
    answers_of,
    exam_of,
    export_progress,
    import_progress,
    keep,
    keep_exam,
    learners,
    progress_of,
    reset,
)
from advisor.quiz.progress import Progress
from advisor.quiz.progress_file import progress_schema, read_progress
from advisor.quiz.templates._template import all_templates
from advisor.store import Store, open_store

TODAY = date(2026, 12, 1)
BEGUN = datetime(2026, 12, 1, 9, tzinfo=UTC)
TEMPLATE = next(iter(all_templates().values()))


def event(number: int = 0, **changes: object) -> Answered:
    one = Answered(
        BEGUN + timedelta(minutes=number), MODES[number % 3], TEMPLATE.id, number % 700, "aws",
        f"{TEMPLATE.id}/{TEMPLATE.targets[number % len(TEMPLATE.targets)]}", "options", f"3.{number % 2 + 1}", "single",
        number % 3 + 1, 99, number % 4 > 0, () if number % 4 else ("PAY001/async", "INT001"), 30.5, (number % 4,),
    )  # fmt: skip
    return replace(one, **changes)  # type: ignore[arg-type]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "saved.sqlite"


@pytest.fixture
def store(file: Path) -> Store:
    return open_store(file, today=TODAY)


def test_the_first_answer_makes_the_learner_and_looking_makes_nothing(file: Path, store: Store):
    assert learners(store) == ()
    assert progress_of(store, "Ada") == Progress()
    assert exam_of(store, "Ada") is None
    assert not file.exists()
    keep(store, "Ada", event())
    assert learners(store) == ("Ada",)
    assert progress_of(store, " Ada ").answers == 1


def test_each_learner_has_answers_of_their_own_and_each_profile_progress_of_its_own(store: Store):
    keep(store, "Ada", event(1), event(2))
    keep(store, "Grace", event(3, answer=2.5), event(4, answer=None, profile="study-card"))
    assert progress_of(store, "Ada") == Progress.of([event(1), event(2)])
    assert progress_of(store, "Grace").events == (event(3, answer=2.5),)
    assert progress_of(store, "Grace", "study-card").events == (event(4, answer=None, profile="study-card"),)
    assert learners(store) == ("Ada", "Grace")


def test_an_answer_that_is_kept_twice_is_kept_once(store: Store):
    keep(store, "Ada", event(1))
    keep(store, "Ada", event(1), event(1))
    assert answers_of(store, "Ada") == (event(1),)


@pytest.mark.parametrize("name", ["", "  ", "a\x00b", "a\x07b", "x" * (LONGEST_NAME + 1), "x" * 10_000, "\ud800"])
def test_what_is_no_name_is_refused_and_keeps_nothing(file: Path, store: Store, name: str):
    for act in (
        lambda: keep(store, name, event()),
        lambda: progress_of(store, name),
        lambda: keep_exam(store, name, {}),
        lambda: reset(store, name),
        lambda: import_progress(store, {"schema": 1, "learner": "Ada", "events": []}, name),
    ):
        with pytest.raises(InputError, match=f"learner: .* is not allowed; allowed: 1 to {LONGEST_NAME}"):
            act()
    assert learners(store) == ()


@pytest.mark.parametrize("name", ["Ada Lovelace", "Ōé ñ", "'; DROP TABLE learner; --", "x" * LONGEST_NAME, "<b>", "零"])
def test_any_printable_name_is_one(store: Store, name: str):
    keep(store, name, event())
    assert learners(store) == (name,)
    assert export_progress(store, name)["learner"] == name


def test_the_exam_that_runs_is_kept_beside_the_answers(store: Store):
    keep_exam(store, "Ada", {"seed": 7, "answers": [[1], None]})
    keep_exam(store, "Grace", {"seed": 8})
    assert exam_of(store, "Ada") == {"seed": 7, "answers": [[1], None]}
    keep_exam(store, "Ada", {"seed": 9})
    assert exam_of(store, "Ada") == {"seed": 9}
    keep_exam(store, "Ada", None)
    assert exam_of(store, "Ada") is None
    assert exam_of(store, "Grace") == {"seed": 8}


def test_an_exam_larger_than_any_is_refused(store: Store):
    with pytest.raises(InputError, match=r"exam: .* characters is not allowed"):
        keep_exam(store, "Ada", {"answers": ["x" * 2_000_000]})
    assert exam_of(store, "Ada") is None


def test_a_reset_forgets_one_learner_whole(store: Store):
    keep(store, "Ada", event(1), event(2))
    keep(store, "Grace", event(1))
    keep_exam(store, "Ada", {"seed": 7})
    assert reset(store, "Ada") == 2
    assert learners(store) == ("Grace",)
    assert exam_of(store, "Ada") is None
    assert progress_of(store, "Ada").answers == 0
    keep(store, "Ada", event(5))
    assert answers_of(store, "Ada") == (event(5),)


def test_an_unknown_learner_has_nothing_to_export_or_reset_and_the_known_ones_are_named(store: Store):
    with pytest.raises(InputError, match="'Eve' is not allowed; allowed: somebody who has answered"):
        reset(store, "Eve")
    keep(store, "Ada", event())
    for act in (reset, export_progress):
        with pytest.raises(InputError, match="learner: 'Eve' is not allowed; allowed: one of Ada"):
            act(store, "Eve")


def test_what_is_exported_follows_its_schema_and_comes_back_the_same(store: Store, tmp_path: Path):
    events = [event(n) for n in range(40)] + [event(41, answer=600.0, type="numeric"), event(42, answer=None)]
    keep(store, "Ada", *reversed(events))
    document = export_progress(store, "Ada", at=BEGUN)
    jsonschema.validate(document, progress_schema())
    assert document["exported_at"] == "2026-12-01T09:00:00+00:00"
    other = open_store(tmp_path / "other.sqlite", today=TODAY)
    assert import_progress(other, json.dumps(document)) == {"added": 42, "known": 0}
    assert progress_of(other, "Ada") == progress_of(store, "Ada") == Progress.of(events)
    assert export_progress(other, "Ada", at=BEGUN) == document
    jsonschema.Draft202012Validator.check_schema(progress_schema())


def test_an_import_merges_and_adds_no_answer_twice(store: Store):
    keep(store, "Ada", *map(event, range(10)))
    early = export_progress(store, "Ada")
    keep(store, "Ada", *map(event, range(10, 15)))
    late = export_progress(store, "Ada")
    reset(store, "Ada")
    keep(store, "Ada", event(99))
    assert import_progress(store, late) == {"added": 15, "known": 0}
    assert import_progress(store, early) == {"added": 0, "known": 10}
    assert progress_of(store, "Ada") == Progress.of(map(event, [*range(15), 99]))
    assert import_progress(store, late, "Grace") == {"added": 15, "known": 0}
    assert learners(store) == ("Ada", "Grace")


def document(**changes: object) -> dict[str, object]:
    row = {
        "at": "2026-12-01T09:00:00+00:00", "mode": "practice", "template": "t", "seed": 1, "profile": "aws",
        "concept": "t/a", "topic": "options", "task": "3.1", "type": "single", "difficulty": 2, "words": 99,
        "right": True, "misconceptions": ["PAY001"], "seconds": 4.5, "answer": [0],
    }  # fmt: skip
    return {"schema": 1, "learner": "Ada", "events": [row | changes]}


def test_times_of_any_zone_are_one_time(store: Store):
    import_progress(store, document())
    assert import_progress(store, document(at="2026-12-01T10:00:00+01:00")) == {"added": 0, "known": 1}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"at": "yesterday"}, r"events\[0\]\.at: 'yesterday' is not allowed; allowed: a time with its zone"),
        ({"at": "2026-12-01T09:00:00"}, "a time with its zone"),
        ({"at": "9999-12-31T23:59:59+00:00"}, "a time with its zone"),
        ({"at": 3}, "a time with its zone"),
        ({"mode": "cheating"}, r"mode: 'cheating' is not allowed; allowed: one of practice, exam, review"),
        ({"mode": []}, "one of practice"),
        ({"template": ""}, "template: '' is not allowed; allowed: 1 to 120 printable characters"),
        ({"template": "\ud800"}, "printable"),
        ({"concept": "x" * 5000}, "printable"),
        ({"seed": -1}, "seed: -1 is not allowed; allowed: a whole number from 0"),
        ({"seed": 1.5}, "a whole number"),
        ({"seed": True}, "a whole number"),
        ({"seed": 10**400}, "a whole number"),
        ({"difficulty": 4}, "difficulty: 4 is not allowed; allowed: a whole number from 1 to 3"),
        ({"right": 1}, "right: 1 is not allowed; allowed: true or false"),
        ({"right": None}, "true or false"),
        ({"misconceptions": "PAY001"}, "misconceptions: 'PAY001' is not allowed; allowed: a list"),
        ({"misconceptions": [1]}, "printable"),
        ({"seconds": -1}, "seconds: -1 is not allowed; allowed: seconds from 0"),
        ({"seconds": float("nan")}, "seconds from 0"),
        ({"seconds": float("inf")}, "seconds from 0"),
        ({"seconds": 10**400}, "seconds from 0"),
        ({"answer": "A"}, "a list of places of choices, a number, or null"),
        ({"answer": [0.5]}, "a list of places"),
        ({"answer": [-1]}, "a list of places"),
        ({"answer": float("inf")}, "a list of places"),
        ({"answer": 10**400}, "a list of places"),
        ({"answer": {"a": 1}}, "a list of places"),
        ({"more": 1}, r"events\[0\]\.more: there is no such field"),
    ],
)
def test_an_answer_that_cannot_be_one_is_refused_by_field_value_and_what_is_allowed(
    store: Store, changes: dict[str, object], said: str
):
    for data in (document(**changes), json.dumps(document(**changes))):
        with pytest.raises(InputError, match=said):
            import_progress(store, data)
    assert learners(store) == ()


def test_every_problem_is_told_at_once_and_nothing_of_the_document_is_kept(store: Store):
    keep(store, "Ada", event())
    bad = document()
    bad["events"] = [*document()["events"], *document(seed=-1)["events"], *document(right="yes")["events"]]  # type: ignore[misc]
    bad["schema"] = 2
    with pytest.raises(InputError) as caught:
        import_progress(store, bad)
    assert [problem.path for problem in caught.value.problems] == ["schema", "events[1].seed", "events[2].right"]
    assert answers_of(store, "Ada") == (event(),)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("", "no JSON"),
        ("{", "no JSON"),
        (b"\xff\xfe\x00", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("[]", "a table with schema, learner"),
        ("null", "a table with"),
        (None, "a table with"),
        (7, "a table with"),
        ('{"cookies": 3}', "cookies: there is no such field"),
        ('{"schema": 1, "learner": "Ada"}', "events: missing"),
        ('{"schema": 1, "learner": "Ada", "events": {}}', "events: a table is not allowed; allowed: a list"),
        ('{"schema": 1, "learner": "", "events": []}', "learner"),
        ('{"schema": "1", "learner": "Ada", "events": []}', "schema: '1' is not allowed"),
        ('{"schema": 1, "learner": "Ada", "events": [3]}', r"events\[0\]: 3 is not allowed; allowed: a table with at"),
    ],
)
def test_a_damaged_or_foreign_document_is_refused_with_words(store: Store, data: object, said: str):
    with pytest.raises(InputError, match=said):
        import_progress(store, data)
    assert learners(store) == ()


def test_a_document_larger_than_any_is_refused_unread(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("advisor.quiz.progress_file.LARGEST_BYTES", 10)
    with pytest.raises(InputError, match="MB is not allowed; allowed: at most"):
        read_progress(json.dumps(document()))


def test_more_answers_than_are_kept_are_refused_and_the_file_is_as_it_was(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(kept, "MOST_ANSWERS", 3)
    keep(store, "Ada", event(0), event(1))
    with pytest.raises(InputError, match="at most 3 of one learner"):
        keep(store, "Ada", event(2), event(3))
    assert answers_of(store, "Ada") == (event(0), event(1))
    keep(store, "Ada", event(2))
    keep(store, "Grace", event(3))


def test_more_learners_than_are_kept_are_refused(store: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(kept, "MOST_LEARNERS", 1)
    keep(store, "Ada", event())
    with pytest.raises(InputError, match="'Grace' is not allowed; allowed: one of the 1 learners"):
        keep(store, "Grace", event())
    keep(store, "Ada", event(1))


@pytest.mark.parametrize("raw", [b"junk" * 5000, b"SQLite format 3\0" + b"\xff" * 9000])
def test_a_damaged_file_is_set_aside_and_progress_begins_anew(file: Path, store: Store, raw: bytes):
    keep(store, "Ada", event())
    file.write_bytes(raw)
    with pytest.raises(StoreError, match="set aside"):
        progress_of(store, "Ada")
    anew = open_store(file, today=TODAY)
    assert [path.read_bytes() for path in anew.aside] == [raw]
    assert learners(anew) == ()
    keep(anew, "Ada", event(5))
    assert answers_of(anew, "Ada") == (event(5),)


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"at": 3}'])
def test_a_row_that_cannot_be_read_is_told_and_can_be_reset(file: Path, store: Store, text: str):
    keep(store, "Ada", event())
    keep(store, "Grace", event())
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE answered SET event = ? WHERE learner = 1", (text,))
        connection.execute("UPDATE learner SET exam = '{' WHERE id = 1")
        connection.commit()
    for act in (progress_of, export_progress, exam_of):
        with pytest.raises(StoreError, match=r"of Ada in .* cannot be read any more"):
            act(store, "Ada")
    assert progress_of(store, "Grace").answers == 1
    assert reset(store, "Ada") == 1
    keep(store, "Ada", event())


def test_a_file_from_before_the_quizzes_takes_progress_and_keeps_what_it_holds(
    file: Path, store: Store, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as patch:
        patch.setattr(_store_schema, "MIGRATIONS", _store_schema.MIGRATIONS[:1])
        with store.writing() as connection:
            connection.execute(
                "INSERT INTO saved (kind, name, saved_on, toml, digest, profile, seed, terms, recording) "
                "VALUES ('workload', 'old', '2026-11-25', 'schema = 1', '', 'aws', 0, '', '')"
            )
    keep(store, "Ada", event())
    assert progress_of(store, "Ada").answers == 1
    with store.reading() as connection:
        assert [row["name"] for row in connection.execute("SELECT name FROM saved")] == ["old"]


def test_ten_thousand_answers_are_there_in_a_second(store: Store):
    keep(store, "Ada", *map(event, range(10_000)))
    begun = time.process_time()
    found = progress_of(store, "Ada")
    took = time.process_time() - begun
    assert found.answers == 10_000
    assert took < 1.0, f"{took:.2f} s of one core"


def test_one_more_answer_after_ten_thousand_is_quick():
    progress = Progress.of(map(event, range(10_000)))
    begun = time.process_time()
    for number in range(10_000, 10_020):
        progress = progress.taken(event(number))
    assert (time.process_time() - begun) / 20 < 0.02
    assert progress == Progress.of(map(event, range(10_020)))
