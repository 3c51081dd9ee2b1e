"""YAML of a template as plain values, made of its events: no tag builds anything, and nothing refers to anything else.

The short forms of CloudFormation (`!Ref`, `!Sub`) become their long ones. Aliases, anchors and merges, which CloudFormation
does not take either, are refused, so that a short text stays a small value.
"""

import re
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from advisor.errors import InputError, Problem

__all__ = ["DEEPEST", "read_yaml"]

DEEPEST: Final = 60
"""Tables and lists may be nested this deep."""
_CORE: Final = "tag:yaml.org,2002:"
_FUNCTIONS: Final = (
    "And", "Base64", "Cidr", "Equals", "FindInMap", "GetAZs", "GetAtt", "If", "ImportValue", "Join", "Length", "Not", "Or",
    "Select", "Split", "Sub", "ToJsonString", "Transform",
)  # fmt: skip
_TAGS: Final = {f"!{name}": f"Fn::{name}" for name in _FUNCTIONS} | {"!Ref": "Ref", "!Condition": "Condition"}
_PLAIN: Final = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys((t for word in ("true", "yes", "on") for t in (word, word.title(), word.upper())), True),
    **dict.fromkeys((t for word in ("false", "no", "off") for t in (word, word.title(), word.upper())), False),
}
_WHOLE: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,18})")
_NUMBER: Final = re.compile(r"[-+]?(?:(?:0|[1-9][0-9]{0,18})(?:\.[0-9]{0,18})?|\.[0-9]{1,18})(?:[eE][-+]?[0-9]{1,2})?")


@dataclass(slots=True)
class _Open:
    """A table or list that has not ended."""

    into: Any
    tag: str
    key: str | None = None
    keys: set[str] = field(default_factory=set)


def _scalar(event: Any) -> Any:
    """A scalar: a number, a word for true, false or nothing where it stands without quotes, else its text."""
    text = str(event.value)
    if event.tag is not None or not event.implicit[0]:
        return text
    if text in _PLAIN:
        return _PLAIN[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else text


def _tagged(tag: str | None, value: Any, refuse: Any) -> Any:
    """A value under a tag: the long form of a function of CloudFormation."""
    if tag is None or tag == "!" or (tag.startswith(_CORE) and tag.removeprefix(_CORE) in {"str", "map", "seq"}):
        return value
    function = _TAGS.get(tag)
    if function is None:
        shown = tag.removeprefix(_CORE)[:60] if tag.startswith(_CORE) else tag[:60]
        raise refuse(f"{shown!r} is no tag that is read; expected: functions of CloudFormation, like !Ref or !Sub")
    if function == "Fn::GetAtt" and isinstance(value, str):
        return {function: value.split(".", 1)}
    return {function: value}


def read_yaml(text: str, seen: str) -> Any:
    """The value written in one YAML document; keys are texts, dates stay as they are written.

    Arguments: `seen` names the source in errors. Raises InputError with the line of what is not read: a slip, an alias, an
    unknown tag, a key that stands twice, tables nested too deeply.

    >>> read_yaml("a: !GetAtt Model.ModelName\\nb: [2010-09-09, yes, 3]", "here")
    {'a': {'Fn::GetAtt': ['Model', 'ModelName']}, 'b': ['2010-09-09', True, 3]}
    """
    try:
        return _read(text, seen)
    except yaml.YAMLError as error:
        mark, said = getattr(error, "problem_mark", None), getattr(error, "problem", None) or "it cannot be read"
        where = f" (line {mark.line + 1})" if mark is not None else ""
        raise InputError([Problem(seen, "", f"this is not YAML: {said}{where}")]) from None
    except (RecursionError, ValueError):
        raise InputError([Problem(seen, "", "this is not YAML: a value in it cannot be read")]) from None


def _read(text: str, seen: str) -> Any:
    stack: list[_Open] = []
    made: list[Any] = []
    line = 0

    def refuse(said: str) -> InputError:
        return InputError([Problem(seen, "", f"line {line}: {said}")])

    def put(value: Any) -> None:
        if not stack:
            if made:
                raise refuse("a second document begins; expected: one")
            made.append(value)
        elif isinstance(stack[-1].into, list):
            stack[-1].into.append(value)
        elif stack[-1].key is None:
            stack[-1].key = _key(value, stack[-1], refuse)
        else:
            stack[-1].into[stack[-1].key], stack[-1].key = value, None

    for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise refuse("an alias or anchor; expected: each value written out, as CloudFormation wants it")
        if isinstance(event, yaml.ScalarEvent):
            is_key = bool(stack) and isinstance(stack[-1].into, dict) and stack[-1].key is None
            put(str(event.value) if is_key else _tagged(event.tag, _scalar(event), refuse))
        elif isinstance(event, yaml.CollectionStartEvent):
            if len(stack) >= DEEPEST:
                raise refuse(f"tables and lists are nested more than {DEEPEST} deep")
            stack.append(_Open({} if isinstance(event, yaml.MappingStartEvent) else [], event.tag))
        elif isinstance(event, yaml.CollectionEndEvent):
            ended = stack.pop()
            put(_tagged(ended.tag, ended.into, refuse))
    return made[0] if made else None


def _key(value: Any, table: _Open, refuse: Any) -> str:
    if not isinstance(value, str):
        raise refuse("a table or list stands as a key; expected: a text")
    if value == "<<":
        raise refuse("a merge (<<); expected: each value written out, as CloudFormation wants it")
    if value in table.keys:
        raise refuse(f"the key {value[:60]!r} stands twice in one table")
    table.keys.add(value)
    return value
