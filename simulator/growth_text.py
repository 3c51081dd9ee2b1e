"""Growth of traffic as text and JSON."""

from collections.abc import Iterator
from typing import Any

from advisor.cli import table
from advisor.options import describe, title
from advisor.units import format_duration, format_rate, format_share, format_usd
from simulator.growth import Growth, Month, Then
from simulator.max_load_text import factor_text

__all__ = ["growth_json", "growth_text"]


def _answer(found: Growth) -> str:
    """When it breaks, in one sentence."""
    first, last, broken = found.months[0], found.months[-1], found.breaks
    unknown = next((month for month in found.months if month.meets is None), None)
    if broken is not None and found.holds_from is not None:
        return f"It breaks the promise from the start and keeps it from {found.holds_from.name} on."
    if broken is not None:
        what = f": {broken.bottleneck.text}" if broken.bottleneck is not None else ""
        return (
            f"It breaks the promise in {broken.name}, at {factor_text(broken.factor)} the load of {first.name}{what}."
        )
    if unknown is not None:
        return f"It keeps the promise until {unknown.name} at least; later loads take runs too long to be tried."
    return f"It keeps the promise up to {last.name}, at {factor_text(last.factor)} the load of {first.name}."


def _cells(month: Month) -> list[str]:
    kept = {True: "yes", False: "no", None: "not known"}[month.meets]
    if month.point is None:
        return [month.name, factor_text(month.factor), "", "", "not simulated", "", "", kept, ""]
    point = month.point
    return [
        month.name, factor_text(month.factor), format_rate(point.rate_per_s), format_rate(point.busiest_hour_rate_per_s),
        "–" if point.p99_us is None else format_duration(point.p99_us), format_share(point.failed_share),
        "no price" if point.usd is None else format_usd(point.usd), kept, "yes" if month.over_budget else "",
    ]  # fmt: skip


def _then(one: Then) -> str:
    if one.best is None or one.best.best is None or one.best.best.usd is None:
        return f"Cheapest in {one.month}, at {factor_text(one.factor)}: nothing keeps the promise."
    plan = one.best.best
    return (
        f"Cheapest in {one.month}, at {factor_text(one.factor)}: {title(plan.option.name)}, {describe(plan.option)}, "
        f"{format_usd(plan.usd or 0.0)} a month."
    )


def growth_text(found: Growth) -> Iterator[Any]:
    """When a fleet breaks, its months as a table, and the cheapest fleets of some of them."""
    first, broken = found.months[0], found.breaks
    yield f"{title(found.option.name)}, {describe(found.option)}: {_answer(found)}"
    if broken is not None and broken.point is not None and broken.point.plan.broken:
        yield f"What breaks then: {'; '.join(miss.text for miss in broken.point.plan.broken)}."
    if found.over_budget is not None:
        yield f"It is over the budget from {found.over_budget.name} on."
    yield f"The traffic of the workload is taken to be that of {first.name}; its shape stays, its amount changes {found.monthly - 1:+.2%} a month."
    made = table(
        "month",
        ">load",
        ">per second",
        ">busiest hour",
        ">p99",
        ">failed",
        ">per month",
        "keeps",
        "over budget",
        title="Month by month",
    )
    for month in found.months:
        made.add_row(*_cells(month))
    yield made
    for one in found.then:
        yield _then(one)


def _then_json(one: Then) -> dict[str, Any]:
    plan = None if one.best is None else one.best.best
    return {
        "month": one.month, "factor": one.factor, "option": None if plan is None else plan.option.name,
        "configuration": None if plan is None else describe(plan.option),
        "config": None if plan is None else plan.option.config(), "usd_per_month": None if plan is None else plan.usd,
    }  # fmt: skip


def growth_json(found: Growth) -> dict[str, Any]:
    """The months of a fleet as JSON."""
    broken, over, holds = found.breaks, found.over_budget, found.holds_from
    gives = None if broken is None else broken.bottleneck
    return {
        "option": found.option.name, "configuration": describe(found.option), "config": found.option.config(),
        "monthly_factor": found.monthly, "breaks_in": None if broken is None else broken.name,
        "bottleneck": None if gives is None else {"kind": gives.kind, "text": gives.text},
        "holds_from": None if holds is None else holds.name, "over_budget_from": None if over is None else over.name,
        "largest_factor": found.largest.factor, "months": [month.row() for month in found.months],
        "cheapest": [_then_json(one) for one in found.then],
    }  # fmt: skip
