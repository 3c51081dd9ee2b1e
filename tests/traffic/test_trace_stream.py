"""Recordings of any length: the same answer as when they are read whole, in flat memory; what is wrong is said with its line."""

import gzip
import io
import pickle

import numpy as np
import pytest

from advisor.errors import InputError
from advisor.workload import Workload
from simulator._bench_traces import measure_traces, write_trace
from simulator.configure import configure
from simulator.pace import Pace
from simulator.play import simulate
from simulator.spool import Spool
from simulator.study import prepare
from simulator.trace_stream import streamed
from simulator.traces import read_trace

WORKLOAD = Workload.from_text(
    """
    schema = 1
    name = "recorded"
    [traffic]
    kind = "trace"
    [request]
    payload = { p50 = "20 KB", p99 = "200 KB" }
    encoding = "base64"
    [service]
    reference = "ml.m5.xlarge"
    time = { p50 = "60 ms", p99 = "200 ms" }
    slots = 4
    """
)
NOTHING = 1
"""Files from one byte up are taken as large."""


@pytest.fixture
def recording(tmp_path):
    """70,000 rows with sizes and service times."""
    draw = np.random.default_rng(4)
    arrival = np.cumsum(draw.exponential(0.02, 70_000)) + 7
    rows = zip(arrival, draw.integers(1_000, 50_000, 70_000), draw.exponential(0.1, 70_000), strict=True)
    path = tmp_path / "rows.csv"
    path.write_text("time,payload,service\n" + "".join(f"{a:.6f},{p},{s:.4f}\n" for a, p, s in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize("packed", [False, True])
def test_it_holds_what_a_whole_reading_holds(recording, packed, monkeypatch):
    monkeypatch.setattr("simulator.trace_stream._BLOCK_BYTES", 100_003)
    if packed:
        text = recording.read_bytes()
        recording = recording.with_name("rows.csv.gz")
        recording.write_bytes(gzip.compress(text))
    told = []
    whole, large = read_trace(recording), streamed(lambda *at: told.append(at), NOTHING)(recording)
    assert isinstance(large.start_us, Spool)
    for name in ("start_us", "payload_bytes", "service_us"):
        assert np.array_equal(getattr(whole, name), getattr(large, name)[:])
    assert (whole.digest, whole.requests, whole.span_us) == (large.digest, large.requests, large.span_us)
    assert len(told) > 5
    assert told[-1] == (70_000, 1.0)
    assert [rows for rows, _ in told] == sorted(rows for rows, _ in told)


def test_parquet_is_streamed_too(recording, tmp_path):
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    whole = read_trace(recording)
    times = np.loadtxt(recording, delimiter=",", skiprows=1, usecols=0)
    columns = {"time": times, "payload": whole.payload_bytes}
    parquet.write_table(arrow.table(columns), tmp_path / "rows.parquet")
    large = streamed(large_bytes=NOTHING)(tmp_path / "rows.parquet")
    assert isinstance(large.start_us, Spool)
    assert np.array_equal(large.start_us[:], whole.start_us)
    assert np.array_equal(large.payload_bytes[:], whole.payload_bytes)


def test_a_run_is_the_same(recording):
    whole = prepare(WORKLOAD, trace=recording)
    large = prepare(WORKLOAD, trace=recording, reader=streamed(large_bytes=NOTHING))
    option, _ = configure(whole, "real_time", {"instance_type": "ml.m5.xlarge", "instances": "3"})
    one, other = simulate(whole, option, requests=False), simulate(large, option, requests=False)
    assert one.summary == other.summary
    assert np.array_equal(one.run.latency.buckets, other.run.latency.buckets)
    assert one.bill == other.bill


def test_counts_and_short_files_are_read_whole(tmp_path):
    (tmp_path / "counts.csv").write_text("bin_start_s,requests\n0,5\n60,7\n", encoding="utf-8")
    assert streamed(large_bytes=NOTHING)(tmp_path / "counts.csv").requests == 12
    (tmp_path / "short.csv").write_text("time\n0\n1\n", encoding="utf-8")
    assert isinstance(streamed()(tmp_path / "short.csv").start_us, np.ndarray)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["0", "1", "0.5"], "line 30004, column time"),
        (["0", "x"], "line 30003, column time: 'x' is no number"),
        (["nan"], "line 30002, column time"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path, monkeypatch, rows, said):
    monkeypatch.setattr("simulator.trace_stream._BLOCK_BYTES", 50_000)
    path = tmp_path / "bad.csv"
    path.write_text("time\n" + "0\n" * 30_000 + "\n".join(rows) + "\n", encoding="utf-8")
    with pytest.raises(InputError) as wrong:
        streamed(large_bytes=NOTHING)(path)
    assert said in str(wrong.value)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "header line"),
        (b"time\n", "at least one row"),
        (b"time\n" + b"1" * 9_000_000, "lines of at most"),
        (b"size\n1\n", "traffic.columns.time"),
        (gzip.compress(b"time\n" + b"1\n" * 1_000_000)[:-200], "damaged"),
    ],
    ids=["empty", "no row", "one endless line", "no time", "cut"],
)
def test_hostile_files_are_refused(tmp_path, raw, said):
    path = tmp_path / "bad.csv"
    path.write_bytes(raw)
    with pytest.raises(InputError, match=said):
        streamed(large_bytes=NOTHING)(path)


def test_a_full_disk_is_said(recording, monkeypatch):
    def full(self, values):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Spool, "append", full)
    with pytest.raises(InputError, match="room for its columns"):
        streamed(large_bytes=NOTHING)(recording)


def test_a_spool_reads_like_an_array():
    values = np.arange(1_000) ** 2
    column = Spool()
    for part in np.split(values, 10):
        column.append(part)
    assert np.array_equal(column[::-7], values[::-7])
    assert np.array_equal(column[995:2_000], values[995:])
    assert np.array_equal(column[np.array([3, 900])], values[[3, 900]])
    assert column[5:2].tolist() == []
    assert list(column) == values.tolist()
    assert column.mean() == values.mean()
    assert np.array_equal(pickle.loads(pickle.dumps(column)), values)


def test_ten_times_the_requests_take_no_more_memory():
    small, large = measure_traces([300_000, 3_000_000])
    assert large.peak_bytes < small.peak_bytes + 40 * 2**20


def test_a_recording_for_the_measurement_ascends(tmp_path):
    write_trace(tmp_path / "made.csv", 1_000)
    times = np.loadtxt(tmp_path / "made.csv", skiprows=1)
    assert len(times) == 1_000
    assert (np.diff(times) >= 0).all()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_one_line_on_a_terminal_and_a_line_every_ten_seconds_elsewhere():
    for stream in (Terminal(), io.StringIO()):
        now = iter(np.arange(0, 100, 1.0))
        pace = Pace("simulating", 60_000, stream=stream, clock=lambda now=now: float(next(now)))
        for done in range(1_000, 60_000, 1_000):
            pace(done)
        pace.end()
        text = stream.getvalue()
        text = text.replace("\u00a0", " ")
        assert "30,000 of 60,000 requests, 1,000 a second, 30 s left" in text
        assert text.count("\n") == (1 if stream.isatty() else 6)
        assert ("\r" in text) == stream.isatty()


def test_the_time_left_follows_from_the_share_where_the_number_is_not_known():
    stream, now = io.StringIO(), iter([0.0, 20.0, 30.0])
    pace = Pace("reading", stream=stream, clock=lambda: next(now))
    pace(100, 0.25)
    assert stream.getvalue() == "reading: 100 requests, 5 a second, 60\u00a0s left\n"
