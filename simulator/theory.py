"""Exact results of queueing theory: what a simulation must agree with, and what prunes a search.

Time is in any unit, the same throughout. `rate` is arrivals per unit of time, `service` the mean service time,
`load` = rate x service the mean number in service (Erlang), `servers` the number of slots.

Sources: Kleinrock, Queueing Systems I (M/M/c, Pollaczek-Khinchine); Cooper, Introduction to Queueing Theory
(Erlang B by recursion); Doshi 1986, Queueing Systems 1 (server with vacations and set-up); Reiser and Lavenberg 1980,
Journal of the ACM 27 (mean value analysis); King 1971, IFIP Congress (hit share of LRU); Gandhi, Harchol-Balter and
Adan 2010, Performance Evaluation 67 (several servers with set-up); Burke 1956, Operations Research 4 (output of M/M/c).
"""

import math
from collections.abc import Callable, Sequence

import numpy as np

__all__ = [
    "chain_latency",
    "erlang_b",
    "erlang_c",
    "lru_hit_share",
    "mean_value_analysis",
    "mg1_wait",
    "mmc_latency_quantile",
    "mmc_wait",
    "mmc_wait_quantile",
    "mmck",
    "setup_cold_share",
    "setup_wait",
    "several_setup",
    "sharing_latency",
    "tandem_latency",
]

_ENOUGH = 1e-15
_LARGE = 1e200


def erlang_b(load: float, servers: int) -> float:
    """Share of requests refused when every server is busy and none may wait (M/G/c/c).

    Recursion B(k) = a B(k - 1) / (k + a B(k - 1)).

    >>> [round(erlang_b(a, c), 8) for a, c in ((3, 5), (8, 10), (18, 20), (90, 100), (2016, 1000))]
    [0.11005435, 0.12166106, 0.10921285, 0.02695738, 0.50445458]
    """
    blocked = 1.0
    for server in range(1, servers + 1):
        blocked = load * blocked / (server + load * blocked)
    return blocked


def erlang_c(load: float, servers: int) -> float:
    """Share of requests that wait (M/M/c); 1 when the load reaches the servers.

    >>> [round(erlang_c(a, c), 6) for a, c in ((0.8, 1), (1.6, 2), (3.2, 4), (6.4, 8), (28.8, 32), (60.8, 64))]
    [0.8, 0.711111, 0.596432, 0.457645, 0.458197, 0.588011]
    """
    if load >= servers:
        return 1.0
    blocked = erlang_b(load, servers)
    return servers * blocked / (servers - load * (1 - blocked))


def mmc_wait(load: float, servers: int, service: float = 1.0) -> float:
    """Mean wait of M/M/c: C / (c - a) x service; infinite at saturation.

    >>> [round(mmc_wait(a, c), 6) for a, c in ((0.5, 1), (0.8, 1), (6.4, 8), (28.8, 32))]
    [1.0, 4.0, 0.286028, 0.143186]
    """
    if load >= servers:
        return math.inf
    return erlang_c(load, servers) * service / (servers - load)


def mmc_wait_quantile(share: float, load: float, servers: int, service: float = 1.0) -> float:
    """Quantile of the wait of M/M/c: P(wait > t) = C exp(-(c - a) t / service).

    >>> [round(mmc_wait_quantile(q, 6.4, 8), 6) for q in (0.5, 0.95, 0.99)]
    [0.0, 1.383794, 2.389693]
    """
    if load >= servers:
        return math.inf
    waiting = erlang_c(load, servers)
    return max(0.0, math.log(waiting / (1 - share)) * service / (servers - load))


