"""Inference components: what a copy reserves, what an instance holds, copies for each model, and zero of them."""

from dataclasses import replace

import pytest

from advisor.facts import load_facts
from advisor.options import Option
from advisor.packing import copies_per_instance, need, room, slots_of_copy
from advisor.places import places
from simulator._parts import MOST_VARIANTS
from simulator.assumptions import assume
from simulator.codes import EventKind, Metric, Outcome, PolicyKind, Split
from simulator.play import simulate
from simulator.study import prepare
from simulator.unplayed import held
from tests.endpoints.shared import FACTS, KIND, PLACE, SEVERAL, model_of

MIB = 2**20
ONE = Option(
    name="inference_components", instance_type=PLACE, instances=2, components=1, copies=2, concurrency_per_copy=4,
    concurrency_per_instance=4,
)  # fmt: skip
TRACKED = replace(
    ONE, instances=1, min_instances=1, max_instances=4, min_copies=1, max_copies=4, target_concurrency=2.8
)
ZERO = replace(TRACKED, name="inference_components_zero", instances=0, min_instances=0, min_copies=0)
SIX = replace(TRACKED, components=6, concurrency_per_copy=1, target_concurrency=0.7, min_instances=2)


def fits(workload, option, facts=FACTS):
    return copies_per_instance(workload, option, places(workload, facts)[option.instance_type], facts)


@pytest.mark.parametrize(("extra", "copies"), [(0, 1), (1, 0)])
def test_one_copy_fits_to_the_last_mebibyte(make, extra, copies):
    whole = room(KIND, "inference_components", FACTS).memory
    workload = make(("model.memory", f"{(whole + extra) * MIB} bytes"))
    assert fits(workload, replace(ONE, concurrency_per_copy=1)) == copies


def test_one_byte_more_than_a_mebibyte_reserves_the_next(make):
    place = places(make(), FACTS)[PLACE]
    two = [need(make(("model.memory", f"{512 * MIB + extra} bytes")), ONE, place, FACTS).memory for extra in (0, 1)]
    assert two == [512, 513]


def test_a_tiny_model_reserves_the_least_there_is(make):
    place = places(make(), FACTS)[PLACE]
    each = need(make(("model.memory", "1 MB")), replace(ONE, concurrency_per_copy=1), place, FACTS)
    assert each.memory * MIB == FACTS.of("inference_components", "memory_min").bytes()
    assert each.cores >= FACTS.of("inference_components", "cpu_cores_min").number() * 1000


def test_the_copies_of_an_instance_together_have_its_slots(make):
    workload = make(*SEVERAL)
    place = places(workload, FACTS)[PLACE]
    assert slots_of_copy(workload, place, FACTS) == 1
    assert slots_of_copy(make(), place, FACTS) == place.slots
    assert fits(workload, SIX) == place.slots
    assert fits(make(), ONE) == 1


def test_a_copy_takes_as_many_accelerators_as_hold_its_model(make):
    kind = FACTS.instances["ml.g5.12xlarge"]
    one = kind.accelerator_memory_bytes
    for extra, wanted in ((0, 1), (1, 2)):
        workload = make(
            ("service.reference", kind.name), ("model.needs_gpu", True), ("model.memory", f"{one + extra} bytes"),
            ("service.slots", 8),
        )  # fmt: skip
        place = places(workload, FACTS)[kind.name]
        slots = slots_of_copy(workload, place, FACTS)
        option = replace(ONE, instance_type=kind.name, concurrency_per_copy=slots)
        assert need(workload, option, place, FACTS).accelerators == wanted * 1000
        assert slots == 8 * wanted // kind.accelerator_count
        assert fits(workload, option) == kind.accelerator_count // wanted


def test_a_host_takes_its_room_and_release_from_facts(make):
    model = model_of(make(), TRACKED)
    whole = room(KIND, "inference_components", FACTS)
    assert (model.hosts.cores, model.hosts.memory) == (whole.cores, whole.memory)
    assert whole.memory == int(KIND.memory_bytes * FACTS.fact("memory.inference_components").number()) // MIB
    assert model.hosts.release_us == FACTS.fact("autoscaling.component_instances_released").us()
    assert (model.hosts.minimum, model.hosts.initial, model.hosts.maximum) == (1, 1, 4)
    given = model_of(make(), TRACKED, memory_share="0.5")
    assert given.hosts.memory == int(KIND.memory_bytes * 0.5) // MIB


def test_each_component_has_a_policy_of_its_own_at_high_resolution(make):
    model = model_of(make(*SEVERAL), SIX, initial=6)
    assert model.split == Split.BY_MODEL
    assert len(model.variants) == len(model.policies) == 6
    for number, policy in enumerate(model.policies):
        assert (policy.kind, policy.variant, policy.metric) == (PolicyKind.TARGET, number, Metric.CONCURRENCY)
        assert policy.period_us == FACTS.fact("autoscaling.high_res_period").us()
        assert policy.out_cooldown_us == FACTS.fact("autoscaling.cooldown_default_component").us()
    by_minute = model_of(make(), replace(TRACKED, target_concurrency=0.0, target_per_min=30.0))
    assert (by_minute.policies[0].metric, by_minute.policies[0].target_thousandths) == (Metric.INVOCATIONS, 30_000)


