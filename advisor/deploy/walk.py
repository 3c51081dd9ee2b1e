"""Every call against the API model of the installed botocore, strictly: unknown keys, types, ranges, lengths, patterns, lists.

The client that botocore makes checks less: it lets ranges and lists of allowed words go out.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib import import_module
from typing import Any

from advisor.errors import FactError, Problem

__all__ = ["walk"]


@lru_cache(maxsize=8)
def _model(service: str) -> dict[str, Any]:
    try:
        loader = import_module("botocore.loaders").Loader()
    except ImportError as error:
        raise FactError("botocore is not installed; `pip install botocore` makes the check possible") from error
    model: dict[str, Any] = loader.load_service_model(service, "service-2")
    return model


def walk(service: str, operation: str, arguments: Mapping[str, Any]) -> tuple[Problem, ...]:
    """What AWS's API model does not accept in a call; nothing where it accepts all of it.

    Arguments: `service` and `operation` as AWS spells them; `arguments` plain. Raises FactError without botocore.

    >>> [str(problem) for problem in walk("sagemaker", "DeleteModel", {"ModelNam": "ocr"})]
    ['ModelName: missing', "ModelNam: 'ocr' is not allowed; allowed: no such key; the keys are ModelName"]
    """
    model = _model(service)
    if operation not in model["operations"]:
        return (Problem("", operation, f"an operation of {service}"),)
    return tuple(_shape(model["shapes"], model["operations"][operation]["input"]["shape"], arguments, ""))


def _shape(shapes: Mapping[str, Any], name: str, value: Any, path: str) -> Iterator[Problem]:
    shape = shapes[name]
    match shape["type"]:
        case "structure":
            yield from _structure(shapes, shape, value, path)
        case "list":
            if not isinstance(value, list):
                yield Problem(path, repr(value), "a list")
                return
            yield from _bounds(shape, len(value), path, "items")
            for number, inner in enumerate(value):
                yield from _shape(shapes, shape["member"]["shape"], inner, f"{path}[{number}]")
        case "map":
            if not isinstance(value, Mapping):
                yield Problem(path, repr(value), "a map")
                return
            for key, inner in value.items():
                yield from _shape(shapes, shape["key"]["shape"], key, f"{path}.{key}")
                yield from _shape(shapes, shape["value"]["shape"], inner, f"{path}.{key}")
        case kind:
            yield from _scalar(shape, kind, value, path)


def _structure(shapes: Mapping[str, Any], shape: Mapping[str, Any], value: Any, path: str) -> Iterator[Problem]:
    if not isinstance(value, Mapping):
        yield Problem(path, repr(value), "a structure")
        return
    members = shape["members"]
    at = f"{path}." if path else ""
    yield from (Problem(f"{at}{key}", "", "missing") for key in shape.get("required", []) if key not in value)
    for key, inner in value.items():
        if key not in members:
            yield Problem(f"{at}{key}", repr(inner), f"no such key; the keys are {', '.join(members)}")
        else:
            yield from _shape(shapes, members[key]["shape"], inner, f"{at}{key}")


_TYPES = {
    "string": str, "integer": int, "long": int, "float": int | float, "double": int | float, "boolean": bool,
}  # fmt: skip


def _bounds(shape: Mapping[str, Any], size: float, path: str, unit: str) -> Iterator[Problem]:
    low, high = shape.get("min"), shape.get("max")
    if (low is not None and size < low) or (high is not None and size > high):
        most = "up" if high is None else f"to {high:,}"
        yield Problem(path, f"{size:,}", f"{low if low is not None else 0:,} {most} {unit}".rstrip())


def _scalar(shape: Mapping[str, Any], kind: str, value: Any, path: str) -> Iterator[Problem]:
    wanted = _TYPES.get(kind)
    if wanted is None or not isinstance(value, wanted) or (isinstance(value, bool) and kind != "boolean"):
        yield Problem(path, repr(value), f"a value of type {kind}")
        return
    if isinstance(value, str):
        yield from _bounds(shape, len(value), path, "characters")
        if "enum" in shape and value not in shape["enum"]:
            yield Problem(path, repr(value), f"one of {', '.join(shape['enum'])}")
        pattern = _pattern(shape.get("pattern", ""))
        if pattern is not None and pattern.fullmatch(value) is None:
            yield Problem(path, repr(value), f"a text like {shape['pattern']}")
    elif not isinstance(value, bool):
        yield from _bounds(shape, value, path, "")


_LOOSE = {"(https|s3)://([^/])/?(.*)": "(https|s3)://([^/]+)/?(.*)"}
"""Patterns of the model that refuse what AWS accepts, and what they mean."""


@lru_cache(maxsize=256)
def _pattern(text: str) -> re.Pattern[str] | None:
    """A pattern of the model in Python's form; None where it has one that Python does not know."""
    try:
        return re.compile(_LOOSE.get(text, text)) if text else None
    except re.error:
        return None
