"""Figures of SimFaaS that need more than meters: the number of servers, a platform in mid-life, its rule of choice."""

from collections import deque
from heapq import heappop, heappush
from typing import Final

import numpy as np

from simulator._validation_check import SECOND, kept
from simulator._validation_platform import Platform, demand_of, model_of, supply_of
from simulator.engines import run
from simulator.run import FixedDemand

__all__ = ["newest_created", "server_shares", "short_runs"]

_HALF: Final = 300 * SECOND


def server_shares(platform: Platform, seed: tuple[int, ...], seconds: float) -> dict[int, float]:
    """Share of the time with each number of servers, replayed from the records of a run.

    A cold start adds a server; the newest idle one is taken, so the oldest spells at the bottom are those that end.
    """
    horizon = round(seconds * SECOND)
    rows = kept(run(model_of(platform, seconds), demand_of(platform, seed, seconds), supply_of(platform, seed)))
    keep = round(platform.keep * SECOND)
    idle: deque[int] = deque()
    busy: list[int] = []
    lasted: dict[int, int] = {}
    servers = since = 0

    def until(now: int, change: int) -> None:
        nonlocal servers, since
        lasted[servers] = lasted.get(servers, 0) + now - since
        servers, since = servers + change, now

    columns = (rows.arrival_us.tolist(), rows.finish_us.tolist(), (rows.cold > 0).tolist())
    for arrival, finish, cold in zip(*columns, strict=True):
        while busy and busy[0] <= arrival:
            done = heappop(busy)
            while idle and idle[0] + keep <= done:
                until(idle.popleft() + keep, -1)
            idle.append(done)
        while idle and idle[0] + keep <= arrival:
            until(idle.popleft() + keep, -1)
        if cold:
            until(arrival, 1)
        else:
            idle.pop()
        heappush(busy, finish)
    until(horizon, 0)
    return {number: time / horizon for number, time in lasted.items()}


def short_runs(platform: Platform, seed: tuple[int, ...], blocks: int) -> float:
    """Cold starts per request in 300 s, from 3 servers running and 5 idle with half of their 600 s left.

    All blocks in one run, far enough apart that nothing of one is left in the next. A block begins with eight requests
    at once: five end after a microsecond, three are still running at 300 s, when the counted requests begin.
    """
    draw = np.random.default_rng(seed)
    gap = round((2 * platform.keep + 1000) * SECOND)
    arrivals, services, counted = [], [], 0
    for block in range(blocks):
        begin = block * gap
        count = int(draw.poisson(platform.rate * _HALF / SECOND))
        counted += count
        rest = _HALF + draw.standard_exponential(3) * platform.warm * SECOND
        work = draw.standard_exponential(count) * platform.warm * SECOND
        arrivals += [np.full(8, begin), begin + _HALF + np.sort(draw.integers(0, _HALF, count))]
        services += [np.ones(5), rest, work]
    service = np.maximum(1, np.rint(np.concatenate(services))).astype(np.int64)
    demand = FixedDemand.of(np.concatenate(arrivals), service)
    model = model_of(platform, (blocks + 1) * gap / SECOND)
    found = run(model, demand, supply_of(platform, seed), requests=False, timeline=False)
    return (found.meters.cold_starts - 8 * blocks) / counted


def newest_created(platform: Platform, seed: tuple[int, ...], requests: int) -> tuple[float, float]:
    """P(cold) and mean number of idle servers where the idle server created last is taken, as SimFaaS does.

    A plain replay with times in seconds, without a limit on servers; ours takes the server that was used last.
    """
    draw = np.random.default_rng(seed)
    arrivals = np.cumsum(draw.exponential(1 / platform.rate, requests)).tolist()
    warm, cold = (draw.exponential(mean, requests).tolist() for mean in (platform.warm, platform.cold))
    idle: list[tuple[float, int]] = []
    busy: list[tuple[float, int]] = []
    created, rested = 0, 0.0
    for number, now in enumerate(arrivals):
        while busy and busy[0][0] <= now:
            idle.append(heappop(busy))
        over = [spell for spell in idle if spell[0] + platform.keep <= now]
        rested += platform.keep * len(over)
        idle = [spell for spell in idle if spell[0] + platform.keep > now]
        if idle:
            taken = max(idle, key=lambda spell: spell[1])
            idle.remove(taken)
            rested += now - taken[0]
            heappush(busy, (now + warm[number], taken[1]))
        else:
            created += 1
            heappush(busy, (now + cold[number], created))
    return created / requests, rested / arrivals[-1]
