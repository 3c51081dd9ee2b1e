"""Closed callers and retries on serverless: both engines agree bit for bit, and the rules on cases followed by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.codes import Kind, Outcome
from simulator.engines import run
from simulator.model import Caller, Serverless, ServingModel
from simulator.run import FixedDemand, FixedSupply
from tests.engines.serverless_cases import SETTINGS, compare, demands, scaled_models, supplies, windows

PLAIN = ServingModel(
    horizon_us=1000, queue_limit=0, kind=Kind.SERVERLESS, to_horizon=0, serverless=Serverless(1, provisioned=1)
)


@st.composite
def callers(draw):
    users = draw(st.sampled_from([0, 0, 1, 3, 8]))
    return Caller(users, draw(st.integers(1, 4)), draw(st.integers(0, 12)))


@SETTINGS
@given(scaled_models(), callers(), demands(), supplies(), windows)
def test_callers_agree(model, caller, rows, supply, window):
    compare(model._replace(caller=caller), rows, supply, window)


@SETTINGS
@given(st.integers(1, 3), callers(), demands(), supplies(), windows)
def test_callers_without_scaling_agree(most, caller, rows, supply, window):
    compare(PLAIN._replace(caller=caller, serverless=Serverless(most, 6), horizon_us=200), rows, supply, window)


@pytest.fixture(params=["fast", "reference"])
def play(request):
    def play(model, arrival, service, think=None, **tapes):
        demand = FixedDemand.of(arrival, service, think_us=think)
        return run(model, demand, FixedSupply(**tapes), engine=request.param)

    return play


def test_a_user_comes_again_when_he_has_thought_about_the_answer(play):
    model = PLAIN._replace(caller=Caller(users=1), overhead_us=2)
    result = play(model, [0, 0, 0], [10, 10, 10], [5, 7, 9], first_us=(3,))
    # answers at 3 + 12 and so on; the arrival times of the demand do not matter
    assert result.requests.arrival_us.tolist() == [3, 20, 39]
    assert result.requests.row.tolist() == [0, 1, 2]
    assert result.end_us == 49


def test_users_take_rows_in_the_order_in_which_they_come(play):
    model = PLAIN._replace(caller=Caller(users=2), serverless=Serverless(2, provisioned=2))
    result = play(model, [0, 0, 0, 0], [9, 2, 3, 4], [1, 1, 1, 1], first_us=(4, 4))
    # both at 4, the lower number first; user 1 is back at 7 and at 11, user 0 at 14
    assert result.requests.arrival_us.tolist() == [4, 4, 7, 11]
    assert result.requests.finish_us.tolist() == [13, 6, 10, 15]


def test_a_refused_attempt_is_tried_again_after_a_pause_that_doubles(play):
    model = PLAIN._replace(caller=Caller(attempts=3, backoff_us=4))
    result = play(model, [0, 2], [10, 3], jitter=(500_000,))
    requests = result.requests
    # half of 4 and of 8: at 4 and at 8, both before the 10 at which the one environment is free
    assert requests.arrival_us.tolist() == [0, 2, 4, 8]
    assert requests.attempt.tolist() == [1, 1, 2, 3]
    assert requests.final.tolist() == [1, 0, 0, 1]
    assert requests.row.tolist() == [0, 1, 1, 1]
    assert requests.first_us.tolist() == [0, 2, 2, 2]
    assert result.count(Outcome.THROTTLED) == result.count(Outcome.OK) == 1
    assert (result.meters.arrivals, result.meters.attempts) == (2, 4)


def test_the_latency_of_a_request_counts_from_its_first_attempt(play):
    model = PLAIN._replace(caller=Caller(attempts=2, backoff_us=10))
    result = play(model, [0, 2], [10, 3])
    assert result.count(Outcome.OK) == 2
    # refused at 2, again at 12, answered at 15
    assert result.latency.quantile(1.0) == 13
    assert result.requests.response_us.tolist() == [10, 2, 15]


def test_the_jitter_of_a_pause_is_that_of_the_failed_attempt(play):
    model = PLAIN._replace(caller=Caller(attempts=2, backoff_us=10))
    result = play(model, [0, 2, 3], [30, 3, 3], jitter=(1, 900_000, 200_000))
    # sequence 1 fails at 2 and waits 9, sequence 2 fails at 3 and waits 2
    assert result.requests.arrival_us.tolist() == [0, 2, 3, 5, 11]
    assert result.requests.row.tolist() == [0, 1, 2, 2, 1]


def test_a_caller_who_gives_up_tries_again_while_the_work_goes_on(play):
    model = PLAIN._replace(
        caller=Caller(attempts=2, backoff_us=1), caller_timeout_us=5, serverless=Serverless(2, provisioned=2)
    )
    result = play(model, [0, 20], [10, 4])
    requests = result.requests
    assert requests.arrival_us.tolist() == [0, 6, 20]
    assert requests.finish_us.tolist() == [10, 16, 24]
    assert requests.outcome.tolist() == [Outcome.ABANDONED, Outcome.ABANDONED, Outcome.OK]
    assert result.meters.max_copies == 2
    assert result.meters.provisioned_busy_us == 10 + 10 + 4


def test_the_endpoints_limit_wins_where_both_pass_at_once(play):
    model = PLAIN._replace(caller=Caller(attempts=2, backoff_us=3), caller_timeout_us=5, timeout_us=5)
    result = play(model, [0], [7])
    assert result.requests.outcome.tolist() == [Outcome.TIMED_OUT, Outcome.TIMED_OUT]
    assert result.requests.arrival_us.tolist() == [0, 8]


def test_a_fresh_row_goes_before_a_retry_of_the_same_instant(play):
    model = PLAIN._replace(caller=Caller(attempts=2, backoff_us=8))
    result = play(model, [0, 2, 10], [9, 1, 5])
    # the retry of row 1 is due at 10, where row 2 arrives and takes the environment
    assert result.requests.row.tolist() == [0, 1, 2, 1]
    assert result.requests.outcome.tolist()[2:] == [Outcome.OK, Outcome.THROTTLED]


def test_a_retry_that_was_still_to_come_is_unfinished_at_the_end(play):
    model = PLAIN._replace(caller=Caller(attempts=3, backoff_us=50), horizon_us=30, to_horizon=1)
    result = play(model, [0, 2, 4], [10, 3, 3])
    requests = result.requests
    assert requests.arrival_us.tolist() == [0, 2, 4, 30, 30]
    assert requests.attempt.tolist() == [1, 1, 1, 2, 2]
    assert requests.row.tolist() == [0, 1, 2, 1, 2]
    assert requests.final.tolist() == [1, 0, 0, 1, 1]
    assert result.count(Outcome.UNFINISHED) == 2


def test_a_user_without_a_row_stops(play):
    model = PLAIN._replace(caller=Caller(users=3), to_horizon=1, horizon_us=60)
    result = play(model, [0], [10], [1], first_us=(1, 2, 3))
    assert result.requests.arrival_us.tolist() == [1]
    assert sum(result.counts) == 1


def test_an_attempt_open_at_the_horizon_has_no_successor(play):
    model = PLAIN._replace(caller=Caller(users=1, attempts=3), to_horizon=1, horizon_us=20)
    result = play(model, [0, 0], [50, 5], [1, 1])
    assert result.requests.outcome.tolist() == [Outcome.UNFINISHED]
    assert result.requests.final.tolist() == [1]


BUSY = ServingModel(
    horizon_us=10**9, queue_limit=0, kind=Kind.SERVERLESS, to_horizon=0, timeout_us=4_000_000,
    caller_timeout_us=3_000_000, serverless=Serverless(6, 2_000_000, 2),
)  # fmt: skip


@pytest.mark.parametrize("caller", [Caller(0, 4, 300_000), Caller(12, 1), Caller(12, 3, 100_000)])
def test_every_request_has_one_final_attempt_and_the_ones_before_it(caller):
    draw = np.random.default_rng(7)
    rows = 4000
    service = 1 + (draw.standard_exponential(rows) * 900_000).astype(np.int64)
    arrival = np.cumsum((draw.standard_exponential(rows) * 120_000).astype(np.int64))
    think = 1 + (draw.standard_exponential(rows) * 400_000).astype(np.int64)
    supply = FixedSupply(cold_us=(500_000, 2_500_000), keep_us=(4_000_000,), jitter=(1_000_000, 300_000, 700_000))
    model = BUSY._replace(caller=caller)
    demand = FixedDemand.of(arrival, service, think_us=think, natural=777)
    result, again = run(model, demand, supply), run(model, demand, supply)
    requests = result.requests
    final = requests.final == 1
    assert np.array_equal(np.sort(requests.row[final]), np.arange(rows))
    assert sum(result.counts) == rows == result.meters.arrivals
    assert result.meters.attempts == len(requests.row)
    for row in np.unique(requests.row[requests.attempt > 1]):
        mine = requests.row == row
        assert requests.attempt[mine].tolist() == list(range(1, int(mine.sum()) + 1))
        assert requests.final[mine].tolist() == [0] * (int(mine.sum()) - 1) + [1]
        assert np.all(requests.arrival_us[mine][1:] > requests.response_us[mine][:-1])
    assert (caller.attempts == 1) == (len(requests.row) == rows)
    assert np.array_equal(requests.response_us, again.requests.response_us)
    assert result.meters == again.meters
