"""The traffic of a demand in numbers: what options are sized by and answers are headed with."""

from typing import Final

import numpy as np

from advisor.load import TrafficSummary
from simulator._closed import closed_summary
from simulator.tape import Demand

__all__ = ["summarise"]

_HOUR_US: Final = 3_600 * 10**6
_MINUTE_US: Final = 60 * 10**6


def summarise(demand: Demand) -> TrafficSummary:
    """The traffic of a demand in numbers.

    >>> from advisor.workload import load_workload
    >>> week = summarise(Demand(load_workload("invoice-ocr"), seed=1))
    >>> round(week.mean_rate_per_s, 1), round(week.busiest_hour_rate_per_s, 1)
    (2.0, 5.7)
    """
    horizon = demand.horizon_us
    if demand.closed is not None:
        return closed_summary(demand.workload, horizon)
    bins = [(width, np.zeros(horizon // width + 1, dtype=np.int64)) for width in (_HOUR_US, _MINUTE_US)]
    count, last, idle = 0, 0, 0
    for arrivals in demand.arrivals():
        if not len(arrivals):
            continue
        for width, counts in bins:
            numbers = arrivals // width
            low = int(numbers[0])
            counts[low : int(numbers[-1]) + 1] += np.bincount(numbers - low)
        idle = max(idle, int(arrivals[0]) - last, int(np.diff(arrivals).max(initial=0)))
        count, last = count + len(arrivals), int(arrivals[-1])
    mean = count / (horizon / 1e6)
    peaks = [
        int(counts[: horizon // width].max(initial=0)) / (width / 1e6) if horizon >= width else mean
        for width, counts in bins
    ]
    minutes = bins[1][1][: max(1, horizon // _MINUTE_US)]
    return TrafficSummary(
        requests=count,
        horizon_us=horizon,
        mean_rate_per_s=mean,
        busiest_hour_rate_per_s=peaks[0],
        busiest_minute_rate_per_s=peaks[1],
        share_of_empty_minutes=float(np.mean(minutes == 0)),
        longest_idle_us=max(idle, horizon - last),
        note=demand.note,
    )
