"""Reads the fact files and tables of `data/` and refuses what is malformed, naming file and key."""

import csv
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

from advisor._facts_types import (
    ADJUSTABLE,
    CONFIDENCE,
    SPOKEN,
    Earlier,
    Fact,
    InstanceType,
    Price,
    Value,
    is_number,
    scale_of,
)
from advisor.errors import FactError

_NEEDED = ("value", "unit", "source", "checked", "confidence")
_FIELDS = frozenset({*_NEEDED, "low", "high", "choices", "published", "adjustable", "note", "raw", "was"})
_WHOLE = frozenset({"count", "requests", "instances", "copies", "devices", "chars", "bytes"})
#: Bound of a value in bytes or microseconds, so that integers of 64 bits hold it with room to spare.
_HIGHEST = 2.0**60
PriceKey = tuple[str, str, str]


class Region(NamedTuple):
    """What one Region offers."""

    serverless_concurrency: str
    """Class of its limit, `large` or `other`; empty without serverless."""
    cloudformation_components: bool
    """CloudFormation has the resource type of inference components."""


def data_folder() -> Path:
    """The folder of the data: inside the package when installed, beside it in a checkout.

    >>> data_folder().joinpath("limits", "real_time.toml").is_file()
    True
    """
    inside = Path(__file__).parent / "_data"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "data"


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of one shipped file. Raises FactError when it is missing or no TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FactError(f"{path.name}: {error}") from error


def tuples(value: Any) -> Any:
    """Lists as tuples, so that a value can be frozen."""
    return tuple(value) if isinstance(value, list) else value


def value_problem(value: Value, unit: str, choices: tuple[str, ...] = ()) -> str:
    """What is wrong with a value for its unit, or an empty text.

    >>> value_problem(7, "MB"), value_problem("no_limit", "MB"), value_problem(True, "MB")
    ('', '', 'a number of MB from 0, or one of no_limit, not_applicable, not_documented, by_instance, by_account')
    """
    spoken = ", ".join(SPOKEN)
    ends = value if isinstance(value, tuple) else (value,)
    if choices:
        allowed, fits = f"one of {', '.join(choices)}", value in choices
    elif unit == "text":
        allowed, fits = "a text", all(isinstance(end, str) and end for end in ends)
    elif isinstance(value, str) and value in SPOKEN:
        return ""
    elif unit == "bool":
        allowed, fits = f"true, false, or one of {spoken}", isinstance(value, bool)
    else:
        whole = unit in _WHOLE
        allowed = f"a {'whole ' * whole}number of {unit} from 0, or one of {spoken}"
        most = _HIGHEST / scale_of(unit)[1]
        fits = all(is_number(end) and 0 <= end < most and not (whole and end % 1) for end in ends)
    return "" if fits and ends else allowed


def read_fact(table: Any, option: str, attribute: str, where: str) -> Fact:
    """One checked fact of a TOML table.

    Arguments: `where` is the file and key that an error names. Raises FactError when a field is missing,
    unknown or of the wrong kind.
    """
    if not isinstance(table, dict):
        raise FactError(f"{where}: a table is needed, with {', '.join(_NEEDED)}")
    for name in _NEEDED:
        if name not in table:
            raise FactError(f"{where}: {name} is missing")
    unknown = sorted(set(table) - _FIELDS)
    if unknown:
        raise FactError(f"{where}: unknown field {unknown[0]}")
    choices = tuples(table.get("choices", ()))
    unit = table["unit"]
    try:
        scale_of(unit)
    except FactError as error:
        raise FactError(f"{where}.unit: {error}") from error
    for name in ("value", "low", "high"):
        problem = value_problem(tuples(table[name]), unit, choices) if name in table else ""
        if problem:
            raise FactError(f"{where}.{name}: {table[name]!r} is not allowed; allowed: {problem}")
    if "low" in table and not table["low"] <= table["value"] <= table.get("high", table["value"]):
        raise FactError(f"{where}: low, value and high must ascend")
    _check_words(table, where)
    return Fact(
        id=f"{option}.{attribute}",
        option=option,
        attribute=attribute,
        value=tuples(table["value"]),
        unit=unit,
        source=table["source"],
        published=table.get("published"),
        checked=table["checked"],
        confidence=table["confidence"],
        adjustable=table.get("adjustable", "unknown"),
        note=table.get("note", ""),
        low=table.get("low", ""),
        high=table.get("high", ""),
        choices=choices,
        was=tuple(_earlier(row, f"{where}.was") for row in table.get("was", ())),
        raw=_several(table.get("raw", ())),
    )


def _check_words(table: Mapping[str, Any], where: str) -> None:
    if table["confidence"] not in CONFIDENCE:
        raise FactError(f"{where}.confidence: {table['confidence']!r} is none of {', '.join(CONFIDENCE)}")
    if table.get("adjustable", "unknown") not in ADJUSTABLE:
        raise FactError(f"{where}.adjustable: {table['adjustable']!r} is none of {', '.join(ADJUSTABLE)}")
    if not isinstance(table["source"], str) or not table["source"]:
        raise FactError(f"{where}.source: a text is needed")
    for name in ("published", "checked"):
        if type(table.get(name, date.min)) is not date:
            raise FactError(f"{where}.{name}: {table[name]!r} is no date like 2026-11-22")


