"""The plans of a search as tables: the cheapest of each option with what does not fit, and every plan tried."""

from collections.abc import Iterator

from advisor.options import describe, title
from advisor.pages.own_html import block, chip, option_name, safe, table
from advisor.units import format_duration, format_share
from simulator.headline import amount, money_range
from simulator.plans import Plan, Sized
from simulator.pruning import BOUNDS
from simulator.size_parts import excluded, failed_of, latency_of, tied
from simulator.size_words import gap_text, p99_text, sentence, short_text, takes_text
from simulator.sizing import Sizing
from simulator.unplayed import aside

__all__ = ["excluded_text", "name_cell", "options_table", "plans_table"]

_PLAN = (
    ("Option and configuration", ""), ("Per month", "n"), ("p99", "n"), ("Failed", "n only-wide"), ("Promise", "only-wide"), ("Why", "why only-wide"),
)  # fmt: skip


def name_cell(name: str, *below: str) -> str:
    """An option with its marker, and what stands below it as HTML."""
    return f"<span>{option_name(name)}</span>" + "".join(f"<small>{text}</small>" for text in below)


def _p99(plan: Plan) -> str:
    found = latency_of(plan, 0.99)
    if found.value is None:
        return "no answer"
    return format_duration(found.value) if found.supported else "too few requests"


def _promise(sizing: Sizing, plan: Plan) -> str:
    if plan.problem:
        return chip("unknown", "not played")
    if not plan.meets:
        return chip("blocks", "missed")
    draws = len(plan.trials)
    few = f"<small>{plan.kept_draws(sizing.study.promise)} of {draws} draws</small>" if draws > 1 else ""
    return f"{chip('notes', 'kept')}{few}"


def _cells(sizing: Sizing, plan: Plan, why: str, below: str = "") -> tuple[str, ...]:
    """One plan as the cells of a row."""
    failed, span = failed_of(plan).value, money_range(plan.usd_per_month)
    lacks = "" if plan.meets else f"<small>{safe(why)}</small>"
    narrow = f'<span class="only-narrow">{_promise(sizing, plan)}{lacks}</span>'
    return (
        name_cell(plan.option.name, safe(describe(plan.option)), *([below] if below else [])) + narrow,
        f"{safe(amount(plan.usd))}{f'<small>{safe(span)}</small>' if span else ''}", safe(_p99(plan)),
        "–" if failed is None else safe(format_share(failed)), _promise(sizing, plan), safe(why),
    )  # fmt: skip


def _why(sizing: Sizing, one: Sized, first: Plan | None) -> str:
    """Why an option stands where it does."""
    if one.best is None:
        lacks = f"The closest of {one.tried:,} played. {sentence(short_text(one.nearest))}" if one.nearest else ""
        return f"{lacks} {takes_text(one)}".strip()
    if one.best is first:
        words = "The cheapest that keeps the promise."
    elif one.best.usd is None or first is None or first.usd is None:
        words = "No price in our table, so not compared."
    else:
        tie = " No clear difference." if tied(sizing, one) else ""
        words = f"It costs {gap_text(one.best.usd, first.usd)}.{tie}"
    second = one.runner_up
    if second is not None and second.usd is not None and one.best.usd is not None:
        words += (
            f" Next of its kind: {describe(second.option)}, {gap_text(second.usd, one.best.usd)}, {p99_text(second)}."
        )
    return words


def options_table(sizing: Sizing, first: Plan | None) -> str:
    """The cheapest plan of each option, those that miss the promise, and what does not fit by the rules."""
    rows: list[tuple[str, tuple[str, ...]]] = []
    missed = False
    for one in sizing.sized:
        shown = one.best or one.nearest
        if shown is not None:
            rule = "rule" if one.best is None and not missed and rows else ""
            missed = missed or one.best is None
            rows.append((rule, _cells(sizing, shown, _why(sizing, one, first))))
    named = {one.name for one in sizing.sized} | {"none"}
    out = [verdict for verdict in sizing.infeasible if verdict.option.name not in named and not aside(verdict)]
    for number, verdict in enumerate(out):
        why = verdict.deciding.message if verdict.deciding else ""
        fits = chip("blocks")
        narrow = f'<span class="only-narrow">{fits}<small>{safe(why)}</small></span>'
        rows.append(
            ("" if number else "rule", (name_cell(verdict.option.name) + narrow, "–", "–", "–", fits, safe(why)))
        )
    return table(_PLAN, rows, "Cheapest plan of each option", "size-options") if rows else ""


def _unasked(sizing: Sizing) -> Iterator[str]:
    sized = {one.name for one in sizing.sized} | {"none"}
    rest = [verdict for verdict in sizing.advice.verdicts if verdict.feasible and verdict.option.name not in sized]
    for words, some in (
        ("Fits, and was not searched (left out above, or nothing that was measured can run it)", [v for v in rest if not aside(v)]),
        ("Fits, for something this workload does not ask for", [v for v in rest if aside(v)]),
    ):  # fmt: skip
        if some:
            yield f"{words}: {', '.join(title(verdict.option.name) for verdict in some)}."


def excluded_text(sizing: Sizing) -> str:
    """What was looked at without a run, and what was not looked at."""
    out = excluded(sizing)
    parts = ", ".join(f"{out[bound]:,} by {bound}" for bound in BOUNDS if bound in out)
    texts = [f"Not played, since a bound excludes them: {parts}."] if parts else []
    return block(
        "".join(f'<p class="ea-note">{safe(text)}</p>' for text in (*texts, *_unasked(sizing))), testid="size-out"
    )


def plans_table(sizing: Sizing) -> str:
    """Every plan that was played: those that keep the promise by cost, then the others by how far they miss it."""
    first = sizing.best.best if sizing.best is not None else None
    every = [plan for one in sizing.sized for plan in one.plans]
    every.sort(key=lambda plan: (not plan.meets, plan.shortfall if not plan.meets else 0.0, plan.usd or 0.0))
    rows = []
    for plan in every:
        why = sentence(short_text(plan))
        if plan.meets and plan.usd is not None and first is not None and first.usd is not None:
            why = "The cheapest." if plan == first else f"It costs {gap_text(plan.usd, first.usd)}."
        rows.append(("", _cells(sizing, plan, why, safe(_policy(plan)))))
    return table(_PLAN, rows, f"All {len(rows)} plans tried", "size-plans")


def _policy(plan: Plan) -> str:
    """What tells two plans of the same fleet apart."""
    option, parts = plan.option, []
    if option.target_per_min:
        parts.append(f"target {option.target_per_min:,.4g} calls per instance and minute")
    if option.target_concurrency:
        parts.append(f"target {option.target_concurrency:,.3g} at once")
    if option.backlog_target:
        parts.append(f"target {option.backlog_target:,.3g} waiting per instance")
    if option.provisioned_target:
        parts.append(f"target {format_share(option.provisioned_target)} of the warm ones busy")
    if option.routing == "LEAST_OUTSTANDING":
        parts.append("to the least busy")
    return ", ".join(parts)
