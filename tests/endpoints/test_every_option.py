"""Properties of every option that can be simulated, whatever its file: a new one is found and held to them."""

from dataclasses import replace

import numpy as np
import pytest

from advisor.billing import estimate
from advisor.options import describe
from advisor.shortlist import candidates
from simulator._trace_cases import differences
from simulator.codes import EventKind, Outcome
from simulator.endpoints import builders
from simulator.offered import lowest_cost
from simulator.play import simulate
from simulator.resilience import read_faults
from simulator.study import prepare
from tests.endpoints.shared import FACTS, SEVERAL

FEW = 5
"""Serverless environments at once, where nothing else is asked for."""


def listed(study):
    """The first fixed and the first scaling candidate of each name."""
    found = {}
    for option in candidates(study.workload, study.facts, study.load, lambda place: FEW):
        found.setdefault((option.name, "scaling" if option.tracked else "fixed"), option)
    return {key: option for key, option in found.items() if option.name in builders()}


def steady(make, *changes, minutes=60, engine="fast"):
    traffic = {"kind": "poisson", "rate_per_s": 4.0, "duration": f"{minutes} min"}
    return prepare(make(("traffic", traffic), ("needs.immediate_response", False), *changes), FACTS, engine=engine)


@pytest.fixture(scope="module")
def one(make):
    return steady(make)


@pytest.fixture(scope="module")
def several(make):
    return steady(make, *SEVERAL)


@pytest.fixture(scope="module")
def studies(one, several):
    return {"one": one, "several": several}


NAMES = sorted(builders())


def shapes(study, name):
    """The candidates of one name: with a fixed count, and scaling, as far as it has them."""
    return [option for (other, _), option in sorted(listed(study).items()) if other == name]


def test_every_option_that_is_built_has_a_candidate_and_reads_well(one, several):
    for study in (one, several):
        options = listed(study)
        assert {name for name, _ in options} == set(builders())
        for option in options.values():
            assert describe(option)
            assert describe(option) == describe(option).strip(", ")


@pytest.mark.parametrize("models", ["one", "several"])
@pytest.mark.parametrize("name", NAMES)
def test_runs_repeat_conserve_requests_and_cost_something(studies, models, name):
    study = studies[models]
    for option in shapes(study, name):
        first, second = simulate(study, option), simulate(study, option)
        assert first.run.counts == second.run.counts
        assert (first.summary, first.bill) == (second.summary, second.bill)
        rows = first.run.requests
        inside = rows.first_us >= first.run.window_from_us
        assert sum(first.run.counts) == int((inside & (rows.final == 1)).sum())
        assert len(set(rows.row.tolist())) == int((rows.final == 1).sum()), "each request ends once"
        assert (rows.arrival_us <= rows.start_us).all()
        assert (rows.start_us <= rows.finish_us).all()
        ok = rows.outcome == Outcome.OK
        assert (rows.finish_us[ok] <= rows.response_us[ok]).all()
        assert all(line.usd >= 0 for line in first.bill.lines)
        assert lowest_cost(study, option) <= float(first.bill.total)


HURRIED = ("caller", {"timeout": "150 ms", "attempts": 3, "backoff": "50 ms"})
"""Callers who give up early, so that many try again."""
USERS = ("traffic", {"kind": "closed", "users": 9, "think": "1500 ms", "duration": "12 min"})
CALLERS = {"open": (), "retrying": (HURRIED,), "closed": (USERS,), "closed and retrying": (USERS, HURRIED)}
FOR_NOBODY_WHO_WAITS = {"batch_transform", "shadow_variant"}
"""Options on which users who wait for each answer cannot be played."""


@pytest.mark.parametrize("callers", CALLERS)
@pytest.mark.parametrize("name", NAMES)
def test_both_engines_say_the_same(make, name, callers):
    if callers.startswith("closed") and name in FOR_NOBODY_WHO_WAITS:
        return
    fast, slow = (
        steady(make, *SEVERAL, *CALLERS[callers], minutes=12, engine=engine) for engine in ("fast", "reference")
    )
    for option in shapes(fast, name):
        one, other = simulate(fast, option), simulate(slow, option)
        assert (one.summary, one.bill) == (other.summary, other.bill)
        assert differences(one.run, other.run) == 0
        tries = callers.endswith("retrying") and name not in {"async", "batch_transform"}
        assert (one.run.meters.attempts > one.run.meters.arrivals) == tries


def existed_us(result, begins, ends):
    """Time from one kind of entry of the timeline to the other, within the window."""
    line, since, total = result.timeline, {}, 0
    for time, kind, position in zip(line.time_us.tolist(), line.kind.tolist(), line.position.tolist(), strict=True):
        if kind == begins:
            since[position] = time
        elif kind in ends:
            total += max(0, time - max(since.pop(position), result.window_from_us))
    return total + sum(max(0, result.end_us - max(start, result.window_from_us)) for start in since.values())


FAULTS = read_faults(["instance-loss@4min", "az-loss@9min+5min:1"])


