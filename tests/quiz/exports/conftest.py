"""What every format has to carry: items of every type with hostile texts, and items of a deck."""

from itertools import islice

import pytest

from advisor.quiz.generate import deck
from advisor.quiz.item import Item
from tests.quiz.exports.by_hand import by_hand


@pytest.fixture(scope="session", params=["by hand", "drawn"])
def items(request, facts) -> tuple[Item, ...]:
    """Items of every type made by hand, and items of a deck."""
    return by_hand() if request.param == "by hand" else tuple(islice(deck(7, facts), 60))


@pytest.fixture(scope="session")
def hostile() -> tuple[Item, ...]:
    return by_hand()
