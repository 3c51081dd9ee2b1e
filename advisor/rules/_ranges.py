"""Ranges: what rules say of values that somebody wrote outside of the range of their parameter."""

from typing import NamedTuple

from advisor._facts_types import scale_of
from advisor.facts import Fact, Facts
from advisor.options import Option
from advisor.rules._rule import Finding, Outcome
from advisor.text import quantity
from advisor.units import format_count

__all__ = ["Row", "outside"]


class Row(NamedTuple):
    """One value somebody wrote: the parameter as AWS spells it, the value, and the fact that bounds it."""

    parameter: str
    value: float | None
    fact: str
    """An attribute of the option, or a whole id; it ends in `_range`, `_min` or bounds from above."""


def _ends(fact: Fact) -> tuple[float, float | None, str]:
    """The smallest and the largest allowed number in the fact's unit, and how to say them; None without a largest."""
    if fact.attribute.endswith("_min"):
        return fact.number(), None, f"at least {fact.text()}"
    if fact.attribute.endswith("_range"):
        return float(fact.low), float(fact.high), fact.text()
    return 0.0, fact.number(), f"at most {fact.text()}"


def outside(rule_id: str, rows: tuple[Row, ...], option: Option, facts: Facts) -> Finding | None:
    """The finding on all values outside of their range; an option without such a range has no such mistake."""
    found: list[tuple[float, float, str, float]] = []
    said, remedies, keys = [], [], []
    for parameter, value, name in rows:
        key = name if "." in name else f"{option.name}.{name}"
        if value is None or not facts.has(key) or not facts.fact(key).numeric:
            continue
        fact = facts.fact(key)
        least, most, allowed = _ends(fact)
        if value >= least and (most is None or value <= most):
            continue
        kind, scale = scale_of(fact.unit)
        unit = {"size": "bytes", "duration": "us", "count": ""}.get(kind, fact.unit)
        below = value < least or most is None
        end = least if most is None or below else most
        margin = -1.0 if not end else value / end - 1 if below else 1 - value / end
        found.append((float(value * scale), end * scale, unit, margin))
        shown = f" ({quantity(value * scale, unit)})" if unit == "us" else ""
        said.append(f"{parameter[0].upper()}{parameter[1:]} is {value:,}{shown}; allowed: {allowed}")
        span = f"{least:g} or more" if most is None else f"{format_count(least)} to {format_count(most)}"
        remedies.append(f"{parameter} {span}")
        keys.append(fact.id)
    if not found:
        return None
    seen, limit, unit, margin = found[0]
    return Finding(
        rule_id, Outcome.blocks, ". ".join(said) + ".", seen=seen, limit=limit, unit=unit, margin=margin,
        facts=tuple(keys), remedy=f"Set {', '.join(remedies)}.",
    )  # fmt: skip
