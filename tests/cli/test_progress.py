"""`simulate --progress`: rate and time left on standard error, the answer untouched; `bench --traces`."""

import json

import pytest

from simulator.cli import main

WORKLOAD = """
schema = 1
name = "steady"
[traffic]
kind = "trace"
[request]
payload = "100 KB"
[service]
reference = "ml.m5.xlarge"
time = "100 ms"
slots = 2
[needs]
cold_start = "acceptable"
"""


@pytest.fixture
def cli(capsys, tmp_path):
    """Run `simulate` on a recording of 300,000 requests: cli("--progress", ...) -> (stdout, stderr)."""
    source, trace = tmp_path / "steady.toml", tmp_path / "trace.csv"
    source.write_text(WORKLOAD, encoding="utf-8")
    trace.write_text("time\n" + "".join(f"{row / 10:.6f}\n" for row in range(300_000)), encoding="utf-8")

    def run(*arguments: str) -> tuple[str, str]:
        with pytest.raises(SystemExit) as stop:
            main(["simulate", str(source), "--trace", str(trace), *arguments])
        assert stop.value.code in {0, 1}
        return capsys.readouterr()

    return run


@pytest.mark.parametrize(
    "option",
    [["--option", "real_time"], ["--option", "serverless"], ["--option", "async"]],
    ids=lambda option: option[1],
)
def test_it_says_what_reading_and_simulating_took_and_changes_no_answer(cli, option):
    with_, said = cli("--progress", "--json", *option)
    without, nothing = cli("--json", *option)
    assert json.loads(with_) == json.loads(without)
    assert nothing == ""
    reading, simulating = said.splitlines()
    assert reading.startswith("reading: 300,000 requests in ")
    assert simulating.startswith("simulating: 300,000 requests in ")
    assert said.count(" a second") == 2


def test_recordings_that_cannot_be_measured_are_named(capsys):
    for text in ("1X", "0", "600M", ""):
        with pytest.raises(SystemExit) as stop:
            main(["bench", "--traces", text])
        assert stop.value.code == 2
        assert "like 1M,10M,100M" in capsys.readouterr().err
