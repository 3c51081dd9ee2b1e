"""Corners of the rules where events meet, small enough to follow by hand: whole records and whole timelines.

Each case is played by the reference, by the fast engine as it chooses its kernel, and by the kernel of every mechanism.
"""

import pytest

from simulator.codes import EventKind, FaultKind, Kind, Metric, Outcome, Routing
from simulator.engines import fast, run
from simulator.model import Caller, Fault, Hosts, Schedule, Serverless, ServingModel, TargetTracking, Variant, checked
from simulator.run import FixedDemand, FixedSupply

PLAIN = ServingModel(horizon_us=100, queue_limit=0, to_horizon=0)
LAUNCH, READY, DRAIN, GONE, ALARM, SCALE_OUT, SCALE_IN, DROPPED, LOST, HOST_LAUNCH, HOST_GONE, SCHEDULED, ZONE_LOST = (
    EventKind
)
OK, NO_CAPACITY, THROTTLED = Outcome.OK, Outcome.NO_CAPACITY, Outcome.THROTTLED
FAILED, UNFINISHED = Outcome.FAILED, Outcome.UNFINISHED


@pytest.fixture(params=["reference", "fast", "fast, kernel of every mechanism"])
def play(request):
    def play(model, arrival=(), service=(), think=None, **tapes):
        demand, supply = FixedDemand.of(arrival, service, think_us=think), FixedSupply(**tapes)
        if request.param in {"reference", "fast"}:
            return run(model, demand, supply, engine=request.param)
        options = {"requests": True, "window_from_us": 0, "timeline": True, "cancel": None, "progress": None}
        return fast.play(checked(model), demand, supply, **options, short_cut=False)

    return play


def records(result):
    """(arrival, start, finish, response, outcome, position, attempt, first, final, row) of each attempt."""
    kept = result.requests
    columns = (
        kept.arrival_us, kept.start_us, kept.finish_us, kept.response_us, kept.outcome, kept.position, kept.attempt,
        kept.first_us, kept.final, kept.row,
    )  # fmt: skip
    return list(zip(*(column.tolist() for column in columns), strict=True))


def line(result):
    """Every entry of the timeline: (time, kind, position, value, variant, detail)."""
    return list(zip(*(column.tolist() for column in vars(result.timeline).values()), strict=True))


def begun(copies):
    """The entries of the copies that are there at the start."""
    return [entry for n in range(copies) for entry in ((0, LAUNCH, n, n, 0, 0), (0, READY, n, n + 1, 0, 0))]


# -- retries and the end of the run

TWICE = Caller(attempts=2, backoff_us=28)


@pytest.mark.parametrize("to_horizon", [0, 1])
@pytest.mark.parametrize("horizon", [29, 30, 31])
def test_a_retry_that_is_due_at_the_horizon_is_played_and_one_after_it_is_not(play, horizon, to_horizon):
    model = PLAIN._replace(caller=TWICE, horizon_us=horizon, to_horizon=to_horizon)
    # refused at 2 while the copy works until 10; due again at 2 + 28
    result = play(model, [0, 2], [10, 3])
    end = {
        29: (29, 29, 29, 29, UNFINISHED, -1, 2, 2, 1, 1),
        30: (30, 30, 30, 30, UNFINISHED, 0, 2, 2, 1, 1),
        31: (30, 30, 31, 31, UNFINISHED, 0, 2, 2, 1, 1),
    }
    assert records(result) == [(0, 0, 10, 10, OK, 0, 1, 0, 1, 0), (2, 2, 2, 2, THROTTLED, -1, 1, 2, 0, 1), end[horizon]]
    assert result.end_us == horizon
    assert (result.meters.arrivals, result.meters.attempts) == (2, 3)
    assert result.count(UNFINISHED) == 1


def test_retries_to_come_are_recorded_in_the_order_in_which_they_are_due(play):
    model = PLAIN._replace(caller=Caller(attempts=2, backoff_us=100), horizon_us=30, to_horizon=1)
    result = play(model, [0, 2, 3, 4], [50, 1, 1, 1], jitter=(1_000_000, 1_000_000, 500_000, 970_000))
    # due at 102, 53 and 101
    assert [entry[-1] for entry in records(result)] == [0, 1, 2, 3, 2, 3, 1]
    assert all(entry[:6] == (30, 30, 30, 30, UNFINISHED, -1) for entry in records(result)[4:])


# -- closed users without work


def test_users_who_find_no_row_are_neither_counted_nor_waited_for(play):
    model = PLAIN._replace(caller=Caller(users=3))
    result = play(model, [0], [10], [1], first_us=(4, 4, 50))
    assert records(result) == [(4, 4, 14, 14, OK, 0, 1, 4, 1, 0)]
    assert result.end_us == 14
    assert result.meters.arrivals == 1


