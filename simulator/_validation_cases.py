"""The models that are compared with theory: traffic, endpoint, and the exact value of each quantity."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import exp
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator import theory
from simulator._validation_check import SECOND, Quantity, Trial
from simulator.codes import Kind, Outcome, Routing
from simulator.engines import run
from simulator.model import UNBOUNDED, Columns, Serverless, ServingModel
from simulator.run import FixedSupply, Run

__all__ = ["CASES", "Case", "Draw", "Drawn", "Reading", "Tapes", "exponential", "trial", "warm_up_us"]

WARM_UP: Final = 0.1
_ROWS: Final = 65_536
_LONG: Final = 2**50
"""The horizon of every model: the requests end first."""

Draw = Callable[[np.random.Generator, int], NDArray[np.float64]]
Reading = tuple[str, float, Callable[[Run], float]]
"""Name of a quantity, its exact value, and how it is read off a run."""


def exponential(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
    """Exponential of mean 1: squared coefficient of variation (CV²) 1."""
    return generator.standard_exponential(count)


def constant(_: np.random.Generator, count: int) -> NDArray[np.float64]:
    """Always 1: CV² 0."""
    return np.ones(count)


def gamma(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
    """Gamma of shape 4 and mean 1: CV² 1/4."""
    return generator.standard_gamma(4.0, count) / 4


def hyperexponential(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
    """Two exponentials with balanced means, mean 1: CV² 4."""
    often = (1 + (3 / 5) ** 0.5) / 2
    means = np.where(generator.random(count) < often, 0.5 / often, 0.5 / (1 - often))
    drawn: NDArray[np.float64] = generator.standard_exponential(count) * means
    return drawn


@dataclass(frozen=True)
class Drawn:
    """Poisson arrivals, drawn chunk by chunk; times in units of `unit_us` microseconds."""

    seed: tuple[int, ...]
    requests: int
    rate: float
    service: float
    law: Draw
    unit_us: int

    def chunks(self, rows: int | None = None) -> Iterator[Columns]:
        """Columns in order; always in chunks of one size, as nothing here depends on it."""
        del rows
        arrivals, services = (np.random.default_rng((*self.seed, stream)) for stream in range(2))
        last = 0
        for first in range(0, self.requests, _ROWS):
            count = min(_ROWS, self.requests - first)
            gaps = np.rint(arrivals.standard_exponential(count) * (self.unit_us / self.rate))
            times = last + np.cumsum(gaps.astype(np.int64))
            last = int(times[-1])
            work = np.rint(self.law(services, count) * (self.service * self.unit_us)).astype(np.int64)
            yield Columns(times, np.maximum(1, work), np.zeros(count, np.int64))


@dataclass(frozen=True)
class Case:
    """One model with its traffic; times in units of `unit_us` microseconds."""

    name: str
    model: ServingModel
    rate: float
    service: float
    law: Draw
    quantities: tuple[Reading, ...]
    supply: Callable[[np.random.Generator], FixedSupply] = lambda _: FixedSupply()
    unit_us: int = SECOND


@dataclass(frozen=True)
class Tapes:
    """A supply of arrays by name; one that is too short starts again."""

    arrays: dict[str, NDArray[np.int64]]

    def tape(self, name: str, at_least: int) -> NDArray[np.int64]:
        """int64[>= at_least], microseconds."""
        known = self.arrays.get(name, _ONE)
        return known if len(known) >= at_least else np.resize(known, at_least)


_ONE: Final = np.ones(1, np.int64)


def warm_up_us(requests: int, rate: float, unit_us: int = SECOND) -> int:
    """The first tenth of a run, which is left out."""
    return round(WARM_UP * requests / rate * unit_us)


def trial(case: Case) -> Trial:
    """The case as a trial."""

    def play(seed: tuple[int, ...], requests: int) -> list[float]:
        demand = Drawn(seed, requests, case.rate, case.service, case.law, case.unit_us)
        supply = case.supply(np.random.default_rng((*seed, 2)))
        start = warm_up_us(requests, case.rate, case.unit_us)
        result = run(case.model, demand, supply, requests=False, timeline=False, window_from_us=start)
        return [read(result) for _, _, read in case.quantities]

    return Trial(case.name, tuple(Quantity(name, exact) for name, exact, _ in case.quantities), play, case.unit_us)


def _us(time: float) -> int:
    return max(1, round(time * SECOND))


def _wait(run: Run) -> float:
    return run.wait.mean_us / SECOND


def _latency(run: Run) -> float:
    return run.latency.mean_us / SECOND


def _waiting(run: Run) -> float:
    return 1 - run.wait.count_within(0) / run.wait.count


def _refused(run: Run) -> float:
    return run.count(Outcome.THROTTLED) / run.meters.arrivals


def _cold(run: Run) -> float:
    return run.meters.cold_starts / (run.meters.arrivals - run.count(Outcome.THROTTLED))


def _running(run: Run) -> float:
    return (run.meters.serverless_busy_us + run.meters.serverless_cold_us) / run.meters.window_us


def _quantile(times: str, share: float) -> Callable[[Run], float]:
    return lambda run: float(getattr(run, times).quantile(share)) / SECOND


def _copies(slots: int, queue_limit: int = 10**9, slowdown: float = 0.0) -> ServingModel:
    return ServingModel(
        horizon_us=_LONG, to_horizon=0, slots=slots, queue_limit=queue_limit,
        slowdown_millionths=round(slowdown * 1_000_000),
    )  # fmt: skip


def _mmc(load: float, servers: int, queue_limit: int = 10**9) -> Case:
    quantities: list[Reading] = [
        ("P(wait)", theory.erlang_c(load, servers), _waiting),
        ("mean wait", theory.mmc_wait(load, servers), _wait),
    ]
    for share in (0.95, 0.99):
        exact = theory.mmc_wait_quantile(share, load, servers)
        quantities.append((f"wait p{share * 100:.0f}", exact, _quantile("wait", share)))
    for share in (0.5, 0.95, 0.99):
        exact = theory.mmc_latency_quantile(share, load, servers)
        quantities.append((f"latency p{share * 100:.0f}", exact, _quantile("latency", share)))
    name = f"M/M/{servers}, load {load}" + (", recursion" if queue_limit == UNBOUNDED else "")
    return Case(name, _copies(servers, queue_limit), load, 1.0, exponential, tuple(quantities))


def _mg1(law: Draw, squared_cv: float) -> Case:
    wait = theory.mg1_wait(0.8, 1.0, squared_cv)
    return Case(f"M/G/1, load 0.8, CV² {squared_cv}", _copies(1), 0.8, 1.0, law, (("mean wait", wait, _wait),))


def _mmck(rate: float, servers: int, places: int) -> Case:
    refused, wait = theory.mmck(rate, servers, places)
    quantities: tuple[Reading, ...] = (
        ("refused", refused, _refused),
        ("mean wait of accepted", wait, _wait),
    )
    return Case(
        f"M/M/{servers}/{places}, load {rate}", _copies(servers, places - servers), rate, 1.0, exponential, quantities
    )


def _serverless(most: int) -> ServingModel:
    return ServingModel(
        horizon_us=_LONG, to_horizon=0, queue_limit=0, kind=Kind.SERVERLESS, serverless=Serverless(most)
    )


def _erlang(load: float, servers: int, law: Draw = exponential) -> Case:
    exact = theory.erlang_b(load, servers)
    name = f"Erlang B, {servers} environments, load {load}, {law.__name__}"
    # kept warm far longer than any run lasts
    warm = FixedSupply(keep_us=(2**45,))
    return Case(name, _serverless(servers), load, 1.0, law, (("refused", exact, _refused),), lambda _: warm)


def _provisioned(load: float, warm: int, law: Draw = exponential) -> Case:
    """What spills is what a loss system of that size would refuse, whatever the law of service."""
    exact = theory.erlang_b(load, warm)
    model = _serverless(1000)._replace(serverless=Serverless(1000, provisioned=warm))
    name = f"provisioned, {warm} warm, load {load}, {law.__name__}"
    return Case(
        name, model, load, 1.0, law, (("spilled", exact, lambda run: run.meters.spilled / run.meters.arrivals),)
    )


def _setup(rate: float, service: float, setup: float, keep: float, *, drawn: bool = False) -> Case:
    model = ServingModel(
        horizon_us=_LONG, to_horizon=0, queue_limit=10**9, routing=Routing.CENTRAL, initial=0, on_demand=1
    )

    def supply(generator: np.random.Generator) -> FixedSupply:
        starts = generator.exponential(setup * SECOND, 2**18) if drawn else np.array([setup * SECOND])
        whole = np.maximum(1, np.rint(starts).astype(np.int64))
        return FixedSupply(start_us=tuple(whole.tolist()), keep_us=(_us(keep),))

    squared = 2 * setup**2 if drawn else None
    law = "exponential" if drawn else "constant"
    return Case(
        f"set-up queue, rate {rate}, service {service}, set-up {setup} {law}, keep {keep}",
        model, rate, service, exponential,
        (
            ("P(cold)", theory.setup_cold_share(rate, service, setup, keep), _cold),
            ("mean wait", theory.setup_wait(rate, service, setup, keep, setup_squared=squared), _wait),
        ),
        supply,
    )  # fmt: skip


def _sharing(rate: float, slots: int, slowdown: float, law: Draw = exponential) -> Case:
    exact = theory.sharing_latency(rate, slots, slowdown)
    name = f"sharing, {slots} slots, a {slowdown}, rate {rate}, {law.__name__}"
    model = _copies(slots, slowdown=slowdown)
    return Case(name, model, rate, 1.0, law, (("mean latency", exact, _latency),))


def _lone_environment() -> Case:
    quantities: tuple[Reading, ...] = (
        ("P(cold | accepted)", exp(-0.5 * 3), _cold),
        ("refused", 0.2 / 1.2, _refused),
    )
    supply = FixedSupply(keep_us=(_us(3),))
    return Case("serverless, one environment", _serverless(1), 0.5, 0.4, exponential, quantities, lambda _: supply)


def _all_cold() -> Case:
    quantities: tuple[Reading, ...] = (("P(cold)", 1.0, _cold), ("running", 2.0, _running))
    supply = FixedSupply(cold_us=(SECOND,), keep_us=(1,))
    return Case("serverless, nothing kept warm", _serverless(1000), 1.0, 1.0, exponential, quantities, lambda _: supply)


def _little(keep: float, law: Draw) -> Case:
    """Running environments are rate x mean service whatever the law, however long they are kept."""
    supply = FixedSupply(keep_us=(_us(keep),))
    quantities: tuple[Reading, ...] = (("running", 5.0, _running),)
    name = f"serverless, Little's law, keep {keep}, {law.__name__}"
    return Case(name, _serverless(1000), 5.0, 1.0, law, quantities, lambda _: supply)


def _busy_slots() -> Case:
    quantities: tuple[Reading, ...] = (
        ("busy slots", 6.4, lambda run: run.meters.busy_us / run.meters.window_us),
        ("mean latency", 1 + theory.mmc_wait(6.4, 8), _latency),
    )
    return Case("M/M/8, Little's law, load 6.4", _copies(8), 6.4, 1.0, exponential, quantities)


CASES: Final = (
    *(_mmc(load, servers) for load, servers in (
        (0.5, 1), (0.8, 1), (0.9, 1), (1.6, 2), (3.2, 4), (6.4, 8), (28.8, 32), (60.8, 64))),
    _mmc(6.4, 8, UNBOUNDED),
    _mg1(constant, 0), _mg1(gamma, 0.25), _mg1(exponential, 1), _mg1(hyperexponential, 4),
    _mmck(0.9, 1, 5), _mmck(1.2, 1, 10), _mmck(6.4, 8, 12), _mmck(10.0, 8, 16),
    _erlang(3, 5), _erlang(8, 10), _erlang(18, 20), _erlang(90, 100), _erlang(2016, 1000),
    _erlang(3, 5, constant), _erlang(18, 20, constant),
    _provisioned(3, 5), _provisioned(18, 20, constant),
    _lone_environment(), _all_cold(), _little(20, gamma), _little(0.5, hyperexponential), _little(300, constant),
    _busy_slots(),
    _setup(0.2, 1, 5, 0), _setup(0.2, 1, 5, 10), _setup(0.5, 1, 3, 2, drawn=True), _setup(0.05, 0.5, 60, 30),
    *(_sharing(rate, 512, 1.0, law) for rate in (0.5, 0.8) for law in (exponential, constant, hyperexponential)),
    _sharing(6.5, 32, 0.1), _sharing(1.8, 4, 0.3),
)  # fmt: skip
