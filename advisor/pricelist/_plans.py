"""The rates of a savings plan file, streamed: only those of wanted usage types are kept."""

import re
from collections.abc import Container, Iterator
from pathlib import Path
from typing import Final, NamedTuple

import ijson

from advisor.pricelist._opened import opened

__all__ = ["PlanRate", "plan_rates", "published_of"]

_PLAN: Final = "terms.savingsPlan.item"
_RATE: Final = f"{_PLAN}.rates.item"
_FIELDS: Final = {
    f"{_RATE}.discountedUsageType": "usage_type",
    f"{_RATE}.unit": "unit",
    f"{_RATE}.discountedRate.price": "price",
    f"{_RATE}.discountedRate.currency": "currency",
}
_LEASE: Final = {
    f"{_PLAN}.description": "description",
    f"{_PLAN}.leaseContractLength.duration": "duration",
    f"{_PLAN}.leaseContractLength.unit": "unit",
}


class PlanRate(NamedTuple):
    """What a unit of a usage type costs under one plan."""

    plan: str
    """`1 year, no upfront`"""
    usage_type: str
    unit: str
    price: str
    currency: str


def published_of(path: Path) -> tuple[str, str]:
    """Version and publication date of a savings plan file; empty where it says none."""
    found = []
    for name in ("version", "publicationDate"):
        with opened(path) as stream:
            found.append(str(next(ijson.items(stream, name), "")))
    return found[0], found[1]


def plan_rates(path: Path, wanted: Container[str]) -> Iterator[PlanRate]:
    """The rates of the wanted usage types, of plans whose length and payment the file says."""
    lease: dict[str, str] = {}
    rate: dict[str, str] = {}
    kept: list[dict[str, str]] = []
    with opened(path) as stream:
        for prefix, event, value in ijson.parse(stream, buf_size=1 << 18):
            if prefix in _FIELDS:
                rate[_FIELDS[prefix]] = str(value)
            elif prefix in _LEASE:
                lease[_LEASE[prefix]] = str(value)
            elif prefix == _RATE and event == "end_map":
                if rate.get("usage_type") in wanted:
                    kept.append(rate)
                rate = {}
            elif prefix == _PLAN and event == "end_map":
                plan = _said(lease)
                if plan:
                    for row in kept:
                        yield PlanRate(
                            plan, *(row.get(name, "") for name in ("usage_type", "unit", "price", "currency"))
                        )
                lease, kept = {}, []


def _said(lease: dict[str, str]) -> str:
    """The plan in words; empty where length or payment is not said."""
    paid = re.search(r"\b(no|partial|all) upfront\b", lease.get("description", ""), flags=re.IGNORECASE)
    years = lease.get("duration", "")
    if not paid or years not in {"1", "3"} or not lease.get("unit", "").lower().startswith("year"):
        return ""
    return f"{years} year{'s' if years != '1' else ''}, {paid[1].lower()} upfront"
