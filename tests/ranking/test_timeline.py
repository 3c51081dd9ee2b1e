"""A run over time: states, lines and causes, on timelines made by hand and on real runs."""

import csv
import json

import numpy as np
import pytest

from advisor.errors import InputError
from advisor.facts import load_facts
from advisor.options import Option
from simulator.codes import EventKind, Kind, Metric, Outcome, PolicyKind
from simulator.histogram import Sample
from simulator.model import Cache, Hosts, Policy, ServingModel, TargetTracking, Variant
from simulator.play import simulate
from simulator.run import Meters, Requests, Run, Timeline
from simulator.study import prepare
from simulator.timeline import fleet_table, happenings, write_events, write_table

FACTS = load_facts()
SECOND = 1_000_000
TRACKING = TargetTracking(int(Metric.INVOCATIONS), period_us=60 * SECOND)
MODEL = ServingModel(horizon_us=600 * SECOND, queue_limit=10, policy=TRACKING, maximum=4)


def event(
    at: float, kind: EventKind, position: int = -1, value: int = 0, variant: int = 0, detail: int = 0
) -> tuple[int, ...]:
    return (round(at * SECOND), int(kind), position, value, variant, detail)


def run(events: list[tuple[int, ...]], kept: Requests | None = None, seconds: int = 10) -> Run:
    none = Sample(np.zeros(0, np.int64))
    return Run(0, seconds * SECOND, (0,) * len(Outcome), 0, none, none, Timeline.of(events), Meters(), kept)


def requests(*rows: tuple[float, float, float, Outcome, int, int]) -> Requests:
    """From (arrival, start, finish, outcome, cold, variant), times in seconds."""
    a, s, f, outcome, cold, variant = (np.array(column) for column in zip(*rows, strict=True))
    a, s, f = ((column * SECOND).astype(np.int64) for column in (a, s, f))
    one, zero, number = np.ones(len(a), np.int64), np.zeros(len(a), np.int64), np.arange(len(a))
    return Requests(
        a, s, f, f, outcome.astype(np.int64), cold.astype(np.int64), zero, number, one, a, one, variant, number
    )


E = EventKind
LIFE = [
    event(0, E.LAUNCH, 0, 0), event(0, E.READY, 0, 1), event(2, E.LAUNCH, 1, 1), event(4, E.READY, 1, 2),
    event(5.5, E.DRAIN, 1, 1), event(7, E.GONE, 1, 1), event(8, E.LOST, 0, 0), event(8, E.LAUNCH, 0, 2),
]  # fmt: skip


def test_copies_by_state_stand_as_after_every_event_of_the_instant():
    table = fleet_table(run(LIFE), MODEL)
    assert table.of("time_s").tolist() == list(range(10))
    assert table.of("starting").tolist() == [0, 0, 1, 1, 0, 0, 0, 0, 1, 1]
    assert table.of("in_service").tolist() == [1, 1, 1, 1, 2, 2, 1, 1, 0, 0]
    assert table.of("draining").tolist() == [0, 0, 0, 0, 0, 0, 1, 0, 0, 0]
    assert "waiting" not in table.columns and "hosts" not in table.columns


def test_a_copy_lost_while_it_starts_or_drains_leaves_its_own_state():
    events = [event(0, E.LAUNCH, 0), event(0, E.READY, 0, 1), event(1, E.LAUNCH, 1), event(2, E.LOST, 1, 1),
              event(3, E.DRAIN, 0, 0), event(4, E.LOST, 0, 0)]  # fmt: skip
    table = fleet_table(run(events), MODEL)
    assert table.of("starting").tolist()[:4] == [0, 1, 0, 0]
    assert table.of("draining").tolist()[2:6] == [0, 1, 0, 0]
    assert not any(table.of(name)[-1] for name in ("starting", "in_service", "draining"))


def test_lines_and_failures():
    kept = requests(
        (0.5, 0.5, 3.5, Outcome.OK, 0, 0),
        (1.0, 3.5, 4.0, Outcome.OK, 0, 0),
        (2.2, 2.2, 2.2, Outcome.THROTTLED, 0, 0),
        (2.6, 4.0, 6.5, Outcome.TIMED_OUT, 0, 0),
        (9.0, 10.0, 10.0, Outcome.UNFINISHED, 0, 0),
    )
    table = fleet_table(run([], kept), MODEL)
    assert table.of("waiting").tolist() == [0, 1, 1, 2, 0, 0, 0, 0, 0, 1]
    assert table.of("serving").tolist() == [0, 1, 1, 1, 1, 1, 1, 0, 0, 0]
    assert table.of("arrivals").tolist() == [1, 1, 2, 0, 0, 0, 0, 0, 0, 1]
    assert table.of("throttled").tolist() == [0, 0, 1, 0, 0, 0, 0, 0, 0, 0]
    assert table.of("failed").tolist() == [0, 0, 0, 0, 0, 0, 1, 0, 0, 0]


