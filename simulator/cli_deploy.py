"""The verb `deploy`: files that create a sized option, and those that take it down."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from advisor import cli as left
from advisor.cli import FactsFile, Json, PricesFile, Profile, Region
from advisor.errors import InputError, Problem
from simulator.cli_shared import Column, Seed, Source, Start, Trace, pairs, progress_line, study_from

if TYPE_CHECKING:
    from simulator.deployed import Deployment

__all__ = ["deploy"]

_SIZED = "Option name; the cheapest that keeps the promise by default."


def _write(found: "Deployment", folder: Path, *, force: bool) -> None:
    """Write every file into a folder. Raises InputError where one is there already, or cannot be written."""
    there = [name for name in found.files if (folder / name).exists()]
    if there and not force:
        raise InputError(
            [Problem("-o", str(folder / name), "a folder without it; --force writes over it") for name in there]
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in found.files.items():
            path = folder / name
            path.write_text(text, encoding="utf-8", newline="\n")
            if name.endswith(".sh"):
                path.chmod(0o755)
    except OSError as error:
        raise InputError(
            [Problem("-o", str(folder), f"a folder that can be written ({error.strerror or error})")]
        ) from None


def deploy(
    workload: Source,
    option: Annotated[str, typer.Option("--option", help=_SIZED)] = "",
    target: Annotated[
        str, typer.Option("--target", help="boto3, cloudformation, terraform, sdk-v3 or sdk-v2.")
    ] = "boto3",
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Folder for the files; printed without it.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over files that are there.")] = False,
    name: Annotated[
        str, typer.Option("--name", help="Name of the endpoint or job; made of the workload's by default.")
    ] = "",
    value: Annotated[
        list[str] | None,
        typer.Option(
            "--value", help="role=, image=, image_b=, bucket=, subnet=, security_group=, topic_done=, topic_failed=."
        ),
    ] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="key=value, as for simulate: that configuration, not a sized one.")
    ] = None,
    notify: Annotated[bool, typer.Option("--notify", help="SNS topics for asynchronous results.")] = False,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Also where the option does not meet a need of the workload.")
    ] = False,
    trace: Trace = None,
    column: Column = None,
    profile: Profile = "aws",
    region: Region = None,
    facts_file: FactsFile = None,
    prices_file: PricesFile = None,
    seed: Seed = 0,
    start: Start = "warm",
    json_: Json = False,
) -> None:
    """Write what creates a sized option: a script, a template or a configuration, checked by the rules."""
    from advisor.deploy.targets import TARGETS
    from simulator.deployed import chosen, deployment

    if target not in TARGETS:
        raise InputError([Problem("--target", repr(target), f"one of {', '.join(TARGETS)}")])
    study = study_from(workload, region, profile, facts_file, seed, trace, column, start, prices=prices_file)
    of = chosen(study, option, pairs("--set", set_), progress=progress_line())
    found = deployment(study, of, target, name=name, given=pairs("--value", value), notify=notify, anyway=anyway)
    if out is not None:
        _write(found, out, force=force)
    if json_:
        left.emit(
            {
                "schema": 1, "option": of.option.name, "config": of.option.config(), "target": target, "name": found.plan.name,
                "region": found.plan.region, "cost": of.cost, "promise": of.promise, "assumptions": list(found.head.assumptions),
                "remarks": list(found.plan.remarks),
                "variables": [
                    {"name": one.name, "value": one.value, "what": one.what, "given": one.given} for one in found.plan.variables
                ],
                "files": dict(found.files),
            }
        )  # fmt: skip
    elif out is not None:
        left.say(f"{found.plan.configuration}. {of.promise} {of.cost}")
        for one in found.files:
            left.say(f"  {out / one}")
        waiting = [one.name for one in found.plan.variables if not one.given]
        if waiting:
            left.say(f"To fill in before it runs: {', '.join(waiting)} (or --value {waiting[0]}=...).")
    else:
        for one, text in found.files.items():
            sys.stdout.write(f"# ---- {one}\n{text}\n")
