"""The price of instance types and serverless memory sizes in each Region, cheapest first."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from advisor._facts_override import near
from advisor.errors import InputError, Problem
from advisor.facts import Facts, Price

__all__ = ["Comparison", "Offered", "compare_prices"]

HOME: Final = "us-east-1"
"""The Region whose prices people know by heart."""
_MEMORY: Final = re.compile(r"(serverless|serverless_provisioned):(\d{1,6})")
_METERS: Final = {"serverless": "memory", "serverless_provisioned": "usage"}


@dataclass(frozen=True, slots=True)
class Offered:
    """One item in one Region."""

    region: str
    item: str
    price: Price
    usd_per_hour: Decimal
    usd_per_month: Decimal
    over_cheapest: float
    """How far above the cheapest row, as a share of it."""
    over_home: float | None
    """How far above the same item in us-east-1; None where it has no price there."""
    note: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Prices of some items in some Regions, cheapest first, and where there is none."""

    option: str
    month_hours: float
    rows: tuple[Offered, ...]
    unpriced: tuple[tuple[str, str], ...]
    """Region and item of what has no price."""


def compare_prices(
    items: Sequence[str], facts: Facts, *, regions: Sequence[str] = (), option: str = "real_time"
) -> Comparison:
    """The price of each item in each Region.

    Arguments: `items`, instance types, `serverless:<MiB>` (an hour of processing) or `serverless_provisioned:<MiB>`
    (an hour kept warm); `regions`, all known ones when empty; `option`, whose instance price to take. Raises
    InputError with near misses for every name that is not known.

    >>> from advisor.facts import load_facts
    >>> found = compare_prices(["ml.m5.xlarge"], load_facts(), regions=["eu-west-1", "us-east-1"])
    >>> [(row.region, round(row.over_cheapest, 3)) for row in found.rows]
    [('us-east-1', 0.0), ('eu-west-1', 0.117)]
    """
    known = tuple(dict.fromkeys((*facts.regions, *sorted({price.region for price in facts.prices()}))))
    _check(items, facts, regions, option, known)
    month = Decimal(str(facts.of("billing", "month_hours").number()))
    found: list[tuple[Price, str, Decimal]] = []
    unpriced = []
    for item in dict.fromkeys(items):
        for region in dict.fromkeys(regions or known):
            price = _price(facts, region, option, item)
            if price is None:
                unpriced.append((region, item))
            else:
                found.append((price, item, _hourly(price)))
    least = min((usd for _, _, usd in found), default=Decimal(1))
    home = {item: _price(facts, HOME, option, item) for item in items}
    rows = []
    for price, item, usd in found:
        at_home = home[item]
        over = float(usd / _hourly(at_home) - 1) if at_home else None
        note = _note(facts, price, item)
        rows.append(Offered(price.region, item, price, usd, usd * month, float(usd / least - 1), over, note))
    rows.sort(key=lambda row: (row.usd_per_hour, row.region, row.item))
    return Comparison(option, float(month), tuple(rows), tuple(unpriced))


def _price(facts: Facts, region: str, option: str, item: str) -> Price | None:
    memory = _MEMORY.fullmatch(item)
    if memory:
        return facts.memory_price(region, memory[1], _METERS[memory[1]], int(memory[2]))
    return facts.instance_price(region, option, item)


def _hourly(price: Price) -> Decimal:
    return price.usd * 3600 if price.unit == "second" else price.usd


def _note(facts: Facts, price: Price, item: str) -> str:
    unlisted = item.startswith("ml.") and price.region in facts.regions and item not in facts.listed(price.region)
    return f"{price.note} {'Priced, but not in the list of cfn-lint there.' if unlisted else ''}".strip()


def _check(items: Sequence[str], facts: Facts, regions: Sequence[str], option: str, known: tuple[str, ...]) -> None:
    problems = []
    sizes = [str(size) for size in facts.of("serverless", "memory_sizes").value]
    types = {*facts.instances, *(price.item for price in facts.prices(subject="instance"))}
    options = {fact.option for fact in facts.all() if facts.has(f"{fact.option}.payload_request")}
    for item in items:
        memory = _MEMORY.fullmatch(item)
        if memory and memory[2] not in sizes:
            allowed = ", ".join(f"{memory[1]}:{size}" for size in sizes)
            problems.append(Problem("TYPE", repr(item)[:80], allowed))
        elif not memory and item not in types:
            allowed = f"an instance type, like {near(item, types)}, or a memory size, like serverless:{sizes[-1]}"
            problems.append(Problem("TYPE", repr(item)[:80], allowed))
    problems += [
        Problem("--regions", repr(region)[:80], f"all, or Regions like {near(region, known)}")
        for region in regions
        if region not in known
    ]
    if option not in options or option.startswith("serverless"):
        allowed = f"an option on instances, like {near(option, {o for o in options if not o.startswith('serverless')})}"
        problems.append(Problem("--option", repr(option)[:80], allowed))
    if problems:
        raise InputError(problems)
