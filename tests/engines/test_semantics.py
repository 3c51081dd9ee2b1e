"""The rules of the engines on cases small enough to follow by hand; both engines play each of them."""

import numpy as np
import pytest

from simulator.codes import EventKind, FromZero, Kind, Metric, Outcome, Routing
from simulator.engines import run
from simulator.model import UNBOUNDED, Serverless, ServingModel, TargetTracking
from simulator.run import FixedDemand, FixedSupply

ONE = ServingModel(horizon_us=1000, queue_limit=UNBOUNDED, to_horizon=0)
SERVERLESS = ServingModel(horizon_us=1000, queue_limit=0, kind=Kind.SERVERLESS, to_horizon=0)


@pytest.fixture(params=["fast", "reference"])
def play(request):
    def play(model, arrival, service, supply=None, **options):
        demand = FixedDemand.of(arrival, service, options.pop("route", None))
        return run(model, demand, supply or FixedSupply(), engine=request.param, **options)

    return play


def events(result, *kinds):
    timeline = result.timeline
    chosen = np.isin(timeline.kind, kinds)
    return list(zip(timeline.time_us[chosen].tolist(), timeline.value[chosen].tolist(), strict=True))


def test_requests_wait_first_in_first_out(play):
    requests = play(ONE, [0, 1, 2], [10, 5, 5]).requests
    assert requests.start_us.tolist() == [0, 10, 15]


def test_a_full_waiting_line_refuses(play):
    result = play(ONE._replace(queue_limit=1), [0, 1, 2, 10], [10, 5, 5, 5])
    # the completion at 10 comes before the arrival at 10
    assert result.requests.outcome.tolist() == [Outcome.OK, Outcome.OK, Outcome.THROTTLED, Outcome.OK]


def test_slots_that_share_slow_each_other_down(play):
    model = ONE._replace(slots=2, slowdown_millionths=1_000_000)
    # alone for 4, then both at half speed: the first has 6 left and needs 12
    assert play(model, [0, 4], [10, 10]).requests.finish_us.tolist() == [16, 20]


def test_a_finish_exactly_at_the_limit_is_in_time(play):
    result = play(ONE._replace(timeout_us=10), [0, 20], [10, 11])
    assert result.requests.outcome.tolist() == [Outcome.OK, Outcome.TIMED_OUT]
    assert result.requests.response_us.tolist() == [10, 30]
    assert result.requests.finish_us.tolist() == [10, 31]


def test_work_goes_on_after_a_time_out(play):
    requests = play(ONE._replace(timeout_us=5), [0, 6], [20, 1]).requests
    assert requests.start_us.tolist() == [0, 20]
    assert requests.outcome.tolist() == [Outcome.TIMED_OUT, Outcome.TIMED_OUT]


def test_the_caller_counts_the_overhead_and_the_endpoint_does_not(play):
    model = ONE._replace(timeout_us=10, caller_timeout_us=12, overhead_us=5)
    result = play(model, [0, 20, 40], [7, 8, 11])
    assert result.requests.outcome.tolist() == [Outcome.OK, Outcome.ABANDONED, Outcome.TIMED_OUT]
    assert result.requests.response_us.tolist() == [12, 32, 50]


def test_a_shorter_limit_of_the_caller_wins(play):
    result = play(ONE._replace(timeout_us=10, caller_timeout_us=6), [0], [50])
    assert result.requests.outcome.tolist() == [Outcome.ABANDONED]
    assert result.requests.response_us.tolist() == [6]


def test_an_invocation_limit_counts_from_the_start(play):
    result = play(ONE._replace(invocation_limit_us=10), [0, 0], [10, 10])
    assert result.count(Outcome.OK) == 2


def test_a_queued_request_expires_unless_a_slot_is_free_at_that_instant(play):
    model = ONE._replace(routing=Routing.CENTRAL, ttl_us=10)
    result = play(model, [0, 0, 0], [10, 4, 4])
    assert result.requests.outcome.tolist() == [Outcome.OK, Outcome.OK, Outcome.EXPIRED]
    assert result.requests.response_us[2] == 10


def test_the_least_loaded_copy_is_chosen_and_ties_go_to_the_lowest(play):
    model = ONE._replace(initial=3, maximum=3)
    assert play(model, [0, 0, 0, 1, 3], [2, 9, 9, 9, 9]).requests.position.tolist() == [0, 1, 2, 0, 0]


def test_random_routing_takes_the_drawn_copy_even_if_another_is_free(play):
    model = ONE._replace(initial=2, maximum=2, routing=Routing.RANDOM)
    result = play(model, [0, 0], [5, 5], route=[2**31, 2**32 - 1])
    assert result.requests.position.tolist() == [1, 1]
    assert result.requests.start_us.tolist() == [0, 5]


