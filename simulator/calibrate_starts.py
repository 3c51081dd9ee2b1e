"""Cold start and keep-alive from a series of calls, with intervals, and what the series cannot tell.

A call that finds nothing open is a probe: it was warm if the environment was idle for less than its keep-alive. So the longest
idle time before a warm call and the shortest before a cold one close in on the keep-alive. Where they cross, it is not one
length; then the length that disagrees with the fewest calls is taken, and its interval is a bootstrap's.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from advisor.errors import InputError, Problem
from advisor.units import format_duration, format_share
from simulator.calibrate_calls import Calls, read_calls
from simulator.calibrate_doubts import Doubt
from simulator.calibrate_fit import Span

__all__ = ["ColdStarts", "calibrate_cold", "cold_starts_of"]

_RESAMPLES: Final = 400
_FEW: Final = 6
"""Under so many values no interval of the median holds with 95 %."""


@dataclass(frozen=True, slots=True)
class ColdStarts:
    """What a series of calls says of cold starts; times in seconds."""

    source: str
    calls: int
    cold: int
    probes: int
    """Calls that found nothing open, so that their idle time counts."""
    start: Span | None
    """Median of what a cold call takes longer; None without a cold or a warm call."""
    start_p99_s: float | None
    sigma: float | None
    """Standard deviation of its logarithm, where there are enough."""
    keep: Span | None
    """Keep-alive; an open end is infinite or 0."""
    agreeing: float | None
    """Share of probes that agree with one length of the keep-alive."""
    flagged: bool
    doubts: tuple[Doubt, ...]


def _median(values: NDArray[np.float64]) -> Span:
    """The median with the exact interval of order statistics."""
    from scipy.stats import binom  # noqa: PLC0415 - heavy, and only a fit needs it

    ranked = np.sort(values)
    if len(ranked) < _FEW:
        return Span(float(np.median(ranked)), float(ranked[0]), float(ranked[-1]), bounded=False)
    low = max(0, int(binom.ppf(0.025, len(ranked), 0.5)) - 1)
    return Span(float(np.median(ranked)), float(ranked[low]), float(ranked[len(ranked) - 1 - low]))


def _best_cut(idle: NDArray[np.float64], cold: NDArray[np.bool_]) -> tuple[float, float, int]:
    """Where fewest calls disagree: the idle times left and right of the cut, and how many disagree."""
    order = np.argsort(idle, kind="stable")
    ranked, flags = idle[order], cold[order]
    wrong = np.concatenate(([0], np.cumsum(flags))) + np.concatenate((np.cumsum((~flags)[::-1])[::-1], [0]))
    best = np.flatnonzero(wrong == wrong.min())
    left, right = int(best[0]), int(best[-1])
    return (
        float(ranked[left - 1]) if left else 0.0,
        float(ranked[right]) if right < len(ranked) else math.inf,
        int(wrong.min()),
    )


def _keep(idle: NDArray[np.float64], cold: NDArray[np.bool_]) -> tuple[Span, float]:
    """The keep-alive, and the share of probes that agree with it."""
    low, high, wrong = _best_cut(idle, cold)
    agreeing = 1 - wrong / len(idle)
    if not math.isfinite(high) or low == 0:
        return Span(low if not math.isfinite(high) else high, low, high, bounded=False), agreeing
    middle = (low + high) / 2
    if wrong:
        draw = np.random.default_rng(0)
        cuts = [_best_cut(idle[pick], cold[pick]) for pick in (draw.integers(0, len(idle), len(idle)) for _ in range(_RESAMPLES))]  # fmt: skip
        ends = [(one, other) for one, other, _ in cuts if one > 0 and math.isfinite(other)]
        low = min(low, float(np.quantile([one for one, _ in ends], 0.025)))
        high = max(high, float(np.quantile([other for _, other in ends], 0.975)))
    return Span(middle, low, high), agreeing


def _of_keep(keep: Span | None, agreeing: float | None, probes: int) -> Iterator[Doubt]:
    if keep is None:
        yield Doubt(
            "no_probe",
            "No call came after an idle time: every one found another open, so the keep-alive is not known. Call one at a time, with pauses.",
        )
    elif not math.isfinite(keep.high) and agreeing is not None and agreeing < 1:
        yield Doubt(
            "keep_alive_unexplained",
            f"Cold calls after an idle time ({format_share(1 - agreeing)} of {probes:,}) do not come after the longer ones: no length of the keep-alive explains them. Add calls after pauses longer than {format_duration(1e6 * keep.low)}.",
        )
    elif not math.isfinite(keep.high):
        yield Doubt(
            "keep_alive_above",
            f"No call after an idle time was cold: the keep-alive is at least {format_duration(1e6 * keep.low)}, and unknown above. Add calls after longer pauses.",
        )
    elif keep.low == 0:
        yield Doubt(
            "keep_alive_below",
            f"No call after an idle time was warm: the keep-alive is under {format_duration(1e6 * keep.high)}, and unknown below. Add calls after shorter pauses.",
        )
    elif agreeing is not None and agreeing < 1:
        yield Doubt(
            "keep_alive_varies",
            f"The keep-alive is not one length: {format_share(1 - agreeing)} of {probes:,} calls disagree with the one below. The simulation takes one length.",
        )
    elif keep.high > 1.2 * keep.low:
        yield Doubt(
            "keep_alive_wide",
            f"No call came after an idle time between {format_duration(1e6 * keep.low)} and {format_duration(1e6 * keep.high)}; pauses in between would narrow the keep-alive.",
        )


def _of_start(calls: Calls, start: Span | None) -> Iterator[Doubt]:
    colds = int(calls.cold.sum())
    if not calls.told_apart:
        yield Doubt(
            "not_told_apart",
            "No column says which calls were cold, and their latencies do not fall into two groups: start and service time cannot be told apart. Record a flag, or the platform's run time.",
        )
    elif not calls.flagged:
        yield Doubt(
            "flag_guessed", f"No column says which calls were cold; the {colds:,} of the slow group are taken for it."
        )
    if colds == len(calls.cold):
        yield Doubt(
            "no_warm",
            "Every call was cold: what a warm one takes is not known, so start and service time cannot be told apart. Add calls right after one another.",
        )
    elif not colds and calls.told_apart:
        yield Doubt("no_cold", "No call was cold: the cold start is not known. Add calls after long pauses.")
    if start is not None and colds < _FEW:
        yield Doubt(
            "few_cold",
            f"{colds:,} cold call{'' if colds == 1 else 's'}: smallest and largest are shown instead of an interval; {_FEW} or more give one.",
        )
    warm = calls.latency_s[~calls.cold]
    if (
        start is not None
        and calls.run_s is None
        and float(np.quantile(warm, 0.95) - np.quantile(warm, 0.05)) > start.value
    ):
        yield Doubt(
            "service_varies",
            "Warm calls differ among themselves by more than a cold start takes: without the platform's run time the start is the difference of two wide distributions.",
        )


def cold_starts_of(calls: Calls, *, source: str = "calls") -> ColdStarts:
    """Cold start and keep-alive from calls in order of time.

    >>> from simulator.calibrate_calls import calls_of
    >>> times, took = np.array([0.0, 100.0, 380.0, 700.0, 980.0]), np.array([6.1, 0.1, 0.1, 6.3, 0.1])
    >>> found = cold_starts_of(calls_of(times, took))
    >>> round(found.start.value, 1), round(found.keep.low), round(found.keep.high)
    (6.1, 280, 320)
    """
    known = bool(calls.cold.any() and (~calls.cold).any())
    started = calls.started_s if known else np.array([])
    start = _median(started) if known else None
    positive = started[started > 0]
    sigma = float(np.std(np.log(positive), ddof=1)) if len(positive) >= _FEW else None
    probe = ~np.isnan(calls.idle_s)
    count = int(probe.sum())
    keep, agreeing = _keep(calls.idle_s[probe], calls.cold[probe]) if count and calls.told_apart else (None, None)
    doubts = (*_of_start(calls, start), *(_of_keep(keep, agreeing, count) if calls.told_apart else ()))
    p99 = float(np.quantile(started, 0.99)) if known else None
    return ColdStarts(
        source, len(calls.cold), int(calls.cold.sum()), count, start, p99, sigma, keep, agreeing, calls.flagged, doubts
    )


def calibrate_cold(path: Path | str, *, columns: Mapping[str, str] | None = None, unit: str = "") -> ColdStarts:
    """The same from a CSV or JSON file with the columns time and latency, and where known run time and a flag for cold calls.

    Arguments: as of `simulator.calibrate.calibrate_sweep`. Raises InputError naming what cannot be used.
    """
    calls = read_calls(Path(path), columns, unit)
    if float(calls.time_s[-1] - calls.time_s[0]) <= 0:
        raise InputError([Problem(Path(path).name, "calls all at one time", "calls at different times")])
    return cold_starts_of(calls, source=Path(path).name)