def test_copies_start_where_the_calls_are(make):
    initial = [v.initial for v in model_of(make(*SEVERAL), replace(SIX, max_instances=6), initial=8).variants]
    assert initial == sorted(initial, reverse=True)
    assert initial[0] > initial[-1] == 1
    crowded = [v.initial for v in model_of(make(*SEVERAL), replace(SIX, max_instances=2), initial=80).variants]
    assert crowded == [1] * 6, "what has no room is not begun with"


def test_one_component_splits_nothing_and_a_fixed_count_has_no_policy(make):
    model = model_of(make(), ONE)
    assert (model.split, model.policies) == (Split.BY_SHARE, ())
    assert [(v.initial, v.minimum, v.maximum) for v in model.variants] == [(2, 2, 2)]


def test_a_start_has_two_parts_the_instance_and_the_copy(make):
    found = assume(make(), TRACKED, FACTS)
    assert found.start.median_us == FACTS.fact("start.host").us()
    transfer = max(row.used for row in found.rows if row.key in {"image_pull", "model_download"})
    assert found.copy_start.median_us == pytest.approx(FACTS.fact("start.component").us() + transfer)
    slow = assume(make(), TRACKED, FACTS, levels={"copy_start": "high"})
    assert slow.copy_start.median_us > found.copy_start.median_us


def test_one_failed_call_raises_the_alarm_that_wakes_a_copy(make):
    model = model_of(make(), ZERO, initial=0)
    assert [(v.initial, v.minimum) for v in model.variants] == [(0, 0)]
    assert (model.hosts.minimum, model.hosts.initial) == (0, 0)
    target, wake = model.policies
    assert (target.kind, wake.kind, wake.metric) == (PolicyKind.TARGET, PolicyKind.STEP_OUT, Metric.NO_CAPACITY)
    assert 0 < wake.target_thousandths < 1000, "one call is above it"
    assert wake.period_us == FACTS.fact("autoscaling.from_zero_component_period").us()
    assert wake.out_points == FACTS.fact("autoscaling.from_zero_component_datapoints").number()
    assert wake.out_cooldown_us == FACTS.fact("autoscaling.from_zero_component_cooldown").us()
    assert [(s.policy, s.change) for s in model.steps] == [
        (1, FACTS.fact("autoscaling.from_zero_component_step").number())
    ]
    assert model_of(make(), replace(ZERO, step_from_zero=False), initial=0).steps == ()


def rare(make, *changes):
    return prepare(make(("traffic", {"kind": "on_off", "on": "20 min", "off": "100 min", "on_rate_per_s": 0.5, "duration": "12 h"}), *changes), FACTS, start="empty")  # fmt: skip


def test_calls_at_zero_fail_at_once_and_later_ones_are_answered(make):
    run = simulate(rare(make), ZERO).run
    lost = run.requests.outcome == Outcome.NO_CAPACITY
    assert 0 < lost.sum() < len(lost)
    assert (run.requests.response_us[lost] == run.requests.arrival_us[lost]).all()
    assert set(run.requests.outcome.tolist()) <= {Outcome.OK, Outcome.NO_CAPACITY}
    kinds = run.timeline.kind
    assert (kinds == EventKind.HOST_LAUNCH).sum() >= 2, "it wakes again after every idle spell"
    assert (kinds == EventKind.HOST_GONE).sum() >= 1


def test_without_the_step_policy_nothing_ever_leaves_zero(make):
    run = simulate(rare(make), replace(ZERO, step_from_zero=False)).run
    assert set(run.requests.outcome.tolist()) == {Outcome.NO_CAPACITY}
    assert run.meters.instance_us == 0


def test_idle_time_at_zero_costs_nothing(make):
    study = rare(make)
    always, sometimes = simulate(study, TRACKED), simulate(study, ZERO)
    assert sometimes.run.meters.instance_us < 0.7 * always.run.meters.instance_us
    assert always.run.meters.instance_us >= always.run.meters.window_us


def test_more_components_than_a_run_holds_are_known_before_it(make):
    assert held(replace(SIX, components=MOST_VARIANTS)) <= 4096 < held(replace(SIX, components=MOST_VARIANTS + 1))


def test_hosts_are_billed_and_copies_are_not(make):
    study = prepare(make(*SEVERAL, ("traffic", {"kind": "constant", "rate_per_s": 3.0, "duration": "3 h"})), FACTS)
    found = simulate(study, SIX)
    meters = found.run.meters
    assert meters.copy_us > 2 * meters.instance_us
    hours = meters.instance_us / meters.window_us * FACTS.of("billing", "month_hours").number()
    line = next(line for line in found.bill.lines if line.meter == "instance")
    assert float(line.quantity) == pytest.approx(hours)
    assert any("high resolution" in item for item in found.bill.missing), "an alarm without a price is not free"


def test_a_user_may_state_what_can_be_reserved(make):
    facts = load_facts("aws", {"memory.inference_components": {"value": 0.5}})
    assert fits(make(*SEVERAL, ("model.memory", "3 GB")), SIX, facts) < fits(
        make(*SEVERAL, ("model.memory", "3 GB")), SIX
    )
