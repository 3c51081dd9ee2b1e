"""Serverless environments in the fast engine: tables of the kernel, enlarged when it asks for it."""

from typing import Any

import numpy as np

from simulator.engines._collect import Cancel, Collector, Progress, stop_if_asked
from simulator.engines._environment_events import environment_meters, needed, play_events
from simulator.engines._feed import CHUNK, Feed, Tapes, larger
from simulator.model import Demand, ServingModel, Supply
from simulator.run import Meters, Timeline

__all__ = ["play_serverless"]


def play_serverless(
    kernels: Any, model: ServingModel, demand: Demand, supply: Supply, collector: Collector, window_from: int,
    *, cancel: Cancel | None, progress: Progress | None,
) -> tuple[int, Meters, Timeline]:  # fmt: skip
    """Play a serverless model; its end, meters and timeline, the records going to the collector."""
    if needed(model):
        return play_events(kernels, model, demand, supply, collector, window_from, cancel=cancel, progress=progress)
    k = kernels.serverless
    feed = Feed(kernels, demand)
    tapes = Tapes(supply, ("cold_us", "keep_us"), 1024)
    scalars = np.zeros(k.SCALARS, np.int64)
    ends, tags = np.zeros(64, np.int64), np.zeros(64, np.int64)
    since, until = np.zeros(256, np.int64), np.zeros(256, np.int64)
    log = np.zeros((CHUNK, 8), np.int64)
    code = k.USED_UP
    while code != k.HORIZON and feed.next():
        scalars[k.ROW] = 0
        while True:
            code = k.play_serverless(
                model, feed.arrival, feed.service, feed.rows, window_from, scalars, ends, tags, since, until,
                tapes.arrays["cold_us"], tapes.arrays["keep_us"], log,
            )  # fmt: skip
            if code == k.ROOM:
                ends, tags = larger(ends, 2 * len(ends)), larger(tags, 2 * len(tags))
                since, until = larger(since, 2 * len(since)), larger(until, 2 * len(until))
            elif code == k.NEED_SUPPLY:
                tapes.reach(cold_us=int(scalars[k.COLDS]) + 1, keep_us=int(scalars[k.SPELLS] + scalars[k.BUSY]))
            else:
                break
        taken = int(scalars[k.ROW])
        collector.take(log, taken, int(scalars[k.SEQ]))
        stop_if_asked(cancel)
        if progress:
            progress(int(scalars[k.SEQ]))
    last = int(scalars[k.LAST])
    at_horizon = model.to_horizon or code == k.HORIZON or last > model.horizon_us
    end = model.horizon_us if at_horizon else last
    tapes.reach(keep_us=int(scalars[k.SPELLS] + scalars[k.BUSY]))
    k.close_serverless(end, window_from, scalars, ends, tags, since, until, tapes.arrays["keep_us"])
    provisioned_us = model.serverless.provisioned * max(0, end - window_from)
    meters = environment_meters(k, scalars, end, window_from, provisioned_us)
    return end, meters, Timeline.of([])
