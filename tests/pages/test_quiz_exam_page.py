"""The exam on the quiz page: nothing is told before its end, it survives a reload, and its result is a drill."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from advisor.facts import load_facts
from advisor.pages import _quiz_keep
from advisor.quiz.exam import Exam, begin_exam, exam_forms, paper
from advisor.quiz.kept import exam_of, export_progress, keep_exam, learners, progress_of
from advisor.quiz.results import HEADING
from advisor.store import Store, open_store
from simulator.pages import _local

FACTS = load_facts()
ITEMS = exam_forms()["mla-c02"].items
EXAM = {"quiz_mode": "Exam"}


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Store:
    """A user's data folder of the test's own."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return open_store(today=date(2026, 11, 20))


def part(at: Any, testid: str) -> str:
    return "".join(e.proto.body for e in at.main.get("html") if f'data-testid="{testid}"' in e.proto.body)


def click(at: Any, *keys: str) -> None:
    for key in keys:
        at.button(key=f"quiz_{key}").click().run()


def begun(store: Store, minutes_ago: float = 0, answered: int = 0, *, wrong: int = 0) -> Exam:
    """An exam that was begun, with its first questions answered; the first of them wrong."""
    start = _quiz_keep.now() - timedelta(minutes=minutes_ago)
    exam = begin_exam(3, FACTS, "mla-c02", start)
    for number, item in enumerate(paper(exam, FACTS)[:answered], 1):
        other = next(n for n in range(len(item.choices)) if n not in item.key)
        exam = exam.go(number, start).answer((other,) if number <= wrong else item.key, start)
    keep_exam(store, "me", exam.to_json())
    return exam


def test_an_exam_begins_and_tells_nothing_before_its_end(app: Any, store: Store) -> None:
    at = app("quiz", **EXAM)
    said = part(at, "quiz-question")
    assert "a drill and no forecast" in said
    assert f"{ITEMS} questions, {exam_forms()['mla-c02'].minutes} minutes" in said
    click(at, "exam_mla-c02")
    assert f"question 1 of {ITEMS}" in part(at, "quiz-question")
    assert "difficulty" not in part(at, "quiz-question")
    assert "min left" in part(at, "quiz-clock")
    exam = Exam.from_json(exam_of(store, "me"))
    item = paper(exam, FACTS)[0]
    for n in item.key:
        click(at, f"option_{n}")
    assert Exam.from_json(exam_of(store, "me")).given(1).answer == item.key
    page = "".join(e.proto.body for e in at.main.get("html"))
    assert "ea-chip" not in page
    assert "ea-mark" not in page
    assert "quiz_check" not in {button.key for button in at.main.button}
    assert learners(store) == ("me",)
    assert progress_of(store, "me").answers == 0
    assert f"<h1>1 of {ITEMS} questions answered.</h1>" in part(at, "quiz-head")


def test_an_exam_survives_a_reload_and_the_address_holds_its_question(app: Any, store: Store) -> None:
    begun(store, 40, answered=2)
    at = app("quiz", **EXAM)
    assert f"question 2 of {ITEMS}" in part(at, "quiz-question")
    assert "About 90 min left" in part(at, "quiz-clock")
    click(at, "next", "flag")
    assert at.query_params["quiz_question"] == "3"
    assert at.button(key="quiz_flag").proto.shortcut.lower() == "f"
    again = app("quiz", **EXAM, quiz_question="3")
    assert f"question 3 of {ITEMS} · flagged" in part(again, "quiz-question")
    assert "<dt>Open</dt><dd>63</dd><dt>Flagged</dt><dd>1</dd>" in part(again, "quiz-exam")
    click(again, "to_open")
    assert f"question 4 of {ITEMS}" in part(again, "quiz-question")
    click(again, "to_flagged", "back")
    assert f"question 2 of {ITEMS}" in part(again, "quiz-question")
    assert any(button.label.endswith("(chosen)") for button in again.main.button)
    stray = app("quiz", **EXAM, quiz_question="999")
    assert f"question 2 of {ITEMS}" in part(stray, "quiz-question")


def test_an_end_with_open_questions_asks_first_and_the_result_is_a_drill(app: Any, store: Store) -> None:
    begun(store, 10, answered=5, wrong=2)
    at = app("quiz", **EXAM)
    click(at, "exam_end", "exam_on")
    assert not at.warning
    click(at, "exam_end")
    assert f"{ITEMS - 5} questions are open" in at.warning[0].value
    click(at, "exam_end_now")
    assert HEADING in part(at, "quiz-result")
    assert f"{ITEMS - 5} were left open" in part(at, "quiz-result")
    assert f"<h1>3 of {ITEMS} right in this drill.</h1>" in part(at, "quiz-head")
    assert "Task 3.1" in part(at, "quiz-tasks")
    assert part(at, "quiz-beliefs").count("<li>") >= 1
    assert "✕ Not this one" in part(at, "quiz-answer"), "the first missed question is open"
    progress = progress_of(store, "me")
    assert (progress.answers, progress.right) == (5, 3)
    assert {event.mode for event in progress.events} == {"exam"}
    again = app("quiz", **EXAM, quiz_question=str(ITEMS))
    assert "✕ Left open" in part(again, "quiz-answer")
    assert progress_of(store, "me").answers == 5, "a result that is looked at again counts nothing twice"
    click(again, "exam_again")
    assert "An exam of full length" in part(again, "quiz-question")


def test_an_exam_whose_time_is_up_is_handed_in(app: Any, store: Store) -> None:
    exam = begun(store, 500, answered=3)
    at = app("quiz", **EXAM)
    assert f"<h1>3 of {ITEMS} right in this drill.</h1>" in part(at, "quiz-head")
    assert f"It took {exam.minutes} of {exam.minutes} minutes" in part(at, "quiz-result")
    assert progress_of(store, "me").answers == 3


def test_an_exam_whose_questions_have_changed_says_so(app: Any, store: Store) -> None:
    changed = {**begun(store).to_json(), "digest": "0" * 16}
    keep_exam(store, "me", changed)
    at = app("quiz", **EXAM)
    assert "This exam cannot go on" in part(at, "quiz-question")
    click(at, "exam_away")
    assert exam_of(store, "me") is None
    keep_exam(store, "me", {**changed, "minutes": "soon"})
    damaged = app("quiz", **EXAM)
    assert "exam.minutes" in damaged.info[0].value.replace("\\", "")
    assert "An exam of full length" in part(damaged, "quiz-question")


def test_progress_goes_out_and_in_and_a_damaged_file_changes_nothing(
    app: Any, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(store, 500, answered=4, wrong=1)
    at = app("quiz", **EXAM)
    whole = json.dumps(export_progress(store, "me")).encode()
    for own in (True, False):
        monkeypatch.setattr(_local, "own_server", lambda own=own: own)
        at = app("quiz")
        if own:
            at.selectbox(key="quiz_learner").options.append("Ada")
            at.selectbox(key="quiz_learner").set_value("Ada").run()
        for raw, told in ((whole[:-9], "does not fit"), (whole, "4 answers added"), (whole, "0 answers added, 4 were")):
            at.file_uploader(key="quiz_upload").set_value(("p.json", raw, "application/json")).run()
            assert told in at.info[0].value.replace("\\", "")
        assert "<h2>3 of 4 right</h2>" in part(at, "quiz-progress")
    assert progress_of(store, "Ada").answers == 4
