"""Faults as a question: read, drawn, refused, and what they cost, on runs made by hand and on real ones."""

import numpy as np
import pytest

from advisor.errors import InputError
from advisor.facts import load_facts
from advisor.options import Option
from advisor.workload import Slo
from simulator.answer_json import simulation_json
from simulator.answer_text import simulation_text
from simulator.codes import EventKind, FaultKind, Kind, Outcome
from simulator.histogram import Sample
from simulator.model import Fault, Hosts, ServingModel, Variant
from simulator.play import simulate
from simulator.promise import Promise
from simulator.resilience import STEADY_WINDOWS, WINDOW_US, AskedFault, read_faults, resilience, with_faults
from simulator.run import Meters, Requests, Run, Timeline
from simulator.study import prepare

FACTS = load_facts()
HOUR = 3_600_000_000
MODEL = ServingModel(horizon_us=2 * HOUR, queue_limit=10, initial=3, maximum=6)
STRICT = Promise((Slo.parse("p99:500ms"), Slo.parse("failed:0.1%")), ())


def made(arrivals: list[int], latencies: list[int], outcomes: list[Outcome], events: list[tuple[int, ...]] = []) -> Run:  # noqa: B006 - never changed
    """A run of requests that are tried once each; times in seconds."""
    first = np.array(arrivals, np.int64) * 1_000_000
    response = first + np.array(latencies, np.int64) * 1_000
    one, zero = np.ones(len(first), np.int64), np.zeros(len(first), np.int64)
    codes = np.array([int(outcome) for outcome in outcomes], np.int64)
    kept = Requests(
        first, first, response, response, codes, zero, zero, np.arange(len(first)), one, first, one, zero, zero
    )
    none = Sample(np.zeros(0, np.int64))
    return Run(0, 2 * HOUR, (0,) * len(Outcome), 0, none, none, Timeline.of(events), Meters(), kept)


