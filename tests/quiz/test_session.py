"""A session: the deck goes on, what is due comes first, and misses come again."""

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

import pytest

from advisor.errors import InputError
from advisor.quiz.generate import deck, make
from advisor.quiz.session import dealt, next_item, review_items

NINE = datetime(2026, 11, 29, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Due:
    concept: str


@dataclass(frozen=True)
class Missed:
    template: str
    seed: int
    profile: str = "aws"


@dataclass(frozen=True)
class Learned:
    concepts: tuple[str, ...] = ()
    misses: tuple[Missed, ...] = ()

    def due(self, at):  # noqa: ARG002 - whatever the moment
        return tuple(map(Due, self.concepts))


def test_without_anything_due_the_deck_goes_on(facts):
    asked = [next_item(Learned(), facts, seed=7, number=number, at=NINE) for number in range(6)]
    assert asked == list(islice(deck(7, facts), 6))
    assert dealt(7, 2, facts) == asked[2]


def test_what_is_due_comes_first_as_another_item_each_time(facts):
    concept = dealt(7, 0, facts).concept
    learned = Learned((concept,))
    asked = [next_item(learned, facts, seed=7, number=number, at=NINE) for number in range(8)]
    assert {item.concept for item in asked} == {concept}
    assert len({item.id for item in asked}) == 8
    assert not {item.id for item in asked} & {item.id for item in islice(deck(7, facts), 30)}


def test_what_was_just_asked_is_not_asked_again_at_once(facts):
    concept = dealt(7, 0, facts).concept
    asked = next_item(Learned((concept,)), facts, seed=7, number=1, at=NINE, last=concept)
    assert asked == dealt(7, 1, facts)


@pytest.mark.parametrize("concept", ["gone/target", "which-option/gone", "", "which-option"])
def test_a_concept_that_the_program_no_longer_knows_is_passed_over(facts, concept):
    assert next_item(Learned((concept,)), facts, seed=7, number=0, at=NINE) == dealt(7, 0, facts)


def test_what_is_due_of_another_topic_waits(facts):
    single = next(item for item in deck(7, facts, "mla-c02") if item.topic == "options")
    learned = Learned((single.concept,))
    assert next_item(learned, facts, seed=7, number=0, at=NINE, topic="options").concept == single.concept
    with pytest.raises(InputError, match="topic: 'cooking'"):
        next_item(learned, facts, seed=7, number=0, at=NINE, topic="cooking")


@pytest.mark.parametrize(("name", "value"), [("view", "mls-c01"), ("seed", -1), ("seed", 10**6)])
def test_a_deck_that_there_is_not_is_refused(facts, name, value):
    with pytest.raises(InputError, match=name):
        next_item(Learned(), facts, **{"seed": 7, "number": 0, "at": NINE, name: value})


def test_misses_come_again_as_they_were_asked_each_under_its_own_profile(facts):
    misses = (Missed("which-option", 3), Missed("gone", 4), Missed("which-option", 5, "study-card"))
    assert review_items(Learned(misses=misses), facts) == (make("which-option", 3, facts),)
    study = facts.under("study-card")
    assert review_items(Learned(misses=misses), study) == (make("which-option", 5, study),)
