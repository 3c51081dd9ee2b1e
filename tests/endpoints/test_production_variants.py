"""Production variants: shares of the calls, a fleet and a policy each."""

from dataclasses import replace

import pytest

from advisor.options import Option
from simulator.codes import Split
from simulator.play import simulate
from simulator.study import prepare
from tests.endpoints.shared import FACTS, PLACE, model_of

FIXED = Option(
    name="production_variants", instance_type=PLACE, instances=3, fleets=(2, 1), weights=(0.9, 0.1),
    concurrency_per_instance=4,
)  # fmt: skip
TRACKED = replace(FIXED, min_instances=1, max_instances=4, target_per_min=60.0, fleets=(1, 1), instances=2)


def test_the_shares_are_intervals_of_the_whole_draw(plain):
    model = model_of(plain, replace(FIXED, weights=(0.5, 0.3, 0.2), fleets=(1, 1, 1)))
    ends = [variant.share for variant in model.variants]
    assert ends == [round(0.5 * 2**32), round(0.8 * 2**32), 2**32]
    assert model.split == Split.BY_SHARE


def test_fixed_fleets_stay_and_tracked_ones_have_a_policy_each(plain):
    fixed = model_of(plain, FIXED)
    assert [(v.initial, v.minimum, v.maximum) for v in fixed.variants] == [(2, 2, 2), (1, 1, 1)]
    assert fixed.policies == ()
    tracked = model_of(plain, TRACKED, initial=4)
    assert [v.initial for v in tracked.variants] == [4, 1], "each starts with its share of what the first period needs"
    assert [p.variant for p in tracked.policies] == [0, 1]
    assert {p.target_thousandths for p in tracked.policies} == {60_000}
    assert {p.out_cooldown_us for p in tracked.policies} == {FACTS.fact("autoscaling.cooldown_default_variant").us()}


def test_calls_are_split_by_weight_and_both_fleets_are_paid_for(plain):
    study = prepare(plain, FACTS)
    found = simulate(study, FIXED)
    variant = found.run.requests.variant
    assert (variant == 1).mean() == pytest.approx(0.1, abs=0.02)
    assert found.run.meters.instance_us == 3 * found.run.meters.window_us
    one = simulate(study, Option(name="real_time", instance_type=PLACE, instances=1, concurrency_per_instance=4))
    line = {each.meter: each for each in found.bill.lines}["instance"]
    assert line.quantity == 3 * {each.meter: each for each in one.bill.lines}["instance"].quantity


def test_alarms_are_counted_for_each_policy(plain):
    study = prepare(plain, FACTS)
    count = {
        name: next((line.quantity for line in simulate(study, option).bill.lines if line.meter == "alarm"), 0)
        for name, option in (("fixed", FIXED), ("tracked", TRACKED))
    }
    assert (count["fixed"], count["tracked"]) == (0, 4)
