"""`simulate` beyond one answer: faults, the run over time, limits; bad input is one clear line each."""

import csv
import json
import re

import pytest

from simulator.cli import main

WORKLOAD = """
schema = 1
name = "steady"
[traffic]
kind = "poisson"
rate_per_s = 10
duration = "20 min"
[request]
payload = "100 KB"
[service]
reference = "ml.m5.xlarge"
time = "100 ms"
slots = 2
[needs]
slo = ["p99:1s"]
"""


@pytest.fixture
def cli(capsys, tmp_path):
    """Run `simulate` on a short workload: cli("--option", ...) -> (exit code, stdout, stderr)."""
    source = tmp_path / "steady.toml"
    source.write_text(WORKLOAD, encoding="utf-8")

    def run(*arguments: str, verb: str = "simulate") -> tuple[int, str, str]:
        code = 0
        try:
            main([verb, str(source), *arguments])
        except SystemExit as stop:
            code = int(stop.code or 0)
        out = capsys.readouterr()
        return code, out.out, out.err

    return run


def test_a_fault_is_answered_in_text_and_json(cli):
    asked = ("--engine", "reference", "--fault", "az-loss@600s+2min:1", "--fault", "instance-loss@15min")
    _, text, _ = cli(*asked)
    assert "2 instances lost; before the first loss" in text
    assert "00:10:00 zone 1 lost (1 instance)" in text
    document = json.loads(cli(*asked, "--json")[1])
    assert [loss["kind"] for loss in document["faults"]["losses"]] == ["zone", "instance"]
    assert document["faults"]["instances_lost"] == 2
    assert "faults" not in json.loads(cli("--json")[1])


def test_the_run_over_time_and_its_events_are_written(cli, tmp_path):
    fleet, events = tmp_path / "fleet.csv", tmp_path / "events.json"
    scale = ("--set", "target_per_min=100", "--set", "min_instances=1", "--set", "max_instances=4", "--start", "empty")
    code, _, error = cli("--timeline", str(fleet), "--events", str(events), *scale)
    assert (code in {0, 1}, error) == (True, "")
    rows = list(csv.DictReader(fleet.read_text(encoding="utf-8").splitlines()))
    assert float(rows[0]["in_service"]) == 1 < max(float(row["in_service"]) for row in rows)
    told = json.loads(events.read_text(encoding="utf-8"))["rows"]
    assert told[0]["kind"] == "scale_out"
    assert told[0]["text"].startswith("alarm on invocations high since 00:00:00, desired 1")


def test_the_run_over_time_is_one_whole_page_with_every_name_escaped(cli, tmp_path):
    source, chart = tmp_path / "steady.toml", tmp_path / "run.html"
    source.write_text(WORKLOAD.replace('"steady"', "'<script>alert(1)</script>'"), encoding="utf-8")
    scale = ("--set", "target_per_min=100", "--set", "min_instances=1", "--set", "max_instances=4", "--start", "empty")
    code, out, error = cli("--chart", str(chart), *scale)
    assert (code in {0, 1}, error) == (True, "")
    text = chart.read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert text.endswith("</body></html>\n")
    assert "&lt;script&gt;alert(1)" in text
    assert "<script>alert(1)" not in text
    assert "<h1>Real-time endpoint: 1 to 4 instances</h1>" in text
    assert "alarm on invocations high since 00:00:00, desired 1 → " in text
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=", text)
    assert not list(tmp_path.glob("*.part"))
    assert out == cli(*scale)[1]


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        (("--fault", "meteor@1h", "--fault", "az-loss"), ["--fault: 'meteor@1h'", "--fault: 'az-loss'"]),
        (("--option", "serverless", "--fault", "az-loss@10min"), ["--fault: 'az-loss@10min'"]),
        (("--fault", "az-loss@2h"), ["--fault: 'az-loss@2h' is not allowed; allowed: a time before the end, 20"]),
        (("--time-limit", "soon", "--memory-limit", "much"), ["--time-limit: 'soon'", "--memory-limit: 'much'"]),
        (("--time-limit", "1us"), ["this would take about "]),
        (("--memory-limit", "1KB"), ["this would take about "]),
        (("--chart", "run.svg"), ["--chart: 'run.svg' is not allowed; allowed: a name that ends in .html"]),
        (("--chart", "nowhere/run.html"), ["--chart: 'nowhere/run.html' is not allowed; allowed: a file in a folder"]),
        (
            ("--option", "serverless", "--chart", "run.html"),
            ["--chart: 'run.html' is not allowed; allowed: an option with"],
        ),
        (("--timeline", "fleet.xlsx"), ["--timeline: 'fleet.xlsx' is not allowed; allowed: a name that ends in"]),
    ],
)
def test_what_cannot_be_asked_is_one_line_each(cli, arguments, lines):
    code, out, error = cli(*arguments)
    assert (code, out) == (2, "")
    said = [line.removeprefix("endpoint-advisor: ").replace("\xa0", " ") for line in error.splitlines()]
    assert len(said) == len(lines)
    assert all(line.startswith(start) for line, start in zip(said, lines, strict=True))


def test_a_ranking_has_the_same_limits(cli):
    code, _, error = cli("--time-limit", "1us", verb="rank")
    assert code == 2
    assert "runs of" in error and "--time-limit" in error
