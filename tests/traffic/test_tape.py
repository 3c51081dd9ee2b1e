"""The tape: demand is shared, repeatable and the same however it is cut; supply grows from the same beginning."""

from pathlib import Path

import numpy as np
import pytest

from advisor.errors import InputError, TooLargeError
from advisor.workload import ConstantTime, GammaTime, LognormalTime, TimeDistribution, Workload, load_workload
from simulator import tape
from simulator.model import Columns
from simulator.tape import Demand, Place, Spread, Supply
from simulator.traces import Trace, read_trace
from simulator.traffic_summary import summarise

HOUR = 3_600 * 10**6
REAL = Path(__file__).parents[3] / "shared" / "data" / "traces"
TIMES = {
    "constant": "80 ms",
    "lognormal": {"p50": "80 ms", "p99": "250 ms"},
    "gamma": {"mean": "80 ms", "cv": 0.7},
    "empirical": {"values": ["10 ms", "20 ms", "40 ms"]},
    "tokens": {
        "base": "10 ms", "per_input_token": "1 ms", "per_output_token": "20 ms",
        "input_tokens": {"p50": 100, "p99": 900}, "output_tokens": {"p50": 20, "p99": 100, "max": 128},
    },
}  # fmt: skip
PAYLOAD = {"p50": "200 KB", "p99": "2.5 MB", "max": "4 MB"}


def workload(time: object = "80 ms", payload: object = "1 KB", **traffic: object) -> Workload:
    return Workload.from_mapping(
        {
            "name": "x",
            "traffic": traffic or {"kind": "poisson", "rate_per_s": 5, "duration": "2 h"},
            "request": {"payload": payload, "response": {"p50": "2 KB", "p99": "9 KB"}},
            "service": {"reference": "ml.m5.large", "time": time},
        }
    )


def joined(demand: Demand, place: Place, rows: int | None = None) -> Columns:
    columns = zip(*demand.at(place).chunks(rows), strict=True)
    return Columns(*(None if parts[0] is None else np.concatenate(parts) for parts in columns))


def same(one: Columns, other: Columns) -> bool:
    return all(
        (left is None and right is None) or np.array_equal(left, right)  # type: ignore[arg-type]
        for left, right in zip(one, other, strict=True)
    )


@pytest.mark.parametrize("kind", TIMES)
def test_columns_have_the_right_types_and_the_stated_mean(kind: str) -> None:
    given = workload(TIMES[kind])
    columns = joined(Demand(given, 1), Place(given.service.time))
    assert [column.dtype for column in columns[:3]] == [np.int64, np.int64, np.uint32]
    assert columns[3:] == (None, None, None)
    assert columns.service_us.min() >= 1
    spread = 4 * columns.service_us.std() / len(columns.service_us) ** 0.5
    assert columns.service_us.mean() == pytest.approx(given.service.time.mean_us, abs=spread + 1)


def test_lognormal_service_keeps_its_percentiles() -> None:
    given = workload(TIMES["lognormal"], kind="poisson", rate_per_s=100, duration="2 h")
    service = joined(Demand(given, 1), Place(given.service.time)).service_us
    assert np.quantile(service, 0.5) == pytest.approx(80_000, rel=0.005)
    assert np.quantile(service, 0.99) == pytest.approx(250_000, rel=0.01)


@pytest.mark.parametrize("kind", TIMES)
@pytest.mark.parametrize("rows", [1, 7, 1000])
def test_rows_are_the_same_however_they_are_cut(kind: str, rows: int) -> None:
    given = workload(TIMES[kind], PAYLOAD, kind="poisson", rate_per_s=1, duration="1 h")
    place = Place(given.service.time, 1.3, payload_max_bytes=500_000)
    demand = Demand(given, 3)
    parts = list(demand.at(place).chunks(rows))
    assert all(len(part.route) == rows for part in parts[:-1])
    assert same(joined(demand, place, rows), joined(demand, place))


