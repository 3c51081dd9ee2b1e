"""Worth a load test: the break-even speed of types nobody measured, against theory, and that none is shown as measured."""

import json
from itertools import pairwise

import pytest

from advisor.errors import InputError
from advisor.facts import load_facts
from advisor.options import Option
from simulator import load_test as load_test_module
from simulator.bracket import RUNG
from simulator.changes import Change, changed
from simulator.load_test import CHANCES, load_test
from simulator.load_test_text import load_test_json, load_test_text
from simulator.plans import judged
from simulator.sizing import size_study
from simulator.study import prepare
from simulator.sweep import Sweep
from simulator.theory import mmc_latency_quantile
from simulator.trial import Ask
from simulator.untested import untested
from simulator.untested_fleets import FASTEST

FACTS = load_facts()
REAL_TIME = Option(name="real_time", instance_type="ml.m5.xlarge", instances=2, concurrency_per_instance=4)
EXPONENTIAL = ("service.time", {"mean": "100 ms", "cv": 1.0})


def found_for(workload, names=("real_time",), **more):
    study = prepare(workload, FACTS)
    with Sweep(study, processes=False) as sweep:
        sizing = size_study(study, sweep, names=names)
        return sizing, load_test(sizing, sweep, **more)


@pytest.fixture(scope="module")
def plain_found(make):
    return found_for(make(("traffic.duration", "10 min"), ("traffic.rate_per_s", 20.0), ("needs.availability", "zone")))


def test_a_fleet_at_its_break_even_speed_keeps_the_promise_and_a_slower_one_does_not(plain_found):
    sizing, found = plain_found
    row = found.rows[0]
    for fleet in row.fleets:
        change = Change(unmeasured=((row.type.kind.name, row.type.slots),))
        kept = []
        with Sweep(sizing.study, processes=False) as sweep:
            for speed in (fleet.speed, fleet.speed / RUNG):
                asks = [Ask(fleet.option, draw, given=(("speed", f"{speed:.9g}"),), change=change) for draw in range(3)]
                kept.append(judged(sweep.play(asks), sizing.study.promise).meets)
        assert kept == [True, False]


def test_the_break_even_speed_is_the_one_of_queueing_theory(make):
    # one instance of four slots, 95 % within 500 ms at 20 requests a second: M/M/4 with a service time of 100 ms / speed
    workload = make(
        EXPONENTIAL,
        ("needs.slo", ["p95:500ms", "failed:50%"]),
        ("traffic", {"kind": "poisson", "rate_per_s": 20.0, "duration": "50 min"}),
    )
    sizing, found = found_for(workload, types=["ml.m6g.xlarge"])
    (row,) = found.rows
    assert sizing.best.best.option.instances == row.best.option.instances == 1
    overhead_s = 0.005
    low, high = 0.1, 4.0
    for _ in range(60):
        speed = (low + high) / 2
        late = mmc_latency_quantile(0.95, 2.0 / speed, 4, 0.1 / speed) + overhead_s > 0.5
        low, high = (speed, high) if late else (low, speed)
    assert row.speed == pytest.approx(high, rel=0.03)


def test_every_row_costs_less_than_the_cheapest_measured_fleet(plain_found):
    sizing, found = plain_found
    assert found.rival is sizing.of("real_time").best
    assert found.rows
    for row in found.rows:
        assert all(fleet.usd_per_month < found.limit_usd for fleet in row.fleets)
        assert row.best in row.fleets
        assert row.least_speed <= row.speed
        same = [fleet.usd_per_month for fleet in row.fleets if row.chance_of(fleet) == row.chance]
        assert row.best.usd_per_month == min(same)
        assert 0 < row.speed <= FASTEST
        assert [fleet.option.instances for fleet in row.fleets] == sorted(
            {fleet.option.instances for fleet in row.fleets}
        )
        assert row.fleets[0].option.instances >= 2, "availability over zones"


def test_more_instances_never_need_more_speed(plain_found):
    for row in plain_found[1].rows:
        speeds = [fleet.speed for fleet in row.fleets]
        assert all(later <= earlier * RUNG for earlier, later in pairwise(speeds))


def test_types_of_the_same_slots_and_fleet_share_their_answer_and_are_searched_once(plain_found):
    _, found = plain_found
    answers = {}
    for row in found.rows:
        for fleet in row.fleets:
            answers.setdefault((row.type.slots, fleet.option.instances), set()).add(fleet.speed)
    assert all(len(speeds) == 1 for speeds in answers.values())
    assert len(answers) < len(found.rows)


def test_the_most_promising_come_first(plain_found):
    rows = plain_found[1].rows
    order = [(CHANCES.index(row.chance), row.best.usd_per_month) for row in rows]
    assert order == sorted(order)
    for row in rows:
        low, mid, high = row.type.expected
        assert low <= mid <= high
        assert (row.chance == "unlikely") == (row.speed > high)


