"""Least squares on the logarithm of the latency: service time and slowdown for each number of slots, and what else fits as well.

Slots are whole, so every number is tried; for each, scipy finds the service time S and slowdown a with the smallest sum of
squares Q. The 95 % set is the profile likelihood's: everything with Q <= Q_min + sigma^2 t^2 (Student's t on the degrees of
freedom left). Over slots the profile is exact, over S and a it is quadratic around each number's best.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.calibrate_chain import closed_latency
from simulator.statistics import student_t

__all__ = ["Fit", "Level", "Span", "fit_levels"]

_ALL_SLOTS: Final = 64
"""Up to here every number of slots is tried; beyond, steps of 4 %, and finer ones around the best."""
_FINER: Final = 24
_PARAMETERS: Final = 3
_LEAST_NOISE: Final = 0.002
_ASSUMED_NOISE: Final = 0.05
"""Relative error of a latency where there are too few rows to see it."""
_NORMAL: Final = 1.96
_ALIKE: Final = 0.1
_FAR: Final = 9.0
"""Widest half of an interval of log S: past all that is possible."""
_TELLING: Final = 2.0
"""An interval of the service time whose ends are further apart than this factor tells nothing."""


class Level(NamedTuple):
    """A load level: users, the pause between answer and next call, and the latency to be explained; times in seconds."""

    users: int
    pause_s: float
    latency_s: float


class Span(NamedTuple):
    """A value with its 95 % interval; `bounded` is False where the data leave an end open, and the end is that of what is possible at all."""

    value: float
    low: float
    high: float
    bounded: bool = True


class Tried(NamedTuple):
    """The best fit for one number of slots."""

    slots: int
    service_s: float
    slowdown: float
    squares: float
    spread_service: float
    """Variance of log S for a noise of 1; infinite where S and a cannot be told apart."""
    spread_slowdown: float


@dataclass(frozen=True, slots=True)
class Fit:
    """What a sweep says of a copy."""

    service_s: Span
    slots: Span
    slowdown: Span
    noise: float
    """Relative error of a latency, as a standard deviation."""
    noise_assumed: bool
    fitted_s: tuple[float, ...]
    """Latency of each level by the best fit."""
    as_good: tuple[Tried, ...]
    """The numbers of slots within the 95 % set, each with its best fit."""
    most_users: int


def _slots_to_try(most: int) -> list[int]:
    """Every number to 64, then about 4 % apart; the last stands for `as many as were tested or more`.

    >>> _slots_to_try(5), _slots_to_try(70)[-4:]
    ([1, 2, 3, 4, 5], [63, 64, 67, 70])
    """
    found = list(range(1, min(most, _ALL_SLOTS) + 1))
    while found[-1] < most:
        found.append(min(most, math.ceil(found[-1] * 1.04)))
    return found


def _between(tried: Sequence[Tried], best: Tried) -> list[int]:
    """Numbers of slots between the best one and its neighbours, where steps were wide; at most about 24."""
    place = tried.index(best)
    low, high = tried[max(0, place - 1)].slots, tried[min(len(tried) - 1, place + 1)].slots
    known = {one.slots for one in tried}
    return [slots for slots in range(low, high, max(1, (high - low) // _FINER)) if slots not in known]


def _ends(tried: Sequence[Tried], good: Sequence[Tried]) -> tuple[int, int]:
    """The numbers of slots at the ends of the set, with those beyond up to the next one that was refused."""
    numbers = [one.slots for one in tried]
    first, last = numbers.index(good[0].slots), numbers.index(good[-1].slots)
    low = numbers[first - 1] + 1 if first else numbers[0]
    return low, numbers[last + 1] - 1 if last + 1 < len(numbers) else numbers[-1]


def _latencies(levels: Sequence[Level], slots: int, service: float, slowdown: float) -> NDArray[np.float64]:
    return np.array([closed_latency(one.users, one.pause_s, service, slots, slowdown) for one in levels])


def _try(levels: Sequence[Level], slots: int, low: float, high: float, guess: float) -> Tried:
    """The best service time and slowdown for a number of slots, by bounded least squares."""
    from scipy.optimize import least_squares  # noqa: PLC0415 - heavy, and only a fit needs it

    seen = np.log([one.latency_s for one in levels])

    def wrong(x: NDArray[np.float64]) -> NDArray[np.float64]:
        slowdown = float(x[1]) if slots > 1 else 0.0
        return np.asarray(np.log(_latencies(levels, slots, math.exp(x[0]), slowdown)) - seen, dtype=np.float64)

    bounds = ([math.log(low) - 0.7, 0.0], [math.log(high) + 0.7, 1.0])
    start = [math.log(min(high, max(low, guess))), 0.05]
    done = least_squares(wrong, start, bounds=bounds, xtol=1e-10, ftol=1e-10, gtol=1e-10, diff_step=1e-4)
    information = np.asarray(done.jac.T @ done.jac)
    if slots == 1:  # the slowdown of one slot is nothing
        return Tried(1, math.exp(done.x[0]), 0.0, 2 * float(done.cost), 1 / information[0, 0], math.inf)
    determinant = information[0, 0] * information[1, 1] - information[0, 1] ** 2
    flat = determinant <= 1e-6 * information[0, 0] * information[1, 1]
    spreads = (math.inf, math.inf) if flat else (information[1, 1] / determinant, information[0, 0] / determinant)
    return Tried(slots, math.exp(done.x[0]), float(done.x[1]), 2 * float(done.cost), *map(float, spreads))


def _union(value: float, ends: Sequence[tuple[float, float]], least: float, most: float) -> tuple[float, float, float]:
    """A value and the union of the intervals around it, cut at what is possible."""
    value = min(max(value, least), most)
    low, high = max(least, min(end[0] for end in ends)), min(most, max(end[1] for end in ends))
    return float(value), float(min(low, value)), float(max(high, value))


def _around(tried: Tried, room: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """The intervals of S and a for one number of slots, where the squares may grow by `room`."""
    over = min(_FAR, math.sqrt(room * tried.spread_service))
    wide = math.sqrt(room * tried.spread_slowdown)
    return (
        (tried.service_s * math.exp(-over), tried.service_s * math.exp(over)),
        (tried.slowdown - wide, tried.slowdown + wide),
    )


def fit_levels(levels: Sequence[Level]) -> Fit:
    """Service time, slots and slowdown of a copy from the latency at several numbers of users, with 95 % intervals.

    Arguments: `levels` of at least two numbers of users.

    >>> seen = [Level(n, 0.0, 0.1 * max(1, n / 4)) for n in (1, 2, 3, 4, 6, 8, 16)]  # four slots, 100 ms
    >>> fit = fit_levels(seen)
    >>> fit.slots.value, round(fit.service_s.value, 3), round(fit.slowdown.value, 2)
    (4, 0.1, 0.0)
    """
    most = max(one.users for one in levels)
    # one in service is never faster than S, and so many share one slot's speed at worst
    low, high = max(one.latency_s / one.users for one in levels), min(one.latency_s for one in levels)
    low, high = min(low, high), max(low, high)
    first = min(levels, key=lambda one: one.users).latency_s
    tried = [_try(levels, slots, low, high, first) for slots in _slots_to_try(most)]
    finer = _between(tried, min(tried, key=lambda one: one.squares))
    tried = sorted([*tried, *(_try(levels, slots, low, high, first) for slots in finer)])
    least = min(one.squares for one in tried)
    free = len(levels) - _PARAMETERS
    assumed = free < 1
    noise = _ASSUMED_NOISE if assumed else max(_LEAST_NOISE, math.sqrt(least / free))
    quantile = _NORMAL if assumed else student_t(free)
    allowed = least + (noise * quantile) ** 2
    good = [one for one in tried if one.squares <= allowed]
    # one slot, and many that share one processor, are the same on average: the simpler one is taken
    alike = (one for one in tried if one.squares <= least + (_ALIKE * noise) ** 2)
    best = good[0] if good[0].slots == 1 else next(alike)
    service, slower = zip(*(_around(one, allowed - one.squares) for one in good), strict=True)
    room = 1 + quantile * noise
    times = _union(best.service_s, service, low / room, high * room)
    rates = _union(best.slowdown, slower, 0.0, 1.0)
    return Fit(
        Span(*times, bounded=times[2] <= _TELLING * times[1]),
        Span(best.slots, *_ends(tried, good), bounded=good[-1].slots < most),
        Span(*rates, bounded=rates[1:] != (0.0, 1.0)), noise, assumed,
        tuple(map(float, _latencies(levels, best.slots, best.service_s, best.slowdown))), tuple(good), most,
    )  # fmt: skip
