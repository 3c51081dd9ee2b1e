"""Saved work as it lies in the store: workloads under a name, and runs, each a workload with the answer it had."""

import json
import sqlite3
import zlib
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from advisor.errors import InputError, Problem, StoreError
from advisor.store import Store

__all__ = ["KINDS", "Asked", "Kind", "Saved", "SavedAnswer", "load", "load_ranking", "saved"]

Kind = Literal["workload", "run"]
KINDS: Final[tuple[Kind, ...]] = ("workload", "run")
LARGEST_RANKING_BYTES: Final = 4_000_000
"""A ranking as JSON, before it is packed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question: all that is needed to ask it again."""

    toml: str
    """The workload."""
    digest: str
    """Of the workload."""
    profile: str = "aws"
    seed: int = 0
    terms: str = ""
    """Billing terms in one line (`advisor.terms_text`); empty: list prices."""
    recording: str = ""
    """Name, requests and the begin of the hash of recorded traffic; the recording itself is never saved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedAnswer:
    """What a question was answered with, in the few numbers that people remember."""

    facts_digest: str
    """Of the facts that were in force."""
    facts_date: str
    """The newest day on which one of them was read."""
    best: str
    """Option name; empty where none kept the promise."""
    configuration: str
    cost_usd: float | None
    """US dollars a month; None where it has no price."""
    measure: str
    """Which percentile, like p99."""
    latency_us: int | None
    """Microseconds; None where too few requests were answered."""


@dataclass(frozen=True, slots=True)
class Saved:
    """One thing that was saved."""

    id: int
    kind: Kind
    name: str
    saved_on: date
    asked: Asked
    answer: SavedAnswer | None = None
    """Of a run."""


_ASKED: Final = ("toml", "digest", "profile", "seed", "terms", "recording")
_ANSWER: Final = ("facts_digest", "facts_date", "best", "configuration", "cost_usd", "measure", "latency_us")
COLUMNS: Final = ("kind", "name", "saved_on", *_ASKED, *_ANSWER)
"""Everything but the number and the ranking."""


def saved(store: Store, kind: Kind | None = None) -> tuple[Saved, ...]:
    """What is saved, of one kind or of both, the newest first. Raises StoreError when the file cannot be read."""
    kinds = KINDS if kind is None else (kind,)
    marks = ", ".join("?" * len(kinds))
    query = f"SELECT id, {', '.join(COLUMNS)} FROM saved WHERE kind IN ({marks}) ORDER BY saved_on DESC, id DESC"  # noqa: S608 - our own names
    with store.reading() as connection:
        return tuple(_read(row) for row in connection.execute(query, kinds))


def load(store: Store, number: int) -> Saved:
    """One saved thing by its number. Raises InputError when it is not there any more."""
    found = next((item for item in saved(store) if item.id == number), None)
    if found is None:
        raise gone(number)
    return found


def load_ranking(store: Store, number: int) -> dict[str, Any]:
    """The ranking of a saved run, as `rank --json` gave it on that day. Raises InputError when it is not there."""
    with store.reading() as connection:
        row = connection.execute("SELECT ranking FROM saved WHERE id = ? AND kind = 'run'", (number,)).fetchone()
    if row is None:
        raise gone(number)
    opener = zlib.decompressobj()
    try:
        text = opener.decompress(row["ranking"], LARGEST_RANKING_BYTES)
        table: dict[str, Any] = json.loads(text)
    except (TypeError, ValueError, zlib.error):
        raise StoreError("The ranking of this saved answer cannot be read any more.") from None
    return table


def gone(number: int) -> InputError:
    """Another window may have removed it."""
    return InputError([Problem("saved", str(number), "something that is still saved: this was removed")])


def _read(row: sqlite3.Row) -> Saved:
    answer = SavedAnswer(**{name: row[name] for name in _ANSWER}) if row["kind"] == "run" else None
    try:
        day = date.fromisoformat(row["saved_on"])
    except (TypeError, ValueError):
        day = date.min
    return Saved(row["id"], row["kind"], row["name"], day, Asked(**{name: row[name] for name in _ASKED}), answer)
