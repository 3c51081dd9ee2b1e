"""Closed traffic and several models on the tape: rows without end, the same however they are cut."""

from itertools import islice
from typing import Any

import numpy as np
import pytest

from advisor.attributes import UNKNOWN, project
from advisor.errors import TooLargeError
from advisor.workload import Workload
from simulator._closed import closed_rate_per_s, endless_rows, first_range_us
from simulator._draws import generator
from simulator.arrivals import horizon_us, is_stationary
from simulator.model import Columns
from simulator.tape import Demand, Place, Spread, Supply
from simulator.traffic_summary import summarise

HOUR = 3_600 * 10**6


def workload(users: int = 10, think: str = "1 s", payload: object = "1 KB", **more: Any) -> Workload:
    return Workload.from_mapping(
        {
            "name": "x",
            "traffic": {"kind": "closed", "users": users, "think": think},
            "request": {"payload": payload},
            "service": {"reference": "ml.m5.large", "time": {"p50": "80 ms", "p99": "250 ms"}},
            **more,
        }
    )


def rows(given: Workload, cut: int | None, count: int, limit: int | None = None) -> Columns:
    """The first rows of a demand, read in pieces of `cut`."""
    placed = Demand(given, 3, HOUR).at(Place(given.service.time, payload_max_bytes=limit))
    parts = list(islice(placed.chunks(cut), -(-count // (cut or 60_000)) + 1))
    columns = zip(*parts, strict=True)
    return Columns(*(None if one[0] is None else np.concatenate(one)[:count] for one in columns))


@pytest.mark.parametrize("cut", [1, 7, 1000])
@pytest.mark.parametrize("models", [1, 5])
def test_rows_are_the_same_however_they_are_cut(cut: int, models: int) -> None:
    given = workload(model={"count": models, "popularity": "zipf:1.0"}, payload={"p50": "200 KB", "p99": "8 MB"})
    whole, pieces = rows(given, None, 2_000, 6_000_000), rows(given, cut, 2_000, 6_000_000)
    assert (whole.model is None) == (models == 1)
    for left, right in zip(whole, pieces, strict=True):
        assert (left is None and right is None) or np.array_equal(left, right)


def test_every_arrival_is_zero_and_every_pause_is_the_stated_one() -> None:
    columns = rows(workload(think="2 s"), None, 100)
    assert not columns.arrival_us.any()
    assert columns.think_us is not None and set(columns.think_us.tolist()) == {2_000_000}
    hasty = rows(workload(think="0 s"), None, 10)
    assert hasty.think_us is not None and set(hasty.think_us.tolist()) == {1}


@pytest.mark.parametrize(("popularity", "expected"), [("uniform", [1 / 3] * 3), ("zipf:1.0", [6 / 11, 3 / 11, 2 / 11])])
def test_models_are_asked_for_by_their_popularity(popularity: str, expected: list[float]) -> None:
    columns = rows(workload(model={"count": 3, "popularity": popularity}), None, 50_000)
    assert columns.model is not None
    shares = np.bincount(columns.model, minlength=3) / len(columns.model)
    assert shares == pytest.approx(expected, abs=0.01)


def test_one_more_column_leaves_the_others_as_they_were() -> None:
    one, five = rows(workload(), None, 500), rows(workload(model={"count": 5}), None, 500)
    assert np.array_equal(one.service_us, five.service_us)
    assert np.array_equal(one.route, five.route)


def test_the_summary_is_the_bound_of_the_response_time_law() -> None:
    given = workload(users=20)
    rate = closed_rate_per_s(given)
    assert rate == pytest.approx(20 / (1 + given.service.time.mean_us / 1e6))
    load = summarise(Demand(given, 1, HOUR))
    assert load.mean_rate_per_s == load.busiest_hour_rate_per_s == load.busiest_minute_rate_per_s == rate
    assert load.requests == round(rate * 3600)
    assert "at most" in load.note
    rare = summarise(Demand(workload(users=1, think="10 min"), 1, HOUR))
    assert rare.share_of_empty_minutes > 0.85
    assert rare.longest_idle_us > 600 * 10**6


def test_the_default_length_holds_as_many_requests_as_other_even_traffic() -> None:
    assert horizon_us(workload(users=10)) == pytest.approx(100_000 / closed_rate_per_s(workload()) * 1e6, rel=1e-3)
    assert horizon_us(workload(users=5_000)) == HOUR
    assert is_stationary(workload().traffic)


def test_users_who_are_refused_without_a_pause_do_not_ask_for_ever() -> None:
    with pytest.raises(TooLargeError, match=r"traffic\.think"):
        for _ in endless_rows(workload(users=1), 10**6):
            pass


def test_offered_concurrency_is_the_number_of_users() -> None:
    given = workload(users=37)
    assert Demand(given, 1, HOUR).concurrency(Place(given.service.time), 0.999) == 37


def test_a_request_too_large_is_skipped_and_counted_among_those_played() -> None:
    given = workload(payload={"p50": "200 KB", "p99": "8 MB"})
    demand = Demand(given, 3, HOUR)
    placed, free = (
        demand.at(Place(given.service.time, payload_max_bytes=6_000_000)),
        demand.at(Place(given.service.time)),
    )
    kept, every = next(placed.chunks()), next(free.chunks())
    dropped = placed.refused(0, accepted=len(kept.service_us))
    assert 0 < dropped <= len(every.service_us) - len(kept.service_us)
    assert every.service_us[dropped + len(kept.service_us) - 1] == kept.service_us[-1]
    assert placed.refused(0, accepted=0) == 0
    assert placed.mean_payload_bytes < free.mean_payload_bytes


def test_users_start_spread_over_a_think_time_and_a_service_time() -> None:
    given = workload(users=1000)
    low, high = first_range_us(given)
    first = Supply(1, first=Spread.uniform(low, high)).tape("first_us", 1000)
    assert first.min() >= 1
    assert first.max() <= 1_080_000 == high
    assert first.mean() == pytest.approx(high / 2, rel=0.1)


def test_tapes_of_callers_have_their_own_streams() -> None:
    supply = Supply(1, jitter=Spread.uniform(500_000, 1_000_000))
    jitter, route = supply.tape("jitter", 5_000), supply.tape("retry_route", 5_000)
    assert 500_000 <= jitter.min() < 510_000 and 990_000 < jitter.max() <= 1_000_000
    assert route.min() >= 1 and 2**31 < route.max() < 2**32
    assert set(Supply(1).tape("jitter", 9).tolist()) == {1_000_000}
    draws = [
        generator(1, 0, name).random() for name in ("choice", "first_us", "jitter", "retry_route", "faults", "start_us")
    ]
    assert len(set(draws)) == len(draws)


def test_users_who_wait_want_an_immediate_answer_unless_they_say_otherwise() -> None:
    assert project(workload()).immediate_response is True
    assert project(workload(needs={"immediate_response": False})).immediate_response is False
    table = workload().to_mapping() | {"traffic": {"kind": "poisson", "rate_per_s": 1}}
    assert project(Workload.from_mapping(table)).immediate_response is UNKNOWN
