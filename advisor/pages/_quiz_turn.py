"""A turn: one question in practice or review, from its showing to its check."""

from dataclasses import dataclass, replace

from advisor.pages._quiz_item import Answer
from advisor.quiz.item import Item
from advisor.quiz.marking import Mark, mark

__all__ = ["Turn"]


@dataclass(frozen=True, slots=True)
class Turn:
    """Where one learner stands with one question."""

    item: Item
    number: int
    began: float
    """When it was shown, in seconds of a clock that only goes on."""
    answer: Answer = None
    mark: Mark | None = None
    """None until it is checked."""

    def taking(self, answer: Answer) -> "Turn":
        """With another answer; a checked one stays."""
        return self if self.mark is not None else replace(self, answer=answer)

    def checked(self) -> "Turn":
        """Checked, once."""
        return self if self.mark is not None else replace(self, mark=mark(self.item, self.answer))
