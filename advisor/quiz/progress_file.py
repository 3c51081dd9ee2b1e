"""Progress as a document to carry elsewhere: its form, its JSON Schema, and how it is read."""

import json
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal, TypeGuard

from pydantic import BeforeValidator, Field, ValidationError

from advisor._workload_text import problems_of
from advisor._workload_units import Section, refusal
from advisor.errors import InputError, Problem
from advisor.quiz.event import LONGEST_S, MODES, Answered, Mode

__all__ = ["LARGEST_BYTES", "MOST_EVENTS", "SCHEMA", "progress_schema", "read_progress"]

SCHEMA: Final = 1
LARGEST_BYTES: Final = 64_000_000
MOST_EVENTS: Final = 100_000
_YEARS: Final = range(2000, 2200)
_LONGEST: Final = 120
_MOST_SEED: Final = 10**12
_MOST_WORDS: Final = 100_000
_MOST_CHOICES: Final = 100
_LARGEST_NUMBER: Final = 1e15


def _is_whole(value: object, low: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= most


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= _LARGEST_NUMBER


def _is_answer(value: object) -> bool:
    if isinstance(value, list | tuple):
        return len(value) <= _MOST_CHOICES and all(_is_whole(one, 0, _MOST_CHOICES) for one in value)
    return value is None or _is_number(value)


def _within(low: int, most: int) -> BeforeValidator:
    """A whole number within bounds."""

    def check(value: object) -> object:
        if not _is_whole(value, low, most):
            raise refusal(f"a whole number from {low:,} to {most:,}")
        return value

    return BeforeValidator(check)


def _name(value: object) -> object:
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST or not value.isprintable():
        raise refusal(f"1 to {_LONGEST} printable characters")
    return value


def _mode(value: object) -> object:
    if value not in MODES:
        raise refusal(f"one of {', '.join(MODES)}")
    return value


def _flag(value: object) -> object:
    if not isinstance(value, bool):
        raise refusal("true or false")
    return value


def _seconds(value: object) -> object:
    if not _is_number(value) or not 0 <= value <= LONGEST_S:
        raise refusal(f"seconds from 0 to {LONGEST_S:,.0f}")
    return float(value)


def _answer(value: object) -> object:
    if not _is_answer(value):
        raise refusal("a list of places of choices, a number, or null")
    if isinstance(value, list | tuple):
        return tuple(value)
    return float(value) if isinstance(value, int | float) else None


def _with_zone(value: object) -> datetime:
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else value
        if isinstance(at, datetime) and at.tzinfo is not None and at.year in _YEARS:
            return at.astimezone(UTC)
    except ValueError:
        pass
    raise refusal("a time with its zone, like 2026-12-01T09:00:00+00:00")


Name = Annotated[str, Field(min_length=1, max_length=_LONGEST), BeforeValidator(_name)]
Time = Annotated[datetime, BeforeValidator(_with_zone)]


class AnswerRow(Section):
    """One answer."""

    at: Time
    """When it was given, with the zone."""
    mode: Annotated[Mode, BeforeValidator(_mode)]
    """Practice, exam, or the review of a missed item."""
    template: Name
    """Template of the item."""
    seed: Annotated[int, Field(ge=0, le=_MOST_SEED), _within(0, _MOST_SEED)]
    """Seed of the item."""
    profile: Name
    """Profile of facts that the key was computed with."""
    concept: Name
    """What was to be learned: template/target."""
    topic: Name
    """Topic of the item."""
    task: Name
    """Task of the exam guide."""
    type: Name
    """Type of the item."""
    difficulty: Annotated[int, Field(ge=1, le=3), _within(1, 3)]
    """1 to 3."""
    words: Annotated[int, Field(ge=0, le=_MOST_WORDS), _within(0, _MOST_WORDS)]
    """Words there were to read."""
    right: Annotated[bool, BeforeValidator(_flag)]
    """Whether the answer was right."""
    misconceptions: Annotated[tuple[Name, ...], Field(max_length=20)]
    """What the wrong choices that were taken stand for."""
    seconds: Annotated[float, Field(ge=0, le=LONGEST_S), BeforeValidator(_seconds)]
    """Seconds to the answer; 0 where unknown."""
    answer: Annotated[tuple[int, ...] | float | None, BeforeValidator(_answer)]
    """Places of the choices taken, a number, or null."""


class ProgressDocument(Section):
    """The answers of one learner."""

    form: Annotated[Literal[1], Field(alias="schema")]
    """Version of this form."""
    learner: Name
    """Whose answers they are."""
    exported_at: Time | None = None
    """When they were taken."""
    events: Annotated[tuple[AnswerRow, ...], Field(max_length=MOST_EVENTS)]
    """The answers."""


def progress_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of exported progress.

    >>> sorted(progress_schema()["required"])
    ['events', 'learner', 'schema']
    """
    schema = ProgressDocument.model_json_schema(by_alias=True, mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Progress"}


def read_progress(data: object) -> tuple[str, tuple[Answered, ...]]:
    """The learner that a document names, and the answers in it.

    Arguments: `data` is the document or its text. Raises InputError with every problem at once; nothing of a document
    that has one is used.

    >>> read_progress('{"schema": 1, "learner": "Ada", "events": []}')
    ('Ada', ())
    """
    table = _parsed(data) if isinstance(data, str | bytes) else data
    try:
        document = ProgressDocument.model_validate(table)
    except ValidationError as error:
        raise InputError(problems_of(error, ProgressDocument)) from None
    return document.learner, tuple(Answered(**dict(event)) for event in document.events)


def _parsed(text: str | bytes) -> object:
    if len(text) > LARGEST_BYTES:
        raise InputError([Problem("progress", f"{len(text) / 1e6:.1f} MB", f"at most {LARGEST_BYTES / 1e6:g} MB")])
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise InputError(
            [Problem("progress", "", "this is no JSON, or it is damaged; export the progress again")]
        ) from None
