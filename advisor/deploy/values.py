"""Values of calls that are not plain: what the user fills in, what an earlier call answers, and why a number is what it is.

Arguments of a call are dicts, lists and plain values with these among them; a renderer writes each in its own way.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Answered", "Noted", "Text", "Var", "leaves", "named", "plain", "without_notes"]


@dataclass(frozen=True, slots=True)
class Var:
    """Something that the user fills in: a name of `advisor.deploy.variables`."""

    name: str


@dataclass(frozen=True, slots=True)
class Text:
    """A text with variables in it."""

    parts: tuple[str | Var, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """What an earlier call answers.

    Arguments: `call` is the id of that call, `field` the name of the field of its answer.
    """

    call: str
    field: str


@dataclass(frozen=True, slots=True)
class Noted:
    """A value with the reason for it, which is printed beside it."""

    value: Any
    why: str


def without_notes(value: Any) -> Any:
    """The same without its notes; variables and answers stay.

    >>> without_notes({"a": [Noted(3, "three for the peak"), Var("role")]})
    {'a': [3, Var(name='role')]}
    """
    if isinstance(value, Noted):
        return without_notes(value.value)
    if isinstance(value, Mapping):
        return {key: without_notes(inner) for key, inner in value.items()}
    return [without_notes(inner) for inner in value] if isinstance(value, list | tuple) else value


def plain(value: Any, values: Mapping[str, Any], answers: Mapping[tuple[str, str], str]) -> Any:
    """The value as it goes out in a call.

    Arguments: `values` of the variables; `answers` by call and field. Raises KeyError where one is missing.

    >>> plain({"a": Text(("s3://", Var("bucket"), "/in"))}, {"bucket": "b"}, {})
    {'a': 's3://b/in'}
    """
    match value:
        case Noted():
            return plain(value.value, values, answers)
        case Var():
            return values[value.name]
        case Text():
            return "".join(part if isinstance(part, str) else str(values[part.name]) for part in value.parts)
        case Answered():
            return answers[(value.call, value.field)]
        case Mapping():
            return {key: plain(inner, values, answers) for key, inner in value.items()}
        case list() | tuple():
            return [plain(inner, values, answers) for inner in value]
    return value


def leaves(value: Any) -> Iterator[Any]:
    """Every value that is no dict and no list, notes taken off."""
    bare = without_notes(value)
    if isinstance(bare, Mapping):
        for inner in bare.values():
            yield from leaves(inner)
    elif isinstance(bare, list):
        for inner in bare:
            yield from leaves(inner)
    else:
        yield bare


def named(value: Any) -> tuple[str, ...]:
    """The variables in a value, in the order in which they first stand.

    >>> named([Var("role"), Text(("x", Var("bucket"))), Var("role")])
    ('role', 'bucket')
    """
    found: dict[str, None] = {}
    for leaf in leaves(value):
        parts = leaf.parts if isinstance(leaf, Text) else (leaf,)
        found |= {part.name: None for part in parts if isinstance(part, Var)}
    return tuple(found)
