"""The command line: verbs with the words of the API, exit codes 0 / 1 (nothing meets the needs) / 2 (bad input)."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from advisor import cli as left
from advisor import cli_prices, cli_quiz, cli_triage
from advisor.cli import FactsFile, Json, PricesFile, Profile, Region
from advisor.errors import AdvisorError, InputError, Problem
from simulator import cli_calibrate as calibrating
from simulator import cli_deploy as deploying
from simulator import cli_import as importing
from simulator import cli_size as sizing
from simulator import cli_tools as tools
from simulator import cli_what_if as what_if
from simulator.cli_backtest import BacktestFlag, BacktestOut, MeasuredFile, wanted
from simulator.cli_report import Report, check_report, save_report
from simulator.cli_shared import (
    Column,
    Engine,
    MemoryLimit,
    Progress,
    Seed,
    Source,
    Start,
    TimeLimit,
    Trace,
    limits_of,
    pairs,
    progress_line,
    recording,
    study_from,
)
from simulator.cli_terms import FreeTier, MonthHours, ReleaseHours, Releases, Retention, SavingsPlan, terms_of

if TYPE_CHECKING:
    from advisor.options import Option
    from simulator.study import Study

__all__ = ["main"]

app = typer.Typer(
    help="Which Amazon SageMaker inference option fits, why the others do not, what it costs and how it behaves.",
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None,
)  # fmt: skip
app.add_typer(left.facts_app, name="facts")
app.add_typer(cli_prices.prices_app, name="prices")
app.add_typer(left.workload_app, name="workload")
app.add_typer(cli_quiz.quiz_app, name="quiz")
app.add_typer(calibrating.calibrate_app, name="calibrate")


def _today(study: "Study", current: str | None, file: Path | None) -> "Option | None":
    """Today's fleet, where it is stated."""
    from simulator.current import current_of_file, read_current

    if current is not None and file is not None:
        raise InputError([Problem("--from-config", repr(str(file)), "one of --current and --from-config")])
    if file is not None:
        return current_of_file(study, file)
    return None if current is None else read_current(study, current)


@app.command()
def rank(
    workload: Source,
    trace: Trace = None,
    column: Column = None,
    profile: Profile = "aws",
    region: Region = None,
    facts_file: FactsFile = None,
    prices_file: PricesFile = None,
    seed: Seed = 0,
    start: Start = "warm",
    replications: Annotated[
        int | None,
        typer.Option(
            "--replications",
            min=1,
            max=100,
            help="Repetitions for the intervals; chosen from the size by default.",
        ),
    ] = None,
    month_hours: MonthHours = None,
    savings_plan: SavingsPlan = None,
    free_tier: FreeTier = False,
    releases: Releases = 0,
    release_hours: ReleaseHours = None,
    retention: Retention = None,
    time_limit: TimeLimit = None,
    memory_limit: MemoryLimit = None,
    report: Report = None,
    current: Annotated[
        str | None,
        typer.Option(
            "--current",
            help="Today's fleet, like real_time:ml.m5.xlarge:3 or serverless:4096:20: saving, risk, what to load-test.",
        ),
    ] = None,
    from_config: Annotated[
        Path | None,
        typer.Option(
            "--from-config", help="The same from a file: CreateEndpointConfig JSON, a template, describe calls."
        ),
    ] = None,
    backtest: BacktestFlag = False,
    measured: MeasuredFile = None,
    backtest_out: BacktestOut = None,
    json_: Json = False,
) -> None:
    """Simulate every option that fits on the same traffic and rank them by cost per good request."""
    from simulator.answer_json import ranking_json
    from simulator.answer_text import ranking_text
    from simulator.backtest_text import backtest_json, backtest_text
    from simulator.ranking import rank_study
    from simulator.today import today_of
    from simulator.today_text import today_json, today_text

    limits = limits_of(time_limit, memory_limit)
    if report is not None:
        check_report(report)
    terms = terms_of(month_hours, savings_plan, free_tier, releases, release_hours, retention)
    held = wanted(workload, backtest, measured, backtest_out, fleet=current is not None or from_config is not None)
    study = study_from(
        workload, region, profile, facts_file, seed, trace, column, start, terms=terms, prices=prices_file
    )
    mine = _today(study, current, from_config)
    also = [] if mine is None else [mine]
    ranking = rank_study(study, replications=replications, progress=progress_line(), limits=limits, also=also)
    today = None if mine is None else today_of(ranking, mine)
    tested = None if mine is None or held is None else held.played(study, mine)
    if report is not None:
        save_report(ranking, report)
    if json_:
        more = {} if today is None else {"current": today_json(today)}
        more |= {} if tested is None else {"backtest": backtest_json(tested)}
        left.emit(ranking_json(ranking) | more)
    else:
        for part in (
            *ranking_text(ranking),
            *(() if today is None else today_text(today)),
            *(() if tested is None else backtest_text(tested)),
        ):
            left.say(part)
    raise typer.Exit(0 if ranking.best is not None else 1)


