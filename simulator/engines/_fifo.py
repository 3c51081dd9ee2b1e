"""The short cut for one copy with an unbounded FIFO queue, in the fast engine."""

from typing import Any

import numpy as np

from simulator.codes import EventKind, Kind, Metric, Routing
from simulator.engines._collect import Cancel, Collector, Progress, stop_if_asked
from simulator.engines._feed import CHUNK, Array, Feed
from simulator.model import UNBOUNDED, Demand, ServingModel
from simulator.run import Meters, Timeline

__all__ = ["applies", "play_fifo"]


def applies(model: ServingModel) -> bool:
    """The model is one copy, open, unbounded, with independent slots and nothing that changes the fleet."""
    return (
        model.kind == Kind.COPIES
        and model.initial == 1
        and model.queue_limit >= UNBOUNDED
        and (model.slowdown_millionths == 0 or model.slots == 1)
        and model.routing != Routing.CENTRAL
        and model.policy.metric == Metric.NONE
        and not model.on_demand
    )


def play_fifo(
    kernels: Any, model: ServingModel, demand: Demand, collector: Collector, window_from: int,
    *, cancel: Cancel | None, progress: Progress | None,
) -> tuple[int, Meters, Timeline]:  # fmt: skip
    """Play such a model; its end, meters and timeline, the records going to the collector."""
    feed = Feed(kernels, demand)
    free = np.zeros(model.slots, np.int64)
    log = np.zeros((CHUNK, 8), np.int64)
    horizon = model.horizon_us
    first = busy_us = last = 0
    beyond = False
    still_open: list[Array] = []
    while not beyond and feed.next():
        rows, busy, latest = kernels.fifo.play_fifo(
            model, feed.arrival, feed.service, feed.rows, first, window_from, free, log
        )
        beyond = rows < feed.rows
        busy_us += busy
        last = max(last, latest)
        if latest > horizon:
            still_open.append(log[:rows, 0][log[:rows, 3] > horizon])
            busy_us -= kernels.fifo.cut_off(model, window_from, log, rows)
        first += rows
        collector.take(log, rows, first)
        stop_if_asked(cancel)
        if progress:
            progress(first)
    collector.order_by_finish(np.concatenate(still_open) if still_open else np.zeros(0, np.int64))
    end = horizon if model.to_horizon or beyond or last > horizon else last
    window = max(0, end - window_from)
    there = int(window > 0 or window_from == 0)
    meters = Meters(
        window_us=window, instance_us=window, instance_us_from_ready=window, busy_us=busy_us, max_copies=there
    )
    return end, meters, Timeline.of([(0, EventKind.LAUNCH, 0, 0, 0, 0), (0, EventKind.READY, 0, 1, 0, 0)])
