"""The verbs of calibration: what a load test, and a series of cold and warm calls, say of a place."""

from pathlib import Path
from typing import Annotated

import typer

from advisor import cli as left
from advisor.cli import Json
from advisor.errors import InputError, Problem, UnitError
from simulator.cli_shared import pairs

__all__ = ["calibrate_app"]

calibrate_app = typer.Typer(
    help="Service time, slots, slowdown, cold start and keep-alive from what you measured, with what the data cannot tell.",
    no_args_is_help=True, add_completion=False, rich_markup_mode=None,
)  # fmt: skip

File = Annotated[
    Path, typer.Argument(metavar="FILE", help="CSV or JSON, plain or gzip; docs/calibration.md has the columns.")
]
Unit = Annotated[str, typer.Option("--unit", help="us, ms or s: of durations whose column names none.")]


@calibrate_app.command()
def sweep(
    file: File,
    place: Annotated[str, typer.Option("--on", help="Instance type the test ran against.")] = "ml.m5.xlarge",
    column: Annotated[
        list[str] | None,
        typer.Option("--column", help="Column of the file: users=, mean=, throughput=, server=, failed=."),
    ] = None,
    unit: Unit = "",
    pause: Annotated[
        str | None,
        typer.Option(
            "--pause",
            help="Pause of a user between answer and next call, like 1s; read from the throughput where there is one.",
        ),
    ] = None,
    chart: Annotated[Path | None, typer.Option("--chart", help="HTML file with the fit and its residuals.")] = None,
    json_: Json = False,
) -> None:
    """Estimate service time, slots and slowdown of one instance from a concurrency sweep."""
    from advisor.facts import load_facts
    from advisor.units import parse_duration_us
    from simulator.calibrate import calibrate_sweep
    from simulator.calibrate_json import calibration_json
    from simulator.calibrate_text import calibration_text

    if chart is not None and chart.suffix != ".html":
        raise InputError([Problem("--chart", repr(str(chart)), "a name that ends in .html")])
    if place not in load_facts().instances:
        raise InputError([Problem("--on", repr(place), "an instance type of the table, like ml.m5.xlarge")])
    try:
        paused = None if pause is None else parse_duration_us(pause) / 1e6
    except UnitError as error:
        raise InputError([Problem("--pause", repr(pause), error.problems[0].allowed)]) from None
    found = calibrate_sweep(file, columns=pairs("--column", column), unit=unit, pause_s=paused)
    if chart is not None:
        from simulator.calibrate_chart import write_residuals

        write_residuals(found, chart)
    if json_:
        left.emit(calibration_json(found, place))
    else:
        for part in calibration_text(found, place):
            left.say(part)


@calibrate_app.command()
def cold(
    file: File,
    column: Annotated[
        list[str] | None, typer.Option("--column", help="Column of the file: time=, latency=, run=, cold=.")
    ] = None,
    unit: Unit = "",
    json_: Json = False,
) -> None:
    """Estimate cold start and keep-alive from a series of cold and warm calls."""
    from simulator.calibrate_json import cold_json
    from simulator.calibrate_starts import calibrate_cold
    from simulator.calibrate_text import cold_text

    found = calibrate_cold(file, columns=pairs("--column", column), unit=unit)
    if json_:
        left.emit(cold_json(found))
    else:
        for part in cold_text(found):
            left.say(part)
