"""Growth: months and rates as people type them, the month in which a fleet breaks, and what is the cheapest then."""

import json

import pytest

from advisor.errors import InputError
from advisor.facts import load_facts
from advisor.options import Option
from simulator import growth as growth_module
from simulator.changes import Change
from simulator.growth import growth
from simulator.growth_text import growth_json, growth_text
from simulator.max_load import max_load
from simulator.months import MOST_MONTHS, month_names, monthly_factor
from simulator.plans import judged
from simulator.study import prepare
from simulator.sweep import Sweep
from simulator.trial import Ask

FACTS = load_facts()
ONE = Option(name="real_time", instance_type="ml.m5.xlarge", instances=1, concurrency_per_instance=4)
TRAFFIC = ("traffic", {"kind": "poisson", "rate_per_s": 20.0, "duration": "20 min"})


@pytest.fixture(scope="module")
def study(make):
    return prepare(make(TRAFFIC, ("needs.slo", ["p95:400ms", "failed:1%"])), FACTS)


def grown(study, rate, until="2027-12", start="2026-12", option=ONE, **more):
    with Sweep(study, processes=False) as sweep:
        return growth(study, option, sweep, start, until, rate, **{"fleets": False, "draws": 2, **more})


def text(found):
    return " ".join(part for part in growth_text(found) if isinstance(part, str))


def test_the_month_in_which_a_fleet_breaks_and_what_gives_way(study):
    found = grown(study, "8%/month")
    broken = found.breaks
    place = [month.name for month in found.months].index(broken.name)
    assert 0 < place < 12
    assert all(month.meets for month in found.months[:place])
    assert not any(month.meets for month in found.months[place:])
    assert broken.factor == pytest.approx(1.08**place)
    assert len(broken.point.plan.trials) == len(found.months[place - 1].point.plan.trials) == 2
    assert found.months[place - 1].factor <= found.largest.factor * 1.05
    assert broken.bottleneck.kind == "waiting"
    assert f"breaks the promise in {broken.name}" in text(found)


def test_the_verdict_of_each_month_is_that_of_a_run_under_its_load(study):
    found = grown(study, "8%/month", until="2027-02", draws=1)
    for month in found.months:
        with Sweep(study, processes=False) as sweep:
            alone = judged(sweep.play([Ask(ONE, change=Change(load=month.factor))]), study.promise)
        assert alone.trials[0].summary == month.point.plan.trials[0].summary
        assert month.meets is alone.meets


def test_without_growth_every_month_is_the_first(study):
    found = grown(study, "0%/month", until="2031-12")
    assert found.breaks is None
    assert len(found.months) == 61
    assert {month.factor for month in found.months} == {1.0}
    assert all(month.point == found.months[0].point for month in found.months)
    assert "up to 2031-12" in text(found)


@pytest.mark.parametrize("side", ["keeps", "breaks"])
def test_a_month_exactly_at_the_edge(study, side):
    with Sweep(study, processes=False) as sweep:
        edge = max_load(study, ONE, sweep, draws=2)
    factor = getattr(edge, side).factor
    found = grown(study, f"{factor:.15f}x/month", until="2027-01")
    assert found.months[1].factor == pytest.approx(factor)
    assert found.months[1].meets is (side == "keeps")
    assert found.breaks is (None if side == "keeps" else found.months[1])


def test_a_broken_fleet_holds_again_as_traffic_shrinks(make):
    study = prepare(
        make(("traffic", {**TRAFFIC[1], "rate_per_s": 60.0}), ("needs.slo", ["p95:400ms", "failed:1%"])), FACTS
    )
    found = grown(study, "-10%/month")
    assert found.breaks is found.months[0]
    holds = found.holds_from
    assert holds.meets
    assert [month.meets for month in found.months] == [month.name >= holds.name for month in found.months]
    assert holds.name in text(found)


def test_many_months_are_not_all_simulated_but_those_around_the_break_are(study):
    found = grown(study, "1%/month", until="2034-12")
    place = [month.name for month in found.months].index(found.breaks.name)
    assert [month.point is not None for month in found.months[place - 1 : place + 2]] == [True] * 3
    assert sum(month.point is None for month in found.months) > 50
    assert [month.meets for month in found.months] == [True] * place + [False] * (len(found.months) - place)


