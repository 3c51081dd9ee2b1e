"""The facts in force as rows to read: what each is, its value beside the other profile's, and what it concerns."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from advisor._facts_read import data_folder, read_toml
from advisor.fact_names import concerns, fact_name, subject_name
from advisor.facts import PROFILES, Fact, Facts, diff, load_facts
from advisor.options import NAMES
from advisor.sheet import sheet
from advisor.text import format_day

__all__ = ["FactRow", "fact_rows", "matching", "rows_csv"]

Kind = Literal["limit", "timing", "charge"]
COLUMNS: Final = (
    "id", "what", "options", "aws", "study_card", "unit", "confidence", "published", "read", "source", "note", "given",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact as a reader meets it."""

    fact: Fact
    """What AWS documents, or what the user put in its place."""
    taught: Fact | None
    """What the study card says, where it differs."""
    shipped: Fact | None
    """What it was before the user replaced it."""
    name: str
    options: tuple[str, ...]
    """Options it speaks of; none for other subjects."""
    kind: Kind
    used: bool
    """The answer to the workload at hand rests on it."""

    @property
    def subject(self) -> str:
        """The option or subject under whose name it stands."""
        return subject_name(self.fact.option)

    @property
    def text(self) -> str:
        """Everything a search looks at, in small letters."""
        words = (
            self.fact.id, self.name, self.subject, *map(subject_name, self.options), self.fact.text(), self.fact.note,
            self.fact.source, self.fact.confidence, self.taught.text() if self.taught else "",
        )  # fmt: skip
        return " ".join(words).replace("\u00a0", " ").lower()


@lru_cache(maxsize=1)
def _timings() -> frozenset[str]:
    files = (read_toml(data_folder() / f"{file}.toml") for file in ("timings", "observed"))
    return frozenset(f"{option}.{name}" for file in files for option, table in file.items() for name in table)


def _kind(fact: Fact) -> Kind:
    if fact.option == "billing":
        return "charge"
    return "timing" if fact.id in _timings() else "limit"


@lru_cache(maxsize=8)
def _all(facts: Facts) -> tuple[FactRow, ...]:
    today, shipped = facts.under(PROFILES[0]), load_facts()
    taught = {found.id: found.b for found in diff(today, facts.under(PROFILES[1]))}
    rows = [
        FactRow(
            fact, taught.get(fact.id), shipped.fact(fact.id) if fact.profile == "override" else None, fact_name(fact),
            concerns(fact, today), _kind(fact), used=False,
        )
        for fact in today.all()
    ]  # fmt: skip
    place = {name: number for number, name in enumerate(NAMES)}

    def order(row: FactRow) -> tuple[bool, bool, int]:
        return row.taught is None, row.shipped is None, place.get(row.fact.option, len(place))

    return tuple(sorted(rows, key=order))


def fact_rows(facts: Facts, used: Collection[str] = ()) -> tuple[FactRow, ...]:
    """All facts in force: those that differ between the profiles first, then the user's own, then by option.

    Arguments: `used`, ids of the facts that an answer rests on.

    >>> rows = fact_rows(load_facts())
    >>> rows[0].taught is not None, len(rows) == len(load_facts().all())
    (True, True)
    """
    found = _all(facts)
    if not used:
        return found
    return tuple(
        FactRow(r.fact, r.taught, r.shipped, r.name, r.options, r.kind, r.fact.id in used)
        for r in found
    )  # fmt: skip


def matching(rows: Iterable[FactRow], search: str) -> tuple[FactRow, ...]:
    """The rows in which every word of a search stands somewhere.

    >>> [row.fact.id for row in matching(fact_rows(load_facts()), "gateway BODY")]
    ['front_door.api_gateway_payload']
    """
    words = search.lower().split()
    return tuple(row for row in rows if all(word in row.text for word in words))


def rows_csv(rows: Iterable[FactRow]) -> str:
    """The rows as CSV, by `COLUMNS`."""
    return sheet(COLUMNS, map(_cells, rows))


def _cells(row: FactRow) -> tuple[object, ...]:
    fact = row.fact
    return (
        fact.id, row.name, ", ".join(row.options) or fact.option, fact.text(), row.taught.text() if row.taught else "",
        fact.unit, fact.confidence, format_day(fact.published), format_day(fact.checked), fact.source, fact.note,
        "yours" if row.shipped else "",
    )  # fmt: skip
