"""Multi-model endpoint: how many models an instance holds, what a load takes, and what that does to callers."""

import pytest

from advisor.facts import load_facts
from advisor.options import Option
from advisor.packing import models_in_memory, models_on_disk
from simulator.assumptions import assume
from simulator.codes import Metric, Outcome, Routing
from simulator.play import simulate
from simulator.study import prepare
from tests.endpoints.shared import FACTS, KIND, PLACE, SEVERAL, model_of

OPTION = Option(name="multi_model", instance_type=PLACE, instances=1, concurrency_per_instance=4)
SHARE = FACTS.fact("memory.multi_model").number()


def bytes_text(count: float) -> str:
    return f"{int(count)} bytes"


def test_a_copy_takes_its_limits_from_facts(make):
    model = model_of(make(*SEVERAL), OPTION)
    assert model.routing == Routing.BY_MODEL
    assert model.timeout_us == FACTS.of("multi_model", "invocation_timeout").us()
    assert model.cache.load_limit_us == FACTS.of("multi_model", "model_load_max").us()
    assert model.overhead_us == FACTS.fact("overhead.multi_model").us()
    assert model.cache.models == 6


@pytest.mark.parametrize(("extra", "held"), [(0, 5), (1, 4)])
def test_models_stay_loaded_up_to_the_last_byte_of_their_share(make, extra, held):
    each = int(KIND.memory_bytes * SHARE) // 5 + extra
    workload = make(*SEVERAL, ("model.memory", bytes_text(each)))
    assert models_in_memory(workload, PLACE, FACTS) == held
    assert model_of(workload, OPTION).cache.in_memory == held


@pytest.mark.parametrize(("extra", "held"), [(0, 3), (1, 2)])
def test_files_stay_on_the_volume_up_to_its_last_byte(make, extra, held):
    each = FACTS.of("billing", "volume_default").bytes() // 3 + extra
    workload = make(*SEVERAL, ("model.size", bytes_text(each)), ("model.memory", bytes_text(KIND.memory_bytes)))
    assert models_on_disk(workload, PLACE, FACTS) == held
    assert model_of(workload, OPTION).cache.on_disk == held


def test_what_is_not_stated_is_taken_to_fit(make):
    workload = make(*SEVERAL, ("model.size", None), ("model.memory", None))
    assert (models_in_memory(workload, PLACE, FACTS), models_on_disk(workload, PLACE, FACTS)) == (6, 6)


def test_a_load_has_a_fixed_part_and_one_that_grows_with_the_model(make):
    small, large = (assume(make(*SEVERAL, ("model.size", size)), OPTION, FACTS) for size in ("1 MB", "1001 MB"))
    for name, rate in (("load", "load.model_per_s"), ("reload", "load.reload_per_s")):
        more = getattr(large, name).median_us - getattr(small, name).median_us
        assert more == pytest.approx(1e9 / FACTS.fact(rate).number() * 1e6)
    assert small.reload.median_us < small.load.median_us
    row = next(row for row in large.rows if row.key == "load")
    assert row.low < row.used < row.high


def test_the_fleet_tracks_as_a_real_time_one(make):
    tracked = Option(
        name="multi_model", instance_type=PLACE, instances=1, min_instances=1, max_instances=4, target_per_min=60.0
    )
    policy = model_of(make(*SEVERAL), tracked).policy
    assert (policy.metric, policy.target_thousandths) == (Metric.INVOCATIONS, 60_000)


def test_fewer_models_than_memory_load_once_and_more_load_again(make):
    steady = (("traffic", {"kind": "daily", "mean_rate_per_s": 0.5, "duration": "1 d"}), *SEVERAL)  # nothing left out
    kept = simulate(prepare(make(*steady), FACTS), OPTION).run
    assert kept.meters.loads == 6
    assert kept.meters.evictions == kept.meters.reloads == 0
    each = bytes_text(KIND.memory_bytes * SHARE / 2)
    thrashing = simulate(prepare(make(*steady, ("model.memory", each)), FACTS), OPTION).run
    assert thrashing.meters.evictions > 6
    assert thrashing.meters.reloads > 0
    assert thrashing.cold_requests > kept.cold_requests


def test_a_model_that_loads_longer_than_a_call_may_take_is_not_ready_and_loads_on(make):
    limit = FACTS.of("multi_model", "invocation_timeout").us() / 1e6
    rate = FACTS.fact("load.model_per_s").number()
    workload = make(*SEVERAL, ("model.size", bytes_text(rate * limit * 1.5)), ("caller.timeout", None))
    outcome = simulate(prepare(workload, FACTS), OPTION).run.requests.outcome
    assert (outcome[:5] == Outcome.NOT_READY).all()
    assert (outcome[-100:] == Outcome.OK).all(), "once loaded, a model answers"


def test_the_facts_of_a_user_move_the_models_that_fit(make):
    facts = load_facts("aws", {"memory.multi_model": {"value": SHARE / 2}})
    workload = make(*SEVERAL, ("model.memory", bytes_text(KIND.memory_bytes * SHARE / 4)))
    assert models_in_memory(workload, PLACE, FACTS) == 2 * models_in_memory(workload, PLACE, facts) == 4
