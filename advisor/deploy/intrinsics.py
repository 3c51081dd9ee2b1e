"""Functions of CloudFormation, as far as a template alone answers them: parameters with defaults, mappings, conditions, texts.

What it does not answer is `Unknown`, with the beginning of the text where that much is known.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

__all__ = ["NOTHING", "Resolver", "Unknown"]

_LONGEST: Final = 4096
"""Characters of a text that functions put together; no argument of a call is longer."""
_PART: Final = re.compile(r"\$\{([^}]*)\}")
_NUMERIC: Final = "Number"


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that the template does not settle."""

    of: str
    """What it depends on, for people."""
    begin: str = ""
    """How the text begins, as far as that is known."""


NOTHING: Final = Unknown("AWS::NoValue")
"""Stands for a property that is left out."""


class Resolver:
    """Resolves the values of one template.

    Arguments: `document` is the template; `region` it is created in, empty where that is not known; `given` values of
    parameters; `names` the name of each resource that has one we follow, by logical id.
    """

    def __init__(
        self, document: Mapping[str, Any], region: str, given: Mapping[str, str], names: Mapping[str, str]
    ) -> None:
        self._conditions = _table(document.get("Conditions"))
        self._mappings = _table(document.get("Mappings"))
        self._names = names
        self._asked: set[str] = set()
        self._decided: dict[str, bool | Unknown] = {}
        self._values: dict[str, Any] = {
            "AWS::NoValue": NOTHING, "AWS::Partition": "aws", "AWS::URLSuffix": "amazonaws.com",
            "AWS::Region": region or Unknown("AWS::Region"),
        }  # fmt: skip
        for name, parameter in _table(document.get("Parameters")).items():
            self._values[name] = _parameter(name, _table(parameter), given)

    def value(self, value: Any) -> Any:
        """The value with all functions resolved; what is left out (AWS::NoValue) is gone from tables and lists."""
        if isinstance(value, Mapping):
            if len(value) == 1:
                name, inner = next(iter(value.items()))
                if name == "Ref":
                    return self._ref(inner)
                if name.startswith("Fn::") or (name == "Condition" and isinstance(inner, str)):
                    return self._function(name, inner)
            found = {key: self.value(inner) for key, inner in value.items()}
            return {key: inner for key, inner in found.items() if inner is not NOTHING}
        if isinstance(value, list):
            return [inner for inner in map(self.value, value) if inner is not NOTHING]
        if isinstance(value, str) and "{{resolve:" in value:
            return Unknown("a dynamic reference", value.split("{{resolve:", 1)[0])
        return value

    def holds(self, name: str) -> bool | Unknown:
        """Whether a condition of the template holds."""
        if name not in self._decided:
            if name in self._asked or name not in self._conditions:
                return Unknown(f"condition {name}")
            self._asked.add(name)
            found = self.value(self._conditions[name])
            self._decided[name] = found if isinstance(found, bool) else Unknown(f"condition {name}")
        return self._decided[name]

    def _ref(self, name: Any) -> Any:
        if not isinstance(name, str):
            return Unknown("Ref")
        if name in self._values:
            return self._values[name]
        return self._names.get(name, Unknown(name))

    def _function(self, name: str, inner: Any) -> Any:
        if name == "Condition":
            return self.holds(inner)
        functions: dict[str, Callable[[Any], Any]] = {
            "Fn::Sub": self._sub, "Fn::Join": self._join, "Fn::GetAtt": self._attribute, "Fn::If": self._if,
            "Fn::Equals": self._equals, "Fn::Not": self._not, "Fn::And": self._and, "Fn::Or": self._or,
            "Fn::Select": self._select, "Fn::Split": self._split, "Fn::FindInMap": self._find,
        }  # fmt: skip
        return functions[name](inner) if name in functions else Unknown(name)

    def _sub(self, inner: Any) -> Any:
        text, own = (inner[0], _table(inner[1])) if isinstance(inner, list) and len(inner) == 2 else (inner, {})
        if not isinstance(text, str):
            return Unknown("Fn::Sub")
        own = {key: self.value(one) for key, one in own.items()}
        parts: list[Any] = []
        at = 0
        for match in _PART.finditer(text):
            name = match[1]
            parts.append(text[at : match.start()])
            at = match.end()
            if name.startswith("!"):
                parts.append("${" + name[1:] + "}")
            elif name in own:
                parts.append(own[name])
            else:
                parts.append(self._attribute(name.split(".", 1)) if "." in name else self._ref(name))
        return _together([*parts, text[at:]])

    def _join(self, inner: Any) -> Any:
        if not (isinstance(inner, list) and len(inner) == 2 and isinstance(inner[0], str)):
            return Unknown("Fn::Join")
        parts = self.value(inner[1])
        if not isinstance(parts, list):
            return Unknown("Fn::Join")
        found: list[Any] = []
        for part in parts:
            found += [inner[0], part] if found else [part]
        return _together(found)

    def _attribute(self, inner: Any) -> Any:
        parts = inner.split(".", 1) if isinstance(inner, str) else inner
        if not (isinstance(parts, list) and len(parts) == 2 and all(isinstance(part, str) for part in parts)):
            return Unknown("Fn::GetAtt")
        return self._names.get(parts[0], Unknown(".".join(parts)))

    def _if(self, inner: Any) -> Any:
        if not (isinstance(inner, list) and len(inner) == 3 and isinstance(inner[0], str)):
            return Unknown("Fn::If")
        decided = self.holds(inner[0])
        return decided if isinstance(decided, Unknown) else self.value(inner[1] if decided else inner[2])

    def _equals(self, inner: Any) -> Any:
        both = self.value(inner) if isinstance(inner, list) else []
        if len(both) != 2 or any(isinstance(one, Unknown | dict | list) for one in both):
            return Unknown("Fn::Equals")
        return _text(both[0]) == _text(both[1])

    def _flags(self, inner: Any) -> list[Any]:
        return [self.value(one) for one in inner] if isinstance(inner, list) else [Unknown("a condition")]

    def _not(self, inner: Any) -> Any:
        found = self._flags(inner)
        return not found[0] if len(found) == 1 and isinstance(found[0], bool) else Unknown("Fn::Not")

    def _and(self, inner: Any) -> Any:
        found = self._flags(inner)
        if any(one is False for one in found):
            return False
        return True if all(one is True for one in found) else Unknown("Fn::And")

    def _or(self, inner: Any) -> Any:
        found = self._flags(inner)
        if any(one is True for one in found):
            return True
        return False if all(one is False for one in found) else Unknown("Fn::Or")

    def _select(self, inner: Any) -> Any:
        both = self.value(inner) if isinstance(inner, list) else []
        if len(both) != 2 or not isinstance(both[1], list):
            return Unknown("Fn::Select")
        number = _text(both[0])
        if not (number.isascii() and number.isdigit() and len(number) < 6 and int(number) < len(both[1])):
            return Unknown("Fn::Select")
        return both[1][int(number)]

    def _split(self, inner: Any) -> Any:
        both = self.value(inner) if isinstance(inner, list) else []
        if len(both) != 2 or not both[0] or not all(isinstance(one, str) for one in both):
            return Unknown("Fn::Split")
        return both[1].split(both[0])

    def _find(self, inner: Any) -> Any:
        keys = self.value(inner) if isinstance(inner, list) else []
        found: Any = self._mappings
        for key in keys[:3]:
            if not isinstance(found, Mapping) or isinstance(key, Unknown | dict | list) or _text(key) not in found:
                return Unknown("Fn::FindInMap")
            found = found[_text(key)]
        return found if len(keys) == 3 else Unknown("Fn::FindInMap")


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _parameter(name: str, parameter: Mapping[str, Any], given: Mapping[str, str]) -> Any:
    """The value of a parameter: as given, else its default; what is looked up when the stack is made is not known."""
    kind = str(parameter.get("Type", ""))
    value = given.get(name, parameter.get("Default"))
    if (
        value is None
        or isinstance(value, dict | list)
        or (kind.startswith("AWS::SSM::Parameter") and name not in given)
    ):
        return Unknown(f"parameter {name}")
    if kind == "CommaDelimitedList" or kind.startswith("List<"):
        return [part.strip() for part in _text(value).split(",")]
    if kind == _NUMERIC and isinstance(value, str):
        try:
            return float(value) if "." in value or "e" in value.lower() else int(value)
        except ValueError:
            return value
    return value


def _together(parts: list[Any]) -> Any:
    """Texts put together; unknown from the first part that is, or where it grows longer than any argument is."""
    found: list[str] = []
    length = 0
    for part in parts:
        if isinstance(part, Unknown):
            return Unknown(part.of, "".join(found) + part.begin)
        if isinstance(part, dict | list):
            return Unknown("a text of tables or lists", "".join(found))
        found.append(_text(part))
        length += len(found[-1])
        if length > _LONGEST:
            return Unknown("a very long text", "".join(found)[:_LONGEST])
    return "".join(found)
