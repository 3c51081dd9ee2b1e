"""Ranges as people write them: `key=low/mid/high`, everything that is wrong told at once."""

from collections.abc import Sequence
from typing import Final

from advisor._facts_types import scale_of
from advisor.errors import InputError, Problem
from advisor.facts import Fact, Facts
from advisor.units import parse_bytes, parse_duration_us
from simulator.assumptions import KEYS, given_number
from simulator.ranges import LABELS, Range, base_of, stated
from simulator.scenarios import STATED
from simulator.study import Study

__all__ = ["read_ranges"]

_LIKE: Final = "low/mid/high, like 0.5x/1x/2x"
_PARTS: Final = 3


def _number(key: str, text: str, base: float, fact: Fact | None) -> float:
    """One value of a range; ValueError or InputError where it is none."""
    if fact is not None:
        kind, size = scale_of(fact.unit)
        if kind == "duration" and text[-1:].isalpha():
            return parse_duration_us(text) / size
        return float(text)
    if key not in {*STATED, "prices"}:
        return given_number(key, text)
    if key == "service" and not text.endswith("x") and text[-1:].isalpha():
        return parse_duration_us(text) / base
    if key == "payload" and not text.endswith("x") and text[-1:].isalpha():
        return parse_bytes(text) / base
    return float(text.removesuffix("x"))


def _allowed(facts: Facts, values: Sequence[float], key: str) -> str:
    """What is wrong with the values of a fact, as the facts themselves tell it; empty where nothing is."""
    try:
        for value in values:
            facts.with_values({key: value})
    except InputError as error:
        return error.problems[0].allowed
    return ""


def _one(study: Study, key: str, text: str) -> Range | Problem:
    where = f"--range {key}"
    fact = study.facts.fact(key) if "." in key and study.facts.has(key) else None
    if key not in {*LABELS, *KEYS} and (fact is None or not fact.numeric):
        known = f"one of {', '.join(dict.fromkeys((*LABELS, *KEYS)))}, or the id of a fact that is a number"
        return Problem(where, "this key", known)
    parts = [part.strip() for part in text.split("/")]
    if len(parts) not in {1, _PARTS}:
        return Problem(where, repr(text), _LIKE)
    base = base_of(study, key)
    try:
        values = [_number(key, part, base, fact) for part in parts]
    except (InputError, ValueError, ZeroDivisionError) as error:
        why = error.problems[0].allowed if isinstance(error, InputError) else "a number or a factor, like 1.2x"
        return Problem(where, repr(text), f"{why}; as {_LIKE}")
    if not all(0 <= value < 1e15 for value in values) or (key in LABELS and min(values) <= 0):
        return Problem(where, repr(text), "numbers above 0")
    low, mid, high = values if len(values) == _PARTS else values * _PARTS
    if not low <= mid <= high:
        return Problem(where, repr(text), f"low, mid and high in ascending order; {_LIKE}")
    if fact is not None:
        wrong = _allowed(study.facts, (low, mid, high), key)
        if wrong:
            return Problem(where, repr(text), wrong)
        return Range(key, fact.attribute.replace("_", " "), low, mid, high, fact.unit)
    if key in LABELS:
        return stated(study, key, low, mid, high)
    unit = {"speed": "x", "queue_limit": "requests", "memory_share": "of the memory"}.get(key, "us")
    return Range(key, key.replace("_", " "), low, mid, high, unit)


def read_ranges(study: Study, texts: Sequence[str]) -> tuple[Range, ...]:
    """Ranges from `key=low/mid/high` texts. Raises InputError naming every text that is none.

    >>> from simulator.study import prepare
    >>> found = read_ranges(prepare("receipt-classifier"), ["load=0.5x/1x/2x", "service=90ms/180ms/360ms"])
    >>> [(one.low, one.high) for one in found]
    [(0.5, 2.0), (0.5, 2.0)]
    """
    found: dict[str, Range] = {}
    problems: list[Problem] = []
    for text in texts:
        key, sign, values = text.partition("=")
        if not sign:
            problems.append(Problem("--range", repr(text), f"key={_LIKE}"))
        elif key in found:
            problems.append(Problem(f"--range {key}", "the same key twice", "one range for each key"))
        else:
            one = _one(study, key.strip(), values)
            if isinstance(one, Problem):
                problems.append(one)
            else:
                found[one.key] = one
    if problems:
        raise InputError(problems)
    return tuple(found.values())
