"""Copies and stations together: routing between copies, and two stations in a row."""

from dataclasses import replace
from typing import Final

import numpy as np

from simulator import theory
from simulator._validation_cases import Drawn, exponential, warm_up_us
from simulator._validation_check import SECOND, Check, Quantity, Trial, is_true, kept
from simulator.codes import Routing
from simulator.engines import run
from simulator.model import Columns, Demand, ServingModel
from simulator.run import FixedDemand, FixedSupply, Run

__all__ = ["NETWORKS", "split_differs"]

_LONG: Final = 2**50
_SUPPLY: Final = FixedSupply()


def _fleet(copies: int, routing: Routing, slots: int = 1) -> ServingModel:
    return ServingModel(
        horizon_us=_LONG, to_horizon=0, slots=slots, queue_limit=10**9, routing=routing, initial=copies, maximum=copies
    )


def _routed(seed: tuple[int, ...], requests: int, rate: float) -> FixedDemand:
    """Poisson arrivals, exponential service of mean 1 s, and a routing draw for each."""
    parts = list(Drawn(seed, requests, rate, 1.0, exponential, SECOND).chunks())
    arrival, service = (np.concatenate([part[k] for part in parts]) for k in range(2))
    draws = np.random.default_rng((*seed, 3)).integers(0, 2**32, requests)
    return FixedDemand(Columns(arrival, service, draws))


def _play(model: ServingModel, demand: Demand, start: int) -> Run:
    return run(model, demand, _SUPPLY, requests=False, timeline=False, window_from_us=start)


def _shortest(load: float, copies: int) -> Trial:
    """The shorter line is joined: no better than one line before all copies, no worse than a line drawn at random."""

    def play(seed: tuple[int, ...], requests: int) -> list[float]:
        demand = _routed(seed, requests, load)
        wait = (
            _play(_fleet(copies, Routing.LEAST_OUTSTANDING), demand, warm_up_us(requests, load)).wait.mean_us / SECOND
        )
        return [wait, wait]

    return Trial(
        f"least outstanding, {copies} copies, load {load}",
        (
            Quantity(f"mean wait, M/M/{copies}", theory.mmc_wait(load, copies), "≥"),
            Quantity(f"mean wait, {copies} x M/M/1", theory.mmc_wait(load / copies, 1), "≤"),
        ),
        play,
    )


def _at_random(load: float, copies: int) -> Trial:
    """A copy drawn at random gets a Poisson stream of its own: each is M/M/1."""
    each = load / copies

    def play(seed: tuple[int, ...], requests: int) -> list[float]:
        found = _play(_fleet(copies, Routing.RANDOM), _routed(seed, requests, load), warm_up_us(requests, load))
        return [
            1 - found.wait.count_within(0) / found.wait.count, found.wait.mean_us / SECOND,
            float(found.wait.quantile(0.95)) / SECOND, float(found.latency.quantile(0.99)) / SECOND,
        ]  # fmt: skip

    return Trial(
        f"random, {copies} copies, load {load}: M/M/1 of load {each:g}",
        (
            Quantity("P(wait)", each),
            Quantity("mean wait", theory.mmc_wait(each, 1)),
            Quantity("wait p95", theory.mmc_wait_quantile(0.95, each, 1)),
            Quantity("latency p99", theory.mmc_latency_quantile(0.99, each, 1)),
        ),
        play,
    )


def _tandem(rate: float, first: int, second: float) -> Trial:
    """The second station sees what the first lets go: Poisson again (Burke)."""

    def play(seed: tuple[int, ...], requests: int) -> list[float]:
        front = kept(run(_fleet(1, Routing.CENTRAL, first), _routed(seed, requests, rate), _SUPPLY))
        left = np.argsort(front.finish_us, kind="stable")
        service = np.random.default_rng((*seed, 4)).standard_exponential(requests) * (second * SECOND)
        passed = FixedDemand.of(front.finish_us[left], np.maximum(1, np.rint(service).astype(np.int64)))
        back = kept(run(_fleet(1, Routing.CENTRAL), passed, _SUPPLY))
        counted = front.arrival_us[left] >= warm_up_us(requests, rate)
        wait = (back.start_us - back.arrival_us)[counted] / SECOND
        through = (back.finish_us - front.arrival_us[left])[counted] / SECOND
        return [float(np.mean(wait > 0)), float(wait.mean()), float(through.mean())]

    load = rate * second
    return Trial(
        f"two stations in a row, M/M/{first} of mean 1 then M/M/1 of mean {second}, rate {rate}",
        (
            Quantity("P(wait) at the second", load),
            Quantity("mean wait at the second", theory.mmc_wait(load, 1, second)),
            Quantity("mean latency through both", theory.tandem_latency(rate, [(first, 1.0), (1, second)])),
        ),
        play,
    )


def split_differs(copies: int = 4, requests: int = 100_000) -> Check:
    """A fleet with random routing is its copies played alone, each on its share of the requests: bit for bit."""
    demand = _routed((1956,), requests, 0.8 * copies)
    whole = kept(run(_fleet(copies, Routing.RANDOM), demand, _SUPPLY))
    chosen = (demand.columns.route.astype(np.int64) * copies) >> 32
    differing = 0
    for copy in range(copies):
        mine = chosen == copy
        alone = kept(run(_fleet(1, Routing.RANDOM), replace(demand, columns=demand.columns.part(mine)), _SUPPLY))
        differing += int(np.count_nonzero(alone.start_us != whole.start_us[mine]))
        differing += int(np.count_nonzero(alone.response_us != whole.response_us[mine]))
    name = f"random, {copies} copies against each copy alone, {requests:,} requests"
    return is_true(name, "starts and responses that differ", 0, differing, "=")


NETWORKS: Final = (
    _shortest(3.2, 4), _shortest(6.4, 8),
    _at_random(3.2, 4), _at_random(4.0, 8),
    _tandem(0.5, 1, 1.6), _tandem(1.4, 2, 0.5),
)  # fmt: skip
