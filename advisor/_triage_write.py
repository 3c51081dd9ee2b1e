"""Answers of a portfolio as JSONL, CSV or a table."""

import csv
import io
import json
from typing import Any, Final

from advisor.portfolio import Answered
from advisor.rules import Finding
from advisor.sheet import cell

__all__ = ["COLUMNS", "row_csv", "row_json", "row_table"]

COLUMNS: Final = ("id", "best", "ranked", "infeasible", "ask", "why")


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule, "outcome": finding.outcome.name, "message": finding.message, "seen": finding.seen,
        "limit": finding.limit, "unit": finding.unit, "margin": finding.margin, "remedy": finding.remedy,
    }  # fmt: skip


def row_json(row: Answered) -> str:
    """One answered row as one line of JSON."""
    document = {
        "id": row.id, "ranked": list(row.ranked), "infeasible": list(row.infeasible),
        "why": {name: _finding(finding) for name, finding in (row.why or {}).items()}, "ask": row.ask or None,
    }  # fmt: skip
    return json.dumps(document, ensure_ascii=False)


def _reasons(row: Answered) -> str:
    """Why the first is first is its fit; the reasons given are those of what does not fit."""
    why = row.why or {}
    return " | ".join(f"{name}: {why[name].message}" for name in row.infeasible if name in why and name != "none")


def row_table(row: Answered) -> tuple[str, str, str, str, str]:
    """One answered row as cells of a table: id, best, the next ones, what does not fit, what to ask."""
    out = ", ".join(name for name in row.infeasible if name != "none")
    return str(row.id), row.ranked[0], ", ".join(row.ranked[1:4]), out, row.ask


def row_csv(cells: tuple[object, ...] | Answered) -> str:
    """One line of CSV: the head (its column names), or one answered row; no cell begins like a formula."""
    if isinstance(cells, Answered):
        row = cells
        cells = (row.id, row.ranked[0], "; ".join(row.ranked), "; ".join(row.infeasible), row.ask, _reasons(row))
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow([cell(value) for value in cells])
    return text.getvalue()