def test_loads_whose_runs_are_too_long_are_not_known(study, monkeypatch):
    from simulator import max_load as max_load_module

    for module in (growth_module, max_load_module):
        monkeypatch.setattr(module, "MOST_REQUESTS", 4 * study.load.requests)
    eight = Option(name="real_time", instance_type="ml.m5.xlarge", instances=8, concurrency_per_instance=4)
    found = grown(study, "2x/month", until="2027-04", option=eight, draws=1)
    assert [month.meets for month in found.months] == [True, True, True, None, None]
    assert found.breaks is None
    assert "too long" in text(found)


def test_the_budget_is_told_apart_from_the_promise(make):
    serverless = Option(name="serverless", memory_mib=4096, max_concurrency=50, concurrency_per_instance=1)
    workload = make(
        ("traffic", {"kind": "poisson", "rate_per_s": 1.0, "duration": "1 h"}),
        ("needs.slo", ["failed:5%"]),
        ("needs.budget_usd_per_month", 30),
    )
    found = grown(prepare(workload, FACTS), "20%/month", option=serverless, draws=1)
    assert found.breaks is None
    assert found.over_budget.point.usd > 30
    before = found.months[[month.name for month in found.months].index(found.over_budget.name) - 1]
    assert before.point.usd <= 30
    assert "over the budget" in text(found)


def test_the_cheapest_fleets_of_today_the_break_and_the_end(make):
    workload = make(
        ("traffic", {"kind": "poisson", "rate_per_s": 20.0, "duration": "5 min"}),
        ("needs.slo", ["p95:400ms", "failed:1%"]),
    )
    found = grown(prepare(workload, FACTS), "10%/month", fleets=True, names=("real_time",), draws=1)
    assert [one.month for one in found.then] == ["2026-12", found.breaks.name, "2027-12"]
    costs = [one.best.best.usd for one in found.then]
    assert costs == sorted(costs)
    assert costs[0] < costs[-1]
    printed = json.loads(json.dumps(growth_json(found)))
    assert printed["breaks_in"] == found.breaks.name
    assert [row["usd_per_month"] for row in printed["cheapest"]] == costs
    assert found.frame()["meets"].tolist() == [month.meets for month in found.months]
    assert "Cheapest in 2027-12" in text(found)


def test_months_include_both_ends():
    assert month_names("2026-12", "2026-12", []) == ("2026-12",)
    assert len(month_names("2026-12", "2036-11", [])) == MOST_MONTHS


@pytest.mark.parametrize(
    ("rate", "monthly"),
    [
        ("8%/month", 1.08),
        ("8 % per month", 1.08),
        ("-50%/month", 0.5),
        ("100%/year", 2 ** (1 / 12)),
        ("2x/year", 2 ** (1 / 12)),
        ("8x/quarter", 2.0),
    ],
)
def test_rates_compound_to_the_month(rate, monthly):
    assert monthly_factor(rate) == pytest.approx(monthly)


@pytest.mark.parametrize(
    "rate",
    [
        "",
        "8%",
        "8/month",
        "eight%/month",
        "8%/week",
        "-100%/month",
        "-150%/year",
        "0x/year",
        "1e9%/month",
        "1001%/month",
        "nan%/month",
        "9" * 400,
    ],
)
def test_rates_that_are_none_are_refused(rate):
    with pytest.raises(InputError, match="--growth") as raised:
        monthly_factor(rate)
    assert len(str(raised.value)) < 250


@pytest.mark.parametrize(
    ("start", "until", "field"),
    [
        ("2026-13", "2027-01", "--from"),
        ("26-12", "2027-01", "--from"),
        ("2026-12", "December", "--until"),
        ("2026-12", "2026-11", "--until"),
        ("2026-12", "2036-12", "--until"),
    ],
)
def test_months_that_are_none_are_refused(study, start, until, field):
    with pytest.raises(InputError, match=field):
        grown(study, "8%/month", start=start, until=until)


def test_every_problem_is_told_at_once(study):
    with pytest.raises(InputError) as raised:
        grown(study, "fast", start="soon", until="later")
    assert [problem.path for problem in raised.value.problems] == ["--from", "--until", "--growth"]
