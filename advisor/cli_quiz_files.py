"""Files that the quiz writes and reads: whole or not at all, and never over another one unasked."""

import os
import sys
from pathlib import Path

from advisor.errors import InputError, Problem

__all__ = ["read", "write"]


def write(data: bytes, path: Path, what: str, *, force: bool) -> None:
    """Write a file, or to standard output for `-`, and say so. Arguments: `what` it holds, in words.

    A file that holds the same stays as it is. Raises InputError where another one is there, or it cannot be written.
    """
    if str(path) == "-":
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
        return
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        if path.is_file() and path.read_bytes() == data:
            sys.stdout.write(f"{path} holds it already: {what}.\n")
            return
        if path.exists() and not force:
            raise InputError([Problem("-o", repr(str(path)), "a name that is free, or --force to write over it")])
        with part.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except OSError as error:
        reason = error.strerror or "cannot be written"
        raise InputError(
            [Problem("-o", repr(str(path)), f"a file in a folder that can be written ({reason})")]
        ) from None
    finally:
        part.unlink(missing_ok=True)
    sys.stdout.write(f"Wrote {path}: {what}, {len(data):,} bytes.\n")


def read(path: Path, most: int) -> bytes:
    """A file, or standard input for `-`. Raises InputError when it cannot be read, or is larger than `most` bytes."""
    try:
        if str(path) == "-":
            data = sys.stdin.buffer.read(most + 1)
        else:
            with path.open("rb") as stream:
                data = stream.read(most + 1)
    except OSError as error:
        raise InputError([Problem("--import", "", f"{str(path)!r} cannot be read: {error.strerror}")]) from None
    if len(data) > most:
        raise InputError([Problem("--import", f"more than {most:,} bytes", f"at most {most:,} bytes")])
    return data
