"""Batch jobs in the fast engine: tables of the kernel, and the start and end of each job."""

from typing import Any

import numpy as np

from advisor.errors import InputError, Problem
from simulator.engines._collect import Cancel, Collector, Progress, stop_if_asked
from simulator.engines._feed import CHUNK, Feed, Tapes
from simulator.engines._job_fleet import NEVER, Fleet, Launched
from simulator.model import LONGEST_SERVICE_US, Demand, ServingModel, Supply, rates
from simulator.run import Meters, Timeline

__all__ = ["play_jobs"]


class _Tables:
    """The arrays of the kernel."""

    def __init__(self, k: Any, model: ServingModel) -> None:
        self._k = k
        independent = model.slowdown_millionths == 0 or model.slots == 1
        lanes = 1 if independent else model.initial * model.slots + 1
        self.scalars = np.zeros(k.SCALARS, np.int64)
        self.copies = np.zeros((model.initial, k.COPY), np.int64)
        self.serving = np.zeros((model.initial, model.slots, 2), np.int64)
        self.lanes = np.zeros((lanes, k.LANE_FIELDS), np.int64)
        self.free = np.arange(lanes, dtype=np.int64)[::-1].copy()
        self.scalars[k.FREE], self.scalars[k.LANE] = lanes - 1, 0
        self.held = np.zeros((lanes, model.job.records), np.int64)
        self.log = np.zeros((max(CHUNK, model.job.records), 8), np.int64)

    def begin(self, start: int, job: Launched | None) -> None:
        """A job begins; None where its start lies after the horizon."""
        k, scalars = self._k, self.scalars
        scalars[k.STATE] = k.BEYOND if job is None else k.RUNNING
        scalars[k.CUT] = job is None
        scalars[k.START] = scalars[k.NOW] = start
        scalars[k.FILLING] = -1
        if job is not None:
            scalars[k.FIRST_READY] = min(job.ready)
            self.copies[:] = 0
            self.copies[:, k.POSITION], self.copies[:, k.READY] = job.positions, job.ready
            self.copies[:, k.DUE] = NEVER


def play_jobs(
    kernels: Any, model: ServingModel, demand: Demand, supply: Supply, collector: Collector, window_from: int,
    *, cancel: Cancel | None, progress: Progress | None,
) -> tuple[int, Meters, Timeline]:  # fmt: skip
    """Play a model of batch jobs; its end, meters and timeline, the records going to the collector."""
    k = kernels.job
    feed, speeds = Feed(kernels, demand), rates(model)
    fleet, tables = Fleet(model, Tapes(supply, ("start_us",))), _Tables(k, model)
    scalars = tables.scalars
    open_job: Launched | None = None
    cut = False
    more, code = True, int(k.USED_UP)
    while more and code != k.HORIZON:
        more = feed.next()
        scalars[k.ROW] = 0
        while True:
            code = k.play_job(
                model, speeds, feed.arrival, feed.service, feed.rows, not more, window_from, scalars,
                tables.copies, tables.serving, tables.lanes, tables.free, tables.held, tables.log,
            )  # fmt: skip
            if code == k.NEW_JOB:
                start = (int(scalars[k.JOB]) + 1) * model.job.every_us
                open_job = fleet.launch(start) if start <= model.horizon_us else None
                tables.begin(start, open_job)
            elif code == k.JOB_OVER:
                cut |= bool(scalars[k.CUT])
                if open_job is not None:
                    gone = NEVER if scalars[k.CUT] else int(scalars[k.NOW])
                    fleet.close(open_job._replace(gone=gone, closer=int(scalars[k.LAST_COPY])))
            elif code == k.TOO_LONG:
                longest = int(tables.lanes[scalars[k.LANE], k.LENGTH])
                allowed = f"mini-batches of under {LONGEST_SERVICE_US} us"
                raise InputError([Problem("job.records", f"{longest} us", allowed)])
            else:
                collector.take(tables.log, int(scalars[k.LOGGED]), int(scalars[k.SEQ]))
                scalars[k.LOGGED] = 0
                stop_if_asked(cancel)
                if progress:
                    progress(int(scalars[k.SEQ]))
                if code != k.LOG_FULL:
                    break
    collector.order_by_arrival()
    at_horizon = model.to_horizon or cut or code == k.HORIZON
    end = model.horizon_us if at_horizon else int(scalars[k.LAST])
    timeline, peak, launches = fleet.played(end, window_from)
    from_launch, from_ready = fleet.instance_us(end, window_from)
    meters = Meters(
        window_us=max(0, end - window_from), instance_us=from_launch, instance_us_from_ready=from_ready,
        busy_us=int(scalars[k.BUSY_US]), max_copies=peak, cold_starts=launches,
    )  # fmt: skip
    return end, meters, timeline
