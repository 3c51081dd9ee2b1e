"""Saving, renaming and removing: each is one transaction, and bounded in number and size."""

import json
import sqlite3
import zlib
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any, Final

from advisor.errors import InputError, Problem
from advisor.saved import COLUMNS, LARGEST_RANKING_BYTES, Asked, Kind, SavedAnswer, gone
from advisor.store import Store

__all__ = ["LONGEST_NAME", "MOST", "Removed", "TakenError", "put_back", "remove", "rename", "save_run", "save_workload"]

LONGEST_NAME: Final = 80
MOST: Final[Mapping[str, int]] = {"workload": 200, "run": 100}
"""How many of each kind are kept; beyond, the user chooses what goes."""
_WORDS: Final = {"workload": "workloads", "run": "answers"}
_LARGEST_TOML_BYTES: Final = 1_000_000
_WHOLE: Final = ", ".join(("id", *COLUMNS, "ranking"))

Removed = tuple[Any, ...]
"""A removed row, whole: `put_back` undoes the removal."""


class TakenError(InputError):
    """The name is taken; saving with `replace` overwrites what has it."""


def save_workload(store: Store, name: str, asked: Asked, on: date, *, replace: bool = False) -> int:
    """Save a question under a name; its number.

    Arguments: `on` is the day; `replace` overwrites the workload that has the name. Raises TakenError when the name is
    taken, InputError when it is no name, the workload is too large or too many are saved, StoreError when the file
    cannot be written.
    """
    return _save(store, "workload", name, asked, None, None, on, replace)


def save_run(
    store: Store, name: str, asked: Asked, answer: SavedAnswer, ranking: Mapping[str, Any], on: date, *, replace: bool = False,
) -> int:  # fmt: skip
    """Save a question with its answer; its number.

    Arguments: `ranking` as `rank --json` gives it, at most 4 MB of text; the others and the errors as of
    `save_workload`.
    """
    text = json.dumps(ranking, separators=(",", ":"), default=str).encode()
    if len(text) > LARGEST_RANKING_BYTES:
        allowed = f"at most {LARGEST_RANKING_BYTES / 1e6:g} MB"
        raise InputError([Problem("ranking", f"{len(text) / 1e6:.1f} MB", allowed)])
    return _save(store, "run", name, asked, answer, zlib.compress(text, 6), on, replace)


def rename(store: Store, number: int, name: str) -> None:
    """Give a saved thing another name. Raises as `save_workload`, and InputError when it is not there any more."""
    name = _named(name)
    with store.writing() as connection:
        try:
            done = connection.execute("UPDATE saved SET name = ? WHERE id = ?", (name, number)).rowcount
        except sqlite3.IntegrityError:
            raise _taken(name) from None
        if not done:
            raise gone(number)


def remove(store: Store, number: int) -> Removed:
    """Remove a saved thing, and give it back for `put_back`. Raises InputError when it is not there any more."""
    with store.writing() as connection:
        row = connection.execute(f"SELECT {_WHOLE} FROM saved WHERE id = ?", (number,)).fetchone()  # noqa: S608
        if row is None:
            raise gone(number)
        connection.execute("DELETE FROM saved WHERE id = ?", (number,))
        return tuple(row)


def put_back(store: Store, removed: Removed) -> None:
    """Undo a removal. Raises TakenError when its name was taken in the meantime."""
    with store.writing() as connection:
        _insert(connection, tuple(_WHOLE.split(", ")), removed)


def _save(
    store: Store, kind: Kind, name: str, asked: Asked, answer: SavedAnswer | None, ranking: bytes | None, on: date, replace: bool,
) -> int:  # fmt: skip
    name = _named(name)
    if (size := len(asked.toml.encode())) > _LARGEST_TOML_BYTES:
        allowed = f"at most {_LARGEST_TOML_BYTES / 1e6:g} MB"
        raise InputError([Problem("workload", f"{size / 1e6:.1f} MB", allowed)])
    row = {"kind": kind, "name": name, "saved_on": on.isoformat(), **asdict(asked), "ranking": ranking}
    row |= asdict(answer) if answer is not None else {}
    with store.writing() as connection:
        if replace:
            connection.execute("DELETE FROM saved WHERE kind = ? AND name = ?", (kind, name))
        there = connection.execute("SELECT count(*) FROM saved WHERE kind = ?", (kind,)).fetchone()[0]
        if there >= MOST[kind]:
            allowed = f"{there} {_WORDS[kind]} are saved, as many as are kept: delete one first"
            raise InputError([Problem("", "", allowed)])
        return _insert(connection, tuple(row), tuple(row.values()))


def _insert(connection: sqlite3.Connection, names: tuple[str, ...], values: tuple[Any, ...]) -> int:
    marks = ", ".join("?" * len(names))
    try:
        cursor = connection.execute(f"INSERT INTO saved ({', '.join(names)}) VALUES ({marks})", values)  # noqa: S608
    except sqlite3.IntegrityError:
        raise _taken(str(dict(zip(names, values, strict=True))["name"])) from None
    return int(cursor.lastrowid or 0)


def _taken(name: str) -> TakenError:
    return TakenError([Problem("name", f'"{name}"', "a name that is not taken yet")])


def _named(name: str) -> str:
    """A name in one line of printable characters."""
    short = " ".join("".join(c if c.isprintable() else " " for c in name[: 10 * LONGEST_NAME]).split())
    if not short or len(short) > LONGEST_NAME:
        seen = f'"{short[:40]}…"' if short else "nothing"
        raise InputError([Problem("name", seen, f"1 to {LONGEST_NAME} characters")])
    return short
