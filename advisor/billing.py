"""Bills: the lines of a month, their total, and what the total does not hold.

Meters are integers that a run, or `estimate_meters` from mean rates, fills in. A bill scales their window to a month
and names what it could not price. The profile never changes this arithmetic; terms do (`advisor.terms`).
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from advisor.discounts import Discount, discounts
from advisor.facts import Facts
from advisor.items import HOUR_US, has_second_fleet, items, month_hours
from advisor.lines import Line, price_of, priced
from advisor.load import TrafficSummary
from advisor.meters import Meters, estimate_meters
from advisor.options import Option
from advisor.places import Place
from advisor.terms import LIST_PRICE, Terms
from advisor.totals import EXCLUDED, Bill
from advisor.workload import Workload

__all__ = ["EXCLUDED", "Bill", "Line", "bill", "estimate"]

_STORED: Final = "storage of models, inputs and answers"
_WAITING: Final = ("instance", "availability", "shadow")
"""Meters of instances that wait for work where they have none; a second fleet of a release is not among them."""


def _idle(meters: Meters, lines: list[Line], found: tuple[Discount, ...]) -> tuple[float | None, Decimal | None]:
    """Share of the time kept that no request uses, and what that time costs."""
    kept, used = meters.capacity_us, meters.busy_us
    names: tuple[str, ...] = _WAITING
    if meters.provisioned_us:
        kept, used, names = meters.provisioned_us, meters.provisioned_busy_us, ("provisioned",)
    if not kept:
        return None, None
    share = max(Decimal(0), 1 - Decimal(used) / kept)
    off = sum((one.line.usd for one in found if one.of in names), Decimal(0))
    cost = sum((line.usd for line in lines if line.meter in names), Decimal(0))
    return float(share), max(Decimal(0), share * (cost + off))


def _excluded(option: Option, facts: Facts, terms: Terms, meters: Meters) -> tuple[str, ...]:
    """What this bill does not contain."""
    found = [name for name in EXCLUDED if not (name == _STORED and terms.retention_us and meters.s3_bytes)]
    if len(found) < len(EXCLUDED):
        found.append("storage of models")
    if has_second_fleet(option, facts) and not terms.releases_per_month:
        found.append("second fleets during releases")
    return tuple(found)


def bill(meters: Meters, option: Option, facts: Facts, region: str, terms: Terms = LIST_PRICE) -> Bill:
    """The bill of a month whose every stretch looks like the window of these meters.

    Arguments: `facts` under any profile: prices and billing rules are those of AWS all the same; `terms` of the buyer,
    the list price by default. Raises ValueError when the window is empty.
    """
    if meters.window_us <= 0:
        raise ValueError(f"window_us is {meters.window_us}; a bill needs a window above 0")
    facts = facts.mechanism
    month = month_hours(facts, terms)
    factor = month * HOUR_US / Decimal(meters.window_us)
    lines: list[Line] = []
    missing: list[str] = []
    essential_missing = False
    for item in items(meters, option, facts, terms):
        price = price_of(item, option, facts, region)
        if price is None:
            missing.append(f"{item.label} ({region})")
            essential_missing |= item.essential
        else:
            lines.append(priced(item, price))
    off, notes = discounts(lines, meters, option, facts, terms)
    share, idle = _idle(meters, lines, off)
    extra: list[tuple[str, Decimal]] = []
    serverless = next((line for line in lines if line.meter == "serverless"), None)
    if serverless is not None and meters.serverless_cold_us:
        started = Decimal(meters.serverless_cold_us) / 1_000_000 * factor
        extra.append(("start-up time of cold starts, if it is billed", started * serverless.unit_price))
    every = (*lines, *(one.line for one in off))
    free = any(line.meter == "free_tier" for line in every)
    return Bill(
        region, every, tuple(missing), None if essential_missing else sum((line.usd for line in every), Decimal(0)),
        meters.requests * float(factor), meters.good * float(factor), tuple(extra), _excluded(option, facts, terms, meters),
        meters.window_us, float(month), share, None if essential_missing else idle,
        (meters.tokens_in * float(factor), meters.tokens_out * float(factor)),
        round(facts.of("billing", "free_tier_months").number()) if free else 0, notes, terms,
    )  # fmt: skip


def estimate(
    option: Option, workload: Workload, load: TrafficSummary, served: Mapping[str, Place], facts: Facts,
    terms: Terms = LIST_PRICE,
) -> Bill:  # fmt: skip
    """The bill of mean rates, without a run: a simulated steady workload approaches it."""
    return bill(estimate_meters(option, workload, load, served, facts), option, facts, workload.needs.region, terms)
