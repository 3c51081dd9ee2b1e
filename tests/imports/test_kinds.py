"""Each kind of export becomes a workload that says where its fields come from."""

import json
from pathlib import Path

import pytest

from advisor.errors import InputError
from advisor.workload import load_workload
from simulator.importers import KINDS, imported, looks_like, write_imported, write_sweep
from simulator.traces import trace_of
from tests.imports import exports

HERE = Path(__file__).parent


def put(folder, name, content):
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def how(result):
    return {row.path: row.how for row in result.rows}


def test_cloudwatch_gives_traffic_and_a_service_time(tmp_path):
    data, total = exports.metric_data()
    result = imported("cloudwatch", put(tmp_path, "m.json", data), reference="ml.m5.xlarge", payload="20KB")
    service = result.workload.service
    assert (service.time.p50, service.time.p99) == (80_000, 250_000)
    assert how(result)["service.time"] == "measured"
    assert how(result)["service.slots"] == "assumed"
    assert how(result)["service.reference"] == "reported"
    assert any("Invocation5XXErrors: 1" in note for note in result.notes)
    assert any("2 instances" in note for note in result.notes)
    path, beside, latency = write_imported(result, tmp_path / "shop.toml")
    back = load_workload(path)
    trace = trace_of(back, folder=tmp_path)
    assert (beside.name, latency.name) == ("shop.trace.csv", "shop.latency.csv")
    assert (trace.requests, trace.bin_us) == (total, 60_000_000)
    assert any(line.startswith("service.slots:") for line in back.assumptions)
    assert "service.time" not in {row.field for row in back.provenance if row.how == "assumed"}


def test_what_is_given_is_not_asked_again(tmp_path):
    data, _ = exports.metric_data()
    path = put(tmp_path, "m.json", data)
    asked = {row.path for row in imported("cloudwatch", path).missing}
    assert {"request.payload", "service.slots", "service.reference"} <= asked
    less = imported("cloudwatch", path, payload="20KB/90KB", slots=4, reference="ml.m5.xlarge")
    assert not {"request.payload", "service.slots", "service.reference"} & {row.path for row in less.missing}
    assert less.workload.request.payload.p99 == 90_000


def test_pages_of_one_export_are_joined(tmp_path):
    data, total = exports.metric_data()
    pages = []
    for part in (slice(0, 70), slice(60, None)):  # ten periods stand in both
        results = [
            {**r, "Timestamps": r["Timestamps"][part], "Values": r["Values"][part]} for r in data["MetricDataResults"]
        ]
        pages.append(put(tmp_path, f"p{part.start}.json", {"MetricDataResults": results}))
    result = imported("cloudwatch", pages)
    assert result.trace.columns["requests"].sum() == total
    assert any("10 periods stand twice" in note for note in result.notes)


def test_a_latency_that_grows_with_load_is_taken_from_quiet_periods(tmp_path):
    data, _ = exports.metric_data(slower=True)
    result = imported("cloudwatch", put(tmp_path, "m.json", data))
    assert result.workload.service.time.p50 == 80_000
    assert any("quieter half" in note for note in result.notes)


def test_a_mean_and_a_median_give_a_marked_percentile(tmp_path):
    data, _ = exports.metric_data(p99=False)
    result = imported("cloudwatch", put(tmp_path, "m.json", data))
    assert how(result)["service.time"] == "assumed"
    assert result.workload.service.time.p99 == pytest.approx(250_000, rel=0.01)
    assert any(row.path == "service.time" and "p99" in row.export for row in result.missing)


def test_the_mean_day_and_phases_stand_in_for_a_recording(tmp_path):
    data, total = exports.metric_data(periods=7 * 24, minutes=60)
    path = put(tmp_path, "m.json", data)
    daily = imported("cloudwatch", path, traffic="daily")
    assert daily.trace is None
    assert daily.workload.traffic.mean_rate_per_s == pytest.approx(total / (7 * 86_400))
    assert len(daily.workload.traffic.days) == 7
    phases = imported("cloudwatch", path, traffic="phases").workload.traffic
    assert phases.mean_rate_per_s * 7 * 86_400 == pytest.approx(total)


def test_the_csv_of_the_console(tmp_path):
    result = imported("cloudwatch", put(tmp_path, "c.csv", exports.console_csv()), tz="+01:00")
    assert result.trace.bin_us == 300_000_000
    assert result.workload.service.time.kind == "gamma"  # one percentile alone: the spread is a guess
    assert how(result)["service.time"] == "assumed"
    assert any("Period 60" in note for note in result.notes)


