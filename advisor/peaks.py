"""Traffic with higher or lower peaks at an equal mean: each rate stands further from the mean, or nearer to it."""

from typing import Final

from advisor.workload import (
    DailyTraffic,
    OnOffTraffic,
    Phase,
    PhasesTraffic,
    StairsTraffic,
    TraceTraffic,
    Traffic,
)

__all__ = ["peaked", "why_no_peak"]

_WHY: Final = {
    "constant": "the rate is the same at all times",
    "poisson": "the mean rate is the same at all times",
    "gamma": "its mean rate is the same at all times; the bursts are those of traffic.burstiness",
    "closed": "users who wait for each answer have no rate of their own",
    "trace": "each row of the trace is one request",
}
_LONGEST_PLAY: Final = 10_000


def why_no_peak(traffic: Traffic, *, counted: bool = False) -> str:
    """Why the peaks of some traffic cannot be stretched; empty where they can.

    Arguments: `counted` where a trace holds counts per bin.

    >>> from advisor.workload import PoissonTraffic
    >>> why_no_peak(PoissonTraffic(rate_per_s=2.0))
    'the mean rate is the same at all times'
    """
    if isinstance(traffic, TraceTraffic) and counted:
        return ""
    return _WHY.get(str(getattr(traffic, "kind", "")), "")


def _stretched(pieces: tuple[tuple[float, int], ...], peak: float) -> tuple[Phase, ...]:
    """Pieces of (requests per second, microseconds) `peak` times as far from their mean, none below 0, at an equal mean."""
    whole = sum(us for _, us in pieces)
    mean = sum(rate * us for rate, us in pieces) / whole
    moved = [max(0.0, mean + peak * (rate - mean)) for rate, _ in pieces]
    level = mean * whole / sum(rate * us for rate, (_, us) in zip(moved, pieces, strict=True))
    return tuple(
        Phase.model_construct(rate_per_s=rate * level, duration=us) for rate, (_, us) in zip(moved, pieces, strict=True)
    )


def peaked(traffic: Traffic, peak: float) -> Traffic | None:
    """The same traffic with each rate `peak` times as far from the mean rate; None where no rate follows the clock.

    A week or stairs become phases. On-off traffic keeps its cycle: it comes faster, for a shorter time.
    A trace stays as it is: its counts are stretched where they are read (`simulator.changes`).

    >>> week = DailyTraffic(mean_rate_per_s=2.0)
    >>> higher = peaked(week, 1.2)
    >>> round(higher.mean_rate_per_s, 6), round(week.peak_rate_per_s, 2), round(higher.peak_rate_per_s, 2)
    (2.0, 5.63, 6.24)
    """
    if isinstance(traffic, TraceTraffic):
        return traffic
    if isinstance(traffic, OnOffTraffic):
        mean = traffic.mean_rate_per_s
        rate = mean + peak * (traffic.on_rate_per_s - mean)
        on = round(traffic.on * traffic.on_rate_per_s / rate)
        return traffic.model_copy(
            update={"on_rate_per_s": rate, "on": on, "off": traffic.on + traffic.off - on}
        )  # fmt: skip
    if isinstance(traffic, PhasesTraffic):
        return traffic.model_copy(update={"phases": _stretched(traffic.pieces(), peak)})
    if isinstance(traffic, DailyTraffic | StairsTraffic):
        pieces = traffic.pieces()
        played = traffic.duration or 0
        repeat = 1 if isinstance(traffic, StairsTraffic) else max(1, -(-played // sum(us for _, us in pieces)))
        return PhasesTraffic.model_construct(
            kind="phases", phases=_stretched(pieces, peak), repeat=min(_LONGEST_PLAY, repeat), duration=traffic.duration
        )
    return None
