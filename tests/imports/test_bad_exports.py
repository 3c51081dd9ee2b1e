"""What is wrong with an export is told with file, line and what to export instead; nothing is invented silently."""

import gzip
import json

import pytest

from advisor.errors import InputError
from simulator.importers import imported
from tests.imports import exports


def put(folder, name, content):
    path = folder / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def refused(kind, path, **hints):
    with pytest.raises(InputError) as caught:
        imported(kind, path, **hints)
    return str(caught.value)


def changed(change, **how):
    data, _ = exports.metric_data(**how)
    change({result["Label"]: result for result in data["MetricDataResults"]})
    return data


def test_a_file_of_another_kind_is_named(tmp_path):
    said = refused("cloudwatch", put(tmp_path, "k.csv", exports.k6_csv()))
    assert "looks like k6" in said
    assert "import k6 k.csv" in said
    assert "get-metric-data" in said
    assert "looks like cloudwatch" in refused("access-log", put(tmp_path, "m.json", exports.metric_data()[0]))


def test_several_problems_are_told_at_once(tmp_path):
    empty = put(tmp_path, "empty.json", "")
    other = put(tmp_path, "d.jsonl", exports.capture_line(1))
    said = refused("recommender", [empty, other, tmp_path / "absent.json"])
    assert "an empty file" in said
    assert "looks like data-capture" in said
    assert "no such file" in said


def test_a_truncated_document(tmp_path):
    whole = json.dumps(exports.metric_data()[0], indent=1)
    said = refused("cloudwatch", put(tmp_path, "m.json", whole[:5_000]))
    assert said.startswith(f"m.json line {whole[:5_000].count(chr(10)) + 1}: ")
    assert "export it again" in said


def test_an_export_without_the_metric(tmp_path):
    data = exports.metric_data()[0]
    data["MetricDataResults"] = [r for r in data["MetricDataResults"] if r["Label"].startswith("Overhead")]
    said = refused("cloudwatch", put(tmp_path, "m.json", data))
    assert "OverheadLatency" in said
    assert "Invocations (Sum) and ModelLatency (Average, p50, p99)" in said


def test_without_latency_the_question_stays_open(tmp_path):
    data = exports.metric_data()[0]
    data["MetricDataResults"] = [r for r in data["MetricDataResults"] if r["Label"].startswith("Invocations ")]
    result = imported("cloudwatch", put(tmp_path, "m.json", data))
    assert {row.path for row in result.guessed} >= {"service.time"}
    assert any(row.path == "service.time" and "ModelLatency" in row.export for row in result.missing)


def test_percentiles_that_contradict_the_mean(tmp_path):
    def change(results):
        results["ModelLatency Average"]["Values"][0] = 900.0

    said = refused("cloudwatch", put(tmp_path, "m.json", changed(change)))
    assert "the mean 900 is too small for p50 80000" in said
    assert "1 of 120 periods" in said


def test_a_period_that_stands_twice(tmp_path):
    def change(results):
        results["Invocations Sum"]["Timestamps"][1] = results["Invocations Sum"]["Timestamps"][0]

    assert "each period once" in refused("cloudwatch", put(tmp_path, "m.json", changed(change)))


def test_gaps_are_told_and_count_as_silence(tmp_path):
    def change(results):
        for result in results.values():
            del result["Timestamps"][20:30], result["Values"][20:30]

    result = imported("cloudwatch", put(tmp_path, "m.json", changed(change)))
    assert any("10 periods are absent" in note and "silence" in note for note in result.notes)
    assert any(row.text == "10 absent periods are silence" for row in result.guessed)
    assert any("10 absent periods" in line for line in result.workload.assumptions)


def test_a_statistic_that_is_not_named_is_marked(tmp_path):
    def change(results):
        results["ModelLatency Average"]["Label"] = "ModelLatency"

    result = imported("cloudwatch", put(tmp_path, "m.json", changed(change)))
    assert any(row.path == "service.time" and "the statistic is Average" in row.text for row in result.guessed)


def test_periods_of_different_lengths(tmp_path):
    def change(results):
        results["Invocations Sum"]["Timestamps"][0] = "2026-11-02T02:00:30+00:00"

    assert "periods of one length" in refused("cloudwatch", put(tmp_path, "m.json", changed(change)))


def test_mixed_time_zones(tmp_path):
    lines = exports.log_lines(4)
    bare = json.loads(lines[2])
    lines[2] = json.dumps({**bare, "time": bare["time"].removesuffix("+00:00")})
    path = put(tmp_path, "a.jsonl", "\n".join(lines) + "\n")
    said = refused("access-log", path)
    assert said.startswith("a.jsonl line 3: line 1 states a time zone (UTC), line 3 none")
    assert imported("access-log", path, tz="UTC").trace.rows == 4
    moved = json.dumps({**bare, "time": "2026-11-02T01:00:00+01:00"})
    several = imported("access-log", put(tmp_path, "b.jsonl", "\n".join([*lines[:2], moved]) + "\n"))
    assert any("several zones" in note for note in several.notes)