def test_every_type_of_the_region_is_a_row_or_left_out_with_its_reason(plain_found):
    sizing, found = plain_found
    seen = [row.type.kind.name for row in found.rows] + [name for names in found.out.values() for name in names]
    assert sorted(seen) == sorted(FACTS.offered(sizing.study.workload.needs.region))
    assert all(FACTS.instances[name].gpu for name in found.out["accelerator"])


def test_slots_go_with_the_cores_and_are_at_least_one(make):
    study = prepare(make(("service.slots", 3)), FACTS)
    found, _ = untested(study, REAL_TIME, ["ml.m5.large", "ml.m5.2xlarge", "ml.m5.4xlarge"])
    assert {one.kind.name: one.slots for one in found} == {"ml.m5.large": 1, "ml.m5.2xlarge": 6, "ml.m5.4xlarge": 12}


def test_accelerated_types_are_compared_with_accelerated_ones_only(make):
    workload = make(("service.reference", "ml.g5.xlarge"), ("service.slots", 2), ("model.needs_gpu", True))
    study = prepare(workload, FACTS)
    base = Option(name="real_time", instance_type="ml.g5.xlarge", instances=1, concurrency_per_instance=2)
    found, out = untested(study, base, ["ml.g5.12xlarge", "ml.g4dn.xlarge", "ml.m5.xlarge"])
    accelerators = FACTS.instances["ml.g5.12xlarge"].accelerator_count
    assert {one.kind.name: one.slots for one in found} == {"ml.g5.12xlarge": 2 * accelerators, "ml.g4dn.xlarge": 2}
    assert out == {"accelerator": ("ml.m5.xlarge",)}


def test_rules_decide_which_types_are_looked_at(make):
    study = prepare(
        make(("model.memory", "20 GB"), ("model.size", "10 GB"), ("service.reference", "ml.m5.4xlarge")), FACTS
    )
    found, out = untested(study, REAL_TIME, ["ml.m5.large", "ml.r5.xlarge"])
    assert [one.kind.name for one in found] == ["ml.r5.xlarge"]
    assert out["rules"] == ("ml.m5.large",)


def test_a_measured_relative_sets_what_to_expect_of_a_family(make):
    study = prepare(
        make(("service.measured", [{"on": "ml.c5.xlarge", "time": {"p50": "40 ms", "p99": "125 ms"}}])), FACTS
    )
    found, _ = untested(study, REAL_TIME, ["ml.c5.2xlarge", "ml.r5.large"])
    cousin, stranger = found
    assert (cousin.relative, stranger.relative) == ("ml.c5.xlarge", "ml.m5.xlarge")
    assert cousin.expected[1] == pytest.approx(2 * FACTS.fact("speed.same_family").number())
    assert stranger.expected == tuple(FACTS.fact("speed.other_family").number(part) for part in ("low", "mid", "high"))


def test_nothing_is_shown_as_measured(plain_found):
    sizing, found = plain_found
    printed = json.loads(json.dumps(load_test_json(found)))
    assert [row["measured"] for row in printed["types"]] == [False] * len(found.rows)
    assert {row["confidence"] for row in printed["types"]} == {"assumed"}
    said = " ".join(part for part in load_test_text(found, "ml.m5.xlarge") if isinstance(part, str))
    assert "Assumed:" in said
    assert "Cheaper than Real-time endpoint" in said
    assert not {row.type.kind.name for row in found.rows} & sizing.study.places.keys(), (
        "the study of the sizing is as it was"
    )
    assert found.frame()["instance_type"].tolist() == [row["instance_type"] for row in printed["types"]]


def test_a_cheaper_first_place_without_instances_is_told(make):
    _, found = found_for(
        make(("needs.slo", ["p90:30s"]), ("traffic.rate_per_s", 0.2)), ("real_time", "serverless"), draws=1
    )
    assert found.first.option.name == "serverless"
    assert found.rival.option.instance_type
    said = " ".join(part for part in load_test_text(found, "ml.m5.xlarge") if isinstance(part, str))
    assert "is beaten by" in said


def test_where_nothing_keeps_the_promise_the_budget_is_what_to_stay_under(make):
    slow = make(
        ("service.time", {"p50": "300 ms", "p99": "900 ms"}),
        ("needs.slo", ["p99:600ms"]),
        ("needs.budget_usd_per_month", 150),
        ("traffic.duration", "10 min"),
    )
    sizing, found = found_for(slow, draws=1)
    assert sizing.best is None
    assert found.rival is None
    assert found.limit_usd == 150
    assert found.rows
    assert all(row.speed > 1 for row in found.rows), "as fast as the reference is too slow"
    assert "keeps the promise yet" in " ".join(
        part for part in load_test_text(found, "ml.m5.xlarge") if isinstance(part, str)
    )


def test_a_type_that_no_speed_saves_is_left_out(make):
    _, found = found_for(
        make(("needs.slo", ["p99:6ms"]), ("needs.budget_usd_per_month", 150), ("traffic.duration", "10 min")), draws=1
    )
    assert not found.rows
    assert found.out["speed"]
    assert any("worth a load test" in part for part in load_test_text(found, "ml.m5.xlarge") if isinstance(part, str))


