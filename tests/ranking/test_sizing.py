"""Sizing: the cheapest configuration that keeps the promise, found by bounds and search, equals the one found by trying all."""

import threading
from dataclasses import replace

import pytest

from advisor.errors import InputError, Problem
from advisor.options import Option
from simulator import size
from simulator.changes import NO_CHANGE, Change
from simulator.endpoints import builders
from simulator.finalists import body
from simulator.grid import grid, ladder
from simulator.plans import judged
from simulator.pruning import excluded_by, profile_of
from simulator.sizing import configurations, size_study
from simulator.study import prepare
from simulator.sweep import Sweep
from simulator.trial import Ask

DAY = {
    "kind": "phases",
    "phases": [{"rate_per_s": 1.0, "duration": "8 min"}, {"rate_per_s": 60.0, "duration": "4 min"}],
}
BUSY = (("traffic", DAY), ("needs.slo", ["p99:400ms"]), ("needs.availability", "zone"))


def sized(workload, *, names=(), prune=True, change=NO_CHANGE, draws=3, turns=False):
    study = prepare(workload)
    with Sweep(study) as sweep:
        return size_study(study, sweep, names=names, prune=prune, change=change, draws=draws, turns=turns)


def best_of(sizing):
    return {one.name: one.best and (body(one.best.option), round(one.best.usd, 6)) for one in sizing.sized}


@pytest.mark.parametrize(
    "changes",
    [
        BUSY,
        (("traffic.rate_per_s", 30.0), ("traffic.duration", "15 min")),
        (("traffic.rate_per_s", 0.02), ("traffic.duration", "1 d")),
        (("needs.immediate_response", False), ("needs.slo", ["p95:30 min"])),
        (
            ("service.slowdown", 0.3),
            ("traffic.rate_per_s", 40.0),
            ("traffic.duration", "6 min"),
            ("needs.slo", ["p99:600ms"]),
        ),
    ],
)
def test_bounds_and_search_find_what_trying_everything_finds(make, changes):
    workload = make(*changes)
    quick, whole = sized(workload), sized(workload, prune=False)
    assert best_of(quick) == best_of(whole)
    assert quick.considered >= sum(one.tried for one in quick.sized)
    assert all(not one.pruned for one in whole.sized)


def test_the_smallest_fleet_is_the_smallest_of_all(make):
    workload = make(("traffic.rate_per_s", 600.0), ("traffic.duration", "2 min"), ("needs.slo", ["p99:400ms"]))
    found = sized(workload, names=["real_time"]).of("real_time")
    study = prepare(workload)
    fleet = [o for o in (plan.option for plan in found.plans) if not o.tracked]
    smallest = min(plan.option.instances for plan in found.plans if plan.meets and not plan.option.tracked)
    base = next(o for o in fleet if o.instances == smallest and o.routing == "LEAST_OUTSTANDING")
    with Sweep(study) as sweep:
        tried = sweep.play([Ask(replace(base, instances=n)) for n in range(1, smallest + 1)])
    kept = [judged([trial], study.promise).meets for trial in tried]
    assert kept == [False] * (smallest - 1) + [True]
    assert smallest > 12, "the ladder does not hold every count: the search has to look between"


