"""The verb import: exports of other tools in, a workload out."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from advisor import cli as left
from advisor.cli import Json
from advisor.errors import InputError, Problem
from simulator.cli_shared import pairs

__all__ = ["import_"]

Kind = Annotated[
    str,
    typer.Argument(metavar="KIND", help="cloudwatch, access-log, data-capture, locust, k6, recommender or trace."),
]


def import_(
    kind: Kind,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="One or several exports of that kind.")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="TOML file to write, a recording beside it; else the TOML is printed."),
    ] = None,
    sweep: Annotated[
        Path | None,
        typer.Option("--sweep", help="CSV to write with the levels of a load test, for calibrate sweep."),
    ] = None,
    onto: Annotated[str | None, typer.Option("--onto", help="Workload whose other fields are kept.")] = None,
    name: Annotated[str | None, typer.Option("--name", help="Name of the workload.")] = None,
    traffic: Annotated[
        str, typer.Option("--traffic", help="trace, daily or phases (cloudwatch); keep: that of --onto.")
    ] = "trace",
    tz: Annotated[
        str | None, typer.Option("--tz", help="Zone of times that state none, like UTC, +02:00 or Europe/Berlin.")
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option("--column", help="what=name of a log or trace: time=, service=, payload=, response=, ..."),
    ] = None,
    time_unit: Annotated[
        str | None, typer.Option("--time-unit", help="Unit of times that are numbers in a trace: s, ms or us.")
    ] = None,
    duration_unit: Annotated[
        str | None, typer.Option("--duration-unit", help="Unit of durations in a log: s, ms, us or ns.")
    ] = None,
    users: Annotated[int | None, typer.Option("--users", min=1, help="Users of a load test.")] = None,
    instances: Annotated[
        int | None, typer.Option("--instances", min=1, help="Instances behind the endpoint in a load test.")
    ] = None,
    reference: Annotated[
        str | None, typer.Option("--reference", help="Instance type it was measured on, like ml.m5.xlarge.")
    ] = None,
    time: Annotated[
        str | None, typer.Option("--time", help="Service time without a queue, like 80ms, or p50/p99: 80ms/250ms.")
    ] = None,
    payload: Annotated[
        str | None, typer.Option("--payload", help="Size of a request, like 20KB, or p50/p99: 20KB/90KB.")
    ] = None,
    response: Annotated[str | None, typer.Option("--response", help="Size of an answer.")] = None,
    slots: Annotated[
        int | None, typer.Option("--slots", min=1, help="Requests an instance serves side by side.")
    ] = None,
    json_: Json = False,
) -> None:
    """Make a workload from what you have: metrics, logs, load tests, recordings. What is guessed is marked."""
    from advisor.workload import load_workload
    from simulator.import_text import import_json, import_text
    from simulator.importers import imported, write_imported, write_sweep

    if output is not None and output.suffix.lower() != ".toml":
        raise InputError([Problem("-o", repr(str(output)), "a .toml file")])
    result = imported(
        kind, files, name=name, onto=None if onto is None else load_workload(onto), traffic=traffic, tz=tz,
        columns=pairs("--column", column), time_unit=time_unit, duration_unit=duration_unit, users=users,
        instances=instances, reference=reference, time=time, payload=payload, response=response, slots=slots,
    )  # fmt: skip
    written = () if output is None else write_imported(result, output)
    if sweep is not None:
        written = (*written, write_sweep(result, sweep))
    if json_:
        left.emit(import_json(result, tuple(str(path) for path in written)))
        return
    lines = [*import_text(result)]
    if output is not None:
        left.say(*("\n".join([*lines, "", *(f"Wrote {path}" for path in written)]),))
        return
    sys.stdout.write(result.workload.to_toml())
    told = "\n".join(lines)
    hint = "\n\nThe recording is written beside the workload with -o FILE.toml." if result.trace is not None else ""
    told += "".join(f"\n\nWrote {path}" for path in written)
    sys.stderr.write(f"{told}{hint}\n")