def test_without_a_copy_a_request_fails_at_once(play):
    result = play(ONE._replace(initial=0, maximum=0), [3], [5])
    assert result.requests.outcome.tolist() == [Outcome.NO_CAPACITY]
    assert result.requests.response_us.tolist() == [3]


def test_open_requests_are_unfinished_at_the_horizon(play):
    result = play(ONE._replace(horizon_us=20, timeout_us=15), [0, 10, 30], [100, 5, 5])
    # the first had its time-out within the run, the third never arrived
    assert result.requests.outcome.tolist() == [Outcome.TIMED_OUT, Outcome.UNFINISHED]
    assert result.requests.finish_us.tolist() == [20, 20]
    assert result.meters.busy_us == 20


TRACKING = TargetTracking(Metric.INVOCATIONS, 4_000, 10, 3, 5, 90, 0, 0)
SCALED = ServingModel(horizon_us=400, queue_limit=UNBOUNDED, initial=1, minimum=1, maximum=8, policy=TRACKING)


def test_scale_out_needs_all_points_then_the_action_delay_and_the_start_up(play):
    supply = FixedSupply(start_us=(50,), delay_us=(7,))
    result = play(SCALED, np.arange(0, 60), [1] * 60, supply)
    assert events(result, EventKind.ALARM)[0] == (30, 1)
    # 10 calls a period for one copy against a target of 4: ceil(10 / 4) = 3
    assert events(result, EventKind.SCALE_OUT) == [(37, 3)]
    assert events(result, EventKind.READY) == [(0, 1), (87, 2), (87, 3)]


def test_the_action_looks_at_the_last_closed_period(play):
    supply = FixedSupply(start_us=(50,), delay_us=(15,))
    # the fourth period holds 20 calls, so the action at 45 wants ceil(20 / 4) = 5
    arrival = np.sort(np.concatenate([np.arange(0, 30), np.repeat(np.arange(30, 40), 2)]))
    assert events(play(SCALED, arrival, [1] * 50, supply), EventKind.SCALE_OUT) == [(45, 5)]
    # it is empty: the action is dropped
    assert events(play(SCALED, np.arange(0, 30), [1] * 30, supply), EventKind.SCALE_OUT) == []
    assert events(play(SCALED, np.arange(0, 30), [1] * 30, supply), EventKind.DROPPED) == [(45, 1)]


def test_scale_in_drains_the_highest_positions_and_waits_for_their_work(play):
    model = SCALED._replace(initial=3, maximum=3)
    result = play(model, [0, 0, 0], [5, 5, 100], FixedSupply(delay_us=(7,)))
    assert events(result, EventKind.SCALE_IN) == [(57, 1)]
    timeline = result.timeline
    gone = timeline.kind == EventKind.GONE
    assert timeline.position[gone].tolist() == [1, 2]
    assert timeline.time_us[gone].tolist() == [57, 100]


def test_a_scale_out_cooldown_counts_from_the_last_copy_ready_and_blocks_scale_in(play):
    model = SCALED._replace(policy=TRACKING._replace(out_cooldown_us=100))
    supply = FixedSupply(start_us=(20,), delay_us=(1,))
    result = play(model, np.arange(0, 30), [1] * 30, supply)
    assert events(result, EventKind.SCALE_OUT) == [(31, 3)]
    assert events(result, EventKind.READY)[-1][0] == 51
    # silent from 30 on: low at 90 (five points of 50 to 90), but the cooldown lasts until 151
    assert events(result, EventKind.SCALE_IN) == [(151, 1)]
    assert [time for time, _ in events(result, EventKind.DROPPED)][:2] == [81, 91]


def test_a_queue_without_copies_wakes_the_fleet_by_the_step_policy(play):
    policy = TRACKING._replace(metric=Metric.BACKLOG, from_zero=FromZero.STEP, from_zero_points=2)
    model = SCALED._replace(initial=0, minimum=0, routing=Routing.CENTRAL, policy=policy)
    result = play(model, [3], [5], FixedSupply(start_us=(40,), delay_us=(4,)))
    assert events(result, EventKind.ALARM)[0] == (20, 3)
    assert events(result, EventKind.SCALE_OUT) == [(24, 1)]
    assert result.requests.start_us.tolist() == [64]
    # of the wait of 61, 40 were start-up, the rest waiting for alarm and action
    assert result.requests.cold.tolist() == [40]


@pytest.mark.parametrize(("waiting", "wakes"), [(4, False), (5, True)])
def test_without_a_step_policy_the_backlog_must_exceed_the_target(play, waiting, wakes):
    policy = TRACKING._replace(metric=Metric.BACKLOG, from_zero=FromZero.ABOVE_TARGET)
    model = SCALED._replace(initial=0, minimum=0, routing=Routing.CENTRAL, policy=policy)
    result = play(model, [1] * waiting, [1] * waiting)
    assert bool(events(result, EventKind.SCALE_OUT)) is wakes
    assert (result.count(Outcome.OK) == waiting) is wakes