def test_a_retry_keeps_its_row_when_no_other_is_left(play):
    model = PLAIN._replace(caller=Caller(users=1, attempts=2, backoff_us=5), initial=0, maximum=0)
    result = play(model, [0], [10], [1], first_us=(3,))
    assert records(result) == [(3, 3, 3, 3, NO_CAPACITY, -1, 1, 3, 0, 0), (8, 8, 8, 8, NO_CAPACITY, -1, 2, 3, 1, 0)]
    assert result.end_us == 8


def test_the_user_who_comes_first_takes_the_last_row(play):
    model = PLAIN._replace(caller=Caller(users=2), initial=2, maximum=2)
    # both ask at 1; user 1 is done at 4 and thinks until 9, user 0 at 6 and thinks until 8
    result = play(model, [0, 0, 0], [5, 3, 7], [2, 5, 1], first_us=(1,))
    assert [(entry[0], entry[5]) for entry in records(result)] == [(1, 0), (1, 1), (8, 0)]
    assert result.end_us == 15


# -- faults

ANYONE = 0
"""A draw that chooses the lowest position."""


def test_a_fault_on_an_empty_fleet_takes_nothing(play):
    faults = (
        Fault(5, FaultKind.INSTANCE, ANYONE),
        Fault(5, FaultKind.ZONE, 1, 9),
        Fault(6, FaultKind.INSTANCE, 2**32 - 1),
    )
    result = play(PLAIN._replace(initial=0, maximum=2, faults=faults, to_horizon=1), [5], [3])
    assert line(result) == [(5, ZONE_LOST, -1, 1, -1, 0)]
    assert records(result) == [(5, 5, 5, 5, NO_CAPACITY, -1, 1, 5, 1, 0)]
    assert (result.meters.lost, result.meters.instance_us) == (0, 0)


def test_two_faults_at_one_instant_take_two_instances_one_after_the_other(play):
    twice = (Fault(5, FaultKind.INSTANCE, ANYONE),) * 2
    model = PLAIN._replace(initial=3, minimum=3, maximum=3, faults=twice)
    result = play(model, [0, 0, 0, 5], [20, 5, 20, 2], start_us=(7, 7, 7, 7, 9))
    # the copy that starts in place of the first is not in service: the second draw falls on position 1
    assert line(result) == [
        *begun(3),
        (5, LOST, 0, 2, 0, 0), (5, LAUNCH, 0, 3, 0, 0), (5, LOST, 1, 2, 0, 0), (5, LAUNCH, 1, 4, 0, 0),
        (12, READY, 0, 2, 0, 0), (14, READY, 1, 3, 0, 0),
    ]  # fmt: skip
    # a finish at 5 comes before the fault, an arrival at 5 after it
    assert records(result) == [
        (0, 0, 5, 5, FAILED, 0, 1, 0, 1, 0),
        (0, 0, 5, 5, OK, 1, 1, 0, 1, 1),
        (0, 0, 20, 20, OK, 2, 1, 0, 1, 2),
        (5, 5, 5, 5, THROTTLED, -1, 1, 5, 1, 3),
    ]
    assert result.meters.lost == 2
    assert result.meters.instance_us == 5 + 5 + 20 + 15 + 15


def test_an_instance_and_its_zone_lost_at_one_instant(play):
    # copies 0 and 1 in zones 0 and 1; the one launched for copy 0 goes to the emptiest, zone 0, and is lost with it
    faults = (Fault(5, FaultKind.INSTANCE, ANYONE), Fault(5, FaultKind.ZONE, 0, 50))
    model = PLAIN._replace(initial=2, minimum=2, maximum=2, zones=2, faults=faults, to_horizon=1, horizon_us=40)
    result = play(model, start_us=(7,))
    assert line(result) == [
        *begun(2),
        (5, LOST, 0, 1, 0, 0), (5, LAUNCH, 0, 2, 0, 0), (5, ZONE_LOST, -1, 0, -1, 0), (5, LOST, 0, 1, 0, 0),
        (5, LAUNCH, 0, 3, 0, 0), (12, READY, 0, 2, 0, 0),
    ]  # fmt: skip
    assert result.meters.lost == 2
    assert result.meters.cold_starts == 2


def test_a_copy_that_starts_is_lost_with_its_zone_only(play):
    faults = (Fault(3, FaultKind.INSTANCE, ANYONE), Fault(5, FaultKind.ZONE, 0, 50))
    model = PLAIN._replace(
        initial=0, maximum=1, zones=2, faults=faults, schedules=(Schedule(0, 1, 1),), to_horizon=1, horizon_us=40
    )
    result = play(model, start_us=(10, 20))
    assert line(result) == [
        (0, SCHEDULED, -1, 1, 0, 1), (0, LAUNCH, 0, 0, 0, 0), (5, ZONE_LOST, -1, 0, -1, 0), (5, LOST, 0, 0, 0, 0),
        (5, LAUNCH, 0, 1, 0, 0), (25, READY, 0, 1, 0, 0),
    ]  # fmt: skip
    assert (result.meters.instance_us, result.meters.instance_us_from_ready) == (40, 15)


