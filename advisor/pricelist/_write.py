"""Writes a table whole or not at all, and never over one that says something else."""

import contextlib
import os
import tempfile
from pathlib import Path

from advisor.errors import InputError, Problem

__all__ = ["write_new"]


def write_new(path: Path, text: str) -> bool:
    """Write a text to a file that is not there yet; True when written, False when it already says the same.

    The text goes to a temporary file, to the disk, and only then under its name; when and from where it was read
    (`# checked:`, `# source:`) does not count as a difference. Raises InputError when the file says something else, or the folder
    cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            return _same(path, text)
        made, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=".tmp", dir=path.parent)
        try:
            with open(made, "wb") as file:  # noqa: PTH123 - the descriptor is open already
                file.write(text.encode())
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(0o644)
            return _named(Path(name), path, text)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise InputError(
            [Problem("--out", "", f"{path.parent} cannot be written: {error.strerror or error}")]
        ) from None


def _named(made: Path, path: Path, text: str) -> bool:
    """Give the file its name: a link fails where the name was taken meanwhile, a rename would not."""
    try:
        os.link(made, path)
    except FileExistsError:
        return _same(path, text)
    except OSError:  # a file system without links
        made.rename(path)
    with contextlib.suppress(OSError):
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    return True


def _same(path: Path, text: str) -> bool:
    def said(whole: str) -> list[str]:
        return [line for line in whole.splitlines() if not line.startswith(("# checked:", "# source:"))]

    if said(path.read_text(encoding="utf-8", errors="replace")) != said(text):
        allowed = "another folder with --out: a table is never written over one of other content"
        raise InputError([Problem(str(path), "a file with other content", allowed)])
    return False
