"""Values as Python source: every text of a user comes out as data, whatever stands in it."""

import json
import keyword
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from advisor.deploy.values import Answered, Noted, Text, Var
from advisor.deploy.writing import one_line

__all__ = ["Code", "Made", "answer_name", "arguments", "constant", "literal", "text_literal"]

_INDENT = "    "


@dataclass(frozen=True, slots=True)
class Code:
    """Source of ours, written as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class Made:
    """An object that a script makes: a name of ours called with arguments."""

    name: str
    given: Mapping[str, Any]


def text_literal(text: str) -> str:
    """A text as a Python literal on one line.

    >>> text_literal('say "hi"\\n'), text_literal("it's ${x}")
    ('"say \\\\"hi\\\\"\\\\n"', '"it\\'s ${x}"')
    """
    return json.dumps(text)  # ASCII, and its escapes are Python's too


def constant(variable: str) -> str:
    """The name under which a variable stands in a script."""
    return variable.upper()


def answer_name(call: str) -> str:
    """The name under which what a call answered stands in a script.

    >>> answer_name("wake-copies-1")
    'wake_copies_1'
    """
    name = re.sub(r"\W+", "_", call, flags=re.ASCII)
    return f"{name}_" if keyword.iskeyword(name) else name


def _joined(text: Text) -> str:
    parts = (
        json.dumps(part)[1:-1].replace("{", "{{").replace("}", "}}")
        if isinstance(part, str)
        else f"{{{constant(part.name)}}}"
        for part in text.parts
    )
    return f'f"{"".join(parts)}"'


def literal(value: Any, depth: int = 0) -> str:
    """A value as Python source, over several lines where it holds others; notes become comments.

    Arguments: `depth` is how far the line it begins on is indented.

    >>> print(literal({"InstanceCount": Noted(3, "for the peak"), "Role": Var("role")}))
    {
        "InstanceCount": 3,  # for the peak
        "Role": ROLE,
    }
    """
    match value:
        case Noted():
            return literal(value.value, depth)
        case Var():
            return constant(value.name)
        case Text():
            return _joined(value)
        case Answered():
            return f"{answer_name(value.call)}[{text_literal(value.field)}]"
        case Code():
            return value.text
        case Made():
            return (
                f"{value.name}(\n{arguments(value.given, depth)}{_INDENT * depth})"
                if value.given
                else f"{value.name}()"
            )
        case Mapping():
            return _several("{", "}", [(f"{text_literal(str(key))}: ", inner) for key, inner in value.items()], depth)
        case list() | tuple():
            return _several("[", "]", [("", inner) for inner in value], depth)
        case str():
            return text_literal(value)
        case bool() | int() | float() | None:
            return repr(value)
    raise TypeError(f"{type(value).__name__} cannot be written as Python source")


def _note(value: Any) -> str:
    return f"  # {one_line(value.why)}" if isinstance(value, Noted) else ""


def _several(begin: str, end: str, rows: list[tuple[str, Any]], depth: int) -> str:
    if not rows:
        return begin + end
    inside = _INDENT * (depth + 1)
    lines = [f"{inside}{name}{literal(inner, depth + 1)},{_note(inner)}" for name, inner in rows]
    return "\n".join([begin, *lines, f"{_INDENT * depth}{end}"])


def arguments(given: Mapping[str, Any], depth: int) -> str:
    """Keyword arguments of a call, a line each."""
    inside = _INDENT * (depth + 1)
    return "".join(f"{inside}{name}={literal(value, depth + 1)},{_note(value)}\n" for name, value in given.items())
