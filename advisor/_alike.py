"""Options that a rule cannot tell apart are asked once.

A rule reads of an option only its fields and, through its name, facts. Most options take a fact over from another one,
so for a given question eight of twelve look the same; what one of them was told holds for the others.
"""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar, cast

from advisor.facts import Fact, Facts
from advisor.options import Option

__all__ = ["Alike"]

T = TypeVar("T")


class _Seen:
    """An option that writes down which of its fields are read; its name only leads to facts."""

    __slots__ = ("_of", "_read", "name")

    def __init__(self, of: Option, read: dict[str, None]) -> None:
        self._of, self._read, self.name = of, read, of.name

    def __getattr__(self, name: str) -> object:
        self._read[name] = None
        return getattr(self._of, name)


class _Asked:
    """Facts that write down which of them were read of the option; everything else passes through."""

    __slots__ = ("_begin", "_known", "_name", "_of", "_read")

    def __init__(self, of: Facts, name: str, known: dict[str, Fact], read: dict[str, None]) -> None:
        self._of, self._name, self._begin, self._known, self._read = of, name, f"{name}.", known, read

    def of(self, option: str, attribute: str) -> Fact:
        if option != self._name:
            return self._of.of(option, attribute)
        self._read[attribute] = None
        found = self._known.get(attribute)
        if found is None:
            found = self._known[attribute] = self._of.of(option, attribute)
        return found

    def fact(self, name: str) -> Fact:
        if name.startswith(self._begin):
            self._read[name.removeprefix(self._begin)] = None
        return self._of.fact(name)

    def has(self, name: str) -> bool:
        if name.startswith(self._begin):
            self._read[name.removeprefix(self._begin)] = None
        return self._of.has(name)

    def __getattr__(self, name: str) -> object:
        return getattr(self._of, name)


class Alike(Generic[T]):
    """Asks a rule about several options, once for all that look the same to it.

    Arguments of a call: the rule, which must read of an option only its fields and use its name only to name facts.
    """

    def __init__(self, options: Sequence[Option], facts: Facts) -> None:
        self._options, self._facts = tuple(options), facts
        self._known: list[dict[str, Fact]] = [{} for _ in options]
        self._twins: dict[tuple[int, tuple[str, ...], tuple[str, ...]], tuple[int, ...]] = {}

    def __call__(self, ask: Callable[[Option, Facts], T]) -> tuple[T, ...]:
        """What the rule says of each option, in their order."""
        answers: list[T | None] = [None] * len(self._options)
        left = set(range(len(self._options)))
        while left:
            first = min(left)
            option = self._options[first]
            fields: dict[str, None] = {}
            named: dict[str, None] = {}
            asked = _Asked(self._facts, option.name, self._known[first], named)
            answer = ask(cast("Option", _Seen(option, fields)), cast("Facts", asked))
            key = (first, tuple(fields), tuple(named))
            if key not in self._twins:
                self._twins[key] = self._like(*key)
            for bit in self._twins[key]:
                answers[bit] = answer
            left.difference_update(self._twins[key])
        return cast("tuple[T, ...]", tuple(answers))

    def _like(self, first: int, fields: tuple[str, ...], named: tuple[str, ...]) -> tuple[int, ...]:
        """The options that have the same fields and facts as one of them."""
        looks = [
            ([getattr(option, name) for name in fields], [self._fact(option.name, name) for name in named])
            for option in self._options
        ]
        return tuple(
            bit
            for bit, (own, facts) in enumerate(looks)
            if own == looks[first][0] and all(a is b for a, b in zip(facts, looks[first][1], strict=True))
        )

    def _fact(self, option: str, attribute: str) -> Fact | None:
        name = f"{option}.{attribute}"
        return self._facts.fact(name) if self._facts.has(name) else None
