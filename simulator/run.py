"""Run: what playing a model yields, and hand-made demand and supply to play it with.

Time points of a request: `a` arrival, `s` service start, `f` service finish, `r` response. wait = s - a,
service = f - s, latency = r - a. By outcome:

    ok                     r = f + overhead
    timed_out              r = the endpoint's limit; s and f are those of the work, which went on
    abandoned              r = a + the caller's limit; likewise
    throttled, no_capacity s = f = r = a
    not_ready              s = f = r = a + the start-up limit
    expired                s = f = r = the instant it left the queue
    failed                 f = r = the instant its copy was lost
    unfinished             what lies beyond the end of the run is cut off at it: r = end

A request that is tried again has one record for each attempt; `final` marks the last, and its latency counts from
the first arrival. A retry that was still to come at the end is recorded there as unfinished.

Work that is still going on at the end of the run has f = end whatever its outcome.

Window of metrics and meters: [window_from, end). Requests that arrived before `window_from` are left out of
counts and distributions; intervals are clipped. The end is the horizon, or with `to_horizon = 0` the last
arrival or resolution (see simulator.model).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from simulator.codes import Outcome
from simulator.histogram import Histogram, Sample
from simulator.model import Columns

__all__ = ["FixedDemand", "FixedSupply", "Meters", "Requests", "Run", "Timeline"]


@dataclass(frozen=True)
class Requests:
    """One entry per attempt, in order of arrival; every column int64[n], times in microseconds."""

    arrival_us: NDArray[np.int64]
    start_us: NDArray[np.int64]
    finish_us: NDArray[np.int64]
    response_us: NDArray[np.int64]
    outcome: NDArray[np.int64]
    """Codes of `Outcome`."""
    cold: NDArray[np.int64]
    """Microseconds of the wait spent on a start-up (copies: with no copy in service and one starting; jobs: from the
    start of the job to its first instance in service)."""
    position: NDArray[np.int64]
    """Position of the copy that served it; -1 for refused requests and for serverless."""
    order: NDArray[np.int64]
    """Entry numbers in order of resolution (serverless and jobs: in order of arrival)."""
    attempt: NDArray[np.int64]
    """1 for the first attempt of a request, 2 for its first retry, and so on."""
    first_us: NDArray[np.int64]
    """Arrival of the first attempt."""
    final: NDArray[np.int64]
    """1 where no further attempt follows."""
    variant: NDArray[np.int64]
    """Number of the variant; with a model cache the number of the model."""
    row: NDArray[np.int64]
    """Number of the request: the same for all its attempts."""


@dataclass(frozen=True)
class Timeline:
    """What happened to the fleet, in order; every column int64[n]. On-demand environments are not in it."""

    time_us: NDArray[np.int64]
    kind: NDArray[np.int64]
    """Codes of `EventKind`."""
    position: NDArray[np.int64]
    """Position of the copy or host; for alarms the number of the policy; -1 for other events of scaling."""
    value: NDArray[np.int64]
    """What `EventKind` says for the kind."""
    variant: NDArray[np.int64]
    """Number of the variant; -1 where none is meant."""
    detail: NDArray[np.int64]
    """What `EventKind` says for the kind, else 0."""

    @staticmethod
    def of(entries: object) -> "Timeline":
        """From entries of (time, kind, position, value, variant, detail)."""
        table = np.asarray(entries, dtype=np.int64).reshape(-1, 6)
        return Timeline(*(np.ascontiguousarray(column) for column in table.T))


@dataclass(frozen=True)
class Meters:
    """Integer meters over the window."""

    window_us: int = 0
    """Length of the window."""
    instance_us: int = 0
    """Instance-time from launch to gone: of hosts where copies are packed, else of copies."""
    instance_us_from_ready: int = 0
    """Instance-time from ready to gone."""
    copy_us: int = 0
    """Copy-time from ready to gone, where copies are packed on hosts."""
    variant_us: tuple[int, ...] = ()
    """Copy-time from launch to gone by variant, where there are several."""
    busy_us: int = 0
    """Slot-time in service, from start to finish of every request that was worked on; jobs: of every mini-batch."""
    serverless_busy_us: int = 0
    """Serverless: the same time on environments started on demand, as the platform bills it."""
    provisioned_busy_us: int = 0
    """Serverless: the same time on environments that are always warm."""
    provisioned_us: int = 0
    """Serverless: time that environments were kept provisioned, over all of them, busy or not."""
    spilled: int = 0
    """Serverless: requests of the window that found every provisioned environment busy."""
    serverless_cold_us: int = 0
    """Serverless: time spent on start-ups."""
    idle_us: int = 0
    """Serverless: time that environments were kept warm unused."""
    max_copies: int = 0
    """Most copies that existed at once; serverless: most environments starting or busy at once."""
    cold_starts: int = 0
    """Start-ups begun: copies launched after time 0, environments started cold."""
    arrivals: int = 0
    """Requests that arrived."""
    attempts: int = 0
    """Attempts of these requests."""
    lost: int = 0
    """Copies lost with their instance."""
    loads: int = 0
    """Models loaded for the first time or after their files had gone."""
    reloads: int = 0
    """Models loaded again from the volume."""
    evictions: int = 0
    """Models that left the memory for another."""


@dataclass(frozen=True)
class Run:
    """The result of playing a model."""

    window_from_us: int
    """Start of the window, microseconds."""
    end_us: int
    """End of the run and of the window, microseconds."""
    counts: tuple[int, ...]
    """Requests of the window by outcome: index with a member of `Outcome`."""
    cold_requests: int
    """Requests of the window whose wait holds a start-up."""
    latency: Histogram | Sample
    """Latency of ok requests of the window: exact when requests are kept, else a log histogram."""
    wait: Histogram | Sample
    """Wait of ok requests of the window, likewise."""
    timeline: Timeline
    """What happened to the fleet; empty when not asked for."""
    meters: Meters
    """Integer meters over the window."""
    requests: Requests | None = None
    """Every request of the run, warm-up included; None for a streaming run."""

    def count(self, outcome: Outcome) -> int:
        """Requests of the window that ended so."""
        return self.counts[outcome]


@dataclass(frozen=True)
class FixedDemand:
    """A demand held in memory, for tests, validation and imported logs.

    >>> demand = FixedDemand.of([5, 0], [3, 3])
    Traceback (most recent call last):
    ValueError: arrivals must ascend
    """

    columns: Columns
    natural: int = 65_536
    """Rows of a chunk when none are asked for."""

    @staticmethod
    def of(
        arrival_us: object, service_us: object, route: object | None = None, natural: int = 65_536,
        model: object | None = None, think_us: object | None = None,
    ) -> "FixedDemand":  # fmt: skip
        """From sequences; without `route` every draw is 0. Raises ValueError when arrivals descend."""
        arrival = np.asarray(arrival_us, dtype=np.int64)
        service = np.asarray(service_us, dtype=np.int64)
        draws = np.zeros(len(arrival), np.int64) if route is None else np.asarray(route, dtype=np.int64)
        if np.any(np.diff(arrival) < 0):
            raise ValueError("arrivals must ascend")
        asked, think = (None if one is None else np.asarray(one, dtype=np.int64) for one in (model, think_us))
        return FixedDemand(Columns(arrival, service, draws, asked, think), natural)

    def chunks(self, rows: int | None = None) -> Iterator[Columns]:
        """The columns, `rows` at a time."""
        step = rows or self.natural
        for first in range(0, len(self.columns.arrival_us), step):
            rows_of = slice(first, first + step)
            yield self.columns.part(rows_of)


@dataclass(frozen=True)
class FixedSupply:
    """Tapes held in memory; one that is too short starts again.

    >>> FixedSupply(start_us=(7, 9)).tape("start_us", 3)[:3].tolist()
    [7, 9, 7]
    """

    start_us: tuple[int, ...] = (1,)
    delay_us: tuple[int, ...] = (1,)
    cold_us: tuple[int, ...] = (1,)
    keep_us: tuple[int, ...] = (1,)
    copy_us: tuple[int, ...] = (1,)
    load_us: tuple[int, ...] = (1,)
    reload_us: tuple[int, ...] = (1,)
    first_us: tuple[int, ...] = (1,)
    jitter: tuple[int, ...] = (1_000_000,)
    retry_route: tuple[int, ...] = (1,)
    _kept: dict[str, NDArray[np.int64]] = field(default_factory=dict, repr=False, compare=False)

    def tape(self, name: str, at_least: int) -> NDArray[np.int64]:
        """Durations of `name`, int64[>= at_least], microseconds."""
        known = self._kept.get(name)
        if known is None or len(known) < at_least:
            # twice as long as asked: whoever reads entry by entry does not make it anew each time
            known = np.resize(np.array(getattr(self, name), dtype=np.int64), max(2 * at_least, 64))
            self._kept[name] = known
        return known
