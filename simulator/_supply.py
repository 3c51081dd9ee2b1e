"""What AWS does for an option, in time: start-ups, action delays, cold starts, keep-alive and loads of models."""

from dataclasses import dataclass
from threading import RLock
from typing import Self

import numpy as np
from numpy.typing import NDArray

from simulator._draws import generator

__all__ = ["Spread", "Supply"]


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something of AWS takes: one value, a lognormal around a median, or an even range.

    >>> Spread.constant(90_000_000).draw(generator(0, 0, "start_us"), 2)
    array([90000000, 90000000])
    """

    median_us: float
    sigma: float = 0.0
    """Standard deviation of the logarithm."""
    half_width_us: float = 0.0
    """Half the width of an even range around the median."""

    @classmethod
    def constant(cls, us: float) -> Self:
        """Always `us` microseconds."""
        return cls(us)

    @classmethod
    def lognormal(cls, median_us: float, sigma: float) -> Self:
        """Lognormal around `median_us` microseconds; `sigma` is the standard deviation of the logarithm."""
        return cls(median_us, sigma=sigma)

    @classmethod
    def uniform(cls, low_us: float, high_us: float) -> Self:
        """Evenly distributed from `low_us` to `high_us` microseconds."""
        return cls((low_us + high_us) / 2, half_width_us=(high_us - low_us) / 2)

    def draw(self, source: np.random.Generator, count: int) -> NDArray[np.int64]:
        """int64[count], microseconds, at least 1; no random number is used for a constant."""
        if self.sigma > 0:
            values = self.median_us * np.exp(self.sigma * source.standard_normal(count))
        elif self.half_width_us > 0:
            values = self.median_us + self.half_width_us * (2 * source.random(count) - 1)
        else:
            values = np.full(count, self.median_us)
        return np.clip(np.rint(values), 1, 2**53).astype(np.int64)


_NEVER = Spread.constant(1)
_ALWAYS = Spread.constant(1_000_000)
_ROUTES = Spread.uniform(1, 2**32 - 1)


class Supply:
    """What an option's resources take: start-ups, action delays, cold starts, keep-alive, loads of models; and its callers.

    `first` is when closed users first ask, `jitter` what a retry's pause is multiplied by, in millionths.

    Each tape is indexed by its own counter (launch, action, cold start, idle spell, copy, load) and grows on demand;
    its beginning never changes.

    >>> supply = Supply(seed=1, cold=Spread.lognormal(3_000_000, 0.4))
    >>> bool((supply.tape("cold_us", 10)[:3] == supply.tape("cold_us", 1000)[:3]).all())
    True
    """

    def __init__(
        self,
        seed: int = 0,
        replication: int = 0,
        start: Spread | None = None,
        delay: Spread | None = None,
        cold: Spread | None = None,
        keep: Spread | None = None,
        copy: Spread = _NEVER,
        load: Spread = _NEVER,
        reload: Spread = _NEVER,
        first: Spread = _NEVER,
        jitter: Spread = _ALWAYS,
    ) -> None:
        self._spreads = {
            "start_us": start, "delay_us": delay, "cold_us": cold, "keep_us": keep,
            "copy_us": copy, "load_us": load, "reload_us": reload, "first_us": first, "jitter": jitter, "retry_route": _ROUTES,
        }  # fmt: skip
        self._sources = {name: generator(seed, replication, name) for name in self._spreads}
        self._tapes = {name: np.empty(0, dtype=np.int64) for name in self._spreads}
        self._lock = RLock()

    def tape(self, name: str, at_least: int) -> NDArray[np.int64]:
        """int64 of at least `at_least` rows, microseconds from 1 up; `name` as in `simulator.model.Supply`.

        Raises KeyError for a name without a spread: no option asks for what it did not state.
        """
        spread = self._spreads[name]
        if spread is None:
            raise KeyError(f"this supply has no {name!r}")
        with self._lock:
            tape = self._tapes[name]
            if len(tape) < at_least:
                more = spread.draw(self._sources[name], max(at_least, 2 * len(tape), 64) - len(tape))
                tape = self._tapes[name] = np.concatenate([tape, more])
            return tape
