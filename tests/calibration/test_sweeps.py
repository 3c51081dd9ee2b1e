"""A sweep of known parameters is found again within the intervals; what it cannot tell is said."""

import math
import tomllib

import numpy as np
import pytest
from played import sweep

from advisor.errors import InputError
from advisor.workload import Workload
from simulator.calibrate import calibrate_sweep, calibration_of
from simulator.calibrate_chain import closed_latency
from simulator.calibrate_fit import Level, fit_levels
from simulator.calibrate_rows import SweepRow, read_sweep
from simulator.calibrate_toml import service_lines
from simulator.theory import mean_value_analysis

USERS = (1, 2, 3, 4, 6, 8, 12, 16)


def within(span, value):
    return span.low <= value <= span.high


def keys(found):
    return {doubt.key for doubt in found.doubts}


def exact(users, service, slots, slowdown, pause=0.0, noise=0.0, seed=0):
    draw = np.random.default_rng(seed)
    rows = []
    for count in users:
        latency = closed_latency(count, pause, service, slots, slowdown) * math.exp(draw.normal(0, noise))
        rows.append(SweepRow(count, latency, count / (latency + pause)))
    return rows


@pytest.mark.parametrize("users", [1, 4, 9, 40])
@pytest.mark.parametrize(
    ("slots", "slowdown", "pause"), [(1, 0.0, 0.5), (4, 0.25, 0.05), (16, 1.0, 2.0), (64, 0.1, 1.0)]
)
def test_the_chain_is_mean_value_analysis(users, slots, slowdown, pause):
    def served(there):
        busy = min(there, slots)
        return busy / (1 + slowdown * (busy - 1)) / 0.2

    _, (latency,) = mean_value_analysis(users, pause, [served])
    assert closed_latency(users, pause, 0.2, slots, slowdown) == pytest.approx(latency, rel=1e-9)


@pytest.mark.parametrize(
    ("slots", "slowdown", "pause", "service"),
    [
        (4, 0.0, "0 s", "100 ms"),
        (4, 0.2, "0 s", {"p50": "90 ms", "p99": "250 ms"}),
        (2, 0.0, "300 ms", {"mean": "100 ms", "cv": 1.0}),
    ],
)
def test_what_our_engine_played_is_found_again(slots, slowdown, pause, service):
    mean = {str: 0.1}.get(type(service), 0.0) or (
        0.1 if "mean" in service else 0.09 * math.exp((math.log(250 / 90) / 2.3263) ** 2 / 2)
    )
    found = calibration_of(
        sweep(
            USERS,
            service=service,
            slots=slots,
            slowdown=slowdown,
            pause=pause,
            duration="2 min" if pause == "0 s" else "20 min",
        )
    )
    assert found.fit.slots.value == slots
    assert within(found.fit.service_s, mean)
    assert within(found.fit.slowdown, slowdown)
    assert found.fit.service_s.high / found.fit.service_s.low < 1.25
    assert found.loop.kind == ("closed" if pause == "0 s" else "paused")


def test_the_intervals_cover_as_often_as_they_say():
    covered = [0, 0, 0]
    for seed in range(40):
        rows = exact(USERS, 0.1, 4, 0.15, noise=0.03, seed=seed)
        fit = fit_levels([Level(row.users, 0.0, row.mean_s) for row in rows])
        for number, (span, true) in enumerate(((fit.service_s, 0.1), (fit.slots, 4), (fit.slowdown, 0.15))):
            covered[number] += within(span, true)
    assert all(hits >= 35 for hits in covered), covered


def test_a_sweep_that_never_saturates_says_so():
    found = calibration_of(exact((1, 2, 4, 8, 16), 0.1, 64, 0.1, noise=0.005))
    assert "never_saturates" in keys(found)
    assert not found.fit.slots.bounded
    text = next(doubt.text for doubt in found.doubts if doubt.key == "never_saturates")
    assert "unknown above 16" in text
    assert within(found.fit.slowdown, 0.1)


