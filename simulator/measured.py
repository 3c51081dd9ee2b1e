"""Measured latency, period by period or level by level: what predictions are held against, and its CSV."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["METRICS", "SHARES", "STATS", "Measured", "measured_csv", "moment_text"]

STATS: Final = ("mean", "p50", "p90", "p95", "p99")
SHARES: Final[Mapping[str, float]] = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99}
METRICS: Final[Mapping[str, str]] = {
    "model": "ModelLatency: the container, without overhead and start-ups",
    "log": "durations of an access log",
    "client": "response times of a load test at its client",
}
"""What was measured, by the word that stands in the file."""


@dataclass(frozen=True, eq=False)
class Measured:
    """Measured latency; every column has one entry a period, or one a level of a load test. NaN is not known."""

    metric: str
    """One of METRICS."""
    period_us: int
    """Length of a period, microseconds; 0 for levels."""
    start_us: NDArray[np.int64]
    """int64[n], begin of the period from the first moment of the recording, microseconds, ascending."""
    requests: NDArray[np.float64]
    """float64[n], requests measured."""
    stats: Mapping[str, NDArray[np.float64]]
    """Name of STATS -> float64[n], microseconds."""
    overhead_us: NDArray[np.float64] | None = None
    """float64[n], overhead measured beside it, microseconds."""
    origin_us: int | None = None
    """Moment at which the recording begins, microseconds since 1970."""
    users: NDArray[np.int64] | None = None
    """int64[n], users of each level; None for periods."""
    think_us: NDArray[np.float64] | None = None
    """float64[n], time between an answer and the next request of a user, microseconds; with `users`."""

    @property
    def rows(self) -> int:
        """Periods or levels."""
        return len(self.requests)


def moment_text(us: int) -> str:
    """A moment as it is written, in UTC.

    >>> moment_text(1_795_334_400_000_000)
    '2026-11-22T08:00:00Z'
    """
    return datetime.fromtimestamp(us / 1e6, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _number(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.10g}"


def measured_csv(found: Measured) -> str:
    """The measurements as CSV: one row a period or level, milliseconds.

    >>> one = Measured("client", 0, np.zeros(1, np.int64), np.array([200.0]), {"p50": np.array([9e4])}, None, None,
    ...     np.array([10]), np.array([4e5]))
    >>> measured_csv(one).splitlines()
    ['metric,users,think_ms,requests,p50_ms', 'client,10,400,200,90']
    """
    columns: dict[str, list[str]] = {"metric": [found.metric] * found.rows}
    if found.users is not None and found.think_us is not None:
        columns["users"] = [str(users) for users in found.users.tolist()]
        columns["think_ms"] = [_number(us / 1e3) for us in found.think_us.tolist()]
    else:
        if found.origin_us is not None:
            columns["begins"] = [moment_text(found.origin_us + us) for us in found.start_us.tolist()]
        columns["start_s"] = [f"{us / 1e6:.6f}" for us in found.start_us.tolist()]
        columns["period_s"] = [_number(found.period_us / 1e6)] * found.rows
    columns["requests"] = [_number(count) for count in found.requests.tolist()]
    named = {name: found.stats[name] for name in STATS if name in found.stats}
    if found.overhead_us is not None:
        named["overhead"] = found.overhead_us
    columns |= {f"{name}_ms": [_number(us / 1e3) for us in values.tolist()] for name, values in named.items()}
    rows = [",".join(columns), *(",".join(cells) for cells in zip(*columns.values(), strict=True))]
    return "\n".join(rows) + "\n"