def test_variants_have_rows_of_their_own_and_add_up():
    kept = requests((0.5, 0.5, 2.5, Outcome.OK, 0, 0), (1.2, 1.2, 5.0, Outcome.OK, 0, 1))
    events = [
        event(0, E.LAUNCH, 0, 0),
        event(0, E.READY, 0, 1),
        event(0, E.LAUNCH, 0, 1, 1),
        event(3, E.READY, 0, 1, 1),
    ]
    model = MODEL._replace(policy=TargetTracking(), variants=(Variant(1, 1, 1, 2**31), Variant(1, 1, 1)))
    table = fleet_table(run(events, kept), model)
    for name in ("in_service", "starting", "serving", "arrivals"):
        assert (table.of(name, 0) + table.of(name, 1)).tolist() == table.of(name).tolist()
    assert table.of("in_service", 1).tolist() == [0, 0, 0, 1, 1, 1, 1, 1, 1, 1]
    assert len(table.frame()) == 30


def test_hosts_and_cache_hits():
    events = [event(0, E.HOST_LAUNCH, 0, 0, -1), event(2, E.HOST_LAUNCH, 1, 90, -1), event(6, E.HOST_GONE, 1, 1, -1)]
    packed = MODEL._replace(hosts=Hosts(4, 1, 1, 8))
    assert fleet_table(run(events), packed).of("hosts").tolist() == [1, 1, 2, 2, 2, 2, 1, 1, 1, 1]
    kept = requests((0.1, 0.1, 0.2, Outcome.OK, 0, 7), (0.2, 0.9, 1.0, Outcome.OK, 700, 8), (5, 5, 6, Outcome.OK, 0, 7))
    hits = fleet_table(run([], kept), MODEL._replace(cache=Cache(9, 2, 4))).of("cache_hits")
    assert (hits[0], hits[5]) == (0.5, 1.0)
    assert np.isnan(hits[1])


def test_a_table_that_is_too_long_is_refused():
    with pytest.raises(InputError, match="at most 200,000"):
        fleet_table(run([], seconds=10**6), MODEL, step_us=SECOND)


@pytest.mark.parametrize(
    ("events", "model", "text"),
    [
        ([event(180, E.ALARM, 0, 1, 0, 3), event(240, E.SCALE_OUT, -1, 4, 0, 2)], MODEL, "alarm on invocations high since 00:00:00, desired 2 → 4"),
        ([event(960, E.ALARM, 0, 2, 0, 15), event(990, E.SCALE_IN, -1, 1, 0, 3)], MODEL, "alarm on invocations low since 00:01:00, desired 3 → 1"),
        ([event(300, E.ALARM, 0, 3, 0, 2), event(360, E.SCALE_OUT, -1, 1)], MODEL, "backlog without capacity since 00:03:00, desired 0 → 1"),
        ([event(180, E.ALARM, 0, 1, 0, 3), event(240, E.DROPPED, -1, 2)], MODEL, "alarm on invocations high since 00:00:00, nothing left to do at 2"),
        ([event(600, E.SCHEDULED, -1, 4, 0, 8)], MODEL, "scheduled action: 4 to 8 instances"),
        ([event(600, E.SCHEDULED, -1, 4, 0, 8)], MODEL._replace(hosts=Hosts(4)), "scheduled action: 4 to 8 copies"),
        ([event(600, E.SCHEDULED, -1, 4, 0, 8)], MODEL._replace(kind=int(Kind.SERVERLESS)), "scheduled action: 4 to 8 environments"),
        ([event(60, E.LOST, 1, 2)], MODEL, "instance lost, 2 left"),
    ],
)  # fmt: skip
def test_what_changed_the_fleet_and_why(events, model, text):
    (found,) = happenings(Timeline.of(events), model)
    assert found.text == text
    assert found.time_us == events[-1][0]


def test_a_lost_zone_counts_its_instances_once():
    events = [
        event(60, E.ZONE_LOST, -1, 0, -1),
        event(60, E.LOST, 0, 2),
        event(60, E.LOST, 2, 1),
        event(90, E.LOST, 1, 0),
    ]
    found = happenings(Timeline.of(events), MODEL)
    assert [one.text for one in found] == ["zone 1 lost: 2 instances", "instance lost, 0 left"]


