"""The one owner of the embedded SQLite file: where it lies, its schema, its transactions, and what becomes of a damaged one.

A rollback journal and not a write-ahead log: one file, also in a home folder on the network, and a process that is
killed at any moment leaves what was there before or what it wrote, never half of it. Connections are short and belong to
one transaction, so any number of threads and processes may use a store.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path
from typing import Final

from advisor._store_schema import migrate
from advisor._store_words import cannot_be_made, is_damage, told

__all__ = ["Store", "data_file", "open_store"]

_PATIENCE_S: Final = 5.0
"""How long a transaction waits for that of another process."""
_OWNER_ONLY: Final = 0o600


@dataclass(frozen=True, slots=True)
class Store:
    """The file, opened; made by `open_store`."""

    path: Path
    aside: tuple[Path, ...] = ()
    """Damaged files that were set aside beside it and still lie there."""

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that sees one state of the file; an empty one while there is no file.

        Raises StoreError when it cannot be read.
        """
        there = self.path.exists()
        with (
            told(self.path),
            _using(self.path) if there else nullcontext(),
            closing(_connect(self.path if there else None)) as connection,
        ):
            connection.execute("BEGIN")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: all of it is on the disk when the block has ended, or nothing where the block raised.

        Raises StoreError when it cannot be written; the file is then as it was.
        """
        with told(self.path):
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _using(self.path), closing(_connect(self.path, make=True)) as connection:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")


def data_file() -> Path:
    """Where saved work goes: the user's own data folder (on Linux under `XDG_DATA_HOME`)."""
    from platformdirs import user_data_path  # noqa: PLC0415 - only what saves needs it

    return user_data_path("sagemaker-endpoint-advisor", appauthor=False) / "saved.sqlite"


def open_store(path: Path | None = None, *, today: date) -> Store:
    """The store in a file, by default the user's own; nothing is made before something is saved.

    A damaged file is set aside under a name with the date, and the store starts anew. Arguments: `today` is for
    that name. Raises StoreError when the file cannot be read, belongs to another program, or to a newer version.
    """
    path = data_file() if path is None else path
    with told(path):
        if path.exists() and _looks_damaged(path):
            _set_aside(path, today)
        return Store(path, tuple(sorted(path.parent.glob(f"{path.stem}-damaged-*{path.suffix}"))))


@contextmanager
def _using(path: Path, *, alone: bool = False) -> Iterator[None]:
    """Hold the lock beside the file: with others, or alone to move it away.

    A file that is moved while it is open takes the locks on it along, and its journal would be played into the file that
    is begun in its place. A lock that cannot be made, in a folder that is read-only, is done without: nothing moves there.
    """
    lock = sqlite3.connect(
        path.with_suffix(".lock"), timeout=_PATIENCE_S, isolation_level=None, check_same_thread=False
    )
    with closing(lock):
        try:
            lock.execute("BEGIN EXCLUSIVE" if alone else "BEGIN")
            lock.execute("SELECT count(*) FROM sqlite_master")  # takes the shared lock
        except sqlite3.OperationalError as error:
            if alone or not cannot_be_made(error):
                raise
        yield


def _connect(path: Path | None, *, make: bool = False) -> sqlite3.Connection:
    """A connection whose schema is ours; in memory where there is no path. Arguments: `make` the file where there is none."""
    name = ":memory:" if path is None else f"{path.absolute().as_uri()}?mode={'rwc' if make else 'rw'}"
    connection = sqlite3.connect(name, timeout=_PATIENCE_S, isolation_level=None, uri=True)
    try:
        if path is not None and make:
            # By its name: opening and closing the file would let go of every lock that this process holds on it.
            with suppress(OSError):
                path.chmod(_OWNER_ONLY)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA synchronous = EXTRA")  # also the end of the journal outlives a power cut
        migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _damaged(path: Path) -> bool:
    """The file is there and cannot be trusted."""
    if not path.exists():
        return False
    try:
        with closing(_connect(path)) as connection:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok")
    except sqlite3.Error as error:
        if not is_damage(error):
            raise
        return True


def _looks_damaged(path: Path) -> bool:
    with _using(path):
        return _damaged(path)


def _set_aside(path: Path, today: date) -> None:
    """Move a damaged file, its journal first: a journal left behind would be played into the next file."""
    with _using(path, alone=True):  # one process moves; the others find a sound file, or none
        if not _damaged(path):
            return
        names = (f"{path.stem}-damaged-{today}{f'-{n}' if n > 1 else ''}{path.suffix}" for n in count(1))
        target = next(found for name in names if not (found := path.with_name(name)).exists())
        for tail in ("-journal", "-wal", "-shm", ""):
            with suppress(FileNotFoundError):
                Path(f"{path}{tail}").replace(f"{target}{tail}")
