"""Ranking: partition, order, promise, intervals, reasons, missing prices, and real traces."""

import math
from pathlib import Path

import pytest

from advisor.errors import InputError
from advisor.facts import load_facts
from advisor.options import NAMES
from advisor.rules import Outcome
from advisor.shortlist import candidates
from advisor.workload import examples
from simulator import rank
from simulator.metrics import METRICS
from simulator.offered import offered_concurrency
from simulator.play import simulate
from simulator.statistics import interval, samples_needed, student_t
from simulator.study import prepare

FACTS = load_facts()


@pytest.fixture(scope="module")
def ranking(make):
    workload = make(
        ("needs.immediate_response", False),
        ("needs.completion", "30 min"),
        ("needs.slo", []),
        ("traffic.rate_per_s", 0.5),
        ("traffic.duration", "2 d"),
    )
    return rank(workload, FACTS, seed=3, replications=4)


@pytest.mark.parametrize("name", sorted(examples()))
def test_ranked_and_infeasible_partition_the_names_for_every_example(name):
    found = rank(name, FACTS, replications=3)
    ranked, out = [e.name for e in found.ranked], [v.option.name for v in found.infeasible]
    assert sorted(ranked + out) == sorted(NAMES)
    assert all(entry.reason.endswith(".") for entry in found.ranked)
    assert all(v.outcome in {Outcome.blocks, Outcome.unknown} and v.findings for v in found.infeasible)
    assert found.best is not None


def test_the_order_is_promise_first_then_cost_per_good_request(ranking):
    keys = [(not e.meets, e.cost_per_million_good.value) for e in ranking.ranked]
    assert keys == sorted(keys)
    assert ranking.best is ranking.ranked[0]
    assert {e.name for e in ranking.ranked} >= {"real_time", "serverless", "serverless_provisioned", "async"}


def test_intervals_hold_their_value_and_come_from_the_replications(ranking):
    for entry in ranking.ranked:
        assert entry.replications == 4
        for found in (*entry.latency_us.values(), entry.cost_per_month, entry.failed_share):
            assert found.low <= found.value <= found.high


def test_pareto_marks_are_those_that_nothing_beats_on_both_sides(ranking):
    points = {e.name: (e.cost_per_month.value, e.latency_us[0.99].value) for e in ranking.ranked}
    for entry in ranking.ranked:
        mine = points[entry.name]
        beaten = any(c <= mine[0] and p <= mine[1] and (c, p) != mine for c, p in points.values())
        assert entry.pareto is not beaten


def test_without_a_latency_bound_the_heading_says_so_and_the_assumed_promise_is_shown(make):
    found = rank(make(("needs.slo", [])), FACTS, replications=3)
    assert "no latency promise was checked" in found.heading
    assert found.promise.assumed == ("failed:0.1%",)
    stated = rank(make(("needs.slo", ["p99:1s", "failed:2%"])), FACTS, replications=3)
    assert stated.promise.assumed == ()
    assert "no latency promise" not in stated.heading


def test_a_promise_counts_every_failure_as_infinitely_late(make):
    from advisor.options import Option

    study = prepare(
        make(
            ("needs.slo", ["p50:10s", "failed:50%"]),
            ("traffic", {"kind": "poisson", "rate_per_s": 40.0, "duration": "10 min"}),
        ),
        FACTS,
    )
    narrow = Option(name="serverless", memory_mib=4096, max_concurrency=1, concurrency_per_instance=1)
    found = simulate(study, narrow)
    assert found.summary.failed["throttled"] > found.summary.good
    assert found.summary.latency_us[0.5] < 10_000_000, "those that were answered were quick"
    assert not study.promise.kept(found)
    assert len(study.promise.misses(found)) == 2


def test_a_budget_is_part_of_the_promise(make):
    found = rank(make(("needs.budget_usd_per_month", 1)), FACTS, replications=3)
    expensive = next(e for e in found.ranked if e.name == "real_time")
    assert any("budget" in miss for miss in expensive.misses)


def test_a_price_missing_in_the_region_leaves_verdict_and_latency_and_stands_last(make):
    region = next(
        r
        for r in FACTS.regions
        if FACTS.memory_price(r, "serverless", "memory", 4096) is None and "ml.m5.xlarge" in FACTS.offered(r)
    )
    found = rank(make(("needs.region", region)), FACTS, replications=3)
    assert {entry.name for entry in found.ranked[-2:]} == {"serverless", "serverless_provisioned"}
    last = found.ranked[-1]
    assert last.cost_per_month.value is None
    assert last.latency_us[0.99].value > 0
    assert region in last.reason


