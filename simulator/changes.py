"""Changes: a study with more traffic, slower service, larger payloads or a place that nobody measured.

The random draws stay the same (common random numbers), so that a difference in the result comes from the change.
"""

from dataclasses import dataclass, replace
from typing import Final

from advisor._workload_sections import Measured
from advisor.peaks import peaked
from advisor.scaled import scaled
from advisor.workload import Workload
from simulator.changed_trace import changed_trace
from simulator.study import Study, study_of

__all__ = ["NO_CHANGE", "Change", "changed"]

_KEPT: Final = 6
"""Studies under a change that are kept: each may hold a demand of its own."""
_KEPT_REQUESTS: Final = 16_000_000
"""Requests of these together: what a search under many large loads holds stays within some hundred MB."""


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
            made = _made(study, change)
            while study.kept and (len(study.kept) >= _KEPT or _held(study) + made.load.requests > _KEPT_REQUESTS):
                del study.kept[next(iter(study.kept))]
            study.kept[change] = made
        return study.kept[change]


def _held(study: Study) -> int:
    """Requests of the studies that are kept."""
    return sum(one.load.requests for one in study.kept.values())


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
    trace = study.trace
    if trace is not None:
        trace = changed_trace(trace, load=change.load, service=change.service, payload=change.payload, peak=change.peak)
    return study_of(
        workload, facts, study.seed, study.start, study.engine, trace, study.horizon_us, study.cancel, study.terms
    )
