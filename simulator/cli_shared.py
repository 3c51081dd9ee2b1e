"""What verbs that read a workload share: their options, and the study, limits and progress made of these."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from advisor import cli as left
from advisor.errors import InputError, Problem

if TYPE_CHECKING:
    from advisor.terms import Terms
    from advisor.workload import Workload
    from simulator.estimate import Limits
    from simulator.study import Study
    from simulator.traces import Trace as TraceRows

__all__ = [
    "Column", "Engine", "MemoryLimit", "Progress", "Seed", "Source", "Start", "TimeLimit", "Trace", "limits_of", "pairs",
    "progress_line", "recording", "study_from",
]  # fmt: skip

Source = Annotated[
    str,
    typer.Argument(
        metavar="WORKLOAD", help="A .toml, .yaml or .json file, - for standard input, or a bundled example."
    ),
]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Fixes all randomness.")]
Trace = Annotated[
    Path | None,
    typer.Option("--trace", help="CSV or CSV.gz with the requests, instead of the workload's traffic."),
]
Column = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        help="Column of the trace: time=, count=, payload=, response=, service=, input_tokens=, output_tokens=.",
    ),
]
Start = Annotated[
    str,
    typer.Option("--start", help="Fleet at the start: warm (sized for the first period) or empty (the minimum)."),
]
TimeLimit = Annotated[
    str | None, typer.Option("--time-limit", help="Refuse what would take longer, like 60s; no limit by default.")
]
MemoryLimit = Annotated[
    str | None, typer.Option("--memory-limit", help="Refuse what would take more memory, like 8GiB; 4 GiB by default.")
]
Progress = Annotated[
    bool, typer.Option("--progress", help="Requests per second and time left, on standard error; for large traffic.")
]
Engine = Annotated[str, typer.Option("--engine", help="fast or reference.")]


def pairs(option: str, texts: list[str] | None) -> dict[str, str]:
    """`key=value` texts as a mapping; every text that is none is named."""
    wrong = [Problem(option, repr(text), "key=value") for text in texts or [] if "=" not in text]
    if wrong:
        raise InputError(wrong)
    return dict(text.split("=", 1) for text in texts or [])


def study_from(
    source: "str | Workload", region: str | None, profile: str, facts_file: Path | None, seed: int, trace: Path | None,
    column: list[str] | None, start: str, engine: str = "fast", terms: "Terms | None" = None,
    prices: Path | None = None, reader: "Callable[..., TraceRows] | None" = None,
) -> "Study":  # fmt: skip
    """The study that the options of a verb describe; InputError names everything that is wrong with them."""
    from advisor.terms import LIST_PRICE
    from simulator.study import prepare

    workload = left.given_workload(source, region) if isinstance(source, str) else source
    if isinstance(source, str):
        trace = trace or recording(source, workload)
    known = left.given_facts(profile, facts_file, prices)
    return prepare(
        workload,
        known,
        seed=seed,
        trace=trace,
        columns=pairs("--column", column),
        start=start,
        engine=engine,
        terms=terms or LIST_PRICE,
        reader=reader,
    )


def recording(source: str, workload: "Workload") -> Path | None:
    """The recording of a workload, which lies beside its file wherever one stands; None where its traffic is none."""
    from advisor.workload import TraceTraffic

    traffic = workload.traffic
    return Path(source).parent / traffic.file if isinstance(traffic, TraceTraffic) and traffic.file else None


def limits_of(time_limit: str | None, memory_limit: str | None) -> "Limits":
    """What the user allows a run to take; InputError names every value that is none."""
    from advisor.errors import UnitError
    from advisor.units import parse_bytes, parse_duration_us
    from simulator.estimate import Limits

    found: list[int | None] = []
    problems = []
    given = (("--time-limit", time_limit, parse_duration_us, "a duration, like 60s"), ("--memory-limit", memory_limit, parse_bytes, "a size, like 8GiB"))  # fmt: skip
    for name, text, read, allowed in given:
        try:
            found.append(None if text is None else read(text))
        except UnitError:
            problems.append(Problem(name, repr(text), allowed))
    if problems:
        raise InputError(problems)
    return Limits(*found)


def progress_line() -> Callable[[int, int, str], None] | None:
    """A line on the terminal that is rewritten; nothing where the output is not a terminal."""
    if not sys.stderr.isatty():
        return None

    def show(done: int, of: int, what: str) -> None:
        sys.stderr.write("\r\x1b[K" + ("" if done == of else f"{what} ({done} of {of})"))
        sys.stderr.flush()

    return show
