"""The tables of the Size page: each option's cheapest plan, every plan tried, types worth a load test, what plans bear."""

from collections.abc import Iterator

from advisor.options import describe, title
from advisor.pages.own_html import block, chip, option_name, safe, table
from advisor.units import format_duration, format_rate, format_share, format_usd
from simulator.growth import Growth, Month
from simulator.headline import amount, money_range
from simulator.load_test import LoadTests
from simulator.max_load import MaxLoads
from simulator.max_load_text import factor_text
from simulator.plans import Plan, Sized
from simulator.pruning import BOUNDS
from simulator.size_parts import excluded, failed_of, latency_of, tied
from simulator.size_words import gap_text, p99_text, short_text, takes_text
from simulator.sizing import Sizing
from simulator.unplayed import aside

__all__ = ["excluded_text", "growth_table", "load_tests", "loads_table", "options_table", "plans_table"]

_PLAN = (
    ("Option and configuration", ""), ("Per month", "n"), ("p99", "n"), ("Failed", "n only-wide"), ("Promise", "only-wide"), ("Why", "why only-wide"),
)  # fmt: skip
_MOST_TYPES = 10


def _name(name: str, *below: str) -> str:
    return f"<span>{option_name(name)}</span>" + "".join(f"<small>{text}</small>" for text in below)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}." if text else ""


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
    narrow = f'<span class="only-narrow">{_promise(sizing, plan)}</span>'
    return (
        _name(plan.option.name, safe(describe(plan.option)), *([below] if below else [])) + narrow,
        f"{safe(amount(plan.usd))}{f'<small>{safe(span)}</small>' if span else ''}", safe(_p99(plan)),
        "–" if failed is None else safe(format_share(failed)), _promise(sizing, plan), safe(why),
    )  # fmt: skip


def _why(sizing: Sizing, one: Sized, first: Plan | None) -> str:
    """Why an option stands where it does."""
    if one.best is None:
        lacks = f"The closest of {one.tried:,} played. {_sentence(short_text(one.nearest))}" if one.nearest else ""
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
        rows.append(("" if number else "rule", (_name(verdict.option.name) + narrow, "–", "–", "–", fits, safe(why))))
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
        why = _sentence(short_text(plan))
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


def load_tests(found: LoadTests, reference: str) -> str:
    """Types worth a load test, the most promising first. Arguments: `reference` is the type the service time is of."""
    heads = (("Fleet", ""), ("Per month", "n"), ("Cheaper if", ""), ("Chance", ""), ("Speed to expect", "n only-wide"))
    rows: list[tuple[str, tuple[str, ...]]] = []
    for row in found.rows[:_MOST_TYPES]:
        low, mid, high = row.type.expected
        kind = {"very likely": "notes", "likely": "notes", "possible": "conditions"}.get(row.chance, "blocks")
        slots = f"{row.type.slots} slot{'' if row.type.slots == 1 else 's'} each (assumed)"
        rows.append(("", (
            _name(row.best.option.name, safe(describe(row.best.option)), slots), safe(format_usd(row.best.usd_per_month)),
            safe(f"at least {factor_text(row.speed)} as fast as {reference}"), chip(kind, row.chance), f"{mid:.2g}<small>{low:.2g} to {high:.2g}, {safe(row.type.confidence)}</small>",
        )))  # fmt: skip
    return table(heads, rows, "Types worth a load test", "size-tests")


def loads_table(found: MaxLoads) -> str:
    """The largest load of each option's plan."""
    heads = (
        ("Option and configuration", ""), ("Largest load", "n"), ("On average", "n only-wide"), ("In the busiest hour", "n only-wide"),
        ("Per month now", "n only-wide"), ("At that load", "n"), ("p99 there", "n only-wide"), ("What gives way", "why only-wide"),
    )  # fmt: skip
    rows: list[tuple[str, tuple[str, ...]]] = []
    for one in found.found:
        keeps, gives = one.keeps, one.bottleneck
        why = _sentence(gives.text) if gives is not None else f"Nothing in what was tried: {one.limit}."
        if keeps is None:
            load, rest = "none", ("", "", safe(amount(one.now.usd)), "", "")
        else:
            load = ("over " if one.breaks is None else "") + factor_text(keeps.factor)
            users = "" if keeps.users is None else f"<small>{keeps.users:,} users</small>"
            p99 = "–" if keeps.p99_us is None else format_duration(keeps.p99_us)
            rest = (
                format_rate(keeps.rate_per_s) + users, format_rate(keeps.busiest_hour_rate_per_s), amount(one.now.usd), amount(keeps.usd), p99,
            )  # fmt: skip
        rows.append(("", (_name(one.option.name, safe(describe(one.option))), load, *rest, safe(why))))
    return table(heads, rows, "Largest load of each option", "size-loads")


def _month(month: Month) -> tuple[str, ...]:
    kept = {True: chip("notes", "kept"), False: chip("blocks", "missed"), None: chip("unknown", "not known")}[
        month.meets
    ]
    if month.over_budget:
        kept += " " + chip("conditions", "over budget")
    point = month.point
    if point is None:
        return (month.name, factor_text(month.factor), "", "", "not simulated", "", kept)
    p99 = "–" if point.p99_us is None else format_duration(point.p99_us)
    return (
        month.name, factor_text(month.factor), format_rate(point.rate_per_s), format_rate(point.busiest_hour_rate_per_s), p99,
        amount(point.usd), kept,
    )  # fmt: skip


def growth_table(found: Growth) -> str:
    """The months of a growing load."""
    heads = (
        ("Month", "nowrap"), ("Load", "n"), ("On average", "n only-wide"), ("In the busiest hour", "n only-wide"), ("p99", "n only-wide"),
        ("Per month", "n"), ("Promise", ""),
    )  # fmt: skip
    return table(heads, [("", _month(month)) for month in found.months], "Month by month", "size-growth")
