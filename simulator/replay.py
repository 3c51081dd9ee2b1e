"""Replay: one option over time, the way pages and reports show it, in series of at most 2,000 points."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from advisor.errors import TooLargeError
from advisor.options import Option
from advisor.popularity import apart
from advisor.units import format_count
from simulator.alarms import Stretch, alarms
from simulator.busiest import fault_of
from simulator.distribution import Distribution, distribution, distribution_of
from simulator.envelope import Line, averages, envelope
from simulator.fleet_lines import Fleet, environments, fleet
from simulator.play import Simulation, simulate
from simulator.recorder import Recorded, Recorder
from simulator.resilience import Impact, resilience
from simulator.spells import Bound, Spell, bound_of, spells
from simulator.steps import step_and_tick
from simulator.story import Story, fleetless, story_of
from simulator.study import Study
from simulator.timeline import Happening

__all__ = ["COUNTS", "Loss", "Replay", "Span", "replay", "replay_of"]

_MOST_INTERVALS: Final = 1_500
_MOST_ROWS: Final = 3_000_000
"""Attempts of a run whose every request is kept, as the effect of a loss asks for."""
_HOUR_US: Final = 3_600_000_000
_DAY_US: Final = 24 * _HOUR_US
_FEWEST_DAYS: Final = 3
_EACH: Final = (1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 360, 720, 1440)
COUNTS: Final = ("arrivals", "answered", "late", "throttled", "failed", "cold")
"""Columns of a span that are counts."""


@dataclass(frozen=True)
class Span:
    """A stretch of the run: the whole or a day."""

    from_us: int
    end_us: int
    every_us: int
    """Length of the intervals."""
    columns: dict[str, NDArray[np.float64]]
    """By interval: counts (arrivals, and by the arrival of the request answered, late, throttled, failed, cold), p50_us and
    p99_us of the requests that arrived in it, waiting on average and most_waiting."""
    waiting: Line
    """The most that waited."""
    fleet: Fleet
    distribution: Distribution
    events: tuple[Happening, ...]
    alarms: tuple[Stretch, ...]
    """While an alarm asked for more capacity."""

    @property
    def at_us(self) -> NDArray[np.int64]:
        """Start of each interval, int64[n], microseconds from the start of the run."""
        return self.from_us + np.arange(len(self.columns["arrivals"])) * self.every_us

    @property
    def rate_per_s(self) -> NDArray[np.float64]:
        """Attempts per second in each interval; the last may be cut by the end."""
        lengths = np.minimum(self.at_us + self.every_us, self.end_us) - self.at_us
        return self.columns["arrivals"] / np.maximum(lengths / 1e6, 1e-6)

    def count(self, name: str) -> int:
        """Sum of a count over the span."""
        return int(self.columns[name].sum())


@dataclass(frozen=True, slots=True)
class Loss:
    """What a fault did."""

    impact: Impact
    failed: int
    """Requests that failed, beyond those that fail without it."""
    before: int
    """Instances or copies in service before it."""
    whole_us: int | None
    """From the loss until as many were in service again; None: not before the end of the run."""


@dataclass(frozen=True)
class Replay:
    """One option over one draw of the traffic."""

    option: Option
    whole: Span
    day: Span | None
    """The day with the busiest hour, or that of a loss, of a run of three days and more."""
    spells: tuple[Spell, ...]
    bound: Bound | None
    kept: bool
    """The run keeps its promise."""
    ended: int
    """Requests that ended, counted without the warm-up, as everything about the whole run is."""
    lost: int
    """Of these, throttled, failed or too large."""
    unfinished: int
    """Still open at the end."""
    too_large: int
    """Refused for their size before they reached the endpoint: in no series."""
    warm_up_us: int
    apart: int
    """Endpoints that share the traffic alike: one of them is shown."""
    attempts: int
    """How often a caller tries."""
    exact: bool
    """Percentiles over time come from every request, else from buckets 0.39 % wide."""
    loss: Loss | None
    daily: bool
    """The traffic follows the hours of a day, so a time of the run is a time of day."""


def _every(steps: int) -> int:
    """Steps of an interval, so that a span has at most `_MOST_INTERVALS`."""
    return next((n for n in _EACH if -(-steps // n) <= _MOST_INTERVALS), -(-steps // _MOST_INTERVALS))


def _columns(recorded: Recorded, first: int, stop: int, each: int) -> dict[str, NDArray[np.float64]]:
    """The columns of a span by interval of `each` steps."""
    starts = np.arange(0, stop - first, each)
    parts = {name: recorded.columns[name][first:stop] for name in (*COUNTS, "waiting", "most_waiting")}
    found = {name: np.add.reduceat(parts[name], starts) for name in COUNTS}
    found["p50_us"], found["p99_us"] = recorded.slow.quantiles(first, stop, each, [0.5, 0.99])
    found["waiting"] = averages(parts["waiting"], each)
    found["most_waiting"] = np.maximum.reduceat(parts["most_waiting"], starts)
    return found


def _span(recorded: Recorded, told: Story, played: Simulation, first: int, stop: int, spread: Distribution) -> Span:
    """The steps from `first` to before `stop`; `told` is the fleet over the same time."""
    each, step, model = _every(stop - first), recorded.step_us, played.model
    served = (
        environments(recorded, first, stop, each, model.serverless.provisioned)
        if fleetless(model)
        else fleet(told, max(1, each * step // told.table.step_us))
    )
    peaks = Line(np.arange(first, stop) * step, recorded.columns["most_waiting"][first:stop])
    found = tuple(one for one in alarms(played.run.timeline, model) if one.end_us > first * step)
    return Span(
        first * step, min(played.run.end_us, stop * step) or step, each * step, _columns(recorded, first, stop, each), envelope(peaks),
        served, spread, told.events, tuple(one for one in found if one.from_us < stop * step),
    )  # fmt: skip


def _day(recorded: Recorded, end_us: int, loss: Loss | None) -> int | None:
    """The whole day with the busiest hour, or that of a loss, from 0; None for a run of under three days."""
    days, hour = end_us // _DAY_US, max(1, _HOUR_US // recorded.step_us)
    if days < _FEWEST_DAYS or _DAY_US % recorded.step_us:
        return None
    if loss is not None:
        return min(days - 1, loss.impact.at_us // _DAY_US)
    arrivals = recorded.columns["arrivals"][: days * (_DAY_US // recorded.step_us)]
    busiest = int(np.argmax(arrivals.reshape(-1, hour).sum(axis=1)))
    return busiest * hour * recorded.step_us // _DAY_US


def _loss(study: Study, played: Simulation, told: Story) -> Loss | None:
    """The effect of the first fault of a run, against the same traffic without it."""
    if not played.asked:
        return None
    impact = resilience(played.run, played.model, study.promise).impacts[0]
    at = np.round(told.table.of("time_s") * 1e6)
    serving = told.table.of("in_service")
    after = int(np.searchsorted(at, impact.at_us, side="right"))
    before = int(serving[max(0, int(np.searchsorted(at, impact.at_us, side="left")) - 1)])
    back = np.flatnonzero(serving[after:] >= before)
    whole = int(at[after + back[0]]) - impact.at_us if len(back) else None
    without = simulate(study, played.option).summary
    more = sum(played.summary.failed.values()) - sum(without.failed.values())
    return Loss(impact, max(0, more), before, whole)


def replay_of(study: Study, played: Simulation, recorded: Recorded) -> Replay:
    """What a run was, from its result and its record."""
    run, bound = played.run, bound_of(study.promise)
    told, limit, steps = story_of(played), bound.us if bound else None, len(recorded.columns["ended"])
    loss = _loss(study, played, told)
    number, each = _day(recorded, run.end_us, loss), _DAY_US // recorded.step_us
    day = None
    if number is not None:
        first, stop = number * each, (number + 1) * each
        spread = distribution(*recorded.slow.within(first, stop), limit)
        day = _span(recorded, told.day(number), played, first, stop, spread)
    found = played.summary
    return Replay(
        played.option, _span(recorded, told, played, 0, steps, distribution_of(run.latency, limit)), day,
        spells(recorded, study.promise), bound, study.promise.kept(played), found.arrivals - found.unfinished,
        sum(found.failed.values()), found.unfinished, played.too_large, run.window_from_us,
        apart(study.workload, played.option.name, study.facts.mechanism), played.model.caller.attempts, recorded.slow.exact,
        loss, study.workload.traffic.kind == "daily",
    )  # fmt: skip


def replay(
    study: Study, option: Option, *, fault: str = "none", progress: Callable[[int, int, str], object] | None = None
) -> Replay:
    """Play one option over the first draw of the traffic and tell what happened over time.

    Arguments: `fault` is a name of `simulator.busiest.FAULTS`; `progress` is called with (requests played, requests in
    all, what is being done). Memory grows with the length of the run, not with its requests, up to the answers whose
    latency is kept (`simulator.recorder.MOST_EXACT`).

    Raises Cancelled when the study's flag is set, InputError where the option has nothing to lose, TooLargeError where a
    run with a fault has more requests than can be kept.
    """
    rows = study.load.requests * study.workload.caller.attempts
    faults = fault_of(study, fault)
    if faults and rows > _MOST_ROWS:
        raise TooLargeError(
            f"{format_count(rows)} requests: the effect of a loss can be shown for up to {format_count(_MOST_ROWS)}; "
            "state a shorter traffic.duration"
        )
    of = max(1, rows // apart(study.workload, option.name, study.facts.mechanism))

    def tell(seen: int) -> None:
        if progress is not None:
            progress(min(seen, of), of, "replaying request")

    bound = bound_of(study.promise)
    recorder = Recorder(*step_and_tick(study.horizon_us), bound.us if bound else None, tell)
    played = simulate(study, option, requests=True if faults else None, faults=faults, observe=recorder)
    return replay_of(study, played, recorder.recorded(max(1, played.run.end_us)))
