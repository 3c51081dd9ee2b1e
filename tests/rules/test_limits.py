"""Every rule that compares a number with a limit: just below, at, and just above it."""

from dataclasses import replace

import pytest

from advisor.attributes import UNKNOWN, Attributes, Range
from advisor.facts import Facts, load_facts
from advisor.options import Option
from advisor.rules import Finding, Outcome, all_rules
from advisor.rules._rule import check

FACTS = load_facts()
OPTIONS = {
    "real_time": Option(name="real_time", instance_type="ml.m5.xlarge", instances=2, concurrency_per_instance=1),
    "serverless": Option(name="serverless", memory_mib=2048, max_concurrency=10, concurrency_per_instance=1),
    "async": Option(name="async", instance_type="ml.m5.xlarge", backlog_target=5, max_instances=2, concurrency_per_instance=1),
}  # fmt: skip
BASE = Attributes(
    payload_mb=0.1, response_mb=0.1, processing_s=0.1, traffic="steady", rps_peak=1.0, cold_start_ok=True,
    immediate_response=False, memory_gb=0.5, image_gb=0.5, model_size_gb=0.5, front="none", region="us-east-1",
    survives_zone=False, idle_periods=False, needs_gpu=False, streaming=False,
)  # fmt: skip
# rule, option, attribute, fact, bytes or microseconds in one unit of the attribute, what lies above the limit
LIMITS = [
    ("PAY001", "real_time", "payload_mb", "real_time.payload_request", 1e6),
    ("PAY001", "serverless", "payload_mb", "serverless.payload_request", 1e6),
    ("PAY001", "async", "payload_mb", "async.payload_request", 1e6),
    ("PAY002", "real_time", "response_mb", "real_time.payload_response", 1e6),
    ("PAY002", "serverless", "response_mb", "serverless.payload_response", 1e6),
    ("TIM001", "real_time", "processing_s", "real_time.invocation_timeout", 1e6),
    ("TIM001", "serverless", "processing_s", "serverless.invocation_timeout", 1e6),
    ("TIM001", "async", "processing_s", "async.invocation_timeout", 1e6),
    ("HOST003", "serverless", "image_gb", "serverless.image_max", 1e9),
    ("HOST004", "serverless", "model_size_gb", "serverless.disk_max", 1e9),
]


def ask(rule: str, option: Option, attributes: Attributes, facts: Facts = FACTS) -> Finding | None:
    entry = next(entry for entry in all_rules() if entry.id == rule)
    return check(entry, attributes, option, facts)


def _limit(fact_id: str) -> int:
    fact = FACTS.fact(fact_id)
    return fact.us() if fact.unit in {"s", "min", "h", "ms"} else fact.bytes()


@pytest.mark.parametrize(("rule", "option", "field", "fact_id", "scale"), LIMITS)
@pytest.mark.parametrize("step", [-1, 0, 1])
def test_below_at_and_above_a_limit(rule, option, field, fact_id, scale, step):
    limit, fact = _limit(fact_id), FACTS.fact(fact_id)
    upper = fact.bytes_upper() if fact.unit in {"MB", "GB"} else limit
    seen = limit if step == 0 else (limit - 1 if step < 0 else upper + 1)
    found = ask(rule, OPTIONS[option], replace(BASE, **{field: seen / scale}))
    assert found is not None
    # The front of an old page may have moved: such a limit asks for a check instead of blocking.
    blocked = Outcome.conditions if fact.stale_page or fact.confidence == "assumed" else Outcome.blocks
    assert found.outcome is (blocked if step > 0 else Outcome.notes)
    assert found.limit == limit
    assert (found.margin < 0) == (step > 0)
    assert found.facts[0] == fact.id
    assert bool(found.remedy) == (step > 0)


@pytest.mark.parametrize(
    "fact_id", ["real_time.payload_request", "serverless.payload_request", "async.payload_request"]
)
def test_a_payload_between_the_two_readings_of_a_unit_is_a_condition(fact_id):
    fact = FACTS.fact(fact_id)
    option = OPTIONS[fact_id.split(".")[0]]
    between = (fact.bytes() + fact.bytes_upper()) / 2
    assert ask("PAY001", option, replace(BASE, payload_mb=between / 1e6)).outcome is Outcome.conditions
    assert ask("PAY001", option, replace(BASE, payload_mb=fact.bytes_upper() / 1e6)).outcome is Outcome.conditions


