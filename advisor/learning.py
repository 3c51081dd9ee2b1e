"""Going through a deck of cards: which one is open, which are known, and which come again."""

from collections.abc import Collection
from dataclasses import dataclass, replace

__all__ = ["Learning"]


@dataclass(frozen=True, slots=True)
class Learning:
    """Where one learner stands in one deck; every step gives a new one.

    >>> begun = Learning(("a", "b", "c"))
    >>> begun.known_it().card, begun.come_again().queue, begun.later().queue
    ('b', ('b', 'c', 'a'), ('b', 'c', 'a'))
    """

    queue: tuple[str, ...]
    """Cards that are not known yet, the open one first."""
    known: tuple[str, ...] = ()
    repeated: frozenset[str] = frozenset()
    """Cards that were answered with "again" and are not known yet."""
    shown: bool = False
    """The answer of the open card is visible."""

    @property
    def card(self) -> str:
        """The open card; empty when all are known."""
        return self.queue[0] if self.queue else ""

    @property
    def total(self) -> int:
        """Cards in the deck."""
        return len(self.queue) + len(self.known)

    def reveal(self) -> "Learning":
        """With the answer of the open card visible."""
        return replace(self, shown=bool(self.queue))

    def known_it(self) -> "Learning":
        """The open card is known: it leaves the queue."""
        if not self.queue:
            return self
        first, *rest = self.queue
        return Learning(tuple(rest), (*self.known, first), self.repeated - {first})

    def come_again(self) -> "Learning":
        """The open card is to come again, after all others."""
        if not self.queue:
            return self
        return replace(self.later(), repeated=self.repeated | {self.card})

    def later(self) -> "Learning":
        """The open card is passed over: it comes after all others, without a mark."""
        return replace(self, queue=(*self.queue[1:], *self.queue[:1]), shown=False)

    def among(self, cards: Collection[str]) -> "Learning":
        """Only those cards that are still in the deck: facts may have changed meanwhile.

        >>> Learning(("a", "b"), ("c",)).among({"b", "d"})
        Learning(queue=('b', 'd'), known=(), repeated=frozenset(), shown=False)
        """
        if set(cards) == {*self.queue, *self.known}:
            return self
        new = tuple(card for card in cards if card not in self.queue and card not in self.known)
        queue = (*(card for card in self.queue if card in cards), *new)
        known = tuple(card for card in self.known if card in cards)
        return Learning(queue, known, self.repeated & set(cards), self.shown and queue[:1] == self.queue[:1])
