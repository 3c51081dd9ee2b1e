"""Questions: which open attribute decides most, and what each reply would change.

For every attribute that nobody stated and that a rule or a preference reads, each reply is tried on the board; the
question to ask is the one whose reply most often changes which option comes first.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from advisor._facts_read import data_folder, read_toml
from advisor.errors import FactError
from advisor.facts import Facts
from advisor.panel import Board

__all__ = [
    "Question", "Reply", "chance", "further", "least_worth", "most_deciding", "open_questions", "question_text", "questions", "replies", "topic",
]  # fmt: skip

_SAID = {True: "yes", False: "no"}


@dataclass(frozen=True, slots=True)
class Question:
    """One question, with the replies that are tried and how common each is taken to be."""

    attribute: str
    ask: str
    values: tuple[Any, ...]
    words: tuple[str, ...]
    shares: tuple[float, ...]
    when: tuple[str, ...] = ()
    """Signals without which nobody would ask."""
    topic: str = ""
    """What it is about, as a part of a sentence."""
    help: str = ""
    """One line that says what is meant."""
    labels: tuple[str, ...] = ()
    """The replies as a page offers them, in the order of the values."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the answer would be after one reply."""

    value: Any
    words: str
    """The reply as people say it."""
    best: str
    """The option that would come first; `none` where nothing would fit."""
    out: tuple[str, ...]
    """Options that would no longer fit."""
    back: tuple[str, ...]
    """Options that would fit again."""


def _limit(given: str | float, attribute: str, facts: Facts) -> tuple[float, str]:
    """One limit between two replies, in the unit of the attribute, and as text."""
    if not isinstance(given, str):
        return float(given), f"{given:,}"
    fact = facts.fact(given)
    if attribute.endswith("_mb"):
        return fact.bytes() / 1e6, fact.text()
    if attribute.endswith("_gb"):
        return fact.bytes() / 1e9, fact.text()
    if attribute.endswith("_s"):
        return fact.us() / 1e6, fact.text()
    return fact.number(), f"{fact.number():,g}"


def _bands(row: dict[str, Any], facts: Facts) -> tuple[tuple[float, ...], tuple[str, ...]]:
    """One value inside each band between the limits, away from its ends, and its words."""
    limits = sorted(_limit(given, row["attribute"], facts) for given in row["limits"])
    ends = [value for value, _ in limits]
    whole = row["attribute"].startswith("n_")
    middles = [math.sqrt(low * high) for low, high in pairwise(ends)]
    values = [ends[0] if whole else ends[0] / 10, *(round(m) if whole else m for m in middles), 2 * ends[-1]]
    words = [f"up to {limits[0][1]}"]
    words += [f"above {low[1]}, up to {high[1]}" for low, high in pairwise(limits)]
    return tuple(values), (*words, f"above {limits[-1][1]}")


@lru_cache(maxsize=16)
def questions(facts: Facts) -> dict[str, Question]:
    """Every question by attribute. Raises FactError when data/questions.toml is malformed.

    >>> from advisor.facts import load_facts
    >>> questions(load_facts())["needs_gpu"].words
    ('yes', 'no')
    """
    found: dict[str, Question] = {}
    for row in read_toml(data_folder() / "questions.toml")["question"]:
        if "limits" in row:
            values, words = _bands(row, facts)
        else:
            values = tuple(row["replies"])
            words = tuple(_SAID[value] if isinstance(value, bool) else str(value) for value in values)
        if len(row["shares"]) != len(values) or abs(sum(row["shares"]) - 1) > 1e-9:
            raise FactError(f"questions.toml: {row['attribute']} needs {len(values)} shares that sum to 1")
        found[row["attribute"]] = Question(
            row["attribute"],
            row["ask"],
            values,
            words,
            tuple(row["shares"]),
            tuple(row.get("when", ())),
            row["topic"],
            row["help"],
            tuple(row.get("labels", (word[:1].upper() + word[1:] for word in words))),
        )
    return found


@lru_cache(maxsize=1)
def further() -> dict[str, Question]:
    """What can be stated and is never asked for first, by attribute: words for a page that shows and changes it.

    >>> further()["front"].labels
    ('Nothing', 'API Gateway', 'A Lambda function')
    """
    found = {}
    for row in read_toml(data_folder() / "questions.toml")["further"]:
        values = tuple(row.get("replies", ()))
        words = tuple(_SAID[value] if isinstance(value, bool) else str(value) for value in values)
        labels = tuple(row.get("labels", (word.capitalize() for word in words)))
        found[row["attribute"]] = Question(
            row["attribute"], row["ask"], values, words, (), (), row["topic"], row["help"], labels
        )
    return found


@lru_cache(maxsize=1)
def _least_chance() -> float:
    return float(read_toml(data_folder() / "questions.toml")["least_chance"])


def question_text(attribute: str, facts: Facts) -> str:
    """The question in words; of an attribute without one, its name."""
    known = questions(facts).get(attribute)
    return known.ask if known else f"What is {attribute}?"


def topic(attribute: str, facts: Facts) -> str:
    """What an attribute is about, as a part of a sentence; the name of one without words.

    >>> from advisor.facts import load_facts
    >>> topic("n_models", load_facts())
    'the number of models'
    """
    known = questions(facts).get(attribute) or further().get(attribute)
    return known.topic if known else attribute.replace("_", " ")


def replies(board: Board, question: Question) -> tuple[Reply, ...]:
    """What each reply to one question would change."""
    names = board.panel.names
    found = []
    outcomes = board.after(question.attribute, question.values)
    for value, words, (blocked, best) in zip(question.values, question.words, outcomes, strict=True):
        out = tuple(n for bit, n in enumerate(names) if blocked >> bit & 1 and not board.blocked >> bit & 1)
        back = tuple(n for bit, n in enumerate(names) if board.blocked >> bit & 1 and not blocked >> bit & 1)
        found.append(Reply(value, words, best, out, back))
    return tuple(found)


def chance(board: Board, question: Question) -> tuple[float, float]:
    """How often a reply changes the first place, and how many options the replies rule out or bring back, on average."""
    best, changes, flips = board.best, 0.0, 0.0
    for share, (blocked, first) in zip(question.shares, board.after(question.attribute, question.values), strict=True):
        changes += share * (first != best)
        flips += share * (blocked ^ board.blocked).bit_count()
    return round(changes, 9), round(flips, 9)


def open_questions(board: Board) -> list[Question]:
    """The questions that nobody answered, that something reads and that somebody would ask, in their order.

    >>> from advisor import Brief, load_facts
    >>> from advisor.attributes import project
    >>> from advisor.panel import panel_for
    >>> asked = open_questions(panel_for(load_facts()).board(project(Brief(needs_gpu=True))))
    >>> "needs_gpu" in [q.attribute for q in asked], "traffic" in [q.attribute for q in asked]
    (False, True)
    """
    open_ = board.unknown()
    known = questions(board.panel.facts).values()
    return [q for q in known if q.attribute in open_ and all(board.signals[name][0] for name in q.when)]


def least_worth() -> tuple[float, float]:
    """What a question has to decide more than, to be asked: its chance and the options it moves."""
    return _least_chance(), 0.0


def most_deciding(board: Board) -> str:
    """The attribute whose answer would most often change the first place; empty when none could.

    Equal chances go to the question whose replies rule out more options, then to the order of the questions.
    """
    top, chosen = least_worth(), ""
    for question in open_questions(board):
        if (found := chance(board, question)) > top:
            top, chosen = found, question.attribute
    return chosen