@pytest.mark.parametrize("front", ["api_gateway", "lambda"])
@pytest.mark.parametrize("above", [False, True])
def test_a_front_door_has_limits_of_its_own(front, above):
    payload, timeout = FACTS.of("front_door", f"{front}_payload"), FACTS.of("front_door", f"{front}_timeout")
    size = (payload.bytes_upper() + 1 if above else payload.bytes()) / 1e6
    time = (timeout.us() + 1 if above else timeout.us()) / 1e6
    attributes = replace(BASE, front=front, payload_mb=size, processing_s=time)
    for rule in ("PAY003", "TIM003"):
        found = ask(rule, OPTIONS["real_time"], attributes)
        assert (found.outcome is Outcome.notes) is not above
        assert ask(rule, OPTIONS["async"], attributes) is None, "nobody waits behind a queue"


def test_a_default_time_out_below_the_maximum_asks_for_the_setting():
    default, most = FACTS.of("async", "invocation_timeout_default"), FACTS.of("async", "invocation_timeout")
    for seen, expected in (
        (default.us(), None),
        (default.us() + 1, Outcome.conditions),
        (most.us(), Outcome.conditions),
        (most.us() + 1, None),
    ):
        found = ask("TIM002", OPTIONS["async"], replace(BASE, processing_s=seen / 1e6))
        assert (found.outcome if found else None) is expected


def test_the_callers_patience():
    for patience, expected in ((0.1, None), (0.0999, Outcome.conditions)):
        found = ask("TIM004", OPTIONS["real_time"], replace(BASE, caller_timeout_s=patience))
        assert (found.outcome if found else None) is expected


def test_memory_of_the_environment_the_instance_and_the_accelerator():
    environment = OPTIONS["serverless"].memory_mib * 2**20
    for seen, expected in ((environment, Outcome.notes), (environment + 1, Outcome.blocks)):
        assert ask("HOST002", OPTIONS["serverless"], replace(BASE, memory_gb=seen / 1e9)).outcome is expected
    kind = FACTS.instances["ml.g5.xlarge"]
    gpu = replace(OPTIONS["real_time"], instance_type=kind.name)
    need = kind.accelerator_memory_bytes
    assert ask("HOST002", gpu, replace(BASE, memory_gb=need / 1e9)).outcome is Outcome.notes
    assert ask("HOST002", gpu, replace(BASE, memory_gb=(need + 2**20) / 1e9)).outcome is Outcome.blocks


def test_concurrency_by_littles_law():
    limit = FACTS.of("serverless", "max_concurrency").number()
    for rate, expected in ((limit * 10, Outcome.notes), (limit * 10 + 1, Outcome.blocks)):
        assert ask("SCA001", OPTIONS["serverless"], replace(BASE, rps_peak=rate)).outcome is expected
    assert ask("SCA001", OPTIONS["real_time"], replace(BASE, rps_peak=limit * 1000)) is None


@pytest.mark.parametrize("count", [1, 2, 3])
def test_instances_against_the_loss_of_a_zone(count):
    minimum = FACTS.of("real_time", "production_minimum_instances").number()
    option = replace(OPTIONS["real_time"], instances=count)
    found = ask("AVA001", option, replace(BASE, survives_zone=True))
    assert (found.outcome if found else None) is (None if count >= minimum else Outcome.conditions)
    assert ask("AVA001", OPTIONS["async"], replace(BASE, survives_zone=True)).outcome is Outcome.notes


@pytest.mark.parametrize(
    ("rule", "field", "attribute"),
    [("HOST001", "needs_gpu", "supports_gpu"), ("HOST005", "streaming", "response_streaming"), ("NET001", "vpc_required", "supports_vpc"),
     ("HOST006", "network_isolation", "supports_network_isolation"), ("HOST007", "data_capture", "supports_data_capture")],
)  # fmt: skip
@pytest.mark.parametrize("name", ["real_time", "serverless", "async"])
def test_a_needed_feature_is_offered_refused_or_not_documented(rule, field, attribute, name):
    option = OPTIONS[name] if name == "serverless" else replace(OPTIONS[name], instance_type="ml.g5.xlarge")
    expected = {True: Outcome.notes, False: Outcome.blocks}.get(FACTS.of(name, attribute).value, Outcome.conditions)
    if FACTS.has(f"{name}.contested_{attribute}"):
        expected = Outcome.conditions
    assert ask(rule, option, replace(BASE, **{field: True})).outcome is expected
    assert ask(rule, option, replace(BASE, **{field: False})) is None


