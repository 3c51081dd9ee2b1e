"""Our limits and lists beside those of the installed botocore, so that a new release of it reports its own news.

The rows stand in data/botocore.toml; botocore is needed only here, and only when `installed` is called.
"""

import importlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final, Literal

from advisor._facts_read import data_folder, read_toml
from advisor._facts_types import is_number, scale_of
from advisor.errors import FactError
from advisor.facts import Facts

__all__ = ["Comparison", "Models", "compare", "ground_truth_text", "installed", "news", "version"]

Models = Mapping[str, Mapping[str, Any]]
"""API models by the name of the service, each as botocore's loader gives it: `operations` and `shapes`."""
_ENDS: Final = {"min": ("min",), "max": ("max",), "range": ("min", "max"), "enum": ("enum",), "pattern": ("pattern",)}


@dataclass(frozen=True, slots=True)
class Comparison:
    """One thing that stands in our data and in an API model."""

    id: str
    """Id of the fact; the place in the model where no fact of ours holds the value."""
    where: str
    """Service, place in its API model and which end of it."""
    ours: Any
    """Our value in the unit of the API; a tuple for a range or a list of names."""
    theirs: Any
    """The value in the model; None when it is gone."""
    state: Literal["equal", "explained", "differs", "gone"]
    note: str = ""
    """Why the two differ, or what is new."""


def version() -> str:
    """Version of the installed botocore; empty where there is none."""
    try:
        return str(importlib.import_module("botocore").__version__)
    except ImportError:
        return ""


def installed() -> Models:
    """The API models of the installed botocore. Raises FactError where botocore is not installed."""
    try:
        loader = importlib.import_module("botocore.loaders").Loader()
    except ImportError as error:
        raise FactError("botocore is not installed; `pip install botocore` makes the comparison possible") from error
    known = set(loader.list_available_services("service-2"))
    return {name: loader.load_service_model(name, "service-2") for name in _services() if name in known}


def compare(facts: Facts, models: Models | None = None) -> tuple[Comparison, ...]:
    """Every row of data/botocore.toml, in its order.

    Arguments: `facts`, of which what AWS documents and the user's own values count, never the teaching table;
    `models`, else those of the installed botocore. Raises FactError where these are wanted and there are none.
    """
    given = installed() if models is None else models
    found: list[Comparison] = []
    documented = facts.mechanism
    for service, table in _services().items():
        model = given.get(service, {})
        found += [_row(service, row, documented, model) for row in table["rows"]]
        found += [_types(service, row, documented, model) for row in table.get("types", [])]
    return tuple(found)


def news(models: Models | None = None) -> tuple[str, ...]:
    """Bounds and lists of the watched operations that data/botocore.toml neither compares nor ignores.

    Each is `service Shape.end` with its value. Arguments: `models`, else those of the installed botocore.
    """
    given = installed() if models is None else models
    found: list[str] = []
    for service, table in _services().items():
        compared = {f"{row['at']}.{end}" for row in table["rows"] for end in _ENDS.get(row["end"], ())}
        compared |= {f"{row['at']}.enum" for row in table.get("types", [])}
        ignored = table.get("ignored", {})
        for name, end, value in bounds(given.get(service, {}), table["watched"]):
            key = f"{name}.{end}"
            if key not in compared and not any(fnmatchcase(name, p) or fnmatchcase(key, p) for p in ignored):
                found.append(f"{service} {key} = {_said(value)}")
    return tuple(found)


def bounds(model: Mapping[str, Any], operations: Sequence[str]) -> Iterator[tuple[str, str, Any]]:
    """Shape, end and value of each min, max and enum that the input of the operations can reach."""
    shapes = model.get("shapes", {})
    ahead = [model["operations"][name]["input"]["shape"] for name in operations if name in model.get("operations", {})]
    seen: set[str] = set()
    while ahead:
        name = ahead.pop()
        if name in seen:
            continue
        seen.add(name)
        shape = shapes[name]
        yield from ((name, end, shape[end]) for end in ("min", "max", "enum") if end in shape)
        inner = [
            *shape.get("members", {}).values(),
            *(shape[part] for part in ("member", "key", "value") if part in shape),
        ]
        ahead += [part["shape"] for part in inner]


def ground_truth_text(compared: Sequence[Comparison], new: Sequence[str] = (), release: str = "") -> str:
    """A count of the states, then a line for each difference and each piece of news.

    Arguments: `compared` of `compare`, `new` of `news`, `release` of `version`.

    >>> print(ground_truth_text([Comparison("a.b", "s Shape.max", 1, 2, "differs", "")], release="1.2.3"))
    botocore 1.2.3: 0 equal, 0 explained, 1 differs, 0 gone, 0 new
    a.b: ours 1, AWS 2 (s Shape.max)
    """
    counts = ", ".join(f"{sum(c.state == s for c in compared)} {s}" for s in ("equal", "explained", "differs", "gone"))
    lines = [f"{f'botocore {release}'.strip()}: {counts}, {len(new)} new"]
    for one in compared:
        if one.state == "differs":
            said = one.note or f"ours {_said(one.ours)}, AWS {_said(one.theirs)}"
            lines.append(f"{one.id}: {said} ({one.where})")
        elif one.state == "gone":
            lines.append(f"{one.id}: not there ({one.where})")
    return "\n".join([*lines, *(f"new: {line}" for line in new)])


def _services() -> dict[str, dict[str, Any]]:
    table = read_toml(data_folder() / "botocore.toml")
    return {name: part for name, part in table.items() if isinstance(part, dict) and "rows" in part}


