"""Base draws of a demand, and what they become: service times and sizes, row by row.

Base draws (standard normal, uniform, standard gamma, 32 random bits) do not depend on the place, so they are
drawn once for all places. A `Reader` takes `(first, count)` in ascending order and returns that stretch.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from advisor.workload import (
    ConstantTime,
    CountDistribution,
    EmpiricalTime,
    GammaTime,
    LognormalTime,
    SizeDistribution,
    TimeDistribution,
    TokenTime,
)

__all__ = [
    "LONGEST_SERVICE_US",
    "Draws",
    "Reader",
    "draw",
    "generator",
    "model_reader",
    "prefill_reader",
    "service_reader",
    "size_reader",
]

Reader = Callable[[int, int], NDArray[Any]]
"""Rows `first` to `first + count` of a column."""
Draws = Callable[[str, str | float], Reader]
"""Reader of the base draws of a stream: `(stream, shape)`."""

LONGEST_SERVICE_US = 2**36 - 1
"""Longest service time the engines' integer clock takes (19 hours); the rare longer draw is cut to it."""

_STREAMS = {
    "arrivals": 0, "service": 1, "payload": 2, "response": 3, "route": 4,
    "input_tokens": 5, "output_tokens": 6, "choice": 7, "think": 8,
    "start_us": 16, "delay_us": 17, "cold_us": 18, "keep_us": 19,
    "copy_us": 20, "load_us": 21, "reload_us": 22,
    "first_us": 23, "jitter": 24, "retry_route": 25, "faults": 26,
}  # fmt: skip
"""Number of each stream. Never renumber: results under a seed would change."""


def generator(seed: int, replication: int, stream: str) -> np.random.Generator:
    """The numpy generator of one stream: arrivals, service, payload, route, start_us, cold_us and so on."""
    key = np.random.SeedSequence(seed, spawn_key=(replication, _STREAMS[stream]))
    return np.random.Generator(np.random.PCG64(key))


def draw(source: np.random.Generator, shape: str | float, count: int) -> NDArray[Any]:
    """`count` base draws: "normal", "uniform" (0 to 1), "bits" (uint32), or a standard gamma of that shape."""
    match shape:
        case "normal":
            return source.standard_normal(count)
        case "uniform":
            return source.random(count)
        case "bits":
            return source.integers(0, 2**32, count, dtype=np.uint32)
        case _:
            return source.standard_gamma(float(shape), count)


def size_reader(
    draws: Draws, stream: str, sizes: SizeDistribution | CountDistribution, recorded: NDArray[np.int64] | None
) -> Reader:
    """Sizes in bytes or counts, int64: the recorded ones, the one stated, or a lognormal cut off at max."""
    if recorded is not None:
        return lambda first, count: recorded[first : first + count]
    if sizes.sigma == 0:
        return lambda _, count: np.full(count, sizes.p50, dtype=np.int64)
    normal = draws(stream, "normal")
    high = float("inf") if sizes.max is None else sizes.max

    def read(first: int, count: int) -> NDArray[np.int64]:
        values = np.exp(normal(first, count) * sizes.sigma)
        values *= sizes.p50
        return np.rint(np.minimum(values, high, out=values), out=values).astype(np.int64)

    return read


def model_reader(draws: Draws, count: int, exponent: float) -> Reader:
    """Number of the model that each row asks for, int64 from 0: model k gets a share in proportion to 1 / (k + 1)^s.

    >>> uniform = lambda stream, shape: lambda first, rows: np.array([0.0, 0.5, 0.99])
    >>> model_reader(uniform, 3, 0.0)(0, 3).tolist(), model_reader(uniform, 3, 2.0)(0, 3).tolist()
    ([0, 1, 2], [0, 0, 2])
    """
    shares = np.cumsum(np.arange(1, count + 1, dtype=np.float64) ** -exponent)
    shares /= shares[-1]
    uniform = draws("choice", "uniform")
    return lambda first, rows: np.minimum(
        np.searchsorted(shares, uniform(first, rows), side="right"), count - 1
    ).astype(np.int64)


def service_reader(
    draws: Draws,
    time: TimeDistribution,
    speed: float,
    tokens: tuple[NDArray[np.int64] | None, NDArray[np.int64] | None],
) -> Reader:
    """Service times at a place, int64 microseconds from 1 up: the distribution divided by `speed`.

    Arguments: `tokens` are the recorded input and output tokens of each row; None where they are drawn.
    """
    work = _work_reader(draws, time, tokens)
    return lambda first, count: to_service(work(first, count), speed)


def to_service(work: NDArray[np.float64] | NDArray[np.int64], speed: float) -> NDArray[np.int64]:
    """Work in microseconds, at speed 1, as whole microseconds at `speed`; at least 1."""
    service = np.rint(work / speed)
    return np.clip(service, 1, LONGEST_SERVICE_US, out=service).astype(np.int64)


def _work_reader(
    draws: Draws, time: TimeDistribution, tokens: tuple[NDArray[np.int64] | None, NDArray[np.int64] | None]
) -> Reader:
    match time:
        case ConstantTime():
            return lambda _, count: np.full(count, float(time.constant))
        case LognormalTime():
            normal, sigma = draws("service", "normal"), time.sigma
            return lambda first, count: time.p50 * np.exp(sigma * normal(first, count))
        case GammaTime():
            gamma, scale = draws("service", time.shape), time.mean / time.shape
            return lambda first, count: scale * gamma(first, count)
        case EmpiricalTime():
            values, uniform = np.array(time.sorted_us, dtype=np.float64), draws("service", "uniform")
            return lambda first, count: values[(uniform(first, count) * len(values)).astype(np.int64)]
        case TokenTime():
            return _token_reader(draws, time, tokens)
    raise TypeError(f"no way to draw {time.kind} service times")


Tokens = tuple[NDArray[np.int64] | None, NDArray[np.int64] | None]
"""Recorded input and output tokens of each row; None where they are drawn."""


def _token_sides(draws: Draws, time: TokenTime, tokens: Tokens) -> tuple[Reader, Reader]:
    """Work of the input and of the output tokens of each row, float64 microseconds at speed 1."""

    def side(stream: str, each: int, counts: CountDistribution | None, recorded: NDArray[np.int64] | None) -> Reader:
        if not each or counts is None:
            return lambda _, count: np.zeros(count)
        reader = size_reader(draws, stream, counts, recorded)
        return lambda first, count: float(each) * reader(first, count)

    return (
        side("input_tokens", time.per_input_token, time.input_tokens, tokens[0]),
        side("output_tokens", time.per_output_token, time.output_tokens, tokens[1]),
    )


def _token_reader(draws: Draws, time: TokenTime, tokens: Tokens) -> Reader:
    before, after = _token_sides(draws, time, tokens)
    return lambda first, count: float(time.base) + before(first, count) + after(first, count)


def prefill_reader(draws: Draws, time: TokenTime, tokens: Tokens) -> Reader:
    """Share of the work of each row that is done before its first token: base and input tokens over everything, 0 to 1.

    >>> time = TokenTime(base="100 ms", per_output_token="20 ms", output_tokens=15)
    >>> prefill_reader(lambda stream, shape: None, time, (None, None))(0, 2).tolist()
    [0.25, 0.25]
    """
    before, after = _token_sides(draws, time, tokens)

    def read(first: int, count: int) -> NDArray[np.float64]:
        begun, rest = float(time.base) + before(first, count), after(first, count)
        whole = begun + rest
        return np.divide(begun, whole, out=np.ones(count), where=whole > 0)

    return read
