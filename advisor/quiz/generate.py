"""Items from templates and seeds.

An item is a function of its template, its seed and the facts. What varies from item to item (target, difficulty, the
place of the key) is dealt and not drawn: over consecutive seeds of a template each comes equally often.
"""

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from itertools import count, product
from random import Random
from typing import Final, TypeVar

from advisor.errors import InputError, Problem
from advisor.facts import Facts
from advisor.quiz.item import DIFFICULTIES, Choice, Item
from advisor.quiz.templates._template import Draw, Drawn, Template, all_templates

__all__ = ["VIEWS", "deck", "make", "seed_for"]

VIEWS: Final = {
    "all": ("single", "multiple", "matching", "ordering", "numeric", "case"),
    "mla-c02": ("single", "multiple"),
    "mla-c01": ("single", "multiple", "matching", "ordering", "case"),
}
"""The types of item that each exam has; `all` has numbers too and is for practice."""
MOST_SEED: Final = 10**6
"""Seeds of a deck run from 0 to below this."""
_A_DECK: Final = 10**5
"""Seeds of a template that belong to one deck."""
_TRIES: Final = 400
_ONE_KEY: Final = ("single", "case")
_USUAL_CHOICES: Final = 4
T = TypeVar("T")


def _rng(*parts: object) -> Random:
    return Random("/".join(map(str, parts)))  # noqa: S311 - items that can be made again, not a secret


def _dealt(values: Sequence[T], number: int, *name: object) -> T:
    """One of the values: each once in every round of as many numbers, in an order of the round's own."""
    round_, place = divmod(number, len(values))
    order = list(values)
    _rng("deal", *name, round_).shuffle(order)
    return order[place]


def _placed(drawn: Drawn, kind: Template, seed: int, rng: Random) -> tuple[tuple[Choice, ...], tuple[int, ...]]:
    """The choices as they are shown, and the key."""
    choices = list(drawn.choices)
    if not choices:
        return (), ()
    order = list(range(len(choices)))
    rng.shuffle(order)
    if kind.type in _ONE_KEY:
        order.remove(0)
        order.insert(_dealt(range(len(choices)), seed, kind.id, "place"), 0)
    if kind.type == "ordering" and order == sorted(order):
        order.reverse()
    shown = tuple(choices[index] for index in order)
    if kind.type == "matching":
        return shown, tuple(order.index(index) for index in range(len(drawn.prompts)))
    if kind.type == "ordering":
        return shown, tuple(order.index(index) for index in range(len(order)))
    return shown, tuple(index for index, choice in enumerate(shown) if choice.correct)


def _template(name: str) -> Template:
    known = all_templates()
    if name not in known:
        raise InputError([Problem("template", repr(name), f"one of {', '.join(known)}")])
    return known[name]


def make(template: str, seed: int, facts: Facts) -> Item:
    """The item of a template and a seed.

    Arguments: `facts` decide the key, under their profile; under the other one it is the same unless the item is
    about a changed limit. Raises InputError for an unknown template.

    >>> from advisor import load_facts
    >>> facts = load_facts()
    >>> make("which-option", 3, facts) == make("which-option", 3, facts)
    True
    """
    kind = _template(template)
    target = _dealt(kind.targets, seed, kind.id, "target")
    difficulty = _dealt(DIFFICULTIES, seed, kind.id, "difficulty")
    rng = _rng(kind.id, seed)
    for _ in range(_TRIES):
        drawn = kind.draw(Draw(rng, facts, target, difficulty))
        if drawn is not None:
            break
    else:
        raise RuntimeError(f"{kind.id} made no item about {target!r} of difficulty {difficulty} from seed {seed}")
    choices, key = _placed(drawn, kind, seed, rng)
    return Item(
        kind.id, seed, kind.type, drawn.stem, drawn.question, difficulty, drawn.topic or kind.topic, drawn.task or kind.task,
        facts.profile, f"{kind.id}/{target}", choices, key, drawn.explanation, drawn.sources, drawn.prompts,
        drawn.answer, drawn.tolerance, drawn.unit, drawn.brief, kind.changed,
    )  # fmt: skip


