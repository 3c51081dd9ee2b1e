"""The verb triage: a portfolio of briefs in, one answer a row out."""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from advisor.cli import FactsFile, PricesFile, Profile, given_facts, say, table
from advisor.errors import InputError, Problem

if TYPE_CHECKING:
    from concurrent.futures import Future

    from advisor.facts import Facts
    from advisor.portfolio import Answered, Row

__all__ = ["triage"]

FORMATS = ("jsonl", "csv", "table")
_LOT = 200
_SERIAL_LOTS = 4
_MOST_SAID = 50
Lot = tuple[list[str], list[str]]


def _line(row: "Answered", form: str) -> str:
    from advisor._triage_write import row_csv, row_json, row_table

    if form == "jsonl":
        return row_json(row)
    return row_csv(row) if form == "csv" else "\t".join(row_table(row))


def _answer(rows: "list[Row]", facts: "Facts", form: str) -> Lot:
    """The lines of one lot of rows, and what is wrong with the others."""
    from advisor.portfolio import triage as answer

    lines, wrong = [], []
    for row in answer(rows, facts):
        if row.problems:
            label = "" if row.id is None or row.id == row.line else f" (id {str(row.id)[:60]!r})"
            wrong += [f"line {row.line}{label}: {problem}" for problem in row.problems]
        else:
            lines.append(_line(row, form))
    return lines, wrong


def _lots(rows: "Iterable[Row]") -> "Iterator[list[Row]]":
    rows = iter(rows)
    while lot := list(islice(rows, _LOT)):
        yield lot


def _answered(rows: "Iterable[Row]", facts: "Facts", form: str) -> Iterator[Lot]:
    """Lots in the order of the file; a long file is spread over the cores, with few lots ahead of the output."""
    lots = _lots(rows)
    first = list(islice(lots, _SERIAL_LOTS))
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if len(first) < _SERIAL_LOTS or cores == 1:
        yield from (_answer(lot, facts, form) for lot in [*first, *lots])
        return
    from collections import deque
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(max_workers=min(cores, 8)) as pool:
        ahead: deque[Future[Lot]] = deque()
        for lot in chain(first, lots):
            ahead.append(pool.submit(_answer, lot, facts, form))
            if len(ahead) > 3 * cores:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


@contextmanager
def _written(out: Path | None) -> Iterator[IO[str]]:
    """Where the lines go: standard output, or a file that appears whole or not at all."""
    if out is None:
        yield sys.stdout
        return
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(out)
    except OSError as error:
        reason = error.strerror or "cannot be written"
        raise InputError(
            [Problem("-o", repr(str(out)), f"a file in a folder that can be written ({reason})")]
        ) from None
    finally:
        part.unlink(missing_ok=True)


def _opened(source: str, stack: ExitStack) -> Iterator[str]:
    """The lines of a file or of standard input, each at most a little longer than a row may be."""
    from advisor._triage_read import LONGEST_LINE

    if source == "-":
        stream: IO[str] = sys.stdin
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8-sig", errors="replace")
    else:
        from advisor.brief import portfolio

        if source == "portfolio" and not Path(source).is_file():
            source = str(portfolio())
        try:
            stream = stack.enter_context(Path(source).open(encoding="utf-8-sig", errors="replace", newline=""))  # noqa: SIM115 - the stack closes it
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not a file name"
            raise InputError([Problem("FILE", "", f"{source!r} cannot be read: {reason}")]) from None
    return iter(partial(_bounded, stream, LONGEST_LINE), "")


def _bounded(stream: IO[str], most: int) -> str:
    """One line; of a longer one its beginning, the rest is skipped."""
    line = stream.readline(most + 2)
    rest = line
    while rest and not rest.endswith("\n") and len(rest) == most + 2:
        rest = stream.readline(most + 2)
    return line


def triage(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="JSONL or CSV, one brief a row; - for standard input; portfolio for a bundled one."
        ),
    ],
    format_: Annotated[str, typer.Option("--format", help="How to write: jsonl, csv or table.")] = "jsonl",
    out: Annotated[Path | None, typer.Option("-o", "--out", help="File to write, whole or not at all.")] = None,
    profile: Profile = "aws",
    facts_file: FactsFile = None,
    prices_file: PricesFile = None,
) -> None:
    """Go through a portfolio: for each brief the options that fit, why the others do not, and what to ask next."""
    from advisor._triage_write import COLUMNS, row_csv
    from advisor.portfolio import read_rows

    if format_ not in FORMATS:
        raise InputError([Problem("--format", repr(format_), "jsonl, csv or table")])
    facts = given_facts(profile, facts_file, prices_file)
    wrong = 0
    with ExitStack() as stack:
        rows = read_rows(_opened(file, stack))
        stream = stack.enter_context(_written(out))
        made = table("id", "best fit", "next", "does not fit", "ask") if format_ == "table" else None
        if format_ == "csv":
            stream.write(row_csv(COLUMNS) + "\n")
        for lines, problems in _answered(rows, facts, format_):
            for line in lines:
                if made is not None:
                    made.add_row(*line.split("\t"))
                else:
                    stream.write(line + "\n")
            for problem in problems[: max(0, _MOST_SAID - wrong)]:
                sys.stderr.write(f"{problem}\n")
            wrong += len(problems)
        if made is not None:
            if out is None:
                say(made)
            else:
                from rich.console import Console

                Console(file=stream, width=140, highlight=False, markup=False).print(made)
    if wrong > _MOST_SAID:
        sys.stderr.write(f"and {wrong - _MOST_SAID:,} more problems\n")
    if wrong:
        raise typer.Exit(2)
