"""Exam-style items whose keys are computed by the rules and the estimates, never typed in.

>>> from advisor import load_facts
>>> from advisor.quiz import make, mark
>>> item = make("which-option", 1, load_facts())
>>> mark(item, item.key).right
True
"""

from advisor.quiz.generate import VIEWS, deck, make
from advisor.quiz.item import TYPES, Choice, Item, Prompt
from advisor.quiz.marking import Mark, mark

__all__ = ["TYPES", "VIEWS", "Choice", "Item", "Mark", "Prompt", "deck", "make", "mark"]