def test_a_lost_attempt_is_tried_again_and_a_draining_copy_is_not_replaced(play):
    model = PLAIN._replace(
        initial=2, maximum=2, caller=Caller(attempts=2, backoff_us=4), to_horizon=1, horizon_us=40, zones=1,
        schedules=(Schedule(2, 0, 1),), faults=(Fault(6, FaultKind.ZONE, 0, 6),),
    )  # fmt: skip
    result = play(model, [0, 0], [20, 20], start_us=(3,))
    assert line(result) == [
        *begun(2),
        (2, SCHEDULED, -1, 0, 0, 1), (2, DRAIN, 1, 1, 0, 0), (6, ZONE_LOST, -1, 0, -1, 0), (6, LOST, 0, 1, 0, 0),
        (6, LOST, 1, 0, 0, 0), (6, LAUNCH, 0, 2, 0, 0), (9, READY, 0, 1, 0, 0),
    ]  # fmt: skip
    assert records(result) == [
        (0, 0, 6, 6, FAILED, 0, 1, 0, 0, 0), (0, 0, 6, 6, FAILED, 1, 1, 0, 0, 1),
        (10, 10, 30, 30, OK, 0, 2, 0, 1, 0), (10, 10, 10, 10, THROTTLED, -1, 2, 0, 1, 1),
    ]  # fmt: skip


def test_a_fault_on_hosts_takes_the_copies_of_one_and_the_minimum_is_kept(play):
    copy = Variant(2, 2, 2, memory=1)
    model = PLAIN._replace(
        variants=(copy,), initial=2, minimum=2, maximum=2, hosts=Hosts(3, 1, 1, memory=1), zones=1, to_horizon=1,
        horizon_us=40, faults=(Fault(5, FaultKind.INSTANCE, 2**31), Fault(5, FaultKind.INSTANCE, 2**31)),
    )  # fmt: skip
    result = play(model, start_us=(10, 10, 4), copy_us=(2, 3, 6))
    # of hosts 0 and 1 the draw takes 1; of the one that is up then it takes 0
    assert line(result) == [
        (0, HOST_LAUNCH, 0, 0, -1, 0), (0, LAUNCH, 0, 0, 0, 0), (0, READY, 0, 1, 0, 0),
        (0, HOST_LAUNCH, 1, 0, -1, 0), (0, LAUNCH, 1, 1, 0, 0), (0, READY, 1, 2, 0, 0),
        (5, LOST, 1, 1, 0, 0), (5, HOST_GONE, 1, 1, -1, 0), (5, HOST_LAUNCH, 1, 4, -1, 0), (5, LAUNCH, 1, 2, 0, 0),
        (5, LOST, 0, 1, 0, 0), (5, HOST_GONE, 0, 1, -1, 0), (5, HOST_LAUNCH, 0, 10, -1, 0), (5, LAUNCH, 0, 3, 0, 0),
        (15, READY, 1, 1, 0, 0), (17, READY, 0, 2, 0, 0),
    ]  # fmt: skip
    assert result.meters.instance_us == 5 + 5 + 35 + 35
    assert result.meters.copy_us == 5 + 5 + 25 + 23


# -- schedules at the start


def test_a_schedule_at_time_zero_launches_before_the_first_arrival_is_routed(play):
    model = PLAIN._replace(minimum=1, maximum=3, schedules=(Schedule(0, 2, 3),))
    result = play(model, [0, 0, 7], [9, 9, 9], start_us=(99, 7))
    assert line(result) == [*begun(1), (0, SCHEDULED, -1, 2, 0, 3), (0, LAUNCH, 1, 1, 0, 0), (7, READY, 1, 2, 0, 0)]
    assert records(result) == [
        (0, 0, 9, 9, OK, 0, 1, 0, 1, 0), (0, 0, 0, 0, THROTTLED, -1, 1, 0, 1, 1), (7, 7, 16, 16, OK, 1, 1, 7, 1, 2),
    ]  # fmt: skip


