"""The largest load: against theory, its boundaries, what gives way, and what is said of it."""

import json
from dataclasses import replace

import pytest

from advisor.errors import InputError
from advisor.facts import load_facts
from advisor.options import Option
from simulator.bracket import RUNG, Ladder, edges, rung_of
from simulator.capacity import bearable_per_s, capacity_per_s, saturation
from simulator.max_load import max_load, max_loads
from simulator.max_load_text import max_load_json, max_load_text, max_loads_json, max_loads_text
from simulator.metrics import Summary
from simulator.sizing import size_study
from simulator.study import prepare
from simulator.sweep import Sweep
from simulator.theory import erlang_b, mmc_latency_quantile
from simulator.trial import Ask, Trial

FACTS = load_facts()
AT_ONCE = (("overhead", "0 s"),)
SERVICE_S = 0.1
EXPONENTIAL = {"mean": "100 ms", "cv": 1.0}


def fleet(instances=1, slots=4, **more):
    return Option(
        name="real_time", instance_type="ml.m5.xlarge", instances=instances, concurrency_per_instance=slots, **more
    )


def environments(count):
    return Option(name="serverless", memory_mib=4096, max_concurrency=count, concurrency_per_instance=1)


def largest(workload, option, **more):
    study = prepare(workload, FACTS)
    with Sweep(study, processes=False) as sweep:
        return max_load(study, option, sweep, **more)


@pytest.fixture
def queue(make):
    """Poisson arrivals, exponential service of 100 ms on four slots, 95 % within 400 ms."""
    return make(
        ("service.time", EXPONENTIAL),
        ("traffic", {"kind": "poisson", "rate_per_s": 20.0, "duration": "50 min"}),
        ("needs.slo", ["p95:400ms", "failed:50%"]),
    )


def root(falling, low, high):
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if falling(middle) else (low, middle)
    return low


def theory_rate():
    """Requests per second at which M/M/4 answers 95 % within 400 ms."""
    return root(lambda load: mmc_latency_quantile(0.95, load, 4, SERVICE_S) <= 0.4, 0.1, 4.0) / SERVICE_S


def test_a_fleet_breaks_where_queueing_theory_says(queue):
    found = largest(queue, fleet(), given=AT_ONCE)
    assert found.keeps.rate_per_s == pytest.approx(theory_rate(), rel=0.03)
    assert found.breaks.factor / found.keeps.factor == pytest.approx(RUNG)
    assert found.keeps.plan.meets
    assert not found.breaks.plan.meets
    assert found.bottleneck.kind == "waiting"


def test_environments_without_a_waiting_line_break_where_erlang_b_says(make):
    workload = make(
        ("service.measured", [{"on": "serverless:4096", "time": {"p50": "80 ms", "p99": "400 ms"}}]),
        ("traffic", {"kind": "poisson", "rate_per_s": 30.0, "duration": "40 min"}),
        ("needs.slo", ["failed:5%"]),
    )
    study = prepare(workload, FACTS)
    mean_s = study.places["serverless:4096"].time.mean_us / 1e6
    found = largest(workload, environments(8), given=(("cold_start", "1 us"), ("overhead", "0 s")))
    rate = root(lambda load: erlang_b(load, 8) <= 0.05, 0.1, 20.0) / mean_s
    assert found.keeps.rate_per_s == pytest.approx(rate, rel=0.03)
    assert found.bottleneck.kind == "concurrency"
    assert bearable_per_s(study, environments(8)) == pytest.approx(rate, rel=0.001)


def test_a_fleet_that_is_broken_today_survives_less_than_today(queue):
    twice = queue.model_copy(update={"traffic": queue.traffic.model_copy(update={"rate_per_s": 60.0})})
    found = largest(twice, fleet(), given=AT_ONCE, draws=1)
    assert found.factor < 1
    assert not found.now.plan.meets
    assert found.keeps.rate_per_s == pytest.approx(theory_rate(), rel=0.05), "the same fleet ends at the same rate"
    assert any("Today's load breaks the promise" in line for line in max_load_text(found))


def test_a_search_that_meets_its_limit_says_so(queue):
    found = largest(queue, fleet(instances=8), given=AT_ONCE, draws=1, most=3)
    assert found.breaks is None
    assert found.bottleneck is None
    assert 3 / RUNG < found.factor <= 3
    assert found.limit in " ".join(max_load_text(found))
    assert max(point.factor for point in found.points) <= 3


