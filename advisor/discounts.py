"""Discounts: what a savings plan and the free tier take off a bill, as lines of their own below zero.

What is free is not discounted again. Nothing takes off more than was charged.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from advisor.facts import Fact, Facts
from advisor.items import FINEST, month_hours
from advisor.jobs import is_job
from advisor.lines import Line
from advisor.meters import Meters
from advisor.options import Option
from advisor.standing import fewest_instances
from advisor.terms import Saving, Terms
from advisor.units import NBSP, format_share

__all__ = ["Discount", "discounts"]

_CHARGED: Final = {
    "instance": ("instance", "availability", "shadow", "release"),
    "serverless": ("serverless",),
    "provisioned": ("provisioned", "provisioned_busy"),
}
"""Meters of a bill by the meter that a discount is stated for."""
_GIVEN: Final = "given by the user"


class Discount(NamedTuple):
    """A line below zero, and the meter of the lines it is taken off."""

    of: str
    line: Line


def discounts(
    lines: Sequence[Line], meters: Meters, option: Option, facts: Facts, terms: Terms
) -> tuple[tuple[Discount, ...], tuple[str, ...]]:
    """The discounts of a bill, and in words what was asked for and finds nothing here."""
    found: list[Discount] = []
    notes: list[str] = []
    if terms.free_tier:
        found += _free(lines, meters, option, facts)
        if not found:
            notes.append("The free tier holds nothing that this option uses.")
    free = {one.of: one.line.quantity for one in found}
    for saving in terms.savings:
        plan = list(_plan(saving, lines, meters, option, facts, terms, free))
        if not plan and any(line.meter in _CHARGED[saving.meter] for line in lines):
            notes.append("The savings plan covers nothing here: no instance stands all the time.")
        found += plan
    return tuple(found), tuple(notes)


def _used(lines: Sequence[Line], meters: Sequence[str]) -> Decimal:
    """Quantity of some meters together."""
    return sum((line.quantity for line in lines if line.meter in meters), Decimal(0))


def _free(lines: Sequence[Line], meters: Meters, option: Option, facts: Facts) -> Iterator[Discount]:
    """What the free tier holds: hours of some instance types that answer at once, seconds of serverless processing."""
    kinds = facts.of("billing", "free_tier_instance_types").value
    at_once = bool(facts.of(option.name, "waits_for_answer").value) and not is_job(option.name, facts)
    if meters.instance_type in kinds and at_once:
        yield from _allowance("instance", lines, facts.of("billing", "free_tier_instance_hours"), facts)
    yield from _allowance("serverless", lines, facts.of("billing", "free_tier_serverless"), facts)


def _allowance(of: str, lines: Sequence[Line], fact: Fact, facts: Facts) -> Iterator[Discount]:
    """The part of a meter that is free, at its price."""
    base = next((line for line in lines if line.meter == of), None)
    quantity = min(Decimal(str(fact.number())), _used(lines, _CHARGED[of]))
    if base is None or not quantity:
        return
    months = round(facts.of("billing", "free_tier_months").number())
    item = f"Free tier, {fact.text()} a month for {months} months"
    yield Discount(of, Line(
        item, "free_tier", quantity, base.unit, -base.unit_price, -quantity * base.unit_price, fact.source, fact.published,
        fact.checked, fact.confidence, fact.note,
    ))  # fmt: skip


def _plan(
    saving: Saving,
    lines: Sequence[Line],
    meters: Meters,
    option: Option,
    facts: Facts,
    terms: Terms,
    free: dict[str, Decimal],
) -> Iterator[Discount]:
    """What a savings plan takes off one meter: of instances those that stand all the time, unless all hours are covered."""
    standing = 0 if is_job(option.name, facts) else fewest_instances(option) * meters.endpoints
    names = _CHARGED[saving.meter]
    for group in [names] if saving.meter == "instance" else [(name,) for name in names]:
        base = next((line for line in lines if line.meter in group), None)
        left = _used(lines, group) - free.get(group[0], Decimal(0))
        whole = saving.everything or saving.meter != "instance"
        quantity = left if whole else min(left, (standing * month_hours(facts, terms)).quantize(FINEST))
        if base is None or quantity <= 0:
            continue
        share = Decimal(str(saving.share))
        what = f"{standing:,} instance{'s' * (standing != 1)} kept all the time"
        if whole:
            what = "all hours of instances" if saving.meter == "instance" else base.item[:1].lower() + base.item[1:]
        yield Discount(group[0], Line(
            f"Savings plan, {format_share(saving.share)} on {what}", "savings", quantity, base.unit, -base.unit_price * share,
            -quantity * base.unit_price * share, _GIVEN, None, base.checked, "reported", _caution(saving, facts),
        ))  # fmt: skip


def _caution(saving: Saving, facts: Facts) -> str:
    """What to know of a discount: above the most that AWS names, or on a meter where sources disagree."""
    most, scope = facts.of("billing", "savings_plan_discount_max"), facts.of("billing", "savings_plan_scope")
    texts = []
    if saving.share * 100 > most.number():
        texts.append(f"More than the {most.number():g}{NBSP}% that plans reach ({most.confidence}).")
    if saving.meter != "instance":
        texts.append(f"Whether a plan covers it is open. {scope.note}")
    return " ".join(texts)
