"""A replay holds what the run was, in series that a page can draw, and what a loss did to it."""

import csv
import io

import numpy as np
import pytest

from advisor.errors import Cancelled, InputError, TooLargeError
from advisor.facts import load_facts
from advisor.options import Option
from simulator import replay as replaying
from simulator.busiest import busiest_us, fault_of
from simulator.codes import Outcome
from simulator.distribution import BINS, distribution
from simulator.envelope import MOST_POINTS, Line, envelope
from simulator.play import simulate
from simulator.replay import Replay, Span, replay
from simulator.replay_csv import intervals_csv, latency_csv
from simulator.replay_events import events_of
from simulator.spells import bound_of
from simulator.study import Study, prepare

FACTS = load_facts()
HOUR, DAY = 3_600_000_000, 86_400_000_000
REAL = Option(name="real_time", instance_type="ml.c5.large", instances=3, concurrency_per_instance=2)
CHAT = Option(name="real_time", instance_type="ml.g5.xlarge", instances=1, concurrency_per_instance=1)
ONE = Option(name="real_time", instance_type="ml.m5.large", instances=1, concurrency_per_instance=2)
SERVERLESS = Option(name="serverless", memory_mib=2048, max_concurrency=5)


@pytest.fixture(scope="module")
def steps() -> Study:
    return prepare("load-steps", FACTS)


@pytest.fixture(scope="module")
def week() -> Study:
    return prepare("receipt-classifier", FACTS)


@pytest.fixture(scope="module")
def real(steps: Study) -> Replay:
    return replay(steps, REAL)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_series_add_up_to_the_run_and_its_percentiles_are_those_of_the_requests(steps: Study, real: Replay) -> None:
    played = simulate(steps, REAL, requests=True)
    kept, whole = played.run.requests, real.whole
    assert kept is not None and not played.run.window_from_us
    assert whole.count("arrivals") == len(kept.arrival_us)
    assert real.ended == len(kept.arrival_us) - played.run.count(Outcome.UNFINISHED)
    assert whole.count("answered") == played.run.count(Outcome.OK) == whole.distribution.answered
    bound = bound_of(steps.promise)
    assert bound is not None and real.bound == bound
    assert whole.count("late") == int(np.count_nonzero(kept.response_us - kept.first_us > bound.us)) > 0
    for number in (0, 17, 119):
        inside = kept.arrival_us // whole.every_us == number
        latency = np.sort((kept.response_us - kept.first_us)[inside & (kept.outcome == Outcome.OK)])
        assert whole.columns["p99_us"][number] == latency[int(np.ceil(0.99 * len(latency) - 1e-9)) - 1]
        assert whole.rate_per_s[number] == pytest.approx(np.count_nonzero(inside) / (whole.every_us / 1e6))


def test_no_series_has_more_points_than_a_page_draws_and_no_peak_is_lost() -> None:
    told = replay(prepare("support-chat", FACTS), CHAT)
    assert told.day is not None
    for span in (told.whole, told.day):
        lines = [span.waiting.values, span.fleet.at_us, *span.columns.values(), *span.fleet.areas.values()]
        lines += [] if span.fleet.most is None else [span.fleet.most.values]
        assert max(map(len, lines)) <= MOST_POINTS
        assert span.waiting.values.max() == span.columns["most_waiting"].max() > 0
    assert len(told.day.at_us) == 1440 and told.day.every_us == 60_000_000


def test_an_envelope_keeps_the_extremes_of_every_stretch() -> None:
    source = np.random.default_rng(1)
    line = Line(np.arange(50_001), source.standard_exponential(50_001))
    found = envelope(line)
    assert len(found.values) <= MOST_POINTS
    assert (np.diff(found.at_us) > 0).all()
    assert {line.values.max(), line.values.min()} <= set(found.values.tolist())
    assert np.array_equal(line.values[found.at_us], found.values)
    gaps = envelope(Line(np.arange(5_000), np.full(5_000, np.nan)))
    assert len(gaps.values) <= MOST_POINTS and np.isnan(gaps.values).all()


def test_serverless_shows_its_environments_and_its_cold_starts(week: Study) -> None:
    told = replay(week, SERVERLESS)
    fleet = told.whole.fleet
    assert fleet.unit == "environments" and fleet.average and fleet.high >= 1
    assert {"busy", "starting"} == set(fleet.areas)
    assert told.whole.count("cold") > 0
    played = simulate(week, SERVERLESS, requests=True).run
    assert told.whole.count("cold") == played.cold_requests
    busy = fleet.areas["busy"].sum() * told.whole.every_us
    assert busy == pytest.approx(played.meters.busy_us, rel=1e-6)


