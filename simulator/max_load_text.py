"""The largest loads as text and JSON."""

from collections.abc import Iterator
from typing import Any

from advisor.cli import table
from advisor.options import describe, title
from advisor.units import format_duration, format_rate, format_share, format_usd
from simulator.load_point import LoadPoint
from simulator.max_load import MaxLoad, MaxLoads

__all__ = ["factor_text", "max_load_json", "max_load_text", "max_loads_json", "max_loads_text"]


def factor_text(factor: float) -> str:
    """Times something, as people say it.

    >>> factor_text(1.6084), factor_text(0.0463), factor_text(128.4)
    ('1.61\\xa0×', '0.0463\\xa0×', '128\\xa0×')
    """
    return f"{factor:,.0f}\u00a0×" if factor >= 100 else f"{factor:.3g}\u00a0×"


def _usd(value: float | None) -> str:
    return "no price" if value is None else format_usd(value)


def _load(point: LoadPoint) -> str:
    """A load in requests, or in users where these wait."""
    if point.users is not None:
        return f"{point.users:,} user{'' if point.users == 1 else 's'}, {format_rate(point.rate_per_s)}"
    return (
        f"{format_rate(point.rate_per_s)} on average, {format_rate(point.busiest_hour_rate_per_s)} in the busiest hour"
    )


def _survives(one: MaxLoad) -> str:
    """The largest load in one sentence."""
    if one.keeps is None:
        ends = f"{factor_text(one.points[0].factor)} to {factor_text(one.points[-1].factor)}"
        return f"It keeps the promise at no load that was tried, from {ends} today's."
    if one.breaks is None:
        return f"It keeps the promise up to {factor_text(one.keeps.factor)} today's load, the most that was tried: {one.limit}."
    between = "" if one.keeps.users is not None else f" and breaks it at {factor_text(one.breaks.factor)}"
    if one.breaks.users is not None:
        between = f" and breaks it with {one.breaks.users:,} users"
    return f"It keeps the promise up to {factor_text(one.keeps.factor)} today's load ({_load(one.keeps)}){between}."


def _money(one: MaxLoad) -> Iterator[str]:
    """What it costs now and at the edge, and where the budget ends."""
    if one.keeps is None or one.keeps.factor <= 1:
        return
    yield f"It costs {_usd(one.now.usd)} a month today and {_usd(one.keeps.usd)} at that load."
    if one.budget_usd is None or one.affordable is one.keeps:
        return
    if one.now.usd is not None and one.now.usd > one.budget_usd:
        yield f"The budget of {format_usd(one.budget_usd)} a month does not pay for today's load."
        return
    if one.affordable is None:
        yield f"No load that was tried keeps both the promise and the budget of {format_usd(one.budget_usd)} a month."
        return
    yield f"The budget of {format_usd(one.budget_usd)} a month ends at {factor_text(one.affordable.factor)}."


def max_load_text(one: MaxLoad) -> Iterator[str]:
    """The largest load of one configuration, a line for each thing to know."""
    yield f"{title(one.option.name)}, {describe(one.option)}: {_survives(one)}"
    if not one.now.plan.meets:
        misses = "; ".join(miss.text for miss in one.now.plan.broken) or one.now.plan.problem
        yield f"Today's load breaks the promise: {misses}."
    found = one.bottleneck
    if found is not None and one.breaks is not None:
        misses = "; ".join(miss.text for miss in one.breaks.plan.broken)
        yield f"What gives way first: {f'{misses}. ' if misses else ''}{found.text[:1].upper()}{found.text[1:]}."
    yield from _money(one)
    if one.saturation is not None:
        near = one.saturation
        yield (
            f"Saturation: it can finish {format_rate(near.capacity_per_s)}; today's mean takes {format_share(near.mean)} of that "
            f"({factor_text(near.headroom)} headroom), the busiest hour {format_share(near.busiest_hour)} "
            f"({factor_text(near.headroom_busiest_hour)})."
        )
    if one.ragged:
        yield "The edge is not sharp: some load on the other side of it was judged the other way."


def max_loads_text(found: MaxLoads) -> Iterator[Any]:
    """The largest load of every option: a table, then a few lines each."""
    made = table(
        "option", "configuration", ">largest load", ">per second", ">per month now", ">at that load", ">p99 there", "gives way",
        title="Largest load that keeps the promise, budget aside",
    )  # fmt: skip
    for one in found.found:
        gives = "" if one.bottleneck is None else one.bottleneck.kind.replace("_", " ")
        if one.keeps is None:
            made.add_row(title(one.option.name), describe(one.option), "none", "", _usd(one.now.usd), "", "", gives)
            continue
        edge = "" if one.breaks is not None else "over "
        p99 = one.keeps.p99_us
        made.add_row(
            title(one.option.name), describe(one.option), edge + factor_text(one.keeps.factor), format_rate(one.keeps.rate_per_s),
            _usd(one.now.usd), _usd(one.keeps.usd), "–" if p99 is None else format_duration(p99), gives,
        )  # fmt: skip
    yield made
    for one in found.found:
        yield from max_load_text(one)


def max_load_json(one: MaxLoad) -> dict[str, Any]:
    """The largest load of one configuration as JSON."""
    found, near = one.bottleneck, one.saturation
    return {
        "option": one.option.name, "configuration": describe(one.option), "config": one.option.config(),
        "now": one.now.row(),
        "keeps": None if one.keeps is None else one.keeps.row(), "breaks": None if one.breaks is None else one.breaks.row(),
        "bottleneck": None if found is None else {"kind": found.kind, "text": found.text},
        "budget_usd_per_month": one.budget_usd,
        "factor_in_budget": None if one.affordable is None else one.affordable.factor,
        "saturation": None if near is None else {
            "capacity_per_s": near.capacity_per_s, "mean": near.mean, "busiest_hour": near.busiest_hour,
            "headroom": near.headroom, "headroom_busiest_hour": near.headroom_busiest_hour,
        },
        "ragged": one.ragged, "limit": one.limit, "points": [point.row() for point in one.points],
    }  # fmt: skip


def max_loads_json(found: MaxLoads) -> list[dict[str, Any]]:
    """The largest load of every option as JSON, a member of the document of a sizing."""
    return [max_load_json(one) for one in found.found]
