"""TrafficSummary: what traffic amounts to, in the few numbers that options are sized by."""

from dataclasses import dataclass, replace

__all__ = ["TrafficSummary"]


@dataclass(frozen=True, slots=True)
class TrafficSummary:
    """The drawn traffic of one workload in numbers; made by `simulator.traffic_summary.summarise`.

    Hours and minutes are whole clock hours and minutes counted from the start; where the horizon holds none,
    the mean rate stands in. `longest_idle_us` looks at the stretches before the first and after the last
    request too.
    """

    requests: int
    """Requests that arrive within the horizon."""
    horizon_us: int
    """Length of the time looked at, microseconds."""
    mean_rate_per_s: float
    """Requests per second over the horizon."""
    busiest_hour_rate_per_s: float
    """Requests per second in the busiest hour."""
    busiest_minute_rate_per_s: float
    """Requests per second in the busiest minute."""
    share_of_empty_minutes: float
    """Share of the minutes without a request, from 0 to 1."""
    longest_idle_us: int
    """Longest stretch without an arrival, microseconds."""
    note: str = ""
    """What the numbers cannot show, like bursts shorter than the bins of a trace; empty when nothing."""

    def part(self, share: float) -> "TrafficSummary":
        """What a share of this traffic, from 0 to 1, is like where each request belongs to it by chance.

        Rates and counts shrink with the share; idle spells, which would grow, are left as they are.
        """
        return replace(
            self, requests=round(self.requests * share), mean_rate_per_s=self.mean_rate_per_s * share,
            busiest_hour_rate_per_s=self.busiest_hour_rate_per_s * share,
            busiest_minute_rate_per_s=self.busiest_minute_rate_per_s * share,
        )  # fmt: skip
