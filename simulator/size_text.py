"""A sizing as text for the terminal: the cheapest plan first, what comes next, every option, and what nothing keeps."""

from collections.abc import Iterator
from typing import Any

from advisor.cli import table
from advisor.options import describe, title
from advisor.units import format_count, format_share
from simulator.answer_parts import bill_table, does_not_fit, interval_text, rests_text, workload_line
from simulator.headline import amount, money_range
from simulator.plans import Plan
from simulator.pruning import BOUNDS
from simulator.size_parts import assumed, excluded, failed_of, latency_of, turns_on
from simulator.size_words import beside_text, confidence_text, gap_text, p99_text, short_text, size_headline, takes_text
from simulator.sizing import Sizing
from simulator.unplayed import aside

__all__ = ["size_text"]


def _keeps(sizing: Sizing, shown: Plan) -> str:
    if shown.problem:
        return "not played"
    return f"{shown.kept_draws(sizing.study.promise)} of {len(shown.trials)} draws" if shown.meets else "no"


def _options(sizing: Sizing) -> Any:
    """A row for each option: its cheapest plan that keeps the promise, else the one that comes closest."""
    made = table(
        "#", "option", "configuration", ">per month", ">p99", ">failed", "keeps", "assumptions",
        title="Cheapest configuration of each option that keeps the promise; else the closest",
    )  # fmt: skip
    for number, one in enumerate(sizing.sized, 1):
        shown = one.best or one.nearest
        if shown is None:
            continue
        failed, keys = failed_of(shown).value, turns_on(sizing, one.name)
        rests = f"turns on {', '.join(key.replace('_', ' ') for key in keys)}" if keys else "holds"
        made.add_row(
            str(number) if one.best else "", title(one.name), describe(shown.option), money_range(shown.usd_per_month) or amount(shown.usd),
            interval_text(latency_of(shown, 0.99)), "–" if failed is None else format_share(failed), _keeps(sizing, shown),
            rests if one.best and shown.trials[0].assumed and sizing.ends_tried else "",
        )  # fmt: skip
    return made


def _each(sizing: Sizing) -> Iterator[str]:
    """The next plan of each option that has one, and what the others lack."""
    for number, one in enumerate(sizing.sized, 1):
        second = one.runner_up
        if one.best is None or second is None or second.usd is None or one.best.usd is None:
            continue
        gap = gap_text(second.usd, one.best.usd)
        yield f"{number}. {title(one.name)}: the next configuration is {describe(second.option)}; it costs {gap}, {p99_text(second)}."
    none = [one for one in sizing.sized if one.nearest is not None]
    if none:
        yield ""
        yield "No configuration keeps the promise:"
    for one in none:
        if one.nearest is not None:
            yield f"  {title(one.name)}: {describe(one.nearest.option)} comes closest: {short_text(one.nearest).rstrip('.')}. {takes_text(one)}".rstrip()


def _looked_at(sizing: Sizing) -> Any:
    """Configurations by option: in all, simulated, and excluded by each bound."""
    bounds = [bound for bound in BOUNDS if bound in excluded(sizing)]
    made = table(
        "option",
        ">in all",
        ">simulated",
        *(f">{bound}" for bound in bounds),
        title="Configurations, and what excluded them",
    )
    for one in sizing.sized:
        counts = (f"{one.pruned.get(bound, 0):,}" for bound in bounds)
        made.add_row(title(one.name), f"{one.considered:,}", f"{one.tried:,}", *counts)
    return made


def _every(sizing: Sizing) -> Any:
    """Every configuration that was simulated."""
    made = table(
        "option", "configuration", ">per month", ">p99", ">failed", "keeps", title="Every configuration simulated"
    )
    for one in sizing.sized:
        for each in one.plans:
            failed = failed_of(each).value
            made.add_row(
                title(one.name), describe(each.option), amount(each.usd), interval_text(latency_of(each, 0.99)),
                "–" if failed is None else format_share(failed), _keeps(sizing, each),
            )  # fmt: skip
    return made


def _unsized(sizing: Sizing) -> Iterator[str]:
    """What fits by the rules and was not sized."""
    sized = {one.name for one in sizing.sized} | {"none"}
    rest = [verdict for verdict in sizing.advice.verdicts if verdict.feasible and verdict.option.name not in sized]
    unasked = ", ".join(title(verdict.option.name) for verdict in rest if aside(verdict))
    others = ", ".join(title(verdict.option.name) for verdict in rest if not aside(verdict))
    if others:
        yield f"Fits by the rules, not sized (left out by the question, or nothing that was measured can run it): {others}."
    if unasked:
        yield f"Fits by the rules, for something this workload does not ask for: {unasked}."


def size_text(sizing: Sizing, *, everything: bool = False) -> Iterator[Any]:
    """A sizing for the terminal: the answer first, then every option, what nothing keeps, the bill, what it rests on.

    Arguments: `everything` lists each configuration that was simulated.
    """
    study, best = sizing.study, sizing.best
    yield workload_line(study)
    for note in study.notes:
        yield f"note: {note}"
    yield ""
    if sizing.stopped:
        why = f" ({sizing.lost})" if sizing.lost else ""
        yield f"Stopped{why}: this is the best so far; {format_count(sum(one.tried for one in sizing.sized))} configurations were simulated."
    yield size_headline(sizing)
    if best is not None and best.best is not None:
        yield from confidence_text(sizing, best.best)
        yield from beside_text(sizing, best.best)
    if sizing.sized:
        yield ""
        yield _options(sizing)
        yield from _each(sizing)
        yield ""
        yield _looked_at(sizing)
    if everything:
        yield _every(sizing)
    yield from _unsized(sizing)
    named = {one.name for one in sizing.sized} | {"none"}
    yield from does_not_fit([v for v in sizing.infeasible if v.option.name not in named], sizing.advice, study.facts)
    if best is not None and best.best is not None:
        yield ""
        yield from bill_table(
            best.best.trials[0].bill, f"Bill of a month, {title(best.name)} (first draw of the traffic)"
        )
    yield from rests_text(assumed(sizing), study)
