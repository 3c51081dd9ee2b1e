"""The facts that a served app uses: those shipped, with the files that `app --facts --prices` named over them."""

import os
from functools import lru_cache
from pathlib import Path
from typing import Final

from advisor.facts import PROFILES, Facts, load_facts

__all__ = ["choose", "in_force", "origin"]

_FILES: Final = {"facts": "ENDPOINT_ADVISOR_FACTS", "prices": "ENDPOINT_ADVISOR_PRICES"}
"""The environment carries the paths: the server may be a process of its own."""


def choose(facts: Path | None, prices: Path | None) -> None:
    """Take files of the user's own for the app that this process, or one it becomes, serves.

    Arguments: `facts`, a TOML file as `load_facts` takes it; `prices`, a table that `prices refresh` wrote; None for
    what is shipped. Raises InputError, before anything is served, when one of them cannot be used.
    """
    load_facts(PROFILES[0], facts, prices)
    for name, path in (("facts", facts), ("prices", prices)):
        if path is None:
            os.environ.pop(_FILES[name], None)
        else:
            os.environ[_FILES[name]] = str(path.resolve())


def in_force(profile: str = PROFILES[0]) -> Facts:
    """The facts of a profile with the chosen files over them; each file is read once.

    >>> in_force("study-card").profile
    'study-card'
    """
    return _read(*(os.environ.get(name, "") for name in _FILES.values())).under(profile)


@lru_cache(maxsize=8)
def _read(facts: str, prices: str) -> Facts:
    return load_facts(PROFILES[0], facts or None, prices or None)


def origin() -> str:
    """The chosen files in words, without their folders; empty when there are none.

    >>> origin()
    ''
    """
    chosen = ((what, os.environ.get(name, "")) for what, name in _FILES.items())
    return " and ".join(f"{what} of {Path(path).name}" for what, path in chosen if path)
