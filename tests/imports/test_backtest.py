"""What our own engine measured comes back with a small error, and a wrong service time comes out as bias."""

import csv
import json
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from advisor.errors import InputError
from advisor.workload import load_workload
from simulator.backtest import backtest
from simulator.backtest_text import backtest_csv, backtest_json, backtest_text, reading
from simulator.cli import main
from simulator.current import read_current
from simulator.import_measured import read_measured
from simulator.importers import imported, write_imported
from simulator.play import simulate
from simulator.study import prepare
from tests.imports.exports import START

FLEET = "real_time:ml.m5.xlarge:2"
HEAD = "metric,start_s,period_s,requests,mean_ms,p50_ms,p99_ms"


@pytest.fixture(scope="module")
def requests(make):
    """What a caller and the container saw of 40 minutes on two instances: arrival, latency, overhead, microseconds."""
    hours = {
        "kind": "phases",
        "phases": [{"rate_per_s": rate, "duration": "5 min"} for rate in (6, 12, 20, 40, 60, 40, 20, 6)],
    }
    study = prepare(make(("traffic", hours)), seed=11)
    played = simulate(study, read_current(study, FLEET), requests=True)
    rows = played.run.requests
    return rows.arrival_us, rows.response_us - rows.arrival_us, played.assumed.overhead_us


