"""Progress in the embedded file: the answers of each learner, one row each, and the exam that runs.

Nothing else is kept: scores, schedule and ratings are computed from the answers (`advisor.quiz.progress`). An answer is kept
in one transaction of its own, and keeping it twice keeps it once.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from advisor.errors import InputError, Problem, StoreError
from advisor.quiz.event import Answered, event_of, row_of
from advisor.quiz.progress import Progress
from advisor.quiz.progress_file import SCHEMA, read_progress
from advisor.store import Store

__all__ = [
    "LONGEST_NAME",
    "MOST_ANSWERS",
    "MOST_LEARNERS",
    "answers_of",
    "exam_of",
    "export_progress",
    "import_progress",
    "keep",
    "keep_exam",
    "learner_name",
    "learners",
    "progress_of",
    "reset",
]

LONGEST_NAME: Final = 60
MOST_LEARNERS: Final = 100
MOST_ANSWERS: Final = 100_000
"""Answers of one learner that are kept; three hundred a day for a year."""
_LARGEST_EXAM: Final = 1_000_000
"""Characters of an exam that runs, as JSON."""


def learner_name(name: str) -> str:
    """A name in the form it is kept in. Raises InputError when it is none.

    >>> learner_name("  Ada   Lovelace ")
    'Ada Lovelace'
    """
    short = " ".join(name[: 10 * LONGEST_NAME].split())
    if not short or len(short) > LONGEST_NAME or not short.isprintable():
        seen = repr(short[:LONGEST_NAME]) if short else "nothing"
        raise InputError([Problem("learner", seen, f"1 to {LONGEST_NAME} printable characters")])
    return short


def learners(store: Store) -> tuple[str, ...]:
    """Who has answered something, by name. Raises StoreError when the file cannot be read."""
    with store.reading() as connection:
        return tuple(row["name"] for row in connection.execute("SELECT name FROM learner ORDER BY name"))


def progress_of(store: Store, learner: str, profile: str = "aws") -> Progress:
    """The progress of a learner under one profile of facts; of somebody who answered nothing yet, an empty one.

    Answers under the study card are progress of their own. Raises InputError for what is no name, StoreError when the
    file cannot be read.
    """
    return Progress.of(event for event in answers_of(store, learner) if event.profile == profile)


def answers_of(store: Store, learner: str) -> tuple[Answered, ...]:
    """Every answer of a learner, under whatever profile, in the order they were kept. Raises as `progress_of`."""
    query = "SELECT event FROM answered WHERE learner = (SELECT id FROM learner WHERE name = ?) ORDER BY id"
    with store.reading() as connection:
        rows = connection.execute(query, (learner_name(learner),)).fetchall()
    try:
        return tuple(event_of(json.loads(row["event"])) for row in rows)
    except (KeyError, TypeError, ValueError):
        raise StoreError(f"An answer of {learner} in {store.path} cannot be read any more.") from None


def keep(store: Store, learner: str, *events: Answered) -> None:
    """Keep an answer, or those of an exam together; when this returns they are on the disk, all or none.

    The first answer makes the learner. Raises InputError for what is no name or when no more is kept, StoreError when the file cannot be written.
    """
    with store.writing() as connection:
        _insert(connection, _made(connection, learner_name(learner)), events)


def keep_exam(store: Store, learner: str, exam: Mapping[str, Any] | None) -> None:
    """Keep the exam that runs in place of the one before; None when none runs. Raises as `keep`."""
    text = None if exam is None else json.dumps(exam, separators=(",", ":"))
    if text is not None and len(text) > _LARGEST_EXAM:
        raise InputError([Problem("exam", f"{len(text):,} characters", f"at most {_LARGEST_EXAM:,}")])
    with store.writing() as connection:
        number = _made(connection, learner_name(learner))
        connection.execute("UPDATE learner SET exam = ? WHERE id = ?", (text, number))


def exam_of(store: Store, learner: str) -> dict[str, Any] | None:
    """The exam that runs, as it was kept; None where none does. Raises as `progress_of`."""
    with store.reading() as connection:
        row = connection.execute("SELECT exam FROM learner WHERE name = ?", (learner_name(learner),)).fetchone()
    if row is None or row["exam"] is None:
        return None
    try:
        found: dict[str, Any] = json.loads(row["exam"])
    except ValueError:
        raise StoreError(f"The exam of {learner} in {store.path} cannot be read any more.") from None
    return found


def export_progress(store: Store, learner: str, *, at: datetime | None = None) -> dict[str, Any]:
    """All answers of a learner as a document of plain values: `{schema, learner, exported_at, events}`.

    Arguments: `at` is the time it is taken, with its zone; left out where None. Equal answers give equal documents in
    whatever order they came. Raises InputError for an unknown learner, StoreError when the file cannot be read.
    """
    name = _known(store, learner)
    events = Progress.of(answers_of(store, name)).events
    when = {} if at is None else {"exported_at": at.isoformat()}
    return {"schema": SCHEMA, "learner": name, **when, "events": [row_of(event) for event in events]}


def import_progress(store: Store, data: object, learner: str | None = None) -> dict[str, int]:
    """Add the answers of an exported document to those that are there; none is kept twice, and all are or none.

    Arguments: `data` is the document or its text; `learner` is whose they become, by default the one it names.
    Gives how many were `added` and how many were `known` before. Raises InputError with every problem of the document
    at once, StoreError when the file cannot be written.
    """
    named, events = read_progress(data)
    name = learner_name(named if learner is None else learner)
    with store.writing() as connection:
        added = _insert(connection, _made(connection, name), events)
    return {"added": added, "known": len(events) - added}


def reset(store: Store, learner: str) -> int:
    """Forget a learner, answers and exam; how many answers there were. Raises InputError for an unknown learner."""
    name = _known(store, learner)
    with store.writing() as connection:
        row = connection.execute("SELECT id FROM learner WHERE name = ?", (name,)).fetchone()
        if row is None:
            return 0
        gone = connection.execute("DELETE FROM answered WHERE learner = ?", (row["id"],)).rowcount
        connection.execute("DELETE FROM learner WHERE id = ?", (row["id"],))
        return gone


def _known(store: Store, learner: str) -> str:
    """A name that has answers or an exam."""
    name, there = learner_name(learner), learners(store)
    if name not in there:
        allowed = f"one of {', '.join(there)}" if there else "somebody who has answered: nobody has yet"
        raise InputError([Problem("learner", repr(name), allowed)])
    return name


def _made(connection: sqlite3.Connection, name: str) -> int:
    """The number of a learner, made where there is none."""
    row = connection.execute("SELECT id FROM learner WHERE name = ?", (name,)).fetchone()
    if row is not None:
        return int(row["id"])
    if connection.execute("SELECT count(*) FROM learner").fetchone()[0] >= MOST_LEARNERS:
        allowed = f"one of the {MOST_LEARNERS} learners that are kept: reset one first"
        raise InputError([Problem("learner", repr(name), allowed)])
    return int(connection.execute("INSERT INTO learner (name) VALUES (?)", (name,)).lastrowid or 0)


def _insert(connection: sqlite3.Connection, learner: int, events: Iterable[Answered]) -> int:
    """Keep answers that are not there yet; how many those were."""
    before = _count(connection, learner)
    texts = (json.dumps(row_of(event), sort_keys=True, separators=(",", ":")) for event in events)
    connection.executemany(
        "INSERT OR IGNORE INTO answered (learner, event, digest) VALUES (?, ?, ?)",
        ((learner, text, hashlib.blake2b(text.encode(), digest_size=16).digest()) for text in texts),
    )
    after = _count(connection, learner)
    if after > MOST_ANSWERS:
        raise InputError(
            [Problem("answers", f"{after:,}", f"at most {MOST_ANSWERS:,} of one learner: export and reset")]
        )
    return after - before


def _count(connection: sqlite3.Connection, learner: int) -> int:
    found = connection.execute("SELECT count(*) FROM answered WHERE learner = ?", (learner,)).fetchone()
    return int(found[0])
