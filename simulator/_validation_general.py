"""Cases of the general engine: closed callers, copies launched on demand, a cache of models, several variants."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator import theory
from simulator._validation_cases import Tapes
from simulator._validation_check import SECOND, Quantity, Trial
from simulator.codes import Outcome, Routing, Split
from simulator.engines import run
from simulator.model import Cache, Caller, Columns, ServingModel, Variant

__all__ = ["GENERAL"]

_LONG: Final = 2**50
_ROWS: Final = 65_536
_STARTS: Final = 2**18
_SKIP: Final = 0.1


def _whole(source: np.random.Generator, count: int, mean_us: float) -> NDArray[np.int64]:
    drawn: NDArray[np.int64] = np.maximum(1, np.rint(source.standard_exponential(count) * mean_us)).astype(np.int64)
    return drawn


@dataclass(frozen=True)
class _Drawn:
    """Requests with exponential service and pauses, and a model drawn for each; arrivals `gap_us` apart or Poisson."""

    seed: tuple[int, ...]
    requests: int
    service_us: float
    think_us: float = 0.0
    popularity: tuple[float, ...] = (1.0,)
    rate: float = 0.0
    """Poisson arrivals per second; 0: evenly, 1 ms apart (closed callers do not look at them)."""

    def chunks(self, rows: int | None = None) -> Iterator[Columns]:
        """Columns in order; always in chunks of one size."""
        del rows
        arrivals, services, thinks, models, routes = (
            np.random.default_rng((*self.seed, stream)) for stream in (0, 1, 2, 3, 5)
        )
        last = 0
        for first in range(0, self.requests, _ROWS):
            count = min(_ROWS, self.requests - first)
            gaps = np.full(count, 1000, np.int64)
            if self.rate:
                gaps = np.rint(arrivals.standard_exponential(count) * (SECOND / self.rate)).astype(np.int64)
            times = last + np.cumsum(gaps)
            last = int(times[-1])
            work = _whole(services, count, self.service_us)
            think = _whole(thinks, count, self.think_us) if self.think_us else None
            asked = models.choice(len(self.popularity), count, p=self.popularity) if len(self.popularity) > 1 else None
            yield Columns(times, work, routes.integers(0, 2**32, count), asked, think)


def _rate(slots: int, slowdown: float, service: float) -> Callable[[int], float]:
    """Requests that a copy with n there completes per second."""

    def done(there: int) -> float:
        busy = min(there, slots)
        return busy / (1 + slowdown * (busy - 1)) / service

    return done


def _closed(users: int, slots: int, slowdown: float, think: float, service: float) -> Trial:
    """N users who think, then wait for their answer: mean value analysis of one station."""
    through, (latency,) = theory.mean_value_analysis(users, think, [_rate(slots, slowdown, service)])
    model = ServingModel(
        horizon_us=_LONG, to_horizon=0, queue_limit=10**9, slots=slots, slowdown_millionths=round(slowdown * 1e6),
        caller=Caller(users=users),
    )  # fmt: skip

    def play(seed: tuple[int, ...], requests: int) -> list[float]:
        demand = _Drawn(seed, requests, service * SECOND, think * SECOND)
        first = np.maximum(1, np.random.default_rng((*seed, 4)).integers(0, round((think + service) * SECOND), users))
        start = round(_SKIP * requests / through * SECOND)
        found = run(model, demand, Tapes({"first_us": first}), requests=False, timeline=False, window_from_us=start)
        return [found.latency.mean_us / SECOND, found.count(Outcome.OK) / found.meters.window_us * SECOND]

    name = f"closed, {users} users, {slots} slots, a {slowdown}, think {think}, service {service}"
    return Trial(name, (Quantity("mean latency", latency), Quantity("throughput", through)), play)


def _ladder(slots: int, slowdown: float) -> Trial:
    """R(N) = R(1) (1 + a (N - 1)) up to the batch limit, then N / Xmax: a GPU endpoint with batching."""
    most = slots / (1 + slowdown * (slots - 1))
    steps = (1, slots // 2, slots, 2 * slots, 4 * slots)
    expected = [1 + slowdown * (users - 1) if users <= slots else users / most for users in steps]
    rows = tuple(Quantity(f"R({users})", value) for users, value in zip(steps, expected, strict=True))

    def play(seed: tuple[int, ...], requests: int) -> list[float]:
        values = []
        for users, value in zip(steps, expected, strict=True):
            few = _closed(users, slots, slowdown, 0.0, 1.0)
            values.append(few.play((*seed, round(value * 1000)), requests // len(steps))[0])
        return values

    return Trial(f"batching, limit {slots}, a {slowdown}: R(1) (1 + a (N - 1)), then N / Xmax", rows, play)


def _several(rate: float, servers: int, setup: float) -> Trial:
    """Servers off as soon as they idle, each waiting arrival starts one: M/M/c with set-up."""
    starts, wait = theory.several_setup(rate, servers, 1.0, setup)
    model = ServingModel(
        horizon_us=_LONG,
        to_horizon=0,
        queue_limit=10**9,
        routing=Routing.CENTRAL,
        initial=0,
        maximum=servers,
        on_demand=1,
    )

    def play(seed: tuple[int, ...], requests: int) -> list[float]:
        drawn = np.random.default_rng((*seed, 4)).standard_exponential(_STARTS) * (setup * SECOND)
        supply = Tapes({"start_us": np.maximum(1, np.rint(drawn).astype(np.int64))})
        demand = _Drawn(seed, requests, SECOND, rate=rate)
        begin = round(_SKIP * requests / rate * SECOND)
        found = run(model, demand, supply, requests=False, timeline=False, window_from_us=begin)
        return [found.meters.cold_starts / found.meters.arrivals, found.wait.mean_us / SECOND]

    name = f"M/M/{servers} with set-up {setup} exponential, rate {rate}"
    return Trial(name, (Quantity("starts per request", starts), Quantity("mean wait", wait)), play)


def _least_recent(what: str, weights: tuple[float, ...], slots: int) -> Trial:
    """A cache that drops the model unused for longest: the hit share by King's formula."""
    popularity = tuple(weight / sum(weights) for weight in weights)
    count = len(popularity)
    model = ServingModel(
        horizon_us=_LONG, to_horizon=0, queue_limit=10**9, routing=Routing.BY_MODEL,
        cache=Cache(models=count, in_memory=slots, on_disk=count),
    )  # fmt: skip

    def play(seed: tuple[int, ...], requests: int) -> list[float]:
        demand = _Drawn(seed, requests, 1.0, popularity=popularity)
        begin = round(_SKIP * requests * 1000)
        found = run(model, demand, Tapes({}), requests=False, timeline=False, window_from_us=begin)
        return [1 - (found.meters.loads + found.meters.reloads) / found.meters.arrivals]

    exact = theory.lru_hit_share(popularity, slots)
    return Trial(f"model cache, LRU, {what}, {slots} fit", (Quantity("hit share", exact),), play)