def test_a_promise_that_no_load_keeps_has_no_largest_load(make):
    found = largest(make(("needs.slo", ["p50:1ms"])), fleet(), draws=1)
    assert found.keeps is None
    assert found.factor is None
    assert found.bottleneck.kind == "service_time"
    assert "at no load" in next(iter(max_load_text(found)))


def test_more_instances_survive_more(queue):
    short = queue.model_copy(update={"traffic": queue.traffic.model_copy(update={"duration": 600_000_000})})
    factors = [largest(short, fleet(count), draws=1).factor for count in (1, 2, 4)]
    assert factors == sorted(set(factors))
    assert factors[2] > 3 * factors[0]


def test_the_same_question_has_the_same_answer_whoever_plays(queue):
    from concurrent.futures import ThreadPoolExecutor

    study = prepare(queue, FACTS)
    answers = []
    for workers in (1, 3):
        with ThreadPoolExecutor(workers) as pool, Sweep(study, pool) as sweep:
            answers.append(max_load_json(max_load(study, fleet(), sweep)))
    assert answers[0] == answers[1]


def test_users_who_wait_are_multiplied(make):
    closed = {"kind": "closed", "users": 10, "think": "1 s", "duration": "20 min"}
    found = largest(make(("traffic", closed), ("needs.slo", ["p95:400ms"])), fleet(), draws=1)
    assert found.keeps.users > 10
    assert found.breaks.users > found.keeps.users
    assert found.keeps.rate_per_s < capacity_per_s(prepare(make(("traffic", closed)), FACTS), fleet())
    assert "users" in next(iter(max_load_text(found)))


def test_the_requests_of_a_trace_are_multiplied(make, tmp_path):
    path = tmp_path / "trace.csv"
    path.write_text(
        "time_s,requests\n" + "".join(f"{60 * k},{600 + 300 * (k % 3)}\n" for k in range(20)), encoding="utf-8"
    )
    workload = make(("traffic", {"kind": "trace", "file": str(path)}))
    study = prepare(workload, FACTS, trace=path)
    with Sweep(study, processes=False) as sweep:
        found = max_load(study, fleet(), sweep, draws=1)
    arrived = {point.factor: point.plan.trials[0].summary.arrivals for point in found.points}
    assert arrived[found.keeps.factor] == pytest.approx(arrived[1.0] * found.factor, rel=0.01)
    assert found.factor > 1


def test_the_budget_ends_before_the_promise(make):
    workload = make(
        ("traffic", {"kind": "poisson", "rate_per_s": 1.0, "duration": "2 h"}),
        ("needs.slo", ["failed:5%"]),
        ("needs.budget_usd_per_month", 40),
    )
    found = largest(workload, environments(20), draws=1, most=30)
    assert found.now.usd < 40 < found.keeps.usd
    assert found.affordable.usd <= 40
    assert found.affordable.usd > 40 / RUNG**2
    assert found.affordable.factor < found.keeps.factor
    assert any("budget" in line for line in max_load_text(found))


def test_distance_to_saturation_is_slots_over_service_time(queue):
    study = prepare(queue, FACTS)
    near = saturation(study, fleet(2))
    assert near.capacity_per_s == pytest.approx(2 * 4 / SERVICE_S)
    assert near.mean == pytest.approx(study.load.mean_rate_per_s / near.capacity_per_s)
    assert near.headroom == pytest.approx(4.0, rel=0.02)
    assert near.headroom_busiest_hour <= near.headroom
    assert capacity_per_s(study, fleet(2), {"speed": "0.5"}) == pytest.approx(near.capacity_per_s / 2)


def test_parts_that_get_a_share_saturate_by_the_one_that_is_full_first(queue):
    study = prepare(queue, FACTS)
    split = fleet(instances=4, weights=(0.9, 0.1), fleets=(3, 1))
    assert capacity_per_s(study, replace(split, name="production_variants")) == pytest.approx(3 * 40 / 0.9)
    tracked = fleet(instances=1, min_instances=1, max_instances=5, target_per_min=100.0)
    assert capacity_per_s(study, tracked) == pytest.approx(5 * 40)
    copies = Option(
        name="inference_components", instance_type="ml.m5.xlarge", instances=2, components=1, copies=2,
        concurrency_per_copy=2, concurrency_per_instance=4,
    )  # fmt: skip
    assert capacity_per_s(study, copies) == pytest.approx(2 * 20)
    assert saturation(study, Option(name="batch_transform", instance_type="ml.m5.xlarge", instances=1)) is None


