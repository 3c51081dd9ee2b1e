"""Scaling: what wakes a fleet, what drives it, how far down it goes, and what spills over."""

import pytest

from advisor.facts import load_facts
from advisor.options import Option
from advisor.rules import Outcome

FACTS = load_facts()
ZERO = Option(name="inference_components_zero", max_instances=2, max_copies=2, target_per_min=1.0)
QUEUE = Option(name="async", instance_type="ml.m5.xlarge", max_instances=2, backlog_target=5.0)
JOB = Option(name="batch_transform", instances=1)
FLEET = Option(name="real_time", instances=2, min_instances=1, max_instances=2, target_per_min=1.0)
SERVERLESS = Option(name="serverless", memory_mib=2048, max_concurrency=10)


def outcome(found):
    return found.outcome if found else None


def test_components_leave_zero_only_by_a_step_policy(ask):
    assert ask("SCA004", ZERO).outcome is Outcome.notes
    without = Option(name="inference_components_zero", max_copies=2, target_per_min=1.0, step_from_zero=False)
    assert ask("SCA004", without).outcome is Outcome.conditions
    kept = Option(name="inference_components_zero", min_copies=1, min_instances=1, target_per_min=1.0)
    for option in (kept, QUEUE, FLEET):
        assert ask("SCA004", option) is None


def test_a_queue_scales_on_its_backlog_only(ask):
    metric = FACTS.fact("autoscaling.metric_async").value
    assert metric in ask("SCA005", QUEUE).message
    wrong = Option(name="async", max_instances=2, target_per_min=60.0)
    assert ask("SCA005", wrong).outcome is Outcome.conditions
    for option in (JOB, FLEET, SERVERLESS):
        assert ask("SCA005", option) is None


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        (FLEET, Outcome.blocks),
        (Option(name="multi_model", instances=2), Outcome.blocks),
        (SERVERLESS, Outcome.notes),
        (Option(name="serverless_provisioned", memory_mib=2048, provisioned_concurrency=1), Outcome.blocks),
        (QUEUE, Outcome.notes),
        (Option(name="async", min_instances=1, max_instances=2, backlog_target=5.0), Outcome.conditions),
        (Option(name="async", instances=1), Outcome.conditions),
        (JOB, Outcome.notes),
        (ZERO, Outcome.notes),
        (Option(name="inference_components_zero", min_copies=1, target_per_min=1.0), Outcome.conditions),
    ],
)
def test_idle_time_that_must_cost_nothing(ask, option, expected):
    assert ask("SCA006", option, scale_to_zero=True).outcome is expected
    assert ask("SCA006", option, scale_to_zero=False) is None
    assert ask("SCA006", option) is None


@pytest.mark.parametrize("name", ["real_time", "async", "inference_components", "inference_components_zero"])
def test_scaling_keeps_the_fewest_instances_of_its_option(ask, name):
    least = int(FACTS.of(name, "minimum_instances").number())
    at = Option(name=name, min_instances=least, max_instances=9, target_per_min=1.0)
    assert ask("SCA007", at) is None
    if least:
        below = Option(name=name, min_instances=least - 1, max_instances=9, target_per_min=1.0)
        assert ask("SCA007", below).outcome is Outcome.blocks
    assert ask("SCA007", SERVERLESS) is None


@pytest.mark.parametrize(("rate", "expected"), [(9.0, None), (10.0, None), (11.0, Outcome.conditions)])
def test_requests_above_the_warm_environments_spill_over(ask, rate, expected):
    warm = Option(name="serverless_provisioned", memory_mib=2048, max_concurrency=50, provisioned_concurrency=10)
    assert outcome(ask("SCA008", warm, rps_peak=rate, processing_s=1.0)) is expected
    assert ask("SCA008", SERVERLESS, rps_peak=rate, processing_s=1.0) is None


def test_a_shared_container_has_no_metrics_for_one_model(ask):
    assert FACTS.fact("multi_model.metric_period").text() in ask("SCA009", Option(name="multi_model")).message
    assert ask("SCA009", FLEET) is None


def test_slots_beyond_the_cores_of_a_shared_container(ask):
    cores = int(FACTS.instances["ml.m5.xlarge"].vcpu)
    for slots, expected in ((cores, None), (cores + 1, Outcome.notes)):
        shared = Option(name="multi_model", instance_type="ml.m5.xlarge", instances=2, concurrency_per_instance=slots)
        assert outcome(ask("SCA010", shared)) is expected
    accelerated = Option(name="multi_model", instance_type="ml.g5.xlarge", concurrency_per_instance=64)
    assert ask("SCA010", accelerated) is None
