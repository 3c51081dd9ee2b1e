"""Levels of a load test: stretches with the same number of users, and the sweep they make."""

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Level", "sweep_csv"]


@dataclass(frozen=True, slots=True)
class Level:
    """A stretch of a load test with the same number of users."""

    users: float
    """Users at once."""
    rate_per_s: float
    """Requests answered a second."""
    mean_us: float
    """Mean response time, microseconds."""
    p50_us: float | None
    """Median; None where it is not known."""
    p99_us: float | None
    """99th percentile; None where it is not known."""
    requests: int
    """Requests answered in this stretch."""

    @property
    def in_progress(self) -> float:
        """Requests in progress on average, by Little's law: rate times mean time.

        >>> Level(10, 20.0, 100_000, None, None, 200).in_progress
        2.0
        """
        return self.rate_per_s * self.mean_us / 1e6

    @property
    def think_us(self) -> float:
        """Time between an answer and the next request of a user, by Little's law: users / rate - response time.

        >>> Level(10, 20.0, 100_000, None, None, 200).think_us
        400000.0
        """
        return self.users / self.rate_per_s * 1e6 - self.mean_us


def sweep_csv(levels: Sequence[Level]) -> str:
    """The levels as a concurrency sweep, in the form that `calibrate sweep` reads.

    >>> sweep_csv([Level(10, 20.0, 100_000, 90_000, 250_000, 200)]).splitlines()
    ['users,throughput_per_s,mean_ms,p50_ms,p99_ms', '10,20,100,90,250']
    """
    rows = ["users,throughput_per_s,mean_ms,p50_ms,p99_ms"]
    for level in levels:
        times = (level.mean_us, level.p50_us, level.p99_us)
        cells = ("" if us is None else f"{us / 1e3:.6g}" for us in times)
        rows.append(",".join([f"{level.users:.0f}", f"{level.rate_per_s:.6g}", *cells]))
    return "\n".join(rows) + "\n"
