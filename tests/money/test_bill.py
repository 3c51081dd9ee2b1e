"""Bills: meters times prices, checked by hand; what is missing is named, never zero."""

from dataclasses import replace
from decimal import Decimal

import pytest

from advisor.billing import EXCLUDED, bill
from advisor.facts import load_facts
from advisor.meters import Meters, alarms, traffic_meters
from advisor.options import Option

FACTS = load_facts()
HOUR = 3_600_000_000
MONTH = Decimal(str(FACTS.fact("billing.month_hours").number()))
REAL_TIME = Option(name="real_time", instance_type="ml.m5.xlarge", instances=2)
SERVERLESS = Option(name="serverless", memory_mib=2048, max_concurrency=5)
ASYNC = Option(name="async", instance_type="ml.m5.xlarge", backlog_target=5, max_instances=2)


def price(subject: str, item: str, region: str = "us-east-1") -> Decimal:
    found = FACTS.price(region, subject, item)
    assert found is not None
    return found.usd


def test_two_instances_all_the_time_cost_two_instances_a_month():
    meters = Meters(window_us=24 * HOUR, instance_type="ml.m5.xlarge", instance_us=2 * 24 * HOUR)
    found = bill(meters, REAL_TIME, FACTS, "us-east-1")
    instances = next(line for line in found.lines if line.meter == "instance")
    assert instances.quantity == 2 * MONTH
    assert instances.usd == 2 * MONTH * price("instance", "ml.m5.xlarge")
    volume = next(line for line in found.lines if line.meter == "volume")
    assert volume.usd == 2 * Decimal(round(FACTS.fact("billing.volume_default").number())) * price(
        "volume", "endpoint-gp2"
    )
    assert found.total == instances.usd + volume.usd
    assert instances.source and instances.checked


def test_a_type_with_disks_of_its_own_gets_no_volume():
    meters = Meters(window_us=HOUR, instance_type="ml.g5.xlarge", instance_us=HOUR)
    found = bill(meters, replace(REAL_TIME, instance_type="ml.g5.xlarge"), FACTS, "us-east-1")
    assert {line.meter for line in found.lines} == {"instance"}


@pytest.mark.parametrize("hours", [1, 7, 730, 672])
def test_the_window_scales_to_a_month(hours):
    meters = Meters(
        window_us=hours * HOUR,
        instance_type="ml.m5.xlarge",
        instance_us=hours * HOUR,
        requests=hours * 100,
        good=hours * 90,
    )
    found = bill(meters, REAL_TIME, FACTS, "us-east-1")
    line = next(line for line in found.lines if line.meter == "instance")
    assert abs(line.quantity - MONTH) < Decimal("1e-18") * MONTH
    assert found.requests_per_month == pytest.approx(float(MONTH) * 100)
    assert found.short_window is (hours < 24)
    assert float(found.per_million_good) == pytest.approx(float(found.total) / (float(MONTH) * 90) * 1e6)


def test_serverless_bills_processing_and_says_that_starting_is_open():
    meters = Meters(
        window_us=24 * HOUR,
        memory_mib=2048,
        serverless_us=1000 * 10**6,
        serverless_cold_us=100 * 10**6,
        requests=10,
        good=10,
    )
    found = bill(meters, SERVERLESS, FACTS, "us-east-1")
    line = next(line for line in found.lines if line.meter == "serverless")
    per_second = FACTS.memory_price("us-east-1", "serverless", "memory", 2048).usd
    assert float(line.usd) == pytest.approx(1000 * float(MONTH) / 24 * float(per_second))
    assert float(found.highest - found.total) == pytest.approx(0.1 * float(line.usd))
    assert "start-up" in found.open_items[0][0]


def test_data_processed_is_priced_by_the_binary_gigabyte():
    gb = FACTS.fact("billing.priced_gb").bytes()
    meters = Meters(window_us=round(float(MONTH)) * HOUR, memory_mib=2048, bytes_in=3 * gb, bytes_out=gb)
    lines = {line.item: line for line in bill(meters, SERVERLESS, FACTS, "us-east-1").lines}
    assert lines["Data processed, in"].usd == 3 * price("data_processing", "data-in")
    assert lines["Data processed, out"].usd == price("data_processing", "data-out")