@pytest.mark.parametrize("kind", TIMES)
def test_a_demand_drawn_anew_at_each_pass_equals_one_kept_in_memory(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    given = workload(TIMES[kind], PAYLOAD, kind="poisson", rate_per_s=40, duration="2 h")
    place = Place(given.service.time, 0.8, payload_max_bytes=500_000)
    kept = Demand(given, 3)
    monkeypatch.setattr(tape, "HELD_ROWS", 1000)
    flat = Demand(given, 3)
    assert (kept.rows, flat.rows) == (kept.rows, kept.rows)
    assert same(joined(kept, place), joined(flat, place))
    assert same(joined(flat, place, 1000), joined(flat, place))
    assert kept.at(place).mean_payload_bytes == flat.at(place).mean_payload_bytes
    assert kept.concurrency(place, 0.99) == flat.concurrency(place, 0.99)
    assert summarise(kept) == summarise(flat)


def test_what_is_kept_of_a_place_is_what_was_drawn_and_never_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    given = workload(TIMES["lognormal"], PAYLOAD, kind="poisson", rate_per_s=40, duration="2 h")
    places = [Place(given.service.time, 1 + k / 10, payload_max_bytes=500_000) for k in range(9)]
    kept = Demand(given, 3)
    first = [joined(kept, place) for place in places]
    assert kept.at(places[-1]) is kept.at(places[-1])
    assert len(kept._placed) < len(places)
    block = next(kept.at(Place(given.service.time)).chunks())
    with pytest.raises(ValueError, match="read-only"):
        block.service_us[0] = 1
    monkeypatch.setattr(tape, "_KEPT_ROWS", 0)
    drawn = Demand(given, 3)
    for place, columns in zip(places, first, strict=True):
        assert same(columns, joined(kept, place))
        assert same(columns, joined(drawn, place))
        assert kept.at(place).refused() == drawn.at(place).refused()


def test_every_place_sees_the_same_requests() -> None:
    given = load_workload("invoice-ocr")
    demand = Demand(given, 1, horizon=6 * HOUR)
    reference = joined(demand, Place(given.service.time))
    faster = joined(demand, Place(given.service.time, 2.0))
    measured = joined(demand, Place(given.service.measured[0].time))
    assert np.array_equal(reference.arrival_us, faster.arrival_us)
    assert np.array_equal(reference.route, measured.route)
    assert np.abs(reference.service_us - 2 * faster.service_us).max() <= 2
    assert np.array_equal(np.argsort(reference.service_us)[-5:], np.argsort(measured.service_us)[-5:])


def test_seed_and_replication_change_the_draws_and_nothing_else_does() -> None:
    given = workload(TIMES["lognormal"])
    place = Place(given.service.time)
    first = joined(Demand(given, 1), place)
    assert same(first, joined(Demand(given, 1), place))
    for other in (Demand(given, 2), Demand(given, 1, replication=1)):
        columns = joined(other, place)
        size = min(len(first.route), len(columns.route))
        for left, right in zip(first[:3], columns[:3], strict=True):
            assert np.mean(left[:size] == right[:size]) < 0.01


def test_a_seed_gives_these_very_numbers() -> None:
    given = workload(TIMES["lognormal"])
    columns = joined(Demand(given, 7), Place(given.service.time))
    assert columns.arrival_us[:3].tolist() == [137990, 350278, 477840]
    assert columns.service_us[:3].tolist() == [157593, 135933, 34942]
    assert columns.route[:3].tolist() == [4010785298, 2301389050, 260044081]


def test_bodies_over_the_limit_never_reach_the_engine_and_are_counted() -> None:
    given = workload("80 ms", PAYLOAD, kind="poisson", rate_per_s=50, duration="1 h")
    demand = Demand(given, 1)
    open_place, limited = Place(given.service.time), Place(given.service.time, payload_max_bytes=2_500_000)
    placed = demand.at(limited)
    kept = sum(len(part.route) for part in placed.chunks())
    assert kept + placed.too_large == demand.rows
    assert placed.too_large / demand.rows == pytest.approx(0.01, abs=0.002)
    assert 0 < placed.refused(HOUR // 2) < placed.too_large
    assert demand.at(open_place).too_large == 0
    assert placed.mean_payload_bytes < demand.at(open_place).mean_payload_bytes
    assert demand.at(open_place).mean_payload_bytes == pytest.approx(given.request.payload.mean, rel=0.03)
    assert demand.at(open_place).mean_response_bytes == pytest.approx(given.request.response.mean, rel=0.03)


def test_a_limit_reads_the_body_as_it_travels() -> None:
    table = workload("80 ms", "3 MB").to_mapping()
    table["request"]["encoding"] = "base64"
    demand = Demand(Workload.from_mapping(table), 1)
    time = ConstantTime(constant="80 ms")
    assert demand.at(Place(time, payload_max_bytes=4_000_000)).too_large == 0
    assert demand.at(Place(time, payload_max_bytes=3_999_999)).too_large == demand.rows
    assert list(demand.at(Place(time, payload_max_bytes=3_999_999)).chunks()) == []


def recorded(**columns: np.ndarray) -> Trace:
    return Trace("t", "", 4, 10**7, np.array([0, 5, 5, 9_999_999]), **columns)


def test_a_recording_brings_its_own_service_times_sizes_and_tokens() -> None:
    trace = recorded(
        service_us=np.array([100, 200, 300, 400]),
        payload_bytes=np.array([9, 8, 7, 6]),
        response_bytes=np.array([1, 1, 1, 5]),
    )
    given = workload("80 ms", kind="trace")
    demand = Demand(given, 1, trace=trace)
    assert joined(demand, Place(given.service.time, 2.0)).service_us.tolist() == [50, 100, 150, 200]
    assert joined(demand, Place(given.service.time, payload_max_bytes=7)).service_us.tolist() == [300, 400]
    assert demand.at(Place(given.service.time)).mean_payload_bytes == 7.5
    assert demand.at(Place(given.service.time)).mean_response_bytes == 2
    elsewhere = joined(demand, Place(ConstantTime(constant="70 ms"))).service_us
    assert elsewhere.tolist() == [70_000] * 4
    tokens = workload(TIMES["tokens"], kind="trace")
    counted = recorded(input_tokens=np.array([0, 1, 2, 3]), output_tokens=np.array([1, 0, 0, 2]))
    columns = joined(Demand(tokens, 1, trace=counted), Place(tokens.service.time))
    assert columns.service_us.tolist() == [30_000, 11_000, 12_000, 53_000]


def test_a_replication_of_a_recording_keeps_arrivals_and_resamples_service_times() -> None:
    trace = recorded(service_us=np.array([100, 200, 300, 400]))
    given = workload("80 ms", kind="trace")
    again = [joined(Demand(given, 1, trace=trace, replication=k), Place(given.service.time)) for k in range(6)]
    assert all(np.array_equal(columns.arrival_us, trace.start_us) for columns in again)
    assert again[0].service_us.tolist() == [100, 200, 300, 400]
    assert len({tuple(columns.service_us) for columns in again}) > 3
    assert {us for columns in again for us in columns.service_us.tolist()} <= {100, 200, 300, 400}


def test_counts_are_placed_anew_in_each_replication() -> None:
    trace = Trace("t", "", 100, 120_000_000, np.array([0, 60_000_000]), np.array([40, 60]), 60_000_000, note="per bin")
    given = workload("80 ms", kind="trace")
    first, second = (Demand(given, 1, trace=trace, replication=k) for k in (0, 1))
    one, two = (np.concatenate(list(demand.arrivals())) for demand in (first, second))
    assert not np.array_equal(one, two)
    assert np.bincount(one // 60_000_000).tolist() == np.bincount(two // 60_000_000).tolist() == [40, 60]
    assert summarise(first).note == first.note == "per bin"


def test_offered_concurrency_agrees_with_a_count_by_hand() -> None:
    given = workload("80 ms", kind="trace")
    demand = Demand(given, 1, trace=Trace("t", "", 5, 10**6, np.array([0, 10, 20, 30, 100])))
    place = Place(ConstantTime(constant="20 us"))
    assert [demand.concurrency(place, q) for q in (0.1, 0.4, 0.41, 1.0)] == [1, 1, 2, 2]


@pytest.mark.parametrize(
    "time", [ConstantTime(constant="2 s"), GammaTime(mean="2 s", cv=1), LognormalTime(p50="1 s", p99="9 s")]
)
def test_offered_concurrency_of_poisson_traffic_is_poisson_plus_one(time: TimeDistribution) -> None:
    given = workload("80 ms", kind="poisson", rate_per_s=10, duration="20 h")
    demand = Demand(given, 1)
    load = 10 * time.mean_us / 1e6
    drawn = np.random.default_rng(0).poisson(load, 400_000) + 1
    for q in (0.1, 0.5, 0.9, 0.999):
        assert demand.concurrency(Place(time), q) == pytest.approx(np.quantile(drawn, q), abs=1)


def test_a_summary_by_hand() -> None:
    minute = 60_000_000
    trace = Trace("t", "", 6, 2 * HOUR + minute // 2, np.array([5, 6, 7, 3 * minute, HOUR, 2 * HOUR + 1]))
    summary = summarise(Demand(workload(kind="trace"), 1, trace=trace))
    assert summary.requests == 6
    assert summary.mean_rate_per_s == pytest.approx(6 / 7230)
    assert summary.busiest_hour_rate_per_s == pytest.approx(4 / 3600)
    assert summary.busiest_minute_rate_per_s == pytest.approx(3 / 60)
    assert summary.share_of_empty_minutes == pytest.approx(117 / 120)
    assert summary.longest_idle_us == HOUR + 1


def test_a_summary_of_less_than_an_hour_takes_the_mean_as_its_hour() -> None:
    summary = summarise(Demand(workload(kind="constant", rate_per_s=2, duration="10 min"), 1))
    assert summary.requests == 1200
    assert summary.busiest_hour_rate_per_s == summary.mean_rate_per_s == summary.busiest_minute_rate_per_s == 2.0


def test_traffic_without_a_request_is_summarised_too() -> None:
    demand = Demand(workload(kind="poisson", rate_per_s="1/month", duration="1 min"), 1)
    summary = summarise(demand)
    assert (summary.requests, summary.longest_idle_us, summary.share_of_empty_minutes) == (0, 60_000_000, 1.0)
    assert demand.concurrency(Place(demand.workload.service.time), 0.999) == 0
    assert list(demand.at(Place(demand.workload.service.time)).chunks()) == []


def test_a_demand_beyond_all_measure_is_refused_before_it_is_drawn() -> None:
    with pytest.raises(TooLargeError, match=r"traffic\.duration"):
        Demand(workload(kind="poisson", rate_per_s=1_000_000, duration="28 d"), 1)
    with pytest.raises(InputError, match="seed"):
        Demand(workload(), -1)


@pytest.mark.parametrize("spread", [Spread.constant(5_000), Spread.lognormal(5_000, 0.5), Spread.uniform(1_000, 9_000)])
def test_supply_tapes_grow_from_the_same_beginning(spread: Spread) -> None:
    slow, quick = (Supply(1, start=spread, cold=spread) for _ in range(2))
    short = [slow.tape("start_us", size).copy() for size in (1, 50, 65, 300, 3_000)]
    long = quick.tape("start_us", 3_000)
    assert all(np.array_equal(part, long[: len(part)]) for part in short)
    assert all(len(part) >= size for part, size in zip(short, (1, 50, 65, 300, 3_000), strict=True))
    assert np.median(long) == pytest.approx(5_000, rel=0.06)
    assert long.dtype == np.int64


def test_supply_streams_do_not_lean_on_each_other() -> None:
    spread = Spread.lognormal(5_000, 0.5)
    alone, both = Supply(1, start=spread), Supply(1, start=spread, cold=spread)
    both.tape("cold_us", 500)
    assert np.array_equal(alone.tape("start_us", 64), both.tape("start_us", 64))
    assert not np.array_equal(both.tape("start_us", 64), both.tape("cold_us", 64)[:64])
    assert not np.array_equal(alone.tape("start_us", 64), Supply(1, 1, start=spread).tape("start_us", 64))


def test_supply_is_at_least_a_microsecond_and_knows_only_what_was_stated() -> None:
    supply = Supply(1, keep=Spread.uniform(0, 2))
    assert supply.tape("keep_us", 1000).min() == 1
    with pytest.raises(KeyError, match="start_us"):
        supply.tape("start_us", 1)


@pytest.mark.skipif(not REAL.is_dir(), reason="the recordings are not beside this checkout")
def test_the_web_recording_is_drawn_whole() -> None:
    given = workload(TIMES["lognormal"], kind="trace")
    demand = Demand(given, 1, trace=read_trace(REAL / "web_diurnal_nasa_jul1995.csv.gz"))
    summary = summarise(demand)
    assert summary.requests == demand.rows == 1_891_675
    assert summary.mean_rate_per_s == pytest.approx(0.794, abs=0.001)
    assert summary.busiest_hour_rate_per_s * 3600 == pytest.approx(14_922)
    assert summary.busiest_minute_rate_per_s * 60 == pytest.approx(409)
    assert summary.share_of_empty_minutes == pytest.approx(0.004, abs=0.0005)
