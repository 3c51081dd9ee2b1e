"""Prices that do not fit their siblings: in the same family, or in other Regions."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from statistics import median

from advisor._facts_types import InstanceType, Price
from advisor.pricelist.addresses import Odd

__all__ = ["oddities"]


def oddities(prices: Iterable[Price], region: str, types: Mapping[str, InstanceType], bounds: Odd) -> dict[str, str]:
    """What is odd about hosting prices of one Region, in words by instance type.

    Arguments: `prices`, of all Regions: the siblings. A type without accelerator costs in proportion to its memory
    within its family; one that costs a multiple of what another Region asks, both measured by the level of their
    Region, is odd too. Bounds are judgements of `data/prices/sources.toml`.
    """
    by_region: dict[str, dict[str, float]] = {}
    for price in prices:
        if price.subject == "instance":
            by_region.setdefault(price.region, {})[price.item] = float(price.usd)
    here = by_region.get(region, {})
    return {**_elsewhere(by_region, region, bounds), **_family(here, types, bounds)}


def _family(here: Mapping[str, float], types: Mapping[str, InstanceType], bounds: Odd) -> dict[str, str]:
    families: dict[str, list[str]] = {}
    for name in here:
        if name in types and not types[name].gpu:
            families.setdefault(types[name].family, []).append(name)
    found = {}
    for family, names in families.items():
        per_gib = median(here[name] / (types[name].memory_bytes / 2**30) for name in names)
        for name in names:
            due = per_gib * types[name].memory_bytes / 2**30
            if abs(here[name] - due) > bounds.per_gib_tolerance * due + bounds.rounding_usd:
                found[name] = f"Odd: {here[name] / due:.2f} times what the other sizes of {family} here suggest."
    return found


def _elsewhere(by_region: Mapping[str, Mapping[str, float]], region: str, bounds: Odd) -> dict[str, str]:
    middle: dict[str, list[float]] = {}
    for there in by_region.values():
        for name, usd in there.items():
            middle.setdefault(name, []).append(usd)
    medians = {name: median(prices) for name, prices in middle.items()}
    level = {code: median(usd / medians[name] for name, usd in there.items()) for code, there in by_region.items()}
    found = {}
    for name, usd in by_region.get(region, {}).items():
        others = [
            (there[name] / level[code], code) for code, there in by_region.items() if code != region and name in there
        ]
        if others:
            least, where = min(others)
            if usd / level[region] > bounds.dearer_than_elsewhere * least:
                times = Decimal(usd / level[region] / least).quantize(Decimal("0.1"))
                found[name] = f"Odd: {times} times the price in {where}, measured by the level of each Region."
    return found
