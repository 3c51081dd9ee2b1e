"""An exam: its paper, its steps, its time, how it is kept, and what its result counts."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from advisor.errors import InputError
from advisor.quiz.exam import EXAM_VIEWS, Exam, begin_exam, exam_forms, paper
from advisor.quiz.generate import VIEWS
from advisor.quiz.results import exam_events, result

NINE = datetime(2026, 11, 29, 9, tzinfo=UTC)


def after(minutes: float) -> datetime:
    return NINE + timedelta(minutes=minutes)


@pytest.fixture(scope="module")
def exam(facts):
    return begin_exam(7, facts, "mla-c02", NINE)


def wrong(item):
    """An answer that is not the right one, and tells of a belief."""
    return (next(index for index, choice in enumerate(item.choices) if not choice.correct),)


@pytest.mark.parametrize("view", EXAM_VIEWS)
def test_the_paper_has_the_size_of_the_exam_and_only_its_types(facts, view):
    exam = begin_exam(7, facts, view, NINE)
    items = paper(exam, facts)
    assert len(items) == len(set(items)) == exam.items == exam_forms()[view].items
    assert {item.type for item in items} <= set(VIEWS[view])
    assert items == paper(begin_exam(7, facts, view, after(500)), facts)
    assert items != paper(begin_exam(8, facts, view, NINE), facts)


def test_forms_have_a_source():
    for form in exam_forms().values():
        assert form.source.startswith("https://")
        assert form.items > 0 < form.minutes
        assert form.note


def test_an_exam_with_numbers_is_refused(facts):
    with pytest.raises(InputError, match="'all' is not allowed; allowed: mla-c02 or mla-c01"):
        begin_exam(7, facts, "all", NINE)


def test_an_answer_belongs_to_the_item_that_is_shown_and_may_be_changed_or_taken_back(exam):
    later = exam.go(12, after(1)).answer((2,), after(2)).go(3, after(3)).answer((0,), after(4))
    assert later.given(12).answer == (2,)
    assert (later.at, later.given(3).answer, later.given(1)) == (3, (0,), None)
    changed = later.go(12, after(5)).answer([1, 3], after(7))
    assert changed.given(12).answer == (1, 3)
    assert changed.given(12).seconds == 180
    assert changed.answer(None, after(8)).unanswered == tuple(sorted({*range(1, exam.items + 1)} - {3}))


def test_flags_are_set_and_taken_away(exam):
    flagged = exam.go(9, after(1)).flag(after(1)).go(4, after(2)).flag(after(2))
    assert flagged.flagged == (4, 9)
    assert flagged.flag(after(3)).flagged == (9,)


@pytest.mark.parametrize("number", [0, -3, 66])
def test_a_number_it_has_not_is_told_with_those_it_has(exam, number):
    with pytest.raises(InputError, match=f"number: {number} is not allowed; allowed: 1 to 65"):
        exam.go(number, after(1))


def test_time_runs_out_and_nothing_is_answered_then(exam):
    assert exam.left(after(exam.minutes - 1)) == timedelta(minutes=1)
    assert not exam.over(after(exam.minutes - 1))
    late = after(exam.minutes)
    assert exam.over(late)
    assert not exam.left(after(10_000))
    for step in (lambda: exam.answer((0,), late), lambda: exam.flag(late), lambda: exam.go(2, late)):
        with pytest.raises(InputError, match="it is over"):
            step()
    assert exam.end(after(10_000)).ended == late


def test_handed_in_once_it_stays_as_it_is(exam):
    ended = exam.answer((0,), after(1)).end(after(20))
    assert ended.over(after(20)) and ended.left(after(60)) == timedelta(minutes=exam.minutes - 20)
    assert ended.end(after(90)) == ended
    with pytest.raises(InputError, match="it is over"):
        ended.answer((1,), after(21))


def test_an_exam_that_was_kept_is_the_same(exam):
    for one in (
        exam,
        exam.go(12, after(1)).answer((2, 0), after(2)).flag(after(2)),
        exam.answer(600.5, after(1)).end(after(3)),
    ):
        assert Exam.from_json(json.loads(json.dumps(one.to_json()))) == one


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"schema": 2}, "exam.schema: 2 is not allowed"),
        ({"seed": "7"}, "exam.seed: '7' is not allowed"),
        ({"items": 10**9}, "exam.items: 1000000000 is not allowed"),
        ({"began": "yesterday"}, "exam.began: 'yesterday' is not allowed"),
        ({"began": "2026-11-29T09:00:00"}, "a moment with its time zone"),
        ({"at": 66}, "exam.at: 66 is not allowed; allowed: a whole number from 1 to 65"),
        ({"answers": []}, "exam.answers: 0 is not allowed; allowed: 65, one an item"),
        ({"answers": [{"answer": "b"}] * 65}, "exam.answers.1.answer: 'b' is not allowed"),
        ({"answers": [{"answer": [True], "at": NINE.isoformat(), "seconds": 1}] * 65}, "exam.answers.1.answer: True"),
        ({"answers": [{"answer": [0], "at": NINE.isoformat(), "seconds": -1}] * 65}, "exam.answers.1.seconds: -1"),
        ({"flagged": [0]}, "exam.flagged: 0 is not allowed"),
        ({"view": None}, "exam.view: None is not allowed"),
    ],
)
def test_a_damaged_exam_is_told_by_its_field(exam, change, said):
    with pytest.raises(InputError) as told:
        Exam.from_json({**exam.to_json(), **change})
    assert said in str(told.value)


@pytest.mark.parametrize("data", [None, [], "exam", {}])
def test_what_is_no_exam_is_told(data):
    with pytest.raises(InputError, match=r"exam\.schema"):
        Exam.from_json(data)


def test_another_paper_than_the_one_it_began_with_is_no_exam_to_go_on_with(exam, facts):
    with pytest.raises(InputError, match="its items have changed since it began"):
        paper(replace(exam, digest="0" * 16), facts)


def test_the_result_counts_by_task_topic_and_belief(exam, facts):
    items = paper(exam, facts)
    taken = exam
    for number, item in enumerate(items[:10], 1):
        taken = taken.go(number, after(number)).answer(item.key if number <= 6 else wrong(item), after(number + 0.5))
    taken = taken.flag(after(11)).end(after(30))
    found = result(taken, facts, after(100))
    assert (found.score.right, found.score.total, found.unanswered) == (6, 65, 55)
    assert found.used == timedelta(minutes=30)
    for part in (found.by_task, found.by_topic):
        assert sum(score.total for score in part.values()) == 65
        assert sum(score.right for score in part.values()) == 6
    assert sum(found.misconceptions.values()) >= 4
    assert list(found.misconceptions.values()) == sorted(found.misconceptions.values(), reverse=True)
    assert [one.number for one in found.items if one.mark.right] == [1, 2, 3, 4, 5, 6]
    assert len(found.missed) == 59
    assert [one.number for one in found.items if one.flagged] == [10]


def test_an_answer_of_a_form_that_the_item_has_not_is_wrong_and_not_a_crash(exam, facts):
    found = result(exam.answer((77,), after(1)), facts, after(2))
    assert found.score.right == 0
    assert found.unanswered == 64


def test_the_progress_keeps_what_was_answered_and_not_what_was_left_open(exam, facts):
    items = paper(exam, facts)
    taken = exam.answer(items[0].key, after(1)).go(5, after(2)).answer(wrong(items[4]), after(3.5)).end(after(4))
    events = exam_events(taken, facts)
    assert [(event.template, event.seed) for event in events] == [(i.template, i.seed) for i in (items[0], items[4])]
    assert [event.right for event in events] == [True, False]
    assert [event.seconds for event in events] == [60, 90]
    assert {event.mode for event in events} == {"exam"}
