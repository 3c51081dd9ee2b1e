"""Who calls, end to end: closed users and retries through study, model, run, metrics and words."""

import csv

import pytest

from advisor.advice import advise
from advisor.errors import InputError
from advisor.facts import load_facts
from advisor.options import Option
from simulator.answer_json import simulation_json
from simulator.answer_text import simulation_text
from simulator.endpoints._shared import caller_of
from simulator.model import Caller, Kind, Routing, ServingModel
from simulator.offered import lowest_cost
from simulator.play import simulate
from simulator.ranking import rank
from simulator.requests_csv import write_requests
from simulator.study import prepare

FACTS = load_facts()
ONE = Option(name="real_time", instance_type="ml.m5.xlarge", instances=1, concurrency_per_instance=4)
CLOSED = ("traffic", {"kind": "closed", "users": 20, "think": "1 s", "duration": "10 min"})


@pytest.fixture(scope="module")
def closed(make):
    study = prepare(make(CLOSED), FACTS, engine="reference")
    return study, simulate(study, ONE, requests=True)


def test_a_closed_run_obeys_the_response_time_law(closed):
    study, result = closed
    rate = result.summary.arrivals / (result.run.meters.window_us / 1e6)
    kept = result.run.requests
    latency_us = float((kept.response_us - kept.first_us)[kept.first_us >= study.window_from_us].mean())
    assert rate * (1 + latency_us / 1e6) == pytest.approx(20, rel=0.02)
    assert rate <= study.load.mean_rate_per_s * 1.02


def test_warm_up_is_cut_from_closed_traffic_and_the_bound_is_said(closed):
    study, result = closed
    assert study.window_from_us == study.horizon_us // 10
    said = "\n".join(str(part) for part in simulation_text(study, result))
    assert "20 users wait for each answer" in said
    assert "users start spread over" in said
    assert "attempts:" not in said


def test_the_users_and_the_attempts_reach_the_model(make):
    workload = make(CLOSED, ("caller.attempts", 3), ("caller.backoff", "200 ms"))
    plain = ServingModel(60, 4)
    assert caller_of(workload, plain) == Caller(20, 3, 200_000)
    assert caller_of(workload, plain._replace(kind=int(Kind.SERVERLESS))) == Caller(20, 3, 200_000)


def test_a_call_into_a_queue_is_accepted_once_and_a_job_has_no_users(make):
    workload = make(CLOSED, ("caller.attempts", 3))
    queue = ServingModel(60, 4, routing=int(Routing.CENTRAL))
    assert caller_of(workload, queue) == Caller(20, 1, 0)
    job = ServingModel(60, 4, kind=int(Kind.JOB))
    assert caller_of(make(("caller.attempts", 3)), job) == Caller()
    with pytest.raises(InputError, match=r"^traffic\.kind: 'closed'"):
        caller_of(workload, job)


@pytest.fixture(scope="module")
def impatient(make):
    """Callers who give up early and try again, on a fleet that is nearly busy."""
    workload = make(("traffic", {"kind": "poisson", "rate_per_s": 30, "duration": "10 min"}),
                    ("caller", {"timeout": "250 ms", "attempts": 3, "backoff": "100 ms"}))  # fmt: skip
    study = prepare(workload, FACTS, engine="reference")
    return study, simulate(study, ONE, requests=True)


def test_retries_are_counted_apart_from_requests(impatient):
    study, result = impatient
    found, kept = result.summary, result.run.requests
    assert kept is not None
    inside = kept.first_us >= study.window_from_us
    assert found.arrivals == int((inside & (kept.final == 1)).sum())
    assert found.attempts == int(inside.sum()) > found.arrivals
    assert found.attempts_per_request == pytest.approx(found.attempts / found.arrivals)
    assert found.retried_share == pytest.approx(
        int((inside & (kept.final == 1) & (kept.attempt > 1)).sum()) / found.arrivals
    )


def test_a_retry_is_said_in_text_json_and_assumptions(impatient):
    study, result = impatient
    said = "\n".join(str(part) for part in simulation_text(study, result))
    assert "needed a retry" in said
    printed = simulation_json(study, result)
    assert printed["attempts_per_request"] > 1 > printed["retried_share"] > 0
    (row,) = [row for row in printed["assumptions"] if row["key"] == "jitter"]
    fact = FACTS.fact("caller.jitter")
    assert (row["low"], row["high"], row["fact"]) == (fact.low, fact.high, fact.id)


def test_a_run_too_large_to_keep_its_requests_does_not_guess_how_many_were_retried(impatient):
    study, _ = impatient
    streamed = simulate(study, ONE, requests=False).summary
    assert streamed.attempts_per_request > 1
    assert streamed.retried is None and streamed.retried_share is None


def test_the_rows_tell_the_attempts_of_a_request(impatient, tmp_path):
    _, result = impatient
    path = tmp_path / "rows.csv"
    write_requests(result, path)
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    again = [row for row in rows if row["row"] == next(r["row"] for r in rows if r["attempt"] == "2")]
    assert [row["attempt"] for row in again[:2]] == ["1", "2"]
    assert len({row["first_s"] for row in again}) == 1
    assert [row["final"] for row in again] == ["0"] * (len(again) - 1) + ["1"]


def test_nothing_is_tried_again_without_retries(closed):
    _, result = closed
    assert result.summary.attempts_per_request == 1
    assert result.summary.retried_share == 0


def test_both_engines_play_closed_users_and_their_retries_alike(make):
    workload = make(CLOSED, ("caller", {"timeout": "200 ms", "attempts": 3, "backoff": "50 ms"}))
    one, other = (simulate(prepare(workload, FACTS, engine=e), ONE, requests=True) for e in ("fast", "reference"))
    assert one.summary == other.summary
    assert one.summary.retried > 0
    for name in ("arrival_us", "response_us", "outcome", "attempt", "row"):
        assert getattr(one.run.requests, name).tolist() == getattr(other.run.requests, name).tolist()


def test_a_ranking_of_closed_traffic_answers(make):
    found = rank(make(CLOSED, ("request.payload", "20 MB")), FACTS, replications=3)
    assert [entry.name for entry in found.ranked] == ["real_time"]
    assert found.best is not None
    assert any("users wait for each answer" in note for note in found.notes)


def test_what_answers_later_does_not_fit_users_who_wait(make):
    verdicts = advise(make(CLOSED, ("needs.immediate_response", None)), FACTS).verdicts
    assert {"async", "batch_transform"} <= {verdict.option.name for verdict in verdicts if not verdict.feasible}


def test_the_floor_under_a_cost_counts_on_no_request_of_users_who_wait(make):
    serverless = Option(name="serverless", memory_mib=4096, max_concurrency=20, concurrency_per_instance=1)
    assert lowest_cost(prepare(make(CLOSED), FACTS), serverless) == 0 < lowest_cost(prepare(make(), FACTS), serverless)
