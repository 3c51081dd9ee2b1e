"""Inputs of a tornado: what is varied, from where to where, and which options it touches.

Stated inputs and prices go 20 % down and up, assumptions to the ends of their facts, facts of scaling to theirs or
20 % where they have none.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from advisor.facts import Fact, Facts
from advisor.options import Option
from advisor.peaks import why_no_peak
from advisor.units import NBSP, format_duration
from simulator.assumptions import Assumption
from simulator.plans import Plan
from simulator.ranges import Range, stated
from simulator.scenarios import STATED, Setting
from simulator.study import Study

__all__ = ["SWING", "Input", "inputs_of"]

SWING: Final = 0.2
"""How far what is stated and what is paid is moved by default, both ways."""
_LEAST_LINE: Final = Decimal("0.01")
"""Share of a bill from which a price counts as one of the main ones."""
_BY_DEFAULT: Final = f"±{SWING:.0%} by default".replace("%", f"{NBSP}%")


@dataclass(frozen=True, slots=True)
class Input:
    """One input with its two ends."""

    key: str
    label: str
    low: str
    """The low end in words."""
    high: str
    at_low: tuple[Setting, float | str]
    at_high: tuple[Setting, float | str]
    basis: str
    """Where the range comes from."""
    touches: frozenset[str] = frozenset()
    """Option names that it can change anything for; empty: all."""


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
            yield of_range(stated(study, key, 1 - SWING, 1.0, 1 + SWING), _BY_DEFAULT)


def _fact_text(fact: Fact, value: float) -> str:
    return f"{value:g}" if fact.unit in {"count", "fraction"} else f"{value:g}{NBSP}{fact.unit}"


def _of_fact(fact: Fact, label: str, touches: frozenset[str]) -> Input | None:
    """A fact at both its ends; 20 % where it has none; None where that leaves nothing to vary."""
    mid, low, high = fact.number(), fact.number("low"), fact.number("high")
    basis = f"{fact.confidence}: {fact.id}"
    if low == high:
        low, high, basis = mid * (1 - SWING), mid * (1 + SWING), f"{_BY_DEFAULT}; {basis}"
        if fact.unit == "fraction":
            high = min(1.0, high)
        if isinstance(fact.value, int):
            low, high = round(low), round(high)
    if low == high:
        return None
    return Input(
        fact.id, label, _fact_text(fact, low), _fact_text(fact, high), (("fact", fact.id), low),
        (("fact", fact.id), high), basis, touches,
    )  # fmt: skip


def _row_text(row: Assumption, value: float) -> str:
    return format_duration(value) if row.unit == "us" else f"{value:,.4g}{NBSP}{'×' if row.unit == 'x' else row.unit}"


def _assumed(plans: Mapping[str, Plan], facts: Facts) -> Iterator[Input]:
    """Every assumption that has a range, through its fact."""
    rows: dict[str, tuple[Assumption, set[str]]] = {}
    for name, plan in plans.items():
        for row in plan.trials[0].assumed:
            if row.fact and row.low != row.high:
                rows.setdefault(row.fact, (row, set()))[1].add(name)
    for row, names in rows.values():
        fact = facts.fact(row.fact)
        ends = [(("fact", fact.id), fact.number("low")), (("fact", fact.id), fact.number("high"))]
        if fact.number("low") == fact.number("high"):
            continue
        if fact.unit.endswith("/s"):  # a rate: its high end is the short time
            ends.reverse()
        yield Input(
            row.key, row.label, _row_text(row, row.low), _row_text(row, row.high), *ends,
            f"{row.confidence}: {row.fact}", frozenset(names),
        )  # fmt: skip


def _governed_by(option: Option) -> tuple[tuple[str, str], ...]:
    """Facts of autoscaling that decide when an option scales in, with what they are called here."""
    if not option.tracked and not option.provisioned_target:
        return ()
    fast = bool(option.target_concurrency)
    what = "provisioned" if option.provisioned_target else "component" if option.components else "variant"
    points = "high_res_scale_in_datapoints" if fast else "scale_in_datapoints"
    found = (
        (points, "scale-in: data points under the threshold"),
        ("scale_in_threshold_fraction", "scale-in: threshold as a part of the target"),
        (f"cooldown_default_{what}", "scaling: cooldown"),
    )
    return (*found, ("component_instances_released", "scale-in: instances released")) if option.components else found


def _scaling(plans: Mapping[str, Plan], facts: Facts) -> Iterator[Input]:
    names: dict[tuple[str, str], set[str]] = {}
    for name, plan in plans.items():
        for pair in _governed_by(plan.option):
            names.setdefault(pair, set()).add(name)
    for (attribute, label), touched in names.items():
        found = _of_fact(facts.of("autoscaling", attribute), label, frozenset(touched))
        if found is not None:
            yield found


def _prices(plans: Mapping[str, Plan]) -> Iterator[Input]:
    """The price of each meter that is a main part of some bill."""
    meters: dict[str, tuple[str, set[str]]] = {}
    for name, plan in plans.items():
        bill = plan.trials[0].bill
        for line in bill.lines:
            if bill.total and line.usd >= bill.total * _LEAST_LINE:
                meters.setdefault(line.meter, (line.item, set()))[1].add(name)
    for meter, (item, names) in meters.items():
        found = Range(f"price.{meter}", f"price: {item.split(' (')[0].lower()}", 1 - SWING, 1.0, 1 + SWING)
        key = ("price", meter)
        yield Input(
            found.key, found.label, found.text(found.low), found.text(found.high), (key, found.low), (key, found.high),
            _BY_DEFAULT, frozenset(names),
        )  # fmt: skip


def inputs_of(study: Study, plans: Mapping[str, Plan], ranges: Sequence[Range]) -> tuple[Input, ...]:
    """Everything that is varied; a range of the user's takes the place of ours.

    Arguments: `plans` by option name are those that are compared.
    """
    facts = study.facts.mechanism
    given = [of_range(one, "given") for one in ranges if not one.certain]
    taken = {one.key for one in ranges}
    ours = (*_stated(study), *_assumed(plans, facts), *_scaling(plans, facts), *_prices(plans))
    return (*given, *(one for one in ours if one.key not in taken))