def test_a_gpu_model_on_a_type_without_accelerator_is_blocked():
    assert ask("HOST001", OPTIONS["real_time"], replace(BASE, needs_gpu=True)).outcome is Outcome.blocks


@pytest.mark.parametrize(
    ("need", "bound_ms", "expected"),
    [
        (True, None, Outcome.notes),
        ("unwanted", None, Outcome.conditions),
        (False, None, Outcome.conditions),
        (False, 500.0, Outcome.blocks),
        (False, 1e6, Outcome.conditions),
    ],
)
def test_a_serverless_cold_start_against_the_need(need, bound_ms, expected):
    attributes = replace(BASE, cold_start_ok=need, **({"latency_slo_ms": bound_ms} if bound_ms else {}))
    assert ask("COLD001", OPTIONS["serverless"], attributes).outcome is expected
    assert ask("COLD001", OPTIONS["real_time"], attributes).outcome is Outcome.notes
    kept = replace(OPTIONS["async"], min_instances=1)
    assert ask("COLD001", kept, attributes).outcome is Outcome.notes


def test_a_waiting_caller_blocks_a_queue():
    for waits, expected in ((True, Outcome.blocks), (False, Outcome.notes)):
        assert ask("TIM005", OPTIONS["async"], replace(BASE, immediate_response=waits)).outcome is expected
        assert ask("TIM005", OPTIONS["real_time"], replace(BASE, immediate_response=waits)) is None


def test_a_type_that_one_list_names_and_the_other_does_not_is_a_condition():
    region = "us-east-1"
    only_priced = sorted((FACTS.priced(region) - FACTS.listed(region)) & set(FACTS.instances))
    absent = sorted(set(FACTS.instances) - FACTS.priced(region) - FACTS.listed(region))
    both = sorted(FACTS.priced(region) & FACTS.listed(region))
    for names, expected in ((only_priced, Outcome.conditions), (absent, Outcome.blocks), (both, None)):
        for name in names[:2]:
            found = ask("NET002", replace(OPTIONS["real_time"], instance_type=name), BASE)
            assert (found.outcome if found else None) is expected
    assert absent and both


def test_a_region_without_a_serverless_price_is_a_condition():
    without = next(r for r in FACTS.regions if FACTS.memory_price(r, "serverless", "memory", 2048) is None)
    assert ask("NET003", OPTIONS["serverless"], replace(BASE, region=without)).outcome is Outcome.conditions
    assert ask("NET003", OPTIONS["serverless"], BASE) is None


def test_a_share_of_slow_requests_is_a_condition_though_the_p99_fits(make):
    from advisor.attributes import project

    limit = FACTS.of("real_time", "invocation_timeout").us() / 1e6
    slow = make(("service.time", {"p50": "20 s", "p99": f"{limit} s"}))
    found = ask("TIM001", OPTIONS["real_time"], project(slow))
    assert found.outcome is Outcome.conditions
    assert "1 %" in found.message.replace("\u00a0", " ")


@pytest.mark.parametrize("name", sorted(OPTIONS))
def test_what_is_unknown_never_passes_silently(name):
    open_ = Attributes(region="us-east-1")
    outcomes = {entry.id: ask(entry.id, OPTIONS[name], open_) for entry in all_rules()}
    asked = {found.question for found in outcomes.values() if found and found.outcome is Outcome.unknown}
    assert {"payload_mb", "processing_s", "memory_gb"} <= asked


def test_a_range_is_read_at_its_high_end():
    fact = FACTS.fact("serverless.payload_request")
    over = Range(0.1, (fact.bytes_upper() + 1) / 1e6)
    assert ask("PAY001", OPTIONS["serverless"], replace(BASE, payload_mb=over)).outcome is Outcome.blocks


