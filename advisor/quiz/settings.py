"""Settings: who works on what, and what is true of it and decides nothing: `data/quiz/settings.toml`."""

from functools import lru_cache
from random import Random
from typing import Any

from advisor._facts_read import data_folder, read_toml

__all__ = ["aside", "setting"]


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    return read_toml(data_folder() / "quiz" / "settings.toml")


def setting(rng: Random) -> str:
    """A sentence on who works on what.

    >>> setting(Random(1)).endswith(".")
    True
    """
    return str(rng.choice(_table()["settings"]))


def aside(rng: Random) -> str:
    """A sentence with a number that is true of a team and beside the point.

    >>> aside(Random(1)) == aside(Random(1))
    True
    """
    row = rng.choice(_table()["aside"])
    numbers = (rng.randint(*ends) for ends in row["between"])
    return str(row["text"]).format(**{name: f"{number:,}" for name, number in zip("ab", numbers, strict=False)})
