"""A session: the deck goes on, what is due comes first, and misses come again."""

from datetime import UTC, datetime, timedelta
from itertools import islice
from time import perf_counter
from types import SimpleNamespace

import pytest

from advisor.errors import InputError
from advisor.quiz.generate import deck, make
from advisor.quiz.marking import mark
from advisor.quiz.progress import Miss, Progress, answered
from advisor.quiz.session import dealt, next_item, review_items

NINE = datetime(2026, 11, 29, 9, tzinfo=UTC)


def learned(*concepts, misses=()):
    """A learner to whom some concepts are due and who missed some items."""
    return SimpleNamespace(due=lambda at: [SimpleNamespace(concept=concept) for concept in concepts], misses=misses)


def test_without_anything_due_the_deck_goes_on(facts):
    asked = [next_item(learned(), facts, seed=7, number=number, at=NINE) for number in range(6)]
    assert asked == list(islice(deck(7, facts), 6))
    assert dealt(7, 2, facts) == asked[2]


def test_what_is_due_comes_first_as_another_item_each_time(facts):
    concept = dealt(7, 0, facts).concept
    somebody = learned(concept)
    asked = [next_item(somebody, facts, seed=7, number=number, at=NINE) for number in range(8)]
    assert {item.concept for item in asked} == {concept}
    assert len({item.id for item in asked}) == 8
    assert not {item.id for item in asked} & {item.id for item in islice(deck(7, facts), 30)}


def test_what_was_just_asked_is_not_asked_again_at_once(facts):
    concept = dealt(7, 0, facts).concept
    asked = next_item(learned(concept), facts, seed=7, number=1, at=NINE, last=concept)
    assert asked == dealt(7, 1, facts)


@pytest.mark.parametrize("concept", ["gone/target", "which-option/gone", "", "which-option"])
def test_a_concept_that_the_program_no_longer_knows_is_passed_over(facts, concept):
    assert next_item(learned(concept), facts, seed=7, number=0, at=NINE) == dealt(7, 0, facts)


def test_what_is_due_of_another_topic_waits(facts):
    single = next(item for item in deck(7, facts, "mla-c02") if item.topic == "options")
    somebody = learned(single.concept)
    assert next_item(somebody, facts, seed=7, number=0, at=NINE, topic="options").concept == single.concept
    with pytest.raises(InputError, match="topic: 'cooking'"):
        next_item(somebody, facts, seed=7, number=0, at=NINE, topic="cooking")


@pytest.mark.parametrize(("name", "value"), [("view", "mls-c01"), ("seed", -1), ("seed", 10**6)])
def test_a_deck_that_there_is_not_is_refused(facts, name, value):
    with pytest.raises(InputError, match=name):
        next_item(learned(), facts, **{"seed": 7, "number": 0, "at": NINE, name: value})


def test_misses_come_again_as_they_were_asked_each_under_its_own_profile(facts):
    misses = (Miss("which-option", 3, "aws"), Miss("gone", 4, "aws"), Miss("which-option", 5, "study-card"))
    assert review_items(learned(misses=misses), facts) == (make("which-option", 3, facts),)
    study = facts.under("study-card")
    assert review_items(learned(misses=misses), study) == (make("which-option", 5, study),)


def test_a_wrong_answer_brings_its_concept_back_and_its_item_into_the_review(facts):
    item = dealt(7, 0, facts)
    progress = Progress.of([answered(item, mark(item, None), None, at=NINE, seconds=40, mode="practice")])
    asked = next_item(progress, facts, seed=7, number=1, at=NINE + timedelta(days=1))
    assert asked.concept == item.concept and asked.id != item.id
    assert review_items(progress, facts) == (item,)


def test_a_long_row_goes_on_in_other_decks_and_repeats_nothing(facts):
    asked = [next_item(learned(), facts, seed=7, number=number, at=NINE).id for number in range(40, 110)]
    assert len(set(asked)) == 70
    assert asked[:10] == [dealt(7, number, facts).id for number in range(40, 50)]
    begun = perf_counter()
    next_item(learned(), facts, seed=7, number=10**7, at=NINE)
    assert perf_counter() - begun < 3
