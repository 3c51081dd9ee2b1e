"""Closed traffic before it is played: users who wait for each answer, so only an engine knows when they ask.

What can be said beforehand is a bound. N users who think for Z and wait at least the mean service time S ask at most
N / (S + Z) requests per second (response-time law; Denning and Buzen, The Operational Analysis of Queueing Network
Models, 1978). Options are sized by this rate; a run tells the real one.
"""

import math
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from advisor.errors import TooLargeError
from advisor.load import TrafficSummary
from advisor.units import format_count, format_duration, format_rate
from advisor.workload import ClosedTraffic, Workload

__all__ = ["closed_rate_per_s", "closed_summary", "endless_rows", "first_range_us", "think_us"]

_BLOCK: Final = 65_536
_TIMES_EXPECTED: Final = 20
_SPARE_ROWS: Final = 1_000_000


def think_us(traffic: ClosedTraffic) -> int:
    """The pause of a user, microseconds; a pause of 0 is played as 1."""
    return max(1, traffic.think)


def closed_rate_per_s(workload: Workload) -> float:
    """Most requests per second that the users of closed traffic ask: N / (S + Z), S the mean at the reference.

    >>> from advisor.workload import load_workload
    >>> plain = load_workload("invoice-ocr")
    >>> plain = plain.model_copy(update={"traffic": ClosedTraffic(users=10, think="1 s")})
    >>> 9 < closed_rate_per_s(plain) < 10
    True
    """
    traffic = workload.traffic
    assert isinstance(traffic, ClosedTraffic)  # noqa: S101 - every caller has looked at the kind
    return traffic.users * 1e6 / (think_us(traffic) + workload.service.time.mean_us)


def closed_summary(workload: Workload, horizon_us: int) -> TrafficSummary:
    """Closed traffic in numbers: the bound as the rate at all times, users starting evenly spread."""
    rate = closed_rate_per_s(workload)
    gap_us = 1e6 / rate
    note = (
        f"{format_count(workload.traffic.users)} users wait for each answer: options are sized by at most "  # type: ignore[union-attr] # looked at above
        f"{format_rate(rate)}, users / (think time + service time); a run tells the real rate"
    )
    return TrafficSummary(
        requests=max(1, round(rate * horizon_us / 1e6)), horizon_us=horizon_us, mean_rate_per_s=rate,
        busiest_hour_rate_per_s=rate, busiest_minute_rate_per_s=rate,
        share_of_empty_minutes=max(0.0, 1 - 60 * rate), longest_idle_us=min(horizon_us, math.ceil(gap_us)), note=note,
    )  # fmt: skip


def first_range_us(workload: Workload) -> tuple[int, int]:
    """When users first ask: evenly from 1 us to one think time plus the median service time."""
    traffic = workload.traffic
    assert isinstance(traffic, ClosedTraffic)  # noqa: S101 - every caller has looked at the kind
    return 1, think_us(traffic) + max(1, round(workload.service.time.quantile_us(0.5)))


def endless_rows(workload: Workload, horizon_us: int) -> Iterator[NDArray[np.int64]]:
    """Arrival columns of closed traffic: zeros without end, since a user's next arrival follows from his last answer.

    Raises TooLargeError far above the bound on the rate: users who are refused at once and hardly think would ask
    without end in no time.
    """
    most = _TIMES_EXPECTED * round(closed_rate_per_s(workload) * horizon_us / 1e6) + _SPARE_ROWS
    for _ in range(-(-most // _BLOCK)):
        yield np.zeros(_BLOCK, dtype=np.int64)
    pause = format_duration(think_us(workload.traffic))  # type: ignore[arg-type] # closed: asserted above
    raise TooLargeError(
        f"more than {format_count(most)} requests of closed users in {format_duration(horizon_us)}: they are refused and "
        f"ask again after {pause}; state a longer traffic.think or fewer traffic.users"
    )
