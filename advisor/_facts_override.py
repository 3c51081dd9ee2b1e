"""Puts values over facts and prices: the teaching table's cells, and what a user gives in a file."""

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from advisor._facts_read import PriceKey, read_toml, tuples, value_problem
from advisor._facts_types import CONFIDENCE, Fact, Price, is_number, scale_of
from advisor.errors import FactError, InputError, Problem

LARGEST_FILE_BYTES = 1_000_000
_COMMON = {"unit", "source", "note", "published", "checked", "confidence"}
_FACT_FIELDS = frozenset(_COMMON | {"value", "low", "high"})
_PRICE_FIELDS = frozenset(_COMMON | {"region", "subject", "item", "usd"})
_GIVEN = "given by the user"
_LONGEST_NAME = 80
_MOST_PROBLEMS = 30
#: tomllib takes time and memory in the square of the parts of a dotted key.
_MOST_DOTS = 100
_HIGHEST_USD = 10**6


def near(name: str, known: Iterable[str]) -> str:
    """The three known names nearest to one that is not known, for a message.

    >>> near("async.scalin", ["real_time.payload_request", "async.scaling"])
    'async.scaling, real_time.payload_request'
    """
    return ", ".join(get_close_matches(name[:_LONGEST_NAME], list(known), n=3, cutoff=0.0))


def canonical(overrides: Path | str | Mapping[str, Any] | None) -> str:
    """What the user gave, as one text that can be compared and cached; empty when nothing was given.

    Arguments: `overrides`, a path of a TOML file of at most 1 MB, or the mapping such a file holds.
    Raises InputError when the file cannot be read or is no TOML.
    """
    if overrides is None:
        return ""
    given = overrides if isinstance(overrides, Mapping) else _read(Path(overrides))
    try:
        return json.dumps(given, default=str, sort_keys=True) if given else ""
    except (RecursionError, TypeError, ValueError) as error:
        raise InputError([Problem("facts", "", f"cannot be used: {error}")]) from None


def _read(path: Path) -> dict[str, Any]:
    where = f"facts file {path.name}"
    try:
        if not path.is_file():
            raise InputError([Problem(where, "", "there is no such file")])
        if path.suffix == ".csv":
            raise InputError([Problem(where, "", "is a table, not TOML: a price table is given with --prices")])
        with path.open("rb") as stream:
            content = stream.read(LARGEST_FILE_BYTES + 1)
        if len(content) > LARGEST_FILE_BYTES:
            raise InputError([Problem(where, f"over {LARGEST_FILE_BYTES:,} bytes", "a file of at most 1 MB")])
        text = content.decode("utf-8")
        if any(line.count(".") > _MOST_DOTS for line in text.splitlines()):
            raise InputError([Problem(where, "a key of many parts", "keys like real_time.payload_request")])
        return tomllib.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        raise InputError([Problem(where, "", f"cannot be read as TOML: {error}")]) from None


def apply_profile(base: Mapping[str, Fact], path: Path) -> dict[str, Fact]:
    """The facts with the cells of one profile over them.

    A cell that says what AWS documents leaves AWS's fact; every other is marked with what AWS documents.
    Raises FactError when a cell names no fact or does not fit it.
    """
    table = read_toml(path)
    facts = dict(base)
    source, checked = table.pop("source"), table.pop("checked")
    for name, cell in table.items():
        if name not in base:
            raise FactError(f"{path.name}: {name} is no fact")
        ours = base[name]
        problem = value_problem(cell["value"], cell["unit"], ours.choices)
        if problem or scale_of(cell["unit"])[0] != scale_of(ours.unit)[0]:
            raise FactError(f"{path.name}: {name}: {cell['value']!r} {cell['unit']} does not fit")
        said = replace(
            ours, value=cell["value"], unit=cell["unit"], low="", high="", source=source, published=None,
            checked=checked, confidence="reported", note="", was=(), raw=(), profile=path.stem,
            teaching=f"teaching table; AWS documents {ours.text()}",
        )  # fmt: skip
        if not said.same_as(ours):
            facts[name] = said
    return facts


