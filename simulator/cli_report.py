"""The option of the command line that writes a report: its name is checked before anything runs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from simulator.ranking import Ranking

__all__ = ["Report", "check_report", "save_report"]

Report = Annotated[
    Path | None,
    typer.Option(
        "--report", help="HTML or Markdown file with the whole answer, by the end of its name; opens without a network."
    ),
]


def check_report(path: Path) -> None:
    """Raise InputError where the name of the file says no form of a report."""
    from simulator import report

    report.check_report(path)


def save_report(ranking: "Ranking", path: Path) -> None:
    """Write the report of a ranking, dated today. Raises InputError where the file cannot be written."""
    from datetime import UTC, datetime

    from advisor.text import format_day
    from simulator import report

    report.write_report(ranking, path, made=format_day(datetime.now(UTC).astimezone().date()))
