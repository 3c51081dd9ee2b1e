"""The facts in force: the only way by which limits, timings, prices and instance types reach the product.

facts = load_facts()                                   # what AWS documents
facts = load_facts("study-card")                       # with the cells of the teaching table
facts = load_facts("aws", "my.toml")                   # with the user's own values over them
facts = load_facts(prices="prices-us-east-1-....csv")  # with the prices that `prices refresh` wrote
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from advisor._facts_override import apply_overrides, apply_profile, canonical, near
from advisor._facts_prices import price_table, priced_types, prices_under
from advisor._facts_read import (
    PriceKey,
    Region,
    data_folder,
    read_facts,
    read_instances,
    read_listed,
    read_regions,
    read_toml,
)
from advisor._facts_table import PriceTable, read_table_text
from advisor._facts_types import Earlier, Fact, InstanceType, Price
from advisor.errors import FactError, InputError, Problem

__all__ = [
    "PROFILES",
    "Difference",
    "Earlier",
    "Fact",
    "Facts",
    "InstanceType",
    "Price",
    "data_folder",
    "diff",
    "load_facts",
]

PROFILES = ("aws", "study-card")
_TABLES = ("instances.csv", "regions.csv", "listed.csv", "prices/instances.csv", "prices/serverless.csv",
           "prices/other.csv", "prices/sources.toml")  # fmt: skip


class Facts:
    """Everything in force for one profile, set of overrides and price table; immutable, made by `load_facts`.

    >>> facts = load_facts()
    >>> facts.of("multi_model", "payload_request") is facts.fact("real_time.payload_request")
    True
    """

    def __init__(self, profile: str, given: str, table: str = "") -> None:
        """`given`, what the user put over the facts, as `canonical` gives it; `table`, the text of a price table."""
        self.profile = profile
        self._given = given
        self._table = table
        self._looked: dict[str, Fact | None] = {}
        base = _profile_facts(profile)
        self._facts, self._own_prices = base, dict[PriceKey, Price]()
        if given:
            prices = prices_under(table) if '"price"' in given else None
            self._facts, self._own_prices = apply_overrides(base, prices, self.regions, given)
        changed = (name for name, fact in self._facts.items() if fact.profile == "override")
        own = (f"price {' '.join(key)}" for key in self._own_prices)
        self.overrides: tuple[str, ...] = (*changed, *own, *((self.price_table.said,) if self.price_table else ()))
        """Ids of the facts and prices that the user replaced, and the refreshed price table in words."""

    def __reduce__(self) -> tuple[Any, ...]:
        return _facts, (self.profile, self._given, self._table)

    def __repr__(self) -> str:
        return f"Facts({self.profile!r}, {len(self._facts)} facts, overrides={list(self.overrides)})"

    # -- facts ---------------------------------------------------------------------------------------------

    def _find(self, name: str) -> Fact | None:
        if name in self._looked:
            return self._looked[name]
        found = self._looked[name] = self._search(name)
        return found

    def _search(self, name: str) -> Fact | None:
        option, _, attribute = name.partition(".")
        inherits = _required()[2]
        while True:
            found = self._facts.get(f"{option}.{attribute}")
            if found is not None or option not in inherits:
                return found
            option = inherits[option]

    def fact(self, name: str) -> Fact:
        """The fact with this id, or the one that its option takes over from another option.

        Raises FactError, with near misses, when there is none.

        >>> load_facts().fact("real_time.payload_request").confidence
        'documented'
        """
        found = self._find(name)
        if found is None:
            raise FactError(f"{name} is no fact; did you mean {near(name, self._facts)}?")
        return found

    def of(self, option: str, attribute: str) -> Fact:
        """What one option says about one attribute: `fact(f"{option}.{attribute}")`."""
        return self.fact(f"{option}.{attribute}")

    def has(self, name: str) -> bool:
        """True when `fact(name)` finds one."""
        return self._find(name) is not None

    def about(self, subject: str, option: str) -> Fact:
        """What a subject says of an option, or of the one it takes over from: `about("overhead", "multi_model")`.

        Raises FactError when it says nothing of any of them.
        """
        inherits, name = _required()[2], option
        while f"{subject}.{name}" not in self._facts and name in inherits:
            name = inherits[name]
        return self.fact(f"{subject}.{name}")

    def ids(self) -> tuple[str, ...]:
        """Ids of all facts, in the order of the files."""
        return tuple(self._facts)

    def all(self) -> tuple[Fact, ...]:
        """All facts, in the order of the files."""
        return tuple(self._facts.values())

    def rows(self) -> tuple[dict[str, Any], ...]:
        """One plain row for each fact, for a table or JSON; dates are ISO texts."""
        plain = (
            "id",
            "option",
            "attribute",
            "value",
            "unit",
            "source",
            "confidence",
            "adjustable",
            "profile",
            "teaching",
        )
        return tuple(
            {
                **{name: getattr(fact, name) for name in plain},
                "text": fact.text(),
                "published": fact.published.isoformat() if fact.published else None,
                "checked": fact.checked.isoformat(),
            }
            for fact in self._facts.values()
        )

    # -- instance types and Regions ------------------------------------------------------------------------

    @property
    def instances(self) -> Mapping[str, InstanceType]:
        """Every known `ml.*` type by name."""
        return MappingProxyType(_instances())

    @property
    def regions(self) -> tuple[str, ...]:
        """Codes of all known Regions, in order of their names; some have no price in the table."""
        return tuple(_regions())

    def listed(self, region: str, use: str = "hosting") -> frozenset[str]:
        """Types that the cfn-lint list offers there. Arguments: `use`, hosting or transform."""
        return _listed().get((region, use), frozenset())

    def priced(self, region: str) -> frozenset[str]:
        """Types that have a hosting price there."""
        return priced_types(self._table).get(region, frozenset())

    def offered(self, region: str) -> frozenset[str]:
        """Hosting types on which both lists agree; either alone has names the service refuses.

        >>> "ml.m5.xlarge" in load_facts().offered("eu-west-1")
        True
        """
        return self.listed(region) & self.priced(region) & frozenset(_instances())

    def region_concurrency(self, region: str) -> Fact | None:
        """The limit on serverless requests in progress of one account there; None without serverless."""
        row = _regions().get(region)
        size = row.serverless_concurrency if row else ""
        return self.fact(f"serverless.region_concurrency_{size}") if size else None

    def components_in_cloudformation(self, region: str) -> bool | None:
        """Whether CloudFormation offers inference components there; None in a Region that is not known.

        >>> load_facts().components_in_cloudformation("us-east-1")
        True
        """
        row = _regions().get(region)
        return row.cloudformation_components if row else None

    # -- prices --------------------------------------------------------------------------------------------

    @property
    def price_table(self) -> PriceTable | None:
        """The refreshed table whose prices lie over the shipped ones; None without one."""
        return price_table(self._table)

    def price(self, region: str, subject: str, item: str) -> Price | None:
        """The price of one item in one Region, or None: never that of another Region."""
        key = (region, subject, item)
        return self._own_prices.get(key) or prices_under(self._table).get(key)

    def prices(self, region: str = "", subject: str = "") -> Iterator[Price]:
        """All prices in force, of one Region or subject where these are given."""
        for key, price in {**prices_under(self._table), **self._own_prices}.items():
            if region in ("", key[0]) and subject in ("", key[1]):
                yield price

    def instance_price(self, region: str, option: str, instance_type: str) -> Price | None:
        """USD per hour of one instance: the option's own price, else the hosting price, marked inferred.

        >>> load_facts().instance_price("us-east-1", "multi_model", "ml.m5.xlarge").confidence
        'inferred'
        """
        own = self.price(region, option, instance_type)
        if own is not None:
            return own
        hosting = self.price(region, "instance", instance_type)
        if hosting is None or option == "real_time":
            return hosting
        note = f"Inferred: the hosting price, no price of its own for {option}. {hosting.note}".strip()
        return replace(hosting, confidence="inferred", note=note)

    def memory_price(self, region: str, subject: str, meter: str, memory_mib: int) -> Price | None:
        """USD per second of a memory size; a size without a price is read off another one in proportion.

        Arguments: `subject`, serverless or serverless_provisioned; `meter`, memory (serverless), usage (kept
        warm) or duration (request time).
        """
        own = self.price(region, subject, f"{meter}-{memory_mib}MiB")
        if own is not None:
            return own
        for price in self.prices(region, subject):
            known, _, size = price.item.removesuffix("MiB").partition("-")
            if known == meter:
                usd = price.usd * memory_mib / Decimal(size)
                note = f"Inferred: in proportion to the price of {size} MiB. {price.note}".strip()
                return replace(price, item=f"{meter}-{memory_mib}MiB", usd=usd, confidence="inferred", note=note)
        return None

    # -- what is in force ----------------------------------------------------------------------------------

    @property
    def mechanism(self) -> "Facts":
        """The same overrides over what AWS documents: simulation and bills never read the teaching table."""
        return self.under(PROFILES[0])

    def under(self, profile: str) -> "Facts":
        """The same overrides over another profile.

        >>> load_facts().under("study-card").profile
        'study-card'
        """
        return self if profile == self.profile else _facts(profile, self._given, self._table)

    def with_values(self, values: Mapping[str, float]) -> "Facts":
        """The same facts with other values of some, by id and each in its unit, over what the user gave.

        >>> load_facts().with_values({"start.launch_cpu": 5}).fact("start.launch_cpu").value
        5
        """
        given = json.loads(self._given) if self._given else {}
        put = {name: {"value": value, "unit": self.fact(name).unit} for name, value in values.items()}
        return Facts(self.profile, canonical({**given, **put}), self._table)  # not kept: many are asked for once

    @property
    def other(self) -> "Facts":
        """The same overrides under the other profile: what a verdict is compared with."""
        return self.under(PROFILES[0] if self.profile != PROFILES[0] else PROFILES[1])

    @cached_property
    def digest(self) -> str:
        """SHA-256 over every value, source and date in force; equal digests give equal answers."""
        total = hashlib.sha256()
        for thing in (*self._facts.values(), *self._own_prices.values()):
            total.update(repr(thing).encode())
        total.update(_table_digest() + self._table.encode())
        return total.hexdigest()

    def aged(self, older_than_days: int, today: date) -> tuple[Fact | Price, ...]:
        """Facts and prices that nobody has read for more than that many days before `today`."""
        limit = today - timedelta(days=older_than_days)
        things: list[Fact | Price] = [*self.all(), *self.prices()]
        return tuple(thing for thing in things if thing.checked < limit)

    def oldest(self) -> Fact | Price:
        """The fact or price whose last reading lies furthest back."""
        things: list[Fact | Price] = [*self.all(), *self.prices()]
        return min(things, key=lambda thing: thing.checked)


class Difference(NamedTuple):
    """One fact on which two sets of facts disagree."""

    id: str
    a: Fact
    b: Fact


def diff(a: Facts, b: Facts) -> tuple[Difference, ...]:
    """The facts whose quantity differs, whatever its unit.

    >>> diff(load_facts(), load_facts("study-card"))[0].id
    'async.invocation_timeout'
    """
    pairs = ((name, a.fact(name), b.fact(name)) for name in a.ids())
    return tuple(Difference(*pair) for pair in pairs if not pair[1].same_as(pair[2]))


def load_facts(
    profile: str = "aws",
    overrides: Path | str | Mapping[str, Any] | None = None,
    prices: Path | str | None = None,
) -> Facts:
    """The facts of a profile with the user's values over them; equal arguments give the same object.

    Arguments: `profile`, one of `PROFILES`; `overrides`, a TOML file (at most 1 MB) or the mapping it holds:
    tables headed by an id, `["real_time.payload_request"]`, with `value` and, where it differs, `unit`
    (also `low`, `high`, `source`, `checked`), and `[[price]]` tables with region, subject, item and usd;
    `prices`, a table that `endpoint-advisor prices refresh` wrote: its prices lie over the shipped ones.
    Raises InputError with every problem of the input, FactError when the shipped data is malformed.

    >>> load_facts("aws", {"real_time.payload_request": {"value": 6}}).overrides
    ('real_time.payload_request',)
    """
    if profile not in PROFILES:
        raise InputError([Problem("profile", repr(profile)[:80], f"one of {', '.join(PROFILES)}")])
    return _facts(profile, canonical(overrides), read_table_text(prices) if prices is not None else "")


@lru_cache(maxsize=32)
def _facts(profile: str, given: str, table: str) -> Facts:
    return Facts(profile, given, table)


@lru_cache(maxsize=1)
def _required() -> tuple[tuple[str, ...], tuple[str, ...], dict[str, str]]:
    table = read_toml(data_folder() / "required.toml")
    return tuple(table["options"]), tuple(table["attributes"]), dict(table["inherits"])


@lru_cache(maxsize=len(PROFILES))
def _profile_facts(profile: str) -> dict[str, Fact]:
    folder = data_folder()
    if profile != PROFILES[0]:
        return apply_profile(_profile_facts(PROFILES[0]), folder / "profiles" / f"{profile}.toml")
    facts = read_facts(folder)
    options, attributes, inherits = _required()
    for option in options:
        line = [option]
        while line[-1] in inherits:
            line.append(inherits[line[-1]])
        for attribute in attributes:
            if not any(f"{name}.{attribute}" in facts for name in line):
                raise FactError(f"limits/{option}.toml: {attribute} is missing")
    return facts


@lru_cache(maxsize=1)
def _instances() -> dict[str, InstanceType]:
    return read_instances(data_folder())


@lru_cache(maxsize=1)
def _regions() -> dict[str, Region]:
    return read_regions(data_folder())


@lru_cache(maxsize=1)
def _listed() -> dict[tuple[str, str], frozenset[str]]:
    return read_listed(data_folder())


@lru_cache(maxsize=1)
def _table_digest() -> bytes:
    total = hashlib.sha256()
    for name in _TABLES:
        total.update((data_folder() / name).read_bytes())
    return total.digest()