def test_a_schedule_at_time_zero_may_take_the_fleet_away(play):
    model = PLAIN._replace(initial=2, maximum=2, schedules=(Schedule(0, 0, 0), Schedule(0, 1, 1)))
    result = play(model, [0, 6], [2, 2], start_us=(6,))
    assert line(result) == [
        *begun(2),
        (0, SCHEDULED, -1, 0, 0, 0), (0, DRAIN, 1, 1, 0, 0), (0, GONE, 1, 1, 0, 0), (0, DRAIN, 0, 0, 0, 0),
        (0, GONE, 0, 0, 0, 0), (0, SCHEDULED, -1, 1, 0, 1), (0, LAUNCH, 0, 2, 0, 0), (6, READY, 0, 1, 0, 0),
    ]  # fmt: skip
    assert records(result) == [(0, 0, 0, 0, NO_CAPACITY, -1, 1, 0, 1, 0), (6, 6, 8, 8, OK, 0, 1, 6, 1, 1)]
    assert result.meters.instance_us == 8


def test_a_schedule_at_the_horizon_is_the_last_event(play):
    model = PLAIN._replace(maximum=2, schedules=(Schedule(20, 2, 2), Schedule(21, 0, 0)), horizon_us=20, to_horizon=1)
    result = play(model, [20], [4])
    assert line(result) == [*begun(1), (20, SCHEDULED, -1, 2, 0, 2), (20, LAUNCH, 1, 1, 0, 0)]
    assert records(result) == [(20, 20, 20, 20, UNFINISHED, 0, 1, 20, 1, 0)]
    assert result.meters.instance_us == 20


# -- a period as long as the action delay

TRACKING = TargetTracking(Metric.INVOCATIONS, 4_000, 10, out_points=1, in_points=5, in_percent=90)
SCALED = PLAIN._replace(minimum=1, maximum=3, policy=TRACKING, to_horizon=1, queue_limit=100)


def calls(*counts):
    """So many arrivals in each period of ten."""
    return [
        10 * period + n % 10 for period, count in enumerate(counts) for n in sorted(range(count), key=lambda n: n % 10)
    ]


def test_an_action_due_at_a_period_end_sees_the_period_that_closes_there(play):
    arrival = calls(12, 6)
    result = play(SCALED, arrival, [1] * len(arrival), delay_us=(10,), start_us=(5,))
    assert line(result) == [
        *begun(1),
        # 12 calls at 10; the action at 20 counts the 6 of the second period: 2 copies and not 3
        (10, ALARM, 0, 1, 0, 1), (20, SCALE_OUT, -1, 2, 0, 1), (20, LAUNCH, 1, 1, 0, 0), (25, READY, 1, 2, 0, 0),
        # quiet at 30, 40, 50, 60 and 70
        (70, ALARM, 0, 2, 0, 5), (80, SCALE_IN, -1, 1, 0, 2), (80, DRAIN, 1, 1, 0, 0), (80, GONE, 1, 1, 0, 0),
    ]  # fmt: skip
    assert result.meters.instance_us == 100 + 60


def test_an_action_due_at_the_end_of_a_quiet_period_is_dropped(play):
    arrival = calls(12, 4, 0, 5)
    result = play(SCALED._replace(horizon_us=55), arrival, [1] * len(arrival), delay_us=(10,), start_us=(5,))
    assert line(result) == [
        *begun(1), (10, ALARM, 0, 1, 0, 1), (20, DROPPED, -1, 1, 0, 0), (40, ALARM, 0, 1, 0, 1), (50, DROPPED, -1, 1, 0, 0),
    ]  # fmt: skip


def test_no_alarm_is_raised_while_the_action_of_the_last_is_due_at_that_instant(play):
    arrival = calls(6, 6, 6, 6)
    result = play(SCALED._replace(horizon_us=45), arrival, [1] * len(arrival), delay_us=(10,), start_us=(10,))
    # at 20 the first action is pending and acted on after the period; at 30 the copy is ready first, and 6 calls that one
    # copy took would be 12 of two, which asks for three; at 40 each call has counted half, and nothing is left to do
    assert line(result) == [
        *begun(1), (10, ALARM, 0, 1, 0, 1), (20, SCALE_OUT, -1, 2, 0, 1), (20, LAUNCH, 1, 1, 0, 0), (30, READY, 1, 2, 0, 0),
        (30, ALARM, 0, 1, 0, 3), (40, DROPPED, -1, 2, 0, 0),
    ]  # fmt: skip


def test_provisioned_environments_follow_a_schedule_at_time_zero(play):
    model = ServingModel(
        horizon_us=30, queue_limit=0, kind=Kind.SERVERLESS, serverless=Serverless(4, 9, 1), minimum=1, maximum=3,
        routing=Routing.LEAST_OUTSTANDING, schedules=(Schedule(0, 2, 3),),
    )  # fmt: skip
    result = play(model, [0, 0], [5, 5], start_us=(8,), cold_us=(3,))
    # the second environment is up at 8: the second request starts cold on demand
    assert [(entry[1], entry[2], entry[4]) for entry in records(result)] == [(0, 5, OK), (3, 8, OK)]
    assert result.meters.spilled == 1
