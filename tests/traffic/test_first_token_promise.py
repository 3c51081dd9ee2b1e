"""A promise on the time to first token: read, written, checked, and said where it is broken."""

import json

import pytest

from advisor.errors import UnitError
from advisor.options import Option
from advisor.workload import Slo, Workload
from simulator import Sweep, size_study
from simulator.bottleneck import bottleneck
from simulator.cli import main
from simulator.play import simulate
from simulator.size_title import promise_words
from simulator.study import prepare

WORKLOAD = """
schema = 1
name = "chat"
[traffic]
kind = "constant"
rate_per_s = 2
duration = "10 min"
[request]
payload = "4 KB"
streaming = true
[service]
reference = "ml.m5.xlarge"
time = {{ base = "20 ms", per_input_token = "100 us", per_output_token = "2 ms", input_tokens = 300, output_tokens = 75 }}
slots = 4
[needs]
slo = [{slo}]
"""
ONE = Option(name="real_time", instance_type="ml.m5.xlarge", instances=1, concurrency_per_instance=4)


def study(*slo: str, engine: str = "fast"):
    return prepare(Workload.from_text(WORKLOAD.format(slo=", ".join(f'"{one}"' for one in slo))), engine=engine)


@pytest.mark.parametrize("text", ["first_token_p95:2s", "first_token_p99.9:500ms"])
def test_it_is_read_and_written_and_is_no_bound_on_latency(text):
    slo = Slo.parse(text)
    assert Slo.parse(slo.text) == slo
    assert slo.text == text
    assert (slo.bound_us, slo.percentile, slo.bound_share) == (None, None, None)
    made = Workload.from_text(WORKLOAD.format(slo=f'"{text}"'))
    assert Workload.from_text(made.to_toml()) == made


@pytest.mark.parametrize(
    "text", ["first_token:2s", "first_token_p94:2s", "first_token_p95:0s", "first_token_failed:1%"]
)
def test_what_is_none_is_refused_with_what_would_do(text):
    with pytest.raises(UnitError, match="first_token_p95:2s"):
        Slo.parse(text)


def test_every_answer_begins_after_55_ms():
    """20 ms + 300 x 100 us + 5 ms of overhead: 60 ms is kept, 50 ms is not."""
    kept, broken = study("first_token_p95:60ms", "p99:1s"), study("first_token_p95:50ms", "p99:1s")
    played = simulate(kept, ONE)
    assert kept.promise.kept(played)
    assert kept.promise.shortfall(played) == 0
    played = simulate(broken, ONE)
    miss = broken.promise.broken(played)[0]
    assert miss.share == 0
    assert miss.text.replace("\u00a0", " ") == "first token p95 under 50 ms: 0 % of answers have begun by then"
    assert broken.promise.shortfall(played) == pytest.approx(0.95)


def test_both_engines_and_streaming_runs_judge_alike():
    for engine in ("fast", "reference"):
        asked = study("first_token_p95:60ms", "first_token_p50:54ms", engine=engine)
        for kept in (True, False):
            assert simulate(asked, ONE, requests=kept).summary.begun_within == {60_000.0: 1.0, 54_000.0: 0.0}


def test_what_is_not_streamed_begins_with_its_end():
    """205 ms in all: a bound of 100 ms on the first token breaks, one of 300 ms holds."""
    for bound, kept in (("100ms", False), ("300ms", True)):
        text = WORKLOAD.format(slo=f'"first_token_p95:{bound}"').replace("streaming = true", "streaming = false")
        asked = prepare(Workload.from_text(text))
        assert asked.promise.kept(simulate(asked, ONE)) is kept


def test_an_answer_that_never_comes_never_begins():
    asked = study("first_token_p50:60ms", "failed:100%")
    text = WORKLOAD.format(slo='"first_token_p50:60ms"') + '\n[caller]\ntimeout = "100 ms"\n'
    lost = prepare(Workload.from_text(text))
    played = simulate(lost, ONE)
    assert played.summary.good == 0
    assert played.summary.begun_within == {60_000.0: 0.0}
    assert asked.promise.latency
    assert "no latency promise" not in asked.promise.heading


def test_the_words_of_a_plan_name_it():
    assert (
        promise_words(study("first_token_p95:2s").promise).replace("\u00a0", " ") == "keeps first token p95 under 2 s"
    )


@pytest.mark.parametrize("verb", ["rank", "simulate", "size"])
def test_the_verbs_check_it(verb, tmp_path, capsys):
    source = tmp_path / "chat.toml"
    source.write_text(WORKLOAD.format(slo='"first_token_p95:10ms"'), encoding="utf-8")
    with pytest.raises(SystemExit) as stop:
        main([verb, str(source), "--json"])
    assert stop.value.code == 1
    printed = capsys.readouterr().out
    assert "have begun by then" in printed
    assert "first_token_p95:10ms" in json.dumps(json.loads(printed)["inputs"])
    with pytest.raises(SystemExit):
        main([verb, str(source)])
    assert "first token" in capsys.readouterr().out


def test_a_plan_that_begins_late_says_so():
    asked = study("first_token_p95:10ms")
    with Sweep(asked, workers=1) as sweep:
        found = size_study(asked, sweep, names=["real_time"]).of("real_time").nearest
    assert bottleneck(found).kind == "first_token"
