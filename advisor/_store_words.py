"""What goes wrong with the file of saved work, in words that name it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from advisor.errors import StoreError

__all__ = ["cannot_be_made", "is_damage", "told"]

_DAMAGED: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_REASONS: Final = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_READONLY: "the file or its folder is read-only",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened; may this account write in its folder?",
    sqlite3.SQLITE_PERM: "this account may not use it",
    sqlite3.SQLITE_AUTH: "this account may not use it",
    sqlite3.SQLITE_BUSY: "another program is writing to it; try again",
    sqlite3.SQLITE_IOERR: "the disk reports an error",
    sqlite3.SQLITE_CORRUPT: "it is damaged; open the page again to have it set aside",
    sqlite3.SQLITE_NOTADB: "it is no SQLite file any more; open the page again to have it set aside",
}


def is_damage(error: sqlite3.Error) -> bool:
    """The file itself is broken, and not only out of reach.

    >>> is_damage(sqlite3.OperationalError("no such table"))
    False
    """
    return _code(error) in _DAMAGED


def cannot_be_made(error: sqlite3.Error) -> bool:
    """A file cannot be made, or not written, where it should lie.

    >>> cannot_be_made(sqlite3.OperationalError("no such table"))
    False
    """
    return _code(error) in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM}


def _code(error: sqlite3.Error) -> int:
    """The primary result code of SQLite."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


@contextmanager
def told(path: Path) -> Iterator[None]:
    """What goes wrong with the file, in words that name it."""
    try:
        yield
    except sqlite3.Error as error:
        reason = _REASONS.get(_code(error), f"SQLite says: {error}")
        raise StoreError(f"The file of saved work, {path}: {reason}.") from None
    except OSError as error:
        raise StoreError(f"The file of saved work, {path}: {error.strerror or error}.") from None
    except StoreError as error:
        said = str(error)
        raise StoreError(said if str(path) in said else f"The file of saved work, {path}: {said}.") from None
