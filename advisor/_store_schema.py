"""The schema of the file of saved work: every form it ever had, and the way from each to the next."""

import sqlite3

from advisor.errors import StoreError

__all__ = ["MIGRATIONS", "migrate"]

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE saved (
            id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL CHECK (kind IN ('workload', 'run')),
            name TEXT NOT NULL, saved_on TEXT NOT NULL,
            toml TEXT NOT NULL, digest TEXT NOT NULL, profile TEXT NOT NULL, seed INTEGER NOT NULL,
            terms TEXT NOT NULL, recording TEXT NOT NULL,
            facts_digest TEXT, facts_date TEXT, best TEXT, configuration TEXT, cost_usd REAL, measure TEXT,
            latency_us INTEGER, ranking BLOB, UNIQUE (kind, name))""",
    ),
    (
        """CREATE TABLE learner (
            id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, exam TEXT)""",
        """CREATE TABLE answered (
            id INTEGER PRIMARY KEY AUTOINCREMENT, learner INTEGER NOT NULL REFERENCES learner (id),
            event TEXT NOT NULL, digest BLOB NOT NULL, UNIQUE (learner, digest))""",
    ),
)
"""The statements that lead from each version of the schema to the next; what was released once is never changed."""


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection) -> None:
    """Lead the schema to ours, all at once. Raises StoreError where the file is of a newer version, or not ours.

    >>> from contextlib import closing
    >>> with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
    ...     migrate(connection)
    ...     _version(connection) == len(MIGRATIONS)
    True
    """
    if _version(connection) == len(MIGRATIONS):
        return
    connection.execute("BEGIN IMMEDIATE")
    version = _version(connection)  # another process may have been quicker
    if version > len(MIGRATIONS):
        raise StoreError(
            f"it was written by a newer version of this program (its form is {version}, this one knows {len(MIGRATIONS)}); "
            "update the program, or move the file away"
        )
    if version == 0 and connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise StoreError("it belongs to another program; move it away")
    for statements in MIGRATIONS[version:]:
        for statement in statements:
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
    connection.execute("COMMIT")
