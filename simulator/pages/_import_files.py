"""Uploaded exports as files of the session under their own names, bounded before anything is read out of them."""

import gzip
import hashlib
import importlib.util
import shutil
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from advisor.errors import InputError, Problem
from simulator.pages._state import Draft
from simulator.trace_arrow import has_more_rows, is_columnar
from simulator.trace_file import MOST_ROWS

__all__ = ["LARGEST_MB", "check", "stored", "types"]

LARGEST_MB: Final = 50
_MOST_FILES: Final = 20
_UNPACKED_MB: Final = 256
_LONGEST_NAME: Final = 100
_PIECE: Final = 1 << 20


def types() -> list[str]:
    """Endings of file names that are taken; those of Parquet and Arrow where they can be read here."""
    columnar = ["parquet", "arrow", "feather"] if importlib.util.find_spec("pyarrow") is not None else []
    return ["json", "jsonl", "csv", "gz", "log", "txt", *columnar]


def stored(draft: Draft, uploads: Sequence[Any]) -> list[Path]:
    """The uploads as files of this session, each written once; those of uploads that are gone are removed."""
    folder = draft.folder() / "exports"
    wanted = {hashlib.sha256(str(upload.file_id).encode()).hexdigest()[:16]: upload for upload in uploads[: _MOST_FILES + 1]}  # fmt: skip
    for old in folder.iterdir() if folder.is_dir() else ():
        if old.name not in wanted:
            shutil.rmtree(old, ignore_errors=True)
    paths = []
    for number, upload in wanted.items():
        path = folder / number / _name(upload.name)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(upload.getvalue())
        paths.append(path)
    return paths


def _name(given: str) -> str:
    """The name a user gave, as one that any disk takes."""
    kept = "".join(c for c in given.replace("\\", "/").rpartition("/")[2] if c.isprintable()).lstrip(". ")
    kept = kept.encode()[-_LONGEST_NAME:].decode(errors="ignore")  # the end says what it is
    return kept or "export"


def check(paths: Sequence[Path]) -> None:
    """Raise InputError for too many files, or too large ones, packed or not: all at once."""
    problems = []
    if len(paths) > _MOST_FILES:
        problems.append(Problem("files", f"more than {_MOST_FILES}", f"at most {_MOST_FILES} files at a time"))
    sizes = [path.stat().st_size for path in paths]
    if sum(sizes) > LARGEST_MB * 2**20:  # the widget's own megabyte; it asks each file alone
        problems.append(Problem("files", f"{sum(sizes) / 2**20:.0f} MB together", f"at most {LARGEST_MB} MB; larger ones are read by `endpoint-advisor import`"))  # fmt: skip
    else:
        problems += [Problem(path.name, "", f"it has more than {MOST_ROWS:,} rows; `endpoint-advisor import` reads it") for path in paths if is_columnar(path) and has_more_rows(path, MOST_ROWS)]  # fmt: skip
        problems += [Problem(path.name, "", f"unpacked it is larger than {_UNPACKED_MB} MB; `endpoint-advisor import` reads it") for path in paths if _bursts(path)]  # fmt: skip
    if problems:
        raise InputError(problems)


def _bursts(path: Path) -> bool:
    """Whether a gzip file holds more than may be unpacked; a damaged one is told when it is read."""
    with path.open("rb") as raw:
        if raw.read(2) != b"\x1f\x8b":
            return False
    read = 0
    try:
        with gzip.open(path) as file:
            while piece := file.read(_PIECE):
                read += len(piece)
                if read > _UNPACKED_MB * 10**6:
                    return True
    except (OSError, EOFError, zlib.error):
        return False
    return False
