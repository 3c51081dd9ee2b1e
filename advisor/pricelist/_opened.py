"""A local copy of a price list: opened plain or gzip, never larger than stated, and its form recognised."""

import csv
import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final, Literal, cast

import ijson

from advisor.errors import InputError, Problem

__all__ = ["LARGEST_BYTES", "Form", "form_of", "opened", "readable"]

LARGEST_BYTES: Final = 8 * 10**9
"""Bytes of a list, unpacked; the largest of today have a few hundred million."""
_CHUNK: Final = 1 << 18

Form = Literal["offer", "answer", "lines", "array", "csv", "index", "savings", "savings_index"]
"""offer: the JSON offer file; answer, lines, array: GetProducts as one answer, product by product, or as an array."""


class _Bounded:
    """Reads on until more bytes than allowed came: what unpacks without end is refused."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self._left = stream, LARGEST_BYTES

    def read(self, size: int = -1) -> bytes:
        found = self._stream.read(_CHUNK if size < 0 else size)
        self._left -= len(found)
        if self._left < 0:
            raise InputError([Problem("price list", f"over {LARGEST_BYTES:,} bytes", "a smaller file")])
        return found


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The bytes of a file, unpacked where it is gzip."""
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        stream = cast("IO[bytes]", gzip.GzipFile(fileobj=raw)) if packed else raw
        yield cast("IO[bytes]", _Bounded(stream))


@contextmanager
def readable(name: str) -> Iterator[None]:
    """Turns whatever a broken file raises inside into one InputError that names the file."""
    try:
        yield
    except ijson.IncompleteJSONError as error:
        why = error.args[0] if error.args else ""
        first = (why.decode("utf-8", "replace") if isinstance(why, bytes) else str(why)).strip().partition("\n")[0]
        said = f"ends in the middle or is broken JSON ({first[:80]}); read it again"
        raise InputError([Problem(name, "", said)]) from None
    except (EOFError, csv.Error) as error:
        if isinstance(error, csv.Error) and "unexpected end" not in str(error):
            raise InputError([Problem(name, "", f"cannot be read as CSV: {error}")]) from None
        raise InputError([Problem(name, "", "ends in the middle: cut off; read it again")]) from None
    except (ijson.JSONError, OSError, UnicodeError, ValueError, RecursionError, zlib.error) as error:
        said = error.strerror if isinstance(error, OSError) and error.strerror else " ".join(str(error).split())[:160]
        raise InputError([Problem(name, "", f"cannot be read as a price list: {said}")]) from None


def form_of(path: Path, name: str) -> Form:
    """Which form of the price list a file has. Raises InputError when it is none, saying what it looks like."""
    with readable(name), opened(path) as stream:
        head = stream.read(4096).lstrip(b"\xef\xbb\xbf \t\r\n")
        while len(head) < 4096 and (more := stream.read(4096)):
            head += more
    if head.startswith(b"<"):
        raise InputError([Problem(name, "a page of HTML or XML", "a price list in JSON or CSV")])
    if head.startswith(b"["):
        return "array"
    if head.startswith((b'"{', b"'{")):
        return "lines"
    if head.startswith(b"{"):
        with readable(name), opened(path) as stream:
            form = _of_json(stream)
        if form is not None:
            return form
    elif any(line.lstrip(b'"').startswith(b"SKU") for line in head.splitlines()[:10]):
        return "csv"
    seen = "nothing" if not head else repr(head[:40].decode("utf-8", "replace"))
    raise InputError([Problem(name, seen, "an AWS price list: offer file in JSON or CSV, GetProducts, or its index")])


def _of_json(stream: IO[bytes]) -> Form | None:
    forms: dict[tuple[str, str], Form] = {
        ("products", "start_map"): "offer",
        ("products", "start_array"): "savings",
        ("regions", "start_map"): "index",
        ("regions", "start_array"): "savings_index",
        ("terms.savingsPlan", "start_array"): "savings",
        ("PriceList", "start_array"): "answer",
        ("product", "start_map"): "lines",
    }
    for prefix, event, _ in ijson.parse(stream, buf_size=_CHUNK, multiple_values=True):
        if (prefix, event) in forms:
            return forms[prefix, event]
    return None
