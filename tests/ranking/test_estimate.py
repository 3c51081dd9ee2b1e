"""What a run will take is said before it starts, and a fleet that cannot keep up is told apart from a saturated one."""

import pytest

from advisor.errors import TooLargeError
from advisor.facts import load_facts
from advisor.load import TrafficSummary
from advisor.options import Option
from advisor.places import places
from advisor.workload import ClosedTraffic
from simulator.codes import Split
from simulator.estimate import Limits, estimate, refuse
from simulator.model import Hosts, Schedule, ServingModel, Variant
from simulator.play import simulate
from simulator.ranking import rank_study
from simulator.steady import closed_note, shares, shortage_note, variants_note
from simulator.study import prepare

FACTS = load_facts()
ONE = Option(name="real_time", instance_type="ml.m5.xlarge", instances=1, concurrency_per_instance=4)


@pytest.fixture(scope="module")
def study(make):
    return prepare(make(), FACTS)


def test_time_follows_the_rate_of_the_engine_and_the_attempts(make, study):
    rate = FACTS.fact("simulation.fast_per_s").number()
    assert estimate(study, FACTS).time_us == pytest.approx(study.load.requests / rate * 1e6, abs=1)
    assert estimate(study, FACTS, runs=5).time_us == pytest.approx(5 * study.load.requests / rate * 1e6, abs=1)
    slow = prepare(make(), FACTS, engine="reference")
    assert estimate(slow, FACTS).time_us > 10 * estimate(study, FACTS).time_us
    again = prepare(make(("caller.attempts", 3)), FACTS)
    assert estimate(again, FACTS).time_us == pytest.approx(3 * estimate(study, FACTS).time_us, abs=2)


def test_memory_is_that_of_the_rows_that_are_kept(study):
    plain, kept = estimate(study, FACTS), estimate(study, FACTS, keep=True)
    row = FACTS.fact("simulation.row_size").bytes()
    assert kept.memory_bytes - plain.memory_bytes == study.load.requests * row
    assert (
        estimate(study, FACTS, keep=True, side_by_side=4).memory_bytes - plain.memory_bytes
        == 4 * study.load.requests * row
    )


def test_a_limit_is_kept_to_the_point(study):
    found = estimate(study, FACTS, keep=True)
    refuse(found, Limits(found.time_us, found.memory_bytes))
    for limits, name in (
        (Limits(time_us=found.time_us - 1), "--time-limit"),
        (Limits(memory_bytes=found.memory_bytes - 1), "--memory-limit"),
    ):
        with pytest.raises(TooLargeError, match=name) as caught:
            refuse(found, limits)
        assert found.text in str(caught.value)


def test_a_run_and_a_ranking_are_refused_before_they_start(study):
    with pytest.raises(TooLargeError, match="--time-limit"):
        simulate(study, ONE, limits=Limits(time_us=1))
    with pytest.raises(TooLargeError, match=r"runs of .*--time-limit"):
        rank_study(study, limits=Limits(time_us=1))


def test_a_closed_fleet_is_saturated_and_never_unstable(make):
    place = places(make(), FACTS)["ml.m5.xlarge"]
    many, few = ClosedTraffic(users=100, think="1 s"), ClosedTraffic(users=10, think="1 s")
    said = closed_note(ONE, place, 1.0, many)
    assert said.startswith("the 100 users saturate the fleet")
    assert "steady state" not in said
    service_us = place.time.mean_us
    knee = int((1e6 + service_us) * 4 / service_us)
    assert f"beyond about {knee:,} users" in said
    assert closed_note(ONE, place, 1.0, few) == ""


def test_the_knee_is_where_the_note_begins(make):
    """One instance of one slot is saturated when the users' offered work passes one slot."""
    place = places(make(), FACTS)["ml.m5.xlarge"]
    single = Option(name="real_time", instance_type="ml.m5.xlarge", instances=1, concurrency_per_instance=1)
    knee = int((1e6 + place.time.mean_us) / place.time.mean_us)
    notes = [closed_note(single, place, 1.0, ClosedTraffic(users=n, think="1 s")) for n in (knee, knee + 1)]
    assert notes[0] == ""
    assert notes[1]


def test_closed_traffic_is_told_so_through_a_run(make):
    closed = prepare(
        make(("traffic", {"kind": "closed", "users": 200, "think": "100 ms", "duration": "2 min"})),
        FACTS,
        engine="reference",
    )
    found = simulate(closed, ONE, requests=False)
    assert found.shortage.startswith("the 200 users saturate")
    assert found.notes[0] == found.shortage


