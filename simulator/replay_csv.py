"""The numbers of a replay as CSV."""

import numpy as np

from advisor.sheet import sheet
from simulator.replay import COUNTS, Span
from simulator.timeline import clock

__all__ = ["intervals_csv", "latency_csv"]


def _number(value: float, digits: int = 3) -> str:
    return "" if value != value else f"{value:.{digits}f}".rstrip("0").rstrip(".")  # noqa: PLR0124 - NaN


def intervals_csv(span: Span) -> str:
    """A row for each interval: when, what came, how it was answered, what served at its start (environments: on average
    over it), and what waited. Percentiles are of the requests that arrived in it; empty where none was answered.
    """
    served, columns, at = span.fleet, span.columns, span.at_us
    rows = np.maximum(0, np.searchsorted(served.at_us, at, side="right") - 1)
    names = [f"{served.unit}_{name.replace(' ', '_')}" for name in served.areas]
    heads = ("time_s", "clock", *COUNTS, "rate_per_s", "p50_ms", "p99_ms", "waiting_mean", "waiting_most", *names)
    rate, written = span.rate_per_s, []
    for n, us in enumerate(at.tolist()):
        counts = [int(columns[name][n]) for name in COUNTS]
        measured = [_number(rate[n], 6), *(_number(columns[name][n] / 1000) for name in ("p50_us", "p99_us"))]
        waited = [_number(columns["waiting"][n], 6), int(columns["most_waiting"][n])]
        levels = [_number(area[rows[n]], 6) for area in served.areas.values()]
        written.append((_number(us / 1e6), clock(us), *counts, *measured, *waited, *levels))
    return sheet(heads, written)


def latency_csv(span: Span) -> str:
    """A row for each bin of the distribution."""
    spread = span.distribution
    bins = zip(spread.edges_us, spread.edges_us[1:], spread.counts, spread.share, strict=False)
    return sheet(
        ("from_ms", "to_ms", "requests", "share"),
        ((f"{low / 1000:.6g}", f"{high / 1000:.6g}", int(count), f"{share:.6g}") for low, high, count, share in bins),
    )
