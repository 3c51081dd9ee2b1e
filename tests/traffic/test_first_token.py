"""Time to first token: by hand, from the recorded columns, the same with both engines, and of the recorded LLM traffic."""

from pathlib import Path

import numpy as np
import pytest

from advisor.facts import load_facts
from advisor.options import Option
from advisor.workload import Workload, load_workload
from simulator.codes import Outcome
from simulator.histogram import bucket_of
from simulator.play import simulate
from simulator.study import prepare
from simulator.tape import Place

REAL = Path(__file__).parents[3] / "shared" / "data" / "traces" / "llm_code_bursty.csv.gz"
ONE = Option(name="real_time", instance_type="ml.g5.xlarge", instances=1)
EIGHT = Option(name="real_time", instance_type="ml.g5.xlarge", instances=1, concurrency_per_instance=8)
SHORT_LINE = {"queue_limit": "4"}
OVERHEAD_US = 5_000


def chat(
    traffic: str, time: str, *, more: str = "", streaming: str = "streaming = true", slots: str = "slots = 1"
) -> Workload:
    return Workload.from_text(
        f"""
        schema = 1
        name = "chat"
        [traffic]
        {traffic}
        [request]
        payload = "4 KB"
        {streaming}
        [service]
        reference = "ml.g5.xlarge"
        time = {time}
        {slots}
        [model]
        size = "10 GB"
        memory = "12 GB"
        needs_gpu = true
        {more}
        """
    )


FIXED = '{ base = "100 ms", per_input_token = "200 us", per_output_token = "20 ms", input_tokens = 1000, output_tokens = 50 }'
DRAWN = (
    '{ base = "20 ms", per_input_token = "100 us", per_output_token = "10 ms", '
    "input_tokens = { p50 = 300, p99 = 2000, max = 4000 }, output_tokens = { p50 = 10, p99 = 60, max = 100 } }"
)
BUSY = 'kind = "poisson"\nrate_per_s = 30\nduration = "3 min"'


def test_it_is_wait_and_overhead_and_the_time_of_the_input_tokens(tmp_path):
    """Service 1.3 s of which 0.3 s come first; the second of two requests, 0.2 s later, waits 1.1 s."""
    (tmp_path / "two.csv").write_text("arrival_s\n0\n0.2\n", encoding="utf-8")
    study = prepare(chat('kind = "trace"\nduration = "1 min"', FIXED), trace=tmp_path / "two.csv")
    played = simulate(study, ONE)
    assert played.first_token.values_us.tolist() == [300_000 + OVERHEAD_US, 1_400_000 + OVERHEAD_US]
    assert played.run.latency.values_us.tolist() == [1_300_000 + OVERHEAD_US, 2_400_000 + OVERHEAD_US]
    assert played.summary.first_token_us[0.5] == 300_000 + OVERHEAD_US


def test_the_tokens_of_a_recording_are_those_that_count(tmp_path):
    (tmp_path / "own.csv").write_text(
        "arrival_s,input_tokens,output_tokens\n0,0,1\n10,500,1\n20,1000,200\n", encoding="utf-8"
    )
    played = simulate(prepare(chat('kind = "trace"\nduration = "1 min"', FIXED), trace=tmp_path / "own.csv"), ONE)
    assert (played.first_token.values_us - OVERHEAD_US).tolist() == [100_000, 200_000, 300_000]