def _level_and_place(kind: Template, seed: int) -> tuple[int, int]:
    """The difficulty of an item and the place of its key; the place is 0 where the key has none of its own."""
    has_place = kind.type in _ONE_KEY
    place = _dealt(range(_USUAL_CHOICES), seed, kind.id, "place") if has_place else 0
    return _dealt(DIFFICULTIES, seed, kind.id, "difficulty"), place


def _dealt_templates(kinds: Sequence[Template], seed: int) -> Iterator[tuple[Template, int]]:
    """Templates with a seed each, as often as they weigh.

    Difficulty and place of the key are even over the deck too, and not only within each template: the seed is the first
    unused one that has what the deck deals next. Seeds passed over wait for their turn.
    """
    turns = {kind.id: count(seed * _A_DECK) for kind in kinds}
    waiting = {kind.id: defaultdict[tuple[int, int], deque[int]](deque) for kind in kinds}
    dealt = {True: count(), False: count()}
    for round_ in count():
        hand = [kind for kind in kinds for _ in range(kind.weight)]
        _rng("hand", seed, round_).shuffle(hand)
        for kind in hand:
            has_place = kind.type in _ONE_KEY
            pairs = tuple(product(DIFFICULTIES, range(_USUAL_CHOICES if has_place else 1)))
            wanted = _dealt(pairs, next(dealt[has_place]), "deck", seed, has_place)
            waits = waiting[kind.id]
            while not waits[wanted]:
                turn = next(turns[kind.id])
                waits[_level_and_place(kind, turn)].append(turn)
            yield kind, waits[wanted].popleft()


def deck(seed: int, facts: Facts, view: str = "all", topic: str = "") -> Iterator[Item]:
    """Items without end, no workload twice; equal seeds give equal decks.

    Arguments: `view` is one of `VIEWS`; `topic` one of `advisor.quiz.item.TOPICS`, empty for all.
    Raises InputError for an unknown view, or a seed out of range.

    >>> from itertools import islice
    >>> from advisor import load_facts
    >>> len({item.stem for item in islice(deck(7, load_facts()), 5)})
    5
    """
    if view not in VIEWS:
        raise InputError([Problem("view", repr(view), f"one of {', '.join(VIEWS)}")])
    if not 0 <= seed < MOST_SEED:
        raise InputError([Problem("seed", str(seed), f"a whole number from 0 to {MOST_SEED - 1}")])
    kinds = [kind for kind in all_templates().values() if kind.type in VIEWS[view] and topic in {"", kind.topic}]
    if not kinds:
        raise InputError([Problem("topic", repr(topic), "a topic that this view has items of")])
    return _items(kinds, seed, facts)


def _items(kinds: Sequence[Template], seed: int, facts: Facts) -> Iterator[Item]:
    seen: set[object] = set()
    for kind, turn in _dealt_templates(kinds, seed):
        item = make(kind.id, turn, facts)
        workload: object = item.brief or item.stem
        if workload not in seen:
            seen.add(workload)
            yield item


def seed_for(concept: str, after: int) -> tuple[str, int]:
    """The template and the next seed above `after` whose item is about a concept.

    Raises InputError when no template has such a target.

    >>> name, seed = seed_for("which-option/async.payload", 40)
    >>> name, seed > 40
    ('which-option', True)
    """
    name, _, target = concept.partition("/")
    kind = _template(name)
    if target not in kind.targets:
        raise InputError([Problem("concept", repr(concept), f"{name}/ and one of {', '.join(kind.targets)}")])
    found = next(seed for seed in count(after + 1) if _dealt(kind.targets, seed, kind.id, "target") == target)
    return name, found