def test_a_large_payload_leaves_only_async(make):
    found = rank(
        make(
            ("request.payload", "300 MB"),
            ("needs.immediate_response", False),
            ("needs.slo", []),
            ("traffic.rate_per_s", 0.05),
        ),
        FACTS,
        replications=3,
    )
    assert [e.name for e in found.ranked] == ["async"]
    assert all(v.findings[0].rule == "PAY001" for v in found.blocked)


def test_same_seed_same_answer_other_seed_other_draws(plain):
    one, two, other = (rank(plain, FACTS, seed=s, replications=3) for s in (5, 5, 6))
    values = [[(e.name, e.cost_per_month.value, e.latency_us[0.99].value) for e in r.ranked] for r in (one, two, other)]
    assert values[0] == values[1] != values[2]


def test_an_assumption_that_decides_is_named_with_the_value_at_which_it_flips(make):
    sparse = make(
        ("traffic", {"kind": "poisson", "rate_per_s": "4/h", "duration": "20 d"}),
        ("needs.slo", ["p50:2s", "failed:5%"]),
    )
    found = rank(sparse, FACTS, replications=3)
    assert found.turns
    for turn in found.turns:
        row = next(row for row in found.assumptions if row.key == turn.key)
        assert row.low <= turn.flips_at <= row.high
        assert turn.text() in found.stability
    certain = rank("fraud-check", FACTS, replications=3)
    assert certain.stability == "holds"


def test_replications_that_disagree_are_a_close_call(shared):
    recipe = Path(__file__).parents[1] / "traffic" / "recipes" / "mentions.toml"
    found = rank(recipe, FACTS, trace=shared / "data" / "traces" / "sparse_mentions.csv.gz", replications=8)
    kept = {e.name: [found.promise.kept(s) for s in (e.simulation,)] for e in found.ranked}
    assert kept
    serverless = next(e for e in found.ranked if e.name == "serverless")
    assert serverless.latency_us[0.5].low < 1_000_000 < serverless.latency_us[0.5].high
    assert any("close call" in note for note in found.notes)


def test_a_burst_within_the_hour_gets_a_candidate_of_its_own(make):
    phases = [
        {"rate_per_s": 1.0, "duration": "50 min"},
        {"rate_per_s": 200.0, "duration": "2 min"},
        {"rate_per_s": 1.0, "duration": "68 min"},
    ]
    found = rank(
        make(("traffic", {"kind": "phases", "phases": phases}), ("needs.slo", ["p99:1s"])), FACTS, replications=3
    )
    entry = next(e for e in found.ranked if e.name == "real_time")
    assert entry.meets
    assert entry.option.instances * 4 > 200 * 0.08


def test_a_window_without_a_request_is_said_and_ordered_by_the_month(make):
    found = rank(
        make(("traffic", {"kind": "poisson", "rate_per_s": "1/day", "duration": "1 min"})), FACTS, replications=3
    )
    assert found.study.load.requests == 0
    assert any("no request arrives" in note for note in found.notes)
    months = [e.cost_per_month.value for e in found.ranked]
    assert months == sorted(months)


def test_a_fleet_too_large_to_simulate_is_said_and_the_others_are_ranked(make):
    huge = make(
        ("traffic", {"kind": "poisson", "rate_per_s": 120.0, "duration": "1 h"}),
        ("service.time", "50 s"),
        ("service.slots", 1),
        ("needs.immediate_response", False),
        ("needs.slo", ["p99:2h"]),
    )
    found = rank(huge, FACTS, replications=3)
    out = {v.option.name: v for v in found.infeasible}
    assert out["real_time"].findings[0].rule == "SIM002"
    assert "instances" in out["real_time"].findings[0].message
    assert sorted([*out, *(e.name for e in found.ranked)]) == sorted(NAMES)


def test_several_models_are_compared_for_one_of_them_and_it_is_said(make):
    study = prepare(make(("needs.release", "mirror"), ("model.count", 5)), FACTS)
    assert len(study.notes) == 1
    assert "model.count is 5" in study.notes[0]
    assert prepare(make(), FACTS).notes == ()


def test_a_broken_bound_carries_the_share_over_all_replications(make):
    found = rank(make(("needs.slo", ["p99:1ms"])), FACTS, replications=3)
    for entry in found.ranked:
        assert not entry.meets
        assert entry.misses == tuple(miss.text for miss in entry.broken)
        assert entry.broken[0].slo.bound_us == 1000
        assert entry.broken[0].share < 0.99


def test_progress_is_told_and_reaches_its_end(plain):
    seen = []
    rank(plain, FACTS, replications=3, progress=lambda done, of, what: seen.append((done, of, what)))
    assert seen[-1][0] == seen[-1][1]
    assert [done for done, _, _ in seen] == sorted(done for done, _, _ in seen)


