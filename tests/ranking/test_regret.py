"""Least regret: a table made by hand, scenarios, parts, and ranges that are none."""

import json
from itertools import product

import pytest

from advisor.errors import InputError
from simulator import least_regret
from simulator.range_texts import read_ranges
from simulator.ranges import Range
from simulator.regret_search import scenarios_of
from simulator.regret_table import Outcome, Weights, reference, regrets
from simulator.regret_text import regret_text
from simulator.study import prepare
from simulator.what_if_json import regret_json

PLAIN = Weights(over=1.0, under=2.0, steepness=1.0)


def kept(usd: float) -> Outcome:
    return Outcome(usd, True, 0.0)


def test_a_table_made_by_hand():
    # cheapest that keeps: 300. One costs 100 more; one is 200 cheaper and misses 5 % of the requests.
    table = [kept(300.0), kept(400.0), Outcome(100.0, False, 0.05)]
    found = regrets(table, PLAIN)
    assert [(one.over, one.under) for one in found] == [(0.0, 0.0), (100.0, 0.0), (0.0, 2 * (200 + 15))]


def test_missing_the_promise_at_a_higher_cost_counts_both_ways():
    (_, dear) = regrets([kept(300.0), Outcome(500.0, False, 0.1)], PLAIN)
    assert (dear.over, dear.under) == (200.0, pytest.approx(60.0))
    assert dear.total == dear.over + dear.under


def test_by_default_a_dollar_lacking_weighs_more_than_one_too_much_and_grows_faster():
    def lacking(gap: float) -> float:
        return regrets([kept(100.0), Outcome(100.0 - gap, False, 0.0)])[1].total

    over = regrets([kept(100.0), kept(140.0)])[1].total
    assert lacking(40.0) > over == pytest.approx(40.0)
    assert lacking(80.0) > 2 * lacking(40.0)
    assert lacking(40.0) == pytest.approx(1.25 * 40 * 1.4**0.2)


def test_where_nothing_keeps_the_promise_the_nearest_is_the_measure():
    table = [Outcome(100.0, False, 0.2), Outcome(150.0, False, 0.1)]
    assert reference(table) == table[1]
    found = regrets(table, PLAIN)
    assert found[1].total == 0
    assert found[0].under == pytest.approx(2 * (50 + 150 * 0.1))


def test_what_cannot_be_played_is_regretted_as_all_of_it():
    found = regrets([kept(100.0), Outcome(None, False, 1.0)], PLAIN)
    assert found[1].under == pytest.approx(2 * 200)
    assert regrets([Outcome(None, False, 1.0)], PLAIN)[0].total == 0


def some(key: str) -> Range:
    return Range(key, key, 0.5, 1.0, 4.0)


def test_every_combination_of_up_to_three_ranges_is_a_scenario():
    certain = Range("peak", "peak", 1.0, 1.0, 1.0)
    found, sampled = scenarios_of([some("load"), some("service"), certain, some("payload")])
    assert not sampled and len(found) == 27
    assert set(found) == {(a, b, 1.0, c) for a, b, c in product((0.5, 1.0, 4.0), repeat=3)}


def test_more_ranges_are_sampled_with_each_stratum_once():
    ranges = [some(key) for key in ("load", "service", "payload", "peak")]
    found, sampled = scenarios_of(ranges, 20)
    assert sampled and len(found) == 21 and found[0] == (1.0,) * 4
    assert found == scenarios_of(ranges, 20)[0]
    for column in list(zip(*found[1:], strict=True)):
        assert sum(value < 1.0 for value in column) == 10  # one half of the strata lies below the middle
        assert 0.5 <= min(column) < max(column) <= 4.0


def test_the_choice_has_the_least_mean_regret_and_its_parts_add_up(make):
    time = {"constant": "180 ms"}
    work = make(
        ("traffic", {"kind": "constant", "rate_per_s": 4.0, "duration": "15 min"}),
        ("service", {"reference": "ml.m5.large", "time": time, "slots": 1, "measured": [{"on": "serverless:2048", "time": time}]}),
        ("model.memory", "1.5 GB"), ("needs.slo", ["p99:10 s", "failed:1%"]),
    )  # fmt: skip
    ranges = ["load=0.5x/1x/2x", "service=180ms"]
    found = least_regret(work, ranges, names=("real_time", "serverless"))
    assert [one.mean for one in found.choices] == sorted(one.mean for one in found.choices)
    assert len(found.scenarios) == 3 and not found.sampled
    for one in found.choices:
        assert one.mean == pytest.approx(one.over + one.under)
        assert one.worst[0] == max(part.total for part in one.regrets)
        assert all(part.under == 0 for part, plan in zip(one.regrets, one.plans, strict=True) if plan.meets)
    for k in range(3):  # in each scenario the cheapest that keeps the promise is not regretted
        good = [one for one in found.choices if one.plans[k].meets]
        assert min(good, key=lambda one: one.plans[k].usd).regrets[k].total == 0
    small = next(one for one in found.choices if one.option.instances == 1 and not one.option.tracked)
    assert small.kept < 3 and small.under > 0
    said = list(regret_text(found))
    assert said[0].startswith("Least regret: ") and any(
        "judgement of ours" in part for part in said if isinstance(part, str)
    )
    printed = json.loads(json.dumps(regret_json(found)))
    assert len(printed["choices"][0]["in_scenarios"]) == 3
    assert list(found.frame()["regret_usd"]) == [one.mean for one in found.choices]


def test_ranges_are_read_in_the_units_people_use(make):
    study = prepare(make())
    found = {one.key: one for one in read_ranges(study, [
        "load=0.5x/1/2x", "service=40ms/80ms/120ms", "payload=50 KB/100 KB/1 MB", "cold_start=5s/10s/30s",
        "speed=0.5x/0.8x/1x", "autoscaling.cooldown_default_variant=2 min/300/600", "prices=1.1x",
    ])}  # fmt: skip
    assert (found["service"].low, found["service"].high) == (0.5, 1.5)
    assert (found["payload"].low, found["payload"].high) == (0.5, 10.0)
    assert found["cold_start"].high == 30_000_000 and found["speed"].mid == 0.8
    assert found["autoscaling.cooldown_default_variant"].low == 120
    assert found["prices"].certain
    assert found["service"].text(1.5) == "120\u00a0ms"
    assert found["cold_start"].set_to(5e6) == (("given", "cold_start"), "5000000 us")


def test_everything_wrong_with_ranges_is_told_at_once(make):
    study = prepare(make())
    wrong = [
        "load=2x/1x/0.5x", "mood=1/2/3", "service=fast/80ms/120ms", "payload=1 MB/2 MB", "cold_start", "peak=0/1/2",
        "speed=1/2/x", "prices=nan", "serverless.max_concurrency=1/2/many", "real_time.scaling_unit=1/2/3",
        "load=1x",
    ]  # fmt: skip
    with pytest.raises(InputError) as error:
        read_ranges(study, wrong)
    said = str(error.value).splitlines()
    assert len(said) == len(wrong) - 1  # the first load is no range, so the second is not a double
    for key in ("load", "mood", "service", "payload", "peak", "speed", "prices", "serverless.max_concurrency"):
        assert any(line.startswith(f"--range {key}: ") for line in said)
    with pytest.raises(InputError, match="one range for each key"):
        read_ranges(study, ["load=1x", "load=2x"])


def test_ranges_that_nothing_survives_are_refused(make):
    with pytest.raises(InputError, match="some option keeps the promise"):
        least_regret(make(("needs.slo", ["p99:1 ms"])), ["load=1x/2x/3x"], names=("serverless",))