def _variants(rate: float, shares: tuple[float, ...], split: Split) -> Trial:
    """Variants get independent streams, by share or by the model asked for: each is M/M/1 at its own rate."""
    ends = np.rint(np.cumsum(shares) * 2**32).astype(np.int64).tolist()
    model = ServingModel(
        horizon_us=_LONG, to_horizon=0, queue_limit=10**9, split=split,
        variants=tuple(Variant(1, 1, 1, end) for end in ends),
    )  # fmt: skip

    def play(seed: tuple[int, ...], requests: int) -> list[float]:
        demand = _Drawn(seed, requests, SECOND, popularity=shares, rate=rate)
        begin = round(_SKIP * requests / rate * SECOND)
        found = run(model, demand, Tapes({}), requests=False, timeline=False, window_from_us=begin)
        return [1 - found.wait.count_within(0) / found.wait.count, found.wait.mean_us / SECOND]

    waiting = sum(share * rate * share for share in shares)
    wait = sum(share * theory.mmc_wait(rate * share, 1) for share in shares)
    name = f"variants {' '.join(f'{share:g}' for share in shares)} {split.name.lower().replace('_', ' ')}, rate {rate}"
    return Trial(name, (Quantity("P(wait)", waiting), Quantity("mean wait", wait)), play)


_ZIPF: Final = tuple(1 / rank for rank in range(1, 9))
GENERAL: Final = (
    _closed(4, 8, 0.0, 1.0, 0.1), _closed(20, 8, 0.0, 1.0, 0.5), _closed(20, 20, 0.1, 0.0, 1.0),
    _closed(20, 16, 0.25, 2.0, 1.0), _ladder(16, 0.1),
    _several(0.2, 1, 5.0), _several(1.2, 2, 3.0), _several(2.0, 4, 5.0),
    _least_recent("popularity .5 .3 .2", (0.5, 0.3, 0.2), 2), _least_recent("Zipf over 8", _ZIPF, 3),
    _least_recent("8 alike", (1.0,) * 8, 3),
    _variants(1.0, (0.25, 0.75), Split.BY_SHARE), _variants(1.0, (0.5, 0.3, 0.2), Split.BY_MODEL),
)  # fmt: skip