def _said(value: Any) -> str:
    if isinstance(value, tuple | list):
        return ", ".join(str(item) for item in value)
    return str(value)


def _shape(model: Mapping[str, Any], at: str) -> dict[str, Any] | None:
    """The shape, member or operation that `at` names, with its own words before those of its shape."""
    shapes, operations = model.get("shapes", {}), model.get("operations", {})
    first, _, member = at.partition(".")
    if not member:
        found = shapes.get(first) or operations.get(first)
        return dict(found) if found else None
    holder = shapes.get(operations[first]["input"]["shape"] if first in operations else first, {})
    ref = holder.get("members", {}).get(member)
    return None if ref is None else {**shapes[ref["shape"]], **ref}


def _row(service: str, row: Mapping[str, Any], facts: Facts, model: Mapping[str, Any]) -> Comparison:
    where = f"{service} {row['at']}" + ("" if row["end"] in {"present", "says"} else f".{row['end']}")
    name = row.get("fact") or (row["facts"][0] if "facts" in row else row["at"])
    ours, theirs = _ours(row, facts), _theirs(row, _shape(model, row["at"]))
    if theirs is None:
        return Comparison(name, where, ours, None, "gone")
    if row["end"] == "enum":
        return _lists(name, where, (ours, theirs), (set(), set()))
    if ours == theirs:
        return Comparison(name, where, ours, theirs, "equal")
    if "expected" in row and theirs == _plain(row["expected"]):
        return Comparison(name, where, ours, theirs, "explained", row["why"])
    return Comparison(name, where, ours, theirs, "differs")


def _types(service: str, row: Mapping[str, Any], facts: Facts, model: Mapping[str, Any]) -> Comparison:
    listed = {name for region in facts.regions for name in facts.listed(region, row["use"])}
    ours = tuple(sorted(listed | set(facts.instances) if row["use"] == "hosting" else listed))
    shape = _shape(model, row["at"])
    name, where = f"{row['use']} instance types", f"{service} {row['at']}.enum"
    if shape is None or "enum" not in shape:
        return Comparison(name, where, ours, None, "gone")
    sides = (_names(row["api_only"]), _names(row["ours_only"]))
    return _lists(name, where, (ours, tuple(shape["enum"])), sides, row["why"])


def _names(families: Mapping[str, str]) -> set[str]:
    return {f"ml.{family}.{size}" for family, sizes in families.items() for size in sizes.split()}


def _lists(
    name: str,
    where: str,
    lists: tuple[tuple[str, ...], tuple[str, ...]],
    sides: tuple[set[str], set[str]],
    why: str = "",
) -> Comparison:
    """Two lists of names, compared beside what is known to stand on one side only."""
    ours, theirs = set(lists[0]), set(lists[1])
    api_only, ours_only = sides
    parts = {
        "AWS has also": theirs - ours - api_only,
        "AWS lacks": ours - theirs - ours_only,
        "no longer on AWS's side alone": api_only - (theirs - ours),
        "no longer on our side alone": ours_only - (ours - theirs),
    }
    said = "; ".join(f"{what} {', '.join(sorted(names))}" for what, names in parts.items() if names)
    if said:
        return Comparison(name, where, *lists, "differs", said)
    return Comparison(name, where, *lists, "equal" if ours == theirs else "explained", why)


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _number(value: float) -> float:
    return int(value) if value == int(value) else value


def _ours(row: Mapping[str, Any], facts: Facts) -> Any:
    """Our value in the unit of the API."""
    if "known" in row:
        return _plain(row["known"])
    if "facts" in row:
        return tuple(facts.fact(name).value for name in row["facts"])
    fact = facts.fact(row["fact"])
    value = {"min": fact.low, "max": fact.high, "range": (fact.low, fact.high)}.get(row["end"], fact.value)
    (kind, scale), (wanted, size) = scale_of(fact.unit), scale_of(row.get("unit", fact.unit))
    if kind != wanted:
        raise FactError(f"botocore.toml: {fact.id} is in {fact.unit}, not in {row['unit']}")

    def scaled(part: Any) -> Any:
        return _number(part * scale / size) if is_number(part) else part

    return tuple(scaled(part) for part in value) if isinstance(value, tuple) else scaled(value)


def _theirs(row: Mapping[str, Any], shape: Mapping[str, Any] | None) -> Any:
    """The value in the model, or None when there is none."""
    if shape is None:
        return None
    if row["end"] == "present":
        return True
    if row["end"] == "says":
        return _read_off(row, shape.get("documentation", ""))
    ends = [shape.get(end) for end in _ENDS[row["end"]]]
    if None in ends:
        return None
    if row["end"] == "enum":
        return tuple(name for name in shape["enum"] if fnmatchcase(name, row.get("only", "*")))
    return tuple(ends) if len(ends) > 1 else ends[0]


def _read_off(row: Mapping[str, Any], documentation: str) -> Any:
    """The numbers where `{}` stands, or what the sentence means; None when the text no longer says it."""
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", documentation))
    words = re.sub(r" (?=[.,;])", "", words)
    pattern = re.escape(row["says"]).replace(r"\{\}", r"(\d[\d,.]*\d|\d)").replace(r"\ \.\.\.\ ", ".*? ")
    found = re.search(pattern, words)
    if found is None:
        return None
    numbers = [_number(float(text.replace(",", ""))) for text in found.groups()]
    if not numbers:
        return row["means"]
    return tuple(numbers) if len(numbers) > 1 else numbers[0]