def _several(given: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _earlier(row: Any, where: str) -> Earlier:
    try:
        return Earlier(**{name: tuples(value) for name, value in row.items()})
    except (AttributeError, TypeError) as error:
        raise FactError(f"{where}: {error}") from error


def read_facts(folder: Path) -> dict[str, Fact]:
    """Every fact of `limits/*.toml`, `timings.toml` and `observed.toml`, by id, in the order of the files.

    Raises FactError when one is malformed or an id stands in two files.
    """
    facts: dict[str, Fact] = {}

    def take(options: Mapping[str, Any], name: str) -> None:
        for option, attributes in options.items():
            for attribute, table in attributes.items():
                fact = read_fact(table, option, attribute, f"{name}: {option}.{attribute}")
                if fact.id in facts:
                    raise FactError(f"{name}: {fact.id} is already stated elsewhere")
                facts[fact.id] = fact

    for path in sorted((folder / "limits").glob("*.toml")):
        take({path.stem: read_toml(path)}, f"limits/{path.name}")
    for name in ("timings.toml", "observed.toml"):
        take(read_toml(folder / name), name)
    return facts


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        missing = set(columns) - set(reader.fieldnames or ())
        if missing:
            raise FactError(f"{path.name}: column {sorted(missing)[0]} is missing")
        yield from enumerate(reader, start=2)


def read_prices(folder: Path) -> dict[PriceKey, Price]:
    """Every price of `prices/*.csv` by (region, subject, item).

    What a file does not repeat on each row stands in `prices/sources.toml`. Raises FactError when a price is
    not above 0, stands twice, or names no known source.
    """
    described = read_toml(folder / "prices" / "sources.toml")
    warnings = [
        (frozenset(warning["regions"]), warning["items"], warning["note"]) for warning in described.get("warnings", ())
    ]
    odd = frozenset(region for regions, _, _ in warnings for region in regions)
    prices: dict[PriceKey, Price] = {}
    for name, defaults in described["files"].items():
        for line, row in _rows(folder / "prices" / f"{name}.csv", ("region", "item", "usd")):
            where = f"prices/{name}.csv line {line}"
            region, item = row["region"], row["item"]
            try:
                subject = row.get("subject") or defaults["subject"]
                unit = row.get("unit") or defaults["unit"]
                source = described["sources"][row.get("source") or defaults["source"]]
                usd = Decimal(row["usd"])
            except (KeyError, InvalidOperation) as error:
                raise FactError(f"{where}: {error!r}") from error
            if not usd > 0:
                raise FactError(f"{where}: usd must be above 0")
            key = (region, subject, item)
            if key in prices:
                raise FactError(f"{where}: {' '.join(key)} stands twice")
            note = ""
            if region in odd:
                note = " ".join(text for there, like, text in warnings if region in there and fnmatchcase(item, like))
            prices[key] = Price(
                region, subject, item, unit, usd,
                source.get("published"), source["checked"], source["source"], source["confidence"], note,
            )  # fmt: skip
    return prices


def read_instances(folder: Path) -> dict[str, InstanceType]:
    """Every `ml.*` type of `instances.csv` by name. Raises FactError when a row is malformed."""
    sources = read_toml(folder / "sources.toml")["sources"]
    types: dict[str, InstanceType] = {}
    for line, row in _rows(folder / "instances.csv", ("name", "vcpu", "memory_gib", "accelerator", "source")):
        try:
            types[row["name"]] = InstanceType(
                name=row["name"],
                vcpu=float(row["vcpu"]),
                memory_bytes=round(float(row["memory_gib"]) * 2**30),
                accelerator=row["accelerator"],
                accelerator_count=int(row["accelerator_count"]),
                accelerator_memory_bytes=round(float(row["accelerator_memory_gib"] or 0) * 2**30),
                confidence=sources[row["source"]]["confidence"],
            )
        except (KeyError, ValueError, TypeError) as error:
            raise FactError(f"instances.csv line {line}: {error!r}") from error
    return types


def read_regions(folder: Path) -> dict[str, Region]:
    """What `regions.csv` says of each Region, by its code. Raises FactError when a row is malformed."""
    regions: dict[str, Region] = {}
    columns = ("region", "serverless_concurrency", "cloudformation_components")
    for line, row in _rows(folder / "regions.csv", columns):
        if row["serverless_concurrency"] not in {"large", "other", ""} or row[columns[2]] not in {"yes", "no"}:
            raise FactError(f"regions.csv line {line}: large, other or nothing, then yes or no")
        regions[row["region"]] = Region(row["serverless_concurrency"], row[columns[2]] == "yes")
    return regions


def read_listed(folder: Path) -> dict[tuple[str, str], frozenset[str]]:
    """(region, `hosting` or `transform`) -> instance types of the list that cfn-lint ships."""
    listed: dict[tuple[str, str], set[str]] = {}
    for _, row in _rows(folder / "listed.csv", ("region", "use", "family", "sizes")):
        names = listed.setdefault((row["region"], row["use"]), set())
        names.update(f"ml.{row['family']}.{size}" for size in row["sizes"].split())
    return {key: frozenset(names) for key, names in listed.items()}