def mmc_latency_quantile(share: float, load: float, servers: int, service: float = 1.0) -> float:
    """Quantile of wait plus service of M/M/c, by bisection of the closed distribution function.

    >>> [round(mmc_latency_quantile(q, 6.4, 8), 6) for q in (0.5, 0.95, 0.99)]
    [0.986334, 3.508443, 5.152182]
    >>> round(mmc_latency_quantile(0.95, 0.5, 1), 6)
    5.991465
    """
    if load >= servers:
        return math.inf
    spare = servers - load
    waiting = erlang_c(load, servers)

    def later(time: float) -> float:
        if abs(spare - 1) < 1e-9:
            return math.exp(-time) * (1 + waiting * time)
        excess = (math.exp(-time) - math.exp(-spare * time)) / (spare - 1)
        return math.exp(-time) + waiting * excess

    return service * _bisect(lambda time: later(time) - (1 - share))


def _bisect(falling: Callable[[float], float]) -> float:
    """Zero of a falling function on [0, inf)."""
    low, high = 0.0, 1.0
    while falling(high) > 0:
        high *= 2
    while high - low > _ENOUGH * high:
        middle = (low + high) / 2
        if middle in {low, high}:
            break
        low, high = (middle, high) if falling(middle) > 0 else (low, middle)
    return high


def mmck(rate: float, servers: int, places: int, service: float = 1.0) -> tuple[float, float]:
    """Share refused, and mean wait of the accepted, with `places` slots and waiting places in all (M/M/c/K).

    >>> [tuple(round(x, 6) for x in mmck(*row)) for row in ((0.9, 1, 5), (1.2, 1, 10), (6.4, 8, 12), (10, 8, 16))]
    [(0.126023, 1.790286), (0.192586, 5.926138), (0.044104, 0.092481), (0.214729, 0.638643)]
    """
    load = rate * service
    weights = [1.0]
    for there in range(1, places + 1):
        weights.append(weights[-1] * load / min(there, servers))
    total = math.fsum(weights)
    refused = weights[-1] / total
    waiting = math.fsum((n - servers) * w for n, w in enumerate(weights) if n > servers) / total
    return refused, waiting / (rate * (1 - refused))


def mg1_wait(rate: float, service: float, squared_cv: float) -> float:
    """Mean wait of M/G/1 (Pollaczek-Khinchine): rho (1 + CV^2) / (2 (1 - rho)) x service.

    >>> [round(mg1_wait(0.8, 1, cv2), 6) for cv2 in (0, 0.25, 1, 4)]
    [2.0, 2.5, 4.0, 10.0]
    """
    load = rate * service
    return math.inf if load >= 1 else load * (1 + squared_cv) * service / (2 * (1 - load))


def setup_cold_share(rate: float, service: float, setup: float, keep: float) -> float:
    """Share of requests that find the server off, which goes off after `keep` idle and needs `setup` to start.

    p (1 - rho) / (1 + rate p E[D]) with p = exp(-rate keep): one server, FIFO, any set-up law of that mean.

    >>> [round(setup_cold_share(*row), 6) for row in ((.2, 1, 5, 0), (.2, 1, 5, 10), (.5, 1, 3, 2), (.05, .5, 60, 30))]
    [0.4, 0.095362, 0.118532, 0.130318]
    """
    off = math.exp(-rate * keep)
    return off * (1 - rate * service) / (1 + rate * off * setup)


def setup_wait(
    rate: float,
    service: float,
    setup: float,
    keep: float,
    *,
    service_squared: float | None = None,
    setup_squared: float | None = None,
) -> float:
    """Mean wait of the same server.

    rate E[S^2] / (2 (1 - rho)) + (2 E[D'] + rate E[D'^2]) / (2 (1 + rate E[D'])), D' = D with probability
    exp(-rate keep), else 0. Second moments default to an exponential service and a constant set-up.

    >>> [round(setup_wait(*row), 6) for row in ((.2, 1, 5, 0), (.2, 1, 5, 10), (.05, .5, 60, 30))]
    [4.0, 1.144022, 20.061769]
    >>> round(setup_wait(.5, 1, 3, 2, setup_squared=2 * 3**2), 6)  # exponential set-up
    2.777975
    """
    off = math.exp(-rate * keep)
    mean = off * setup
    squared = off * (setup**2 if setup_squared is None else setup_squared)
    work = 2 * service**2 if service_squared is None else service_squared
    queue = rate * work / (2 * (1 - rate * service))
    return queue + (2 * mean + rate * squared) / (2 * (1 + rate * mean))