def apply_overrides(
    base: Mapping[str, Fact],
    prices: Mapping[PriceKey, Price] | None,
    regions: Iterable[str],
    text: str,
) -> tuple[dict[str, Fact], dict[PriceKey, Price]]:
    """The facts with the user's over them, and the user's prices.

    Arguments: `text`, as `canonical` gives it; `prices` may be None when it names no price.
    Raises InputError with every problem: an unknown id with near misses, a wrong type or unit.
    """
    given: dict[str, Any] = json.loads(text)
    rows = given.pop("price", [])
    problems: list[Problem] = []
    facts, changed = dict(base), _flat(given, base)
    for name, table in changed.items():
        if name not in base:
            problems.append(Problem(name[:_LONGEST_NAME], "this id", f"a known one, like {near(name, base)}"))
            if len(problems) >= _MOST_PROBLEMS:
                break
            continue
        found, fact = _fact(base[name], table)
        problems += found
        if fact is not None:
            facts[name] = fact
    new: dict[PriceKey, Price] = {}
    items: dict[str, dict[str, Price]] = {}
    for (_, subject, item), known in (prices or {}).items():
        items.setdefault(subject, {})[item] = known
    places = frozenset(regions)
    if not isinstance(rows, list):
        problems.append(Problem("price", repr(rows)[:_LONGEST_NAME], "tables headed [[price]]"))
        rows = []
    for number, row in enumerate(rows, start=1):
        if len(problems) >= _MOST_PROBLEMS:
            problems.append(Problem("facts", "", "more problems follow; mend these first"))
            break
        found, price = _price(row, f"price {number}", items, places)
        problems += found
        if price is not None:
            new[price.region, price.subject, price.item] = price
    if problems:
        raise InputError(problems)
    return facts, new


def _flat(given: Mapping[str, Any], base: Mapping[str, Fact]) -> dict[str, Any]:
    """Ids -> tables: `["real_time.payload_request"]` and `[real_time.payload_request]` mean the same."""
    options = {fact.option for fact in base.values()}
    flat: dict[str, Any] = {}
    for name, table in given.items():
        if name in options and isinstance(table, dict):
            flat.update({f"{name}.{attribute}": inner for attribute, inner in table.items()})
        else:
            flat[name] = table
    return flat


def _day(table: Mapping[str, Any], name: str, where: str, problems: list[Problem]) -> date | None:
    if name not in table:
        return None
    try:
        return date.fromisoformat(str(table[name]))
    except ValueError:
        problems.append(Problem(f"{where}.{name}", repr(table[name])[:_LONGEST_NAME], "a date like 2026-11-22"))
        return None


def _words(table: Mapping[str, Any], where: str, allowed: frozenset[str], problems: list[Problem]) -> None:
    fields = f"one of {', '.join(sorted(allowed))}"
    problems += [Problem(f"{where}.{name}", "this field", fields) for name in table if name not in allowed]
    problems += [
        Problem(f"{where}.{name}", repr(table[name])[:_LONGEST_NAME], "a text")
        for name in ("source", "note", "unit")
        if not isinstance(table.get(name, ""), str)
    ]
    if table.get("confidence", CONFIDENCE[0]) not in CONFIDENCE:
        problems.append(
            Problem(f"{where}.confidence", repr(table["confidence"])[:_LONGEST_NAME], f"one of {', '.join(CONFIDENCE)}")
        )


