"""Jobs: mini-batches, records in a file, instances of a job, a data set that is due."""

import math

import pytest

from advisor.facts import load_facts
from advisor.options import Option
from advisor.rules import Outcome
from advisor.settings import Settings

FACTS = load_facts()
LIMIT = FACTS.of("batch_transform", "payload_request")
JOB = Option(name="batch_transform", instance_type="ml.m5.xlarge", instances=1)
REAL_TIME = Option(name="real_time", instance_type="ml.m5.xlarge", instances=2)


def outcome(found):
    return found.outcome if found else None


def job(**more):
    return Option(name="batch_transform", instance_type="ml.m5.xlarge", instances=1, **more)


def test_a_large_file_of_small_records_can_be_split(ask):
    payload, most = LIMIT.bytes_upper() / 1e6 + 1, LIMIT.bytes() / 1e6
    records = 1000.0
    at = {"dataset_records": records, "dataset_gb": most * records / 1000}
    above = {"dataset_records": records, "dataset_gb": (most + 1) * records / 1000}
    found = ask("PAY001", JOB, payload_mb=payload, **at)
    assert found.outcome is Outcome.conditions
    assert "SplitType" in found.remedy
    assert ask("PAY001", JOB, payload_mb=payload, **above).outcome is Outcome.blocks
    assert ask("PAY001", JOB, payload_mb=payload).outcome is Outcome.blocks
    assert ask("PAY001", REAL_TIME, payload_mb=payload, **at).outcome is Outcome.blocks


def test_a_payload_that_is_the_whole_data_set_may_hold_many_records(ask):
    payload = LIMIT.bytes_upper() / 1e6 + 1
    whole, part = payload / 1000, payload / 1000 + 0.001
    assert ask("PAY001", JOB, payload_mb=payload, dataset_gb=whole).outcome is Outcome.conditions
    assert ask("PAY001", JOB, payload_mb=payload, dataset_gb=part).outcome is Outcome.blocks
    assert ask("PAY001", JOB, payload_mb=payload, dataset_gb=whole, dataset_records=1.0).outcome is Outcome.blocks


def test_the_size_of_a_mini_batch_times_the_requests_at_once(ask):
    product = FACTS.fact("batch_transform.payload_concurrency_product").bytes() / 1e6
    count = 4
    fits = int(product // count)
    for size, expected in ((fits, None), (fits + 1, Outcome.conditions)):
        found = ask("BAT001", job(concurrency_per_instance=count), payload_mb=float(size))
        assert outcome(found) is expected
        chosen = ask("BAT001", job(concurrency_per_instance=count, payload_mib=size))
        assert outcome(chosen) is (Outcome.blocks if expected else None)
    assert ask("BAT001", job(), payload_mb=product) is None
    assert ask("BAT001", JOB) is None
    written = job(concurrency_per_instance=count, payload_mib=fits + 1, settings=Settings())
    assert ask("BAT001", written) is None, "what somebody wrote is checked as configuration"


@pytest.mark.parametrize("step", [0, 1])
def test_a_record_above_the_default_mini_batch_needs_the_setting(ask, step):
    default = FACTS.fact("batch_transform.payload_request_default").bytes()
    size = (default + step) / 1e6
    found = ask("BAT002", JOB, payload_mb=size)
    assert outcome(found) is (Outcome.conditions if step else None)
    assert found is None or f"MaxPayloadInMB to {math.ceil(size)}" in found.remedy
    assert ask("BAT002", job(payload_mib=math.ceil(size)), payload_mb=size) is None
    assert ask("BAT002", REAL_TIME, payload_mb=size) is None


def test_the_record_of_a_file_is_what_counts(ask):
    payload, records = LIMIT.bytes_upper() / 1e6 + 1, 1000.0
    default = FACTS.fact("batch_transform.payload_request_default").bytes() / 1e6
    for mean, expected in ((default, None), (default + 1, Outcome.conditions)):
        found = ask("BAT002", JOB, payload_mb=payload, dataset_records=records, dataset_gb=mean * records / 1000)
        assert outcome(found) is expected


@pytest.mark.parametrize("step", [0, 1])
def test_instances_of_one_job(ask, step):
    most = int(FACTS.fact("batch_transform.instances_max").number())
    found = ask("BAT003", Option(name="batch_transform", instance_type="ml.m5.xlarge", instances=most + step))
    assert outcome(found) is (Outcome.conditions if step else None)
    assert ask("BAT003", Option(name="real_time", instances=most + 1)) is None


@pytest.mark.parametrize("step", [0, 1])
def test_a_data_set_that_is_due(ask, step):
    most, count = FACTS.fact("batch_transform.instances_max").number(), 2
    known = {"dataset_records": most * count * 1000 + step, "processing_s": 0.5, "completion_slo_s": 500.0}
    found = ask("BAT004", job(concurrency_per_instance=count), **known)
    assert found.outcome is (Outcome.conditions if step else Outcome.notes)
    assert found.seen == most + step
    assert ask("BAT004", REAL_TIME, **known) is None
    assert ask("BAT004", JOB, dataset_records=5.0, processing_s=1.0) is None
