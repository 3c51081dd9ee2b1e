"""Where AWS publishes its price lists, as `data/prices/sources.toml` says."""

from dataclasses import dataclass
from functools import lru_cache

from advisor._facts_read import data_folder, read_toml

__all__ = ["Addresses", "Odd", "addresses", "odd"]


@dataclass(frozen=True, slots=True)
class Addresses:
    """Host and paths of the public price lists, and what they must be of."""

    host: str
    offer: str
    savings: str
    offer_code: str
    currency: str

    def offer_of(self, region: str) -> str:
        """Address of the price list of one Region."""
        return self.host + self.offer.format(region=region)


@dataclass(frozen=True, slots=True)
class Odd:
    """When a price is called odd; shares and factors."""

    per_gib_tolerance: float
    rounding_usd: float
    dearer_than_elsewhere: float


@lru_cache(maxsize=1)
def addresses() -> Addresses:
    """The addresses in force.

    >>> addresses().offer_of("eu-west-1").endswith("/eu-west-1/index.json")
    True
    """
    table = read_toml(data_folder() / "prices" / "sources.toml")["price_list"]
    return Addresses(**{name: table[name] for name in Addresses.__dataclass_fields__})


@lru_cache(maxsize=1)
def odd() -> Odd:
    """The bounds in force."""
    table = read_toml(data_folder() / "prices" / "sources.toml")["odd"]
    return Odd(**{name: float(table[name]) for name in Odd.__dataclass_fields__})