def test_a_fleet_that_scales_is_replaced_by_one_that_scales(make):
    workload = make(
        ("service.reference", "ml.m5.4xlarge"), ("needs.immediate_response", False), ("needs.slo", []), ("needs.completion", "30 min"),
        ("traffic", {"kind": "on_off", "on_rate_per_s": 2.0, "on": "10 min", "off": "3 h", "duration": "1 d"}),
    )  # fmt: skip
    sizing, found = found_for(workload, ("async",), types=["ml.m5.2xlarge", "ml.m5.24xlarge"], draws=1)
    assert found.rival.option.tracked
    (row,) = found.rows
    assert row.type.kind.name == "ml.m5.2xlarge"
    scaled = next(fleet for fleet in row.fleets if fleet.option.tracked)
    assert scaled.option.max_instances >= found.rival.option.max_instances
    assert scaled.usd_per_month < found.limit_usd
    option, change = scaled.option, Change(unmeasured=(("ml.m5.2xlarge", row.type.slots),))
    with Sweep(sizing.study, processes=False) as sweep:
        (run,) = sweep.play([Ask(option, given=(("speed", f"{scaled.speed:.9g}"),), change=change)])
    assert run.usd == pytest.approx(scaled.usd_per_month)
    assert sizing.study.promise.kept(run)
    assert found.out["speed"] == ("ml.m5.24xlarge",) or found.out["cost"] == ("ml.m5.24xlarge",)


def test_copies_of_a_component_are_replaced_by_copies_on_the_other_type(make):
    workload = make(
        ("service.reference", "ml.m5.4xlarge"), ("service.slots", 8), ("needs.slo", ["failed:30%"]),
        ("traffic", {"kind": "on_off", "on_rate_per_s": 1.0, "on": "1 h", "off": "3 h", "duration": "1 d"}),
    )  # fmt: skip
    _, found = found_for(workload, ("inference_components_zero",), types=["ml.m5.2xlarge", "ml.m5.24xlarge"], draws=1)
    assert found.rival.option.name == "inference_components_zero"
    (row,) = found.rows
    (fleet,) = row.fleets
    assert fleet.option.name == "inference_components_zero"
    assert fleet.option.concurrency_per_copy == row.type.slots == 4
    assert fleet.option.min_copies == 0
    assert fleet.option.max_copies >= 2 * found.rival.option.max_copies
    assert fleet.usd_per_month < found.limit_usd
    assert found.out["speed"] == ("ml.m5.24xlarge",)


def test_scaling_fleets_stay_within_an_allowance_of_runs(make, monkeypatch):
    workload = make(
        ("service.reference", "ml.m5.4xlarge"), ("needs.immediate_response", False), ("needs.slo", []), ("needs.completion", "30 min"),
        ("traffic", {"kind": "on_off", "on_rate_per_s": 2.0, "on": "10 min", "off": "3 h", "duration": "1 d"}),
    )  # fmt: skip
    monkeypatch.setattr(load_test_module, "_MOST_SCALED_REQUESTS", 1)
    _, found = found_for(workload, ("async",), types=["ml.m5.2xlarge", "ml.c5.2xlarge", "ml.r5.2xlarge"], draws=1)
    prices = {
        name: FACTS.instance_price("us-east-1", "async", name).usd
        for name in ("ml.m5.2xlarge", "ml.c5.2xlarge", "ml.r5.2xlarge")
    }
    cheapest = min(prices, key=prices.get)
    assert [row.type.kind.name for row in found.rows] == [cheapest]
    assert set(found.out["runs"]) == prices.keys() - {cheapest}
    assert "2 not looked at" in " ".join(
        part for part in load_test_text(found, "ml.m5.4xlarge") if isinstance(part, str)
    )


def test_types_that_are_not_offered_are_refused_all_at_once(make):
    study = prepare(make(("traffic.duration", "10 min")), FACTS)
    with Sweep(study, processes=False) as sweep, pytest.raises(InputError) as raised:
        load_test(
            size_study(study, sweep, names=("real_time",)), sweep, types=["ml.moon.xlarge", "m5.xlarge", "ml.m5.large"]
        )
    assert [problem.seen for problem in raised.value.problems] == ["'m5.xlarge'", "'ml.moon.xlarge'"]


def test_the_whole_catalogue_takes_few_runs(plain_found):
    sizing, _ = plain_found
    played = []
    with Sweep(sizing.study, progress=lambda done, asked, what: played.append(done)) as sweep:
        load_test(sizing, sweep, draws=1)
    groups = {(row.type.slots, fleet.option.instances) for row in plain_found[1].rows for fleet in row.fleets}
    assert len(played) <= 14 * (len(groups) + 2)
    assert len(groups) < 20
    assert changed(sizing.study, Change(unmeasured=(("ml.m5.large", 2),))).load is sizing.study.load
