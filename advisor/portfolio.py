"""Triage: a portfolio of briefs, one a row, each answered with its ranking, its reasons and what to ask.

A row that cannot be read is a problem with its line; the other rows are answered all the same.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from advisor._triage_read import Row, read_rows
from advisor.advice import nothing_fits
from advisor.attributes import project
from advisor.brief import Brief
from advisor.check import check_region
from advisor.errors import InputError, Problem
from advisor.facts import Facts, load_facts
from advisor.panel import Board, Panel, panel_for
from advisor.questions import most_deciding
from advisor.rules import Finding
from advisor.verdict import worst

__all__ = ["Answered", "Row", "read_rows", "triage"]


@dataclass(frozen=True, slots=True)
class Answered:
    """One row of a portfolio, answered; or what is wrong with it."""

    id: Any
    line: int
    """Line of the file, from 1."""
    ranked: tuple[str, ...] = ()
    """Option names that nothing blocks, best fit first."""
    infeasible: tuple[str, ...] = ()
    """Option names that a finding blocks; with `ranked`, every option name once."""
    why: dict[str, Finding] | None = None
    """The deciding finding of each option that has one."""
    ask: str = ""
    """The attribute to ask for next; empty when no answer would change the first place."""
    problems: tuple[Problem, ...] = ()
    """What is wrong with the row; then it has no answer."""


def _why(board: Board) -> dict[str, Finding]:
    """The deciding finding of each option."""
    found = ((name, worst(board.findings(bit))) for bit, name in enumerate(board.panel.names))
    return {name: finding for name, finding in found if finding is not None}


def _answer(row: Row, panel: Panel) -> Answered:
    if row.problems:
        return Answered(row.id, row.line, problems=row.problems)
    try:
        brief = Brief.from_mapping(row.table)
        if brief.region is not None:
            check_region(brief.region, panel.facts, "region")
    except InputError as error:
        return Answered(row.id, row.line, problems=error.problems)
    board = panel.board(project(brief))
    order = board.order()
    out = [name for name in panel.names if name not in order]
    why = _why(board)
    last = nothing_fits(order[0] if order else "")
    why["none"] = last.findings[0]
    ranked, infeasible = (order, [*out, "none"]) if order else (["none"], out)
    return Answered(row.id, row.line, tuple(ranked), tuple(infeasible), why, most_deciding(board))


def triage(rows: Iterable[Row | dict[str, Any]], facts: Facts | None = None) -> Iterator[Answered]:
    """Answer each row of a portfolio, in order and one at a time.

    Arguments: `rows` as `read_rows` gives them, or plain tables with `id` and attributes, flat or under `workload`;
    `facts` default to the `aws` profile. A row that is wrong comes back with its problems.

    >>> rows = [{"id": "a", "needs_gpu": True, "immediate_response": False}, {"id": "b", "colour": "red"}]
    >>> [(row.id, row.ranked[:1], len(row.problems)) for row in triage(rows)]
    [('a', ('async',), 0), ('b', (), 1)]
    """
    panel = panel_for(load_facts() if facts is None else facts)
    for number, row in enumerate(rows, 1):
        yield _answer(row if isinstance(row, Row) else Row(row.get("id", number), number, row), panel)
