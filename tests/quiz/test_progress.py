"""Progress: what answers make of scores, misses, beliefs, schedule and ratings, whatever their order."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from advisor.facts import Facts
from advisor.quiz.event import MODES, Answered, answered, event_of, row_of
from advisor.quiz.generate import make
from advisor.quiz.marking import mark
from advisor.quiz.progress import Miss, Progress, Score
from advisor.quiz.rating import START, expected
from advisor.quiz.schedule import Grade, grade, usual_seconds
from advisor.quiz.templates._template import all_templates

BEGUN = datetime(2026, 12, 1, 9, tzinfo=UTC)
TEMPLATE = next(kind for kind in all_templates().values() if kind.type == "single")
CONCEPT = f"{TEMPLATE.id}/{TEMPLATE.targets[0]}"
Event = Callable[..., Answered]


@pytest.fixture
def event() -> Event:
    def build(minute: float = 0, **changes: object) -> Answered:
        row = row_of(
            Answered(
                BEGUN + timedelta(minutes=minute), "practice", TEMPLATE.id, 1, "aws", CONCEPT, "options", "3.1", "single", 2,
                99, True, (), 45.0, (0,),
            )
        )  # fmt: skip
        return event_of(row | changes)

    return build


def many(event: Event, count: int) -> list[Answered]:
    """Answers of every kind, all at different times."""
    return [
        event(
            n * 7.0, seed=n % 5, right=n % 3 > 0, concept=f"{TEMPLATE.id}/{n % 4}", task=f"3.{n % 2}", mode=MODES[n % 3],
            seconds=float(n % 120), misconceptions=["PAY001"] if n % 3 == 0 else [],
        )
        for n in range(count)
    ]  # fmt: skip


def test_an_answer_says_all_that_progress_needs(facts: Facts):
    item = make(TEMPLATE.id, 3, facts)
    wrong = next(index for index, choice in enumerate(item.choices) if not choice.correct)
    found = answered(item, mark(item, [wrong]), [wrong], at=BEGUN, seconds=31.26, mode="practice")
    assert (found.template, found.seed, found.concept, found.profile) == (TEMPLATE.id, 3, item.concept, "aws")
    assert (found.right, found.answer, found.seconds) == (False, (wrong,), 31.3)
    assert found.misconceptions == (item.choices[wrong].misconception,)
    assert found.words > len(item.stem.split())
    assert event_of(row_of(found)) == found


def test_a_time_is_kept_in_utc_and_needs_its_zone(facts: Facts):
    item = make(TEMPLATE.id, 3, facts)
    here = BEGUN.astimezone(tz=None)
    right = mark(item, item.key)
    assert answered(item, right, item.key, at=here, seconds=1, mode="exam").at.tzinfo is UTC
    with pytest.raises(ValueError, match="zone"):
        answered(item, right, item.key, at=BEGUN.replace(tzinfo=None), seconds=1, mode="exam")


@pytest.mark.parametrize(("seconds", "kept"), [(-4.0, 0.0), (10.0**9, 86_400.0)])
def test_a_clock_that_jumped_gives_no_impossible_time(facts: Facts, seconds: float, kept: float):
    item = make(TEMPLATE.id, 3, facts)
    assert answered(item, mark(item, None), None, at=BEGUN, seconds=seconds, mode="exam").seconds == kept


def test_scores_count_by_task_and_topic(event: Event):
    found = Progress.of([event(0), event(1, right=False, task="3.2"), event(2, task="3.2", topic="limits")])
    assert found.by_task == {"3.1": Score(1, 1), "3.2": Score(1, 2)}
    assert found.by_topic == {"limits": Score(1, 1), "options": Score(1, 2)}
    assert (found.answers, found.right) == (3, 2)
    assert Score().share == 0.0


def test_a_miss_is_an_item_whose_last_answer_is_wrong(event: Event):
    first = Progress.of(
        [event(0, right=False), event(1, seed=2, right=False), event(2, right=False, profile="study-card")]
    )
    assert first.misses == (
        Miss(TEMPLATE.id, 1, "aws"),
        Miss(TEMPLATE.id, 2, "aws"),
        Miss(TEMPLATE.id, 1, "study-card"),
    )
    assert first.taken(event(3)).misses == first.misses[1:]
    assert first.taken(event(3)).taken(event(4, right=False)).misses[-1] == first.misses[0]


def test_beliefs_are_counted_the_most_frequent_first(event: Event):
    one = event(0, right=False, misconceptions=["B", "A"])
    found = Progress.of([one, event(1, right=False, misconceptions=["B"])])
    assert list(found.beliefs.items()) == [("B", 2), ("A", 1)]


def test_the_weakest_concepts_are_those_missed_most_of_late(event: Event):
    names = [f"{TEMPLATE.id}/{target}" for target in TEMPLATE.targets]
    known = event(0, concept=names[0], right=False)
    learned = [event(n, concept=names[0]) for n in range(1, 6)]
    assert [weak.concept for weak in Progress.of([known]).weakest(3)] == names[:1]
    assert Progress.of([known, *learned]).weakest(3) == ()
    assert Progress.of([known, *learned[:2]]).weakest(3)[0].score == Score(2, 3)
    assert Progress.of([known]).weakest(0) == ()


def test_one_by_one_or_all_at_once_and_in_any_order_it_is_the_same(event: Event):
    events = many(event, 60)
    whole = Progress.of(events)
    one_by_one = Progress()
    for one in [*events[30:], *events[:30]]:
        one_by_one = one_by_one.taken(one)
    assert one_by_one == whole == Progress.of(reversed(events))
    assert list(one_by_one.beliefs) == list(whole.beliefs)


def test_taking_an_answer_leaves_the_progress_before_as_it_was(event: Event):
    before = Progress.of(many(event, 10))
    copy = Progress.of(many(event, 10))
    before.taken(event(99_999, right=False))
    assert before == copy


def test_what_the_program_has_no_more_is_counted_and_not_asked_for(event: Event):
    gone = [
        event(0, right=False, template="long-gone", concept="long-gone/x", misconceptions=["gone"]),
        event(1, right=False, concept=f"{TEMPLATE.id}/no-such-target"),
    ]
    found = Progress.of(gone)
    assert (found.answers, found.by_task["3.1"], found.beliefs) == (2, Score(0, 2), {"gone": 1})
    assert found.misses == (Miss(TEMPLATE.id, 1, "aws"),)
    assert found.due(BEGUN + timedelta(days=400)) == ()
    assert found.weakest(5) == ()


@pytest.mark.parametrize(
    ("changes", "expected_grade"),
    [
        ({"right": False, "seconds": 3.0}, Grade.WRONG),
        ({"seconds": 500.0}, Grade.SLOW),
        ({"seconds": 45.0}, Grade.RIGHT),
        ({"seconds": 20.0}, Grade.FAST),
        ({"seconds": 20.0, "mode": "review"}, Grade.RIGHT),
        ({"seconds": 500.0, "mode": "exam"}, Grade.RIGHT),
        ({"seconds": 0.0}, Grade.RIGHT),
        ({"seconds": 1.0}, Grade.RIGHT),
        ({"seconds": 45.0, "type": "numeric", "words": 60}, Grade.RIGHT),
        ({"seconds": 37.0, "type": "numeric", "words": 60}, Grade.FAST),
        ({"seconds": 37.0, "type": "single", "words": 20}, Grade.RIGHT),
    ],
)
def test_how_well_an_answer_went(event: Event, changes: dict[str, object], expected_grade: int):
    assert grade(event(0, **changes)) == expected_grade


def test_an_item_of_a_type_that_is_gone_has_a_usual_time_too():
    assert usual_seconds("hot-spot", 100) == usual_seconds("single", 100)


def test_a_wrong_answer_comes_again_soon_and_a_fast_one_later_than_a_slow_one(event: Event):
    def due(**changes: object) -> datetime:
        return Progress.of([event(0, **changes)]).due(BEGUN + timedelta(days=999))[0].due_at

    wrong, slow, right, fast = due(right=False), due(seconds=500.0), due(), due(seconds=20.0)
    assert wrong == BEGUN + timedelta(minutes=10)
    assert wrong < slow < right < fast
    assert right >= BEGUN + timedelta(days=1)


def test_intervals_grow_while_it_is_known_and_never_beyond_a_year(event: Event):
    progress, at, intervals = Progress(), BEGUN, []
    for _ in range(12):
        progress = progress.taken(event_of(row_of(event()) | {"at": at.isoformat()}))
        due = progress.due(at + timedelta(days=999))[0].due_at
        intervals.append(due - at)
        at = due
    assert intervals == sorted(intervals)
    assert intervals[-1] == timedelta(days=365)


def test_due_is_what_has_come_due_the_longest_first(event: Event):
    names = [f"{TEMPLATE.id}/{target}" for target in TEMPLATE.targets][:2]
    found = Progress.of([event(n, right=False, concept=name) for n, name in enumerate(names)])
    assert found.due(BEGUN + timedelta(minutes=9)) == ()
    assert [due.concept for due in found.due(BEGUN + timedelta(minutes=30))] == names


def test_ratings_rise_with_right_answers_and_settle(event: Event):
    found = Progress.of([event(n, seed=n) for n in range(30)])
    task, template = found.ratings.tasks["3.1"], found.ratings.templates[TEMPLATE.id]
    assert task.points > START > template.points
    assert task.points - START == pytest.approx(START - template.points)
    assert task.answers == 30
    steps = [
        Progress.of([event(m, seed=m) for m in range(n + 1)]).ratings.tasks["3.1"].points
        - Progress.of([event(m, seed=m) for m in range(n)]).ratings.tasks.get("3.1", task).points
        for n in (1, 10, 25)
    ]
    assert steps == sorted(steps, reverse=True)


def test_a_rating_finds_how_able_a_learner_is(event: Event):
    """Somebody who answers three of four of the middle difficulty right stands where three of four are expected."""
    found = Progress.of([event(n, seed=n, right=n % 4 > 0) for n in range(400)]).ratings
    assert expected(found.tasks["3.1"].points, found.templates[TEMPLATE.id].points) == pytest.approx(0.75, abs=0.05)


def test_an_item_asked_again_moves_no_rating(event: Event):
    assert Progress.of([event(0, mode="review")]).ratings.tasks == {}
