"""Recordings of any length: CSV, Parquet and Arrow, in bounded memory."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import feather, ipc

from advisor.errors import InputError
from simulator import import_requests
from simulator.import_requests import Requests
from simulator.importers import imported, write_imported
from simulator.trace_file import column_names
from simulator.traces import read_trace

TRACES = Path(__file__).parents[3] / "shared" / "data" / "traces"
real = pytest.mark.skipif(not TRACES.is_dir(), reason="the recordings are not beside this checkout")


def columns(rows=1_000):
    draw = np.random.default_rng(1)
    return {
        "arrival_s": np.cumsum(draw.exponential(0.25, rows)).round(6),
        "payload_bytes": draw.integers(100, 200, rows),
        "service_s": draw.gamma(4, 0.02, rows).round(6),
        "user": np.array(["x"] * rows),
    }


def as_csv(path, table):
    names = list(table)
    rows = zip(*(table[name].tolist() for name in names), strict=True)
    path.write_text("\n".join([",".join(names), *(",".join(map(str, row)) for row in rows)]) + "\n")
    return path


def as_file(folder, form, table):
    made = pa.table(table)
    path = folder / f"trace.{form}"
    if form == "parquet":
        pq.write_table(made, path, row_group_size=300)
    elif form == "feather":
        feather.write_feather(made, path)
    else:
        with ipc.new_stream(path, made.schema) as writer:
            writer.write_table(made, max_chunksize=300)
    return path


@pytest.mark.parametrize("form", ["parquet", "feather", "arrow"])
def test_a_columnar_trace_is_the_trace_of_its_csv(tmp_path, form):
    table = columns()
    plain = read_trace(as_csv(tmp_path / "trace.csv", table))
    path = as_file(tmp_path, form, table)
    trace = read_trace(path)
    assert column_names(path) == tuple(table)
    assert trace.requests == plain.requests
    for name in ("start_us", "payload_bytes", "service_us"):
        assert np.array_equal(getattr(trace, name), getattr(plain, name))
    assert trace.digest != plain.digest


def test_timestamps_need_no_unit(tmp_path):
    times = [datetime(2026, 11, 22, 8, 0, n, tzinfo=UTC) for n in (0, 2, 5)]
    trace = read_trace(as_file(tmp_path, "parquet", {"time": pa.array(times, pa.timestamp("ns", "UTC"))}))
    assert trace.start_us.tolist() == [0, 2_000_000, 5_000_000]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"arrival_s": ["a", "b"]}, "numbers or timestamps"),
        ({"arrival_s": [1.0, None]}, "a time"),
        ({"arrival_s": [2.0, 1.0]}, "ascending order"),
        ({"user": [1]}, "which column holds the time"),
        ({"arrival_s": np.array([], float)}, "at least one row"),
    ],
)
def test_what_is_wrong_with_a_parquet_file_is_said(tmp_path, table, said):
    with pytest.raises(InputError, match=said):
        read_trace(as_file(tmp_path, "parquet", table))


def test_a_cut_parquet_file_and_one_that_is_none(tmp_path):
    path = as_file(tmp_path, "parquet", columns())
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError, match="a whole Parquet or Arrow file"):
        read_trace(path)
    path.write_text("arrival_s\n1\n")
    with pytest.raises(InputError, match="as its name says"):
        read_trace(path)
    with pytest.raises(InputError, match="as its name says"):
        imported("trace", path)


def test_without_pyarrow_the_extra_is_named(tmp_path, monkeypatch):
    path = as_file(tmp_path, "parquet", columns(5))
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(InputError, match=r"sagemaker-endpoint-advisor\[parquet\]"):
        read_trace(path)


def test_reading_csv_does_not_import_pyarrow(tmp_path):
    path = as_csv(tmp_path / "trace.csv", columns(50))
    code = f"import sys\nfrom simulator.importers import imported\nimported('trace', {str(path)!r})\nprint('pyarrow' in sys.modules, 'yaml' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert done.stdout.split() == ["False", "False"]


def test_importing_parquet_or_csv_is_the_same(tmp_path):
    table = columns()
    first = imported("trace", as_csv(tmp_path / "a.csv", table))
    second = imported("trace", as_file(tmp_path, "parquet", table))
    for name, values in first.trace.columns.items():
        assert np.array_equal(values, second.trace.columns[name]), name
    assert first.workload.service.time == second.workload.service.time
    assert first.workload.service.time.p50 == pytest.approx(np.median(table["service_s"]) * 1e6, rel=0.01)


def test_long_recordings_become_counts_and_lose_no_request():
    kept, short = Requests(most_rows=1_000_000), Requests(most_rows=1_000)
    times = np.sort(np.random.default_rng(3).integers(0, 10**10, 50_000))
    for part in np.array_split(times, 37):
        for requests in (kept, short):
            requests.add(part, {"payload_bytes": part % 1_000})
    assert kept.table().rows == 50_000
    counts = short.table()
    assert counts.bin_us == 1_000_000
    assert counts.columns["requests"].sum() == 50_000
    assert counts.columns["requests"].tolist() == np.bincount(times // 10**6)[np.unique(times // 10**6)].tolist()
    assert kept.quantile("payload_bytes", 0.5) == short.quantile("payload_bytes", 0.5)


def test_bins_widen_before_they_are_too_many(monkeypatch):
    monkeypatch.setattr(import_requests, "MOST_BINS", 100)
    requests = Requests(most_rows=10)
    requests.add(np.arange(0, 5_000 * 10**6, 10**6), {})
    assert requests.table().bin_us == 60 * 10**6
    assert requests.table().columns["requests"].sum() == 5_000


def test_counts_keep_their_bins(tmp_path):
    path = tmp_path / "c.csv"
    path.write_text("bin_start_s,requests\n" + "".join(f"{300 * n},{n % 4}\n" for n in range(40)))
    result = imported("trace", path)
    write_imported(result, tmp_path / "w.toml")
    trace, first = read_trace(tmp_path / "w.trace.csv"), read_trace(path)
    assert trace.bin_us == first.bin_us == 300_000_000
    assert np.array_equal(trace.counts, first.counts)


@real
@pytest.mark.parametrize("name", ["llm_code_bursty", "sparse_mentions", "web_diurnal_nasa_jul1995"])
def test_real_recordings_come_through_whole(tmp_path, name):
    source = TRACES / f"{name}.csv.gz"
    write_imported(imported("trace", source), tmp_path / "w.toml")
    trace, first = read_trace(tmp_path / "w.trace.csv"), read_trace(source)
    assert (trace.requests, trace.bin_us) == (first.requests, first.bin_us)
    assert np.array_equal(trace.start_us, first.start_us)
    assert (trace.output_tokens is None) == (first.output_tokens is None)


def test_wrong_rows_are_told_by_line(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("arrival_s,payload_bytes\n1,5\n2,many\nsoon,5\n4,5\n")
    with pytest.raises(InputError) as caught:
        imported("trace", path)
    assert "t.csv line 3: column payload_bytes holds 'many'" in str(caught.value)
    assert "t.csv line 4: column arrival_s holds 'soon'" in str(caught.value)
