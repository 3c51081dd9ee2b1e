"""Multi-container endpoint: plain copies in which every model is loaded."""

import pytest

from advisor.options import Option
from simulator.assumptions import assume
from simulator.codes import Routing
from simulator.play import simulate
from simulator.study import prepare
from tests.endpoints.shared import FACTS, PLACE, SEVERAL, model_of

OPTION = Option(
    name="multi_container", instance_type=PLACE, instances=1, concurrency_per_instance=4, containers=6,
    min_instances=1, max_instances=3, target_per_min=300.0,
)  # fmt: skip


def test_it_is_a_real_time_fleet_with_its_own_overhead(make):
    workload = make(*SEVERAL)
    model = model_of(workload, OPTION)
    plain = model_of(workload, Option(**{**OPTION.config(), "name": "real_time", "containers": 0}))
    assert model._replace(overhead_us=plain.overhead_us) == plain
    assert model.overhead_us == FACTS.fact("overhead.multi_container").us()
    assert model.routing != Routing.BY_MODEL


def test_a_start_pulls_every_image_and_downloads_every_model(make):
    workload = make(*SEVERAL)
    one, six = (
        assume(workload, Option(**{"name": OPTION.name, **OPTION.config(), "containers": n}), FACTS) for n in (1, 6)
    )
    pull = {n: next(r for r in found.rows if r.key == "image_pull").used for n, found in ((1, one), (6, six))}
    assert pull[6] == pytest.approx(6 * pull[1])
    download = next(row for row in six.rows if row.key == "model_download")
    rate = FACTS.fact("start.model_download_per_s").number()
    assert download.used == pytest.approx(6 * workload.model.size / rate * 1e6)
    assert six.start.median_us - FACTS.fact("start.launch_cpu").us() == pytest.approx(max(pull[6], download.used))


def test_no_call_waits_for_a_model(make):
    found = simulate(prepare(make(*SEVERAL), FACTS), OPTION)
    assert found.run.meters.loads == 0
    assert found.summary.cold_share == 0
    assert not found.summary.failed