def steady(
    bad: dict[int, Outcome], slow: tuple[int, ...] = (), minutes: int = 120
) -> tuple[list[int], list[int], list[Outcome]]:
    """A request every 10 s; those of the minutes in `bad` fail, those in `slow` take 700 ms."""
    arrivals = list(range(1, 60 * minutes, 10))
    latencies = [700 if at // 60 in slow else 100 for at in arrivals]
    return arrivals, latencies, [bad.get(at // 60, Outcome.OK) for at in arrivals]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("az-loss@3600s", AskedFault("az-loss@3600s", int(FaultKind.ZONE), HOUR)),
        ("az-loss@3600s+1800s", AskedFault("az-loss@3600s+1800s", int(FaultKind.ZONE), HOUR, HOUR // 2)),
        ("az-loss@1h:3", AskedFault("az-loss@1h:3", int(FaultKind.ZONE), HOUR, 0, 3)),
        ("instance-loss@600s", AskedFault("instance-loss@600s", int(FaultKind.INSTANCE), 600_000_000)),
        ("mtbf=30d", AskedFault("mtbf=30d", int(FaultKind.INSTANCE), mtbf_us=30 * 24 * HOUR)),
    ],
)
def test_a_fault_is_read(text, fault):
    assert read_faults([text]) == (fault,)


def test_every_text_that_is_no_fault_is_named_with_what_is_allowed():
    wrong = ["az-loss", "instance-loss@soon", "meteor@1h", "mtbf=", "az-loss@1h:two"]
    with pytest.raises(InputError) as caught:
        read_faults(["az-loss@1h", *wrong])
    assert [problem.seen for problem in caught.value.problems] == [repr(text) for text in wrong]
    assert {problem.path for problem in caught.value.problems} == {"--fault"}
    assert all("az-loss@1h+30min:2" in problem.allowed for problem in caught.value.problems)


def test_faults_enter_the_model_in_order_of_time():
    found = with_faults(MODEL, read_faults(["az-loss@1h+30min:2", "instance-loss@600s"]), seed=1)
    assert [fault.kind for fault in found.faults] == [FaultKind.INSTANCE, FaultKind.ZONE]
    assert found.faults[1] == Fault(HOUR, int(FaultKind.ZONE), 1, HOUR + HOUR // 2)


def test_a_zone_without_a_duration_stays_away():
    (fault,) = with_faults(MODEL, read_faults(["az-loss@1h"])).faults
    assert fault.until_us == MODEL.horizon_us


def test_no_fault_leaves_the_model_as_it_was():
    assert with_faults(MODEL, ()) is MODEL


def test_losses_at_a_rate_follow_the_fleet_the_seed_and_the_mean_time():
    long = MODEL._replace(horizon_us=1000 * HOUR)
    asked = read_faults(["mtbf=10h"])
    found = with_faults(long, asked, seed=1).faults
    assert found == with_faults(long, asked, seed=1).faults != with_faults(long, asked, seed=2).faults
    assert len(found) == pytest.approx(1000 / 10 * 3, rel=0.2)
    assert len(with_faults(long._replace(initial=1), asked, seed=1).faults) == pytest.approx(100, rel=0.3)
    packed = long._replace(variants=(Variant(8, 0, 8, cores=1),), hosts=Hosts(4, 1, 2, 8))
    assert len(with_faults(packed, asked, seed=1).faults) == pytest.approx(200, rel=0.25)
    gaps = np.diff([fault.time_us for fault in found])
    assert gaps.std() == pytest.approx(gaps.mean(), rel=0.25)


@pytest.mark.parametrize(
    ("model", "text", "allowed"),
    [
        (MODEL._replace(kind=int(Kind.SERVERLESS)), "az-loss@1h", "an option whose instances serve"),
        (MODEL._replace(kind=int(Kind.JOB)), "mtbf=1d", "an option whose instances serve"),
        (MODEL, "instance-loss@2h", "a time before the end, 2 h"),
        (MODEL, "az-loss@1h:4", "a zone from 1 to 3"),
        (MODEL, "mtbf=1ms", "at most 4,096 losses"),
    ],
)
def test_what_cannot_be_lost_is_refused_with_the_reason(model, text, allowed):
    with pytest.raises(InputError) as caught:
        with_faults(model, read_faults([text]))
    assert caught.value.problems[0].seen == repr(text)
    assert caught.value.problems[0].allowed.replace("\xa0", " ").startswith(allowed)


def test_recovery_is_the_first_minute_that_begins_five_good_ones():
    # a loss at minute 60; minutes 60 to 63 and, after two good ones, 66 fail
    bad = dict.fromkeys((60, 61, 62, 63, 66), Outcome.FAILED)
    events = [(HOUR, int(EventKind.LOST), 0, 2, 0, 0), (HOUR, int(EventKind.LOST), 1, 1, 0, 0)]
    found = resilience(made(*steady(bad), events), MODEL._replace(faults=(Fault(HOUR),)), STRICT)
    (impact,) = found.impacts
    assert impact.recovered_us == 7 * WINDOW_US
    assert impact.lost == found.lost == 2
    assert impact.during.requests == 7 * 6
    assert impact.during.failed_share == pytest.approx(5 / 7)
    assert impact.after.failed_share == impact.after.late_share == 0
    assert (found.before.requests, found.before.failed_share) == (360, 0.0)
    assert impact.text.replace("\xa0", " ") == "the promise holds again after 7 min"


def test_late_answers_break_the_promise_too():
    found = resilience(made(*steady({}, slow=(60, 61))), MODEL._replace(faults=(Fault(HOUR),)), STRICT)
    (impact,) = found.impacts
    assert impact.recovered_us == 2 * WINDOW_US
    assert (impact.during.late_share, impact.during.failed_share) == (1.0, 0.0)


def test_a_request_that_was_open_at_the_loss_counts_there():
    arrivals, latencies, outcomes = steady({})
    arrivals.append(3_595)
    latencies.append(5_000)
    outcomes.append(Outcome.FAILED)
    found = resilience(made(arrivals, latencies, outcomes), MODEL._replace(faults=(Fault(HOUR),)), STRICT)
    (impact,) = found.impacts
    assert found.before.failed_share == 0
    assert impact.during.failed_share == pytest.approx(1 / 7)
    assert impact.recovered_us == WINDOW_US


def test_a_loss_that_breaks_nothing_says_so():
    found = resilience(made(*steady({})), MODEL._replace(faults=(Fault(HOUR),)), STRICT)
    assert found.impacts[0].recovered_us == 0
    assert found.impacts[0].text == "the promise holds all the same"
    assert found.impacts[0].during.requests == 6


def test_a_promise_that_does_not_hold_again_says_before_what():
    bad = dict.fromkeys(range(60, 120), Outcome.TIMED_OUT)
    faults = (Fault(HOUR), Fault(HOUR + 10 * WINDOW_US))
    found = resilience(made(*steady(bad)), MODEL._replace(faults=faults), STRICT)
    assert [impact.recovered_us for impact in found.impacts] == [None, None]
    assert found.impacts[0].text.endswith("before the next loss")
    assert found.impacts[1].text.endswith("before the end")
    assert found.impacts[0].after.requests == 0


def test_good_minutes_that_the_end_cuts_short_are_no_recovery():
    bad = dict.fromkeys(range(60, 120 - STEADY_WINDOWS + 1), Outcome.FAILED)
    found = resilience(made(*steady(bad)), MODEL._replace(faults=(Fault(HOUR),)), STRICT)
    assert found.impacts[0].recovered_us is None
    bad.pop(120 - STEADY_WINDOWS)
    again = resilience(made(*steady(bad)), MODEL._replace(faults=(Fault(HOUR),)), STRICT)
    assert again.impacts[0].recovered_us == (60 - STEADY_WINDOWS) * WINDOW_US


def test_requests_that_hang_to_the_end_are_late_and_not_good():
    arrivals, latencies, outcomes = steady({})
    for n, at in enumerate(arrivals):
        if at >= 3600:
            outcomes[n], latencies[n] = Outcome.UNFINISHED, (7200 - at) * 1000
    found = resilience(made(arrivals, latencies, outcomes), MODEL._replace(faults=(Fault(HOUR),)), STRICT)
    assert found.impacts[0].recovered_us is None
    assert found.impacts[0].during.late_share == 1


def test_a_run_without_its_requests_cannot_answer():
    run = made([1], [1], [Outcome.OK])
    with pytest.raises(InputError, match="keeps every request"):
        resilience(type(run)(**{**vars(run), "requests": None}), MODEL, STRICT)


@pytest.fixture(scope="module")
def lost(make):
    """Three instances, one zone lost for a while, on the reference engine."""
    workload = make(("traffic", {"kind": "poisson", "rate_per_s": 20, "duration": "30 min"}), ("needs.slo", ["p95:1s"]))
    study = prepare(workload, FACTS, engine="reference")
    option = Option(name="real_time", instance_type="ml.m5.xlarge", instances=3, concurrency_per_instance=1)
    return study, simulate(study, option, requests=True, faults=read_faults(["az-loss@10min+5min:1"]))


def test_a_zone_takes_its_instances_and_the_promise_comes_back(lost):
    study, result = lost
    found = resilience(result.run, result.model, study.promise)
    (impact,) = found.impacts
    assert (impact.zone, impact.lost, found.lost) == (1, 1, 1)
    assert result.run.meters.lost == 1
    assert impact.during.failed_share > found.before.failed_share
    assert impact.recovered_us is not None


def test_a_loss_is_told_in_text_and_json(lost):
    study, result = lost
    said = "\n".join(str(part) for part in simulation_text(study, result))
    assert "1 instances lost" not in said
    assert "00:10:00 zone 1 lost (1 instance)" in said.replace("\xa0", " ")
    printed = simulation_json(study, result)["faults"]
    assert printed["instances_lost"] == 1
    (loss,) = printed["losses"]
    assert (loss["at_s"], loss["kind"], loss["zone"]) == (600.0, "zone", 1)
    assert set(loss["during"]) == {"requests", "failed_share", "late_share"}


def test_an_option_without_instances_is_refused(make):
    study = prepare(make(), FACTS)
    option = Option(name="serverless", memory_mib=4096, max_concurrency=5, concurrency_per_instance=1)
    with pytest.raises(InputError, match=r"^--fault: 'instance-loss@10min'"):
        simulate(study, option, faults=read_faults(["instance-loss@10min"]))


def test_a_rate_that_brings_no_loss_says_so(make):
    study = prepare(make(), FACTS, engine="reference")
    option = Option(name="real_time", instance_type="ml.m5.xlarge", instances=1, concurrency_per_instance=4)
    result = simulate(study, option, requests=True, faults=read_faults(["mtbf=900d"]))
    assert "mtbf=900d brought no loss in this run." in list(simulation_text(study, result))
    assert simulation_json(study, result)["faults"]["losses"] == []
