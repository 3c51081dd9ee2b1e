"""A recorded trace with more requests, higher peaks, slower service or larger payloads."""

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.traces import Trace

__all__ = ["changed_trace"]

_SEED: Final = 20_261_125
"""Of the draw that spreads the requests added to a trace; the same for every factor, so that factors nest."""


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


def changed_trace(
    trace: Trace, *, load: float = 1.0, service: float = 1.0, payload: float = 1.0, peak: float = 1.0
) -> Trace:
    """A trace under a change: its recorded service times and sizes are multiplied as the stated ones are."""
    if service != 1.0 and trace.service_us is not None:
        trace = replace(trace, service_us=np.maximum(1, np.rint(trace.service_us * service)).astype(np.int64))
    if payload != 1.0 and trace.payload_bytes is not None:
        trace = replace(trace, payload_bytes=np.rint(trace.payload_bytes * payload).astype(np.int64))
    if peak != 1.0:
        trace = _stretched(trace, peak)
    return trace if load == 1.0 else _more(trace, load)
