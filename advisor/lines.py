"""Lines: an item of a month times its price, with the source of that price."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from advisor.facts import Facts, Price
from advisor.items import FINEST, Item
from advisor.options import Option

__all__ = ["Line", "price_of", "priced"]


@dataclass(frozen=True, slots=True)
class Line:
    """One item of a bill: a month's quantity times a price with its source."""

    item: str
    meter: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    """USD for one unit; below 0 where something is taken off."""
    usd: Decimal
    source: str
    published: date | None
    checked: date
    confidence: str
    note: str = ""


def price_of(item: Item, option: Option, facts: Facts, region: str) -> Price | None:
    """The price of an item of an option in a Region; None where the table has none."""
    if item.subject == "instance":
        return facts.instance_price(region, option.name, item.key)
    if item.subject == "serverless":
        return facts.memory_price(region, "serverless", "memory", int(item.key))
    if item.subject in {"usage", "duration"}:
        return facts.memory_price(region, "serverless_provisioned", item.subject, int(item.key))
    return facts.price(region, item.subject, item.key)


def priced(item: Item, price: Price) -> Line:
    """An item times its price; what is sold by the thousand or the million is counted in these."""
    unit, usd, quantity = price.unit, price.usd, item.quantity.quantize(FINEST)
    pack, _, rest = unit.partition("-")
    if pack.isdigit():
        quantity, unit = quantity / int(pack), f"{int(pack):,} {rest}"
    note = " ".join(text for text in (item.note, price.note) if text)
    return Line(
        item.label, item.meter, quantity, unit, usd, quantity * usd, price.source, price.published, price.checked,
        price.confidence, note,
    )  # fmt: skip
