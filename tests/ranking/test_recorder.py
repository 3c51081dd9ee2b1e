"""What a run is by steps: gathered block by block, it equals what all its requests say when they are kept."""

import math

import numpy as np
import pytest

from advisor.facts import load_facts
from advisor.options import Option
from simulator import recorder as recording
from simulator.codes import Outcome
from simulator.engines import run
from simulator.model import Caller, ServingModel
from simulator.play import simulate
from simulator.recorder import Recorded, Recorder
from simulator.run import FixedDemand, FixedSupply, Requests
from simulator.steps import Levels
from simulator.study import prepare
from simulator.timeline import fleet_table

FACTS = load_facts()
STEP, TICK = 1_000, 100


def played(caller: Caller, engine: str = "fast") -> tuple[Requests, Recorded, int]:
    """A small busy run: requests wait, time out and are refused."""
    source = np.random.default_rng(5)
    arrival = np.cumsum(source.integers(1, 120, 700))
    demand = FixedDemand.of(arrival, source.integers(20, 220, 700), natural=64)
    model = ServingModel(
        horizon_us=int(arrival[-1]) + 500, queue_limit=6, slots=2, initial=1, caller_timeout_us=700, caller=caller
    )
    seen = Recorder(STEP, TICK, bound_us=300)
    result = run(model, demand, FixedSupply(jitter=(500_000,)), engine=engine, observe=seen)  # type: ignore[arg-type]
    assert result.requests is not None
    return result.requests, seen.recorded(result.end_us), result.end_us


@pytest.fixture(scope="module", params=[("fast", 1), ("fast", 3), ("reference", 3)])
def kept(request) -> tuple[Requests, Recorded, int]:
    engine, attempts = request.param
    return played(Caller(attempts=attempts, backoff_us=50), engine)


def test_counts_of_the_steps_are_those_of_the_requests(kept):
    rows, recorded, _ = kept
    columns, last = recorded.columns, rows.final == 1
    ok = last & (rows.outcome == Outcome.OK)
    late = ok & (rows.response_us - rows.first_us > 300)
    assert late.any() and (rows.outcome == Outcome.THROTTLED).any(), "the run must have something to count"
    for name, of in (
        ("answered", rows.first_us[ok]), ("late", rows.first_us[late]),
        ("throttled", rows.first_us[last & (rows.outcome == Outcome.THROTTLED)]), ("arrivals", rows.arrival_us),
        ("ended", rows.first_us[last & (rows.outcome != Outcome.UNFINISHED)]),
    ):  # fmt: skip
        by_hand = [int(np.count_nonzero(of // STEP == n)) for n in range(len(columns[name]))]
        assert columns[name].tolist() == by_hand, name
        assert columns[name].sum() == len(of)


def test_percentiles_of_each_interval_are_those_of_its_requests(kept):
    rows, recorded, _ = kept
    ok = (rows.final == 1) & (rows.outcome == Outcome.OK)
    for first, stop, each in ((0, len(recorded.columns["ended"]), 1), (2, 21, 4)):
        found = recorded.slow.quantiles(first, stop, each, [0.5, 0.99])
        for number in range(-(-(stop - first) // each)):
            low, high = (first + number * each) * STEP, min(stop, first + (number + 1) * each) * STEP
            here = sorted(
                (rows.response_us - rows.first_us)[ok & (rows.first_us >= low) & (rows.first_us < high)].tolist()
            )
            for share, column in zip((0.5, 0.99), found, strict=True):
                if here:
                    assert column[number] == here[math.ceil(share * len(here) - 1e-9) - 1]
                else:
                    assert math.isnan(column[number])
    assert recorded.slow.exact


def test_levels_are_those_of_the_requests(kept):
    rows, recorded, end = kept
    ticks = np.arange(0, len(recorded.columns["ended"]) * STEP, TICK)
    for name, begin, over in (("waiting", rows.arrival_us, rows.start_us), ("busy", rows.start_us, rows.finish_us)):
        at = np.array([np.count_nonzero((begin <= t) & (over > t)) for t in ticks])
        assert recorded.columns[f"most_{name}"].tolist() == at.reshape(-1, STEP // TICK).max(axis=1).tolist()
        mean = recorded.columns[name]
        for n in range(len(mean) - 1):
            inside = np.clip(over, n * STEP, (n + 1) * STEP) - np.clip(begin, n * STEP, (n + 1) * STEP)
            assert mean[n] == pytest.approx(inside.sum() / STEP, abs=1e-6)


def test_more_answers_than_are_kept_are_rounded_down_to_buckets(monkeypatch):
    exact = played(Caller())[1].slow
    monkeypatch.setattr(recording, "MOST_EXACT", 100)
    rounded = played(Caller())[1].slow
    assert not rounded.exact
    assert rounded.counts.sum() == exact.counts.sum()
    assert (np.diff(rounded.keys) > 0).all(), "each key once: memory is bounded by steps and buckets"
    for one, other in zip(
        rounded.quantiles(0, 40, 2, [0.5, 0.99]), exact.quantiles(0, 40, 2, [0.5, 0.99]), strict=True
    ):
        known = ~np.isnan(other)
        assert (np.isnan(one) == np.isnan(other)).all()
        assert (one[known] <= other[known]).all()
        assert (one[known] >= other[known] * (1 - 1 / 256) - 1).all()


def test_the_steps_agree_with_the_table_of_a_run_that_keeps_its_requests():
    study = prepare("receipt-classifier", FACTS)
    option = Option(name="real_time", instance_type="ml.m5.large", instances=1)
    seen = Recorder(60_000_000, 10_000_000)
    result = simulate(study, option, requests=True, observe=seen)
    table = fleet_table(result.run, result.model, 60_000_000)
    recorded = seen.recorded(result.run.end_us)
    assert recorded.columns["arrivals"].tolist() == table.of("arrivals").tolist()
    assert (recorded.columns["most_busy"] >= table.of("serving")).all()


def test_what_lies_beyond_the_rows_belongs_to_nothing():
    levels = Levels(10, 5)
    levels.add(np.array([5]), np.array([25]))
    assert levels.mean(2).tolist() == [0.5, 1.0]
    assert levels.mean(4).tolist() == [0.5, 1.0, 0.5, 0.0]
