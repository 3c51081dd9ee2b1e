"""Break-even for the terminal: each crossing as a sentence, then the curves as a table."""

from collections.abc import Iterator
from typing import Any

from advisor.cli import table
from advisor.options import describe
from advisor.units import NBSP, format_count, format_usd
from simulator.crossings import BreakEven, Crossing
from simulator.curves import Curve, Point, Subject, label_of

__all__ = ["break_even_text", "crossing_text", "month_text"]


def month_text(requests: float) -> str:
    """Requests a month, at most three digits."""
    return format_count(float(f"{requests:.3g}"))


def _money(point: Point) -> str:
    return "no price" if point.usd is None else format_usd(point.usd)


def _both(crossing: Crossing, name: Subject) -> tuple[Point, Point]:
    """A subject's points just below and just above."""
    number = 0 if name == crossing.one else 1
    return crossing.below[number], crossing.above[number]


def _steps(crossing: Crossing) -> Iterator[str]:
    """Which configuration changes at the crossing, and to what."""
    for name in (crossing.one, crossing.other):
        low, high = (point.plan for point in _both(crossing, name))
        if crossing.steps and low is not None and high is not None and describe(low.option) != describe(high.option):
            yield f"{label_of(name)} steps there from {describe(low.option)} to {describe(high.option)}."


def _by_cost(crossing: Crossing, at: str, before: Subject, after: Subject) -> Iterator[str]:
    """The sentences of a crossing where both keep the promise."""
    costs = " against ".join(_money(_both(crossing, name)[1]) for name in (after, before))
    yield f"At {at} {label_of(after)} becomes cheaper than {label_of(before)} ({costs} a month)."
    if crossing.even_to / crossing.even_from > crossing.above[0].load / crossing.below[0].load * 1.001:
        yield f"No clear difference from {month_text(crossing.even_from)} to {month_text(crossing.even_to)} requests a month."
    yield from _steps(crossing)


def _by_promise(crossing: Crossing, at: str) -> Iterator[str]:
    """The sentences of a crossing where one keeps the promise on one side only."""
    for name in (crossing.one, crossing.other):
        low, high = _both(crossing, name)
        if low.good != high.good:
            yield f"{label_of(name)} keeps the promise {'up to' if low.good else 'only from'} {at}."
    if crossing.after is None:
        yield "Neither keeps it above."
    elif crossing.before is None:
        yield "Neither keeps it below."
    else:
        yield f"The choice is {label_of(crossing.before)} below and {label_of(crossing.after)} above."


def crossing_text(crossing: Crossing, today: float) -> str:
    """One crossing in words. Arguments: `today` is the workload's requests a month."""
    month = crossing.requests_per_month
    at = f"about {month_text(month)} requests a month ({month / today:.3g}{NBSP}× today's)"
    if crossing.by_promise or crossing.before is None or crossing.after is None:
        return " ".join(_by_promise(crossing, at))
    return " ".join(_by_cost(crossing, at, crossing.before, crossing.after))


def _no_crossing(answer: BreakEven) -> Iterator[str]:
    """A sentence for each pair without a crossing."""
    unfit = {label for label, _ in answer.unfit}
    curves = [curve for curve in answer.curves if curve.label not in unfit]
    crossed = {frozenset((str(one.one), str(one.other))) for one in answer.crossings}
    span = f"between {month_text(answer.low)} and {month_text(answer.high)} requests a month"
    for number, one in enumerate(curves):
        for other in curves[number + 1 :]:
            if frozenset((str(one.subject), str(other.subject))) in crossed:
                continue
            good = [(a.good, b.good) for a, b in zip(one.points, other.points, strict=False)]
            if all(a and b for a, b in good):
                first = one if (one.points[0].usd or 0) <= (other.points[0].usd or 0) else other
                yield f"No crossing {span}: {first.label} is cheaper than {(other if first is one else one).label} all the way."
            elif any(a for a, _ in good) or any(b for _, b in good):
                only = one if any(a for a, _ in good) else other
                yield f"No crossing {span}: of {one.label} and {other.label} only {only.label} keeps the promise."
            else:
                yield f"No crossing {span}: neither {one.label} nor {other.label} keeps the promise."


def _cell(curve: Curve, load: float) -> str:
    point = next(point for point in curve.points if point.load == load)
    if point.plan is None:
        return "cannot be played"
    short = describe(point.plan.option)
    million = "" if point.usd_per_million_good is None else f", {format_usd(point.usd_per_million_good)} a million"
    return f"{_money(point)}{million}; {short}{'' if point.plan.meets else ' (misses the promise)'}"


def break_even_text(answer: BreakEven) -> Iterator[Any]:
    """The answer: crossings first, then what each option costs at each load of the grid."""
    for crossing in answer.crossings:
        yield crossing_text(crossing, answer.today)
    yield from _no_crossing(answer)
    for label, why in answer.unfit:
        yield f"{label} has no curve: {why}"
    shown = [curve for curve in answer.curves if any(point.plan is not None for point in curve.points)]
    made = table("!>requests a month", "!>× today", *(curve.label for curve in shown), title="Cost of a month")
    for load in answer.grid:
        made.add_row(
            f"{month_text(answer.today * load)}", f"{load:.3g}", *(_cell(curve, load) for curve in shown)
        )  # fmt: skip
    yield made
    yield "Each row is simulated with the cheapest plan that keeps the promise at that load; nothing is said beyond the last row."
    if answer.budget_usd is not None:
        yield f"The budget of {format_usd(answer.budget_usd)} a month is left out of this comparison."
