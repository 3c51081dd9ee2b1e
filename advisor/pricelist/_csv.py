"""The price list in CSV, streamed: rows that say of themselves, a header, then a row for each rate."""

import codecs
import csv
from collections.abc import Container, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from advisor.errors import InputError, Problem
from advisor.pricelist._json import Head
from advisor.pricelist._opened import opened
from advisor.pricelist._products import Attributes
from advisor.pricelist._rates import Rate

__all__ = ["head", "products", "rates"]

_MOST_ROWS_ABOVE: Final = 20
_NEEDED: Final = ("sku", "termtype", "unit", "priceperunit", "currency", "usagetype", "regioncode")


@contextmanager
def _rows(path: Path) -> Iterator[tuple[dict[str, str], list[str], Iterator[list[str]]]]:
    """What stands above the header by plain name, the plain names of the columns, and the rows."""
    with opened(path) as stream:
        lines = codecs.iterdecode(_lines(stream), "utf-8-sig")
        reader = csv.reader(lines, strict=True)
        above: dict[str, str] = {}
        for number, row in enumerate(reader):
            names = [_plain(cell) for cell in row]
            if names[:1] == ["sku"]:
                missing = [name for name in _NEEDED if name not in names]
                if missing:
                    raise InputError(
                        [Problem("price list", f"no column {', '.join(missing)}", "all columns of the list")]
                    )
                yield above, names, reader
                return
            if number >= _MOST_ROWS_ABOVE:
                break
            above.update([(names[0], row[1])] if len(row) > 1 else [])
    raise InputError([Problem("price list", "no header", "a header that begins with SKU")])


def _lines(stream: Any) -> Iterator[bytes]:
    """Lines of a stream that can only be read in chunks."""
    rest = b""
    while chunk := stream.read(1 << 18):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from (line + b"\n" for line in lines)
    if rest:
        yield rest


def _plain(name: str) -> str:
    return name.lower().replace(" ", "").lstrip("\ufeff")


def _whole(names: list[str], rows: Iterator[list[str]]) -> Iterator[list[str]]:
    for row in rows:
        if len(row) != len(names):
            seen = f"a row of {len(row)} cells instead of {len(names)}"
            raise InputError([Problem("price list", seen, "whole rows: it may have been cut off; read it again")])
        yield row


def head(path: Path) -> Head:
    """Offer code, version and publication date."""
    with _rows(path) as (above, _, _):
        return Head(above.get("offercode", ""), above.get("version", ""), above.get("publicationdate", ""))


def products(path: Path) -> Iterator[tuple[str, Attributes]]:
    """SKU and attributes of the product of every row."""
    with _rows(path) as (_, names, rows):
        for row in _whole(names, rows):
            yield row[0], dict(zip(names, row, strict=True))


def rates(path: Path, wanted: Container[str]) -> Iterator[Rate]:
    """The on-demand rates of the wanted SKUs."""
    with _rows(path) as (_, names, rows):
        for cells in _whole(names, rows):
            if cells[0] in wanted:
                row = dict(zip(names, cells, strict=True))
                begin, effective = row.get("startingrange", ""), row.get("effectivedate", "")
                if row["termtype"] == "OnDemand":
                    yield Rate(cells[0], row["unit"], row["currency"], row["priceperunit"], begin or "0", effective)
