"""What one Region charges, item by item, and what has no price there."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

from advisor._headed import plain
from advisor.fact_names import price_name
from advisor.facts import Facts, InstanceType, Price
from advisor.sheet import sheet
from advisor.text import format_day

__all__ = ["Charge", "charges", "instance_charges", "priced_on", "prices_csv", "table_words"]

_HOUR_S: Final = 3600
_OWN_TYPES: Final = ("async", "batch_transform")
_COLUMNS: Final = (
    "region", "what", "subject", "item", "usd", "unit", "published", "read", "confidence", "source", "note", "given",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Charge:
    """One item in one Region."""

    name: str
    """What it buys, in words."""
    subject: str
    price: Price | None
    """None where the Region has no price for it in the table."""
    given: bool = False
    """The user's own price."""
    instance: InstanceType | None = None

    @property
    def usd(self) -> Decimal | None:
        """What an hour costs where the price list says it by the second, else the price."""
        if self.price is None:
            return None
        return self.price.usd * _HOUR_S if self.price.unit == "second" else self.price.usd

    @property
    def per(self) -> str:
        """The unit of `usd`, in words."""
        unit = self.price.unit if self.price else ""
        pack, _, rest = unit.partition("-")
        if pack.isdigit():
            return f"{int(pack):,} {rest}"
        return {"second": "hour", "instance-hour": "hour", "GB-month": "GB and month"}.get(unit, rest or unit)


@lru_cache(maxsize=8)
def _items(facts: Facts) -> tuple[Price, ...]:
    """One price of every item that some Region has and that is no hosting instance, in the order of the tables."""
    found = {(price.subject, price.item): price for price in facts.prices() if price.subject != "instance"}
    order = ("serverless", "serverless_provisioned", "data_processing", "volume", "s3", "sns", "alarm", *_OWN_TYPES)
    return tuple(sorted(found.values(), key=lambda p: (order.index(p.subject) if p.subject in order else 99, p.item)))


def charges(facts: Facts, region: str, search: str = "") -> tuple[Charge, ...]:
    """What is not an instance: serverless, data, storage, the queue's parts. An item without a price there stays in.

    Arguments: `search`, words their names hold.

    >>> from advisor.facts import load_facts
    >>> [c.name for c in charges(load_facts(), "us-east-1") if c.price is None]
    []
    """
    made = []
    for known in _items(facts):
        price = facts.price(region, known.subject, known.item)
        if known.subject not in _OWN_TYPES:
            made.append(
                Charge(price_name(known), known.subject, price, price is not None and price.id in facts.overrides)
            )
        elif price is not None:
            what = "asynchronous endpoint" if known.subject == "async" else "batch transform"
            made.append(Charge(f"{known.item}, {what}", known.subject, price, price.id in facts.overrides))
    words = search.lower().split()
    return tuple(charge for charge in made if all(word in charge.name.lower() for word in words))


def instance_charges(facts: Facts, region: str, search: str = "") -> tuple[Charge, ...]:
    """Instance types with a hosting price there, cheapest first. Arguments: `search`, words their names hold."""
    words = search.lower().split()
    found = [
        Charge(price.item, price.subject, price, price.id in facts.overrides, facts.instances.get(price.item))
        for price in facts.prices(region, "instance")
    ]
    named = [
        c for c in found if all(w in f"{c.name} {c.instance.accelerator if c.instance else ''}".lower() for w in words)
    ]
    return tuple(sorted(named, key=lambda charge: (charge.usd or Decimal(0), charge.name)))


def priced_on(facts: Facts, subject: str = "") -> str:
    """The newest day of publication of the prices in force, in words. Arguments: `subject`, of these prices only."""
    return format_day(max((p.published for p in facts.prices(subject=subject) if p.published), default=None))


def table_words(facts: Facts) -> str:
    """Which price table is in force, and how old it is."""
    table, oldest = facts.price_table, min(price.checked for price in facts.prices())
    shipped = (
        f"prices shipped with this version, newest published {priced_on(facts)}, read on or after {format_day(oldest)}"
    )
    yours = sum(name.startswith("price ") for name in facts.overrides)
    over = f" {yours} of these are yours." if yours else ""
    if table is None:
        return f"{shipped[:1].upper()}{shipped[1:]}.{over}"
    own = (
        f"{table.region}: your refreshed table, {table.offer} {table.version}, published {format_day(table.published)}"
    )
    return f"{own}, read {format_day(table.checked)}. Elsewhere: {shipped}.{over}"


def prices_csv(rows: Iterable[Charge]) -> str:
    """The rows that have a price, as CSV."""
    return sheet(_COLUMNS, (_cells(row.name, row.price, row.given) for row in rows if row.price is not None))


def _cells(name: str, price: Price, given: bool) -> tuple[object, ...]:
    return (
        price.region, name, price.subject, price.item, plain(price.usd), price.unit, format_day(price.published),
        format_day(price.checked), price.confidence, price.source, price.note, "yours" if given else "",
    )  # fmt: skip
