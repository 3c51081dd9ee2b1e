"""Arrival processes: when the requests of a workload come, as ascending int64 microseconds.

Every process is chunk-proof: the same generator gives the same arrivals however they are cut. Gaps are
rounded to int64 first and then summed, since sums of floats depend on where they start.

A rate that follows the clock (daily, phases, stairs, on_off) is played by a change of time: unit exponential
gaps run on the scale of expected arrivals, in ticks of 2^-20, and each point is carried back to the clock
through the piecewise constant rate. That is exact for Poisson traffic, and it needs no thinning.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from advisor.errors import InputError, Problem
from advisor.workload import (
    ClosedTraffic,
    ConstantTraffic,
    DailyTraffic,
    GammaTraffic,
    OnOffTraffic,
    PhasesTraffic,
    PoissonTraffic,
    StairsTraffic,
    TraceTraffic,
    Traffic,
    Workload,
)
from simulator._closed import closed_rate_per_s
from simulator.traces import Trace

__all__ = ["BLOCK", "arrival_chunks", "horizon_us", "is_stationary", "regroup", "trace_chunks"]

Times = NDArray[np.int64]

BLOCK = 65_536
"""Rows drawn at a time."""
_HOUR_US = 3_600 * 10**6
_DAY_US = 24 * _HOUR_US
_TICKS = 2**20
_STATIONARY_REQUESTS = 100_000


def is_stationary(traffic: Traffic) -> bool:
    """Whether the traffic looks the same at all times, so that a warm-up may be cut off."""
    return isinstance(traffic, ConstantTraffic | PoissonTraffic | GammaTraffic | ClosedTraffic)


def horizon_us(workload: Workload, trace: Trace | None = None) -> int:
    """How long to simulate, microseconds: `traffic.duration` where it is stated, else by kind.

    Constant, poisson and gamma: long enough for 100,000 requests, at least 1 hour, at most 28 days. Daily:
    one week. Phases and stairs: all of them. On_off: whole cycles, at least a week. Trace: its span, to the
    end of the last bin. Closed: like poisson, at the most that its users can ask. Raises InputError for a trace
    that was not given.

    >>> from advisor.workload import load_workload
    >>> horizon_us(load_workload("invoice-ocr")) // 86_400_000_000
    7
    """
    traffic = workload.traffic
    if isinstance(traffic, TraceTraffic) and trace is None:
        raise InputError([Problem("traffic.file", "", "missing; name the CSV file of the trace")])
    if traffic.duration is not None:
        return traffic.duration
    if trace is not None:
        return trace.span_us
    match traffic:
        case DailyTraffic():
            return 7 * _DAY_US
        case OnOffTraffic():
            cycle = traffic.on + traffic.off
            return -(-7 * _DAY_US // cycle) * cycle
        case PhasesTraffic() | StairsTraffic():
            return _played_us(traffic)
        case ConstantTraffic() | PoissonTraffic() | GammaTraffic():
            return _long_enough(traffic.rate_per_s)
        case ClosedTraffic():
            return _long_enough(closed_rate_per_s(workload))
    raise InputError([Problem("traffic.kind", repr(traffic.kind), "a kind that can be simulated")])


def _long_enough(rate_per_s: float) -> int:
    """Time for the requests of a stationary run, within an hour and four weeks."""
    seconds = -(-_STATIONARY_REQUESTS // rate_per_s)
    return int(min(max(seconds * 10**6, _HOUR_US), 28 * _DAY_US))


def arrival_chunks(
    traffic: Traffic, generator: np.random.Generator, horizon: int, rows: int | None = None
) -> Iterator[Times]:
    """Arrivals before `horizon` (microseconds) in chunks of `rows` (about 65,536 where None).

    Constant traffic uses no randomness and begins at 0. A gap longer than the horizon is as long as it: what comes after
    does not arrive, and sums stay within 64 bits at any rate. Raises InputError for closed traffic, whose arrivals follow
    from its answers, and for a trace: `trace_chunks` plays it.
    """
    match traffic:
        case ConstantTraffic():
            blocks = _constant(traffic.rate_per_s, horizon)
        case PoissonTraffic():
            mean_us = 1e6 / traffic.rate_per_s
            blocks = _summed(np.minimum(generator.standard_exponential(BLOCK) * mean_us, horizon) for _ in _forever())
        case GammaTraffic():
            shape = traffic.burstiness**-2
            scale_us = 1e6 / (traffic.rate_per_s * shape)
            blocks = _summed(np.minimum(generator.standard_gamma(shape, BLOCK) * scale_us, horizon) for _ in _forever())
        case DailyTraffic() | OnOffTraffic():
            blocks = _by_the_clock(traffic.pieces(), generator, horizon)
        case PhasesTraffic() | StairsTraffic():
            horizon = min(horizon, _played_us(traffic))
            blocks = _by_the_clock(traffic.pieces(), generator, horizon)
        case _:
            raise InputError([Problem("traffic.kind", "closed or trace", "a kind whose arrivals are drawn")])
    return _cut(blocks, horizon, rows)


def trace_chunks(
    trace: Trace, generator: np.random.Generator, horizon: int, rows: int | None = None
) -> Iterator[Times]:
    """Arrivals of a trace before `horizon`, in chunks of `rows`; counts are spread at random in their bins."""
    return _cut(_recorded(trace, generator), horizon, rows)


def regroup(blocks: Iterable[tuple[NDArray[Any], ...]], rows: int) -> Iterator[tuple[NDArray[Any], ...]]:
    """The same rows in pieces of `rows`, the last one shorter; a block is a tuple of columns of one length.

    >>> [part.tolist() for (part,) in regroup([(np.arange(3),), (np.arange(3, 5),)], 2)]
    [[0, 1], [2, 3], [4]]
    """
    kept: list[tuple[NDArray[Any], ...]] = []
    held = 0
    for block in blocks:
        kept.append(block)
        held += len(block[0])
        if held < rows:
            continue
        whole = tuple(np.concatenate(parts) for parts in zip(*kept, strict=True))
        for first in range(0, held - held % rows, rows):
            yield tuple(column[first : first + rows] for column in whole)
        kept, held = [tuple(column[held - held % rows :] for column in whole)], held % rows
    if held:
        yield tuple(np.concatenate(parts) for parts in zip(*kept, strict=True))


def _cut(blocks: Iterable[Times], horizon: int, rows: int | None) -> Iterator[Times]:
    within = _until(blocks, horizon)
    return within if rows is None else (part for (part,) in regroup(((block,) for block in within), rows))


def _played_us(traffic: PhasesTraffic | StairsTraffic) -> int:
    rounds = traffic.repeat if isinstance(traffic, PhasesTraffic) else 1
    return rounds * sum(us for _, us in traffic.pieces())


def _forever() -> Iterator[None]:
    while True:
        yield None


def _constant(rate_per_s: float, horizon: int) -> Iterator[Times]:
    """Evenly spaced: each arrival is rounded by itself, so that the rate is kept over any length."""
    first = 0
    while True:
        times = np.arange(first, first + BLOCK) * (1e6 / rate_per_s)
        yield np.rint(np.minimum(times, horizon)).astype(np.int64)
        first += BLOCK


def _summed(gaps: Iterable[NDArray[np.float64]]) -> Iterator[Times]:
    """Arrivals from gaps in microseconds, rounded before they are summed."""
    last = np.int64(0)
    for block in gaps:
        arrivals = np.rint(block).astype(np.int64)
        arrivals[0] += last
        np.cumsum(arrivals, out=arrivals)
        last = arrivals[-1]
        yield arrivals


def _by_the_clock(
    pieces: tuple[tuple[float, int], ...], generator: np.random.Generator, horizon: int
) -> Iterator[Times]:
    """Poisson arrivals whose rate goes through `pieces` (requests per second, microseconds) over and over."""
    lengths = np.array([us for _, us in pieces], dtype=np.int64)
    starts = np.cumsum(lengths) - lengths
    ticks = np.array([round(rate * us / 1e6 * _TICKS) for rate, us in pieces], dtype=np.int64)
    cycle_us, cycle_ticks = int(lengths.sum()), int(ticks.sum())
    if cycle_ticks == 0:
        return
    busy = ticks > 0
    lengths, starts, ticks = lengths[busy], starts[busy], ticks[busy]
    ends = np.cumsum(ticks)
    scale = lengths / ticks
    for points in _summed(generator.standard_exponential(BLOCK) * _TICKS for _ in _forever()):
        rounds, within = np.divmod(points, cycle_ticks)
        piece = np.searchsorted(ends, within, side="right")
        offset = ((within - (ends - ticks)[piece]) * scale[piece]).astype(np.int64)
        rounds = np.minimum(rounds, horizon // cycle_us + 1)  # beyond the horizon: a rare request may be ages away
        times = rounds * cycle_us + starts[piece] + np.minimum(offset, lengths[piece] - 1)
        yield np.minimum(times, horizon)


def _recorded(trace: Trace, generator: np.random.Generator) -> Iterator[Times]:
    if trace.counts is None:
        for first in range(0, len(trace.start_us), BLOCK):
            yield trace.start_us[first : first + BLOCK]
        return
    total = np.cumsum(trace.counts)
    cuts = np.searchsorted(total, np.arange(BLOCK, total[-1] + BLOCK, BLOCK))
    for low, high in zip(np.r_[0, cuts[:-1] + 1], np.minimum(cuts, len(total) - 1) + 1, strict=True):
        starts = np.repeat(trace.start_us[low:high], trace.counts[low:high])
        arrivals = starts + (generator.random(len(starts)) * trace.bin_us).astype(np.int64)
        arrivals.sort()
        yield arrivals


def _until(blocks: Iterable[Times], horizon: int) -> Iterator[Times]:
    for block in blocks:
        if len(block) and block[-1] >= horizon:
            yield block[: np.searchsorted(block, horizon)]
            return
        yield block