def test_an_open_fleet_still_says_what_is_missing(make):
    place = places(make(), FACTS)["ml.m5.xlarge"]
    busy = TrafficSummary(10**6, 10**10, 100.0, 100.0, 100.0, 0.0, 0)
    assert "no steady state exists" in shortage_note(ONE, place, 1.0, busy)


def test_a_variant_that_cannot_keep_up_is_named(make):
    model = ServingModel(60, 4, slots=2, variants=(Variant(1, 1, 1, 2**32 // 4 * 3), Variant(1, 1, 1)))
    parts = shares(make(), model)
    assert parts == pytest.approx((0.75, 0.25))
    assert (
        variants_note(model, parts, 4.0, 1e6) == "no steady state exists for variant 0 (needs 2 instances, at most 1)"
    )
    assert variants_note(model, parts, 2.0, 1e6) == ""
    wider = model._replace(schedules=(Schedule(10, 1, 2, 0),))
    assert variants_note(wider, parts, 4.0, 1e6) == ""
    slow = model._replace(variants=(model.variants[0]._replace(work_millionths=2_000_000), model.variants[1]))
    assert "needs 2" in variants_note(slow, parts, 2.0, 1e6)


def test_components_get_the_share_of_their_model(make):
    workload = make(("model.count", 3), ("model.popularity", "zipf:1.0"))
    model = ServingModel(60, 4, split=int(Split.BY_MODEL), variants=(Variant(1, 1, 1),) * 3)
    assert shares(workload, model) == pytest.approx((6 / 11, 3 / 11, 2 / 11))


def packed(rate, *, hosts=2, least=0, most=9, closed=False, memory=4):
    """Two components whose copies take a quarter of a host each, two slots a copy, a second a request."""
    variants = tuple(Variant(least, least, most, cores=1, memory=each) for each in (memory, 4))
    model = ServingModel(
        60, 4, slots=2, split=int(Split.BY_MODEL), variants=variants, hosts=Hosts(hosts, cores=8, memory=16)
    )
    return variants_note(model, (0.75, 0.25), rate, 1e6, closed=closed)


def test_copies_that_find_no_room_on_the_hosts_are_counted_in_instances():
    # two hosts hold eight copies: at 16 a second six and two of them are busy, and one request more needs a third host
    assert packed(16.0) == ""
    assert packed(16.1) == (
        "the mean load needs copies that take 3 instances and there are 2 at most: no steady state exists, some never find "
        "room, 1 more instance is missing"
    )
    assert packed(16.1, hosts=3) == ""
    assert "there is 1 at most" in packed(16.0, hosts=1)
    assert "2 more instances are missing" in packed(16.1, hosts=1)


def test_a_component_at_its_most_and_hosts_without_room_are_both_said():
    said = packed(16.0, most=5)
    assert said == "no steady state exists for component 0 (needs 6 copies, at most 5)"
    assert packed(40.0, most=5).count("; ") == 1


def test_the_fewest_copies_must_find_room_whatever_the_load():
    assert packed(1.0, least=4) == ""
    said = packed(1.0, least=5)
    assert said.startswith("the fewest copies take 3 instances and there are 2 at most: some never find room")


def test_copies_of_unlike_size_fill_what_is_left():
    # six copies of 8 fill three hosts and the two of 4 the fourth
    assert "take 4 instances" in packed(16.0, memory=8)
    assert packed(16.0, memory=8, hosts=4) == ""


def test_users_saturate_components_and_no_steady_state_is_denied():
    assert packed(16.0, closed=True) == ""
    assert packed(16.1, closed=True).startswith("the users keep copies busy that take 3 instances")
    assert "no steady state" not in packed(40.0, most=5, closed=True)
    assert packed(40.0, most=5, closed=True).startswith("the users saturate component 0 (needs 15 copies, at most 5)")


def test_a_run_of_components_says_what_is_missing(make):
    """One model, four slots a copy, a copy an instance: a fleet of two is short where the load needs three."""
    said = []
    for rate in (15.9, 16.1):
        steady = make(
            ("traffic", {"kind": "constant", "rate_per_s": rate, "duration": "2 min"}), ("service.time", "500 ms")
        )
        option = Option(
            name="inference_components", instance_type="ml.m5.xlarge", instances=2, components=1, copies=3,
            concurrency_per_copy=4,
        )  # fmt: skip
        said.append(simulate(prepare(steady, FACTS), option, requests=False).shortage)
    assert said[0].startswith("the fewest copies take 3 instances")
    assert said[1].startswith("the mean load needs copies that take 3 instances and there are 2 at most")
