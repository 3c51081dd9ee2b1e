"""The verbs of the left half: advise, facts, rules, workload. Each formats what the API answers, nothing more."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from advisor.errors import InputError, Problem

if TYPE_CHECKING:
    from rich.table import Table

    from advisor.facts import Facts
    from advisor.workload import Workload

__all__ = [
    "FactsFile",
    "Json",
    "PricesFile",
    "Profile",
    "Region",
    "emit",
    "facts_app",
    "given_facts",
    "given_workload",
    "in_region",
    "rules",
    "table",
    "workload_app",
]

Profile = Annotated[
    str,
    typer.Option("--profile", help="Limits as AWS documents them (aws) or as the study table teaches (study-card)."),
]
Region = Annotated[str | None, typer.Option("--region", help="AWS Region instead of the workload's own.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON (docs/json.md) instead of text.")]
FactsFile = Annotated[
    Path | None,
    typer.Option("--facts", help="TOML file with facts or prices of your own; each is marked in the result."),
]
PricesFile = Annotated[
    Path | None,
    typer.Option("--prices", help="Table that prices refresh wrote: its prices lie over the shipped ones."),
]

facts_app = typer.Typer(help="List the limits, timings and prices that every answer rests on.", no_args_is_help=False)
workload_app = typer.Typer(
    help="Check a workload, print one, list the bundled ones, or print the JSON Schema.", no_args_is_help=True
)


def emit(document: dict[str, Any]) -> None:
    """Print one JSON document to standard output."""
    sys.stdout.write(json.dumps(document, indent=2, ensure_ascii=False, default=str) + "\n")


def table(*columns: str, title: str | None = None) -> "Table":
    """A plain table that folds long cells; a name begun with `>` is set to the right, with `!` kept on one line."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    made = Table(title=title, box=SIMPLE_HEAD, title_justify="left", title_style="bold", pad_edge=False)
    for column in columns:
        name = column.lstrip(">!")
        justify: Literal["left", "right"] = "right" if column.startswith(">") else "left"
        made.add_column(name, justify=justify, overflow="fold", no_wrap=column.startswith("!"))
    return made


def say(*parts: Any, width: int = 140) -> None:
    """Print text or tables; colours only on a terminal, `width` characters where there is none."""
    from rich.console import Console

    Console(width=None if sys.stdout.isatty() else width, highlight=False, soft_wrap=False, markup=False).print(*parts)


def given_facts(profile: str, file: Path | None, prices: Path | None = None) -> "Facts":
    """The facts in force, or one clear line on what is wrong with the profile, the file or the price table."""
    from advisor.facts import load_facts

    if profile not in {"aws", "study-card"}:
        raise InputError([Problem("--profile", repr(profile), "aws or study-card")])
    return load_facts(profile, file, prices)


def given_workload(source: str, region: str | None) -> "Workload":
    """A workload from a path, `-` or the name of an example, in another Region where one is given."""
    from advisor.workload import load_workload

    return in_region(load_workload(source), region)


def in_region(workload: "Workload", region: str | None) -> "Workload":
    """The workload in another Region, where one is given."""
    if region is None:
        return workload
    return workload.model_copy(update={"needs": workload.needs.model_copy(update={"region": region})})


def _days(text: str | None) -> int | None:
    from advisor.units import parse_duration_us

    return None if text is None else parse_duration_us(text) // (86_400 * 10**6)


@facts_app.callback(invoke_without_command=True)
def facts(
    context: typer.Context,
    profile: Profile = "aws",
    json_: Json = False,
    older_than: Annotated[
        str | None, typer.Option("--older-than", help="Only those read longer ago than this, like 180d.")
    ] = None,
    facts_file: FactsFile = None,
    prices_file: PricesFile = None,
) -> None:
    """List every limit and timing in force with its source, date and confidence."""
    if context.invoked_subcommand is not None:
        return
    from datetime import UTC, datetime

    from advisor.facts import Fact

    known = given_facts(profile, facts_file, prices_file)
    days = _days(older_than)
    rows = known.rows()
    prices = sum(1 for _ in known.prices())
    if days is not None:
        old = known.aged(days, datetime.now(tz=UTC).date())
        named = {thing.id for thing in old if isinstance(thing, Fact)}
        rows = tuple(row for row in rows if row["id"] in named)
        prices = len(old) - len(named)
    if json_:
        emit(
            {
                "schema": 1,
                "profile": known.profile,
                "digest": known.digest,
                "overrides": list(known.overrides),
                "prices": prices,
                "facts": list(rows),
            }
        )
        return
    made = table("!id", "option", "attribute", "value", "unit", "source", "checked", "confidence")
    for row in rows:
        made.add_row(
            *(
                str(row[name])
                for name in ("id", "option", "attribute", "value", "unit", "source", "checked", "confidence")
            )
        )
    say(made, width=260)
    say(
        f"{len(rows)} facts and {prices:,} prices, profile {known.profile}."
        + (f" Overridden by you: {', '.join(known.overrides)}." if known.overrides else "")
    )


