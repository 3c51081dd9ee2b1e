"""Both engines on real traffic; the files are not part of the repository."""

from itertools import pairwise
from pathlib import Path

import pytest

from simulator._trace_cases import TRACE_SUPPLY, differences, trace_demand, trace_models
from simulator.codes import EventKind, Kind, Outcome
from simulator.engines import run
from simulator.validate import from_trace

TRACE = Path(__file__).parents[3] / "shared" / "data" / "traces" / "web_diurnal_nasa_jul1995.csv.gz"
DAY_S = 86_400
HOUR_US = 3_600_000_000

pytestmark = pytest.mark.skipif(not TRACE.exists(), reason="the folder of real traces is not beside the repository")


def test_a_web_site_is_played_alike_by_both_engines_and_in_chunks():
    rows = list(from_trace(TRACE, DAY_S))
    assert len(rows) == len(trace_models(HOUR_US))
    assert {row.name: row.observed for row in rows if row.observed} == {}


@pytest.fixture(scope="module")
def two_days():
    demand = trace_demand(TRACE, 2 * DAY_S)
    horizon = int(demand.columns.arrival_us[-1]) + HOUR_US
    return {name: run(model, demand, TRACE_SUPPLY) for name, model in trace_models(horizon).items()}


def test_two_days_in_chunks_of_an_odd_size_are_the_same(two_days):
    demand = trace_demand(TRACE, 2 * DAY_S, natural=777)
    horizon = int(demand.columns.arrival_us[-1]) + HOUR_US
    for name, model in trace_models(horizon).items():
        assert differences(run(model, demand, TRACE_SUPPLY), two_days[name]) == 0, name


def test_the_mechanisms_of_each_model_are_at_work(two_days):
    models = trace_models(6 * HOUR_US)
    assert {model.kind for model in models.values()} == set(Kind)
    seen = {kind for result in two_days.values() for kind in result.timeline.kind.tolist()}
    assert seen == set(EventKind)
    ended = {outcome for outcome in Outcome for result in two_days.values() if result.count(outcome)}
    assert ended >= {
        Outcome.OK,
        Outcome.THROTTLED,
        Outcome.NOT_READY,
        Outcome.NO_CAPACITY,
        Outcome.TIMED_OUT,
        Outcome.ABANDONED,
    }
    for name, model in models.items():
        meters = two_days[name].meters
        assert (model.caller.attempts > 1) == (meters.attempts > meters.arrivals), name
        assert (model.cache.models > 0) == (min(meters.loads, meters.reloads, meters.evictions) > 0), name
        assert bool(model.serverless.provisioned) == (meters.spilled > 0), name
        assert bool(model.faults) <= (meters.lost > 0), name


def test_a_difference_anywhere_is_counted(two_days):
    results = list(two_days.values())
    assert all(differences(one, other) > 0 for one, other in pairwise(results))
