"""Changes: a study with more traffic, slower service, larger payloads or a place that nobody measured.

The random draws stay the same (common random numbers), so that a difference in the result comes from the change.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from advisor._workload_sections import Measured
from advisor.peaks import peaked
from advisor.scaled import scaled
from advisor.workload import Workload
from simulator.study import Study, study_of
from simulator.traces import Trace

__all__ = ["NO_CHANGE", "Change", "changed"]

_SEED: Final = 20_261_125
"""Of the draw that spreads the requests added to a trace; the same for every factor, so that factors nest."""

_KEPT: Final = 6
"""Studies under a change that are kept: each may hold a demand of its own."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is changed of a study; 1 leaves a thing as it is."""

    load: float = 1.0
    """Times the requests: rates, or users where these wait for each answer."""
    service: float = 1.0
    """Times the service time, everywhere."""
    payload: float = 1.0
    """Times the size of requests."""
    unmeasured: tuple[tuple[str, int], ...] = ()
    """Instance types that nobody measured, with their slots: taken to be as fast as the reference."""
    peak: float = 1.0
    """Times the distance of each rate from the mean rate, which stays as it is."""
    facts: tuple[tuple[str, float], ...] = ()
    """Facts at other values, by id, each in its unit."""
    given: tuple[tuple[str, str], ...] = ()
    """Values of assumptions, by key, for every option that rests on them."""
    budget: bool = True
    """The budget is part of the promise."""


NO_CHANGE: Final = Change()


def _more(trace: Trace, factor: float) -> Trace:
    """A trace with `factor` times its requests: counts rounded at random, rows repeated or left out at random.

    Row k is kept n + 1 times where its draw is under the rest of the factor, else n times, so the requests of a
    smaller factor are among those of a larger one. Repeated rows come within the gap to the next row.
    """
    draw = np.random.default_rng(_SEED)
    chance = draw.random(len(trace.start_us))
    if trace.counts is not None:
        more = np.floor(trace.counts * factor + chance).astype(np.int64)
        return replace(trace, counts=more, requests=int(more.sum()))
    times = int(factor) + (chance < factor - int(factor))
    rows = np.repeat(np.arange(len(times)), times)
    gap = np.append(np.diff(trace.start_us), 1)[rows]
    number = np.arange(len(rows)) - np.repeat(np.cumsum(times) - times, times)
    start = trace.start_us[rows] + (gap * number) // np.maximum(1, times[rows])

    def column(values: NDArray[np.int64] | None) -> NDArray[np.int64] | None:
        return None if values is None else values[rows]

    return replace(
        trace, requests=len(rows), start_us=start, payload_bytes=column(trace.payload_bytes),
        response_bytes=column(trace.response_bytes), service_us=column(trace.service_us),
        input_tokens=column(trace.input_tokens), output_tokens=column(trace.output_tokens),
    )  # fmt: skip


def _stretched(trace: Trace, peak: float) -> Trace:
    """A trace of counts whose bins stand `peak` times as far from their mean; rounded at random, nested like `_more`."""
    if trace.counts is None:
        return trace
    wanted = np.maximum(0.0, trace.counts.mean() + peak * (trace.counts - trace.counts.mean()))
    chance = np.random.default_rng(_SEED).random(len(wanted))
    counts = np.floor(wanted * (trace.counts.sum() / wanted.sum()) + chance).astype(np.int64)
    return replace(trace, counts=counts, requests=int(counts.sum()))


def _trace(trace: Trace, change: Change) -> Trace:
    """A trace under a change: its recorded service times and sizes are multiplied as the stated ones are."""
    if change.service != 1.0 and trace.service_us is not None:
        trace = replace(trace, service_us=np.maximum(1, np.rint(trace.service_us * change.service)).astype(np.int64))
    if change.payload != 1.0 and trace.payload_bytes is not None:
        trace = replace(trace, payload_bytes=np.rint(trace.payload_bytes * change.payload).astype(np.int64))
    if change.peak != 1.0:
        trace = _stretched(trace, change.peak)
    return trace if change.load == 1.0 else _more(trace, change.load)


def _with_rows(workload: Workload, rows: tuple[tuple[str, int], ...]) -> Workload:
    if not rows:
        return workload
    service = workload.service
    more = tuple(Measured(on=name, time=service.time, slots=slots) for name, slots in rows)
    return workload.model_copy(update={"service": service.model_copy(update={"measured": (*service.measured, *more)})})


def changed(study: Study, change: Change) -> Study:
    """The study under a change: the same seed, horizon and assumptions, another demand where traffic or sizes differ.

    The last few are kept, since many candidates ask for the same change.

    >>> from simulator.study import prepare
    >>> study = prepare("receipt-classifier")
    >>> 1.9 < changed(study, Change(load=2.0)).load.requests / study.load.requests < 2.1
    True
    """
    change = replace(change, given=())  # values of assumptions are put in where a run is made
    if change == NO_CHANGE:
        return study
    with study.making:
        if change not in study.kept:
            while len(study.kept) >= _KEPT:
                del study.kept[next(iter(study.kept))]
            study.kept[change] = _made(study, change)
        return study.kept[change]


def _made(study: Study, change: Change) -> Study:
    workload = scaled(study.workload, load=change.load, service=change.service, payload=change.payload)
    if change.peak != 1.0:
        traffic = peaked(workload.traffic, change.peak)
        workload = workload if traffic is None else workload.model_copy(update={"traffic": traffic})
    workload = _with_rows(workload, change.unmeasured)
    if not change.budget:
        needs = workload.needs.model_copy(update={"budget_usd_per_month": None})
        workload = workload.model_copy(update={"needs": needs})
    facts = study.facts.with_values(dict(change.facts)) if change.facts else study.facts
    if replace(change, unmeasured=(), facts=(), budget=True) == NO_CHANGE:
        return study.same_demand(workload, facts)
    trace = None if study.trace is None else _trace(study.trace, change)
    return study_of(
        workload, facts, study.seed, study.start, study.engine, trace, study.horizon_us, study.cancel, study.terms
    )  # fmt: skip
