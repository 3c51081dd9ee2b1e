"""Text to workload and back: bounded reading, TOML, YAML and JSON, and errors in the user's words."""

import csv
import difflib
import json
import math
import re
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from advisor._workload_times import MOST_VALUES, TIMES
from advisor._workload_traffic import TRAFFICS
from advisor._workload_units import Section
from advisor._workload_yaml import read_yaml
from advisor.errors import InputError, Problem

__all__ = ["form_of", "parse_text", "problems_of", "read_bounded", "read_document", "read_times"]

LARGEST_FILE_BYTES = 1_000_000
DEEPEST = 12
_MOST_DOTS = 64
_LONGEST_SEEN = 60
_MOST_PROBLEMS = 50
_LARGEST_TIMES_BYTES = 8_000_000
_FORMS = {".toml": "toml", ".json": "json", ".yaml": "yaml", ".yml": "yaml"}
_YAML_BEGINS = re.compile(r"(?:\s*#[^\n]*\n|\s*\n|---[^\n]*\n){0,200}[\w\"'-]{1,60}\s*:(?:\s|$)")
_TAGS: dict[str, type[Section]] = {**TIMES, **TRAFFICS}


def read_bounded(path: Path | None, limit_bytes: int = LARGEST_FILE_BYTES, field: str = "") -> str:
    """Text of a file, or of standard input where `path` is None; at most `limit_bytes` are ever read.

    Raises InputError when it cannot be read, is no UTF-8 text, or is larger.
    """
    seen = "standard input" if path is None else repr(str(path))
    try:
        if path is None:
            raw = sys.stdin.buffer.read(limit_bytes + 1)
        else:
            with path.open("rb") as file:
                raw = file.read(limit_bytes + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a file name"
        raise InputError([Problem(field, "", f"{seen} cannot be read: {reason}")]) from None
    if len(raw) > limit_bytes:
        raise InputError([Problem(field, seen, f"a file of at most {limit_bytes / 1e6:g} MB")])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError([Problem(field, seen, "UTF-8 text")]) from None


def read_document(source: str | Path, bundled: Mapping[str, Path]) -> tuple[dict[str, Any], Path | None]:
    """The table in a TOML, YAML or JSON file, a bundled one by its name, or standard input (`-`); and its folder.

    Raises InputError when it cannot be read, is larger than 1 MB, or is none of them.
    """
    if str(source) == "-":
        text = read_bounded(None)
        return parse_text(text, form_of(text)), None
    path = Path(source)
    if not path.suffix and str(source) in bundled and not path.is_file():
        path = bundled[str(source)]
    form = _FORMS.get(path.suffix.lower())
    if form is None:
        allowed = f"a .toml, .yaml or .json file, - for standard input, or an example: {', '.join(bundled)}"
        raise InputError([Problem("", repr(str(source)), allowed)])
    return parse_text(read_bounded(path), form), path.parent


def form_of(text: str, name: str = "") -> str:
    """The form of a text, toml, json or yaml: by the file name where it tells, else by how the text begins.

    >>> form_of("a = 1"), form_of("{}"), form_of("# mine\\ntraffic: spiky"), form_of("a = 1", "mine.YML")
    ('toml', 'json', 'yaml', 'yaml')
    """
    stated = _FORMS.get(Path(name).suffix.lower())
    if stated is not None:
        return stated
    if text.lstrip().startswith("{"):
        return "json"
    return "yaml" if _YAML_BEGINS.match(text) else "toml"


def parse_text(text: str, form: str) -> dict[str, Any]:
    """The table written in `text`; `form` is "toml", "yaml" or "json". Raises InputError with the place of a slip."""
    if len(text) > LARGEST_FILE_BYTES:
        raise InputError([Problem("", f"{len(text):,} characters", f"at most {LARGEST_FILE_BYTES:,} characters")])
    try:
        if form == "json":
            document = json.loads(text, parse_constant=_no_constant)
        elif form == "toml":
            _short_keys(text)
            document = tomllib.loads(text)
        elif form == "yaml":
            document = read_yaml(text)
        else:
            raise InputError([Problem("format", repr(form), "toml, yaml or json")])
    except RecursionError:
        raise InputError([Problem("", "", "the text is nested too deeply to be a workload")]) from None
    except (tomllib.TOMLDecodeError, json.JSONDecodeError) as error:
        raise InputError([Problem("", "", f"this is not {form.upper()}: {error}")]) from None
    except ValueError:  # an integer of thousands of digits, a date that does not exist
        raise InputError([Problem("", "", f"this is not {form.upper()}: a value in it cannot be read")]) from None
    if not isinstance(document, dict):
        raise InputError([Problem("", "", "a workload is a table with traffic, request and service")])
    if _depth(document) > DEEPEST:
        raise InputError([Problem("", "", f"tables and lists are nested more than {DEEPEST} deep")])
    return document


def _no_constant(name: str) -> float:
    raise json.JSONDecodeError(f"{name} is not a number", name, 0)


def _short_keys(text: str) -> None:
    """Refuse absurdly long dotted keys before the parser spends quadratic time on them."""
    for part in re.split(r"[\n=,{}\[\]]", text):
        if part.count(".") > _MOST_DOTS and not part.lstrip().startswith("#"):
            raise InputError([Problem("", "", f"a key or a text has more than {_MOST_DOTS} dots")])


def _depth(document: object) -> int:
    """How deep tables and lists are nested, without recursion."""
    deepest, open_parts = 0, [(document, 1)]
    while open_parts:
        part, depth = open_parts.pop()
        deepest = max(deepest, depth)
        if depth <= DEEPEST and isinstance(part, dict | list):
            values = part.values() if isinstance(part, dict) else part
            open_parts.extend((value, depth + 1) for value in values if isinstance(value, dict | list))
    return deepest


def read_times(path: Path, field: str) -> tuple[str, ...]:
    """Durations from a CSV file of seconds, one a row, written with their unit; a header line is skipped."""
    text = read_bounded(path, _LARGEST_TIMES_BYTES, field)
    times: list[str] = []
    for number, row in enumerate(csv.reader(text.splitlines())):
        if not row:
            continue
        try:
            seconds = float(row[0])
        except ValueError:
            if number == 0:
                continue
            seconds = math.nan
        if not 0 < seconds < 1e6:
            raise InputError([Problem(f"{field} line {number + 1}", _seen(row[0]), "seconds above 0, like 0.25")])
        times.append(f"{max(1, round(seconds * 1e6))} us")
        if len(times) > MOST_VALUES:
            raise InputError([Problem(field, repr(str(path)), f"a file of at most {MOST_VALUES:,} times")])
    if not times:
        raise InputError([Problem(field, repr(str(path)), "a file with at least one time in seconds")])
    return tuple(times)


def problems_of(error: ValidationError, model: type[Section]) -> list[Problem]:
    """Every problem of a pydantic error as path, value seen and value allowed."""
    details = error.errors(include_url=False)
    problems = [_problem(detail, model) for detail in details[:_MOST_PROBLEMS]]
    if len(details) > _MOST_PROBLEMS:
        problems.append(Problem("", "", f"and {len(details) - _MOST_PROBLEMS:,} more problems"))
    return problems


def _problem(detail: ErrorDetails, model: type[Section]) -> Problem:
    section, hint, path = _place(detail["loc"], model)
    context, value, allowed, seen = detail.get("ctx", {}), detail["input"], detail["msg"], ""
    names = [field.alias or name for name, field in section.model_fields.items()]
    match detail["type"]:
        case "refused" if context.get("field"):
            path, seen = f"{path}.{context['field']}".lstrip("."), context["seen"]
        case "refused_kind":
            kind = value.get("kind") if isinstance(value, dict) else value
            path, seen = f"{path}.kind", "" if kind is None else _seen(kind)
        case "missing":
            allowed = f"missing; {hint[:1].lower()}{hint[1:].rstrip('.')}"
        case "extra_forbidden":
            near = difflib.get_close_matches(path.rpartition(".")[2], names, 1, cutoff=0.5)
            guess = f"; did you mean {near[0]}?" if near else ";"
            allowed = f"there is no such field{guess} known here: {', '.join(names)}"
        case "literal_error":
            allowed, seen = context["expected"].replace("'", ""), _seen(value)
        case "model_type" | "model_attributes_type" | "dict_type":
            allowed, seen = f"a table with {', '.join(names)}", _seen(value)
        case "tuple_type" | "list_type":
            allowed, seen = "a list", _seen(value)
        case _:
            seen = _seen(value)
    return Problem(path, seen, allowed)


def _place(location: tuple[int | str, ...], model: type[Section]) -> tuple[type[Section], str, str]:
    """The section an error lies in, what its field means, and the path as the user wrote it."""
    section, hint, path = model, "", ""
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        elif part in _TAGS:
            section = _TAGS[part]
        else:
            path += f".{_safe(part)}"
            fields = {field.alias or name: field for name, field in section.model_fields.items()}
            if part not in fields:
                continue
            hint = fields[part].description or ""
            section = _inner(fields[part].annotation) or section
    return section, hint, path.lstrip(".")


def _inner(annotation: object) -> type[Section] | None:
    """The only section named in an annotation, looked for inside unions, lists and Annotated."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    found = [inner for part in get_args(annotation) if (inner := _inner(part)) is not None]
    return found[0] if found else None


def _safe(name: str) -> str:
    return name if name.isidentifier() and len(name) <= _LONGEST_SEEN else _seen(name)


def _seen(value: object) -> str:
    """A value as the user gave it, in one short line."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list | tuple):
        return f"a list of {len(value):,}"
    if isinstance(value, int) and abs(value) >= 10**30:
        return "a number of more than 30 digits"
    text = repr(value)
    return text if len(text) <= _LONGEST_SEEN else f"{text[: _LONGEST_SEEN - 3]}..."
