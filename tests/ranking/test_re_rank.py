"""Re-ranking under a change: alike with the full ranking, like with like, and honest about what it is not."""

import threading
from dataclasses import replace
from typing import Any

import pytest

from advisor.errors import Cancelled
from advisor.facts import load_facts
from advisor.scaled import scaled
from advisor.workload import TraceTraffic, Workload, load_workload
from simulator.before_after import moved_most, shifts
from simulator.offered import lowest_cost
from simulator.play import simulated
from simulator.ranking import Ranking, choose, rank_study
from simulator.re_rank import AS_IS, NOTE, WhatIf, re_rank, start_rows, written
from simulator.study import Study, prepare


def made(**sections: Any) -> Workload:
    """Invoice OCR for two hours of its week, with some fields replaced."""
    table = load_workload("invoice-ocr").to_mapping()
    table["traffic"]["duration"] = "2h"
    for section, fields in sections.items():
        table[section] = {**table.get(section, {}), **fields}
    return Workload.from_mapping(table)


@pytest.fixture(scope="module")
def study() -> Study:
    return prepare(made())


@pytest.fixture(scope="module")
def now(study: Study) -> Ranking:
    return re_rank(study)


def answers(ranking: Ranking) -> list[tuple[Any, ...]]:
    return [(e.option, e.bill.total, e.latency_us[0.99].value, e.meets) for e in ranking.ranked]


def test_as_it_is_it_is_the_full_ranking_of_one_draw(study: Study, now: Ranking) -> None:
    full = rank_study(study, replications=1)
    assert answers(now) == answers(full)
    assert [v.option.name for v in now.infeasible] == [v.option.name for v in full.infeasible]


def test_it_says_what_it_is_not(now: Ranking) -> None:
    assert NOTE in now.notes
    assert now.turns == ()
    assert all(e.cost_per_month.low is None and e.replications == 1 and not e.extremes for e in now.ranked)


def test_once_everywhere_changes_nothing(study: Study, now: Ranking) -> None:
    again = re_rank(study, WhatIf(load=1.0, service=1.0, payload=1.0, start=1.0, price=1.0))
    assert answers(again) == answers(now)
    assert all(one.usd == 0 and one.moved is None and not one.gone for one in shifts(now, again))


def test_a_doubled_price_doubles_every_line_of_every_bill(study: Study, now: Ranking) -> None:
    dear = re_rank(study, WhatIf(price=2.0))
    before = {e.option: e.bill for e in now.ranked}
    assert {e.option for e in dear.ranked} == set(before)
    for entry in dear.ranked:
        old = before[entry.option]
        assert [line.usd for line in entry.bill.lines] == [2 * line.usd for line in old.lines]
        assert [line.quantity for line in entry.bill.lines] == [line.quantity for line in old.lines]
        assert entry.bill.total == 2 * old.total
        assert entry.bill.idle_usd == (None if old.idle_usd is None else 2 * old.idle_usd)
        assert entry.bill.open_items == tuple((item, 2 * usd) for item, usd in old.open_items)


def test_a_doubled_price_leaves_what_has_none_without_one() -> None:
    bare = prepare(made(needs={"region": "eu-west-3"}), load_facts())
    found = shifts(re_rank(bare), re_rank(bare, WhatIf(price=2.0)))
    unpriced = [one for one in found if one.after and one.after.bill.total is None]
    assert unpriced
    assert all(one.usd is None and one.moved is None for one in unpriced)


def test_a_dearer_month_can_break_the_budget() -> None:
    close = prepare(made(needs={"budget_usd_per_month": 400}))
    kept = {e.name: e.meets for e in re_rank(close).ranked}
    dear = {e.name: e for e in re_rank(close, WhatIf(price=2.0)).ranked}
    assert kept["real_time"]
    assert not dear["real_time"].meets
    assert "budget" in dear["real_time"].misses[0]


@pytest.mark.parametrize("factors", [{"load": 2.0}, {"load": 0.25}, {"service": 1.5}, {"payload": 0.5}])
def test_a_change_equals_the_same_ranking_of_the_changed_workload(study: Study, factors: dict[str, float]) -> None:
    stated = re_rank(prepare(scaled(study.workload, **factors)))
    assert answers(re_rank(study, WhatIf(**factors))) == answers(stated)