@pytest.mark.parametrize("faults", [(), FAULTS], ids=["whole", "losses"])
@pytest.mark.parametrize("name", NAMES)
def test_the_meter_of_instances_is_the_time_between_their_entries(studies, name, faults):
    study = studies["several"]
    for option in shapes(study, name):
        lost = () if option.memory_mib or name == "batch_transform" else faults
        found = simulate(study, option, faults=lost)
        meters = found.run.meters
        copies = existed_us(found.run, EventKind.LAUNCH, {EventKind.GONE, EventKind.LOST})
        hosts = existed_us(found.run, EventKind.HOST_LAUNCH, {EventKind.HOST_GONE})
        if option.memory_mib:
            assert meters.instance_us == hosts == 0
            continue
        assert meters.instance_us == (hosts if option.components else copies) > 0
        assert meters.copy_us <= copies
        assert not meters.variant_us or sum(meters.variant_us) == copies
        assert (meters.lost > 0) <= bool(lost)
        assert meters.instance_us >= meters.instance_us_from_ready


FOLLOW_THE_MOMENT = {"async", "batch_transform", "serverless_provisioned"}
"""A queue that may empty its fleet, jobs, and what spills over a reserve go by the moment and not by the mean."""


@pytest.mark.parametrize("models", ["one", "several"])
@pytest.mark.parametrize("name", [name for name in NAMES if name not in FOLLOW_THE_MOMENT])
def test_a_steady_load_costs_what_mean_rates_estimate(studies, models, name):
    study = studies[models]
    for option in shapes(study, name):
        simulated = simulate(study, option).bill
        estimated = estimate(option, study.workload, study.load, study.places, FACTS)
        assert float(simulated.total) == pytest.approx(float(estimated.total), rel=0.06)


ROUTED = (
    "real_time",
    "multi_container",
    "inference_pipeline",
    "production_variants",
    "shadow_variant",
    "inference_components",
)


def larger(option, times):
    """The same option with so many times the capacity, in every number that says how much there may be."""
    counts = (
        "instances", "min_instances", "max_instances", "copies", "min_copies", "max_copies", "max_concurrency",
        "provisioned_concurrency",
    )  # fmt: skip
    more = {count: getattr(option, count) * times for count in counts}
    return replace(option, **more, fleets=tuple(count * times for count in option.fleets))


@pytest.mark.parametrize("callers", ["open", "retrying"])
@pytest.mark.parametrize("name", NAMES)
def test_more_capacity_never_lowers_the_share_answered_in_time(make, name, callers):
    """The smallest fleet is short of the load, so that each larger one has something to mend."""
    traffic = {"kind": "poisson", "rate_per_s": 40.0, "duration": "20 min"}
    patient = ("caller", {"timeout": "1 s", "attempts": 1 if callers == "open" else 3, "backoff": "200 ms"})
    busy = prepare(make(("traffic", traffic), ("needs.immediate_response", False), patient), FACTS)
    for option in shapes(busy, name):
        small = replace(larger(option, 1), instances=min(option.instances, max(1, len(option.fleets))))
        small = replace(small, fleets=(1,) * len(option.fleets), copies=min(option.copies, 1))
        small = replace(small, max_instances=min(option.max_instances, 2), max_copies=min(option.max_copies, 2))
        in_time, bound = [], 1_000_000
        for times in (1, 2, 3):
            found = simulate(busy, larger(small, times))
            rows = found.run.requests
            inside = (rows.final == 1) & (rows.first_us >= found.run.window_from_us)
            latency = rows.response_us - rows.first_us
            # of what answers later, in time is what the smallest fleet does for half of the requests
            bound = int(np.median(latency[inside])) if name in FOLLOW_THE_MOMENT and times == 1 else bound
            in_time.append(float(((rows.outcome == Outcome.OK) & (latency <= bound))[inside].mean()))
        assert in_time == sorted(in_time), option
        assert option.tracked or in_time[0] < in_time[-1]


@pytest.mark.parametrize("name", ROUTED)
def test_more_of_a_fleet_that_is_routed_to_the_shortest_line_never_waits_longer(make, name):
    busy = prepare(make(("traffic", {"kind": "poisson", "rate_per_s": 35.0, "duration": "20 min"})), FACTS)
    option = replace(listed(busy)[name, "fixed"], routing="LEAST_OUTSTANDING")
    waits = []
    for times in (1, 2, 3):
        more = replace(
            option, instances=option.instances * times, copies=option.copies * times,
            fleets=tuple(count * times for count in option.fleets),
        )  # fmt: skip
        waits.append(simulate(busy, more).summary.wait_us[0.99])
    assert waits == sorted(waits, reverse=True)


def test_the_meter_of_provisioned_environments_is_their_number_over_time(make):
    traffic = {"kind": "poisson", "rate_per_s": 30.0, "duration": "1 h"}
    study = prepare(make(("traffic", traffic)), FACTS, start="empty")
    base = next(option for option in shapes(study, "serverless_provisioned"))
    scaling = replace(
        base,
        provisioned_concurrency=0,
        provisioned_target=0.6,
        min_provisioned=1,
        max_provisioned=9,
        max_concurrency=20,
    )
    found = simulate(study, scaling).run
    entries = zip(found.timeline.time_us, found.timeline.kind, found.timeline.value, strict=True)
    since, number, total, changes = found.window_from_us, 0, 0, 0
    for time, kind, value in entries:
        if kind in {EventKind.READY, EventKind.SCALE_IN}:
            total += number * max(0, int(time) - since)
            since, number, changes = max(since, int(time)), int(value), changes + (time > 0)
    assert changes > 0, "it scales"
    assert found.meters.provisioned_us == total + number * (found.end_us - since)
    assert found.meters.provisioned_busy_us <= found.meters.provisioned_us
