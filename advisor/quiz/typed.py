"""Answers as people type them: letters or numbers of choices, pairs, orders, or a number with its unit."""

import math
import re
from typing import Final

from advisor.errors import InputError, Problem
from advisor.quiz.item import Item

__all__ = ["Answer", "allowed", "answer_words", "letter", "number_words", "read_answer"]

Answer = tuple[int, ...] | float
"""In the form that `advisor.quiz.marking.mark` takes."""
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_COUNTS: Final = ("none", "one", "two", "three", "four", "five", "six", "seven")
_SPLIT: Final = re.compile(r"[\s,;]+")
_PAIR: Final = re.compile(r"([a-z])[=:\-]?(\d+)")
_NUMBER: Final = re.compile(
    r"[$€]?\s*([-+]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:e[-+]?\d{1,3})?)\s*(\D*)", re.IGNORECASE | re.ASCII
)
_LONGEST: Final = 60


def letter(index: int) -> str:
    """The letter of a choice, or of a prompt.

    >>> letter(0), letter(3)
    ('a', 'd')
    """
    return _LETTERS[index]


def number_words(number: float, unit: str = "") -> str:
    """A number with its unit, as it is written.

    >>> number_words(1200.0, "requests"), number_words(0.25)
    ('1,200 requests', '0.25')
    """
    written = f"{number:,.10g}" if number != round(number) or abs(number) >= 1e15 else f"{round(number):,}"
    return f"{written} {unit}".strip()


def allowed(item: Item) -> str:
    """What an answer may look like.

    >>> from advisor import load_facts
    >>> from advisor.quiz.generate import make
    >>> allowed(make("which-option", 1, load_facts()))
    'a letter from a to d'
    """
    last = letter(max(len(item.choices), 1) - 1)
    match item.type:
        case "numeric":
            return f"a number in {item.unit}, like 12.5" if item.unit else "a number, like 12.5"
        case "multiple":
            return f"{_COUNTS[item.asks_for]} letters from a to {last}, like {' '.join(_LETTERS[: item.asks_for])}"
        case "ordering":
            return (
                f"all letters from a to {last} in their order, like {' '.join(_LETTERS[len(item.choices) - 1 :: -1])}"
            )
        case "matching":
            like = " ".join(f"{letter(n)}={n + 1}" for n in range(len(item.prompts)))
            return f"a number from 1 to {len(item.choices)} for each letter, like {like}"
        case _:
            return f"a letter from a to {last}"


def answer_words(item: Item, answer: Answer) -> str:
    """An answer as it would be typed."""
    if isinstance(answer, int | float):
        return number_words(answer, item.unit)
    if item.type == "matching":
        return " ".join(f"{letter(n)}={index + 1}" for n, index in enumerate(answer))
    return " ".join(letter(index) for index in answer)


def read_answer(text: str, item: Item) -> Answer:
    """The answer that a line stands for.

    Choices have letters, and numbers from 1 stand for them as well; the prompts of a matching item have letters and its
    choices numbers. Raises InputError, with what is allowed, for anything else.

    >>> from advisor import load_facts
    >>> from advisor.quiz.generate import make
    >>> item = make("which-option", 1, load_facts())
    >>> read_answer(" B ", item), read_answer("2", item)
    ((1,), (1,))
    """
    plain = text.strip().lower()
    try:
        if item.type == "numeric":
            return _number(plain, item.unit)
        return _matched(plain, item) if item.type == "matching" else _letters(plain, item)
    except ValueError:
        seen = text.strip()
        shown = repr(seen if len(seen) <= _LONGEST else f"{seen[: _LONGEST - 1]}…") if seen else "nothing"
        raise InputError([Problem("", f"{shown}", allowed(item))]) from None


def _number(text: str, unit: str) -> float:
    found = _NUMBER.fullmatch(text.replace("\N{MINUS SIGN}", "-").replace("\u00a0", " "))
    if found is None or not any(map(str.isdigit, found[1])):
        raise ValueError(text)
    after, name = found[2].strip(), unit.lower()
    if after and not (name.startswith(after) or after.startswith(name)) and not (after == "%" and name == "percent"):
        raise ValueError(text)
    number = float(found[1].replace(",", ""))
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _index(part: str, count: int) -> int:
    """The choice that a letter or a number names."""
    index = int(part) - 1 if part.isascii() and part.isdigit() and len(part) < 3 else _LETTERS.find(part)
    if not part or not 0 <= index < count or (part.isalpha() and len(part) > 1):
        raise ValueError(part)
    return index


def _letters(text: str, item: Item) -> tuple[int, ...]:
    parts = [part for part in _SPLIT.split(text) if part]
    if len(parts) == 1 and len(parts[0]) > 1:
        parts = list(parts[0])
    found = [_index(part, len(item.choices)) for part in parts]
    wanted = len(item.choices) if item.type == "ordering" else item.asks_for
    if len(found) != wanted or len(set(found)) != wanted:
        raise ValueError(text)
    return tuple(found) if item.type == "ordering" else tuple(sorted(found))


def _matched(text: str, item: Item) -> tuple[int, ...]:
    """`a=2 b=1 c=3`, `2 1 3` or `213`, one number a prompt; a choice may match several prompts or none."""
    parts = [part for part in _SPLIT.split(re.sub(r"\s*([=:])\s*", r"\1", text)) if part]
    if len(parts) == 1 and parts[0].isdigit():
        parts = list(parts[0])
    pairs = [_PAIR.fullmatch(part) for part in parts]
    if any(pairs):
        named = {pair[1]: pair[2] for pair in pairs if pair is not None}
        if len(named) != len(parts):
            raise ValueError(text)
        parts = [named.get(letter(n), "") for n in range(len(item.prompts))]
        if len(named) != len(parts):
            raise ValueError(text)
    if len(parts) != len(item.prompts) or not all(part.isdigit() for part in parts):
        raise ValueError(text)
    return tuple(_index(part, len(item.choices)) for part in parts)
