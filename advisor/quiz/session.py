"""A session of practice: which item comes next, and the misses again."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from threading import Lock
from typing import Final

from advisor.errors import InputError, Problem
from advisor.facts import PROFILES, Facts
from advisor.quiz.generate import MOST_SEED, VIEWS, deck, make, seed_for
from advisor.quiz.item import Item
from advisor.quiz.progress import Progress
from advisor.quiz.templates._template import all_templates

__all__ = ["dealt", "deck_place", "item_of", "next_item", "review_items"]

_FOLLOWED: Final = 50
_NEXT_DECK: Final = 7919
"""Seeds from one deck of a row to the next: small seeds, which people choose, are not met again."""
_LONGEST_SEED: Final = 12
_A_DECK: Final = 10**5
_DUE_FROM: Final = _A_DECK // 2
"""Seeds of a deck from here on are for concepts that are due: the deck itself never comes so far."""
_APART: Final = 97
"""Seeds between the items of two numbers, so that the same concept is not drawn twice alike."""


class _Dealer:
    """A deck as far as it was dealt; it grows as it is asked for."""

    def __init__(self, items: Iterator[Item]) -> None:
        self._items, self._dealt, self._lock = items, list[Item](), Lock()

    def __getitem__(self, number: int) -> Item:
        with self._lock:
            while len(self._dealt) <= number:
                self._dealt.append(next(self._items))
            return self._dealt[number]


@lru_cache(maxsize=16)
def _dealer(seed: int, facts: Facts, view: str, topic: str) -> _Dealer:
    return _Dealer(deck(seed, facts, view, topic))


def dealt(seed: int, number: int, facts: Facts, *, view: str = "all", topic: str = "") -> Item:
    """The item with this number, from 0, of a deck; the deck is kept, so the next one takes milliseconds.

    Raises InputError for an unknown view or topic, or a seed out of range.
    """
    return _dealer(seed, facts, view, topic)[number]


def _asked_here(concept: str, view: str, topic: str) -> bool:
    """Items about a concept belong to the session; a concept of a template that is gone belongs to none."""
    name, _, target = concept.partition("/")
    kind = all_templates().get(name)
    return kind is not None and target in kind.targets and kind.type in VIEWS[view] and topic in {"", kind.topic}


def next_item(
    progress: Progress, facts: Facts, *,
    seed: int, number: int, at: datetime, view: str = "all", topic: str = "", last: str = "",
) -> Item:  # fmt: skip
    """The item to be asked now: a new one about the concept that is due the longest, else the next of the deck.

    Arguments: `number` counts items from 0, those of earlier sessions too where it is to go on from there; `last` is the concept that was asked before, which is
    not asked twice in a row because it is due. Raises InputError for an unknown view or topic, or a seed out of range.
    """
    if not 0 <= seed < MOST_SEED:
        raise InputError([Problem("seed", str(seed), f"a whole number from 0 to {MOST_SEED - 1}")])
    place, there = deck_place(seed, number)
    fresh = dealt(place, there, facts, view=view, topic=topic)
    for due in progress.due(at):
        if due.concept != last and _asked_here(due.concept, view, topic):
            return make(*seed_for(due.concept, seed * _A_DECK + _DUE_FROM + _APART * number), facts)
    return fresh


def review_items(progress: Progress, facts: Facts) -> tuple[Item, ...]:
    """The misses again, as they were asked, those of the facts' profile; without those of a template that is gone."""
    found = []
    for miss in progress.misses:
        if miss.profile == facts.profile:
            with suppress(InputError):
                found.append(make(miss.template, miss.seed, facts))
    return tuple(found)


def deck_place(seed: int, number: int) -> tuple[int, int]:
    """Where the item with a number of a long row lies: the seed of its deck, and its number there.

    Each deck is followed for fifty items, then another one: so the next item comes at once, however many came before.

    >>> deck_place(7, 49), deck_place(7, 120)
    ((7, 49), (15845, 20))
    """
    deck_number, place = divmod(number, _FOLLOWED)
    return (seed + _NEXT_DECK * deck_number) % MOST_SEED, place


def item_of(name: str, facts: Facts) -> Item:
    """The item with an id, under the profile that it names. Raises InputError where there is none.

    >>> from advisor import load_facts
    >>> item_of("study-card.which-option-7", load_facts()).id
    'study-card.which-option-7'
    """
    profile, dot, rest = name.partition(".")
    if not dot or profile not in PROFILES:
        profile, rest = "aws", name
    template, _, seed = rest.rpartition("-")
    if template not in all_templates() or not (seed.isascii() and seed.isdigit()) or len(seed) > _LONGEST_SEED:
        seen = repr(name if len(name) <= 60 else f"{name[:59]}…")
        raise InputError(
            [
                Problem(
                    "ID",
                    seen,
                    f"a template and a seed, like {next(iter(all_templates()))}-7; templates: {', '.join(all_templates())}",
                )
            ]
        )
    return make(template, int(seed), facts.under(profile))
