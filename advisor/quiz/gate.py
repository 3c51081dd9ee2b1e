"""The quality gate: what must hold of a deck before anybody learns from it.

Run on 200 items by the tests and on 1,000 by `endpoint-advisor validate`. Every check gives its figure and the items behind
it; the limits are those of test construction and of our own rules (docs/quiz.md).
"""

from collections.abc import Iterable, Sequence

from advisor.facts import Facts
from advisor.quiz.gate_check import Checked
from advisor.quiz.gate_files import anki_again, gift_again, json_again
from advisor.quiz.gate_form import beliefs, difficulties, duplicates, reasons, texts, topics, types, variety
from advisor.quiz.gate_guesses import by_cue, by_length, by_offer, by_option, by_place, by_places, by_rank
from advisor.quiz.gate_keys import made_again, one_answer, same_under_both
from advisor.quiz.item import Item

__all__ = ["Checked", "failed", "gate"]


def gate(items: Sequence[Item], facts: Facts) -> tuple[Checked, ...]:
    """Every check over the items of a deck.

    Arguments: `facts` are those that the items were made with.
    """
    return (
        one_answer(items, facts), same_under_both(items, facts), made_again(items, facts), duplicates(items),
        by_place(items), by_places(items), by_length(items), by_length(items, shortest=True), by_rank(items), by_option(items), by_offer(items), by_cue(items),
        reasons(items), beliefs(items, facts), texts(items), variety(items), difficulties(items), *types(items), *topics(items),
        json_again(items), anki_again(items), gift_again(items),
    )  # fmt: skip


def failed(checks: Iterable[Checked]) -> str:
    """The checks that do not pass, a line each with the first items behind it; empty where all do.

    >>> failed([Checked("x", "y", 1, "=", 1, 3)])
    ''
    """
    return "\n".join(check.line() for check in checks if not check.passes)
