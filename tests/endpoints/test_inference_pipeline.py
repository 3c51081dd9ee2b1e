"""Inference pipeline: one slot through all containers, and a hop between each two."""

from dataclasses import replace

import pytest

from advisor.options import Option
from simulator.assumptions import assume
from simulator.play import simulate
from simulator.study import prepare
from tests.endpoints.shared import FACTS, PLACE, model_of

OPTION = Option(
    name="inference_pipeline", instance_type=PLACE, instances=1, concurrency_per_instance=4, containers=2
)  # fmt: skip


@pytest.mark.parametrize("containers", [2, 5])
def test_each_container_after_the_first_adds_a_hop(plain, containers):
    option = replace(OPTION, containers=containers)
    once, hop = FACTS.fact("overhead.inference_pipeline"), FACTS.fact("overhead.pipeline_hop")
    assert model_of(plain, option).overhead_us == once.us() + (containers - 1) * hop.us()
    row = next(row for row in assume(plain, option, FACTS).rows if row.key == "overhead")
    assert row.low == once.us("low") + (containers - 1) * hop.us("low")
    assert row.high == once.us("high") + (containers - 1) * hop.us("high")
    assert "hop" in row.label


def test_the_service_time_is_that_of_the_whole_pipeline(plain):
    study = prepare(plain, FACTS)
    two, five = (simulate(study, replace(OPTION, containers=n)) for n in (2, 5))
    assert two.run.meters.busy_us == five.run.meters.busy_us
    more = 3 * FACTS.fact("overhead.pipeline_hop").us()
    assert five.summary.latency_us[0.5] - two.summary.latency_us[0.5] == pytest.approx(more, abs=1)
