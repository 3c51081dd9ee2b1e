"""Provisioned environments that scale: both engines agree bit for bit, and the rules on cases followed by hand."""

import numpy as np
import pytest
from hypothesis import given

from advisor.errors import InputError
from simulator.codes import EventKind, Kind, Metric, Outcome, PolicyKind, StepUnit
from simulator.engines import run
from simulator.model import Caller, Policy, Schedule, Serverless, ServingModel, Step, checked
from simulator.run import FixedDemand, FixedSupply
from tests.engines.serverless_cases import SETTINGS, compare, demands, scaled_models, supplies, windows
from tests.engines.test_equality import same

SECOND = 1_000_000
TRACK = Policy(metric=Metric.PROVISIONED_UTILISATION, target_thousandths=500, period_us=10, in_percent=90)
SCALED = ServingModel(
    horizon_us=22, queue_limit=0, kind=Kind.SERVERLESS, minimum=1, maximum=4, policies=(TRACK,),
    serverless=Serverless(10, provisioned=1),
)  # fmt: skip


@SETTINGS
@given(scaled_models(), demands(), supplies(), windows)
def test_scaled_environments_agree(model, rows, supply, window):
    compare(model, rows, supply, window)


@pytest.fixture(params=["fast", "reference"])
def play(request):
    def play(model, arrival, service, **tapes):
        return run(model, FixedDemand.of(arrival, service), FixedSupply(**tapes), engine=request.param)

    return play


def noted(result, *kinds):
    """Time, value and detail of the timeline entries of some kinds after time 0."""
    line = result.timeline
    chosen = np.isin(line.kind, kinds) & (line.time_us > 0)
    return list(zip(*(column[chosen].tolist() for column in (line.time_us, line.value, line.detail)), strict=True))


def test_a_busy_period_launches_what_is_ready_after_its_start(play):
    result = play(SCALED, [0, 16, 17], [40, 5, 5], start_us=(1, 4), delay_us=(3,), cold_us=(2,))
    # period to 10: 1 of 1 busy, so 2 are wanted; the arrival of 16 finds the one busy, that of 17 the new one ready
    assert noted(result, EventKind.ALARM) == [(10, 1, 1), (20, 1, 2)]
    assert noted(result, EventKind.SCALE_OUT) == [(13, 2, 1)]
    assert noted(result, EventKind.LAUNCH, EventKind.READY) == [(13, 1, 0), (17, 2, 0)]
    assert result.requests.cold.tolist() == [0, 2, 0]
    assert result.meters.spilled == 1
    assert result.meters.provisioned_us == 17 * 1 + 5 * 2
    assert result.meters.provisioned_busy_us == 22 + 5
    assert result.meters.cold_starts == 1


def test_each_new_environment_has_a_start_up_of_its_own(play):
    eager = SCALED._replace(policies=(TRACK._replace(target_thousandths=250),), horizon_us=40)
    result = play(eager, [0], [40], start_us=(1, 9, 2, 5), delay_us=(3,))
    # launched at 13, numbers 1 to 3: ready by their entries, at 22, 15 and 18
    assert noted(result, EventKind.READY) == [(15, 2, 0), (18, 3, 0), (22, 4, 0)]
    ready = result.timeline.position[(result.timeline.kind == EventKind.READY) & (result.timeline.time_us > 0)]
    assert ready.tolist() == [2, 3, 1]


def test_no_alarm_while_new_environments_start(play):
    model = SCALED._replace(policies=(TRACK._replace(period_us=4),), horizon_us=40)
    result = play(model, [0], [40], start_us=(10,), delay_us=(6,))
    # alarm at 4, action at 10, ready at 20; the next chance is the period end of 20, after the ready of that instant
    assert noted(result, EventKind.ALARM)[:2] == [(4, 1, 1), (20, 1, 5)]


def test_an_order_that_the_last_period_no_longer_supports_is_dropped(play):
    result = play(SCALED._replace(horizon_us=40), [0], [10], delay_us=(15,))
    assert noted(result, EventKind.ALARM)[0] == (10, 1, 1)
    assert noted(result, EventKind.DROPPED) == [(25, 1, 0)]
    assert noted(result, EventKind.LAUNCH) == []


