"""What the benchmark says; nothing is timed here."""

import pytest

from simulator import bench
from simulator._bench_cases import PLAIN, demand_of
from simulator._bench_peers import PeerRow, missing_line, peer_rows
from simulator._bench_size import SizeRow, size_rows
from simulator._bench_start import StartRow, start_rows
from simulator._bench_sweep import SweepRow, sweep_rows
from simulator.engines import reference
from simulator.model import checked


@pytest.mark.parametrize("case", bench.CASES, ids=lambda case: case.name)
def test_every_case_is_a_model_with_a_name_of_its_own(case):
    assert checked(case.model).horizon_us > 0
    assert [other.name for other in bench.CASES].count(case.name) == 1
    columns = demand_of(case, 100).columns
    assert (columns.model is not None) == (case.models > 1)
    assert (columns.think_us is not None) == bool(case.model.caller.users)


def test_the_floors_of_the_design_are_there():
    floors = {case.name.partition(",")[0]: case.floor_per_s for case in bench.CASES}
    assert floors["serverless"] == 12e6
    assert floors["closed"] == 6e6
    assert floors["sharing"] == 5e6
    assert floors["async from zero"] == floors["real-time"] == 8e6


def test_a_case_is_played_by_both_engines(monkeypatch):
    monkeypatch.setattr(bench, "CASES", PLAIN[:1])
    rows = bench.bench(requests=2_000, reference_requests=500, times=1)
    assert rows[0].fast_per_s > 0
    assert rows[0].ratio == rows[0].fast_per_s / rows[0].reference_per_s
    assert reference.__name__.endswith("reference")


def test_a_start_is_measured_with_an_empty_and_then_a_warm_cache():
    calls = []

    def measure(code, folder):
        calls.append((code, folder))
        return float(len(calls))

    rows = start_rows(measure)
    assert [(row.seconds, row.limit_s) for row in rows] == [(1.0, 60.0), (2.0, 1.5)]
    assert "compile_side_by_side" in calls[0][0]
    assert len({folder for _, folder in calls}) == 1


def test_the_tables_name_what_is_missing(monkeypatch):
    row = bench.BenchRow("case", 10, 2e6, 1e4, 0)
    found = bench.Measured(
        [row],
        [PeerRow("Other", 10, 1e3, 2e6)],
        [StartRow("start", 1.0, 1.5)],
        [SweepRow("in 9 processes", 9, 4.0, 1.0, 0.5)],
        [SizeRow("with bounds", 20, 8, 4.0, 2.5)],
    )
    text = bench.text(found)
    assert "Other" in text
    assert "in 9 processes" in text
    assert "2000" in text
    assert missing_line("simfaas", "ciw") in text
    printed = bench.document(found)
    assert printed["rows"][0]["ratio"] == 200
    assert printed["peers"][0]["ratio"] == 2000
    assert printed["starts"][0]["limit_s"] == 1.5
    assert printed["sweeps"][0]["per_s"] == 4.0
    assert printed["sizings"][0]["per_s"] == 5.0


def test_a_simulator_that_is_not_installed_has_no_row(monkeypatch):
    monkeypatch.setattr("simulator._bench_peers.installed", lambda name: False)
    assert peer_rows({}) == []
    assert missing_line("a", "b") == "a and b are not installed (extra 'bench'): left out"


def test_a_sizing_is_measured_with_and_without_bounds():
    plain, quick = size_rows("receipt-classifier")
    assert (plain.name, quick.name) == ("without bounds", "with bounds")
    assert plain.configurations == quick.configurations
    assert plain.runs > quick.runs


def test_a_sweep_is_measured_on_threads_and_in_processes():
    rows = sweep_rows("receipt-classifier", most=10)
    assert [row.name.partition(" ")[0] for row in rows] == ["on", "on", "in", "in"]
    assert rows[0].ratio == 1.0
    assert all(row.candidates == 2 and row.per_s > 0 and row.start_s > 0 for row in rows)
    assert rows[-1].ratio == rows[-1].per_s / rows[0].per_s
