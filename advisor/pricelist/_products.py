"""Which product of the AWS price list is which of our items; everything else is skipped."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Final, NamedTuple

from advisor.errors import InputError, Problem

__all__ = ["Attributes", "Item", "flat", "hardware", "item_of", "region_of"]

Attributes = Mapping[str, str]
"""What the list says of a product, by lower-case name without spaces, so that JSON and CSV read alike."""

_TYPE: Final = re.compile(r"ml\.[a-z0-9-]+\.[a-z0-9]+")
_COMPONENTS: Final = {"hosting": "instance", "asyncinf": "async", "batchtransform": "batch_transform"}
_USAGE: Final = {"host": "hosting", "asyncinf": "asyncinf", "tsform": "batchtransform"}
_GROUPS: Final = {
    "serverlessinf": ("serverless", "memory", "mem"),
    "serverlessprovisionedconcurrency-usage": ("serverless_provisioned", "usage", "usage"),
    "serverlessprovisionedconcurrency-duration": ("serverless_provisioned", "duration", "mem"),
}
_DATA: Final = {"hosting:in": "data-in", "hosting:out": "data-out"}
_PREFIX: Final = re.compile(r"^(?:[A-Z]{2,4}\d*-)+(?=[A-Z])")
_ZONE: Final = re.compile(r"-\d+-[a-z]+-\d+$")


class Item(NamedTuple):
    """One of our items, and the unit in which the list sells it."""

    subject: str
    item: str
    unit: str


def flat(attributes: object, family: object = "") -> dict[str, str]:
    """The attributes of a product by plain names.

    >>> flat({"regionCode": "us-east-1", "Volume Type": "gp2"}, "Storage")["volumetype"]
    'gp2'
    """
    given = attributes if isinstance(attributes, dict) else {}
    found = {name.lower().replace(" ", ""): text.strip() for name, text in given.items() if isinstance(text, str)}
    return {**found, "productfamily": family} if isinstance(family, str) and family else found


def region_of(attributes: Attributes) -> str:
    """Code of the Region or local zone a product is sold in; empty for an Outpost or a zone without a code.

    >>> region_of({"regioncode": "eu-west-1", "locationtype": "AWS Outposts"})
    ''
    """
    code, kind = attributes.get("regioncode", ""), attributes.get("locationtype", "AWS Region").lower()
    if kind == "aws local zone":
        return code if _ZONE.search(code) else ""
    return code if kind in {"aws region", ""} else ""


def usage(attributes: Attributes) -> str:
    """The usage type without the prefix of its Region: `Host:ml.m5.xlarge` of `USE1-Host:ml.m5.xlarge`."""
    return _PREFIX.sub("", attributes.get("usagetype", ""))


def item_of(sku: str, attributes: Attributes) -> Item | None:
    """Our item of a product; None for what no bill of ours prices, like training or the free tier.

    Raises InputError when group and usage type name different meters of provisioned concurrency.
    """
    group, used = attributes.get("group", "").lower(), usage(attributes)
    if used.lower().endswith("parent") or "free" in used.lower():
        return None
    if group in _GROUPS:
        return _memory(sku, attributes, used, *_GROUPS[group])
    if group in _DATA:
        return Item("data_processing", _DATA[group], "GB")
    if attributes.get("volumetype", "").lower() == "general purpose-hosting" or used == "Host:VolumeUsage.gp2":
        return Item("volume", "endpoint-gp2", "GB-Mo")
    return _instance(attributes, used)


def _instance(attributes: Attributes, used: str) -> Item | None:
    words = [attributes.get(name, "").lower() for name in ("platoinstancetype", "component")]
    said = next((word for word in words if word), None) or _USAGE.get(used.partition(":")[0].lower(), "")
    family = attributes.get("productfamily", "ML Instance").lower()
    if said not in _COMPONENTS or family != "ml instance" or any("free" in word for word in words):
        return None
    named = (
        attributes.get("instancename", ""),
        attributes.get("instancetype", "").rpartition("-")[0],
        used.partition(":")[2],
    )
    name = next((name for name in named if _TYPE.fullmatch(name)), "")
    # Elastic Inference is an attachment to an instance, not one.
    return Item(_COMPONENTS[said], name, "Hrs") if name and not name.startswith("ml.eia") else None


def _memory(sku: str, attributes: Attributes, used: str, subject: str, meter: str, word: str) -> Item | None:
    size = re.search(r"(Mem|Usage)-(\d+)GB$", used, flags=re.IGNORECASE)
    if size and size[1].lower() != word:
        said = f"group {attributes['group']}, usage type {attributes['usagetype']}"
        raise InputError([Problem(f"SKU {sku[:40]}", said[:160], "group and usage type of one meter")])
    try:
        mib = Decimal(attributes.get("memorygb") or (size[2] if size else "")) * 1024
    except InvalidOperation:
        return None
    whole = mib.is_finite() and mib == mib.to_integral_value() and 0 < mib < 10**6
    return Item(subject, f"{meter}-{int(mib)}MiB", "seconds") if whole else None


def hardware(attributes: Attributes) -> tuple[float | None, float | None]:
    """The vCPUs and the GiB of memory of an instance type, None where the list says none: SKUs of one type differ in that.

    >>> hardware({"vcpu": "4", "memory": "16 GiB"}), hardware({"vcpu": "N/A"})
    ((4.0, 16.0), (None, None))
    """
    found = [re.match(r"\d{1,6}(?:\.\d+)?", attributes.get(name, "").replace(",", "")) for name in ("vcpu", "memory")]
    vcpu, memory = (float(text[0]) if text else None for text in found)
    return vcpu, memory