def test_a_quiet_period_gives_up_free_environments(play):
    policy = TRACK._replace(target_thousandths=900, in_points=2)
    model = SCALED._replace(policies=(policy,), horizon_us=40, serverless=Serverless(10, provisioned=3))
    result = play(model, [0], [40], delay_us=(2,))
    # 1 of 3 busy twice: ceil(3 x 0.333 / 0.9) = 2; then 1 of 2 is ceil(1.11) = 2 and stays
    assert noted(result, EventKind.ALARM) == [(20, 2, 2)]
    assert noted(result, EventKind.SCALE_IN) == [(22, 2, 3)]
    assert result.meters.provisioned_us == 22 * 3 + 18 * 2


def test_busy_environments_beyond_the_number_become_ordinary_ones(play):
    model = SCALED._replace(
        policies=(), minimum=0, horizon_us=60, schedules=(Schedule(12, 0, 1),),
        serverless=Serverless(10, provisioned=2),
    )  # fmt: skip
    # two busy when one is left: the first to finish, at 20, goes to an idle spell; the other, at 25, stays
    result = play(model, [0, 0, 22, 26], [20, 25, 5, 4], keep_us=(8, 9), cold_us=(3,))
    assert noted(result, EventKind.SCHEDULED) == [(12, 0, 1)]
    assert result.requests.cold.tolist() == [0, 0, 0, 0]
    assert result.meters.spilled == 1
    assert result.meters.provisioned_busy_us == 20 + 25 + 4
    assert result.meters.serverless_busy_us == 5
    assert result.meters.idle_us == (22 - 20) + 9
    assert result.meters.provisioned_us == 12 * 2 + 48 * 1


def test_a_scheduled_action_launches_up_to_its_minimum_at_once(play):
    model = SCALED._replace(
        policies=(), minimum=0, horizon_us=30, schedules=(Schedule(5, 2, 3),), serverless=Serverless(10)
    )
    result = play(model, [7, 9, 10], [1, 9, 1], start_us=(4, 9), cold_us=(1,), keep_us=(1,))
    assert noted(result, EventKind.SCHEDULED, EventKind.LAUNCH) == [(5, 2, 3), (5, 0, 0), (5, 1, 0)]
    assert noted(result, EventKind.READY) == [(9, 1, 0), (14, 2, 0)]
    # at 7 nothing is provisioned, so that nothing is beyond it; at 9 it is there; at 10 it is busy
    assert result.requests.cold.tolist() == [1, 0, 1]
    assert result.meters.spilled == 1


def test_a_scale_in_waits_for_the_cooldown_of_the_scale_out(play):
    policy = TRACK._replace(out_cooldown_us=30, target_thousandths=500)
    result = play(SCALED._replace(policies=(policy,), horizon_us=70), [0], [10], start_us=(2,), delay_us=(3,))
    # ready at 15, so no scale-in before 45: the orders of 23 and 33 and 43 are dropped, that of 53 is not
    assert noted(result, EventKind.READY) == [(15, 2, 0)]
    assert noted(result, EventKind.DROPPED) == [(23, 2, 0), (33, 2, 0), (43, 2, 0)]
    assert noted(result, EventKind.SCALE_IN) == [(53, 1, 2)]


@pytest.mark.parametrize(("second", "wanted"), [(500, 2), (900, 1)])
def test_several_policies_scale_in_when_all_agree(play, second, wanted):
    policies = (TRACK._replace(target_thousandths=900), TRACK._replace(target_thousandths=second))
    model = SCALED._replace(policies=policies, horizon_us=15, serverless=Serverless(10, provisioned=3))
    # 1 of 3 busy for 8 of 10: ceil(3 x 0.267 / 0.9) = 1, but of 0.5 it is ceil(1.6) = 2, and the largest counts
    result = play(model, [0], [8], delay_us=(3,))
    assert noted(result, EventKind.SCALE_IN) == [(13, wanted, 3)]


