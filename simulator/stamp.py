"""The stamp of a process: what has to be the same in two processes for the same numbers to come out, to the last bit."""

import hashlib
import sys
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

import numpy as np

import advisor
from advisor.facts import Facts

__all__ = ["Stamp", "differences", "stamp"]

Stamp = Mapping[str, str]
"""What there is, by name: Python, numpy, our own text, the arithmetic of the machine, the facts in force."""

_SHOWN: Final = 12
"""Characters of a digest that are shown."""


@cache
def _text() -> str:
    """Digest of the text of both packages."""
    total = hashlib.sha256()
    root = Path(advisor.__file__).parents[1]
    for package in ("advisor", "simulator"):
        for path in sorted((root / package).rglob("*.py")):
            total.update(path.relative_to(root).as_posix().encode())
            total.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return total.hexdigest()[:_SHOWN]


@cache
def _arithmetic() -> str:
    """Digest of some draws and of what the functions that the tape uses make of them: processors differ in the last bit."""
    source = np.random.Generator(np.random.PCG64(1))
    normal, uniform = source.standard_normal(8192), 1 - source.random(8192)
    values = (
        np.exp(normal),
        np.log(uniform),
        uniform ** np.float64(0.3),
        source.standard_gamma(0.7, 8192),
        normal.cumsum(),
    )
    return hashlib.sha256(b"".join(column.tobytes() for column in values)).hexdigest()[:_SHOWN]


def stamp(facts: Facts | None = None) -> Stamp:
    """The stamp of this process, with these facts where they are given.

    >>> sorted(stamp())
    ['Python', 'arithmetic of the processor', 'numpy', 'text of sagemaker-endpoint-advisor']
    """
    found = {
        "Python": ".".join(map(str, sys.version_info[:2])),
        "numpy": version("numpy"),
        "text of sagemaker-endpoint-advisor": _text(),
        "arithmetic of the processor": _arithmetic(),
    }
    return found if facts is None else found | {"facts": facts.digest[:_SHOWN]}


def differences(here: Stamp, there: Stamp) -> tuple[str, ...]:
    """In words, what two stamps differ in; empty where they are the same.

    >>> differences({"numpy": "2.4"}, {"numpy": "2.3"})
    ('numpy is 2.4 here and 2.3 there',)
    """
    return tuple(
        f"{name} is {here.get(name, 'missing')} here and {there.get(name, 'missing')} there"
        for name in dict.fromkeys((*here, *there))
        if here.get(name) != there.get(name)
    )
