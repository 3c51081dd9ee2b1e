"""A sizing as text for the terminal: the cheapest plan first, what comes next, every option, and what nothing keeps."""

from collections.abc import Iterator
from typing import Any

from advisor.cli import table
from advisor.options import describe, title
from advisor.units import format_count, format_duration, format_share, format_usd
from simulator.answer_parts import bill_table, does_not_fit, interval_text, rests_text, workload_line
from simulator.headline import amount, article, money_range, plan
from simulator.plans import Plan, Sized
from simulator.pruning import BOUNDS
from simulator.reasons import faster_or_slower, more_or_less
from simulator.size_parts import assumed, closest, excluded, failed_of, latency_of, tied, turns_on
from simulator.sizing import Sizing
from simulator.unplayed import aside

__all__ = ["size_headline", "size_text"]


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def _p99(of: Plan) -> str:
    found = latency_of(of, 0.99)
    if found.value is None:
        return "no answered request"
    return f"p99 {format_duration(found.value)}" if found.supported else "too few requests for a p99"


def _takes(one: Sized) -> str:
    """What the nearest plan would need, as a sentence; nothing where it is not known."""
    if not one.takes:
        return ""
    return _sentence(one.takes if one.takes.startswith("faster") else f"it would take {one.takes}")


def _short(near: Plan) -> str:
    return near.problem or "; ".join(miss.text for miss in near.broken)


def size_headline(sizing: Sizing) -> str:
    """The answer of a sizing in one sentence."""
    best = sizing.best
    if best is not None and best.best is not None:
        second = next((one for one in sizing.sized if one.best and tied(sizing, one) == best.name), None)
        first = f"{plan(best.best.option)} at {amount(best.best.usd)} a month"
        if second is not None and second.best is not None:
            other = f"{plan(second.best.option)} at {amount(second.best.usd)}"
            return f"Two options tie: {first} and {other}; the draws of the traffic do not tell them apart."
        return f"Use {plan(best.best.option)}: {amount(best.best.usd)} a month, {_p99(best.best)}."
    unpriced = next((one.best for one in sizing.sized if one.best is not None), None)
    if unpriced is not None:
        region = sizing.study.workload.needs.region
        return f"{_sentence(plan(unpriced.option))[:-1]} keeps the promise; {region} has no price for it in our table."
    near = closest(sizing)
    if near is not None and near.nearest is not None:
        come = f"{_sentence(plan(near.nearest.option))[:-1]} comes closest"
        return (
            f"No configuration keeps the promise. {come}: {_short(near.nearest).rstrip('.')}. {_takes(near)}".rstrip()
        )
    blocked = sum(verdict.option.name != "none" for verdict in sizing.infeasible)
    return (
        f"Nothing could be sized: the rules block {blocked} options, and of no other one a configuration can be played."
    )


def _confidence(sizing: Sizing, best: Plan) -> Iterator[str]:
    """How sure the answer is: draws that agree, and the interval of its cost."""
    kept, draws = best.kept_draws(sizing.study.promise), len(best.trials)
    first, told = sizing.first_in_draws
    both = "each" if kept == draws else "the mean of them keeps it"
    yield (
        f"The plan keeps the promise in {kept} of {draws} draws of the traffic ({both}); "
        f"its option is the cheapest in {first} of {told}."
    )
    if money_range(best.usd_per_month):
        yield f"A month costs {money_range(best.usd_per_month)} (95 % interval over the draws)."


def _beside(sizing: Sizing, best: Plan) -> Iterator[str]:
    """The next option and what it costs more; the one that fits and has no price."""
    second = next((one for one in sizing.sized if one.best is not None and one.best is not best), None)
    if second is None:
        yield "No other option keeps the promise."
    elif second.best is not None and second.best.usd is not None and best.usd is not None:
        mine, theirs = latency_of(second.best, 0.99).value, latency_of(best, 0.99).value
        speed = faster_or_slower(mine, theirs) if mine and theirs else ""
        tie = "; no clear difference in cost" if tied(sizing, second) else ""
        yield f"Runner-up: {plan(second.best.option)}, {more_or_less(second.best.usd, best.usd)}{speed}{tie}."
    elif second.best is not None:
        yield f"Without a price, so not compared: {plan(second.best.option)}, {_p99(second.best)}."
    if not sizing.ends_tried:
        yield "The ends of the assumptions were not looked at."
        return
    held = "The order holds at the low and high end of every assumption."
    yield f"The order {sizing.stability}." if sizing.turns else held


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
        more = format_usd(second.usd - one.best.usd)
        gap = "at the same cost" if more == format_usd(0) else f"{more_or_less(second.usd, one.best.usd)}"
        yield f"{number}. {title(one.name)}: the next configuration is {describe(second.option)}, {gap}, {_p99(second)}."
    none = [one for one in sizing.sized if one.nearest is not None]
    if none:
        yield ""
        yield "No configuration keeps the promise:"
    for one in none:
        if one.nearest is not None:
            yield f"  {title(one.name)}: {describe(one.nearest.option)} comes closest: {_short(one.nearest).rstrip('.')}. {_takes(one)}".rstrip()


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
        yield f"Stopped: this is the best so far; {format_count(sum(one.tried for one in sizing.sized))} configurations were simulated."
    yield size_headline(sizing)
    if best is not None and best.best is not None:
        yield from _confidence(sizing, best.best)
        yield from _beside(sizing, best.best)
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