def test_one_policy_that_is_not_low_keeps_what_there_is(play):
    policies = (TRACK._replace(target_thousandths=900), TRACK._replace(target_thousandths=250))
    model = SCALED._replace(policies=policies, horizon_us=15, serverless=Serverless(10, provisioned=3))
    result = play(model, [0], [8], delay_us=(3,))
    assert noted(result, EventKind.SCALE_IN) == []


def test_of_several_policies_in_alarm_the_largest_number_wins(play):
    policies = (TRACK, TRACK._replace(target_thousandths=300))
    result = play(SCALED._replace(policies=policies), [0], [22], delay_us=(3,))
    # 1 / 0.5 = 2 and 1 / 0.3 = 3.3
    assert noted(result, EventKind.SCALE_OUT) == [(13, 4, 1)]


@pytest.mark.parametrize(
    ("steps", "wanted"),
    [
        ([Step(0, 0, 1), Step(0, 400, 3)], 4),
        ([Step(0, 0, 1), Step(0, 501, 3)], 2),
        ([Step(0, 0, 10, StepUnit.PERCENT)], 2),
        ([Step(0, 500, 3, StepUnit.EXACT)], 3),
    ],
)
def test_a_step_policy_adds_by_the_distance_from_its_threshold(play, steps, wanted):
    policies = (TRACK._replace(kind=PolicyKind.STEP_OUT),)
    result = play(SCALED._replace(policies=policies, steps=tuple(steps)), [0], [22], delay_us=(3,), start_us=(9,))
    assert noted(result, EventKind.SCALE_OUT) == [(13, wanted, 1)]


def test_without_anything_provisioned_there_is_no_datapoint(play):
    model = SCALED._replace(minimum=0, serverless=Serverless(10), horizon_us=100)
    result = play(model, [0, 5, 9], [30, 30, 30])
    assert len(result.timeline.time_us) == 0
    assert result.meters.provisioned_us == result.meters.spilled == 0


def test_a_number_that_never_changes_gives_the_same_run_with_and_without_a_policy(play):
    still = SCALED._replace(
        minimum=2, maximum=2, horizon_us=300, serverless=Serverless(4, provisioned=2), invocation_limit_us=12
    )
    draw = np.random.default_rng(2)
    arrival, work = np.cumsum(draw.integers(0, 5, 90)), draw.integers(1, 15, 90)
    tapes = {"cold_us": (3, 1, 7), "keep_us": (9, 2, 14, 1)}
    scaled, fixed = play(still, arrival, work, **tapes), play(still._replace(policies=()), arrival, work, **tapes)
    assert fixed.count(Outcome.THROTTLED) > 0
    for name, column in vars(fixed.requests).items():
        assert np.array_equal(column, getattr(scaled.requests, name))
    assert scaled.meters == fixed.meters
    assert fixed.meters.provisioned_us == 2 * 300


def test_the_concurrency_limit_holds_beside_new_environments(play):
    model = SCALED._replace(
        policies=(), minimum=0, maximum=2, horizon_us=40, schedules=(Schedule(1, 0, 0), Schedule(2, 2, 2)),
        serverless=Serverless(2, provisioned=2),
    )  # fmt: skip
    # two of the old ones are still busy when two new ones are ready: a third request would be one too many
    result = play(model, [0, 0, 10, 30], [20, 20, 5, 5], start_us=(1, 1, 3, 3))
    assert result.requests.outcome.tolist() == [Outcome.OK, Outcome.OK, Outcome.THROTTLED, Outcome.OK]
    assert result.meters.max_copies == 2
    assert result.meters.spilled == 0


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("serverless.provisioned", {"serverless": Serverless(10, provisioned=5)}),
        ("serverless.provisioned", {"serverless": Serverless(10)}),
        ("maximum", {"maximum": 11}),
        ("schedules[0].maximum", {"schedules": (Schedule(0, 1, 11),)}),
    ],
)
def test_bounds_of_scaling_that_do_not_fit_are_refused(field, changes):
    with pytest.raises(InputError) as caught:
        checked(SCALED._replace(**changes))
    assert [problem.path for problem in caught.value.problems] == [field]


