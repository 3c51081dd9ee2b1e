"""How a configuration reads, and what several models make of an option that serves one."""

import pytest

from advisor.billing import estimate
from advisor.options import Option, describe
from advisor.popularity import apart, shares
from advisor.shortlist import candidates
from simulator.offered import lowest_cost
from simulator.play import simulate
from simulator.study import prepare
from tests.endpoints.shared import FACTS, PLACE, SEVERAL

ON = {"instance_type": "ml.m5.xlarge", "instances": 2}
READS = [
    (Option(name="multi_model", **ON), "2 × ml.m5.xlarge"),
    (Option(name="multi_container", containers=3, **ON), "2 × ml.m5.xlarge, 3 containers"),
    (Option(name="inference_pipeline", containers=2, **ON), "2 × ml.m5.xlarge, 2 containers in a row"),
    (Option(name="inference_components", components=1, copies=1, **ON), "2 × ml.m5.xlarge, 1 copy"),
    (
        Option(name="inference_components_zero", components=5, max_copies=3, max_instances=4, target_concurrency=1.0, **ON),
        "0 to 4 × ml.m5.xlarge, 0 to 3 copies of each of 5 models",
    ),
    (
        Option(name="production_variants", weights=(0.9, 0.1), fleets=(2, 1), instance_type="ml.m5.xlarge", instances=3),
        "2 + 1 × ml.m5.xlarge, calls split 90/10",
    ),
    (
        Option(name="shadow_variant", fleets=(1, 1), shadow_share=0.25, **ON),
        "1 + 1 × ml.m5.xlarge, the shadow sees 25 %",
    ),
    (Option(name="real_time", endpoints=40, **ON), "2 × ml.m5.xlarge, for each of 40 models"),
    (
        Option(name="serverless", memory_mib=2048, max_concurrency=5, endpoints=3),
        "2 GiB, up to 5 at once, for each of 3 models",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("option", "said"), READS, ids=lambda value: value.name if isinstance(value, Option) else "")
def test_a_configuration_reads_as_people_say_it(option, said):
    assert describe(option).replace("\xa0", " ") == said


def test_shares_follow_the_popularity_and_add_up(make):
    even = shares(make(("model.count", 4)).model)
    assert even.tolist() == [0.25] * 4
    steep = shares(make(("model.count", 1000), ("model.popularity", "zipf:1.0")).model)
    assert steep.sum() == pytest.approx(1)
    assert steep[0] == pytest.approx(10 * steep[9])


def test_what_serves_one_model_needs_one_of_itself_for_each(make):
    several, in_a_row = make(*SEVERAL), make(("model.count", 6), ("model.chained", True))
    for name in ("real_time", "serverless", "async", "production_variants", "shadow_variant"):
        assert apart(several, name, FACTS) == 6
        assert apart(in_a_row, name, FACTS) == 1, "models in a row are one thing to call"
    for name in ("multi_model", "multi_container", "inference_pipeline", "inference_components"):
        assert apart(several, name, FACTS) == 1


def test_one_of_several_endpoints_sees_its_part_and_the_bill_is_that_of_all(make):
    traffic = ("traffic", {"kind": "poisson", "rate_per_s": 6.0, "duration": "2 h"})
    alone, shared = prepare(make(traffic), FACTS), prepare(make(traffic, ("model.count", 6)), FACTS)
    option = Option(name="real_time", instance_type=PLACE, instances=1, concurrency_per_instance=4)
    one, all_six = simulate(alone, option), simulate(shared, option)
    assert all_six.summary.arrivals == pytest.approx(one.summary.arrivals / 6, rel=0.05)
    lines = {
        name: {line.item: float(line.quantity) for line in run.bill.lines}
        for name, run in (("one", one), ("six", all_six))
    }
    instances = f"Instances ({PLACE})"
    assert lines["six"][instances] == 6 * lines["one"][instances]
    assert lines["six"]["Data processed, in"] == pytest.approx(lines["one"]["Data processed, in"], rel=0.05)
    total = float(all_six.bill.total)
    assert float(estimate(option, shared.workload, shared.load, shared.places, FACTS).total) == pytest.approx(
        total, rel=0.02
    )
    assert lowest_cost(shared, option) <= total


def test_the_answer_says_how_several_models_are_compared(make):
    study = prepare(make(*SEVERAL), FACTS)
    assert any("one of 6 such endpoints" in note for note in study.notes)
    assert any("in a row" in note for note in prepare(make(("model.count", 2), ("model.chained", True)), FACTS).notes)
    listed = candidates(study.workload, study.facts, study.load, lambda place: 3)
    assert {option.endpoints for option in listed if option.name == "real_time"} == {6}
    assert {option.endpoints for option in listed if option.name == "multi_model"} == {0}
