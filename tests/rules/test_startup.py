"""Start-up: sizes of a model against time-outs and volumes, a deadline against a start from zero."""

import pytest

from advisor.facts import load_facts
from advisor.options import Option
from advisor.rules import Outcome

FACTS = load_facts()
RATE = FACTS.fact("start.model_download_per_s")
ON = {
    "real_time": Option(name="real_time", instance_type="ml.m5.xlarge", instances=2),
    "async": Option(name="async", instance_type="ml.m5.xlarge", max_instances=2, backlog_target=5.0),
    "batch_transform": Option(name="batch_transform", instance_type="ml.m5.xlarge", instances=1),
    "serverless": Option(name="serverless", memory_mib=2048, max_concurrency=10),
    "multi_model": Option(name="multi_model", instance_type="ml.m5.xlarge", instances=2),
}


def outcome(found):
    return found.outcome if found else None


@pytest.mark.parametrize("name", ["real_time", "async", "multi_model"])
@pytest.mark.parametrize("step", [-1, 0, 1])
def test_a_large_model_needs_a_longer_download(ask, name, step):
    limit = FACTS.of(name, "model_download_size_default").bytes()
    found = ask("STA001", ON[name], model_size_gb=(limit + step) / 1e9)
    assert outcome(found) is (Outcome.conditions if step > 0 else None)
    if found:
        assert "ModelDataDownloadTimeoutInSeconds" in found.remedy


def test_a_download_beyond_the_longest_time_out_says_so(ask):
    longest = FACTS.of("real_time", "model_download_timeout_range").us("high") / 1e6
    for seconds, word in ((longest * 0.99, False), (longest * 1.01, True)):
        found = ask("STA001", ON["real_time"], model_size_gb=seconds * RATE.number() / 1e9)
        assert ("longer than the longest" in found.message) is word
    assert ask("STA001", ON["serverless"], model_size_gb=1000.0) is None


@pytest.mark.parametrize("step", [-1, 1])
def test_loading_against_the_health_check(ask, step):
    limit = FACTS.of("real_time", "container_health_check_default").us() / 1e6
    size = limit * RATE.number("low") * (1 + step * 0.001)
    for name in ("real_time", "async"):
        found = ask("STA002", ON[name], model_size_gb=size / 1e9)
        assert outcome(found) is (Outcome.conditions if step > 0 else None)
    assert ask("STA002", ON["batch_transform"], model_size_gb=size / 1e9) is None


@pytest.mark.parametrize("step", [-1, 1])
def test_a_start_that_no_setting_lengthens(ask, step):
    start, more = FACTS.fact("serverless.cold_start_time"), FACTS.fact("serverless.cold_start_per_gb")
    room = FACTS.of("serverless", "startup_max").us() / 1e6 - start.number("high")
    found = ask("STA003", ON["serverless"], model_size_gb=room / more.number("high") * (1 + step * 0.001))
    assert outcome(found) is (Outcome.conditions if step > 0 else None)
    assert ask("STA003", ON["real_time"], model_size_gb=1000.0) is None, "that limit is a setting"


@pytest.mark.parametrize("name", ["real_time", "async"])
def test_the_largest_model_rests_on_an_old_page(ask, name):
    fact = FACTS.of(name, "model_size_max")
    assert ask("STA004", ON[name], model_size_gb=fact.bytes() / 1e9) is None
    found = ask("STA004", ON[name], model_size_gb=(fact.bytes_upper() + 1e6) / 1e9)
    assert found.outcome is Outcome.conditions
    assert f"{fact.published:%d %b %Y}" in found.message
    own = load_facts("aws", {fact.id: {"value": 2}})
    assert ask("STA004", ON[name], own, model_size_gb=3.0).outcome is Outcome.blocks


def test_a_model_above_the_default_volume_needs_a_larger_one(ask):
    default = FACTS.fact("billing.volume_default").bytes()
    local = FACTS.fact("billing.volume_local_families").value
    disk = next(kind.name for kind in FACTS.instances.values() if kind.family in local)
    for step, expected in ((0, None), (1000, Outcome.conditions)):
        size = (default + step) / 1e9
        assert outcome(ask("STA005", ON["real_time"], model_size_gb=size)) is expected
        assert outcome(ask("STA005", ON["async"], model_size_gb=size)) is expected
        assert ask("STA005", Option(name="real_time", instance_type=disk), model_size_gb=size) is None
        assert ask("STA005", ON["batch_transform"], model_size_gb=size) is None, "a job's volume cannot grow"
    assert ask("STA005", Option(name="real_time"), model_size_gb=(default + 1000) / 1e9).outcome is Outcome.notes


@pytest.mark.parametrize("accelerated", [False, True])
@pytest.mark.parametrize("step", [-1, 0])
def test_a_deadline_before_a_job_can_start_blocks_it(ask, accelerated, step):
    launch = FACTS.fact("start.launch_accelerated" if accelerated else "start.launch_cpu")
    bound = launch.us("low") / 1e6 + step
    expected = Outcome.blocks if step < 0 else None
    kind = "ml.g5.xlarge" if accelerated else "ml.m5.xlarge"
    chosen = Option(name="batch_transform", instance_type=kind, instances=1)
    assert outcome(ask("STA006", chosen, completion_slo_s=bound)) is expected
    assert (
        outcome(ask("STA006", Option(name="batch_transform"), completion_slo_s=bound, needs_gpu=accelerated))
        is expected
    )


def test_an_assumed_launch_time_forbids_nothing(ask):
    for confidence, expected in (("reported", Outcome.blocks), ("assumed", Outcome.conditions)):
        own = {"value": 900, "low": 800, "high": 1000, "confidence": confidence}
        given = load_facts("aws", {"start.launch_cpu": own})
        assert ask("STA006", ON["batch_transform"], given, completion_slo_s=10.0).outcome is expected


def test_a_deadline_keeps_a_queue_from_zero(ask):
    points = FACTS.fact("autoscaling.from_zero_async_datapoints").number()
    alarm = points * FACTS.fact("autoscaling.from_zero_async_period").us()
    earliest = (FACTS.fact("start.launch_cpu").us("low") + alarm) / 1e6
    for bound, expected in ((earliest, None), (earliest - 1, Outcome.conditions)):
        assert outcome(ask("STA006", ON["async"], completion_slo_s=bound)) is expected
    kept = Option(name="async", instance_type="ml.m5.xlarge", min_instances=1, max_instances=2, backlog_target=5.0)
    for option in (kept, ON["real_time"], ON["serverless"]):
        assert ask("STA006", option, completion_slo_s=1.0) is None
    assert ask("STA006", ON["async"]) is None


def test_the_first_call_of_a_large_model_fails_and_a_larger_one_never_loads(ask):
    call, load = FACTS.of("multi_model", "invocation_timeout"), FACTS.of("multi_model", "model_load_max")
    for fact, word in ((call, "a call may take"), (load, "a load may take")):
        at = fact.us() / 1e6 * RATE.number() / 1e9
        below, above = (ask("STA007", ON["multi_model"], model_size_gb=at * part) for part in (0.999, 1.001))
        assert above.outcome is Outcome.conditions
        assert word in above.message
        assert below is None or word not in below.message
    assert ask("STA007", ON["real_time"], model_size_gb=400.0) is None
