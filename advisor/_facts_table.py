"""The form of a refreshed price table: a CSV of ours whose first lines say where it comes from."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final, NamedTuple

from advisor._facts_read import PriceKey
from advisor._facts_types import Price
from advisor._headed import amount, beheaded, day, headed, plain
from advisor.errors import InputError, Problem

LARGEST_TABLE_BYTES: Final = 4_000_000
_MOST_PROBLEMS: Final = 30
_HEAD: Final = ("offer", "version", "published", "checked", "source")
_COLUMNS: Final = ["region", "subject", "item", "unit", "usd", "note"]
_TYPE: Final = r"ml\.[a-z0-9-]+\.[a-z0-9]+"
ITEMS: Final[Mapping[str, tuple[str, str]]] = {
    "instance": ("instance-hour", _TYPE),
    "async": ("instance-hour", _TYPE),
    "batch_transform": ("instance-hour", _TYPE),
    "serverless": ("second", r"memory-\d+MiB"),
    "serverless_provisioned": ("second", r"(?:usage|duration)-\d+MiB"),
    "data_processing": ("GB", "data-in|data-out"),
    "volume": ("GB-month", "endpoint-gp2"),
}
"""Subjects of a refreshed table, with their unit and the form of their items."""


class PriceRow(NamedTuple):
    """One price of a table."""

    subject: str
    item: str
    usd: Decimal
    note: str = ""


@dataclass(frozen=True, slots=True)
class PriceTable:
    """What one edition of the AWS price list says of one Region."""

    region: str
    offer: str
    version: str
    published: date
    checked: date
    source: str
    rows: tuple[PriceRow, ...]

    @property
    def said(self) -> str:
        """How a result names the table."""
        return f"prices of {self.region} published {self.published} ({self.offer} {self.version}, {self.source})"

    @property
    def subjects(self) -> frozenset[str]:
        """Subjects the table speaks of: what it lacks of these has no price in the Region."""
        return frozenset(row.subject for row in self.rows)

    def prices(self) -> dict[PriceKey, Price]:
        """Its rows as prices, by (region, subject, item)."""
        source = f"AWS price list, {self.offer} {self.version} ({self.source})"
        return {
            (self.region, row.subject, row.item): Price(
                self.region, row.subject, row.item, ITEMS[row.subject][0], row.usd, self.published, self.checked,
                source, "documented", row.note,
            )
            for row in self.rows
        }  # fmt: skip


def table_text(table: PriceTable) -> str:
    """The table as its file holds it; `parse_table` reads it back."""
    head = {name: str(getattr(table, name)) for name in _HEAD}
    rows = (
        [table.region, row.subject, row.item, ITEMS[row.subject][0], plain(row.usd), row.note] for row in table.rows
    )
    return headed(head, _COLUMNS, rows)


def read_table_text(path: Path | str) -> str:
    """The text of a table file of at most 4 MB. Raises InputError when it cannot be read."""
    where = f"price table {Path(path).name}"
    try:
        with Path(path).open("rb") as stream:
            content = stream.read(LARGEST_TABLE_BYTES + 1)
        if len(content) > LARGEST_TABLE_BYTES:
            raise InputError(
                [Problem(where, f"over {LARGEST_TABLE_BYTES:,} bytes", "a table of one Region, which is smaller")]
            )
        return content.decode("utf-8")
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise InputError([Problem(where, "", f"cannot be read: {said}")]) from None


def parse_table(text: str, where: str = "price table") -> PriceTable:
    """The table that a text holds. Raises InputError with every problem, at most 30 of them."""
    head, rows = beheaded(text, _HEAD, _COLUMNS, where)
    problems: list[Problem] = []
    days = {name: day(head[name]) for name in ("published", "checked")}
    for name, when in days.items():
        if when is None:
            problems.append(Problem(f"{where}: {name}", repr(head[name])[:80], "a date like 2026-11-22"))
    seen: dict[tuple[str, str], PriceRow] = {}
    regions = {row[0] for row in rows if row}
    if len(regions) != 1:
        problems.append(Problem(f"{where}: region", ", ".join(sorted(regions)[:5]) or "none", "one Region in all rows"))
    for number, row in enumerate(rows, start=1):
        found = _row(row)
        if isinstance(found, str):
            problems.append(Problem(f"{where}, price {number}", repr(",".join(row))[:80], found))
        elif (found.subject, found.item) in seen:
            problems.append(Problem(f"{where}, price {number}", f"{found.subject} {found.item}", "each item once"))
        else:
            seen[found.subject, found.item] = found
    if problems or days["published"] is None or days["checked"] is None:
        raise InputError(problems[:_MOST_PROBLEMS])
    return PriceTable(
        regions.pop(), head["offer"], head["version"], days["published"], days["checked"], head["source"],
        tuple(seen.values()),
    )  # fmt: skip


def _row(cells: list[str]) -> PriceRow | str:
    """One row, or what is allowed in its place."""
    if len(cells) != len(_COLUMNS):
        return f"{len(_COLUMNS)} cells"
    _, subject, item, unit, usd, note = cells
    if subject not in ITEMS:
        return f"one of {', '.join(ITEMS)} as subject"
    if unit != ITEMS[subject][0] or not re.fullmatch(ITEMS[subject][1], item):
        return f"an item of {subject} in {ITEMS[subject][0]}"
    price = amount(usd)
    return PriceRow(subject, item, price, note) if price else "an amount above 0, like 0.23"
