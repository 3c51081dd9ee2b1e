"""Inputs of a tornado: what is varied, from where to where, and which options it touches.

Stated inputs and prices go 20 % down and up, assumptions to the ends of their facts, facts of scaling to theirs or
20 % where they have none.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from advisor.peaks import why_no_peak
from advisor.units import NBSP
from simulator.plans import Plan
from simulator.ranges import Range, stated
from simulator.scenarios import STATED, price_of
from simulator.study import Study
from simulator.tornado_facts import BY_DEFAULT, SWING, Input, assumed, scaling

__all__ = ["inputs_of", "of_range"]

_LEAST_LINE: Final = Decimal("0.01")
"""Share of a bill from which a price counts as one of the main ones."""


def of_range(found: Range, basis: str, touches: frozenset[str] = frozenset()) -> Input:
    """A range as an input."""
    low, high = found.low, found.high
    return Input(
        found.key, found.label, found.text(low), found.text(high), found.set_to(low), found.set_to(high), basis, touches
    )


def _stated(study: Study) -> Iterator[Input]:
    for key in STATED:
        counted = study.trace is not None and study.trace.counts is not None
        if key != "peak" or not why_no_peak(study.workload.traffic, counted=counted):
            yield of_range(stated(study, key, 1 - SWING, 1.0, 1 + SWING), BY_DEFAULT)


def _prices(plans: Mapping[str, Plan]) -> Iterator[Input]:
    """Each price that makes a main part of some bill."""
    items: dict[str, tuple[str, set[str]]] = {}
    for name, plan in plans.items():
        bill = plan.trials[0].bill
        charged = [line for line in bill.lines if line.usd > 0]
        parts: dict[str, Decimal] = {}
        for line in charged:
            parts[price_of(line.meter)] = parts.get(price_of(line.meter), Decimal(0)) + line.usd
        for line in charged:
            price = price_of(line.meter)
            if parts[price] >= sum(parts.values()) * _LEAST_LINE:
                items.setdefault(price, (line.item, set()))[1].add(name)
    for price, (item, names) in items.items():
        what = f"price: {item.split(' (')[0].lower()}"
        low, high = (f"{end:g}{NBSP}×" for end in (1 - SWING, 1 + SWING))
        key = ("price", price)
        yield Input(
            f"price.{price}", what, low, high, (key, 1 - SWING), (key, 1 + SWING), BY_DEFAULT, frozenset(names)
        )  # fmt: skip


def inputs_of(study: Study, plans: Mapping[str, Plan], ranges: Sequence[Range]) -> tuple[Input, ...]:
    """Everything that is varied; a range of the user's takes the place of ours.

    Arguments: `plans` by option name are those that are compared.
    """
    facts = study.facts.mechanism
    given = [of_range(one, "given") for one in ranges if not one.certain]
    taken = {one.key for one in ranges}
    ours = (*_stated(study), *assumed(plans, facts), *scaling(plans, facts), *_prices(plans))
    return (*given, *(one for one in ours if one.key not in taken))