def test_an_access_log_gives_arrivals_sizes_and_durations(tmp_path):
    lines = exports.log_lines()
    result = imported("access-log", put(tmp_path, "a.jsonl", "\n".join(lines) + "\n"))
    assert result.trace.rows == 2_000
    assert set(result.trace.columns) == {"arrival_s", "payload_bytes", "response_bytes"}
    took = sorted(json.loads(line)["duration_ms"] for line in lines)
    assert result.workload.service.time.p50 == pytest.approx(took[1_000] * 1_000, rel=0.01)
    assert result.workload.request.response.p50 == 250
    assert any("service time may be shorter" in note for note in result.notes)


def test_an_access_log_as_csv_with_names_of_its_own(tmp_path):
    text = "when;took;size\n" + "".join(f"2026-11-22T08:00:0{n}.5Z;0.2{n};1000\n" for n in range(9))
    columns = {"time": "when", "service": "took", "payload": "size"}
    result = imported("access-log", put(tmp_path, "a.csv", text), columns=columns, duration_unit="s")
    assert result.workload.service.time.p50 == pytest.approx(240_000, rel=0.01)
    assert result.workload.request.payload.p50 == 1_000
    guessed = imported("access-log", tmp_path / "a.csv", columns=columns)
    assert how(guessed)["service.time"] == "assumed"
    assert any("unit" in row.question for row in guessed.missing)


def test_data_capture_gives_counts_and_sizes_of_bodies(tmp_path):
    lines = [exports.capture_line(n) for n in range(60)] + [exports.capture_line(60, "AAECAw==", encoding="BASE64")]
    result = imported("data-capture", put(tmp_path, "d.jsonl", "\n".join(lines) + "\n"))
    assert result.trace.columns["requests"].sum() == 61
    assert result.trace.bin_us == 1_000_000
    assert result.workload.request.payload.p50 == 5
    assert any("InitialSamplingPercentage" in row.question for row in result.missing)
    assert how(result)["service.time"] == "assumed"


def test_a_real_locust_run_gives_its_pause_and_slots_back():
    """The file comes from a run against a stub with 4 slots of 40 ms; its users paused 200 ms."""
    files = [HERE / "locust_real_stats_history.csv", HERE / "locust_real_stats.csv"]
    result = imported("locust", files, instances=1)
    assert result.workload.traffic.users == 40
    assert result.workload.traffic.think == pytest.approx(200_000, rel=0.05)
    assert result.workload.service.slots == 4
    assert result.workload.service.time.p50 == pytest.approx(45_000, rel=0.1)
    assert how(result)["service.time"] == "measured"
    assert how(result)["service.slots"] == "assumed"


def test_locust_totals_alone_need_the_users():
    result = imported("locust", HERE / "locust_real_stats.csv", users=40)
    assert how(result)["service.time"] == "assumed"
    assert any("one user" in row.export for row in result.missing)


@pytest.mark.parametrize("nested", [False, True])
def test_a_summary_of_k6(tmp_path, nested):
    result = imported("k6", put(tmp_path, "s.json", exports.k6_summary(nested)))
    assert result.workload.traffic.users == 10
    assert result.workload.traffic.think == 45_000  # 10 users / 100 per second - 55 ms
    assert (result.workload.service.time.p50, result.workload.service.time.p99) == (50_000, 140_000)
    assert result.workload.request.response.p50 == 300


def test_the_csv_of_k6_tells_levels_apart(tmp_path):
    result = imported("k6", put(tmp_path, "k.csv", exports.k6_csv()), instances=1)
    assert result.workload.traffic.users == 8
    assert result.workload.traffic.think == pytest.approx(50_000, rel=0.01)
    assert result.workload.service.time.p50 == pytest.approx(50_000, rel=0.01)
    assert any("more users" in row.export for row in result.missing)  # it never got slower
    slow = imported("k6", put(tmp_path, "slow.csv", exports.k6_csv(((1, 50.0), (8, 200.0)))), instances=1)
    assert slow.workload.service.slots == round(8 / 0.25 * 0.05)