def test_a_sweep_that_is_saturated_from_the_start_leaves_the_service_time_open():
    found = calibration_of(exact((8, 12, 16, 32), 0.1, 4, 0.0, noise=0.01))
    assert {"only_saturated", "slots_or_slowdown"} <= keys(found)
    assert within(found.fit.service_s, 0.1)
    assert found.most_per_s == pytest.approx(40, rel=0.05)


def test_one_slot_and_time_sharing_are_not_told_apart():
    for slots, slowdown in ((1, 0.0), (8, 1.0)):
        found = calibration_of(exact(USERS, 0.1, slots, slowdown, noise=0.01))
        assert "slots_or_slowdown" in keys(found)
        assert within(found.fit.service_s, 0.1)
        assert (found.fit.slots.value, found.fit.slowdown.value) == (1, 0.0)


def test_the_clients_own_time_is_taken_out():
    found = calibration_of(exact(USERS, 0.1, 4, 0.1, pause=0.25))
    assert found.loop.kind == "paused"
    assert "250\u00a0ms" in found.loop.text
    assert within(found.fit.slowdown, 0.1)
    assert found.fit.slots.value == 4


def test_a_load_generator_that_slows_down_is_told_and_taken_out():
    rows = []
    for users in USERS:
        pause = 0.002 * users**1.5
        latency = closed_latency(users, pause, 0.1, 4, 0.0)
        rows.append(SweepRow(users, latency, users / (latency + pause)))
    found = calibration_of(rows)
    assert found.loop.kind == "growing"
    assert found.fit.slots.value == 4
    assert within(found.fit.service_s, 0.1)


def test_figures_that_contradict_littles_law_are_told():
    rows = exact(USERS, 0.1, 4, 0.0)
    rows[3] = SweepRow(4, rows[3].mean_s, rows[3].throughput * 2, where="line 5")
    found = calibration_of(rows)
    assert found.loop.kind == "contradicts"
    assert any("line 5" in problem and "4 users" in problem for problem in found.loop.problems)
    assert "loop" in keys(found)


def test_without_a_throughput_the_pause_is_stated_or_assumed():
    rows = [SweepRow(row.users, row.mean_s) for row in exact(USERS, 0.1, 4, 0.0, pause=0.2)]
    assert calibration_of(rows).loop.kind == "unknown"
    stated = calibration_of(rows, pause_s=0.2)
    assert stated.loop.kind == "stated"
    assert stated.fit.slots.value == 4


def test_failing_levels_are_left_out():
    rows = exact(USERS, 0.1, 4, 0.0)
    wrong = SweepRow(32, 0.05, 600.0, failed_share=0.6, where="line 10")
    found = calibration_of([*rows, wrong])
    assert found.fit.slots.value == 4
    assert len(found.left_out) == 1 and "line 10" in found.left_out[0]


def test_the_servers_latency_leaves_the_network_out():
    rows = [
        SweepRow(row.users, row.mean_s + 0.03, row.users / (row.mean_s + 0.03), server_s=row.mean_s)
        for row in exact(USERS, 0.1, 4, 0.0, pause=0.03)
    ]
    found = calibration_of(rows)
    assert within(found.fit.service_s, 0.1)
    assert found.outside_s == pytest.approx([0.03] * len(USERS))
    assert "network" not in keys(found)


def test_the_lines_are_a_service_of_a_workload(tmp_path):
    found = calibration_of(sweep((1, 2, 4, 8), service={"p50": "90 ms", "p99": "250 ms"}))
    table = tomllib.loads("\n".join(service_lines(found, "ml.m5.xlarge")))
    made = Workload.from_mapping(
        {
            "schema": 1,
            "name": "x",
            "traffic": {"kind": "poisson", "rate_per_s": 1.0},
            "request": {"payload": "1 KB"},
            **table,
        }
    )
    assert made.service.slots == 4
    assert made.service.time.mean_us == pytest.approx(99_100, rel=0.06)
    assert made.service.time.quantile_us(0.99) == pytest.approx(250_000, rel=0.1)