def cloudwatch(requests, folder, factor=1.0):
    """The export that CloudWatch would hold of them; the container takes `factor` times as long."""
    at, latency, overhead = requests
    parts = [(latency - overhead)[at // 60_000_000 == n] * factor for n in range(40)]
    stats = {
        "Invocations Sum": [float(len(part)) for part in parts],
        "ModelLatency Average": [part.mean() for part in parts],
        "ModelLatency p50": [float(np.quantile(part, 0.5)) for part in parts],
        "ModelLatency p99": [float(np.quantile(part, 0.99)) for part in parts],
        "OverheadLatency Average": [float(overhead)] * 40,
    }
    times = [(START + timedelta(minutes=n)).isoformat() for n in range(40)]
    data = [{"Label": label, "Timestamps": times, "Values": values} for label, values in stats.items()]
    path = folder / "metrics.json"
    path.write_text(json.dumps({"MetricDataResults": data}), encoding="utf-8")
    return path


def written(kind, path, out, **stated):
    result = imported(kind, path, reference="ml.m5.xlarge", slots=4, payload="100KB", **stated)
    return write_imported(result, out)


def held(workload, latency, fleet=FLEET):
    study = prepare(workload)
    return backtest(study, read_current(study, fleet), read_measured(latency), replications=8)


def said(found):
    return "\n".join(part for part in backtest_text(found) if isinstance(part, str)).replace("\u00a0", " ")


@pytest.fixture(scope="module")
def shop(requests, tmp_path_factory):
    folder = tmp_path_factory.mktemp("shop")
    workload, _, latency = written("cloudwatch", cloudwatch(requests, folder), folder / "shop.toml", time="80ms/250ms")
    return workload, latency


def test_what_the_engine_measured_comes_back_with_a_small_error(shop):
    found = held(*shop)
    assert found.enough and found.measured.rows == 40
    for one in found.compared:
        assert one.periods >= 30
        assert abs(one.bias) < 0.05, one.stat
        assert one.error < 0.12, one.stat
        assert one.within > 0.85, one.stat
    assert "agree within 10 %" in reading(found).replace("\u00a0", " ")
    assert "without its" in said(found) and "OverheadLatency was" in said(found)


def test_a_wrong_service_time_is_seen_as_bias(shop, tmp_path):
    workload, latency = shop
    for factor, time in ((0.5, "40ms/125ms"), (2.0, "160ms/500ms")):
        text = workload.read_text(encoding="utf-8")
        wrong = workload.with_name("wrong.toml")
        table = load_workload(workload).to_mapping()
        low, high = time.split("/")
        table["service"]["time"] = {"p50": low, "p99": high}
        wrong.write_text(type(load_workload(workload)).from_mapping(table).to_toml(), encoding="utf-8")
        assert wrong.read_text(encoding="utf-8") != text
        found = held(wrong, latency, "real_time:ml.m5.xlarge:6")
        centre = found.of("p50")
        assert centre.bias == pytest.approx(factor - 1, abs=0.12)
        assert centre.within < 0.1
        assert "check the service time" in reading(found)


def test_a_fleet_that_is_too_small_shows_as_waiting(shop):
    found = held(*shop, "real_time:ml.m5.xlarge:1")
    assert found.of("p99").bias > 0.2
    assert found.of("p99").within < found.of("p50").within or found.of("p50").bias > 0.1


def test_a_log_is_held_against_the_whole_latency(requests, tmp_path):
    at, latency, _ = requests
    lines = [
        json.dumps({"time": (START + timedelta(microseconds=int(a) + 17_300_000)).isoformat(), "duration_ms": round(int(us) / 1e3, 3)})
        for a, us in zip(at, latency, strict=True)
    ]  # fmt: skip
    log = tmp_path / "access.jsonl"
    log.write_text("\n".join(lines) + "\n", encoding="utf-8")
    workload, _, beside = written("access-log", log, tmp_path / "mine.toml", time="80ms/250ms")
    measured = read_measured(beside)
    assert measured.metric == "log" and -60_000_000 < measured.start_us[0] < 0
    assert measured.requests.sum() == len(at)
    assert measured.requests @ measured.stats["mean"] / len(at) == pytest.approx(latency.mean(), rel=0.003)
    found = held(workload, beside)
    assert found.of("p50").bias == pytest.approx(0, abs=0.05)
    assert found.of("p50").within > 0.85
    assert found.played[:-1] == pytest.approx(measured.requests[:-1])  # every request fell into its own period
    assert "whole latency" in said(found)


def test_levels_of_a_load_test_are_played_one_by_one(make, tmp_path):
    rows = ["metric,users,think_ms,requests,mean_ms,p50_ms,p99_ms"]
    for users in (2, 8, 20):
        traffic = {"kind": "closed", "users": users, "think": "200 ms", "duration": "200 s"}
        study = prepare(make(("traffic", traffic)), seed=5)
        latency = simulate(study, read_current(study, "real_time:ml.m5.xlarge:1")).run.latency
        cells = (latency.mean_us, latency.quantile(0.5), latency.quantile(0.99))
        rows.append(f"client,{users},200,{latency.count}," + ",".join(f"{us / 1e3:.4f}" for us in cells))
    path = tmp_path / "levels.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    study = prepare(make())  # its own traffic is that of production
    found = backtest(study, read_current(study, "real_time:ml.m5.xlarge:1"), read_measured(path))
    assert [one.periods for one in found.compared] == [3, 3, 3]
    assert all(abs(one.bias) < 0.05 for one in found.compared)
    assert "20 users" in backtest_csv(found)


def test_an_imported_load_test_keeps_its_levels(tmp_path):
    from tests.imports.exports import k6_csv

    (tmp_path / "k.csv").write_text(k6_csv(), encoding="utf-8")
    result = imported("k6", tmp_path / "k.csv", instances=1, onto=load_workload("fraud-check"), traffic="keep")
    *_, beside = write_imported(result, tmp_path / "mine.toml")
    measured = read_measured(beside)
    assert measured.users.tolist() == [1, 8]
    assert measured.think_us == pytest.approx([50_000, 50_000], rel=0.1)
    own = imported("k6", tmp_path / "k.csv", instances=1, reference="ml.m5.xlarge")
    *_, beside = write_imported(own, tmp_path / "own.toml")
    study = prepare(tmp_path / "own.toml")
    found = backtest(study, read_current(study, "real_time:ml.m5.xlarge:1"), read_measured(beside), replications=3)
    assert backtest_json(found)["periods"][0]["users"] == 1
    assert "counts twice" in said(found)
    assert 0 < found.of("p50").bias < 0.2  # 5 ms on 50 ms


def test_too_little_data_is_said_and_gives_no_error(shop, tmp_path):
    workload, latency = shop
    short = tmp_path / "short.csv"
    short.write_text("\n".join(latency.read_text(encoding="utf-8").splitlines()[:4]) + "\n", encoding="utf-8")
    found = held(workload, short)
    assert not found.enough
    assert all(one.bias is None and one.error is None and one.within is None for one in found.compared)
    assert reading(found).startswith("Too little data")
    few = tmp_path / "few.csv"
    few.write_text(HEAD + "\n" + "".join(f"model,{60 * n},60,40,90,80,250\n" for n in range(30)), encoding="utf-8")
    found = held(workload, few)
    assert [one.periods for one in found.compared] == [30, 30, 0]  # 40 requests hold no 99th percentile
    assert "were answered in the replay" in said(found)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "line 1"),
        ("start_s,period_s,p50_ms\n0,60,80\n", "columns metric"),
        ("metric,start_s,period_s\nmodel,0,60\n", "one of mean_ms"),
        (HEAD + "\n", "no row under the header"),
        (HEAD + "\nmodel,0,60,100,90,80,250\nmodel,60,60,100,90\n", "line 3: 5 cells"),
        (HEAD + "\nmodel,0,60,100,90,eighty,250\n", "line 2, p50_ms: 'eighty'"),
        (HEAD + "\nmodel,0,60,100,-90,80,250\n", "line 2, mean_ms: '-90'"),
        (HEAD + "\nmodel,0,60,100,nan,80,250\n", "line 2, mean_ms: 'nan'"),
        (HEAD + "\nmodel,0,0,100,90,80,250\n", "seconds above 0"),
        (HEAD + "\nmodel,0,60,100,90,800,250\n", "line 2: p50 800 lies above p99 250"),
        (HEAD + "\nother,0,60,100,90,80,250\n", "'other': one of model, log, client"),
        (HEAD + "\nmodel,0,60,100,90,80,250\nlog,60,60,100,90,80,250\n", "one metric a file"),
        (HEAD + "\nmodel,0,60,100,90,80,250\nmodel,0,60,100,90,80,250\n", "each once"),
        (HEAD + "\nmodel,0,60,100,90,80,250\nmodel,90,60,100,90,80,250\n", "whole periods of 60 s apart"),
        (HEAD + "\nmodel,0,60,100,90,80,250\nmodel,60,30,100,90,80,250\n", "periods of 60 s"),
        ("metric,users,think_ms,p50_ms\nclient,2.5,10,80\n", "a whole number above 0"),
    ],
)  # fmt: skip
def test_a_bad_file_is_told_with_its_line(tmp_path, text, words):
    path = tmp_path / "bad.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_measured(path)
    said_ = str(error.value)
    assert "bad.csv" in said_
    assert all(word in said_ for word in words.split(": "))


