"""Study cards: computed from facts and rules, dealt from a seed; what a learner has done with them."""

from hypothesis import given
from hypothesis import strategies as st

from advisor.facts import diff, load_facts
from advisor.learning import Learning
from advisor.study_cards import cells_taught, dealt, deck

FACTS = load_facts()


def test_a_card_for_every_difference_with_both_sides():
    cards = deck("differences", FACTS)
    assert [card.id for card in cards] == [found.id for found in diff(FACTS, FACTS.other)]
    assert all(card.today.text() != card.taught.text() for card in cards)
    assert all(card.question.endswith("?") for card in cards)
    assert 0 < len(cards) <= cells_taught()


def test_the_cards_are_the_same_under_either_profile():
    assert deck("differences", FACTS) == deck("differences", load_facts("study-card"))


def test_no_answer_stands_in_its_question():
    for card in deck("differences", FACTS):
        for side in (card.today, card.taught):
            assert f" {side.text()} " not in f" {card.question.rstrip('?')} "


def test_a_value_of_the_users_that_settles_a_difference_takes_its_card_away():
    first = deck("differences", FACTS)[0].id
    taught = FACTS.other.fact(first)
    own = load_facts("aws", {first: {"value": taught.value, "unit": taught.unit}})
    assert first not in {card.id for card in deck("differences", own)}


def test_a_tip_card_has_a_tip():
    cards = deck("tips", FACTS)
    assert cards
    assert all(card.rule.tip and card.rule.tip.lower() != "none." for card in cards)


def test_a_seed_fixes_the_order():
    cards = deck("tips", FACTS)
    orders = {dealt(cards, seed) for seed in range(5)}
    assert len(orders) > 1
    assert all(sorted(order) == sorted(card.id for card in cards) for order in orders)
    assert dealt((), 3) == ()


STEPS = st.sampled_from(["known_it", "come_again", "later", "reveal"])


@given(st.integers(0, 5), st.lists(STEPS, max_size=30))
def test_no_card_is_ever_lost_or_doubled(size, steps):
    ids = tuple(str(number) for number in range(size))
    learning = Learning(ids)
    for step in steps:
        learning = getattr(learning, step)()
        assert sorted((*learning.queue, *learning.known)) == sorted(ids)
        assert learning.repeated <= set(learning.queue)
        assert learning.total == size
        assert not (learning.shown and not learning.card)


def test_the_next_card_is_closed():
    learning = Learning(("a", "b")).reveal()
    assert learning.shown
    for step in ("known_it", "come_again", "later"):
        assert not getattr(learning, step)().shown


def test_a_changed_deck_keeps_what_was_known():
    learning = Learning(("a", "b"), ("c",), frozenset({"a"}), shown=True)
    changed = learning.among(["b", "c", "d"])
    assert changed == Learning(("b", "d"), ("c",), frozenset(), shown=False)
    assert learning.among(["c", "b", "a"]) is learning