@app.command()
def advise(
    workload: Annotated[
        str, typer.Argument(metavar="[WORKLOAD]", help="As for rank, or a brief; may be left out with --from-config.")
    ] = "",
    from_config: Annotated[
        list[str] | None,
        typer.Option(
            "--from-config",
            help="Judge what is written down: JSON of CreateEndpointConfig, a CloudFormation template, or what aws sagemaker describe-... prints; several times.",
        ),
    ] = None,
    rate: Annotated[
        str | None, typer.Option("--rate", help="With --from-config and no workload: requests that arrive, like 20/s.")
    ] = None,
    time: Annotated[str | None, typer.Option("--time", help="With --rate: time of one request, like 80ms.")] = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option("--parameter", help="name=value: a parameter of the template; may stand several times."),
    ] = None,
    trace: Trace = None,
    column: Column = None,
    profile: Profile = "aws",
    region: Region = None,
    facts_file: FactsFile = None,
    prices_file: PricesFile = None,
    what_if: Annotated[
        list[str] | None, typer.Option("--what-if", help="attribute=value: what would flip; may stand several times.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every finding of every option.")] = False,
    seed: Seed = 0,
    json_: Json = False,
) -> None:
    """Say which options fit a workload or a half-known brief, why the others do not, and what to ask next; or judge a configuration."""
    from advisor import cli_advise, cli_from_config
    from advisor.brief import Brief
    from advisor.given import load_given

    files = from_config or []
    cli_from_config.check_options(workload, files, rate, time, parameter or [], what_if or [])
    documents = cli_from_config.given_documents(files, region, pairs("--parameter", parameter)) if files else None
    given = load_given(workload) if workload else None
    if isinstance(given, Brief) and region is not None:
        given = given.model_copy(update={"region": region})
    if given is None or isinstance(given, Brief):
        facts, load = left.given_facts(profile, facts_file, prices_file), None
    else:
        study = study_from(
            left.in_region(given, region),
            None,
            profile,
            facts_file,
            seed,
            trace or recording(workload, given),
            column,
            "warm",
            prices=prices_file,
        )
        given, facts, load = study.workload, study.facts, study.load
    if documents is not None:
        code = cli_from_config.answer(
            documents, facts, files, given=given, traffic=cli_from_config.stated_traffic(rate, time, load), region=region,
            as_json=json_, everything=everything,
        )  # fmt: skip
        raise typer.Exit(code)
    if given is None:
        raise InputError(
            [Problem("WORKLOAD", "", "a file, - for standard input, a bundled example, or --from-config FILE")]
        )
    name = ("brief" if workload == "-" else Path(workload).stem) if isinstance(given, Brief) else ""
    code = cli_advise.answer(given, facts, load, what_if or [], name=name, as_json=json_, everything=everything)
    raise typer.Exit(code)


app.command()(cli_triage.triage)


