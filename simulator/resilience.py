"""Faults as a question: what the promise loses when instances or a zone are lost, and when it holds again.

A request is put where callers feel it: in the minute of its arrival, or in the minute of the loss where it was open
then. The promise holds again at the start of the first minute after the loss in which every bound is kept, if that
stays so for `STEADY_WINDOWS` minutes in a row.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.errors import InputError, Problem, UnitError
from advisor.units import format_duration, parse_duration_us
from simulator._draws import generator
from simulator.codes import EventKind, FaultKind, Kind, Outcome
from simulator.model import Fault, ServingModel, checked, variants_of
from simulator.promise import Promise
from simulator.run import Requests, Run

__all__ = [
    "STEADY_WINDOWS",
    "WINDOW_US",
    "AskedFault",
    "Impact",
    "Resilience",
    "Span",
    "invulnerable",
    "read_faults",
    "resilience",
    "with_faults",
]

WINDOW_US: Final = 60_000_000
"""Length of a window in which the promise is looked at."""
STEADY_WINDOWS: Final = 5
"""Windows in a row that must keep the promise."""
_MOST_FAULTS: Final = 2**12
_FORMS: Final = "az-loss@1h, az-loss@1h+30min:2 (for half an hour, zone 2), instance-loss@600s or mtbf=30d"


class AskedFault(NamedTuple):
    """One `--fault`: a loss at a time, or losses at a rate."""

    text: str
    """As it was asked for."""
    kind: int
    """Code of `FaultKind`."""
    at_us: int = 0
    """Time of the loss, microseconds from the start."""
    lasts_us: int = 0
    """How long a zone is away; 0: to the end of the run."""
    zone: int = 1
    """Zone that is lost, from 1."""
    mtbf_us: int = 0
    """Mean time between losses of one instance; 0: one loss at `at_us`."""


def _read(text: str) -> AskedFault:
    """One fault from its text; raises UnitError or ValueError where it is none."""
    name, _, rest = text.partition("=")
    if name == "mtbf":
        return AskedFault(text, int(FaultKind.INSTANCE), mtbf_us=max(1, parse_duration_us(rest)))
    name, _, rest = text.partition("@")
    if name == "instance-loss":
        return AskedFault(text, int(FaultKind.INSTANCE), parse_duration_us(rest))
    if name != "az-loss":
        raise ValueError(text)
    times, _, zone = rest.partition(":")
    at, _, lasts = times.partition("+")
    return AskedFault(
        text,
        int(FaultKind.ZONE),
        parse_duration_us(at),
        max(1, parse_duration_us(lasts)) if lasts else 0,
        int(zone or 1),
    )


def read_faults(texts: Sequence[str]) -> tuple[AskedFault, ...]:
    """The faults that were asked for. Raises InputError with every text that is none.

    >>> [(f.at_us // 10**6, f.lasts_us // 10**6, f.zone) for f in read_faults(["az-loss@1h+30min:2"])]
    [(3600, 1800, 2)]
    """
    found, problems = [], []
    for text in texts:
        try:
            found.append(_read(text.strip()))
        except (UnitError, ValueError):
            problems.append(Problem("--fault", repr(text), _FORMS))
    if problems:
        raise InputError(problems)
    return tuple(found)


def _resolved(asked: AskedFault, model: ServingModel, source: np.random.Generator) -> Iterator[Fault]:
    """The losses of one asked fault up to the horizon."""
    if not asked.mtbf_us:
        until = 0
        if asked.kind == FaultKind.ZONE:
            until = min(model.horizon_us, asked.at_us + asked.lasts_us) if asked.lasts_us else model.horizon_us
        target = asked.zone - 1 if asked.kind == FaultKind.ZONE else int(source.integers(0, 2**32))
        yield Fault(asked.at_us, asked.kind, target, until)
        return
    fleet = max(1, model.hosts.initial if model.hosts.maximum else sum(v.initial for v in variants_of(model)))
    time = 0
    while True:
        time += max(1, round(source.standard_exponential() * asked.mtbf_us / fleet))
        if time > model.horizon_us:
            return
        yield Fault(time, asked.kind, int(source.integers(0, 2**32)))


def invulnerable(model: ServingModel) -> str:
    """Why an endpoint has nothing that a fault could take, in words; empty where it has.

    >>> invulnerable(ServingModel(600, 4))
    ''
    """
    if model.kind == Kind.JOB:
        return "No fault to show: a batch job that loses an instance is started anew by AWS, which is not modelled."
    if model.kind != Kind.COPIES or model.on_demand:
        return "No fault to show: AWS replaces what is lost here without showing it."
    return ""


def with_faults(model: ServingModel, asked: Sequence[AskedFault], seed: int = 0, replication: int = 0) -> ServingModel:
    """The model with the faults that were asked for, drawn from a stream of their own.

    A mean time between losses is that of one instance; losses come at its rate times the fleet at the start. Raises
    InputError where the endpoint has no instances to lose, or a fault lies outside the run.
    """
    if not asked:
        return model
    problems: list[Problem] = []
    if invulnerable(model):
        allowed = "an option whose instances serve all the time: here AWS replaces what is lost without showing it"
        raise InputError([Problem("--fault", repr(fault.text), allowed) for fault in asked])
    for fault in asked:
        if not fault.mtbf_us and fault.at_us >= model.horizon_us:
            problems.append(
                Problem("--fault", repr(fault.text), f"a time before the end, {format_duration(model.horizon_us)}")
            )
        if not 1 <= fault.zone <= model.zones:
            problems.append(Problem("--fault", repr(fault.text), f"a zone from 1 to {model.zones}"))
    if problems:
        raise InputError(problems)
    source = generator(seed, replication, "faults")
    faults: list[Fault] = []
    for fault in asked:
        for made in _resolved(fault, model, source):
            faults.append(made)
            if len(faults) > _MOST_FAULTS:
                allowed = f"at most {_MOST_FAULTS:,} losses in a run: a longer mean time, or a shorter traffic.duration"
                raise InputError([Problem("--fault", repr(fault.text), allowed)])
    return checked(model._replace(faults=tuple(sorted(faults, key=lambda one: one.time_us))))


@dataclass(frozen=True, slots=True)
class Span:
    """What the requests of a stretch of time got."""

    requests: int
    """Requests that ended, or that are open and late already."""
    failed_share: float
    late_share: float
    """Share answered later than the tightest latency bound, failures apart; 0 where no bound is stated."""


@dataclass(frozen=True, slots=True)
class Impact:
    """One loss: what it took, and what followed until the next one or the end."""

    at_us: int
    kind: int
    """Code of `FaultKind`."""
    zone: int
    """Zone that was lost, from 1; 0 for an instance."""
    lost: int
    """Instances lost."""
    during: Span
    """From the loss until the promise held again and a lost zone was back; at least one window."""
    after: Span
    """From then to the next loss or the end."""
    recovered_us: int | None
    """From the loss until the promise held again; None: not before the next loss or the end."""
    last: bool
    """No further loss follows."""

    @property
    def text(self) -> str:
        """When the promise held again, in words."""
        if self.recovered_us is None:
            return f"the promise does not hold again before the {'end' if self.last else 'next loss'}"
        if self.recovered_us == 0:
            return "the promise holds all the same"
        return f"the promise holds again after {format_duration(self.recovered_us)}"


@dataclass(frozen=True, slots=True)
class Resilience:
    """What losses did to a run."""

    before: Span
    """From the start of the window to the first loss."""
    impacts: tuple[Impact, ...]
    lost: int
    """Instances lost over the run."""


class _Ended(NamedTuple):
    """Final records as columns of equal length."""

    first: NDArray[np.int64]
    response: NDArray[np.int64]
    failed: NDArray[np.bool_]
    latency: NDArray[np.int64]
    """Microseconds; of a failed request beyond every bound."""


def _ended(kept: Requests, bound_us: int | None) -> _Ended:
    """What ended for good, and what is open and late already: that is as good as answered late."""
    open_ = kept.outcome == Outcome.UNFINISHED
    latency = kept.response_us - kept.first_us
    counts = (kept.final == 1) & (~open_ | (latency > bound_us if bound_us is not None else False))
    failed = (kept.outcome != Outcome.OK) & ~open_
    latency = np.where(failed, np.iinfo(np.int64).max, latency)
    return _Ended(kept.first_us[counts], kept.response_us[counts], failed[counts], latency[counts])


def _span(rows: _Ended, inside: NDArray[np.bool_], bound_us: int | None) -> Span:
    count = int(np.count_nonzero(inside))
    if not count:
        return Span(0, 0.0, 0.0)
    failed = int(np.count_nonzero(rows.failed & inside))
    late = 0 if bound_us is None else int(np.count_nonzero((rows.latency > bound_us) & ~rows.failed & inside))
    return Span(count, failed / count, late / count)


def _kept(rows: _Ended, felt: NDArray[np.int64], start: int, stop: int, promise: Promise) -> NDArray[np.bool_]:
    """Whether each whole window from `start` to `stop` keeps every bound: bool[windows]; an empty one does."""
    windows = (stop - start) // WINDOW_US
    inside = (felt >= start) & (felt < start + windows * WINDOW_US)
    number = (felt[inside] - start) // WINDOW_US
    held = np.ones(windows, dtype=np.bool_)
    ended = np.bincount(number, minlength=windows)
    for slo in promise.slos:
        if slo.bound_us is not None:
            within = np.bincount(number[rows.latency[inside] <= slo.bound_us], minlength=windows)
            held &= within >= (slo.percentile or 0.0) * ended
        elif slo.bound_share is not None:
            failed = np.bincount(number[rows.failed[inside]], minlength=windows)
            held &= failed <= slo.bound_share * ended
    return held


def _recovered(held: NDArray[np.bool_]) -> int | None:
    """The first window from which on `STEADY_WINDOWS` in a row hold.

    >>> _recovered(np.array([0, 1, 0, 1, 1, 1, 1, 1], dtype=bool)), _recovered(np.ones(4, dtype=bool))
    (3, None)
    """
    if len(held) < STEADY_WINDOWS:
        return None
    steady = np.lib.stride_tricks.sliding_window_view(held, STEADY_WINDOWS).all(axis=1)
    return int(np.argmax(steady)) if steady.any() else None


def resilience(run: Run, model: ServingModel, promise: Promise) -> Resilience:
    """What the faults of a model did to a run. Raises InputError where the run kept no requests."""
    if run.requests is None:
        raise InputError([Problem("--fault", "a run without its requests", "a run that keeps every request")])
    bound = min(promise.bounds_us, default=None)
    rows = _ended(run.requests, bound)
    faults = [fault for fault in model.faults if fault.time_us < run.end_us]
    first = faults[0].time_us if faults else run.end_us
    gone = EventKind.HOST_GONE if model.hosts.maximum else EventKind.LOST
    losses = run.timeline.time_us[run.timeline.kind == int(gone)]
    impacts = []
    for number, fault in enumerate(faults):
        last = number + 1 == len(faults)
        at, stop = fault.time_us, run.end_us if last else faults[number + 1].time_us
        felt = np.where(rows.response >= at, np.maximum(rows.first, at), rows.first)
        held = _recovered(_kept(rows, felt, at, stop, promise))
        back = stop if held is None else min(stop, max(at + max(1, held) * WINDOW_US, min(fault.until_us, run.end_us)))
        during = (felt >= at) & (felt < back)
        after = (felt >= back) & (felt < stop)
        impacts.append(Impact(
            at, fault.kind, fault.target + 1 if fault.kind == FaultKind.ZONE else 0, int(np.count_nonzero(losses == at)),
            _span(rows, during, bound), _span(rows, after, bound), None if held is None else held * WINDOW_US, last,
        ))  # fmt: skip
    before = (rows.first >= run.window_from_us) & (rows.response < first)
    return Resilience(_span(rows, before, bound), tuple(impacts), sum(impact.lost for impact in impacts))