def sharing_latency(rate: float, servers: int, slowdown: float, service: float = 1.0) -> float:
    """Mean latency of one copy with limited sharing: `servers` slots of speed 1 / (1 + a (n - 1)) each.

    Birth-death chain with total rate min(n, K) / (1 + a (min(n, K) - 1)) / service, unbounded queue.

    >>> round(sharing_latency(6.5, 32, 0.1), 5), round(sharing_latency(1.8, 4, 0.3), 5)
    (2.88558, 3.8333)
    >>> round(sharing_latency(0.8, 512, 1.0), 6)  # processor sharing: service / (1 - rho)
    5.0
    """

    def done(there: int) -> float:
        busy = min(there, servers)
        return busy / (1 + slowdown * (busy - 1)) / service

    return chain_latency(lambda _: rate, done)


def chain_latency(arrive: Callable[[int], float], done: Callable[[int], float]) -> float:
    """Mean time in a birth-death chain by Little's law: mean state over mean arrival rate.

    Arguments: `arrive(n)` and `done(n)` are the rates out of state n; the chain ends where `arrive` is 0, or
    where what is left no longer counts.

    >>> N, K, S, Z = 20, 16, 1.0, 2.0  # closed callers with think time, sharing with a = 0.25
    >>> speed = lambda n: min(n, K) / (1 + 0.25 * (min(n, K) - 1)) / S
    >>> round(chain_latency(lambda n: (N - n) / Z, speed), 5)
    4.15364
    """
    weight, there = 1.0, 0
    states = arrivals = 0.0
    while True:
        states += there * weight
        arrivals += arrive(there) * weight
        following = weight * arrive(there) / done(there + 1)
        if following == 0:
            return states / arrivals
        falls_by = 1 - following / weight
        if falls_by > 0 and there * following < _ENOUGH * states * falls_by:
            return states / arrivals
        weight, there = following, there + 1
        if weight > _LARGE:
            states, arrivals, weight = states / _LARGE, arrivals / _LARGE, weight / _LARGE


def tandem_latency(rate: float, stations: Sequence[tuple[int, float]]) -> float:
    """Mean latency through M/M/c stations in a row: each is M/M/c of the same rate by Burke's theorem.

    Argument: `stations` holds servers and mean service time of each.

    >>> tandem_latency(0.5, [(1, 1.0), (1, 1.5)])
    8.0
    """
    return math.fsum(service + mmc_wait(rate * service, servers, service) for servers, service in stations)


def mean_value_analysis(
    users: int, think: float, stations: Sequence[Callable[[int], float]]
) -> tuple[float, tuple[float, ...]]:
    """Throughput, and mean latency at each station, of a closed system: users think, then visit every station once.

    Exact for exponential service. With n users: R(n) = sum over j of j / mu(j) x p(j - 1 | n - 1),
    X(n) = n / (Z + sum of R(n)), p(j | n) = X(n) / mu(j) x p(j - 1 | n - 1).

    Arguments: `think` is the mean pause, 0 allowed; `stations` hold mu(j), the rate of a station with j there.

    >>> X, (R,) = mean_value_analysis(20, 1.0, [lambda n: min(n, 8) / 0.5])
    >>> round(R, 5), round(X * (1.0 + R), 9)  # Little's law over the whole circle
    (0.54514, 20.0)
    >>> shared = lambda n: min(n, 16) / (1 + 0.25 * (min(n, 16) - 1))
    >>> round(mean_value_analysis(20, 2.0, [shared])[1][0], 5)
    4.15364
    """
    there = [[1.0] for _ in stations]
    through, latency = 0.0, [0.0] * len(stations)
    for number in range(1, users + 1):
        latency = [
            math.fsum(j / rate(j) * p[j - 1] for j in range(1, number + 1))
            for p, rate in zip(there, stations, strict=True)
        ]
        through = number / (think + math.fsum(latency))
        for k, (p, rate) in enumerate(zip(there, stations, strict=True)):
            above = [through / rate(j) * p[j - 1] for j in range(1, number + 1)]
            there[k] = [max(0.0, 1 - math.fsum(above)), *above]
    return through, tuple(latency)