def test_every_option_of_a_sizing_gets_its_largest_load(make):
    study = prepare(make(("traffic.duration", "20 min")), FACTS)
    with Sweep(study, processes=False) as sweep:
        sizing = size_study(study, sweep, names=("real_time", "serverless"))
        found = max_loads(sizing, sweep, draws=1, most=16)
    assert {one.option.name for one in found.found} == {"real_time", "serverless"}
    assert found.of("real_time").option == sizing.of("real_time").best.option
    assert found.of("async") is None
    table = found.frame()
    assert table["factor"].tolist() == [one.factor for one in found.found]
    assert len(found.found[0].frame()) == len(found.found[0].points)
    assert [row["option"] for row in json.loads(json.dumps(max_loads_json(found)))] == table["option"].tolist()
    assert list(max_loads_text(found))


def test_traffic_without_a_request_has_no_load_to_raise(make):
    study = prepare(make(("traffic", {"kind": "poisson", "rate_per_s": 1e-6, "duration": "1 min"})), FACTS)
    with Sweep(study, processes=False) as sweep, pytest.raises(InputError, match="no request"):
        max_load(study, fleet(), sweep)


@pytest.mark.parametrize("wrong", [{"least": 0.0}, {"least": 1.5}, {"most": 0.5}, {"draws": 0}])
def test_bounds_that_do_not_enclose_today_are_refused(plain, wrong):
    with pytest.raises(InputError, match="loads"):
        largest(plain, fleet(), **wrong)


class _Judge:
    """A sweep that answers by the rung alone: what a search asks for is what is looked at."""

    def __init__(self, keeps):
        self.keeps, self.rungs = keeps, []

    def play(self, asks, what):
        assert isinstance(what, str)
        asks = list(asks)
        rungs = [rung_of(ask.change.load) for ask in asks]
        self.rungs += rungs
        return [
            Trial(ask, _summary(0 if self.keeps(rung, ask.replication) else 1), _Bill())
            for ask, rung in zip(asks, rungs, strict=True)
        ]


class _Bill:
    total = None


def _summary(lost):
    return Summary(1, 1 - lost, {"throttled": lost} if lost else {}, 0, {}, {}, {}, 0.0, 0.0, 0.0, 1)


def _edge(keeps, make, low=0, high=5, draws=1, least=-40, most=200):
    from simulator.changes import Change
    from simulator.promise import promise_of

    judge = _Judge(keeps)
    ladder = Ladder(lambda rung: Ask(fleet(), change=Change(load=RUNG**rung * 1.0001)), low, high, least, most)
    (edge,) = edges(judge, [ladder], promise_of(make(("needs.slo", ["failed:10%"]))), draws=draws)
    return edge, judge


@pytest.mark.parametrize("at", [-39, -7, 0, 1, 6, 63, 150, 198])
def test_any_edge_is_found_to_one_rung_in_few_runs(at, make):
    edge, judge = _edge(lambda rung, _: rung <= at, make)
    assert (edge.keeps, edge.breaks) == (at, at + 1)
    assert len(judge.rungs) == len(set(judge.rungs)) <= 20


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (-50, (None, -40)),
        (-41, (None, -40)),
        (-40, (-40, -39)),
        (199, (199, 200)),
        (200, (200, None)),
        (900, (200, None)),
    ],
)
def test_an_edge_beyond_the_ends_is_told_as_such(at, expected, make):
    edge, _ = _edge(lambda rung, _: rung <= at, make)
    assert (edge.keeps, edge.breaks) == expected


def test_chance_on_the_first_draw_does_not_decide(make):
    # the first draw is lucky up to rung 30, any other ends at 20: by their mean it ends at 20
    edge, judge = _edge(lambda rung, draw: rung <= (30 if draw == 0 else 20), make, draws=3)
    assert (edge.keeps, edge.breaks) == (20, 21)
    assert judge.rungs.count(20) == judge.rungs.count(21) == 3


def test_an_edge_that_is_not_the_only_one_is_the_lowest_seen(make):
    edge, _ = _edge(lambda rung, _: rung <= 10 or 14 <= rung <= 16, make, high=30)
    assert edge.breaks <= 17
    assert edge.keeps == edge.breaks - 1