@pytest.mark.parametrize(
    ("more", "slots"),
    [
        ("", "slots = 8\nslowdown = 0.2"),
        ('[caller]\ntimeout = "900 ms"\nattempts = 3\nbackoff = "50 ms"', "slots = 8\nslowdown = 0.1"),
        ('popularity = "zipf:1.0"\ncount = 3', "slots = 8\nslowdown = 0.3"),
    ],
    ids=["shared slots", "retries", "three models"],
)
def test_both_engines_and_both_ways_of_recording_agree_with_the_columns(more, slots):
    workload = chat(BUSY, DRAWN, more=more, slots=slots)
    found = {
        (engine, kept): simulate(prepare(workload, seed=3, engine=engine), EIGHT, requests=kept, given=SHORT_LINE)
        for engine in ("fast", "reference")
        for kept in (True, False)
    }
    exact, streamed = found["fast", True], found["fast", False]
    assert np.array_equal(exact.first_token.values_us, found["reference", True].first_token.values_us)
    assert np.array_equal(streamed.first_token.buckets, found["reference", False].first_token.buckets)
    assert np.array_equal(
        streamed.first_token.buckets,
        np.bincount(bucket_of(exact.first_token.values_us), minlength=len(streamed.first_token.buckets)),
    )
    assert streamed.first_token.total_us == exact.first_token.total_us
    assert exact.first_token.count == exact.summary.good > 100


def test_it_can_be_computed_from_the_records_and_the_demand():
    workload = chat(
        BUSY,
        DRAWN,
        slots="slots = 8\nslowdown = 0.2",
        more='[caller]\ntimeout = "600 ms"\nattempts = 2\nbackoff = "50 ms"',
    )
    study = prepare(workload, seed=5)
    played = simulate(study, EIGHT, requests=True, given=SHORT_LINE)
    shares = np.concatenate([part.prefill for part in study.demand().at(Place(workload.service.time)).chunks()])
    kept = played.run.requests
    ok = (kept.final == 1) & (kept.outcome == Outcome.OK) & (kept.first_us >= study.window_from_us)
    assert (kept.attempt[ok] > 1).any()
    start, finish = kept.start_us[ok], kept.finish_us[ok]
    own = start - kept.first_us[ok] + np.rint(shares[kept.row[ok]] * (finish - start)) + kept.response_us[ok] - finish
    assert np.array_equal(np.sort(own), np.sort(played.first_token.values_us))
    assert (own <= (kept.response_us - kept.first_us)[ok]).all()


def test_a_fifth_of_the_work_comes_first_on_a_faster_place_too():
    time = chat(BUSY, FIXED).service.time
    for speed in (1.0, 3.0):
        part = next(prepare(chat(BUSY, FIXED)).demand().at(Place(time, speed)).chunks(100))
        assert np.allclose(part.prefill, 300 / 1300)


@pytest.mark.parametrize("streaming", ["", "streaming = false"])
def test_without_streaming_there_is_none(streaming):
    played = simulate(prepare(chat(BUSY, DRAWN, streaming=streaming)), ONE)
    assert played.first_token is None
    assert played.summary.first_token_us == {}


def test_without_tokens_or_an_option_that_streams_there_is_none():
    assert simulate(prepare(chat(BUSY, '"80 ms"')), ONE).first_token is None
    facts = load_facts()
    assert facts.of("async", "response_streaming").value is not True
    queue = Option(name="async", instance_type="ml.g5.xlarge", instances=1, concurrency_per_instance=1)
    assert simulate(prepare(chat(BUSY, DRAWN)), queue).first_token is None


@pytest.mark.skipif(not REAL.is_file(), reason="the recordings are not beside this checkout")
def test_the_recorded_code_completions_start_long_before_they_end():
    """8,819 recorded requests whose median prompt has 1,469 tokens: 60 ms + 1,469 x 120 us is 236 ms on a free instance."""
    workload = load_workload(Path(__file__).parent / "recipes" / "code.toml")
    played = simulate(
        prepare(workload, trace=REAL), Option(name="real_time", instance_type="ml.g5.xlarge", instances=40)
    )
    first, whole = played.summary.first_token_us, played.summary.latency_us
    assert played.first_token.count == played.summary.good
    assert 236_000 < first[0.5] < whole[0.5]
    assert first[0.99] < whole[0.99]
    assert played.bill.per_1000_tokens["output"] > played.bill.per_1000_tokens["input"] > 0
