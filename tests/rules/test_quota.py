"""Quotas: stated ones, AWS's defaults, and the small ones that users report."""

import pytest

from advisor.facts import load_facts
from advisor.options import Option
from advisor.rules import Outcome

FACTS = load_facts()
FLEET = Option(
    name="real_time", instance_type="ml.m5.xlarge", instances=2, min_instances=2, max_instances=4, target_per_min=60.0
)
SERVERLESS = Option(name="serverless", memory_mib=2048, max_concurrency=50, concurrency_per_instance=1)


def outcome(found):
    return found.outcome if found else None


@pytest.mark.parametrize(
    ("quota", "expected"), [(5.0, None), (4.0, None), (3.0, Outcome.blocks), (0.0, Outcome.blocks)]
)
def test_the_largest_fleet_against_the_quota_of_the_account(ask, quota, expected):
    found = ask("QUO001", FLEET, instance_quota=quota)
    assert outcome(found) is expected
    assert found is None or "larger quota" in found.remedy
    assert outcome(ask("QUO001", SERVERLESS, instance_quota=quota)) is None


def test_a_quota_that_nobody_stated_is_worth_a_note_once_a_type_is_chosen(ask):
    assert ask("QUO001", FLEET).outcome is Outcome.notes
    assert ask("QUO001", Option(name="real_time", instances=2)) is None


def test_without_a_type_only_a_quota_of_nothing_forbids(ask):
    brief = Option(name="real_time", instances=2)
    assert outcome(ask("QUO001", brief, instance_quota=0.0)) is Outcome.blocks
    assert ask("QUO001", brief, instance_quota=1.0) is None


def test_models_that_share_nothing_need_a_fleet_each(ask):
    assert ask("QUO001", FLEET, instance_quota=8.0, n_models=2.0) is None
    assert ask("QUO001", FLEET, instance_quota=7.0, n_models=2.0).outcome is Outcome.blocks
    shared = Option(name="multi_model", instance_type="ml.m5.xlarge", instances=4)
    assert ask("QUO001", shared, instance_quota=4.0, n_models=200.0) is None
    job = Option(name="batch_transform", instance_type="ml.m5.xlarge", instances=4)
    assert ask("QUO001", job, instance_quota=4.0, n_models=200.0) is None, "one job after another"


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-3"])
@pytest.mark.parametrize("step", [0, 1])
def test_requests_at_once_against_the_default_of_the_region(ask, region, step):
    limit = FACTS.region_concurrency(region).number()
    found = ask("QUO002", SERVERLESS, region=region, rps_peak=limit + step, processing_s=1.0)
    assert found.outcome is (Outcome.conditions if step else Outcome.notes)


@pytest.mark.parametrize("step", [0, 1])
def test_the_small_quota_of_new_accounts_is_a_note(ask, step):
    limit = FACTS.fact("serverless.region_concurrency_applied").number()
    found = ask("QUO002", SERVERLESS, region="us-east-1", rps_peak=limit + step, processing_s=1.0)
    assert outcome(found) is (Outcome.notes if step else None)


def test_a_stated_quota_replaces_the_default(ask):
    known = {"region": "us-east-1", "processing_s": 1.0, "concurrency_quota": 100.0}
    assert ask("QUO002", SERVERLESS, rps_peak=100.0, **known) is None
    assert ask("QUO002", SERVERLESS, rps_peak=101.0, **known).outcome is Outcome.blocks
    large = Option(name="serverless", memory_mib=2048, max_concurrency=101)
    assert ask("QUO002", large, rps_peak=1.0, **known).outcome is Outcome.conditions
    assert ask("QUO002", FLEET, rps_peak=5000.0, **known) is None


@pytest.mark.parametrize("step", [0, 1])
def test_an_endpoint_for_each_model(ask, step):
    limit = FACTS.fact("serverless.endpoints_per_region").number()
    assert outcome(ask("QUO003", SERVERLESS, n_models=limit + step)) is (Outcome.conditions if step else None)
    assert ask("QUO003", FLEET, n_models=limit + step) is None


@pytest.mark.parametrize("step", [0, 1])
def test_models_that_scale_by_themselves(ask, step):
    limit = FACTS.fact("autoscaling.targets_max").number()
    assert outcome(ask("QUO004", FLEET, n_models=limit + step)) is (Outcome.conditions if step else None)
    shared = Option(name="multi_model", instances=2, min_instances=1, max_instances=2, target_per_min=1.0)
    assert ask("QUO004", shared, n_models=limit + step) is None