@pytest.mark.parametrize(
    "changes",
    [
        BUSY,
        (("traffic.rate_per_s", 50.0), ("needs.slo", ["p99:300ms"])),
        (("needs.budget_usd_per_month", 60), ("traffic.rate_per_s", 20.0)),
        (("needs.slo", ["p99:240ms"]), ("traffic.rate_per_s", 5.0)),
        (("traffic.rate_per_s", 900.0), ("traffic.duration", "2 min")),
    ],
)
def test_what_a_bound_excludes_misses_the_promise(make, changes):
    study = prepare(make(*changes))
    profile, seen = profile_of(study), {}
    for options in configurations(study, (), ()).values():
        for option in options:
            bound = excluded_by(study, profile, option, 0.0)
            if bound:
                seen.setdefault(bound, []).append(option)
    asks = [Ask(option) for options in seen.values() for option in options[:: max(1, len(options) // 4)]]
    with Sweep(study) as sweep:
        for trial in sweep.play(asks):
            assert not judged([trial], study.promise).meets, trial.option
    if changes is not BUSY and "budget" not in str(changes):
        assert seen


def bound_of(study, **changes):
    option = Option(name="real_time", instance_type="ml.m5.xlarge", instances=2, concurrency_per_instance=4)
    return excluded_by(study, profile_of(study), replace(option, **changes), 0.0)


def test_each_bound_excludes_only_beyond_its_limit(make):
    loose, tight = (prepare(make(("needs.slo", [f"p99:{bound}"]))) for bound in ("300ms", "200ms"))
    assert (bound_of(loose), bound_of(tight)) == ("", "service time")
    full = prepare(make(("traffic.rate_per_s", 100.0), ("needs.slo", ["p99:400ms"])))
    assert bound_of(full) == "utilisation"
    assert bound_of(full, instances=3) in {"", "Erlang C"}
    near = prepare(make(("traffic.rate_per_s", 85.0), ("needs.slo", ["p99:265ms"])))
    assert bound_of(near) == "Erlang C"
    assert bound_of(near, instances=20) == ""
    busy = prepare(make(("traffic.rate_per_s", 100.0)))
    few = Option(name="serverless", memory_mib=2048, max_concurrency=2, concurrency_per_instance=1)
    assert excluded_by(busy, profile_of(busy), few, 0.0) == "Little"
    assert excluded_by(busy, profile_of(busy), replace(few, max_concurrency=100), 0.0) == ""
    poor = prepare(make(("needs.budget_usd_per_month", 50)))
    option = Option(name="real_time", instance_type="ml.m5.xlarge", instances=2, concurrency_per_instance=4)
    assert [excluded_by(poor, profile_of(poor), option, floor) for floor in (49.9, 50.0, 50.1)] == ["", "", "budget"]


def test_counts_are_all_tried_where_they_are_few_and_in_equal_ratios_where_many():
    assert ladder(1, 5) == [1, 2, 3, 4, 5]
    many = ladder(1, 1000)
    assert many[0] == 1 and many[-1] == 1000 and len(many) <= 12 and many == sorted(set(many))


def test_every_option_has_a_grid_of_allowed_configurations():
    for name in ("churn-scores", "support-chat", "load-steps"):
        study = prepare(name)
        listed = configurations(study, tuple(builders()), ())
        for options in listed.values():
            assert len(options) == len(set(options))
            assert all(o.max_instances >= o.min_instances for o in options)
            assert all(not o.tracked or o.max_instances or o.max_copies for o in options)
        one = next(iter(listed.values()))[0]
        assert one in grid(study, one)


def test_a_budget_below_the_floor_says_what_it_would_take(make):
    sizing = sized(make(("needs.budget_usd_per_month", 3), ("traffic.rate_per_s", 20.0)), names=["real_time"])
    found = sizing.of("real_time")
    assert sizing.best is None and found.best is None and found.nearest is not None
    assert found.pruned.get("budget") and found.tried >= 1
    assert "budget" in found.nearest.broken[0].text and found.takes.startswith("a budget of $")


def test_a_bound_that_nothing_meets_says_how_fast_requests_would_have_to_be(make):
    sizing = sized(make(("needs.slo", ["p99:100ms"])), names=["real_time"])
    found = sizing.of("real_time")
    assert found.best is None and "× as fast" in found.takes
    factor = float(found.takes.split()[1])
    assert 2.4 < factor < 3.6, "p99 is 250 ms of work"
    faster = sized(make(("needs.slo", ["p99:100ms"])), names=["real_time"], change=Change(service=0.9 / factor))
    assert faster.of("real_time").best is not None


def test_more_traffic_never_costs_less(make):
    costs = [
        sized(make(*BUSY), names=["real_time"], change=Change(load=load)).of("real_time").best.usd
        for load in (0.5, 1, 2, 4)
    ]
    assert costs == sorted(costs)


def test_the_same_question_has_the_same_answer(make):
    one, other = sized(make(*BUSY), turns=True), sized(make(*BUSY), turns=True)
    assert [s.plans for s in one.sized] == [s.plans for s in other.sized]
    assert one.turns == other.turns


def test_the_answer_rests_on_several_draws_and_says_so(make):
    sizing = size(make(*BUSY), draws=5)
    best = sizing.best.best
    assert 3 <= len(best.trials) <= 5
    assert {trial.ask.replication for trial in best.trials} == set(range(len(best.trials)))
    assert best.kept_draws(sizing.study.promise) <= len(best.trials)
    firsts, draws = sizing.first_in_draws
    assert 0 < firsts <= draws
    frame = sizing.frame()
    assert {"option", "configuration", "usd_per_month", "p99_ms", "failed_share", "keeps_promise"} <= set(frame.columns)
    assert frame["keeps_promise"].any()


def test_a_runner_up_is_another_fleet(make):
    for one in sized(make(*BUSY)).sized:
        if one.runner_up is not None:
            assert body(one.runner_up.option) != body(one.best.option)
            assert one.runner_up.usd >= one.best.usd * 0.99


def test_an_interrupted_search_keeps_the_best_so_far(make):
    flag = threading.Event()
    study = prepare(make(*BUSY), cancel=flag)

    def stop(done, of, what):
        if done >= 8:
            flag.set()

    with Sweep(study, progress=stop) as sweep:
        sizing = size_study(study, sweep)
    assert sizing.stopped
    assert sum(one.tried for one in sizing.sized) >= 6


def test_a_search_whose_cluster_goes_away_keeps_the_best_so_far_and_says_why(make, monkeypatch):
    study = prepare(make(*BUSY))
    with Sweep(study) as sweep:
        play, left = sweep.play, [2]

        def gone(asks, what=""):
            left[0] -= 1
            if left[0] < 0:
                raise InputError([Problem("--cluster", "", "the scheduler went away")])
            return play(asks, what)

        monkeypatch.setattr(sweep, "play", gone)
        sizing = size_study(study, sweep)
        assert sizing.stopped and "went away" in sizing.lost and sizing.sized
        with pytest.raises(InputError, match="went away"):
            size_study(study, sweep)


def test_what_cannot_be_asked_for_is_refused_all_at_once(make):
    with pytest.raises(InputError) as caught:
        size(make(), names=["real-time"], types=["ml.m5.huge"])
    assert {problem.path for problem in caught.value.problems} == {"--option", "--types"}


def test_a_chosen_set_of_types_limits_the_search(make):
    second = {"on": "ml.c5.xlarge", "time": {"p50": "55 ms", "p99": "150 ms"}, "slots": 4}
    workload = make(("service.measured", [second]), ("traffic.rate_per_s", 20.0))
    sizing = size(workload, names=["real_time"], types=["ml.c5.xlarge"], draws=3)
    assert {plan.option.instance_type for plan in sizing.of("real_time").plans} == {"ml.c5.xlarge"}


def test_one_option_alone_is_tried_at_the_ends_of_its_assumptions_too():
    sizing = size("receipt-classifier", names=["serverless"], draws=3)
    assert [one.name for one in sizing.sized if one.best] == ["serverless"]
    assert [(turn.key, turn.winner) for turn in sizing.turns] == [("cold_start", "")]
    assert sizing.ends_tried and sizing.stability.startswith("turns on: ")


def test_a_plan_without_a_price_comes_after_the_priced_and_before_what_misses():
    sizing = size("customer-models", names=["multi_model", "serverless", "serverless_provisioned"], draws=3)
    assert [(one.name, one.best is None) for one in sizing.sized] == [
        ("multi_model", False), ("serverless_provisioned", False), ("serverless", True),
    ]  # fmt: skip
    assert sizing.sized[1].best.usd is None and sizing.best is sizing.sized[0]