def test_a_result_of_inference_recommender(tmp_path):
    result = imported("recommender", put(tmp_path, "r.json", exports.recommendations()), reference="ml.m5.xlarge")
    service = result.workload.service
    assert (service.reference, service.time.constant, service.slots) == ("ml.m5.xlarge", 100_000, 4)
    assert {row.on for row in service.measured} == {"ml.c5.xlarge", "serverless:4096"}
    assert result.workload.traffic.users == 10
    assert result.workload.needs.slo_us("p95") == 200_000
    assert {how(result)["service.time"], how(result)["service.slots"]} == {"assumed"}


def test_fields_of_another_workload_are_kept(tmp_path):
    own = load_workload("fraud-check")
    data, _ = exports.metric_data()
    result = imported("cloudwatch", put(tmp_path, "m.json", data), onto=own)
    assert (result.workload.name, result.workload.request) == (own.name, own.request)
    assert result.workload.service.time.p50 == 80_000
    kept = imported("k6", put(tmp_path, "k.csv", exports.k6_csv()), onto=own, traffic="keep")
    assert kept.workload.traffic == own.traffic
    assert not any(row.path.startswith("traffic") for row in kept.rows)


def test_every_kind_is_told_by_its_first_lines(tmp_path):
    data, _ = exports.metric_data(periods=3)
    files = {
        "cloudwatch": put(tmp_path, "a", data), "k6": put(tmp_path, "b", exports.k6_csv()),
        "recommender": put(tmp_path, "c", exports.recommendations()), "data-capture": put(tmp_path, "d", exports.capture_line(1)),
        "access-log": put(tmp_path, "e", exports.log_lines(1)[0]), "locust": HERE / "locust_real_stats.csv",
        "trace": put(tmp_path, "f", "arrival_s\n1\n"),
    }  # fmt: skip
    assert set(files) == set(KINDS)
    assert {kind: looks_like(path) for kind, path in files.items()} == {kind: kind for kind in KINDS}


def test_the_levels_of_a_test_are_a_sweep_for_calibration(tmp_path):
    from simulator.calibrate import calibrate_sweep

    result = imported("locust", HERE / "locust_real_stats_history.csv", instances=1)
    assert [round(level.users) for level in result.levels] == [1, 4, 12, 40]
    path = write_sweep(result, tmp_path / "levels.csv")
    assert calibrate_sweep(path, pause_s=0.2) is not None
    with pytest.raises(InputError, match="hold no levels"):
        write_sweep(imported("trace", put(tmp_path, "t.csv", "arrival_s\n1\n2\n")), path)


def test_marks_of_the_workload_below_are_kept(tmp_path):
    data, _ = exports.metric_data()
    first = imported("cloudwatch", put(tmp_path, "m.json", data), payload="20KB")
    again = imported("k6", put(tmp_path, "k.csv", exports.k6_csv()), onto=first.workload, traffic="keep")
    origins = {row.field: row.how for row in again.workload.provenance}
    assert origins["service.reference"] == "assumed"  # still nobody said so
    assert (origins["traffic"], origins["request.payload"]) == ("measured", "reported")
    assert len(origins) == len(again.workload.provenance)


def variants(metric, values):
    times = [f"2026-11-02T00:0{n}:00Z" for n in range(len(values[0]))]
    labels = [f"{name} {metric}" for name in ("blue", "green")]
    return [{"Label": label, "Timestamps": times, "Values": row} for label, row in zip(labels, values, strict=True)]


def test_requests_of_two_variants_are_added_and_their_latencies_are_not(tmp_path):
    both = variants("Invocations Sum", [[10, 20, 30], [1, 2, 3]])
    result = imported("cloudwatch", put(tmp_path, "v.json", {"MetricDataResults": both}))
    assert result.trace.columns["requests"].tolist() == [11, 22, 33]
    assert any("another variant" in note for note in result.notes)
    both += variants("ModelLatency p99", [[5.0] * 3, [6.0] * 3])
    with pytest.raises(InputError, match="export one variant at a time"):
        imported("cloudwatch", put(tmp_path, "w.json", {"MetricDataResults": both}))


def test_the_form_of_get_metric_statistics(tmp_path):
    points = [
        {"Timestamp": f"2026-11-02T00:0{n}:00+00:00", "Average": 90_195.0, "ExtendedStatistics": {"p99": 250_000.0}, "Unit": "Microseconds"}
        for n in (2, 0, 1)
    ]  # fmt: skip
    result = imported("cloudwatch", put(tmp_path, "s.json", {"Label": "ModelLatency", "Datapoints": points}))
    assert result.workload.service.time.p50 == pytest.approx(80_000, rel=0.01)
    assert how(result)["service.time"] == "assumed"  # the median follows from the lognormal
