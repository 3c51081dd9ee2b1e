"""The verbs that look after the tool itself: bench, validate, app, doctor."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from advisor import cli as left
from advisor.cli import FactsFile, Json, PricesFile

__all__ = ["bench", "doctor", "serve", "validate"]


def bench(
    json_: Json = False,
    json_file: Annotated[
        Path | None, typer.Option("--json-file", help="Write the figures as JSON to this file too.")
    ] = None,
    traces: Annotated[
        str | None,
        typer.Option(
            "--traces", help="Only this: memory and time for recordings of so many requests, like 1M,10M,100M."
        ),
    ] = None,
) -> None:
    """Measure requests per second of both engines, other simulators where installed, and the start of a process."""
    import json

    if traces is not None:
        from dataclasses import asdict

        from simulator import _bench_traces as recordings

        measured = recordings.measure_traces(recordings.sizes_of(traces), progress=sys.stderr.isatty())
        if json_:
            left.emit({"schema": 1, "traces": [asdict(row) | {"per_s": row.per_s} for row in measured]})
        else:
            sys.stdout.write(recordings.trace_table(measured) + "\n")
        return

    from simulator import bench as measuring
    from simulator.triage_bench import triage_line, triage_speed

    found = measuring.measure()
    quick, plain = triage_speed()
    triage = {"briefs_per_s": quick, "plain_per_s": plain, "ratio": quick / plain}
    document = {**measuring.document(found), "triage": triage}
    if json_file is not None:
        part = json_file.with_name(json_file.name + ".part")
        part.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
        part.replace(json_file)
    if json_:
        left.emit(document)
    else:
        sys.stdout.write(f"{measuring.text(found)}\n\n{triage_line(quick, plain)}\n")


def validate(
    json_: Json = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="Fewer rows and shorter runs; writes nothing by itself.")
    ] = False,
    write: Annotated[
        Path | None,
        typer.Option("--write", help="Write the page here; a full run in a checkout writes docs/validation.md."),
    ] = None,
) -> None:
    """Compare the engines with theory, another simulator, measurements and each other."""
    from simulator.validate import main as compare

    raise typer.Exit(compare(quick=quick, as_json=json_, write=write))


def serve(
    port: Annotated[int, typer.Option("--port", min=1, max=65535)] = 8501,
    address: Annotated[
        str, typer.Option("--address", help="Interface to listen on; localhost unless you say otherwise.")
    ] = "localhost",
    facts_file: FactsFile = None,
    prices_file: PricesFile = None,
) -> None:
    """Serve the web app; its address is printed once it is ready."""
    from simulator.in_force import choose
    from simulator.listen import check_port

    choose(facts_file, prices_file)
    check_port(port, address)
    left.say("Loading the app.")
    from simulator.pages import _start

    _start.serve(port, address, left.say)


def doctor(json_: Json = False) -> None:
    """Say what is installed and how old the data is, a line each."""
    from simulator.serve import health

    rows = health()
    if json_:
        left.emit({"schema": 1, **rows})
    else:
        for name, value in rows.items():
            left.say(f"{name}: {value}")
