"""The prices in force: those shipped, with a refreshed table of one Region over them."""

from collections.abc import Mapping
from functools import lru_cache

from advisor._facts_read import PriceKey, data_folder, read_prices
from advisor._facts_table import PriceTable, parse_table
from advisor._facts_types import Price


@lru_cache(maxsize=1)
def shipped_prices() -> dict[PriceKey, Price]:
    """Every price of `data/prices`, by (region, subject, item)."""
    return read_prices(data_folder())


@lru_cache(maxsize=8)
def price_table(text: str) -> PriceTable | None:
    """The refreshed table that a text holds; None for no text. Raises InputError when it is none."""
    return parse_table(text) if text else None


@lru_cache(maxsize=8)
def prices_under(text: str) -> Mapping[PriceKey, Price]:
    """The shipped prices with those of a refreshed table over them.

    What the table lacks of a subject it speaks of is gone from its Region: the shipped price is not in force.
    """
    table = price_table(text)
    if table is None:
        return shipped_prices()
    covered = table.subjects
    kept = {key: price for key, price in shipped_prices().items() if not (key[0] == table.region and key[1] in covered)}
    return {**kept, **table.prices()}


@lru_cache(maxsize=8)
def priced_types(text: str) -> dict[str, frozenset[str]]:
    """Instance types with a hosting price, by Region."""
    found: dict[str, set[str]] = {}
    for region, subject, item in prices_under(text):
        if subject == "instance":
            found.setdefault(region, set()).add(item)
    return {region: frozenset(items) for region, items in found.items()}
