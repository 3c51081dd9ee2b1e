"""Traces are read from CSV and gzip; every mistake in a file is told with its line and column."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from advisor.errors import InputError
from advisor.workload import Workload
from simulator import trace_file
from simulator.arrivals import trace_chunks
from simulator.traces import Trace, parse_columns, read_trace, trace_of

REAL = Path(__file__).parents[3] / "shared" / "data" / "traces"
real = pytest.mark.skipif(not REAL.is_dir(), reason="the recordings are not beside this checkout")


def written(folder: Path, text: str, name: str = "trace.csv") -> Path:
    path = folder / name
    if name.endswith(".gz"):
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text, "utf-8")
    return path


def trace_workload(**traffic: object) -> Workload:
    return Workload.from_mapping(
        {
            "name": "x",
            "traffic": {"kind": "trace", **traffic},
            "request": {"payload": "1 KB"},
            "service": {"reference": "ml.m5.large", "time": "80 ms"},
        }
    )


@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz"])
def test_one_request_a_row_with_all_columns(tmp_path: Path, name: str) -> None:
    text = (
        "time,payload,response,duration_s,input_tokens,output_tokens\n"
        "100.5,10,1,0.25,7,3\n100.5,20,2,0,8,4\n101.75,30,3,1,9,5\n"
    )
    trace = read_trace(written(tmp_path, text, name))
    assert trace.start_us.tolist() == [0, 0, 1_250_000]
    assert trace.payload_bytes.tolist() == [10, 20, 30]
    assert trace.response_bytes.tolist() == [1, 2, 3]
    assert trace.service_us.tolist() == [250_000, 1, 1_000_000]
    assert (trace.input_tokens.tolist(), trace.output_tokens.tolist()) == ([7, 8, 9], [3, 4, 5])
    assert (trace.requests, trace.span_us, trace.counts, trace.note) == (3, 1_250_001, None, "")


def test_counts_per_bin_with_the_width_taken_from_the_grid(tmp_path: Path) -> None:
    trace = read_trace(written(tmp_path, "bin_start_s,requests\n60,2\n120,0\n240,5\n"))
    assert trace.start_us.tolist() == [0, 60_000_000, 180_000_000]
    assert (trace.requests, trace.bin_us, trace.span_us) == (7, 60_000_000, 240_000_000)
    assert "bin" in trace.note


def test_columns_may_have_any_name_order_and_separator(tmp_path: Path) -> None:
    path = written(tmp_path, 'id;"took";when\r\na;0.5;1000\r\nb;0.25;3000\r\n')
    trace = read_trace(path, {"time": "when", "service": "took"}, time_unit="ms")
    assert trace.start_us.tolist() == [0, 2_000_000]
    assert trace.service_us.tolist() == [500_000, 250_000]


def test_dates_are_read_as_times(tmp_path: Path) -> None:
    path = written(tmp_path, "timestamp,x\n2026-11-22T08:00:00.5Z,1\n2026-11-22 08:00:02,1\n")
    assert read_trace(path, time_unit="iso").start_us.tolist() == [0, 1_500_000]


def test_a_workload_names_the_file_and_columns_and_the_caller_wins(tmp_path: Path) -> None:
    written(tmp_path, "when,took\n1,0.5\n2,0.25\n", "a.csv")
    other = written(tmp_path, "when,took,spent\n1,1,2\n", "b.csv")
    workload = trace_workload(file="a.csv", columns={"time": "when", "service": "took"})
    assert trace_of(workload, folder=tmp_path).service_us.tolist() == [500_000, 250_000]
    assert trace_of(workload, other).service_us.tolist() == [1_000_000]
    assert trace_of(workload, other, parse_columns(["service=spent"])).service_us.tolist() == [2_000_000]


def test_a_trace_is_asked_for_only_where_the_traffic_is_one(tmp_path: Path) -> None:
    poisson = trace_workload().model_copy(update={"traffic": Workload.from_mapping(
        trace_workload().to_mapping() | {"traffic": {"kind": "poisson", "rate_per_s": 1}}).traffic})  # fmt: skip
    assert trace_of(poisson) is None
    with pytest.raises(InputError, match=r"traffic\.kind: 'poisson'"):
        trace_of(poisson, tmp_path / "x.csv")
    with pytest.raises(InputError, match=r"traffic\.file: missing"):
        trace_of(trace_workload())


def test_the_digest_follows_the_file_and_how_it_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, "time,a,b\n1,1,2\n2,1,2\n")
    first = read_trace(path, {"service": "a"}).digest
    assert read_trace(path, {"service": "a"}).digest == first
    assert read_trace(path, {"service": "b"}).digest != first
    assert read_trace(path, {"service": "a"}, time_unit="ms").digest != first


WRONG = {
    "empty file": ("", {}, "this one is empty"),
    "header alone": ("time\n", {}, "at least one row"),
    "header without line end": ("time", {}, "at least one row"),
    "no time column": ("when,x\n1,2\n", {}, r"traffic\.columns\.time: missing; which column holds the time\? when, x"),
    "column not there": ("time,x\n1,2\n", {"service": "y"}, r"traffic\.columns\.service: 'y' is not allowed; allowed: one of time, x"),
    "no number": ("time,x\n1,2\n2,abc\n", {"service": "x"}, r"line 3, column x: 'abc' is no number"),
    "empty cell": ("time,x\n1,2\n2,\n", {"service": "x"}, r"line 3, column x: '' is no number"),
    "short line": ("time,x\n1,2\n2\n", {"service": "x"}, r"line 3.*fewer columns"),
    "unsorted": ("time\n1\n3\n2\n", {}, r"line 4, column time: 2 is not allowed; allowed: times in ascending order"),
    "nan time": ("time\n1\nnan\n", {}, r"line 3, column time: nan"),
    "infinite time": ("time\n1\ninf\n", {}, r"line 3, column time: inf"),
    "nan service": ("time,x\n1,nan\n", {"service": "x"}, r"line 2, column x: nan"),
    "negative service": ("time,x\n1,-0.5\n", {"service": "x"}, r"line 2, column x: -0\.5 .*seconds from 0"),
    "endless service": ("time,x\n1,1e9\n", {"service": "x"}, r"line 2, column x: 1e\+09"),
    "negative count": ("time,count\n1,3\n2,-3\n", {}, r"line 3, column count: -3"),
    "broken count": ("time,count\n1,3\n2,0.5\n", {}, r"line 3, column count: 0\.5 .*a whole number"),
    "absurd count": ("time,count\n1,3\n2,1e12\n", {}, r"line 3, column count: 1e\+12"),
    "nan count": ("time,count\n1,3\n2,nan\n", {}, r"line 3, column count: nan"),
    "no requests": ("time,count\n1,0\n2,0\n", {}, r"column count: 0 is not allowed; allowed: 1 to"),
    "one bin": ("time,count\n1,5\n", {}, r"traffic\.bin: missing; one row alone"),
    "bins at one time": ("time,count\n1,5\n1,5\n", {}, "bins that do not overlap"),
    "count beside service": ("time,count,x\n1,5,2\n2,5,2\n", {"service": "x"}, r"traffic\.columns\.service: cannot stand beside a count"),
    "milliseconds taken for seconds": ("time\n0\n1e12\n", {}, "is the time column in s"),
    "binary": ("time\0\n1\n", {}, "a CSV file of text"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_file_gives_one_clear_line(tmp_path: Path, case: str) -> None:
    text, columns, said = WRONG[case]
    with pytest.raises(InputError, match=said) as caught:
        read_trace(written(tmp_path, text), columns)
    assert len(caught.value.problems) == 1
    assert caught.value.problems[0].path.startswith("traffic.")
    assert "\n" not in str(caught.value)


def test_files_that_are_not_what_they_say_are_refused(tmp_path: Path) -> None:
    whole = gzip.compress(b"time\n" + b"1\n" * 10_000)
    for name, content, said in (
        ("plain.csv.gz", b"time\n1\n", "a gzip file, as its name says"),
        ("cut.csv.gz", whole[:-20], "damaged"),
        ("broken.csv.gz", whole[:20] + b"\xff" * 20 + whole[40:], "damaged"),
        ("latin.csv", b"time,x\n1,\xe9\n", "UTF-8"),
        ("latin-header.csv", b"time,\xe9\n1,2\n", "UTF-8"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(InputError, match=said):
            read_trace(tmp_path / name, {"service": "x"} if name == "latin.csv" else None)
    with pytest.raises(InputError, match="No such file"):
        read_trace(tmp_path / "absent.csv")
    with pytest.raises(InputError, match="cannot be read"):
        read_trace(tmp_path)


def test_a_decompression_bomb_is_stopped_at_the_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace_file, "LARGEST_BYTES", 10**6)
    bomb = tmp_path / "bomb.csv.gz"
    bomb.write_bytes(gzip.compress(b"time\n" + b"1\n" * 10**7))
    assert bomb.stat().st_size < 50_000
    with pytest.raises(InputError, match="at most 1 MB, unpacked"):
        read_trace(bomb)


def test_column_texts_that_name_nothing_are_all_told() -> None:
    with pytest.raises(InputError) as caught:
        parse_columns(["service=a", "speed=b", "time"])
    assert [problem.seen for problem in caught.value.problems] == ["'speed=b'", "'time'"]


def drawn(trace: Trace) -> np.ndarray:
    return np.concatenate(list(trace_chunks(trace, np.random.default_rng(1), trace.span_us)))


@real
def test_the_code_completion_recording_has_its_published_statistics() -> None:
    trace = read_trace(REAL / "llm_code_bursty.csv.gz")
    gaps = np.diff(trace.start_us)
    minutes = np.bincount(trace.start_us // 60_000_000)
    assert trace.requests == len(drawn(trace)) == 8_819
    assert trace.span_us / 1e6 == pytest.approx(3_435.9, abs=0.1)
    assert gaps.std() / gaps.mean() == pytest.approx(13.2, abs=0.1)
    assert minutes.max() == 632
    assert gaps.max() / 1e6 == pytest.approx(217, abs=1)
    assert (round(trace.input_tokens.mean()), int(np.median(trace.input_tokens)), trace.input_tokens.max()) == (
        2_048,
        1_469,
        7_437,
    )
    assert (round(float(trace.output_tokens.mean()), 1), trace.output_tokens.max()) == (27.9, 1_899)


@real
def test_the_sparse_recording_has_its_published_statistics() -> None:
    trace = read_trace(REAL / "sparse_mentions.csv.gz")
    assert (len(trace.counts), trace.requests, trace.bin_us) == (15_853, 5_701, 300_000_000)
    assert trace.span_us / 86_400e6 == pytest.approx(55.05, abs=0.01)
    assert trace.counts.max() == 50
    assert np.mean(trace.counts == 0) == pytest.approx(0.77, abs=0.005)
    assert np.bincount(drawn(trace) // 300_000_000, minlength=15_853).tolist() == trace.counts.tolist()


@real
def test_the_web_recording_has_its_published_statistics() -> None:
    trace = read_trace(REAL / "web_diurnal_nasa_jul1995.csv.gz")
    assert (len(trace.counts), trace.requests, trace.bin_us) == (39_692, 1_891_675, 60_000_000)
    assert trace.counts.max() == 409
    hours = np.bincount(drawn(trace) // 3_600_000_000)
    assert hours.max() == 14_922
    assert hours.sum() == 1_891_675