def test_requests_through_s3_are_written_once_and_read_once():
    meters = traffic_meters(ASYNC, FACTS, accepted=1000, good=900, mean_in=1e6, mean_out=1e6)
    assert (meters.s3_put, meters.s3_get, meters.sns, meters.bytes_in, meters.bytes_out) == (1900, 1000, 900, 0, 0)
    month = replace(meters, window_us=round(float(MONTH)) * HOUR)
    line = next(line for line in bill(month, ASYNC, FACTS, "us-east-1").lines if line.item == "S3 writes")
    assert line.quantity == Decimal("1.9")
    assert line.usd == Decimal("1.9") * price("s3", "put-copy-post-list")
    direct = traffic_meters(REAL_TIME, FACTS, accepted=1000, good=900, mean_in=2000.0, mean_out=10.0)
    assert (direct.bytes_in, direct.bytes_out, direct.s3_put) == (2_000_000, 9000, 0)


@pytest.mark.parametrize(
    ("option", "expected"),
    [(REAL_TIME, 0), (replace(REAL_TIME, target_per_min=10.0), 2), (ASYNC, 3), (replace(ASYNC, min_instances=1), 2)],
)
def test_alarms_of_a_scaling_policy(option, expected):
    assert alarms(option) == expected


def test_a_missing_price_of_the_instance_leaves_no_total():
    region = next(r for r in FACTS.regions if "ml.m5.xlarge" not in FACTS.priced(r))
    meters = Meters(window_us=HOUR, instance_type="ml.m5.xlarge", instance_us=HOUR)
    found = bill(meters, REAL_TIME, FACTS, region)
    assert found.total is None and found.per_million_good is None and found.highest is None
    assert any("ml.m5.xlarge" in item and region in item for item in found.missing)


def test_a_missing_price_of_a_side_item_is_named_and_left_out():
    region = "eu-central-1"
    assert FACTS.price(region, "data_processing", "data-in") is None
    meters = Meters(window_us=HOUR, instance_type="ml.m5.xlarge", instance_us=HOUR, bytes_in=10**9)
    found = bill(meters, REAL_TIME, FACTS, region)
    assert found.total is not None
    assert any("Data processed, in" in item for item in found.missing)


def test_async_without_a_price_of_its_own_takes_the_hosting_price_and_says_inferred():
    meters = Meters(window_us=HOUR, instance_type="ml.m5.xlarge", instance_us=HOUR)
    line = next(line for line in bill(meters, ASYNC, FACTS, "us-east-1").lines if line.meter == "instance")
    assert line.unit_price == price("instance", "ml.m5.xlarge")
    assert line.confidence == "inferred"


def test_what_is_open_about_billing_is_a_fact_that_can_be_replaced(make):
    from simulator.play import simulate
    from simulator.study import prepare

    tracked = Option(
        name="real_time",
        instance_type="ml.m5.xlarge",
        instances=1,
        min_instances=1,
        max_instances=6,
        target_per_min=30.0,
        concurrency_per_instance=4,
    )
    workload = make(
        (
            "traffic",
            {
                "kind": "phases",
                "phases": [{"rate_per_s": 0.1, "duration": "1 h"}, {"rate_per_s": 3.0, "duration": "2 h"}],
            },
        )
    )
    later = load_facts("aws", {"billing.instance_billed_from": {"value": "in_service"}})
    hours = [simulate(prepare(workload, facts), tracked).bill.lines[0].quantity for facts in (FACTS, later)]
    assert hours[0] > hours[1]
    every = load_facts("aws", {"billing.async_data_processed": {"value": "all"}})
    assert traffic_meters(ASYNC, every, 10, 10, 1e6, 1e6).bytes_in == 10_000_000


def test_the_study_card_changes_no_bill():
    meters = Meters(window_us=HOUR, memory_mib=2048, serverless_us=10**9, bytes_in=10**9)
    assert bill(meters, SERVERLESS, load_facts("study-card"), "us-east-1") == bill(
        meters, SERVERLESS, FACTS, "us-east-1"
    )


def test_an_overridden_price_is_used():
    own = load_facts(
        "aws", {"price": [{"region": "us-east-1", "subject": "instance", "item": "ml.m5.xlarge", "usd": "1"}]}
    )
    meters = Meters(window_us=HOUR, instance_type="ml.m5.xlarge", instance_us=HOUR)
    line = next(line for line in bill(meters, REAL_TIME, own, "us-east-1").lines if line.meter == "instance")
    assert line.usd == MONTH


def test_every_bill_says_what_it_does_not_contain_and_an_empty_window_is_refused():
    found = bill(Meters(window_us=HOUR, memory_mib=2048, serverless_us=1), SERVERLESS, FACTS, "us-east-1")
    assert found.excluded == EXCLUDED and len(EXCLUDED) == 8
    with pytest.raises(ValueError, match="window"):
        bill(Meters(window_us=0), SERVERLESS, FACTS, "us-east-1")
