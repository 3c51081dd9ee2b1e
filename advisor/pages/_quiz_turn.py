"""A turn: one question in practice or review, from its showing to its check."""

from dataclasses import dataclass, replace
from typing import Final

from advisor.pages._quiz_item import Answer
from advisor.quiz.item import Item
from advisor.quiz.marking import Mark, mark

__all__ = ["Turn"]

_DOUBLE_CLICK_S: Final = 0.5


@dataclass(frozen=True, slots=True)
class Turn:
    """Where one learner stands with one question."""

    item: Item
    number: int
    began: float
    """When it was shown, in seconds of a clock that only goes on."""
    answer: Answer = None
    touched: float = 0.0
    """When the answer was changed last, by the same clock."""
    early: bool = False
    """The check was asked for before the answer was whole."""
    mark: Mark | None = None
    """None until it is checked."""

    def taking(self, answer: Answer, at: float) -> "Turn":
        """With another answer; a checked one stays."""
        return self if self.mark is not None else replace(self, answer=answer, touched=at, early=False)

    def repeats(self, answer: Answer, at: float) -> bool:
        """The one choice that is taken was pressed again, and not by a double click: Enter goes to the button with the focus."""
        single = self.item.type in {"single", "case"}
        return single and answer is not None and answer == self.answer and at - self.touched > _DOUBLE_CLICK_S

    def asked_for(self) -> "Turn":
        """Asked to be checked too early."""
        return replace(self, early=True)

    def checked(self) -> "Turn":
        """Checked, once."""
        return self if self.mark is not None else replace(self, mark=mark(self.item, self.answer))
