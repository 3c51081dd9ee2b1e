"""The shipped data is whole, sourced and plausible."""

import math
import re
from datetime import date
from decimal import Decimal

import pytest

from advisor._facts_types import ADJUSTABLE, CONFIDENCE, SPOKEN, scale_of
from advisor.facts import _required as required
from advisor.facts import data_folder, load_facts

FACTS = load_facts()
PRICES = tuple(FACTS.prices())
SUBJECTS = {
    "instance", "async", "batch_transform", "serverless", "serverless_provisioned", "data_processing", "volume",
    "s3", "sns", "alarm",
}  # fmt: skip
SIMULATOR = (
    "start.launch_cpu",
    "start.launch_accelerated",
    "start.host",
    "start.component",
    "start.image_pull_per_s",
    "start.model_download_per_s",
    "start.image_cached_accelerated",
    "start.spread",
    "load.model_fixed",
    "load.model_per_s",
    "load.reload_fixed",
    "load.reload_per_s",
    "load.spread",
    "serverless.cold_start_time",
    "serverless.cold_start_per_gb",
    "serverless.cold_start_spread",
    "serverless.keep_alive",
    "overhead.real_time",
    "overhead.serverless",
    "overhead.async",
    "overhead.multi_model",
    "overhead.multi_container",
    "overhead.inference_pipeline",
    "overhead.pipeline_hop",
    "overhead.inference_components",
    "speed.same_family",
    "speed.other_family",
    "queue.per_copy",
    "utilisation.target",
    "memory.multi_model",
    "memory.inference_components",
    "weight.production_variants",
)


@pytest.mark.parametrize("fact", FACTS.all(), ids=lambda fact: fact.id)
def test_a_fact_says_where_it_comes_from_when_and_how_sure(fact):
    assert fact.source.strip() == fact.source != ""
    assert fact.checked <= date.today()  # noqa: DTZ011 - a day in the future is wrong in every time zone
    assert fact.published is None or date(2015, 1, 1) < fact.published <= fact.checked
    assert fact.confidence in CONFIDENCE
    assert fact.adjustable in ADJUSTABLE
    assert scale_of(fact.unit)[1] > 0
    assert fact.text().strip()
    assert fact.confidence != "assumed" or fact.note, "an assumption says how it was chosen"


def test_every_option_that_must_answer_does():
    options, attributes, _ = required()
    missing = [f"{o}.{a}" for o in options for a in attributes if not FACTS.has(f"{o}.{a}")]
    assert missing == []
    assert len(options) == 12


def test_inheritance_ends_at_an_option_with_facts_of_its_own():
    options, attributes, inherits = required()
    for option in inherits:
        for attribute in attributes:
            assert FACTS.of(option, attribute).option in {option, *inherits.values()}
    assert set(inherits.values()) - set(inherits) <= set(options)


def test_yes_or_no_attributes_are_no_texts():
    for fact in FACTS.all():
        if fact.attribute.startswith("supports_"):
            assert fact.unit == "bool", fact.id
            assert isinstance(fact.value, bool) or fact.value in SPOKEN, fact.id


@pytest.mark.parametrize("name", SIMULATOR)
def test_what_the_simulator_assumes_is_a_range_with_a_reason(name):
    fact = FACTS.fact(name)
    assert fact.note
    if fact.unit != "bool":
        assert 0 < fact.low < fact.value < fact.high or name.startswith("speed.")
        assert fact.low <= fact.value <= fact.high


def test_every_serverless_memory_size_has_a_speed_that_never_falls():
    speeds = [FACTS.fact(f"speed.serverless_{size}") for size in FACTS.fact("serverless.memory_sizes").value]
    for part in ("low", "mid", "high"):
        found = [speed.number(part) for speed in speeds]
        assert found == sorted(found)


def test_the_spread_of_starts_gives_the_published_ratio_of_p99_to_median():
    """One fleet: p99 over median between 1.9 and 6.4. exp(2.326 sigma) is that ratio of a lognormal."""
    spread = FACTS.fact("start.spread")
    ratios = [math.exp(2.326 * spread.number(part)) for part in ("low", "mid", "high")]
    assert 1.9 <= ratios[0] < ratios[1] < ratios[2] <= 6.4


def test_facts_name_only_facts_that_exist():
    named = re.compile(r"\b(?:observed|serverless|start|load|overhead|queue|real_time)\.[a-z][a-z0-9_]+")
    for fact in FACTS.all():
        for name in named.findall(f"{fact.note} {fact.source}"):
            assert FACTS.has(name), f"{fact.id} names {name}"


def test_each_subject_has_prices_and_each_price_is_whole():
    assert {price.subject for price in PRICES} == SUBJECTS
    for price in PRICES:
        assert price.usd > 0
        assert price.unit
        assert price.source
        assert price.confidence in CONFIDENCE
        assert price.checked >= date(2026, 1, 1)
        assert price.region in FACTS.regions or price.region.count("-") > 2, "a Region or a local zone"


def test_every_priced_instance_type_is_described():
    described = set(FACTS.instances)
    assert {p.item for p in PRICES if p.subject in {"instance", "async", "batch_transform"}} <= described
    for kind in FACTS.instances.values():
        assert kind.vcpu > 0
        assert kind.memory_bytes > 0
        assert (kind.accelerator_count > 0) == bool(kind.accelerator) == (kind.accelerator_memory_bytes > 0)
        assert kind.name == f"ml.{kind.family}.{kind.name.rpartition('.')[2]}"


def test_serverless_is_priced_for_every_size_where_it_has_a_concurrency_limit():
    sizes = FACTS.fact("serverless.memory_sizes").value
    with_limit = {region for region in FACTS.regions if FACTS.region_concurrency(region)}
    assert with_limit == {price.region for price in PRICES if price.subject == "serverless"}
    assert len(with_limit) == FACTS.fact("serverless.regions_count").value
    for region in with_limit:
        assert all(FACTS.price(region, "serverless", f"memory-{size}MiB") for size in sizes)


def test_quoted_prices_agree_with_the_table_they_check():
    data, per_gb = FACTS.fact("billing.data_processed_check"), FACTS.fact("billing.serverless_price_check")
    assert FACTS.price("us-east-1", "data_processing", "data-in").usd == Decimal(str(data.value))
    one = FACTS.memory_price("us-east-1", "serverless", "memory", 1024)
    assert one.usd == Decimal(str(per_gb.value))


def test_an_odd_price_carries_a_warning_and_a_plain_one_does_not():
    assert "Odd" in FACTS.price("us-east-1", "instance", "ml.r8g.large").note
    assert FACTS.price("us-east-2", "instance", "ml.r8g.large").note == ""


def test_a_type_is_offered_only_where_both_lists_have_it():
    for region in FACTS.regions:
        assert FACTS.offered(region) == FACTS.listed(region) & FACTS.priced(region)
    assert FACTS.offered("nowhere-1") == frozenset()
    assert any(FACTS.listed(region) - FACTS.priced(region) for region in FACTS.regions)


def test_no_file_of_the_data_names_a_machine():
    for path in data_folder().rglob("*"):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"(?:^|[\s\"'=])/(?:home|work|tmp|Users|root)/", text), path.name