@facts_app.command("diff")
def facts_diff(one: str, other: str, json_: Json = False) -> None:
    """Show where two profiles disagree."""
    from advisor.facts import diff

    found = diff(given_facts(one, None), given_facts(other, None))
    rows = [
        {"id": row.id, one: row.a.text(), other: row.b.text(), "teaching": row.a.teaching or row.b.teaching}
        for row in found
    ]
    if json_:
        emit({"schema": 1, "profiles": [one, other], "differences": rows})
        return
    made = table("!id", one, other, "teaching")
    for row in rows:
        made.add_row(row["id"], row[one], row[other], row["teaching"])
    say(made)


@facts_app.command("botocore")
def facts_botocore(json_: Json = False, facts_file: FactsFile = None) -> None:
    """Compare limits and lists with the API models of the installed botocore: what differs is news."""
    from advisor.ground_truth import compare, ground_truth_text, news, version

    compared, new = compare(given_facts("aws", facts_file)), news()
    differs = [row for row in compared if row.state in {"differs", "gone"}]
    if json_:
        rows = [
            {"id": r.id, "where": r.where, "ours": r.ours, "theirs": r.theirs, "state": r.state, "note": r.note}
            for r in compared
        ]
        emit({"schema": 1, "botocore": version(), "compared": rows, "new": list(new)})
    else:
        say(ground_truth_text(compared, new, version()))
    raise typer.Exit(1 if differs or new else 0)


@workload_app.command("schema")
def workload_schema_(
    brief: Annotated[bool, typer.Option("--brief", help="Of a brief, where anything may be unknown.")] = False,
) -> None:
    """Print the JSON Schema of a workload file, or of a brief."""
    from advisor.brief import brief_schema
    from advisor.workload import workload_schema

    emit(brief_schema() if brief else workload_schema())


@workload_app.command("list")
def workload_list(json_: Json = False) -> None:
    """List the bundled workloads and briefs; their names stand in for a path everywhere."""
    from advisor._workload_text import parse_text
    from advisor.brief import brief_examples
    from advisor.workload import examples, load_workload

    found = {name: load_workload(name) for name in examples()}
    briefs = {n: parse_text(path.read_text(encoding="utf-8"), "toml") for n, path in brief_examples().items()}
    if json_:
        emit(
            {
                "schema": 1,
                "workloads": [{"name": n, "title": w.name, "about": w.about} for n, w in found.items()],
                "briefs": [{"name": n, "title": table.get("summary", "")} for n, table in briefs.items()],
            }
        )
        return
    made = table("name", "title", "about")
    for name, workload in found.items():
        made.add_row(name, workload.name, workload.about or "")
    for name, brief in briefs.items():
        made.add_row(name, "brief", brief.get("summary", ""))
    say(made)


@workload_app.command("show")
def workload_show(source: str, json_: Json = False) -> None:
    """Print a workload or a brief with everything it states, as TOML or JSON."""
    import tomli_w

    from advisor.brief import Brief
    from advisor.given import load_given

    given = load_given(source)
    if json_:
        emit(given.known if isinstance(given, Brief) else given.to_mapping())
    else:
        sys.stdout.write(tomli_w.dumps(given.known) if isinstance(given, Brief) else given.to_toml())


@workload_app.command("check")
def workload_check(source: str, json_: Json = False) -> None:
    """Check a workload or a brief and say what it leaves to assumptions, or unknown."""
    from advisor.advice import attributes_of
    from advisor.brief import Brief
    from advisor.given import load_given

    given = load_given(source)
    attributes_of(given, given_facts("aws", None))
    if isinstance(given, Brief):
        missing = [name for name in Brief.model_fields if name not in given.known]
        if json_:
            emit({"schema": 1, "known": given.known, "unknown": missing})
        else:
            say(f"Nothing wrong; {len(given.known)} attributes stated.", f"Not stated: {', '.join(missing)}.")
        return
    if json_:
        emit(
            {
                "schema": 1,
                "name": given.name,
                "digest": given.digest,
                "assumptions": list(given.assumptions),
            }
        )
        return
    say(f"{given.name}: nothing wrong.")
    for line in given.assumptions:
        say(f"  assumed: {line}")


def rules(
    json_: Json = False,
    profile: Profile = "aws",
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the page docs/rules.md.")] = False,
) -> None:
    """List the rules: id, title, what each checks and why."""
    from advisor.rules import all_rules
    from advisor.rules_page import rules_page
    from advisor.text import fill

    known = given_facts(profile, None)
    entries = [{"id": r.id, "title": r.title, "needs": list(r.needs), "doc": fill(r.doc, known)} for r in all_rules()]
    if json_:
        emit({"schema": 1, "profile": profile, "rules": entries})
        return
    if markdown:
        sys.stdout.write(rules_page(known))
        return
    for entry in entries:
        say(f"{entry['id']}  {entry['title']}")
        for line in str(entry["doc"]).strip().splitlines():
            say(f"    {line.strip()}")