def test_what_is_kept_is_what_was_asked(study: Study) -> None:
    asked = WhatIf(load=2.0, service=1.5, payload=0.5, start=4.0, price=2.0)
    kept = written(study.workload, asked)
    assert Workload.from_mapping(kept.to_mapping()) == kept
    changed = re_rank(study, replace(asked, start=1.0, price=1.0))
    assert answers(re_rank(prepare(kept))) == answers(changed)


def test_an_assumption_and_a_price_are_no_part_of_a_workload(study: Study) -> None:
    assert written(study.workload, WhatIf(start=2.0, price=3.0)) == study.workload
    recorded = study.workload.model_copy(update={"traffic": TraceTraffic(file="a.csv")})
    assert written(recorded, WhatIf(load=2.0)) is recorded


def test_a_longer_start_is_that_of_every_option_that_rests_on_one(study: Study, now: Ranking) -> None:
    slow = {e.option: e.simulation.assumed for e in re_rank(study, WhatIf(start=4.0)).ranked}
    seen = 0
    for entry in now.ranked:
        for row in start_rows(entry.simulation.assumed.rows):
            if entry.option in slow:
                used = next(r.used for r in slow[entry.option].rows if r.key == row.key)
                assert used == pytest.approx(4 * row.used, rel=1e-6)
                seen += 1
    assert seen


def test_environments_are_counted_with_the_longer_start() -> None:
    study = prepare(made(traffic={"mean_rate_per_s": 0.02}))
    most = [
        max(e.option.max_concurrency for e in found.ranked if e.name == "serverless")
        for found in (re_rank(study), re_rank(study, WhatIf(start=8.0)))
    ]
    assert most[1] > most[0]


def test_an_option_that_fits_no_more_is_listed_with_why(study: Study, now: Ranking) -> None:
    large = re_rank(study, WhatIf(payload=2.0))
    gone = {one.name: one for one in shifts(now, large) if one.after is None}
    assert "serverless" in gone
    assert "too large" in gone["serverless"].gone
    assert gone["serverless"].usd is None
    assert [one.name for one in shifts(now, large)][-len(gone) :] == list(gone)


def test_the_part_that_moved_most_is_named_with_was_and_is(study: Study, now: Ranking) -> None:
    twice = re_rank(study, WhatIf(load=2.0))
    for one in shifts(now, twice):
        if one.before and one.after and one.moved:
            assert one.moved.usd == pytest.approx(one.moved.now - one.moved.was)
            assert abs(one.moved.usd) <= abs(float(one.after.bill.total)) + abs(float(one.before.bill.total))
    fixed = next(e.bill for e in now.ranked if e.name == "real_time")
    more = next(e.bill for e in twice.ranked if e.name == "real_time")
    moved = moved_most(fixed, more)
    assert moved is not None and moved.part == "data in and out"
    assert moved.now == pytest.approx(2 * moved.was, rel=0.1)


def test_steps_leave_the_study_as_it_was(study: Study, now: Ranking) -> None:
    re_rank(study, WhatIf(load=4.0, service=2.0))
    assert answers(re_rank(study, AS_IS)) == answers(now)


def test_it_stops_at_the_flag(study: Study) -> None:
    flag = threading.Event()
    flag.set()
    with pytest.raises(Cancelled):
        re_rank(study.stopped_by(flag), WhatIf(load=2.0))


def test_progress_counts_up_to_its_end(study: Study) -> None:
    steps: list[tuple[int, int, str]] = []
    re_rank(study, progress=lambda done, of, what: steps.append((done, of, what)))
    assert [done for done, _, _ in steps] == [0, 1, 2, 3]
    assert {of for _, of, _ in steps} == {3}


@pytest.mark.parametrize("budget", [1, 60, 400])
def test_what_is_left_out_by_its_cost_is_never_the_best(budget: int) -> None:
    tight = prepare(made(needs={"budget_usd_per_month": budget}))

    def play(option: Any) -> Any:
        return simulated(tight, option)

    for entry in rank_study(tight, replications=1).ranked:
        options = candidates_of(tight, entry.name)
        quick = choose(options, tight.promise, play, lambda option: lowest_cost(tight, option))
        whole = choose(options, tight.promise, play, lambda option: 0.0)
        assert quick.best is not None and whole.best is not None
        assert quick.best.option == whole.best.option
        assert quick.ran <= whole.ran == len(options)


def candidates_of(study: Study, name: str) -> list[Any]:
    from concurrent.futures import ThreadPoolExecutor

    from simulator.entrants import entrants_of

    with ThreadPoolExecutor(2) as pool:
        return entrants_of(study, pool).allowed[name]
