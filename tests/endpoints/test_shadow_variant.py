"""Shadow variant: callers see one fleet, the bill sees two."""

from dataclasses import replace

import numpy as np
import pytest

from advisor.options import Option
from simulator.play import simulate
from simulator.run import FixedDemand
from simulator.study import prepare
from simulator.thinned import Thinned
from tests.endpoints.shared import FACTS, PLACE

OPTION = Option(
    name="shadow_variant", instance_type=PLACE, instances=3, fleets=(2, 1), shadow_share=1.0,
    concurrency_per_instance=4,
)  # fmt: skip


@pytest.fixture(scope="module")
def study(make):
    return prepare(make(), FACTS)


def test_callers_see_the_production_fleet_alone(study):
    alone = simulate(study, Option(name="real_time", instance_type=PLACE, instances=2, concurrency_per_instance=4))
    mirrored = simulate(study, OPTION)
    assert mirrored.summary == alone.summary
    assert mirrored.run.meters == alone.run.meters


def test_the_second_fleet_and_its_data_have_lines_of_their_own(study):
    lines = {line.item: line for line in simulate(study, OPTION).bill.lines}
    answering = next(line for item, line in lines.items() if item.startswith("Instances (ml"))
    shadow = next(line for item, line in lines.items() if "of the shadow (ml" in item)
    assert answering.quantity == 2 * shadow.quantity
    copied = next(line for item, line in lines.items() if "copied to the shadow" in item)
    assert copied.quantity == lines["Data processed, in"].quantity


def test_a_sampled_share_copies_that_share(study):
    half = {each.item: each.quantity for each in simulate(study, replace(OPTION, shadow_share=0.5)).bill.lines}
    assert float(half["Data processed, in, copied to the shadow"]) == pytest.approx(
        float(half["Data processed, in"]) / 2, rel=1e-6
    )


def test_a_shadow_that_scales_follows_the_requests_it_sees(make):
    busy = prepare(make(("traffic", {"kind": "constant", "rate_per_s": 8.0, "duration": "6 h"})), FACTS)
    tracked = replace(OPTION, fleets=(1, 1), instances=2, min_instances=1, max_instances=6, target_per_min=120.0)

    def shadow_hours(share):
        found = simulate(busy, replace(tracked, shadow_share=share)).bill
        return float(next(line.quantity for line in found.lines if line.meter == "shadow"))

    assert shadow_hours(1.0) > 1.5 * shadow_hours(0.25)


def test_a_thinned_demand_keeps_its_share_and_even_draws():
    draws = np.random.default_rng(5).integers(0, 2**32, 40_000, dtype=np.uint32)
    demand = FixedDemand.of(np.arange(40_000), np.ones(40_000), draws, model=np.arange(40_000))
    part = next(Thinned(demand, 0.25).chunks(rows=40_000))
    assert len(part.route) == pytest.approx(10_000, rel=0.05)
    assert float(part.route.mean()) == pytest.approx(2**31, rel=0.03)
    assert (part.model == part.arrival_us).all(), "a row stays whole"


@pytest.mark.parametrize("rows", [1, 7, 1000])
def test_a_thinned_demand_is_the_same_in_any_chunks(rows):
    draws = np.random.default_rng(6).integers(0, 2**32, 500, dtype=np.uint32)
    thinned = Thinned(FixedDemand.of(np.arange(500), np.ones(500), draws, natural=13), 0.3)
    whole = np.concatenate([part.arrival_us for part in thinned.chunks()])
    cut = list(thinned.chunks(rows))
    assert (np.concatenate([part.arrival_us for part in cut]) == whole).all()
    assert all(len(part.arrival_us) == rows for part in cut[:-1])


def test_a_share_of_nothing_is_nothing():
    assert list(Thinned(FixedDemand.of([0, 1], [1, 1], [5, 9]), 0.0).chunks()) == []
    assert list(Thinned(FixedDemand.of([0, 1], [1, 1], [5, 9]), 0.0).chunks(1)) == []