def _fact(ours: Fact, table: Any) -> tuple[list[Problem], Fact | None]:
    problems: list[Problem] = []
    table = table if isinstance(table, dict) else {"value": table}
    _words(table, ours.id, _FACT_FIELDS, problems)
    published, checked = (_day(table, name, ours.id, problems) for name in ("published", "checked"))
    unit = table.get("unit", ours.unit)
    kind = scale_of(ours.unit)[0]
    try:
        fits = scale_of(unit)[0] == kind if isinstance(unit, str) else False
    except FactError:
        fits = False
    if not fits:
        like = f"a unit of {kind}, like {ours.unit}" if kind in {"size", "duration"} else ours.unit
        return [*problems, Problem(f"{ours.id}.unit", repr(unit)[:_LONGEST_NAME], like)], None
    if "value" not in table:
        return [*problems, Problem(ours.id, "", "value is missing")], None
    parts = {name: tuples(table[name]) for name in ("value", "low", "high") if name in table}
    for name, part in parts.items():
        problem = _part_problem(ours, part, unit)
        if problem:
            problems.append(Problem(f"{ours.id}.{name}", repr(table[name])[:_LONGEST_NAME], problem))
    if problems:
        return problems, None
    if ("low" in parts or "high" in parts) and not _ascend(parts):
        return [Problem(ours.id, repr(parts), "numbers with low <= value <= high")], None
    return [], replace(
        ours, value=parts["value"], unit=unit, low=parts.get("low", ""), high=parts.get("high", ""),
        source=table.get("source", _GIVEN), note=table.get("note", ""), published=published,
        # No clock here: an undated override counts as read when the value it replaces was.
        checked=checked or ours.checked, confidence=table.get("confidence", "reported"),
        was=(), raw=(), profile="override", teaching="",
    )  # fmt: skip


def _part_problem(ours: Fact, part: Any, unit: str) -> str:
    listed = isinstance(ours.value, tuple)
    if isinstance(part, tuple) != listed and not (listed and isinstance(part, str)):
        return f"a list, like {list(ours.value)}" if isinstance(ours.value, tuple) else f"one value, like {ours.value}"
    problem = value_problem(part, unit, ours.choices)
    ranged = listed and ours.attribute.endswith("_range") and isinstance(part, tuple)
    if not problem and ranged and (len(part) != 2 or part[0] > part[1]):
        return "the two ends of a range, the smaller first"
    return problem


def _ascend(parts: Mapping[str, Any]) -> bool:
    value = parts["value"]
    low, high = parts.get("low", value), parts.get("high", value)
    return all(is_number(end) for end in (low, value, high)) and low <= value <= high


def _usd(given: object) -> Decimal | None:
    try:
        usd = Decimal(str(given))
    except InvalidOperation:
        return None
    return usd if usd.is_finite() and 0 < usd < _HIGHEST_USD else None


def _price(
    row: Any, where: str, items: Mapping[str, Mapping[str, Price]], regions: frozenset[str]
) -> tuple[list[Problem], Price | None]:
    """One price of the user's. Arguments: `items`, a known price of every item, by subject and item."""
    if not isinstance(row, dict):
        return [Problem(where, repr(row)[:_LONGEST_NAME], "a table headed [[price]]")], None
    problems: list[Problem] = []
    _words(row, where, _PRICE_FIELDS, problems)
    published, checked = (_day(row, name, where, problems) for name in ("published", "checked"))
    region, subject, item = (str(row.get(name, "")) for name in ("region", "subject", "item"))
    known = items.get(subject, {}).get(item)
    if region not in regions:
        allowed = f"a known Region, like {near(region, regions)}"
        problems.append(Problem(f"{where}.region", repr(region)[:_LONGEST_NAME], allowed))
    if subject not in items:
        allowed = f"one of {', '.join(sorted(items))}"
        problems.append(Problem(f"{where}.subject", repr(subject)[:_LONGEST_NAME], allowed))
    elif known is None:
        allowed = f"a known item, like {near(item, items[subject])}"
        problems.append(Problem(f"{where}.item", repr(item)[:_LONGEST_NAME], allowed))
    if known is not None and row.get("unit", known.unit) != known.unit:
        problems.append(Problem(f"{where}.unit", repr(row["unit"])[:_LONGEST_NAME], known.unit))
    usd = _usd(row.get("usd"))
    if usd is None:
        problems.append(Problem(f"{where}.usd", repr(row.get("usd"))[:_LONGEST_NAME], "an amount above 0, like 0.23"))
    if problems or usd is None or known is None:
        return problems, None
    return [], Price(
        region, subject, item, known.unit, usd, published, checked or known.checked,
        row.get("source", _GIVEN), row.get("confidence", "reported"), row.get("note", ""),
    )  # fmt: skip
