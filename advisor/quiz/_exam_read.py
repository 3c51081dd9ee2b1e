"""An exam that was kept as JSON, read field by field."""

import math
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, TypeGuard

from advisor.errors import InputError, Problem

__all__ = ["SCHEMA", "exam_from_json"]

SCHEMA: Final = 1
_MOST_ITEMS: Final = 1000


def _fail(field: str, seen: object, allowed: str) -> InputError:
    text = repr(seen)
    return InputError([Problem(f"exam.{field}", text if len(text) <= 60 else f"{text[:59]}…", allowed)])


def _text(field: str, seen: object) -> str:
    if not isinstance(seen, str):
        raise _fail(field, seen, "a text")
    return seen


def _moment(field: str, seen: object) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(field, seen))
    except ValueError:
        raise _fail(field, seen, "a moment like 2026-11-29T09:00:00+00:00") from None
    if moment.tzinfo is None:
        raise _fail(field, seen, "a moment with its time zone")
    return moment


def _number(field: str, seen: object, low: int, high: int) -> int:
    if not isinstance(seen, int) or isinstance(seen, bool) or not low <= seen <= high:
        raise _fail(field, seen, f"a whole number from {low} to {high}")
    return seen


def _list(field: str, seen: object, most: int) -> list[Any]:
    if not isinstance(seen, list) or len(seen) > most:
        raise _fail(field, seen, f"a list of at most {most}")
    return seen


def _given(field: str, seen: object) -> tuple[tuple[int, ...] | float, datetime, float] | None:
    if seen is None:
        return None
    if not isinstance(seen, dict):
        raise _fail(field, seen, "an answer or null")
    stated, seconds = seen.get("answer"), seen.get("seconds")
    answer: tuple[int, ...] | float
    if isinstance(stated, list):
        answer = tuple(_number(f"{field}.answer", index, 0, 99) for index in _list(field, stated, 99))
    elif _finite(stated):
        answer = stated
    else:
        raise _fail(f"{field}.answer", stated, "a list of numbers, or a number")
    if not _finite(seconds) or seconds < 0:
        raise _fail(f"{field}.seconds", seconds, "a number of seconds")
    return answer, _moment(f"{field}.at", seen.get("at")), float(seconds)


def _finite(seen: object) -> TypeGuard[float]:
    return isinstance(seen, int | float) and not isinstance(seen, bool) and math.isfinite(seen)


def exam_from_json(data: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an exam; its answers as rows. Raises InputError, naming the field, when one cannot be right."""
    if not isinstance(data, Mapping) or data.get("schema") != SCHEMA:
        seen = data.get("schema") if isinstance(data, Mapping) else data
        raise _fail("schema", seen, f"{SCHEMA}; another form is of a newer version of this program")
    items = _number("items", data.get("items"), 1, _MOST_ITEMS)
    answers = _list("answers", data.get("answers"), items)
    if len(answers) != items:
        raise _fail("answers", len(answers), f"{items}, one an item")
    flagged = {_number("flagged", number, 1, items) for number in _list("flagged", data.get("flagged"), items)}
    moments: dict[str, Callable[[], datetime | None]] = {
        "began": lambda: _moment("began", data.get("began")),
        "since": lambda: _moment("since", data.get("since")),
        "ended": lambda: None if data.get("ended") is None else _moment("ended", data.get("ended")),
    }
    return {
        **{name: _text(name, data.get(name)) for name in ("view", "profile", "digest")},
        **{name: read() for name, read in moments.items()},
        "seed": _number("seed", data.get("seed"), 0, 10**6),
        "items": items,
        "minutes": _number("minutes", data.get("minutes"), 1, 10**4),
        "at": _number("at", data.get("at"), 1, items),
        "flagged": tuple(sorted(flagged)),
        "answers": [_given(f"answers.{number}", row) for number, row in enumerate(answers, 1)],
    }