@pytest.mark.parametrize("slots", [67, 200, 300])
def test_many_slots_are_found_between_the_steps_tried_first(slots):
    levels = [Level(n, 0.5, closed_latency(n, 0.5, 0.1, slots, 0.02)) for n in (1, 10, 50, 100, 200, 500, 1000)]
    fit = fit_levels(levels)
    assert within(fit.slots, slots)
    assert abs(fit.slots.value - slots) <= 1


def test_a_file_of_single_requests_is_no_sweep(tmp_path):
    path = tmp_path / "requests.csv"
    path.write_text("users,avg_ms\n" + "1,100\n" * 501, encoding="utf-8")
    with pytest.raises(InputError, match="one row a load level"):
        read_sweep(path)


def test_few_levels_are_refused_and_three_assume_their_scatter():
    with pytest.raises(InputError, match="3 or more"):
        calibration_of(exact((1, 4), 0.1, 4, 0.0))
    assert "few_rows" in keys(calibration_of(exact((1, 4, 16), 0.1, 4, 0.0)))


FILES = {
    "users,avg_ms\n1,100\n4,100\n16": "cut file",
    "users,avg\n1,100\n2,100\n": "a unit",
    "users,p99_ms\n1,100\n": "--column mean=NAME",
    "clients,avg_ms\n1.5,100\n": "whole number",
    "users,avg_ms,p50_ms,p99_ms\n1,100,90,80\n": "at least the percentile below",
    "users,avg_ms,p50_ms\n1,100,900\n": "a mean of at least 450",
    "users,avg_ms,rps\n1,100,0\n": "above 0",
    "users,avg_ms,failed\n1,100,7\n": "a share from 0 to 1",
    "users,avg_ms\n1,nan\n": "a number",
    "users,avg_ms,server_ms\n1,100,140\n": "at most the latency of the client",
    '[{"users": 1, "avg_ms": 5}, 7]': "a list of objects",
    '[{"users": 1, "avg_ms": 5}': "cut or damaged",
    "users,avg_ms\n": "1 to 200,000",
}


@pytest.mark.parametrize(("text", "said"), FILES.items(), ids=FILES.values())
def test_what_cannot_be_used_is_told_with_its_place(tmp_path, text, said):
    path = tmp_path / "sweep.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        calibrate_sweep(path)
    assert said in str(error.value)
    assert "sweep.csv" in str(error.value)


def test_names_units_and_formats_of_load_generators(tmp_path):
    texts = {
        "a.csv": "User Count,Average Response Time [ms],Requests/s,p95_ms\n1,100,10,150\n2,100,20,150\n",
        "b.csv": "vus;latency_s;rps\n1;0.1;10\n2;0.1;20\n",
        "c.json": '{"rows": [{"concurrency": 1, "mean": "100 ms", "throughput_rps": 10}, {"concurrency": 2, "mean": "0.1 s", "throughput_rps": 20}]}',
    }
    for name, text in texts.items():
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        rows = read_sweep(path)
        assert [(row.users, row.mean_s, row.throughput) for row in rows] == [
            (1, pytest.approx(0.1), 10),
            (2, pytest.approx(0.1), 20),
        ]
    path = tmp_path / "d.csv"
    path.write_text("n,t\n1,100\n2,100\n", encoding="utf-8")
    assert read_sweep(path, {"users": "n", "mean": "t"}, "ms")[1].mean_s == pytest.approx(0.1)
    with pytest.raises(InputError, match="one of n, t"):
        read_sweep(path, {"users": "N"}, "ms")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_figure_shows_every_row_and_its_residual(theme, tmp_path):
    from simulator.calibrate_chart import residual_alt, residual_figure, write_residuals

    found = calibration_of(exact(USERS, 0.1, 4, 0.1, noise=0.02), source="<b>.csv")
    figure = residual_figure(found, theme)
    assert [len(trace.x) for trace in figure.data] == [len(USERS)] * 3
    assert list(figure.data[2].y) == pytest.approx([100 * one.relative for one in found.residuals])
    assert "4 slots" in residual_alt(found)
    write_residuals(found, tmp_path / "fit.html")
    page = (tmp_path / "fit.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;.csv" in page and "<b>.csv" not in page
