"""Break-even for the terminal: each crossing as a sentence, then the curves as a table."""

from collections.abc import Iterator
from typing import Any

from advisor.cli import table
from advisor.options import describe
from advisor.units import NBSP, format_count, format_usd
from simulator.crossings import BreakEven, Crossing
from simulator.curves import Curve, Point, Subject, label_of

__all__ = ["break_even_text", "crossing_text"]


def _month(requests: float) -> str:
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


def crossing_text(crossing: Crossing, today: float) -> str:
    """One crossing in words. Arguments: `today` is the workload's requests a month."""
    at = f"about {_month(crossing.requests_per_month)} requests a month ({crossing.requests_per_month / today:.3g}{NBSP}× today's)"
    if not crossing.by_promise and crossing.before is not None and crossing.after is not None:
        costs = " against ".join(
            f"{_money(_both(crossing, name)[1])}" for name in (crossing.after, crossing.before)
        )  # fmt: skip
        said = [
            f"At {at} {label_of(crossing.after)} becomes cheaper than {label_of(crossing.before)} "
            f"({costs} a month there); below it, {label_of(crossing.before)} is."
        ]
        if crossing.even_to / crossing.even_from > crossing.above[0].load / crossing.below[0].load * 1.001:
            said.append(f"No clear difference from {_month(crossing.even_from)} to {_month(crossing.even_to)}.")
        return " ".join((*said, *_steps(crossing)))
    said = [f"At {at} the promise decides:"]
    for name in (crossing.one, crossing.other):
        low, high = _both(crossing, name)
        if low.good != high.good:
            said.append(f"{label_of(name)} {'keeps it only below' if low.good else 'keeps it only from there on'}.")
    after = "neither keeps it above" if crossing.after is None else f"above, {label_of(crossing.after)} is the choice"
    before = "neither below" if crossing.before is None else f"below, {label_of(crossing.before)}"
    return " ".join(
        (
            *said,
            f"{before}; {after}.".capitalize()
            if crossing.before is None
            else f"{before[0].upper()}{before[1:]}; {after}.",
        )
    )


def _no_crossing(answer: BreakEven) -> Iterator[str]:
    """A sentence for each pair without a crossing."""
    crossed = {frozenset((str(one.one), str(one.other))) for one in answer.crossings}
    span = f"between {_month(answer.low)} and {_month(answer.high)} requests a month"
    for number, one in enumerate(answer.curves):
        for other in answer.curves[number + 1 :]:
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
    made = table("!>requests a month", "!>× today", *(curve.label for curve in answer.curves), title="Cost of a month")
    for load in answer.grid:
        made.add_row(
            f"{_month(answer.today * load)}", f"{load:.3g}", *(_cell(curve, load) for curve in answer.curves)
        )  # fmt: skip
    yield made
    yield "Each row is simulated with the cheapest plan that keeps the promise at that load; nothing is said beyond the last row."
    if answer.budget_usd is not None:
        yield f"The budget of {format_usd(answer.budget_usd)} a month is left out of this comparison."
