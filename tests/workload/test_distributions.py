"""Distributions keep the percentiles that were stated, and their formulas agree with drawn samples."""

import numpy as np
import pytest

from advisor.workload import (
    ConstantTime,
    CountDistribution,
    DailyTraffic,
    EmpiricalTime,
    GammaTime,
    LognormalTime,
    OnOffTraffic,
    SizeDistribution,
    StairsTraffic,
    TokenTime,
)

TIMES = {
    "constant": ConstantTime(constant="80 ms"),
    "lognormal": LognormalTime(p50="80 ms", p99="250 ms"),
    "equal percentiles": LognormalTime(p50="80 ms", p99="80 ms"),
    "gamma": GammaTime(mean="80 ms", cv=0.6),
    "wide gamma": GammaTime(mean="80 ms", cv=2.5),
    "empirical": EmpiricalTime(values=("10 ms", "20 ms", "40 ms", "80 ms")),
    "tokens": TokenTime(
        base="50 ms",
        per_input_token="100 us",  # noqa: S106 - tokens of text, not a password
        per_output_token="20 ms",  # noqa: S106 - as above
        input_tokens=CountDistribution(p50=1000, p99=4000),
        output_tokens=CountDistribution(p50=50, p99=400, max=500),
    ),
}


def test_sizes_keep_the_stated_percentiles_and_end_at_max() -> None:
    payload = SizeDistribution(p50="200 KB", p99="2.5 MB", max="4 MB")
    assert payload.share_above(200_000) == pytest.approx(0.5)
    assert payload.share_above(2_500_000) == pytest.approx(0.01)
    assert payload.share_above(3_999_999) > 0
    assert payload.share_above(4_000_000) == 0
    assert payload.quantile(0.99) == pytest.approx(2_500_000)
    assert payload.quantile(0.9999) == 4_000_000


def test_sizes_know_their_largest_value() -> None:
    assert SizeDistribution(p50="1 KB").largest == 1_000
    assert SizeDistribution(p50="1 KB", p99="2 KB").largest == 2_000
    assert SizeDistribution(p50="1 KB", max="3 KB").largest == 3_000


def test_a_share_is_not_invented_where_the_spread_is_not_stated() -> None:
    known_ends = SizeDistribution(p50="1 MB", max="9 MB")
    assert known_ends.share_above(2_000_000) is None
    assert known_ends.share_above(9_000_000) == 0
    assert SizeDistribution(p50="1 MB").share_above(999_999) == 1
    assert SizeDistribution(p50="1 MB").share_above(1_000_000) == 0


def test_the_mean_of_a_cut_lognormal_agrees_with_a_sample() -> None:
    payload = SizeDistribution(p50="200 KB", p99="2.5 MB", max="4 MB")
    sample = np.exp(np.random.default_rng(5).standard_normal(400_000) * payload.sigma) * payload.p50
    sample = np.minimum(sample, 4_000_000)
    assert payload.mean == pytest.approx(sample.mean(), rel=4 * sample.std() / sample.mean() / 400_000**0.5)


@pytest.mark.parametrize("name", TIMES)
def test_the_quantile_is_where_the_share_above_crosses(name: str) -> None:
    time = TIMES[name]
    for q in (0.05, 0.5, 0.9, 0.99, 0.999):
        us = time.quantile_us(q)
        assert time.share_above(us + 1) <= 1 - q + 1e-9
        assert time.share_above(us - 2) >= 1 - q - 1e-9


@pytest.mark.parametrize("name", TIMES)
def test_the_mean_is_the_area_under_the_share_above(name: str) -> None:
    time = TIMES[name]
    edges = np.concatenate([[0.0], np.geomspace(1, time.quantile_us(0.999999) * 3, 4_000)])
    middles = np.sqrt(np.maximum(edges[:-1], 1e-9) * edges[1:])
    area = sum(time.share_above(float(at)) * width for at, width in zip(middles, np.diff(edges), strict=True))
    assert time.mean_us == pytest.approx(area, rel=0.005)


def test_gamma_shares_agree_with_the_exponential_and_a_sample() -> None:
    exponential = GammaTime(mean="100 ms", cv=1.0)
    for us in (1_000, 50_000, 100_000, 700_000):
        assert exponential.share_above(us) == pytest.approx(np.exp(-us / 100_000), rel=1e-9)
    wide = GammaTime(mean="100 ms", cv=2.0)
    sample = np.random.default_rng(3).standard_gamma(wide.shape, 400_000) * wide.mean / wide.shape
    for us in (100, 10_000, 100_000, 900_000):
        share = np.mean(sample > us)
        assert wide.share_above(us) == pytest.approx(share, abs=4 * (share * (1 - share) / 400_000) ** 0.5 + 1e-9)


def test_constant_times_step_at_their_value() -> None:
    time = TIMES["constant"]
    assert (time.share_above(79_999), time.share_above(80_000)) == (1, 0)


def test_only_guessed_shapes_are_marked_as_assumed() -> None:
    assert {name for name, time in TIMES.items() if time.assumed_shape} == {
        "lognormal", "equal percentiles", "gamma", "wide gamma", "tokens",
    }  # fmt: skip
    assert DailyTraffic(mean_rate_per_s=1).assumed_shape
    assert not DailyTraffic(mean_rate_per_s=1, hours=(1,) * 24).assumed_shape


def test_a_week_keeps_its_mean_rate_for_any_weights() -> None:
    for week in (
        DailyTraffic(mean_rate_per_s=3),
        DailyTraffic(mean_rate_per_s=3, hours=tuple(range(24))),
        DailyTraffic(mean_rate_per_s=3, days=(1, 0, 0, 0, 0, 0, 2)),
    ):
        rates = [rate for rate, _ in week.pieces()]
        assert len(rates) == 168
        assert np.mean(rates) == pytest.approx(3)
        assert week.peak_rate_per_s == max(rates)


def test_rates_of_cycles_and_steps() -> None:
    cycle = OnOffTraffic(on_rate_per_s=2, on="6 h", off="18 h")
    assert (cycle.mean_rate_per_s, cycle.peak_rate_per_s) == (0.5, 2)
    steps = StairsTraffic(start_rate_per_s=1, step_rate_per_s=2, steps=3, step_duration="1 min")
    assert (steps.mean_rate_per_s, steps.peak_rate_per_s) == (3, 5)
