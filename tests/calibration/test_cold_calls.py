"""Cold start and keep-alive of known size are found again; measured logs agree with what is known of them."""

import math
from pathlib import Path

import numpy as np
import pytest
from played import calls

from advisor.errors import InputError
from advisor.facts import load_facts
from simulator.calibrate_calls import calls_of, read_calls
from simulator.calibrate_starts import calibrate_cold, cold_starts_of
from simulator.calibrate_toml import facts_lines, facts_settings

LOGS = Path(__file__).parents[3] / "shared" / "data" / "lambda-cold-starts"


def keys(found):
    return {doubt.key for doubt in found.doubts}


@pytest.mark.parametrize("flagged", [True, False])
@pytest.mark.parametrize(("keep", "start"), [(300, 4), (640, 2)])
def test_what_our_engine_played_is_found_again(keep, start, flagged):
    time, took, cold = calls(0.003, keep_alive=f"{keep} s", cold_start=f"{start} s")
    found = cold_starts_of(calls_of(time, took, cold if flagged else None))
    assert found.cold == cold.sum()
    assert found.keep.low <= keep <= found.keep.high
    assert found.keep.high / found.keep.low < 1.1
    assert found.start.value == pytest.approx(start, rel=0.25)
    assert ("flag_guessed" in keys(found)) is not flagged


def test_calls_that_meet_another_one_are_no_probes():
    time = np.array([0.0, 1.0, 500.0, 501.0, 900.0])
    found = calls_of(time, np.array([5.0, 5.0, 5.0, 5.0, 0.1]), np.array([1, 1, 1, 1, 0], dtype=bool))
    assert np.flatnonzero(~np.isnan(found.idle_s)).tolist() == [2, 4]
    assert found.idle_s[2] == pytest.approx(494)


def test_only_short_pauses_give_a_bound_from_below():
    time, took = np.arange(0, 1000, 100.0), np.full(10, 0.2)
    took[0] = 4.0
    found = cold_starts_of(calls_of(time, took))
    assert {"keep_alive_above", "few_cold"} <= keys(found)
    assert found.keep.low == pytest.approx(99.8) and math.isinf(found.keep.high)
    assert not any(setting.startswith("keep_alive") for setting in facts_settings(found))


def test_only_long_pauses_give_a_bound_from_above():
    time = np.array([0.0, 1000.0, 2000.0])
    found = cold_starts_of(calls_of(time, np.full(3, 4.0), np.ones(3, dtype=bool)))
    assert {"no_warm", "keep_alive_below"} <= keys(found)
    assert found.start is None and found.keep.high == pytest.approx(996)


def test_latencies_of_one_group_are_not_told_apart():
    draw = np.random.default_rng(0)
    found = cold_starts_of(calls_of(np.arange(200) * 400.0, draw.lognormal(0, 0.4, 200)))
    assert keys(found) == {"not_told_apart"}
    assert found.keep is None and found.start is None and not facts_lines(found)


def test_a_keep_alive_that_varies_is_told_with_its_share():
    draw = np.random.default_rng(1)
    idle = draw.uniform(60, 600, 400)
    cold = idle > draw.normal(300, 40, 400)
    time = np.cumsum(idle)
    found = cold_starts_of(calls_of(time, np.where(cold, 4.0, 0.001), cold))
    assert "keep_alive_varies" in keys(found)
    assert found.keep.low <= 300 <= found.keep.high
    assert 0.8 < found.agreeing < 1


def test_the_facts_can_be_used(tmp_path):
    time, took, cold = calls(0.003, spread=True)
    found = cold_starts_of(calls_of(time, took, cold), source='a "b".csv')
    path = tmp_path / "mine.toml"
    path.write_text("\n".join(facts_lines(found)), encoding="utf-8")
    facts = load_facts(overrides=path)
    assert facts.fact("serverless.keep_alive").us() / 1e6 == pytest.approx(found.keep.value, rel=1e-3)
    assert facts.fact("serverless.cold_start_per_gb").number() == 0
    assert facts.fact("serverless.cold_start_spread").number() == pytest.approx(found.sigma, rel=0.01)


@pytest.mark.skipif(not LOGS.is_dir(), reason="the measured logs are not here")
@pytest.mark.parametrize("rate", ["0.0019", "0.0029", "0.0042"])
def test_measured_logs_give_the_keep_alive_known_of_them(rate):
    found = calibrate_cold(LOGS / f"rate_{rate}_per_s.csv.gz")
    assert found.keep.low <= 640 <= found.keep.high
    assert found.agreeing > 0.98


@pytest.mark.skipif(not LOGS.is_dir(), reason="the measured logs are not here")
def test_a_busy_log_cannot_tell_the_keep_alive():
    found = calibrate_cold(LOGS / "rate_0.1004_per_s.csv.gz")
    assert "keep_alive_above" in keys(found)
    assert found.keep.low < 640


FILES = {
    "time_s,latency\n1,2\n2,2\n3,2\n": "a unit",
    "t,latency_s\n1,2\n": "--column time=NAME",
    "time,latency_s\n2026-11-24T09:00:00,1\n2026-11-24T09:10:00+01:00,1\n2026-11-24T09:20:00,1\n": "one kind of time",
    "time_s,latency_s,cold\n1,2,perhaps\n2,2,1\n3,2,0\n": "cold or warm",
    "time_s,latency_s\n1,0\n2,1\n3,1\n": "above 0",
    "time_s,latency_s\n1,2\n2,2\n": "3 or more",
    "time_s,latency_s\n5,2\n5,2\n5,1\n": "at different times",
}


@pytest.mark.parametrize(("text", "said"), FILES.items(), ids=FILES.values())
def test_what_cannot_be_used_is_told(tmp_path, text, said):
    path = tmp_path / "calls.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        calibrate_cold(path)
    assert said in str(error.value) and "calls.csv" in str(error.value)


def test_moments_with_a_zone_are_read(tmp_path):
    path = tmp_path / "calls.csv"
    path.write_text(
        "timestamp,latency_ms,cold_start\n2026-11-24T09:00:00Z,4000,true\n2026-11-24T10:01:00+01:00,90,false\n2026-11-24T09:30:00Z,4100,yes\n"
    )
    found = read_calls(path)
    assert (found.time_s - found.time_s[0]).tolist() == [0, 60, 1800]
    assert found.cold.tolist() == [True, False, True]