def test_the_busiest_day_has_the_busiest_hour_or_the_loss(week: Study, real: Replay) -> None:
    told = replay(week, SERVERLESS)
    arrivals = np.concatenate(list(week.demand().arrivals()))
    hours = np.bincount(arrivals // HOUR)
    assert told.day is not None
    assert told.day.from_us == int(np.argmax(hours)) // 24 * DAY
    inside = np.count_nonzero(arrivals // DAY == told.day.from_us // DAY)
    assert told.day.count("arrivals") == inside == told.day.distribution.answered
    lossy = replay(week, ONE, fault="instance")
    assert lossy.loss is not None and lossy.day is not None
    assert lossy.day.from_us <= lossy.loss.impact.at_us < lossy.day.end_us
    assert real.day is None, "two hours have no busiest day"


@pytest.mark.parametrize("fault", ["instance", "zone"])
def test_a_loss_comes_in_the_busiest_time_and_its_effect_is_told(steps: Study, real: Replay, fault: str) -> None:
    told = replay(steps, REAL, fault=fault)
    start, length = busiest_us(steps)
    assert told.loss is not None and real.loss is None
    assert start <= told.loss.impact.at_us < start + length
    counts = np.bincount(np.concatenate(list(steps.demand().arrivals())) // length)
    assert start // length == int(np.argmax(counts))
    assert told.loss.impact.lost == told.loss.before - 2 == 1
    assert told.loss.failed == told.lost - real.lost > 0
    assert told.loss.whole_us is not None and 0 < told.loss.whole_us < HOUR
    kinds = [one.kind for one in events_of(told, told.whole)]
    assert ("zone_lost" if fault == "zone" else "lost") in kinds and "slow" in kinds
    assert fault_of(steps, fault)[0].text.startswith({"instance": "instance-loss@", "zone": "az-loss@"}[fault])


def test_what_cannot_be_lost_or_kept_is_said(week: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="AWS replaces what is lost"):
        replay(week, SERVERLESS, fault="zone")
    monkeypatch.setattr(replaying, "_MOST_ROWS", 10)
    with pytest.raises(TooLargeError, match=r"shorter traffic\.duration"):
        replay(week, ONE, fault="instance")


def test_progress_is_told_and_a_stop_ends_it(steps: Study) -> None:
    seen: list[tuple[int, int]] = []
    replay(steps, REAL, progress=lambda done, of, what: seen.append((done, of)))
    assert len(seen) > 2
    assert seen == sorted(seen)
    assert seen[-1][0] == seen[-1][1] == steps.load.requests

    def stop(done: int, of: int, what: str) -> None:
        raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        replay(steps, REAL, progress=stop)


def test_bins_are_equally_wide_on_the_log_axis_and_hold_every_answer() -> None:
    values = np.array([900, 1_000, 5_000, 80_000, 2_000_000])
    found = distribution(values, np.array([1, 500, 300, 150, 49]), 70_000)
    assert len(found.counts) == BINS
    assert np.diff(np.log10(found.edges_us)) == pytest.approx(np.log10(2_000_000 / 900) / BINS)
    assert found.answered == 1_000 and found.late == 199
    assert found.percentiles_us == {0.5: 1_000.0, 0.95: 80_000.0, 0.99: 2_000_000.0}
    alone = distribution(np.array([70_000]), np.array([9]), None)
    assert alone.edges_us[0] < 70_000 < alone.edges_us[-1] and alone.answered == 9
    assert distribution(np.zeros(0, np.int64), np.zeros(0, np.int64), 1).answered == 0


def test_the_files_hold_the_numbers_of_the_chart(real: Replay) -> None:
    span: Span = real.whole
    table = rows(intervals_csv(span))
    assert len(table) == len(span.at_us)
    assert sum(int(row["arrivals"]) for row in table) == span.count("arrivals")
    assert [float(row["p99_ms"]) for row in table] == pytest.approx((span.columns["p99_us"] / 1000).tolist(), abs=1e-3)
    assert {row["instances_in_service"] for row in table} == {"3"}
    bins = rows(latency_csv(span))
    assert sum(int(row["requests"]) for row in bins) == span.distribution.answered
    assert sum(float(row["share"]) for row in bins) == pytest.approx(1, abs=1e-3)
