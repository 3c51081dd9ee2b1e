"""Nothing that was collected is lost or changed on the way into data/. Skipped where the notes are absent."""

import csv
import json
import tomllib
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from advisor.facts import load_facts

NOTES = Path(__file__).parents[2].parent / "shared" / "facts"
pytestmark = pytest.mark.skipif(not NOTES.is_dir(), reason="the collected notes are not here")

FACTS = load_facts()
SUBJECT = {
    "real_time": "instance", "serverless_provisioned_concurrency": "serverless_provisioned", "storage": "volume",
    "cloudwatch": "alarm",
}  # fmt: skip


def entries(name, head):
    return tomllib.loads((NOTES / name).read_text(encoding="utf-8"))[head]


def carried(raw):
    """Every value that names this entry, ends of ranges and earlier values included."""
    values = []
    for fact in FACTS.all():
        if raw in fact.raw:
            values += [fact.value, fact.low, fact.high, *(fact.value if isinstance(fact.value, tuple) else ())]
        values += [earlier.value for earlier in fact.was if earlier.raw == raw]
    return values


def test_every_limit_is_carried_with_its_value():
    for entry in entries("limits.toml", "limit"):
        values = carried(entry["id"])
        assert values, entry["id"]
        said = entry["value"] if isinstance(entry["value"], list) else [entry["value"]]
        numbers = [item for item in said if not isinstance(item, str)]
        if entry["unit"].startswith("datapoints"):
            numbers = [said[0], said[2]]
        for number in numbers:
            assert any(type(value) is type(number) and value == number for value in values), entry["id"]


def test_nothing_claims_an_entry_that_does_not_exist():
    known = {entry["id"] for entry in [*entries("limits.toml", "limit"), *entries("timings.toml", "timing")]}
    named = {raw for fact in FACTS.all() for raw in fact.raw}
    named |= {earlier.raw for fact in FACTS.all() for earlier in fact.was if earlier.raw}
    assert named <= known


def test_memory_images_disks_and_volumes_are_binary_and_payloads_decimal():
    for fact in FACTS.all():
        size = fact.attribute.removesuffix("_max").removesuffix("_range").removesuffix("_default").removesuffix("_min")
        if size in {"image", "disk", "memory", "memory_sizes", "model_memory", "volume", "volume_size"}:
            assert fact.unit in {"GiB", "MiB"}, fact.id
        if size.startswith("payload"):
            assert fact.unit in {"MB", "GB", "bytes"}, fact.id


def test_every_timing_is_carried_unchanged():
    for entry in entries("timings.toml", "timing"):
        value = tuple(entry["value"]) if isinstance(entry["value"], list) else entry["value"]
        assert value in carried(entry["id"]), entry["id"]


def test_what_was_only_remembered_is_assumed():
    remembered = {entry["id"] for entry in entries("limits.toml", "limit") if entry["confidence"] == "memory"}
    found = [fact for fact in FACTS.all() if remembered & set(fact.raw)]
    assert {fact.confidence for fact in found} == {"assumed"}


def test_every_price_is_carried_unchanged():
    with (NOTES / "prices.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    counted = Counter()
    for row in rows:
        subject = SUBJECT.get(row["option"], row["option"])
        price = FACTS.price(row["region"], subject, row["item"].replace("MB", "MiB"))
        assert price is not None, row
        assert price.usd == Decimal(row["usd"]), row
        assert price.unit == row["unit"], row
        assert str(price.published) == row["as_of"], row
        counted[subject] += 1
    assert counted == Counter(price.subject for price in FACTS.prices())


def test_every_type_has_the_hardware_of_the_notes():
    with (NOTES / "prices.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["item"].startswith("ml.")]
    for row in rows:
        kind = FACTS.instances[row["item"]]
        assert kind.vcpu == float(row["vcpu"])
        assert kind.memory_bytes == round(float(row["memory_gib"]) * 2**30)
        assert kind.accelerator == row["accelerator"]
        assert kind.accelerator_count == int(row["accelerator_count"] or 0)
        assert kind.accelerator_memory_bytes == round(float(row["accelerator_memory_gib"] or 0) * 2**30)


def test_the_listed_types_are_those_of_the_notes():
    notes = json.loads((NOTES / "cfnlint-region-instance-types.json").read_text(encoding="utf-8"))
    for use in ("hosting", "transform"):
        for region, types in notes[f"{use}_instance_types_by_region"].items():
            assert FACTS.listed(region, use) == frozenset(types)


def test_the_regions_of_components_are_those_of_the_notes():
    notes = json.loads((NOTES / "cfnlint-region-instance-types.json").read_text(encoding="utf-8"))
    offered = {region for region in FACTS.regions if FACTS.components_in_cloudformation(region)}
    assert offered == set(notes["cfn_inference_component_regions"]) & set(FACTS.regions)