def test_several_policies_and_variants_are_named():
    policies = (Policy(), Policy(int(PolicyKind.STEP_OUT), 1, int(Metric.NO_CAPACITY), period_us=60 * SECOND))
    model = MODEL._replace(
        policy=TargetTracking(), policies=policies, variants=(Variant(1, 1, 2, 2**31), Variant(0, 0, 2))
    )
    events = [event(120, E.ALARM, 1, 1, 1, 1), event(130, E.ALARM, 0, 1, 0, 1), event(150, E.SCALE_OUT, -1, 1, 1, 0)]
    (found,) = happenings(Timeline.of(events), model)
    assert (
        found.text
        == "variant 1: policy 2: alarm on calls without capacity high since 00:01:00 (step policy), desired 0 → 1"
    )


@pytest.fixture(scope="module")
def tracked(make):
    """A fleet that grows under a step in the load, on the fast engine."""
    phases = [{"rate_per_s": 2, "duration": "20 min"}, {"rate_per_s": 30, "duration": "20 min"}]
    study = prepare(make(("traffic", {"kind": "phases", "phases": phases})), FACTS)
    option = Option(
        name="real_time", instance_type="ml.m5.xlarge", instances=1, min_instances=1, max_instances=6,
        target_per_min=400, concurrency_per_instance=4,
    )  # fmt: skip
    return study, simulate(study, option, requests=True)


def test_a_real_run_agrees_with_its_meters(tracked):
    _, result = tracked
    table, kept = fleet_table(result.run, result.model, SECOND), result.run.requests
    existing = sum(table.of(name) for name in ("starting", "in_service", "draining"))
    assert existing.sum() * SECOND == pytest.approx(result.run.meters.instance_us, rel=0.01)
    assert existing.max() == result.run.meters.max_copies
    assert table.of("arrivals").sum() == len(kept.arrival_us)
    assert table.of("serving").sum() * SECOND == pytest.approx(result.run.meters.busy_us, rel=0.05)


def test_a_real_scale_out_follows_the_step_in_the_load(tracked):
    _, result = tracked
    out = [one for one in happenings(result.run.timeline, result.model) if one.kind == "scale_out"]
    assert out[0].time_us > 20 * 60 * SECOND
    assert "alarm on invocations high since 00:20:00, desired 1 →" in out[0].text


@pytest.mark.parametrize("name", ["fleet.csv", "fleet.json"])
def test_the_table_is_written_whole(tracked, tmp_path, name):
    _, result = tracked
    table, path = fleet_table(result.run, result.model), tmp_path / name
    write_table(table, path)
    text = path.read_text(encoding="utf-8")
    rows = json.loads(text)["rows"] if name.endswith("json") else list(csv.DictReader(text.splitlines()))
    assert len(rows) == len(table.of("time_s"))
    assert list(rows[0]) == list(table.columns)
    assert [float(row["in_service"]) for row in rows] == table.of("in_service").tolist()
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize("name", ["events.csv", "events.json"])
def test_the_events_are_written_whole(tracked, tmp_path, name):
    _, result = tracked
    found, path = happenings(result.run.timeline, result.model), tmp_path / name
    write_events(found, path)
    text = path.read_text(encoding="utf-8")
    rows = json.loads(text)["rows"] if name.endswith("json") else list(csv.DictReader(text.splitlines()))
    assert [row["text"] for row in rows] == [one.text for one in found]


def test_a_place_that_cannot_be_written_or_another_form_is_refused(tracked, tmp_path):
    _, result = tracked
    table = fleet_table(result.run, result.model)
    with pytest.raises(InputError, match=r"ends in \.csv or \.json"):
        write_table(table, tmp_path / "fleet.xlsx")
    with pytest.raises(InputError, match=r"--events: .*can be written"):
        write_events((), tmp_path / "nowhere" / "events.csv")


def test_an_empty_share_is_an_empty_cell(tmp_path):
    kept = requests((0.1, 0.1, 0.2, Outcome.OK, 0, 0))
    write_table(fleet_table(run([], kept), MODEL._replace(cache=Cache(9, 2, 4))), tmp_path / "t.json")
    rows = json.loads((tmp_path / "t.json").read_text(encoding="utf-8"))["rows"]
    assert (rows[0]["cache_hits"], rows[1]["cache_hits"]) == (1.0, None)
