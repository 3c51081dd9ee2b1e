"""Reading exports line by line: bounded, plain or gzip, and honest about a file that ends too early."""

import csv
import gzip
import json
import math
import re
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from advisor.errors import InputError, Problem

__all__ = ["Lines", "Moments", "document", "number", "rows_of"]

LARGEST_BYTES = 200 * 10**9
LARGEST_DOCUMENT = 64 * 10**6
LONGEST_LINE = 160 * 10**6
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST_US = 4e18
_SHORT_FRACTION = re.compile(r"\.(\d{1,9})")
_FORMS = ("%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%d/%b/%Y:%H:%M:%S %z")


class Lines:
    """The lines of a text file with their numbers, one in memory at a time; `cut` says after reading whether it ends early."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.cut = ""
        """Why the file is not whole; empty when it is."""

    def __iter__(self) -> Iterator[tuple[int, str]]:
        name, read = repr(str(self.path)), 0
        try:
            with self.path.open("rb") as raw:
                packed = raw.read(2) == b"\x1f\x8b"
            with gzip.open(self.path) if packed else self.path.open("rb") as file:
                number = 0
                while line := file.readline(LONGEST_LINE + 1):
                    number, read = number + 1, read + len(line)
                    if len(line) > LONGEST_LINE or read > LARGEST_BYTES:
                        what = "a line" if len(line) > LONGEST_LINE else "a file"
                        most = LONGEST_LINE if len(line) > LONGEST_LINE else LARGEST_BYTES
                        raise InputError([Problem(f"{self.path.name} line {number}", "", f"{what} of at most {most / 1e6:,.0f} MB")])  # fmt: skip
                    text = line.decode("utf-8-sig" if number == 1 else "utf-8")
                    if "\0" in text:
                        raise InputError([Problem(f"{self.path.name} line {number}", "", "a file of text")])
                    if not text.endswith("\n"):
                        self.cut = f"line {number} has no end: the file may have been cut there"
                    yield number, text.rstrip("\r\n")
        except (EOFError, zlib.error, gzip.BadGzipFile):
            self.cut = "the gzip file ends too early or is damaged"
        except UnicodeDecodeError:
            raise InputError([Problem(self.path.name, "", "a file of UTF-8 text")]) from None
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not a file name"
            raise InputError([Problem("", "", f"{name} cannot be read: {reason}")]) from None


def rows_of(lines: Lines) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV file with their line numbers; quoted commas are kept, empty lines left out."""
    separator = ""
    for number_, text in lines:
        if not text.strip():
            continue
        separator = separator or max(",;\t", key=text.count)
        try:
            yield number_, next(csv.reader([text], delimiter=separator), [])
        except csv.Error:
            raise InputError([Problem(f"{lines.path.name} line {number_}", "", "a row of a CSV file")]) from None


def document(path: Path) -> Any:
    """What a JSON file holds. Raises InputError where it is too large, or no JSON: with the line it breaks at."""
    lines, parts, size = Lines(path), [], 0
    for _, text in lines:
        size += len(text)
        if size > LARGEST_DOCUMENT:
            raise InputError([Problem(path.name, "", f"a JSON document of at most {LARGEST_DOCUMENT / 1e6:.0f} MB")])
        parts.append(text)
    whole = "\n".join(parts)
    try:
        return json.loads(whole)
    except json.JSONDecodeError as error:
        end = error.pos >= len(whole.rstrip()) or "Unterminated" in error.msg
        why = "the file ends in the middle: export it again" if end else f"this is not JSON: {error.msg}"
        raise InputError([Problem(f"{path.name} line {error.lineno}", "", why)]) from None
    except (RecursionError, ValueError):
        raise InputError([Problem(path.name, "", "this is no JSON document that can be read")]) from None


def number(text: object) -> float | None:
    """A finite number from a cell, thousands set apart by commas or not; None where it is none."""
    if isinstance(text, bool) or not isinstance(text, int | float | str):
        return None
    try:
        value = float(text.replace(",", "") if isinstance(text, str) else text)
    except (ValueError, OverflowError):
        return None
    return value if math.isfinite(value) else None


class Moments:
    """Reads moments of one file to microseconds since 1970 and remembers which time zones it met.

    Arguments: `tz` names the zone of moments that state none, like UTC, +02:00 or Europe/Berlin.

    >>> Moments().read("2026-11-22T08:00:00Z"), Moments("+02:00").read("2026/11/22 10:00:00")
    (1795334400000000, 1795334400000000)
    """

    def __init__(self, tz: str | None = None) -> None:
        self.zone = _zone(tz) if tz else None
        self.bare = 0
        """Line of the first moment without a zone; 0 when there is none."""
        self.zones: dict[str, int] = {}
        """Zones met -> first line."""

    def read(self, value: object, line: int = 1) -> int | None:
        """Microseconds since 1970; None where `value` is no moment. Plain numbers are seconds, ms, us or ns since then."""
        plain = number(value)
        if plain is not None:
            size = abs(plain)
            scale = 1e6 if size < 1e11 else 1e3 if size < 1e14 else 1.0 if size < 1e17 else 1e-3
            if size * scale > _LATEST_US:
                return None
            self.zones.setdefault("since 1970", line)
            return round(plain * scale)
        moment = _parsed(value) if isinstance(value, str) else None
        if moment is None:
            return None
        if moment.tzinfo is None:
            self.bare = self.bare or line
            moment = moment.replace(tzinfo=self.zone or UTC)
        else:
            self.zones.setdefault(str(moment.tzinfo), line)
        return round((moment - _EPOCH) / timedelta(microseconds=1))

    def problem(self, name: str) -> Problem | None:
        """Moments with and without a zone in one file cannot be put in order; None where they can."""
        zone, line = next(iter(self.zones.items()), ("", 0))
        if self.bare and line and self.zone is None:
            why = f"line {line} states a time zone ({zone}), line {self.bare} none; say --tz, or export all in UTC"
            return Problem(f"{name} line {self.bare}", "", why)
        return None


def _parsed(text: str) -> datetime | None:
    text = text.strip()
    try:
        return datetime.fromisoformat(_SHORT_FRACTION.sub(lambda part: f".{part[1][:6]:0<6}", text))
    except ValueError:
        pass
    for form in _FORMS:
        try:
            return datetime.strptime(text.strip("[]"), form)  # noqa: DTZ007 - the zone is looked at by the caller
        except ValueError:
            continue
    return None


def _zone(text: str) -> timezone | ZoneInfo:
    sign = re.fullmatch(r"([+-])(\d\d):?(\d\d)", text)
    try:
        if sign:
            offset = timedelta(hours=int(sign[2]), minutes=int(sign[3]))
            return timezone(-offset if sign[1] == "-" else offset)
        return ZoneInfo(text)
    except (ValueError, OSError, KeyError):
        raise InputError([Problem("--tz", repr(text[:40]), "UTC, an offset like +02:00, or a zone like Europe/Berlin")]) from None  # fmt: skip
