"""A `Study`: what all options of a workload share. `simulator.play` plays one of them.

Demand is drawn once per seed and replication and shared by every option and size (common random numbers).
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Final, Literal

from advisor.attributes import Attributes, project
from advisor.check import check_workload
from advisor.errors import InputError, Problem
from advisor.facts import Facts, load_facts
from advisor.load import TrafficSummary
from advisor.places import Place, places
from advisor.terms import LIST_PRICE, Terms
from advisor.units import format_duration
from advisor.workload import Model, TraceTraffic, Workload, load_workload
from simulator import arrivals, tape
from simulator.promise import Promise, promise_of
from simulator.traces import Trace, trace_of
from simulator.traffic_summary import summarise

__all__ = ["STAYS", "Study", "prepare", "study_of"]

WARM_UP_SHARE: Final = 0.1
STAYS: Final = "stays"
"""Marks what stays in its process when a study travels to another one (see `simulator.recipe`)."""
_HERE: Final = {STAYS: True}
_MOST_KEPT_ROWS: Final = 2 * tape.HELD_ROWS
"""Rows of all replications that a study keeps drawn; the first draw always stays."""


@dataclass(frozen=True)
class Study:
    """What every option of a workload shares: demand, its summary, attributes, promise, facts."""

    workload: Workload
    facts: Facts
    seed: int
    start: str
    engine: Literal["fast", "reference"]
    horizon_us: int
    window_from_us: int
    trace: Trace | None
    load: TrafficSummary
    attributes: Attributes
    promise: Promise
    notes: tuple[str, ...]
    cancel: threading.Event | None = field(default=None, metadata=_HERE)
    terms: Terms = LIST_PRICE
    """What bills are made under beside the list price."""
    _demands: dict[int, tape.Demand] = field(default_factory=dict, repr=False, metadata=_HERE)
    offered: dict[object, int] = field(default_factory=dict, repr=False, metadata=_HERE)
    """Offered concurrency by place, once it was asked for."""
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False, metadata=_HERE)
    """Guards what is filled in later."""
    kept: dict[object, "Study"] = field(default_factory=dict, repr=False, metadata=_HERE)
    """Studies made of this one by a change, the last few."""
    making: threading.Lock = field(default_factory=threading.Lock, repr=False, metadata=_HERE)
    """Guards these."""

    @cached_property
    def places(self) -> dict[str, Place]:
        """Where the workload can be served."""
        return places(self.workload, self.facts)

    def same_demand(self, workload: Workload, facts: Facts) -> "Study":
        """The same study, its demand included, under other facts and of a workload whose requests are the same ones."""
        return replace(
            self, workload=workload, facts=facts, attributes=project(workload, self.load), promise=promise_of(workload),
            offered={}, kept={},
        )  # fmt: skip

    def stopped_by(self, cancel: threading.Event) -> "Study":
        """The same study with another cancel flag; what is drawn from now on is its own."""
        return replace(self, cancel=cancel, _demands=dict(self._demands), kept={})

    def light(self) -> "Study":
        """The same study without what was drawn for it: small enough to be kept beside an answer."""
        return replace(self, trace=None, cancel=None, _demands={}, kept={})

    def under(self, terms: Terms) -> "Study":
        """The same study, its demand included, with bills under other terms."""
        return replace(self, terms=terms, kept={})

    def demand(self, replication: int = 0) -> tape.Demand:
        """The demand of one replication; drawn once, the last few kept and the first one always."""
        with self.lock:
            if replication not in self._demands:
                most = max(1, _MOST_KEPT_ROWS // max(1, self.load.requests))
                later = [number for number in self._demands if number]
                for number in later[: max(0, len(later) - most + 1)]:
                    del self._demands[number]
                self._demands[replication] = tape.Demand(
                    self.workload,
                    self.seed,
                    self.horizon_us,
                    trace=self.trace,
                    replication=replication,
                    cancel=self.cancel,
                )
            return self._demands[replication]


def _notes(workload: Workload, load: TrafficSummary) -> tuple[str, ...]:
    """What the drawn traffic cannot show."""
    found = [load.note] if load.note else []
    if workload.model.count > 1:
        found.append(_several(workload.model))
    if not load.requests:
        window = format_duration(load.horizon_us)
        found.append(f"no request arrives in {window}: nothing was simulated; state a longer traffic.duration")
    return tuple(found)


def _several(model: Model) -> str:
    """How several models are compared."""
    count = f"{model.count:,}"
    if model.chained is True:
        return f"model.count is {count}, in a row: the service time is that of all of them"
    share = "its share" if not model.zipf_exponent else "the mean share (some get more)"
    return (
        f"model.count is {count}: the traffic is that of all models together; an option that serves one model is simulated "
        f"as one of {count} such endpoints, with {share} of the requests, and its cost is that of all {count}"
    )


def prepare(
    workload: Workload | str | Path,
    facts: Facts | None = None,
    *,
    seed: int = 0,
    trace: Path | None = None,
    columns: Mapping[str, str] | None = None,
    start: str = "warm",
    engine: str = "fast",
    cancel: threading.Event | None = None,
    terms: Terms = LIST_PRICE,
    reader: Callable[..., Trace] | None = None,
) -> Study:
    """Read, check and draw everything that the options share.

    Arguments: `workload` is a Workload, a path, or the name of a bundled example; `facts` default to the `aws`
    profile; `trace` replaces the workload's traffic, its `columns` map our names to the file's; `start` is warm (fleet
    sized for the first period) or empty (the minimum); `cancel` stops runs when set; `terms` of the bills; `reader` reads the trace
    (`simulator.trace_stream.streamed` for one of any length). Raises InputError for unusable
    input, TooLargeError when the tape would not fit.
    """
    folder = None
    if not isinstance(workload, Workload):
        folder = Path(workload).parent
        workload = load_workload(workload)
    facts = load_facts() if facts is None else facts
    problems = []
    if start not in {"warm", "empty"}:
        problems.append(Problem("--start", repr(start), "warm or empty"))
    if engine not in {"fast", "reference"}:
        problems.append(Problem("--engine", repr(engine), "fast or reference"))
    if problems:
        raise InputError(problems)
    check_workload(workload, facts)
    if trace is not None and workload.traffic.kind != "trace":
        workload = workload.model_copy(update={"traffic": TraceTraffic(file=str(trace))})
    rows = trace_of(workload, file=trace, columns=dict(columns or {}), folder=folder, reader=reader)
    horizon = arrivals.horizon_us(workload, rows)
    played: Literal["fast", "reference"] = "reference" if engine == "reference" else "fast"
    return study_of(workload, facts, seed, start, played, rows, horizon, cancel, terms)


def study_of(
    workload: Workload, facts: Facts, seed: int, start: str, engine: Literal["fast", "reference"], trace: Trace | None,
    horizon_us: int, cancel: threading.Event | None = None, terms: Terms = LIST_PRICE,
) -> Study:  # fmt: skip
    """The study of a checked workload, its first demand drawn and summarised.

    Arguments: as of `prepare`, with the trace read; `horizon_us` is the time to play, microseconds.
    """
    stationary = trace is None and arrivals.is_stationary(workload.traffic)
    demand = tape.Demand(workload, seed, horizon_us, trace=trace, cancel=cancel)
    load = summarise(demand)
    study = Study(
        workload, facts, seed, start, engine, horizon_us, int(horizon_us * WARM_UP_SHARE) if stationary else 0, trace,
        load, project(workload, load), promise_of(workload), _notes(workload, load), cancel, terms,
    )  # fmt: skip
    study._demands[0] = demand  # noqa: SLF001 - its own constructor
    return study
