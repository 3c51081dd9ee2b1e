"""Behaviour that public measurements show, out of the product's own endpoint builders: bounds that each of them keeps."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from advisor.facts import Facts, load_facts
from advisor.options import Option
from advisor.workload import Workload
from simulator._validation_check import SECOND, Check, is_true, kept
from simulator.assumptions import assume
from simulator.codes import EventKind
from simulator.play import Simulation, simulate
from simulator.run import Timeline
from simulator.study import prepare
from simulator.tape import Supply

__all__ = ["behaviour_rows"]

_SEED: Final = 42
_TYPE: Final = "ml.m5.large"
_MINUTES_S: Final = 120.0
_TAIL: Final = (1.9, 6.4)
"""Published p99 over median of the start-ups of one GPU fleet."""


def _workload(phases: list[tuple[float, str]], *, immediate: bool) -> Workload:
    """A small classifier under traffic in phases of (requests per second, duration)."""
    table: dict[str, Any] = {
        "schema": 1,
        "name": "behaviour",
        "traffic": {"kind": "phases", "phases": [{"rate_per_s": rate, "duration": lasts} for rate, lasts in phases]},
        "request": {"payload": "10 KB", "response": "1 KB"},
        "service": {"reference": _TYPE, "time": "200 ms", "slots": 2},
        "model": {"size": "250 MB", "memory": "1.2 GB", "image": "2 GB", "needs_gpu": False},
        "needs": {"immediate_response": immediate, "availability": "single"},
    }
    return Workload.from_mapping(table)


def _times(timeline: Timeline, kind: EventKind, after_us: int) -> NDArray[np.int64]:
    """When something of this kind happened from `after_us` on."""
    found: NDArray[np.int64] = timeline.time_us[(timeline.kind == kind) & (timeline.time_us >= after_us)]
    return found


def _burst(facts: Facts) -> Iterator[Check]:
    """An asynchronous endpoint at zero gets forty requests within ten seconds."""
    workload = _workload([(0, "10 min"), (4, "10 s"), (0, "60 min")], immediate=False)
    option = Option(name="async", instance_type=_TYPE, max_instances=2, backlog_target=5.0, concurrency_per_instance=2)
    study = prepare(workload, facts, seed=_SEED, start="empty")
    played = simulate(study, option, requests=True)
    rows, timeline = kept(played.run), played.run.timeline
    first = int(np.argmin(rows.response_us))
    came = int(rows.arrival_us[0])
    latency = int(rows.response_us[first] - rows.arrival_us[first])
    alarm, action, ready = (
        int(_times(timeline, kind, came)[0]) for kind in (EventKind.ALARM, EventKind.SCALE_OUT, EventKind.READY)
    )
    period, points = (facts.of("autoscaling", f"from_zero_async_{name}") for name in ("period", "datapoints"))
    window = period.us() * points.number() / SECOND
    delay = facts.of("autoscaling", "action_delay")
    start = facts.fact("start.launch_cpu")
    name = "async from zero, 40 requests in 10 s"
    yield is_true(name, "first answer after, s", _MINUTES_S, latency / SECOND, "≥")
    early = "the backlog is looked at when a period ends, so the first may be cut short"
    yield is_true(name, "alarm after, s", window - period.us() / SECOND, (alarm - came) / SECOND, "≥", early)
    yield is_true(name, "alarm after, s", window, (alarm - came) / SECOND, "≤", "datapoints x period")
    yield is_true(name, "action after the alarm, s", delay.us("low") / SECOND, (action - alarm) / SECOND, "≥")
    yield is_true(name, "action after the alarm, s", delay.us("high") / SECOND, (action - alarm) / SECOND, "≤")
    yield is_true(name, "launch, image and model, s", start.us("low") / SECOND, (ready - action) / SECOND, "≥")
    parts = (alarm - came) + (action - alarm) + (ready - action)
    rest = latency - int(rows.finish_us[first] - rows.start_us[first]) - played.assumed.overhead_us
    waited = rest + int(rows.arrival_us[first]) - came
    yield is_true(
        name, "first answer less its parts, us", 0, waited - parts, "=", "alarm, action, start-up, work, overhead"
    )


def _steps(facts: Facts) -> Iterator[Check]:
    """A real-time endpoint with standard target tracking: load times ten for half an hour."""
    up, down = 20 * 60 * SECOND, 60 * 60 * SECOND
    workload = _workload([(2, "20 min"), (20, "40 min"), (2, "60 min")], immediate=True)
    option = Option(
        name="real_time", instance_type=_TYPE, instances=1, min_instances=1, max_instances=6, target_per_min=420.0,
        concurrency_per_instance=2,
    )  # fmt: skip
    study = prepare(workload, facts, seed=_SEED, start="empty")
    runs: list[Simulation] = [simulate(study, option, replication=number) for number in range(8)]
    more = [(int(_times(played.run.timeline, EventKind.READY, up)[0]) - up) / SECOND for played in runs]
    fewer = [(int(_times(played.run.timeline, EventKind.DRAIN, down)[0]) - down) / SECOND for played in runs]
    name = "target tracking on invocations, 2 to 20 /s and back, 8 runs"
    reported = facts.fact("observed.as_user_out").us() / SECOND
    window = facts.of("autoscaling", "scale_in_datapoints").number() * facts.of("autoscaling", "scale_in_period").us()
    yield is_true(name, "earliest new capacity after, s", reported, min(more), "≥", f"latest {max(more):.0f} s")
    yield is_true(name, "earliest removal after, s", window / SECOND, min(fewer), "≥", f"latest {max(fewer):.0f} s")


def _tails(facts: Facts) -> Iterator[Check]:
    """Start-ups of an instance on the supply tape."""
    workload = _workload([(1, "10 min")], immediate=True)
    option = Option(name="real_time", instance_type=_TYPE, instances=1, concurrency_per_instance=2)
    start = assume(workload, option, facts).start
    drawn = Supply(_SEED, start=start).tape("start_us", 200_000)
    tail = float(np.quantile(drawn, 0.99) / np.quantile(drawn, 0.5))
    name = "start-up of an instance, 200,000 drawn"
    yield is_true(name, "p99 over median", _TAIL[0], tail, "≥")
    yield is_true(name, "p99 over median", _TAIL[1], tail, "≤")


def behaviour_rows() -> Iterator[Check]:
    """Every shape with its bound."""
    facts = load_facts()
    yield from _burst(facts)
    yield from _steps(facts)
    yield from _tails(facts)
