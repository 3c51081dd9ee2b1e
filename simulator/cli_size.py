"""The verb `size`: the cheapest configurations, what they bear, when they break, and what else would be worth a look."""

from typing import TYPE_CHECKING, Annotated

import typer

from advisor import cli as left
from advisor.cli import FactsFile, Json, PricesFile, Profile, Region
from advisor.errors import InputError, Problem
from simulator.cli_shared import Column, Seed, Source, Start, Trace, progress_line, study_from
from simulator.cli_terms import FreeTier, MonthHours, ReleaseHours, Releases, Retention, SavingsPlan, terms_of

if TYPE_CHECKING:
    from simulator.size_answer import Asked

__all__ = ["size"]

Names = Annotated[
    list[str] | None, typer.Option("--option", help="Option name; may stand several times. All that fit by default.")
]
Ranges = Annotated[
    list[str] | None,
    typer.Option("--range", help="An input nobody knows, like load=0.5x/1x/2x: the plan that is regretted least."),
]


def _asked(
    types: str | None, ranges: list[str] | None, from_: str | None, until: str | None, growth: str | None, *,
    max_load: bool,
) -> "Asked":  # fmt: skip
    """What was asked for beside the plans. Raises InputError where parts of one question are missing or contradict."""
    from simulator.size_answer import Asked

    named = {"--from": from_, "--until": until, "--growth": growth}
    missing = [name for name, text in named.items() if text is None]
    problems = []
    if 0 < len(missing) < len(named):
        problems += [Problem(name, "", "missing; growth needs --from, --until and --growth") for name in missing]
    if ranges and (max_load or len(missing) < len(named)):
        problems.append(Problem("--range", "beside --max-load or --growth", "alone: it is a question of its own"))
    kinds = tuple(dict.fromkeys(part.strip() for part in (types or "").split(",") if part.strip()))
    if types is not None and not kinds:
        problems.append(Problem("--types", repr(types), "all, or instance types like ml.m5.xlarge,ml.c5.xlarge"))
    if problems:
        raise InputError(problems)
    months = None if missing else (from_ or "", until or "", growth or "")
    return Asked(kinds, tuple(ranges or ()), months, max_load)


def size(
    workload: Source,
    option: Names = None,
    types: Annotated[
        str | None,
        typer.Option(
            "--types", help="Instance types to look at, comma between; all: the whole catalogue for load tests."
        ),
    ] = None,
    max_load: Annotated[bool, typer.Option("--max-load", help="The largest load that each plan survives.")] = False,
    from_: Annotated[str | None, typer.Option("--from", help="Month of today's traffic, like 2026-12.")] = None,
    until: Annotated[str | None, typer.Option("--until", help="Last month to look at, like 2027-12.")] = None,
    growth: Annotated[str | None, typer.Option("--growth", help="Growth of the traffic, like 8%/month.")] = None,
    range_: Ranges = None,
    everything: Annotated[bool, typer.Option("--all", help="Every configuration that was simulated.")] = False,
    prune: Annotated[
        bool, typer.Option("--prune/--no-prune", help="Leave out what bounds exclude, or play it all.")
    ] = True,
    draws: Annotated[int, typer.Option("--draws", min=1, max=100, help="Draws of the traffic at most.")] = 8,
    workers: Annotated[int | None, typer.Option("--workers", min=1, help="Processes; the cores by default.")] = None,
    cluster: Annotated[
        str | None, typer.Option("--cluster", help="Scheduler of a Dask cluster, tcp://host:port.")
    ] = None,
    cluster_fallback: Annotated[
        bool, typer.Option("--cluster-fallback", help="Use this machine where the cluster cannot be used.")
    ] = False,
    trace: Trace = None,
    column: Column = None,
    profile: Profile = "aws",
    region: Region = None,
    facts_file: FactsFile = None,
    prices_file: PricesFile = None,
    seed: Seed = 0,
    start: Start = "warm",
    month_hours: MonthHours = None,
    savings_plan: SavingsPlan = None,
    free_tier: FreeTier = False,
    releases: Releases = 0,
    release_hours: ReleaseHours = None,
    retention: Retention = None,
    json_: Json = False,
) -> None:
    """Find the cheapest configuration of every option that keeps the promise, and what it bears."""
    from simulator.cluster import cluster_executor
    from simulator.size_answer import answer, answer_json, answer_text
    from simulator.sweep import Sweep

    asked = _asked(types, range_, from_, until, growth, max_load=max_load)
    terms = terms_of(month_hours, savings_plan, free_tier, releases, release_hours, retention)
    study = study_from(
        workload, region, profile, facts_file, seed, trace, column, start, terms=terms, prices=prices_file
    )
    names = tuple(dict.fromkeys(option or ()))

    def warn(text: str) -> None:
        typer.echo(f"endpoint-advisor: {text}", err=True)

    with (
        cluster_executor(cluster, fallback=cluster_fallback, say=warn) as executor,
        Sweep(study, executor, progress=progress_line(), workers=workers) as sweep,
    ):
        found = answer(study, sweep, asked, names=names, prune=prune, draws=draws)
    if json_:
        left.emit(answer_json(found, everything=everything))
    else:
        for part in answer_text(found, everything=everything):
            left.say(part)
    raise typer.Exit(0 if found.kept else 1)