LARGE = ServingModel(
    horizon_us=900 * SECOND, queue_limit=0, kind=Kind.SERVERLESS, minimum=1, maximum=12,
    invocation_limit_us=2 * SECOND, serverless=Serverless(20, 3 * SECOND, 4),
    policies=(
        Policy(0, 0, Metric.PROVISIONED_UTILISATION, 700, 10 * SECOND, 3, 6, 90, 20 * SECOND, 20 * SECOND),
        Policy(PolicyKind.STEP_OUT, 0, Metric.PROVISIONED_UTILISATION, 850, 15 * SECOND, 2),
    ),
    steps=(Step(1, 0, 2),), schedules=(Schedule(300 * SECOND, 6, 12), Schedule(600 * SECOND, 0, 5)),
)  # fmt: skip
TAPES = FixedSupply((30 * SECOND, 45 * SECOND), (5 * SECOND, 9 * SECOND), (SECOND, 4 * SECOND), (8 * SECOND, SECOND))


def waves(seed=1, rows=5000):
    draw = np.random.default_rng(seed)
    rate = np.where(np.arange(rows) // 500 % 2, 2.0, 12.0)
    gaps = np.rint(draw.standard_exponential(rows) / rate * SECOND).astype(np.int64)
    return FixedDemand.of(np.cumsum(gaps), 1 + np.rint(draw.standard_exponential(rows) * 0.6 * SECOND).astype(np.int64))


@pytest.mark.parametrize("window_from", [0, 100 * SECOND])
def test_the_meter_of_provisioned_time_follows_from_the_timeline(window_from):
    result = run(LARGE, waves(), TAPES, window_from_us=window_from)
    line, meters = result.timeline, result.meters
    number, since, total = 0, 0, 0
    for time, kind, value, detail in zip(line.time_us, line.kind, line.value, line.detail, strict=True):
        total += number * max(0, time - max(since, window_from))
        since = time
        if kind in {EventKind.READY, EventKind.SCALE_IN}:
            number = value
        elif kind == EventKind.SCHEDULED:
            number = min(number, detail)
    total += number * (result.end_us - max(since, window_from))
    assert meters.provisioned_us == total
    assert {EventKind.SCALE_OUT, EventKind.SCALE_IN, EventKind.SCHEDULED} <= set(line.kind.tolist())
    assert 0 < meters.spilled < meters.arrivals
    assert meters.busy_us == meters.provisioned_busy_us + meters.serverless_busy_us


def test_every_request_ends_in_exactly_one_way_and_twice_the_same():
    offered = waves()
    first, again = run(LARGE, offered, TAPES), run(LARGE, offered, TAPES)
    arrived = int((offered.columns.arrival_us <= LARGE.horizon_us).sum())
    assert sum(first.counts) == arrived == len(first.requests.arrival_us)
    assert sorted(first.requests.row.tolist()) == list(range(arrived))
    assert first.counts == again.counts
    assert first.meters == again.meters
    assert np.array_equal(first.requests.response_us, again.requests.response_us)


def test_every_table_grows_when_it_is_full():
    # hundreds busy at once, thousands of retries on their way, more records and entries than a block holds
    policies = (TRACK._replace(target_thousandths=100, period_us=10, in_percent=100),)
    model = SCALED._replace(
        policies=policies, maximum=300, horizon_us=90_000, serverless=Serverless(400, provisioned=1),
        caller=Caller(attempts=3, backoff_us=20),
    )  # fmt: skip
    arrival = np.repeat(np.arange(0, 60_000, 3_000), 1_500)
    work = np.random.default_rng(4).integers(1, 900, len(arrival))
    supply = FixedSupply(start_us=(7, 3, 9), delay_us=(2, 5), cold_us=(3, 80), keep_us=(70, 9_000), jitter=(900_000, 1))
    for name in ("cold_us", "keep_us", "jitter", "retry_route"):
        supply.tape(name, 2**17)
    quick, plain = (
        run(model, FixedDemand.of(arrival, work), supply, engine=engine) for engine in ("fast", "reference")
    )
    assert len(plain.requests.row) > 65_536
    assert len(plain.timeline.time_us) > 6_000
    same(quick, plain)
