"""Arrival processes keep their rate and spread, stay inside the horizon, and do not depend on the cut."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.errors import InputError
from advisor.workload import (
    ClosedTraffic,
    ConstantTraffic,
    DailyTraffic,
    GammaTraffic,
    OnOffTraffic,
    PhasesTraffic,
    PoissonTraffic,
    StairsTraffic,
    TraceTraffic,
    Traffic,
    Workload,
    load_workload,
)
from simulator.arrivals import arrival_chunks, horizon_us, is_stationary, regroup, trace_chunks
from simulator.traces import Trace

SECOND, MINUTE, HOUR, DAY = 10**6, 60 * 10**6, 3_600 * 10**6, 86_400 * 10**6
TRAFFICS = {
    "constant": ConstantTraffic(rate_per_s=3),
    "poisson": PoissonTraffic(rate_per_s=3),
    "gamma": GammaTraffic(rate_per_s=3, burstiness=2.5),
    "daily": DailyTraffic(mean_rate_per_s=0.3),
    "phases": PhasesTraffic(
        phases=(
            {"rate_per_s": 5, "duration": "10 min"},
            {"rate_per_s": 0, "duration": "1 h"},
            {"rate_per_s": 1, "duration": "30 min"},
        ),
        repeat=2,
    ),
    "stairs": StairsTraffic(start_rate_per_s=1, step_rate_per_s=2, steps=4, step_duration="10 min"),
    "on_off": OnOffTraffic(on_rate_per_s=1, on="2 h", off="10 h"),
}
COUNTS = Trace(
    "counts", "", requests=70_017, span_us=5 * MINUTE,
    start_us=np.arange(0, 5 * MINUTE, MINUTE), counts=np.array([0, 69_999, 0, 17, 1]), bin_us=MINUTE,
)  # fmt: skip


def workload(traffic: Traffic) -> Workload:
    service = {"reference": "ml.m5.large", "time": "80 ms"}
    return Workload.from_mapping({"name": "x", "traffic": traffic, "request": {"payload": "1 KB"}, "service": service})


def arrivals(traffic: Traffic, horizon: int, seed: int = 1, rows: int | None = None) -> np.ndarray:
    chunks = list(arrival_chunks(traffic, np.random.default_rng(seed), horizon, rows))
    return np.concatenate([np.empty(0, np.int64), *chunks])


@pytest.mark.parametrize("kind", TRAFFICS)
def test_arrivals_are_ascending_whole_microseconds_inside_the_horizon(kind: str) -> None:
    traffic = TRAFFICS[kind]
    horizon = horizon_us(workload(traffic))
    times = arrivals(traffic, horizon)
    assert times.dtype == np.int64
    assert (np.diff(times) >= 0).all()
    assert times[0] >= 0
    assert times[-1] < horizon


@pytest.mark.parametrize("kind", TRAFFICS)
def test_the_number_of_arrivals_matches_the_mean_rate(kind: str) -> None:
    traffic = TRAFFICS[kind]
    horizon = horizon_us(workload(traffic))
    expected = traffic.mean_rate_per_s * horizon / 1e6
    spread = {"constant": 0.0, "gamma": 2.5}.get(kind, 1.0)
    counts = [len(arrivals(traffic, horizon, seed)) for seed in range(5)]
    assert np.mean(counts) == pytest.approx(expected, abs=3.5 * spread * (expected / 5) ** 0.5 + 1)


@pytest.mark.parametrize("kind", TRAFFICS)
@pytest.mark.parametrize("rows", [7, 1000, 10**9])
def test_arrivals_are_the_same_however_they_are_cut(kind: str, rows: int) -> None:
    traffic = TRAFFICS[kind]
    horizon = min(horizon_us(workload(traffic)), 12 * HOUR)
    assert np.array_equal(arrivals(traffic, horizon, rows=rows), arrivals(traffic, horizon))


@pytest.mark.parametrize("kind", TRAFFICS)
def test_a_shorter_horizon_is_the_beginning_of_a_longer_one(kind: str) -> None:
    long = arrivals(TRAFFICS[kind], 3 * HOUR)
    assert np.array_equal(arrivals(TRAFFICS[kind], 2 * HOUR), long[long < 2 * HOUR])


def test_constant_traffic_keeps_its_rate_where_the_gap_is_no_whole_number() -> None:
    times = arrivals(ConstantTraffic(rate_per_s=300_000), 10 * SECOND)
    assert len(times) == 3_000_000
    assert times[0] == 0


@pytest.mark.parametrize("burstiness", [0.3, 1.0, 4.0])
def test_gamma_gaps_have_the_stated_coefficient_of_variation(burstiness: float) -> None:
    gaps = np.diff(arrivals(GammaTraffic(rate_per_s=10, burstiness=burstiness), 60_000 * SECOND))
    assert gaps.mean() == pytest.approx(100_000, rel=4 * burstiness / len(gaps) ** 0.5)
    assert gaps.std() / gaps.mean() == pytest.approx(burstiness, rel=0.03)


def test_poisson_counts_have_a_variance_equal_to_their_mean() -> None:
    counts = np.bincount(arrivals(PoissonTraffic(rate_per_s=5), 20_000 * SECOND) // SECOND)
    assert counts.var() / counts.mean() == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("kind", ["daily", "phases", "stairs", "on_off"])
def test_each_piece_of_the_clock_gets_its_own_rate(kind: str) -> None:
    traffic = TRAFFICS[kind]
    pieces = traffic.pieces()
    edges = np.concatenate([[0], np.cumsum([us for _, us in pieces])])
    expected = np.array([rate * us / 1e6 for rate, us in pieces])
    seen = sum(np.histogram(arrivals(traffic, int(edges[-1]), seed), edges)[0] for seed in range(8))
    assert (seen[expected == 0] == 0).all()
    assert (np.abs(seen - 8 * expected) <= 4.5 * np.sqrt(8 * expected) + 1).all()


def test_a_cycle_repeats_beyond_its_first_round_and_phases_end() -> None:
    cycle = OnOffTraffic(on_rate_per_s=1, on="1 h", off="1 h")
    hours = np.bincount(arrivals(cycle, 6 * HOUR) // HOUR, minlength=6)
    assert (hours[::2] > 3_000).all()
    assert (hours[1::2] == 0).all()
    phases = TRAFFICS["phases"]
    assert arrivals(phases, 100 * HOUR)[-1] < 2 * 100 * MINUTE


def test_pieces_far_shorter_than_a_gap_are_played_too() -> None:
    flicker = OnOffTraffic(on_rate_per_s=1000, on="1 us", off="1 us")
    times = arrivals(flicker, 100 * SECOND)
    assert len(times) == pytest.approx(50_000, abs=4 * 50_000**0.5)
    assert (times % 2 == 0).all()


def test_counts_are_spread_inside_their_own_bins() -> None:
    times = np.concatenate(list(trace_chunks(COUNTS, np.random.default_rng(2), COUNTS.span_us)))
    assert np.bincount(times // MINUTE, minlength=5).tolist() == [0, 69_999, 0, 17, 1]
    assert (np.diff(times) >= 0).all()
    inside = times[(times // MINUTE) == 1] - MINUTE
    assert inside.mean() == pytest.approx(MINUTE / 2, rel=0.01)


@pytest.mark.parametrize("rows", [1, 7, 1000])
def test_counts_are_spread_the_same_however_they_are_cut(rows: int) -> None:
    parts = trace_chunks(COUNTS, np.random.default_rng(2), COUNTS.span_us, rows)
    whole = trace_chunks(COUNTS, np.random.default_rng(2), COUNTS.span_us)
    assert np.array_equal(np.concatenate(list(parts)), np.concatenate(list(whole)))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 9), max_size=20), st.integers(1, 12))
def test_regrouping_keeps_every_row_and_fills_every_piece_but_the_last(sizes: list[int], rows: int) -> None:
    ends = np.cumsum(sizes, dtype=np.int64)
    blocks = [(np.arange(end - size, end), -np.arange(end - size, end)) for end, size in zip(ends, sizes, strict=True)]
    parts = list(regroup(blocks, rows))
    assert [len(part[0]) for part in parts[:-1]] == [rows] * (len(parts) - 1)
    assert all(0 < len(part[0]) <= rows for part in parts)
    assert [row for part in parts for row in part[0].tolist()] == list(range(sum(sizes)))
    assert [row for part in parts for row in part[1].tolist()] == [-row for row in range(sum(sizes))]


def test_default_horizons_follow_the_kind() -> None:
    def default(traffic: Traffic) -> int:
        return horizon_us(workload(traffic))

    assert default(PoissonTraffic(rate_per_s=10)) == 10_000 * SECOND
    assert default(PoissonTraffic(rate_per_s=1_000)) == HOUR
    assert default(GammaTraffic(rate_per_s="1/h", burstiness=1)) == 28 * DAY
    assert default(TRAFFICS["daily"]) == 7 * DAY
    assert default(TRAFFICS["phases"]) == 200 * MINUTE
    assert default(TRAFFICS["stairs"]) == 40 * MINUTE
    assert default(TRAFFICS["on_off"]) == 7 * DAY
    assert default(OnOffTraffic(on_rate_per_s=1, on="5 h", off="6 h")) == 16 * 11 * HOUR
    assert horizon_us(workload(TraceTraffic()), COUNTS) == 5 * MINUTE
    assert default(PoissonTraffic(rate_per_s=1, duration="5 min")) == 5 * MINUTE


def test_only_even_traffic_is_stationary() -> None:
    assert {kind for kind, traffic in TRAFFICS.items() if is_stationary(traffic)} == {"constant", "poisson", "gamma"}


def test_what_cannot_be_played_is_refused_in_one_line() -> None:
    with pytest.raises(InputError, match=r"^traffic\.kind: .*arrivals are drawn$"):
        arrival_chunks(ClosedTraffic(users=3, think="1 s"), np.random.default_rng(1), HOUR)
    with pytest.raises(InputError, match=r"^traffic\.file: missing"):
        horizon_us(workload(TraceTraffic()))


@pytest.mark.parametrize(
    "traffic",
    [
        {"kind": "poisson", "rate_per_s": 1e-9},
        {"kind": "gamma", "rate_per_s": 1e-9, "burstiness": 3},
        {"kind": "constant", "rate_per_s": 1e-12},
        {"kind": "daily", "mean_rate_per_s": 1e-9},
        {"kind": "on_off", "on_rate_per_s": 1e-9, "on": "12 h", "off": "12 h"},
        {"kind": "phases", "phases": [{"rate_per_s": 1e-12, "duration": "1 h"}]},
    ],
    ids=lambda traffic: traffic["kind"],
)
def test_a_request_in_ages_does_not_come_early(traffic):
    from simulator.study import prepare

    table = load_workload("fraud-check").to_mapping()
    study = prepare(Workload.from_mapping({**table, "traffic": traffic}))
    assert study.load.requests == (1 if traffic["kind"] == "constant" else 0)