def test_what_cannot_be_laid_side_by_side_is_refused(shop, make, tmp_path):
    workload, latency = shop
    study, measured = prepare(workload), read_measured(latency)
    drawn = prepare(make())
    with pytest.raises(InputError, match="--traffic trace"):
        backtest(drawn, read_current(drawn, FLEET), measured)
    late = tmp_path / "late.csv"
    late.write_text(f"{HEAD}\nmodel,86400,60,100,90,80,250\n", encoding="utf-8")
    with pytest.raises(InputError, match="periods within the traffic"):
        backtest(study, read_current(study, FLEET), read_measured(late))
    log = tmp_path / "log.csv"
    log.write_text(f"{HEAD}\nlog,0,60,100,90,80,250\n", encoding="utf-8")
    with pytest.raises(InputError, match="acknowledgement"):
        backtest(study, read_current(study, "async:ml.m5.xlarge:2"), read_measured(log))


def test_the_command_shows_it_as_text_json_and_csv(shop, tmp_path, capsys):
    workload, latency = shop
    command = ["rank", str(workload), "--current", FLEET, "--replications", "3"]
    with pytest.raises(SystemExit) as stop:
        main([*command, "--backtest", "--json", "--backtest-out", str(tmp_path / "all.csv")])
    assert stop.value.code == 0
    found = json.loads(capsys.readouterr().out)["backtest"]
    assert (found["metric"], found["period_s"], len(found["periods"])) == ("model", 60.0, 40)
    assert found["periods"][0]["begins"] == "2026-11-02T00:00:00Z"
    rows = list(csv.DictReader((tmp_path / "all.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 40 * 3
    assert float(rows[0]["measured_ms"]) == pytest.approx(found["periods"][0]["latency_ms"]["mean"]["measured"])
    with pytest.raises(SystemExit):
        main([*command, "--measured", str(latency)])
    out = capsys.readouterr().out
    assert "Backtest: predicted against measured latency" in out and "furthest off" in out


def test_a_recording_is_found_beside_its_workload_from_any_folder(shop, capsys):
    workload, _ = shop
    for verb in ("advise", "simulate"):
        with pytest.raises(SystemExit) as stop:
            main([verb, str(workload), "--json"])
        assert stop.value.code in {0, 1}, capsys.readouterr().err
        assert json.loads(capsys.readouterr().out)


def test_every_key_of_the_json_is_documented(shop):
    from tests.docs.test_json_keys import NAMED

    found = backtest_json(held(*shop))
    period = found["periods"][0]
    names = {*found, *found["errors"]["p50"], *period, *period["latency_ms"]["p50"]}
    assert not names - NAMED


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--backtest"], "together with --current"),
        (["--backtest", "--current", FLEET], "which is no file"),
        (["--backtest", "--current", FLEET, "--measured", "absent.csv"], "cannot be read"),
        (["--backtest", "--current", FLEET, "--backtest-out", "x.txt"], "a .csv file"),
    ],
)
def test_options_that_do_not_go_together_exit_2(more, words, capsys):
    with pytest.raises(SystemExit) as stop:
        main(["rank", "fraud-check", *more])
    assert stop.value.code == 2
    assert words in capsys.readouterr().err


def test_latency_of_another_import_is_not_left_beside_a_new_workload(requests, tmp_path):
    path, out = cloudwatch(requests, tmp_path), tmp_path / "mine.toml"
    result = imported("cloudwatch", path, reference="ml.m5.xlarge", slots=4, payload="100KB")
    write_imported(result, out)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    without = replace(result, measured=None)
    with pytest.raises(
        InputError, match=r"-o: .*mine\.toml is not allowed; allowed: another name, or mine\.latency\.csv"
    ):
        write_imported(without, out)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before
    (tmp_path / "mine.latency.csv").unlink()
    assert [file.name for file in write_imported(without, out)] == ["mine.toml", "mine.trace.csv"]
