"""Batch jobs: which records a job takes, how it works them off, what it meters; and the two engines agree."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.errors import InputError
from simulator.codes import EventKind, Kind, Outcome
from simulator.engines import run
from simulator.model import Job, ServingModel
from simulator.run import FixedDemand, FixedSupply
from tests.engines.test_equality import SETTINGS, compare, demands, limits, supplies, windows


@st.composite
def jobs(draw):
    instances = draw(st.integers(1, 4))
    return ServingModel(
        horizon_us=draw(st.integers(1, 400)), queue_limit=0, kind=Kind.JOB, to_horizon=draw(st.integers(0, 1)),
        slots=draw(st.integers(1, 4)), slowdown_millionths=draw(st.sampled_from([0, 0, 50_000, 333_333, 1_000_000])),
        timeout_us=draw(limits), invocation_limit_us=draw(limits), caller_timeout_us=draw(limits),
        overhead_us=draw(st.integers(0, 5)), initial=instances, maximum=instances,
        job=Job(draw(st.integers(1, 80)), draw(st.integers(1, 5)), draw(st.integers(0, 4))),
    )  # fmt: skip


@SETTINGS
@given(jobs(), demands(), supplies(), windows)
def test_the_engines_agree(model, demand, supply, window):
    compare(model, demand, supply, window)


def job(**changes):
    fields = {"horizon_us": 10_000, "queue_limit": 0, "kind": Kind.JOB, "to_horizon": 0, "job": Job(100)}
    return ServingModel(**(fields | changes))


def play(model, arrival, service, starts=(10,), **more):
    return run(model, FixedDemand.of(arrival, service), FixedSupply(start_us=starts), **more)


def events(played, kind):
    at = played.timeline.kind == kind
    return list(zip(played.timeline.time_us[at].tolist(), played.timeline.position[at].tolist(), strict=True))


def test_a_job_takes_what_came_before_its_start_and_leaves_what_comes_with_it():
    played = play(job(), [0, 50, 99, 100], [4] * 4)
    assert played.requests.start_us.tolist() == [110, 114, 118, 210]
    assert played.requests.finish_us.tolist() == [114, 118, 122, 214]
    assert events(played, EventKind.LAUNCH) == [(100, 0), (200, 0)]
    assert events(played, EventKind.READY) == [(110, 0), (210, 0)]
    assert events(played, EventKind.GONE) == [(122, 0), (214, 0)]
    assert (played.end_us, played.meters.instance_us, played.meters.busy_us) == (214, 22 + 14, 16)


def test_a_job_without_records_does_not_run():
    played = play(job(), [0, 350], [4, 4])
    assert [time for time, _ in events(played, EventKind.LAUNCH)] == [100, 400]


def test_cold_is_the_start_up_of_the_job_for_each_of_its_records():
    played = play(job(initial=2, maximum=2), [0, 10, 20], [30] * 3, starts=(25, 10))
    assert played.requests.cold.tolist() == [10, 10, 10], "the first instance is up after 10"
    assert played.requests.start_us.tolist() == [110, 125, 140]
    assert played.requests.position.tolist() == [1, 0, 1], "whichever is free first"


def test_the_records_of_a_mini_batch_start_and_finish_together():
    played = play(job(job=Job(100, 2, 5)), [0, 1, 2], [4, 6, 3])
    assert played.requests.start_us.tolist() == [110, 110, 125]
    assert played.requests.finish_us.tolist() == [125, 125, 133]
    assert played.meters.busy_us == 15 + 8, "a slot is busy once for all records of a mini-batch"


def test_a_free_slot_goes_to_the_lowest_position_at_equal_times():
    played = play(job(initial=2, maximum=2, slots=2), [0] * 5, [4] * 5)
    assert played.requests.position.tolist() == [0, 0, 1, 1, 0]


def test_mini_batches_side_by_side_slow_each_other():
    played = play(job(slots=2, slowdown_millionths=1_000_000), [0, 0, 0], [4, 4, 4])
    assert played.requests.finish_us.tolist() == [118, 118, 122], "two share the instance, the third has it alone"


def test_a_call_over_its_limit_times_out_and_its_work_goes_on():
    played = play(job(invocation_limit_us=6, job=Job(100, 2)), [0, 0, 0], [4, 4, 2])
    assert played.requests.outcome.tolist() == [Outcome.TIMED_OUT, Outcome.TIMED_OUT, Outcome.OK]
    assert played.requests.response_us.tolist() == [116, 116, 120]
    assert played.requests.start_us.tolist() == [110, 110, 118]


def test_the_result_is_there_after_the_overhead():
    assert play(job(overhead_us=7), [40], [4]).requests.response_us.tolist() == [121]


def test_jobs_overlap_on_instances_of_their_own():
    played = play(job(), [0, 100], [150, 5], starts=(10, 20))
    assert events(played, EventKind.LAUNCH) == [(100, 0), (200, 1)]
    assert played.requests.finish_us.tolist() == [260, 225]
    assert played.meters.max_copies == 2
    freed = play(job(), [0, 100, 210], [91, 120, 5])
    assert events(freed, EventKind.LAUNCH) == [(100, 0), (200, 1), (300, 0)], "the lowest free position"


def test_instances_stay_until_the_last_mini_batch_even_before_they_are_up():
    played = play(job(initial=3, maximum=3), [0], [40], starts=(10, 20, 500))
    assert events(played, EventKind.READY) == [(110, 0), (120, 1)]
    assert events(played, EventKind.GONE) == [(150, 0), (150, 1), (150, 2)]
    assert played.meters.instance_us == 150
    assert played.meters.instance_us_from_ready == 40 + 30


def test_what_no_job_took_is_unfinished_at_the_horizon():
    played = play(job(horizon_us=199), [0, 150], [4, 4])
    assert played.requests.outcome.tolist() == [Outcome.OK, Outcome.UNFINISHED]
    assert played.requests.finish_us.tolist() == [114, 199]
    assert (played.requests.position.tolist(), played.requests.cold.tolist()) == ([0, -1], [10, 0])


def test_long_work_keeps_virtual_time_inside_64_bits():
    day = 30_000_000_000
    model = job(horizon_us=2**50, slots=2, slowdown_millionths=1_000_000, job=Job(100))
    compare(model, (np.zeros(80, np.int64), np.full(80, day), np.zeros(80, np.int64)), FixedSupply(), 0)
    played = play(model, [0] * 80, [day] * 80)
    assert played.end_us == 100 + 10 + 80 * day


@pytest.mark.parametrize("engine", ["fast", "reference"])
def test_a_mini_batch_that_would_leave_64_bits_is_refused(engine):
    with pytest.raises(InputError, match=r"job\.records"):
        play(job(job=Job(100, 2)), [0, 0], [2**35, 2**35], engine=engine)


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"initial": 0}, "initial"), ({"slots": 4096, "slowdown_millionths": 1, "job": Job(1, 2**20)}, r"job\.records")],
)
def test_what_no_job_can_be_is_refused(changes, field):
    with pytest.raises(InputError, match=field):
        play(job(**changes), [0], [1])


# -- conservation, meters, theory


@SETTINGS
@given(jobs(), demands(), supplies())
def test_every_record_ends_once_and_the_meters_are_those_of_the_timeline(model, demand, supply):
    played = run(model, FixedDemand.of(*demand), supply)
    arrived = int(np.count_nonzero(demand[0] <= played.end_us))
    assert sum(played.counts) == played.meters.arrivals == len(played.requests.row)
    assert len(played.requests.row) >= arrived
    live, total, since = {}, 0, 0
    for time, kind, position in zip(
        *(vars(played.timeline)[name] for name in ("time_us", "kind", "position")), strict=True
    ):
        if kind == EventKind.LAUNCH:
            assert position == next(p for p in range(len(live) + 1) if p not in live)
            live[position] = time
        elif kind == EventKind.GONE:
            total += time - live.pop(position)
        assert time >= since
        since = time
    assert played.meters.instance_us == total + sum(played.end_us - time for time in live.values())
    assert played.meters.busy_us <= model.slots * played.meters.instance_us_from_ready


@pytest.mark.parametrize(("records", "instances", "slots"), [(12, 1, 4), (13, 1, 4), (100, 3, 4), (7, 8, 1), (1, 1, 1)])
def test_equal_records_end_after_whole_rounds(records, instances, slots):
    work, start = 50, 30
    model = job(initial=instances, maximum=instances, slots=slots, horizon_us=10**6)
    played = play(model, [0] * records, [work] * records, starts=(start,))
    rounds = math.ceil(records / (instances * slots))
    assert played.end_us == 100 + start + rounds * work
    assert played.meters.instance_us == instances * (start + rounds * work)


@pytest.mark.parametrize("share", [250_000, 1_000_000])
def test_full_slots_work_at_the_shared_speed(share):
    slots, rounds, work = 4, 5, 1000
    model = job(slots=slots, slowdown_millionths=share, horizon_us=10**6)
    played = play(model, [0] * (slots * rounds), [work] * (slots * rounds))
    exact = 110 + rounds * work * (1 + share / 1e6 * (slots - 1))
    assert exact <= played.end_us <= exact + rounds, "each round is rounded up to a microsecond"


@pytest.mark.parametrize("size", [1, 8, 64])
def test_calls_cost_their_time_once_for_each_mini_batch(size):
    records, work, call = 64, 10, 3
    played = play(job(job=Job(100, size, call), horizon_us=10**6), [0] * records, [work] * records)
    assert played.end_us == 110 + records * work + math.ceil(records / size) * call


def test_waits_of_even_arrivals_are_half_a_period_and_the_start():
    every, start = 1000, 40
    arrival = np.arange(0, 20 * every, 10)
    played = play(job(job=Job(every), slots=200, horizon_us=10**6), arrival, [1] * len(arrival), starts=(start,))
    assert played.wait.total_us / len(arrival) == pytest.approx(every / 2 + start, rel=0.02)