def test_averages_of_invocations_are_no_traffic(tmp_path):
    def change(results):
        result = results["Invocations Sum"]
        result["Label"], result["Values"] = "Invocations", [1.0] * len(result["Values"])

    assert "the statistic Sum" in refused("cloudwatch", put(tmp_path, "m.json", changed(change)))


def test_more_pages_are_asked_for(tmp_path):
    data = {**exports.metric_data()[0], "NextToken": "abc"}
    data["MetricDataResults"][0]["StatusCode"] = "PartialData"
    said = refused("cloudwatch", put(tmp_path, "m.json", data))
    assert "--starting-token" in said
    assert "StatusCode PartialData" in said


def test_half_a_last_line_is_left_out_and_told(tmp_path):
    lines = exports.log_lines(50)
    result = imported("access-log", put(tmp_path, "a.jsonl", "\n".join(lines)[:-10]))
    assert result.trace.rows == 49
    assert any("line 50 has no end" in note for note in result.notes)
    captured = "\n".join(exports.capture_line(n) for n in range(20))[:-10]
    assert imported("data-capture", put(tmp_path, "d.jsonl", captured)).trace.columns["requests"].sum() == 19


def test_a_broken_line_in_the_middle_is_refused_by_number(tmp_path):
    lines = exports.log_lines(10)
    lines[3], lines[6] = lines[3][:30], json.dumps({**json.loads(lines[6]), "time": "noon"})
    said = refused("access-log", put(tmp_path, "a.jsonl", "\n".join(lines) + "\n"))
    assert "a.jsonl line 4: this line is cut" in said
    assert "a.jsonl line 7: time holds 'noon'" in said


def test_a_damaged_gzip(tmp_path):
    packed = gzip.compress(("\n".join(exports.log_lines(5_000)) + "\n").encode())
    result = imported("access-log", put(tmp_path, "a.jsonl.gz", packed[: len(packed) // 2]))
    assert 0 < result.trace.rows < 5_000
    assert any("ends too early" in note for note in result.notes)


def test_a_job_that_failed_and_a_table_that_was_cut(tmp_path):
    job = {**exports.recommendations(), "Status": "FAILED", "FailureReason": "no capacity"}
    assert "no capacity" in refused("recommender", put(tmp_path, "r.json", job))
    assert "no row named Aggregated" in refused("locust", put(tmp_path, "x_stats.csv", "Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,Requests/s,50%,99%\nPOST,/a,1,0,5,5,1,5,5\n"))  # fmt: skip


def test_a_summary_that_contradicts_itself_and_a_short_run(tmp_path):
    summary = exports.k6_summary()
    summary["metrics"]["http_req_duration"]["p(99)"] = 40.0
    assert "ascending order" in refused("k6", put(tmp_path, "s.json", summary))
    assert "hold each number of users longer" in refused("k6", put(tmp_path, "k.csv", exports.k6_csv(seconds=2)))


def test_users_that_cannot_have_waited_are_told(tmp_path):
    summary = exports.k6_summary()
    summary["metrics"]["vus_max"] = {"value": 2, "max": 2}
    result = imported("k6", put(tmp_path, "s.json", summary))
    assert any("Little's law" in note and "some of them were not waiting" in note for note in result.notes)


@pytest.mark.parametrize(
    ("hints", "said"),
    [({"tz": "Mars"}, "--tz"), ({"columns": {"time": "no"}}, "a field of a.jsonl"), ({"duration_unit": "h"}, "--duration-unit"), ({"traffic": "keep"}, "--onto"), ({"payload": "big"}, "request.payload")],
)  # fmt: skip
def test_a_hint_that_does_not_fit_is_named(tmp_path, hints, said):
    path = put(tmp_path, "a.jsonl", "\n".join(exports.log_lines(5)) + "\n")
    assert said in refused("access-log", path, **hints)


@pytest.mark.parametrize(
    "content",
    [b"\x00\x01\x02" * 50, b"{" * 5_000, b"\xff\xfe", b'{"metrics": 5, "http_req_duration"', b"[[[[", b"a,b\n\n\n"],
)
@pytest.mark.parametrize("kind", ["cloudwatch", "access-log", "data-capture", "locust", "k6", "recommender", "trace"])
def test_nonsense_is_refused_and_never_crashes(tmp_path, kind, content):
    assert refused(kind, put(tmp_path, "x", content))


def test_other_shapes_of_json_never_crash(tmp_path):
    for index, document in enumerate((
        {"MetricDataResults": [{"Label": "Invocations Sum", "Timestamps": 5, "Values": 5}]},
        {"MetricDataResults": [5, {"Label": None, "Timestamps": [None], "Values": [None]}]},
        {"MetricDataResults": None, "Datapoints": [3], "Label": "ModelLatency"},
    )):  # fmt: skip
        assert refused("cloudwatch", put(tmp_path, f"{index}.json", document))
    assert refused("recommender", put(tmp_path, "r.json", {"InferenceRecommendations": [{"Metrics": 3}], "InputConfig": {"TrafficPattern": {"Phases": 3}}}))  # fmt: skip
