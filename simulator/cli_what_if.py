"""The verbs that ask what if: break-even and sensitivity."""

from typing import Annotated

import typer

from advisor import cli as left
from advisor.cli import FactsFile, Json, PricesFile, Profile, Region
from advisor.errors import InputError, Problem
from simulator.cli_shared import Column, Seed, Source, Start, Trace, pairs, progress_line, study_from
from simulator.cli_terms import FreeTier, MonthHours, SavingsPlan, terms_of

__all__ = ["break_even", "sensitivity"]

Names = Annotated[
    list[str] | None, typer.Option("--option", help="Option name; may stand several times. All that fit by default.")
]
Range = Annotated[
    list[str] | None,
    typer.Option("--range", help="key=low/mid/high, like load=0.5x/1x/2x or service=60ms/80ms/120ms; several times."),
]


def _factor(text: str) -> float:
    try:
        return float(text.strip().removesuffix("x"))
    except ValueError:
        raise InputError([Problem("--loads", repr(text), "a factor, like 0.5x")]) from None


def _loads(text: str | None) -> tuple[float, float] | None:
    """The two ends of --loads."""
    if text is None:
        return None
    low, sign, high = text.partition("/")
    if not sign:
        raise InputError([Problem("--loads", repr(text), "low/high as factors of today's traffic, like 0.5x/8x")])
    return _factor(low), _factor(high)


def break_even(
    workload: Source,
    option: Annotated[
        list[str] | None, typer.Option("--option", help="Option name, twice or more. The two cheapest by default.")
    ] = None,
    loads: Annotated[
        str | None, typer.Option("--loads", help="Range to look at, times today's traffic, like 0.5x/8x.")
    ] = None,
    trace: Trace = None,
    column: Column = None,
    profile: Profile = "aws",
    region: Region = None,
    facts_file: FactsFile = None,
    prices_file: PricesFile = None,
    seed: Seed = 0,
    start: Start = "warm",
    savings_plan: SavingsPlan = None,
    free_tier: FreeTier = False,
    month_hours: MonthHours = None,
    json_: Json = False,
) -> None:
    """Find the traffic at which one option becomes cheaper than another, each by its cheapest plan at every load."""
    from simulator.answer_parts import workload_line
    from simulator.break_even_text import break_even_text
    from simulator.break_evens import break_evens_study
    from simulator.load_grid import check_loads
    from simulator.sizing import check_choice
    from simulator.sweep import Sweep
    from simulator.what_if_json import break_even_json

    span, names = _loads(loads), list(dict.fromkeys(option or []))
    if span is not None:
        check_loads(span)
    if len(names) == 1:
        raise InputError([Problem("--option", repr(names[0]), "two options or more, or none for the two cheapest")])
    terms = terms_of(month_hours, savings_plan, free_tier, 0, None, None)
    study = study_from(
        workload, region, profile, facts_file, seed, trace, column, start, terms=terms, prices=prices_file
    )
    check_choice(study, names, ())
    with Sweep(study, progress=progress_line()) as sweep:
        answer = break_evens_study(study, sweep, names, loads=span)
    if json_:
        left.emit(break_even_json(answer))
    else:
        left.say(workload_line(study))
        for part in break_even_text(answer):
            left.say(part)
    raise typer.Exit(0 if any(point.good for curve in answer.curves for point in curve.points) else 1)


def sensitivity(
    workload: Source,
    option: Annotated[str | None, typer.Option("--option", help="Option looked at; the cheapest by default.")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="key=value of the option, as for simulate.")] = None,
    range_: Range = None,
    trace: Trace = None,
    column: Column = None,
    profile: Profile = "aws",
    region: Region = None,
    facts_file: FactsFile = None,
    prices_file: PricesFile = None,
    seed: Seed = 0,
    start: Start = "warm",
    savings_plan: SavingsPlan = None,
    free_tier: FreeTier = False,
    month_hours: MonthHours = None,
    json_: Json = False,
) -> None:
    """Say what matters for the answer: each input alone at its low and high end, largest swing of the cost first."""
    from simulator.answer_parts import workload_line
    from simulator.configure import configure
    from simulator.range_texts import read_ranges
    from simulator.sizing import check_choice
    from simulator.sweep import Sweep
    from simulator.tornado_search import sensitivity_study
    from simulator.tornado_text import tornado_text
    from simulator.what_if_json import tornado_json

    settings = pairs("--set", set_)
    if settings and option is None:
        raise InputError([Problem("--set", repr((set_ or [""])[0]), "together with --option")])
    terms = terms_of(month_hours, savings_plan, free_tier, 0, None, None)
    study = study_from(
        workload, region, profile, facts_file, seed, trace, column, start, terms=terms, prices=prices_file
    )
    check_choice(study, [option] if option else [], ())
    ranges = read_ranges(study, range_ or [])
    subject, given = configure(study, option, settings) if option is not None and settings else (option, {})
    with Sweep(study, progress=progress_line()) as sweep:
        answer = sensitivity_study(study, sweep, subject, ranges=ranges, given=tuple(given.items()))
    if json_:
        left.emit(tornado_json(answer))
    else:
        left.say(workload_line(study))
        for part in tornado_text(answer):
            left.say(part)
    raise typer.Exit(0 if answer.base.plan.meets else 1)