def test_unknown_region_and_types_are_named_all_at_once(make):
    wrong = make(
        ("needs.region", "us-east-9"),
        ("service.reference", "ml.zz.big"),
        ("service.measured", [{"on": "serverless:1000", "time": "1 s"}]),
    )
    with pytest.raises(InputError) as caught:
        prepare(wrong, FACTS)
    assert [p.path for p in caught.value.problems] == ["needs.region", "service.reference", "service.measured[0].on"]


def test_candidates_follow_their_stated_rules(make):
    workload = make(
        ("service.measured", [{"on": "ml.c5.xlarge", "time": "50 ms", "slots": 4}]),
        ("needs.availability", "zone"),
        ("traffic.rate_per_s", 80.0),
        ("traffic.duration", "2 h"),
    )
    study = prepare(workload, FACTS)
    found = candidates(workload, FACTS, study.load, lambda place: offered_concurrency(study, place))
    minimum = FACTS.fact("real_time.production_minimum_instances").number()
    counts = [
        o.instances for o in found if o.instance_type == "ml.m5.xlarge" and o.name == "real_time" and not o.tracked
    ]
    assert counts == sorted(set(counts))
    for option in (o for o in found if o.name == "real_time" and not o.tracked and o.instances == min(counts)):
        place = study.places[option.instance_type]
        use = study.load.busiest_hour_rate_per_s * place.time.mean_us / 1e6 / place.slots
        assert use / option.instances <= FACTS.fact("utilisation.target").number()
        assert option.instances == minimum or use / (option.instances - 1) > FACTS.fact("utilisation.target").number()
    tracked = [o for o in found if o.name == "real_time" and o.tracked]
    assert len(tracked) == 2
    for option in tracked:
        fixed = next(
            o for o in found if o.name == "real_time" and not o.tracked and o.instance_type == option.instance_type
        )
        assert option.max_instances == max(2 * fixed.instances, minimum + 1)
    assert {o.min_instances for o in found if o.name == "async"} == {0, 1}
    sizes = [o.memory_mib for o in found if o.name == "serverless"]
    assert sizes == [s for s in FACTS.fact("serverless.memory_sizes").value if s * 2**20 >= workload.model.memory]


def test_a_measured_memory_size_anchors_its_neighbours(make):
    study = prepare(make(("service.measured", [{"on": "serverless:3072", "time": "200 ms"}])), FACTS)
    smaller, larger = study.places["serverless:2048"], study.places["serverless:4096"]
    assert smaller.time == larger.time == study.places["serverless:3072"].time
    assert max(smaller.speed) <= 1.0 <= min(larger.speed)
    assert study.places["serverless:3072"].measured


@pytest.mark.parametrize(("trace", "kind"), [("sparse_mentions", "real_time"), ("llm_code_bursty", "real_time")])
def test_real_traces_rank(shared, make, trace, kind):
    llm = trace.startswith("llm")
    changes = [("needs.slo", ["p50:30s", "failed:5%"]), ("needs.availability", "single")]
    if llm:
        changes += [
            (
                "service",
                {
                    "reference": "ml.g5.2xlarge",
                    "slots": 16,
                    "slowdown": 0.05,
                    "time": {"base": "50 ms", "per_output_token": "18 ms", "output_tokens": 28},
                },
            ),
            ("model.needs_gpu", True),
        ]
    found = rank(make(*changes), FACTS, trace=shared / "data" / "traces" / f"{trace}.csv.gz", replications=3)
    assert kind in [entry.name for entry in found.ranked]
    assert found.study.load.requests > 5000


def test_the_table_of_metrics_is_complete():
    names = [metric.name for metric in METRICS]
    assert len(names) == len(set(names))
    assert {m.better for m in METRICS} <= {"lower", "higher", "neither"}
    assert all(m.formula and m.unit for m in METRICS)


@pytest.mark.parametrize(
    ("degrees", "quantile"),
    [(1, 12.706), (2, 4.303), (10, 2.228), (11, 2.201), (20, 2.086), (60, 2.000), (1000, 1.962)],
)
def test_student_t_agrees_with_the_published_table(degrees, quantile):
    assert student_t(degrees) == pytest.approx(quantile, abs=3e-3)


def test_an_interval_of_one_value_has_no_ends():
    found = interval([3.0])
    assert (found.value, found.low, found.high) == (3.0, None, None)
    assert interval([]).supported is False
    wide = interval([1.0, 3.0])
    assert wide.high - wide.value == pytest.approx(12.706 * math.sqrt(2) / math.sqrt(2), rel=1e-3)


@pytest.mark.parametrize(("quantile", "needed"), [(0.5, 7), (0.9, 44), (0.99, 459), (0.999, 4603)])
def test_samples_that_a_percentile_needs(quantile, needed):
    assert samples_needed(quantile) == needed