def test_from_zero_without_a_step_policy_is_a_condition():
    assert ask("SCA003", OPTIONS["async"], BASE).outcome is Outcome.notes
    assert ask("SCA003", replace(OPTIONS["async"], step_from_zero=False), BASE).outcome is Outcome.conditions
    assert ask("SCA003", replace(OPTIONS["async"], min_instances=1), BASE) is None


def test_idle_spells_are_free_only_where_nothing_runs():
    idle = replace(BASE, idle_periods=True)
    words = {name: ask("SCA002", option, idle).message for name, option in OPTIONS.items()}
    assert "Nothing runs" in words["serverless"] and "Nothing runs" in words["async"]
    assert "bills through idle" in words["real_time"]


def test_billing_names_how_the_option_bills():
    for name, option in OPTIONS.items():
        assert str(FACTS.of(name, "billing").value) in ask("BIL001", option, BASE).message


@pytest.mark.parametrize("step", [-1, 0, 1])
def test_a_body_inside_the_call_of_a_queue(step):
    fact = FACTS.of("async", "payload_inline")
    found = ask("PAY004", OPTIONS["async"], replace(BASE, payload_mb=(fact.bytes() + step) / 1e6))
    assert found.outcome is Outcome.notes
    assert ("uploaded to S3" in found.message) == (step > 0) == bool(found.remedy)
    assert ask("PAY004", OPTIONS["real_time"], BASE) is None


def test_streaming_is_offered_where_only_the_longer_limit_holds():
    plain, streamed = FACTS.of("real_time", "invocation_timeout"), FACTS.of("real_time", "invocation_timeout_streaming")
    for time, said, mentions in (
        (streamed.us(), UNKNOWN, True), (streamed.us() + 1, UNKNOWN, False), (streamed.us(), False, False),
    ):  # fmt: skip
        found = ask("TIM001", OPTIONS["real_time"], replace(BASE, processing_s=time / 1e6, streaming=said))
        assert found.outcome is Outcome.blocks
        assert (streamed.text() in found.remedy) is mentions
    assert plain.text() in found.message


@pytest.mark.parametrize("step", [0, 1])
def test_a_deadline_beyond_the_life_of_a_queued_request(step):
    longest = FACTS.of("async", "queue_ttl_range").us("high") / 1e6
    found = ask("TIM006", OPTIONS["async"], replace(BASE, completion_slo_s=longest + step))
    assert (found.outcome if found else None) is (Outcome.notes if step else None)
    assert ask("TIM006", OPTIONS["real_time"], replace(BASE, completion_slo_s=longest + step)) is None


def test_a_default_life_below_the_longest_asks_for_the_setting():
    longest = FACTS.of("async", "queue_ttl_range").us("high") / 1e6
    shorter = load_facts("aws", {"async.queue_ttl_default": {"value": int(longest / 2), "unit": "s"}})
    for seen, expected in ((longest / 2, None), (longest / 2 + 1, Outcome.conditions), (longest + 1, Outcome.notes)):
        found = ask("TIM006", OPTIONS["async"], replace(BASE, completion_slo_s=seen), shorter)
        assert (found.outcome if found else None) is expected


@pytest.mark.parametrize("step", [0, 1])
def test_requests_that_outlast_a_stopped_container(step):
    grace = FACTS.fact("real_time.container_stop_grace").us() / 1e6
    scaled = replace(OPTIONS["real_time"], min_instances=2, max_instances=4, target_per_min=60.0)
    slow = replace(BASE, processing_s=grace + step)
    found = ask("TIM007", scaled, slow)
    assert (found.outcome if found else None) is (Outcome.notes if step else None)
    assert ask("TIM007", OPTIONS["real_time"], slow) is None


def test_a_body_between_the_api_model_and_the_guide_is_a_condition():
    model, guide = FACTS.fact("real_time.payload_request_api_model"), FACTS.of("real_time", "payload_request")
    for size, expected in (
        (model.bytes(), None), (model.bytes() + 1, Outcome.conditions), (guide.bytes_upper(), Outcome.conditions),
        (guide.bytes_upper() + 1, None),
    ):  # fmt: skip
        found = ask("PAY006", OPTIONS["real_time"], replace(BASE, payload_mb=size / 1e6))
        assert (found.outcome if found else None) is expected
        assert ask("PAY006", OPTIONS["serverless"], replace(BASE, payload_mb=size / 1e6)) is None
