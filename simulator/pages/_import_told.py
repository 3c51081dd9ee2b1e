"""What an import read, guessed and missed: a block at the upload, and a mark at each field that is still open."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from advisor.pages.own_html import block, safe
from simulator.pages import _fields, _import_words, _origin
from simulator.pages._state import Draft

if TYPE_CHECKING:
    from simulator.import_result import Imported, Missing, Row

__all__ = ["Told", "block_of", "mark", "open_paths", "opens"]

_MORE = "Model, needs, budget"


@dataclass(frozen=True, slots=True)
class Told:
    """The last import of a session, without its recording."""

    about: str
    """As the workload says it: another workload has another."""
    kind: str
    files: tuple[str, ...]
    rows: "tuple[Row, ...]"
    missing: "tuple[Missing, ...]"
    notes: tuple[str, ...]

    @classmethod
    def of(cls, result: "Imported") -> "Told":
        """What is kept of an import."""
        return cls(str(result.workload.about), result.kind, result.files, result.rows, result.missing, result.notes)


def _told(draft: Draft) -> Told | None:
    told = draft.imported
    return told if isinstance(told, Told) and told.about == draft.workload.about else None


def open_paths(draft: Draft) -> tuple[str, ...]:
    """The fields that the files did not tell and nobody typed since."""
    told = _told(draft)
    return tuple(row.path for row in told.missing if not _origin.settled(draft.workload, row.path)) if told else ()


def _field(entries: Sequence[_fields.Field], path: str) -> _fields.Field | None:
    """The field of the sidebar for a path, or for the first part of what it names."""
    return next((entry for entry in entries if entry.path == path or entry.path.startswith(f"{path}.")), None)


def _items(title: str, items: Sequence[str]) -> str:
    return f"<p><b>{title}</b></p><ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>" if items else ""


def _value(row: "Row") -> str:
    return f"{safe(_import_words.field_words(row.path))}: {safe(row.text)}"


def block_of(draft: Draft, entries: Sequence[_fields.Field]) -> str:
    """The block as HTML; empty where the question is not that of the last import.

    Arguments: `entries` are the fields that the sidebar shows.
    """
    told = _told(draft)
    if told is None:
        return ""
    body = f"<p>Read {safe(', '.join(told.files))} as {safe(_import_words.kind_words(told.kind))}.</p>"
    for how, title in (("measured", "Measured"), ("reported", "Stated by you"), ("assumed", "Guessed")):
        rows = [row for row in told.rows if row.how == how and not _origin.settled(draft.workload, row.path)]
        why = how == "assumed"
        body += _items(
            title,
            [
                _value(row)
                + (f" <small>({safe(row.source.removeprefix('not in the files; '))})</small>" if why else "")
                for row in rows
            ],
        )
    still = set(open_paths(draft))
    body += _items("Missing", [_question(row, _field(entries, row.path)) for row in told.missing if row.path in still])
    if told.notes:
        notes = "".join(f"<li>{safe(_import_words.spoken(note))}</li>" for note in told.notes)
        body += f"<details><summary>Notes ({len(told.notes)})</summary><ul>{notes}</ul></details>"
    return block(body, "section", "imported")


def _question(row: "Missing", field: _fields.Field | None) -> str:
    """What to answer, where, and which export would tell it."""
    asked = _import_words.spoken(row.question)
    said = safe(f"{asked[:1].upper()}{asked[1:]}")
    if field is not None:
        place = f", under {_MORE}" if field.group == "more" else ""
        said += f' <a href="#field-{safe(field.key)}">Fill in {safe(field.label)}</a>{place}.'
    return said + (f" <small>Told by: {safe(_import_words.spoken(row.export))}.</small>" if row.export else "")


def opens(draft: Draft, part: Sequence[_fields.Field], entries: Sequence[_fields.Field]) -> bool:
    """Whether a field of a part of the sidebar is still open: then it has to be in sight."""
    return any(_field(entries, path) in part for path in open_paths(draft))


def mark(draft: Draft, entry: _fields.Field, entries: Sequence[_fields.Field]) -> None:
    """Below a field that is still open: that its value is a guess; the block leads here."""
    if any(_field(entries, path) == entry for path in open_paths(draft)):
        st.html(f'<p class="ea-note" id="field-{safe(entry.key)}">{safe(entry.label)}: guessed at the import.</p>')