def test_a_fleet_that_nothing_wakes_stays_at_zero(play):
    policy = TRACKING._replace(metric=Metric.BACKLOG)
    model = SCALED._replace(initial=0, minimum=0, routing=Routing.CENTRAL, policy=policy)
    result = play(model, [1] * 50, [1] * 50)
    assert result.count(Outcome.UNFINISHED) == 50


def test_a_copy_on_demand_starts_at_an_arrival_and_leaves_after_its_idle_spell(play):
    model = ONE._replace(routing=Routing.CENTRAL, initial=0, on_demand=1, to_horizon=1)
    result = play(model, [10, 12, 60, 80], [5, 5, 5, 5], FixedSupply(start_us=(20,), keep_us=(20,)))
    # idle from 40 to 60: over at the instant of the third arrival, which starts a copy again
    assert result.requests.start_us.tolist() == [30, 35, 80, 85]
    assert events(result, EventKind.GONE) == [(60, 0), (110, 0)]
    assert result.meters.cold_starts == 2
    assert result.requests.cold.tolist() == [20, 18, 20, 0]


def test_an_idle_spell_that_ends_at_an_arrival_is_over(play):
    supply = FixedSupply(cold_us=(7,), keep_us=(20,))
    result = play(SERVERLESS, [0, 36, 61], [10, 5, 5], supply)
    # warm until 37, then until 61
    assert result.requests.cold.tolist() == [7, 0, 7]
    assert result.meters.cold_starts == 2
    assert result.meters.idle_us == 19 + 20


def test_the_newest_warm_environment_is_taken_first(play):
    model = SERVERLESS._replace(serverless=Serverless(2))
    supply = FixedSupply(cold_us=(1,), keep_us=(100, 10, 5))
    # spells from 5 (kept to 105) and from 11 (kept to 21): at 12 the newer one is taken, so at 25 the older is there
    result = play(model, [0, 0, 12, 25], [4, 10, 1, 1], supply)
    assert result.meters.cold_starts == 2
    assert result.meters.idle_us == 1 + 5 + 20


def test_provisioned_environments_are_taken_first_and_the_rest_goes_on_demand(play):
    model = SERVERLESS._replace(serverless=Serverless(3, provisioned=1))
    # 0: provisioned; 1: on demand, cold until 5; 12: provisioned again; 13: the idle one of 9, warm; 14: cold
    result = play(model, [0, 1, 12, 13, 14], [10, 4, 5, 5, 5], FixedSupply(cold_us=(4,), keep_us=(100,)))
    assert result.requests.cold.tolist() == [0, 4, 0, 0, 4]
    assert result.meters.cold_starts == 2
    assert result.meters.spilled == 3
    assert result.meters.provisioned_busy_us == 10 + 5
    assert result.meters.serverless_busy_us == 4 + 5 + 5
    assert result.meters.busy_us == 29


def test_provisioned_environments_count_against_the_concurrency_limit(play):
    model = SERVERLESS._replace(serverless=Serverless(2, provisioned=2))
    result = play(model, [0, 0, 0, 9], [5, 5, 5, 5])
    assert result.requests.outcome.tolist() == [Outcome.OK, Outcome.OK, Outcome.THROTTLED, Outcome.OK]
    assert result.meters.cold_starts == 0
    assert result.meters.idle_us == 0


def test_more_than_the_concurrency_limit_is_throttled(play):
    model = SERVERLESS._replace(serverless=Serverless(2))
    result = play(model, [0, 0, 0], [5, 5, 5])
    assert result.requests.outcome.tolist() == [Outcome.OK, Outcome.OK, Outcome.THROTTLED]


def test_a_start_up_beyond_its_limit_is_an_error_at_the_limit(play):
    model = SERVERLESS._replace(serverless=Serverless(2, 10))
    result = play(model, [0, 30], [5, 5], FixedSupply(cold_us=(11, 10)))
    assert result.requests.outcome.tolist() == [Outcome.NOT_READY, Outcome.OK]
    assert result.requests.response_us.tolist() == [10, 45]


def test_the_serverless_time_out_begins_after_the_start_up(play):
    model = SERVERLESS._replace(invocation_limit_us=10)
    result = play(model, [0, 500], [10, 11], FixedSupply(cold_us=(50,), keep_us=(1,)))
    assert result.requests.outcome.tolist() == [Outcome.OK, Outcome.TIMED_OUT]
    assert result.requests.response_us.tolist() == [60, 560]
    assert result.meters.serverless_cold_us == 100
    assert result.meters.serverless_busy_us == 21