@app.command()
def simulate(
    workload: Annotated[str, typer.Argument(metavar="[WORKLOAD]", help="As for rank; not needed with --keys.")] = "",
    option: Annotated[str, typer.Option("--option", help="Option name, like real_time.")] = "real_time",
    set_: Annotated[list[str] | None, typer.Option("--set", help="key=value; --keys lists them.")] = None,
    keys: Annotated[bool, typer.Option("--keys", help="List what --set takes for this option, and stop.")] = False,
    trace: Trace = None,
    column: Column = None,
    profile: Profile = "aws",
    region: Region = None,
    facts_file: FactsFile = None,
    prices_file: PricesFile = None,
    seed: Seed = 0,
    start: Start = "warm",
    engine: Engine = "fast",
    requests_out: Annotated[
        Path | None, typer.Option("--requests-out", help="CSV with one row an attempt, in arrival order.")
    ] = None,
    timeline: Annotated[
        Path | None, typer.Option("--timeline", help="CSV or JSON with fleet, lines and failures over time.")
    ] = None,
    events: Annotated[
        Path | None, typer.Option("--events", help="CSV or JSON with each scaling event and its cause.")
    ] = None,
    chart: Annotated[
        Path | None,
        typer.Option("--chart", help="HTML file with the run over time as a figure; opens without a network."),
    ] = None,
    fault: Annotated[
        list[str] | None,
        typer.Option("--fault", help="az-loss@1h, az-loss@1h+30min:2, instance-loss@600s or mtbf=30d; several times."),
    ] = None,
    month_hours: MonthHours = None,
    savings_plan: SavingsPlan = None,
    free_tier: FreeTier = False,
    releases: Releases = 0,
    release_hours: ReleaseHours = None,
    retention: Retention = None,
    time_limit: TimeLimit = None,
    memory_limit: MemoryLimit = None,
    progress: Progress = False,
    json_: Json = False,
) -> None:
    """Play one option over the traffic and print its latency, failures, fleet and bill."""
    from simulator import fleet_page as pages
    from simulator import timeline as story
    from simulator.answer_json import simulation_json
    from simulator.answer_text import keys_text, simulation_text
    from simulator.configure import configure
    from simulator.pace import Pace
    from simulator.play import simulate as play
    from simulator.requests_csv import write_requests
    from simulator.resilience import read_faults
    from simulator.trace_stream import streamed

    if keys:
        left.say(keys_text(option))
        return
    if not workload:
        raise InputError([Problem("WORKLOAD", "nothing", "a file, - for standard input, or a bundled example")])
    limits, faults = limits_of(time_limit, memory_limit), read_faults(fault or [])
    if chart is not None:
        pages.check_chart(chart)
    terms = terms_of(month_hours, savings_plan, free_tier, releases, release_hours, retention)
    reading = Pace("reading") if progress else None
    study = study_from(
        workload, region, profile, facts_file, seed, trace, column, start, engine, terms, prices=prices_file,
        reader=streamed(reading),
    )  # fmt: skip
    if reading is not None:
        reading.end()
    chosen, given = configure(study, option, pairs("--set", set_))
    keep = any(asked is not None for asked in (requests_out, timeline, chart)) or bool(faults)
    pace = Pace("simulating", study.load.requests) if progress else None
    result = play(study, chosen, given=given, requests=keep, faults=faults, limits=limits, progress=pace)
    if pace is not None:
        pace.end()
    if timeline is not None:
        story.write_table(story.fleet_table(result.run, result.model), timeline)
    if events is not None:
        story.write_events(story.happenings(result.run.timeline, result.model), events)
    if chart is not None:
        pages.write_chart(result, chart, name=study.workload.name, seed=seed)
    if requests_out is not None:
        write_requests(result, requests_out)
    if json_:
        left.emit(simulation_json(study, result))
    else:
        for part in simulation_text(study, result):
            left.say(part)
    raise typer.Exit(0 if study.promise.kept(result) else 1)


app.command()(sizing.size)
app.command()(deploying.deploy)
app.command("import")(importing.import_)
app.command("break-even")(what_if.break_even)
app.command()(what_if.sensitivity)
app.command("rules")(left.rules)
for _name, _verb in (
    ("bench", tools.bench),
    ("validate", tools.validate),
    ("app", tools.serve),
    ("doctor", tools.doctor),
):
    app.command(_name)(_verb)


def _fail(error: AdvisorError) -> int:
    for line in str(error).splitlines() or [type(error).__name__]:
        sys.stderr.write(f"endpoint-advisor: {line}\n")
    return 2


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; exits 0, 1 (nothing meets the needs) or 2 (bad input, one line per problem)."""
    try:
        app(arguments, standalone_mode=True)
    except AdvisorError as error:
        raise SystemExit(_fail(error)) from None
    except KeyboardInterrupt:
        sys.stderr.write("\nendpoint-advisor: stopped\n")
        raise SystemExit(130) from None
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None


if __name__ == "__main__":
    main()
