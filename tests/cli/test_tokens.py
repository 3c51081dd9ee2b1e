"""Tokens on the command line: time to first token and the cost of 1,000 tokens, in text and JSON."""

import json

import pytest

from simulator.cli import main

WORKLOAD = """
schema = 1
name = "chat"
[traffic]
kind = "poisson"
rate_per_s = 5
duration = "10 min"
[request]
payload = "4 KB"
streaming = {streaming}
[service]
reference = "ml.m5.xlarge"
time = {{ base = "20 ms", per_input_token = "100 us", per_output_token = "2 ms", input_tokens = 300, output_tokens = 75 }}
slots = 4
[needs]
slo = ["p99:2s"]
"""


@pytest.fixture
def cli(capsys, tmp_path):
    """Run a verb on a chat that streams or not: cli(verb, streams, ...) -> stdout."""

    def run(verb: str, streaming: str, *arguments: str) -> str:
        source = tmp_path / f"{streaming}.toml"
        source.write_text(WORKLOAD.format(streaming=streaming), encoding="utf-8")
        with pytest.raises(SystemExit) as stop:
            main([verb, str(source), *arguments])
        assert stop.value.code == 0
        return capsys.readouterr().out

    return run


def test_simulate_says_when_the_first_token_comes(cli):
    assert "first token" in cli("simulate", "true")
    document = json.loads(cli("simulate", "true", "--json"))
    whole, first = document["latency_ms"], document["first_token_ms"]
    assert first["p50"] == pytest.approx(50 + 5, rel=0.004)
    assert whole["p50"] == pytest.approx(200 + 5, rel=0.004)
    assert list(first) == list(whole)
    tokens = document["bill"]["usd_per_1000_tokens"]
    assert tokens["output"] == pytest.approx(4 * tokens["input"])
    assert tokens["both"] == pytest.approx(tokens["input"] * 300 / 375)


def test_both_engines_print_the_same(cli):
    fast, slow = (json.loads(cli("simulate", "true", "--json", "--engine", name)) for name in ("fast", "reference"))
    assert fast["first_token_ms"] == slow["first_token_ms"]


def test_rank_has_it_for_options_that_stream_and_null_for_the_others(cli):
    document = json.loads(cli("rank", "true", "--replications", "3", "--json"))
    rows = {row["option"]: row["first_token_ms"] for row in document["ranking"]}
    assert rows["real_time"]["p50"]["value"] == pytest.approx(55, rel=0.004)
    assert rows["serverless"] is None
    assert "first token" in cli("rank", "true", "--replications", "3")


def test_a_workload_that_does_not_stream_has_neither_row_nor_column(cli):
    assert "first token" not in cli("simulate", "false")
    assert json.loads(cli("simulate", "false", "--json"))["first_token_ms"] is None
    assert "first token" not in cli("rank", "false", "--replications", "3")