def several_setup(
    rate: float, servers: int, service: float, setup: float, *, most_waiting: int = 400
) -> tuple[float, float]:
    """Share of arrivals that start a server, and mean wait, where servers go off at once when idle (M/M/c with set-up).

    Every server that is on is busy, so an arrival waits; it starts a server while one is off. A set-up that is over
    goes to the longest waiting request, or turns off again where none is left. Service and set-up are exponential.
    The chain of (busy, starting) by number waiting is solved level by level from `most_waiting` down: with
    R(k) = -up (local + R(k + 1) down)^-1 the level above is pi(k) = pi(k - 1) R(k).

    >>> [round(x, 6) for x in several_setup(0.2, 1, 1.0, 5.0)]  # one server: as by the formula
    [0.4, 5.25]
    >>> setup_cold_share(0.2, 1, 5, 0), setup_wait(0.2, 1, 5, 0, setup_squared=2 * 5**2)
    (0.4, 5.25)
    """
    states = [(busy, starting) for busy in range(servers + 1) for starting in range(servers + 1 - busy)]
    place = {state: number for number, state in enumerate(states)}
    size = len(states)
    up, down, alone = (np.zeros((size, size)) for _ in range(3))
    for (busy, starting), here in place.items():
        begins = starting + (busy + starting < servers)
        up[here, place[busy, begins]] += rate
        down[here, here] += busy / service
        if busy:
            alone[here, place[busy - 1, starting]] += busy / service
        if starting:
            down[here, place[busy + 1, starting - 1]] += starting / setup
            alone[here, place[busy, starting - 1]] += starting / setup
    local = -np.diag(up.sum(axis=1) + down.sum(axis=1))
    ratios = [np.zeros((size, size))]
    for _ in range(most_waiting):
        ratios.append(-up @ np.linalg.inv(local + ratios[-1] @ down))
    ratios.reverse()
    bottom = local + alone + ratios[0] @ down
    # one equation of the balance is redundant; the sum of all probabilities takes its place
    weight = np.ones(size)
    for ratio in reversed(ratios[:-1]):
        weight = np.ones(size) + ratio @ weight
    equations = bottom.T.copy()
    equations[-1] = weight
    level = np.linalg.solve(equations, np.eye(size)[-1])
    starts = waiting = 0.0
    off = np.array([busy + starting < servers for busy, starting in states])
    for number, ratio in enumerate(ratios):
        starts += float(level @ off)
        waiting += number * float(level.sum())
        level = level @ ratio
    return starts, waiting / rate


def lru_hit_share(popularity: Sequence[float], slots: int) -> float:
    """Share of requests that find their model among the `slots` most recently used ones, requests independent.

    The stack of an LRU cache holds i1, i2, ... with probability p(i1) x p(i2) / (1 - p(i1)) x ...; summed here over the
    orders of each set. Argument: `popularity` sums to 1.

    >>> round(lru_hit_share([0.5, 0.3, 0.2], 2), 6), round(lru_hit_share([1 / 8] * 8, 3), 6)
    (0.719286, 0.375)
    >>> zipf = [1 / rank for rank in range(1, 9)]
    >>> round(lru_hit_share([p / sum(zipf) for p in zipf], 3), 6)
    0.535615
    """
    chances = {frozenset[int](): 1.0}
    for _ in range(slots):
        grown: dict[frozenset[int], float] = {}
        for held, chance in chances.items():
            rest = 1 - math.fsum(popularity[i] for i in held)
            for i in set(range(len(popularity))) - held:
                grown[held | {i}] = grown.get(held | {i}, 0.0) + chance * popularity[i] / rest
        chances = grown
    return math.fsum(chance * math.fsum(popularity[i] for i in held) for held, chance in chances.items())
