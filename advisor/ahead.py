"""Ahead: where an interview stands, which question is next, what each reply to it does, and about how many are left."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from advisor.advice import Advice, advise
from advisor.attributes import project
from advisor.brief import TOGETHER, Brief
from advisor.errors import InputError
from advisor.facts import Facts
from advisor.interview import Interview
from advisor.panel import Board, panel_for
from advisor.questions import (
    Question,
    Reply,
    chance,
    further,
    least_worth,
    open_questions,
    questions,
    replies,
)

__all__ = ["Ahead", "Asked", "ahead", "ask", "question_of"]

_MOST_STEPS: Final = 60
"""More questions than there are."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, with what each reply to it would change."""

    question: Question
    replies: tuple[Reply, ...]
    """One for each value of the question; none where it is a number or a name without bands."""
    clashes: tuple[str, ...]
    """For each reply, what else was said that it does not go with; empty where it does."""
    best: str
    """The option that is first while this is open."""
    decides: bool
    """Its replies change the first place often enough to ask; else only an unusual reply does."""

    @property
    def firsts(self) -> tuple[str, ...]:
        """The options that come first by one of its replies, the one that is first now before the others."""
        bests = [reply.best for reply, clash in zip(self.replies, self.clashes, strict=True) if not clash]
        return tuple(dict.fromkeys(sorted(bests, key=lambda name: name != self.best)))


@dataclass(frozen=True, slots=True)
class Ahead:
    """Where an interview stands."""

    advice: Advice
    next: str
    """The attribute to ask for; empty when no open answer decides any more."""
    left: int
    """About how many questions are left, `next` included."""
    open: tuple[Asked, ...]
    """Open questions of which some reply would change the first place, the most deciding first; those that nobody could
    answer are among them.
    """
    unread: tuple[str, ...]
    """Other attributes that nobody stated: they may set conditions and do not change the first place."""

    @property
    def undecided(self) -> tuple[Asked, ...]:
        """Of the open ones, those that were passed and would be asked otherwise, and those still to come."""
        return tuple(asked for asked in self.open if asked.decides)


def question_of(attribute: str) -> Question:
    """Words for an attribute that is never asked for first. Raises KeyError for a name without any."""
    return further()[attribute]


def _clash(brief: Brief, attribute: str, value: Any) -> str:
    """What else was said that a value does not go with, as the brief says it; empty where it goes."""
    if attribute not in TOGETHER:
        return ""
    others = {name: known for name in TOGETHER if (known := getattr(brief, name)) is not None}
    try:
        Brief.from_mapping({**others, attribute: value})
    except InputError as error:
        return error.problems[0].allowed
    return ""


def _possible(brief: Brief, question: Question) -> Question:
    """The question with those of its replies that go with what was said, each as common as before beside the others."""
    kept = [n for n, value in enumerate(question.values) if not _clash(brief, question.attribute, value)]
    total = sum(question.shares[n] for n in kept)
    if len(kept) == len(question.values):
        return question
    values, words, labels = (tuple(row[n] for n in kept) for row in (question.values, question.words, question.labels))
    return replace(
        question, values=values, words=words, labels=labels, shares=tuple(question.shares[n] / total for n in kept)
    )


def _worth(board: Board, brief: Brief, question: Question) -> tuple[float, float]:
    """How much a question decides by the replies that go with what was said; nothing where only one is left."""
    possible = _possible(brief, question)
    return chance(board, possible) if len(possible.values) > 1 else (0.0, 0.0)


def _following(board: Board, brief: Brief, passed: tuple[str, ...]) -> str:
    """The attribute to ask for next; empty when none is worth it. As in an advice, but for replies that contradict."""
    top, chosen = least_worth(), ""
    for question in open_questions(board):
        if question.attribute not in passed and (found := _worth(board, brief, question)) > top:
            top, chosen = found, question.attribute
    return chosen


def _asked(board: Board, brief: Brief, question: Question) -> Asked:
    clashes = tuple(_clash(brief, question.attribute, value) for value in question.values)
    found = replies(board, question) if question.values else ()
    worth = bool(question.shares) and _worth(board, brief, question) > least_worth()
    return Asked(question, found, clashes, board.best, worth)


def ask(talk: Interview, attribute: str, facts: Facts) -> Asked:
    """A question as it stands while everything else that was said stays: also one that was answered before.

    >>> from advisor.facts import load_facts
    >>> asked = ask(Interview().answered("needs_gpu", True), "needs_gpu", load_facts())
    >>> asked.replies[0].out[0], asked.best
    ('serverless', 'real_time')
    """
    known = {name: value for name, value in talk.brief.known.items() if name != attribute}
    brief = Brief.from_mapping(known)
    question = questions(facts).get(attribute) or question_of(attribute)
    return _asked(panel_for(facts).board(project(brief)), brief, question)


def _usual(brief: Brief, passed: tuple[str, ...], facts: Facts) -> int:
    """Questions until nothing decides any more, each answered with its most common reply that goes with the rest."""
    panel, known = panel_for(facts), questions(facts)
    for step in range(_MOST_STEPS):
        attribute = _following(panel.board(project(brief)), brief, passed)
        if not attribute:
            return step
        possible = _possible(brief, known[attribute])
        value = possible.values[max(range(len(possible.values)), key=possible.shares.__getitem__)]
        brief = Brief.from_mapping({**brief.known, attribute: value})
    return _MOST_STEPS


def _left(brief: Brief, passed: tuple[str, ...], asked: Asked | None, facts: Facts) -> int:
    """About how many questions are left: the mean over the replies to this one, each as common as we take it to be."""
    if asked is None:
        return 0
    question, total, shares = asked.question, 0.0, 0.0
    for value, share, clash in zip(question.values, question.shares, asked.clashes, strict=True):
        if not clash:
            after = Brief.from_mapping({**brief.known, question.attribute: value})
            total += share * _usual(after, passed, facts)
            shares += share
    return 1 + round(total / shares) if shares else 1


@lru_cache(maxsize=512)
def _ahead(brief: Brief, passed: tuple[str, ...], facts: Facts) -> Ahead:
    board = panel_for(facts).board(project(brief))
    following = _following(board, brief, passed)
    unanswered = sorted(open_questions(board), key=lambda question: _worth(board, brief, question), reverse=True)
    asked = tuple(_asked(board, brief, question) for question in unanswered)
    deciding = tuple(one for one in asked if len(one.firsts) > 1 or one.decides)
    current = next((one for one in asked if one.question.attribute == following), None)
    other = sorted(board.unknown() - {one.question.attribute for one in deciding})
    return Ahead(advise(brief, facts), following, _left(brief, passed, current, facts), deciding, tuple(other))


def ahead(talk: Interview, facts: Facts) -> Ahead:
    """Where an interview stands; remembered for each brief.

    Raises InputError when its answers contradict each other, or it names a Region that does not exist.

    >>> from advisor.facts import load_facts
    >>> start = ahead(Interview(), load_facts())
    >>> start.next, start.advice.question, 1 < start.left < 12
    ('traffic', 'traffic', True)
    """
    return _ahead(talk.brief, talk.passed, facts)
