"""Properties of every option that can be simulated, whatever its file: a new one is found and held to them."""

from dataclasses import replace

import pytest

from advisor.billing import estimate
from advisor.options import describe
from advisor.shortlist import candidates
from simulator.codes import Outcome
from simulator.endpoints import builders
from simulator.offered import lowest_cost
from simulator.play import simulate
from simulator.study import prepare
from tests.endpoints.shared import FACTS, SEVERAL

FEW = 5
"""Serverless environments at once, where nothing else is asked for."""


def listed(study):
    """The first fixed and the first scaling candidate of each name."""
    found = {}
    for option in candidates(study.workload, study.facts, study.load, lambda place: FEW):
        found.setdefault((option.name, "scaling" if option.tracked else "fixed"), option)
    return {key: option for key, option in found.items() if option.name in builders()}


def steady(make, *changes, minutes=60, engine="fast"):
    traffic = {"kind": "poisson", "rate_per_s": 4.0, "duration": f"{minutes} min"}
    return prepare(make(("traffic", traffic), ("needs.immediate_response", False), *changes), FACTS, engine=engine)


@pytest.fixture(scope="module")
def one(make):
    return steady(make)


@pytest.fixture(scope="module")
def several(make):
    return steady(make, *SEVERAL)


@pytest.fixture(scope="module")
def studies(one, several):
    return {"one": one, "several": several}


NAMES = sorted(builders())


def shapes(study, name):
    """The candidates of one name: with a fixed count, and scaling, as far as it has them."""
    return [option for (other, _), option in sorted(listed(study).items()) if other == name]


def test_every_option_that_is_built_has_a_candidate_and_reads_well(one, several):
    for study in (one, several):
        options = listed(study)
        assert {name for name, _ in options} == set(builders())
        for option in options.values():
            assert describe(option)
            assert describe(option) == describe(option).strip(", ")


@pytest.mark.parametrize("models", ["one", "several"])
@pytest.mark.parametrize("name", NAMES)
def test_runs_repeat_conserve_requests_and_cost_something(studies, models, name):
    study = studies[models]
    for option in shapes(study, name):
        first, second = simulate(study, option), simulate(study, option)
        assert first.run.counts == second.run.counts
        assert (first.summary, first.bill) == (second.summary, second.bill)
        rows = first.run.requests
        inside = rows.first_us >= study.window_from_us
        assert sum(first.run.counts) == int((inside & (rows.final == 1)).sum())
        assert len(set(rows.row.tolist())) == int((rows.final == 1).sum()), "each request ends once"
        assert (rows.arrival_us <= rows.start_us).all()
        assert (rows.start_us <= rows.finish_us).all()
        ok = rows.outcome == Outcome.OK
        assert (rows.finish_us[ok] <= rows.response_us[ok]).all()
        assert all(line.usd >= 0 for line in first.bill.lines)
        assert lowest_cost(study, option) <= float(first.bill.total)


@pytest.mark.parametrize("name", NAMES)
def test_both_engines_say_the_same(make, name):
    fast, slow = (steady(make, *SEVERAL, minutes=12, engine=engine) for engine in ("fast", "reference"))
    for option in shapes(fast, name):
        one, other = simulate(fast, option), simulate(slow, option)
        assert (one.summary, one.bill) == (other.summary, other.bill)
        assert one.run.meters == other.run.meters


FOLLOW_THE_MOMENT = {"async", "batch_transform", "serverless_provisioned"}
"""A queue that may empty its fleet, jobs, and what spills over a reserve go by the moment and not by the mean."""


@pytest.mark.parametrize("models", ["one", "several"])
@pytest.mark.parametrize("name", [name for name in NAMES if name not in FOLLOW_THE_MOMENT])
def test_a_steady_load_costs_what_mean_rates_estimate(studies, models, name):
    study = studies[models]
    for option in shapes(study, name):
        simulated = simulate(study, option).bill
        estimated = estimate(option, study.workload, study.load, study.places, FACTS)
        assert float(simulated.total) == pytest.approx(float(estimated.total), rel=0.06)


ROUTED = (
    "real_time",
    "multi_container",
    "inference_pipeline",
    "production_variants",
    "shadow_variant",
    "inference_components",
)


@pytest.mark.parametrize("name", ROUTED)
def test_more_of_a_fleet_that_is_routed_to_the_shortest_line_never_waits_longer(make, name):
    busy = prepare(make(("traffic", {"kind": "poisson", "rate_per_s": 35.0, "duration": "20 min"})), FACTS)
    option = replace(listed(busy)[name, "fixed"], routing="LEAST_OUTSTANDING")
    waits = []
    for times in (1, 2, 3):
        more = replace(
            option, instances=option.instances * times, copies=option.copies * times,
            fleets=tuple(count * times for count in option.fleets),
        )  # fmt: skip
        waits.append(simulate(busy, more).summary.wait_us[0.99])
    assert waits == sorted(waits, reverse=True)
