"""Regions: what is listed, priced, created by a template, or refused."""

import pytest

from advisor.facts import load_facts
from advisor.options import Option
from advisor.rules import Outcome

FACTS = load_facts()
SERVERLESS = Option(name="serverless", memory_mib=2048, max_concurrency=10)
WITH = next(region for region in FACTS.regions if FACTS.components_in_cloudformation(region))
WITHOUT = next(region for region in FACTS.regions if not FACTS.components_in_cloudformation(region))


def outcome(found):
    return found.outcome if found else None


@pytest.mark.parametrize("name", ["inference_components", "inference_components_zero"])
def test_components_where_cloudformation_lacks_them(ask, name):
    assert ask("NET004", Option(name=name), region=WITHOUT).outcome is Outcome.conditions
    assert ask("NET004", Option(name=name), region=WITH) is None
    assert ask("NET004", Option(name=name), region="nowhere-1") is None
    assert ask("NET004", Option(name=name)) is None
    assert ask("NET004", Option(name="real_time"), region=WITHOUT) is None


def test_a_region_that_refused_zero_instances(ask):
    fact = FACTS.fact("inference_components_zero.refused_regions")
    zero = Option(name="inference_components_zero", max_instances=2)
    found = ask("NET005", zero, region=fact.value[0])
    assert found.outcome is Outcome.conditions
    assert fact.confidence in found.message
    assert ask("NET005", zero, region="us-east-1") is None
    assert ask("NET005", Option(name="inference_components_zero", min_instances=1), region=fact.value[0]) is None
    assert ask("NET005", Option(name="async"), region=fact.value[0]) is None


def test_an_option_without_any_price_in_the_region(ask):
    assert ask("NET003", Option(name="real_time"), region="nowhere-1").outcome is Outcome.conditions
    assert ask("NET003", Option(name="real_time"), region="us-east-1") is None


def test_serverless_outside_the_list_of_regions_though_the_user_has_a_price(ask):
    outside = next(region for region in FACTS.regions if FACTS.region_concurrency(region) is None)
    price = {"region": outside, "subject": "serverless", "item": "memory-2048MiB", "usd": 0.00004}
    own = load_facts("aws", {"price": [price]})
    assert ask("NET003", SERVERLESS, own, region=outside).limit == "not listed"
    assert ask("NET003", SERVERLESS, region=outside).limit == "no price"


def test_the_types_of_a_job_are_those_listed_for_jobs(ask):
    region = "us-east-1"
    hosting, jobs = FACTS.listed(region), FACTS.listed(region, "transform")
    priced = FACTS.priced(region)
    only_hosting = sorted((hosting & priced) - jobs)
    both = sorted(hosting & jobs & priced)
    for kind, expected in ((only_hosting[0], Outcome.conditions), (both[0], None)):
        assert outcome(ask("NET002", Option(name="batch_transform", instance_type=kind), region=region)) is expected
        assert ask("NET002", Option(name="real_time", instance_type=kind), region=region) is None
