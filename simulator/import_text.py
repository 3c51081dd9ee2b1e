"""An import as text and as JSON: what was read, what was guessed, what is missing."""

from collections.abc import Iterator
from typing import Any

from simulator.import_result import Imported

__all__ = ["import_json", "import_text"]


def import_text(result: Imported) -> Iterator[str]:
    """The import for people, a block of lines at a time."""
    yield f"Read {', '.join(result.files)} as {result.kind}."
    for how, title in (("measured", "Measured"), ("reported", "Stated by you"), ("assumed", "Assumed, for want of better")):  # fmt: skip
        rows = [row for row in result.rows if row.how == how]
        if rows:
            yield "\n".join([f"\n{title}:", *(f"  {row.path}: {row.text}  ({row.source})" for row in rows)])
    if result.missing:
        lines = [f"  {row.path}: {row.question}" + (f" [from: {row.export}]" if row.export else "") for row in result.missing]  # fmt: skip
        yield "\n".join(["\nStill missing:", *lines])
    if result.notes:
        yield "\n".join(["\nNotes:", *(f"  {note}" for note in result.notes)])


def import_json(result: Imported, written: tuple[str, ...] = ()) -> dict[str, Any]:
    """The import as the document of `--json`."""
    return {
        "schema": 1,
        "kind": result.kind,
        "files": list(result.files),
        "workload": result.workload.to_mapping(),
        "rows": [{"field": row.path, "text": row.text, "how": row.how, "source": row.source} for row in result.rows],
        "missing": [{"field": row.path, "question": row.question, "export": row.export} for row in result.missing],
        "notes": list(result.notes),
        "written": list(written),
    }
