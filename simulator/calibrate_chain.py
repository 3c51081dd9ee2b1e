"""What a copy with slots and slowdown answers to closed users: mean latency, exactly, for many loads at once.

The chain of `simulator.theory.mean_value_analysis` (one station, users who pause), written with arrays so that a fit can ask it
thousands of times.
"""

import numpy as np
from numpy.typing import NDArray

__all__ = ["closed_latency", "served_per_s"]


def served_per_s(there: NDArray[np.float64], service: float, slots: int, slowdown: float) -> NDArray[np.float64]:
    """Requests finished per second with so many there: min(n, K) / (1 + a (min(n, K) - 1)) / S."""
    busy = np.minimum(there, slots)
    return np.asarray(busy / (1 + slowdown * (busy - 1)) / service, dtype=np.float64)


def closed_latency(users: int, pause: float, service: float, slots: int, slowdown: float) -> float:
    """Mean latency that each of `users` sees who pause `pause` seconds between an answer and the next call.

    Without a pause it is exact for every service time, N / X(N); with one, for exponential service times.

    >>> round(closed_latency(20, 2.0, 1.0, 16, 0.25), 5), round(closed_latency(20, 0.0, 1.0, 20, 0.1), 5)
    (4.15364, 2.9)
    >>> round(closed_latency(20, 1.0, 0.5, 8, 0.0), 5)
    0.54514
    """
    if pause <= 0:
        return float(users / served_per_s(np.array([users], dtype=float), service, slots, slowdown)[0])
    there = np.arange(1, users + 1, dtype=float)
    served = served_per_s(there, service, slots, slowdown)
    weights = np.concatenate(([0.0], np.cumsum(np.log((users - there + 1) / pause) - np.log(served))))
    chances = np.exp(weights - weights.max())
    through = float((chances[1:] * served).sum() / chances.sum())
    return users / through - pause
