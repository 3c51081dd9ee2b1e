"""Facts as inputs of a tornado: assumptions at the ends of their facts, and what governs when a fleet scales in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from advisor.facts import Fact, Facts
from advisor.options import Option
from advisor.units import NBSP, format_duration
from simulator.assumptions import Assumption
from simulator.plans import Plan
from simulator.scenarios import Setting

__all__ = ["BY_DEFAULT", "SWING", "Input", "assumed", "scaling"]

SWING: Final = 0.2
"""How far what has no range is moved by default, both ways."""
BY_DEFAULT: Final = f"±{SWING:.0%} by default".replace("%", f"{NBSP}%")


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


def _fact_text(fact: Fact, value: float) -> str:
    return f"{value:g}" if fact.unit in {"count", "fraction"} else f"{value:g}{NBSP}{fact.unit}"


def _of_fact(fact: Fact, label: str, touches: frozenset[str]) -> Input | None:
    """A fact at both its ends; 20 % where it has none; None where that leaves nothing to vary."""
    mid, low, high = fact.number(), fact.number("low"), fact.number("high")
    basis = f"{fact.confidence}: {fact.id}"
    if low == high:
        low, high, basis = mid * (1 - SWING), mid * (1 + SWING), f"{BY_DEFAULT}; {basis}"
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


def assumed(plans: Mapping[str, Plan], facts: Facts) -> Iterator[Input]:
    """Every assumption that has a range, through its fact."""
    rows: dict[str, tuple[Assumption, set[str]]] = {}
    for name, plan in plans.items():
        for row in plan.trials[0].assumed:
            if row.fact and row.low != row.high:
                rows.setdefault(row.fact, (row, set()))[1].add(name)
    for row, names in rows.values():
        fact = facts.fact(row.fact)
        if fact.number("low") == fact.number("high"):
            continue
        low, high = fact.number("low"), fact.number("high")
        if fact.unit.endswith("/s"):  # a rate: its high end is the short time
            low, high = high, low
        yield Input(
            row.key, row.label, _row_text(row, row.low), _row_text(row, row.high),
            (("fact", fact.id), low), (("fact", fact.id), high), f"{row.confidence}: {row.fact}", frozenset(names),
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


def scaling(plans: Mapping[str, Plan], facts: Facts) -> Iterator[Input]:
    """What governs when the tracked plans scale in, from the facts of autoscaling."""
    names: dict[tuple[str, str], set[str]] = {}
    for name, plan in plans.items():
        for pair in _governed_by(plan.option):
            names.setdefault(pair, set()).add(name)
    for (attribute, label), touched in names.items():
        found = _of_fact(facts.of("autoscaling", attribute), label, frozenset(touched))
        if found is not None:
            yield found
