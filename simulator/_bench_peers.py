"""Other simulators on the same parameters, where they are installed (extra `bench`): SimFaaS and Ciw."""

import importlib
import importlib.util
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, NamedTuple, TypeVar

import numpy as np

__all__ = ["PeerRow", "Platform", "installed", "missing_line", "peer_rows", "simfaas_run"]

_SEED: Final = 2021
_REQUESTS: Final = 20_000
T = TypeVar("T")


class Platform(NamedTuple):
    """The parameters that SimFaaS takes: a rate, mean service in seconds, and the limit of instances."""

    rate: float
    warm: float
    cold: float
    keep: float
    most: int = 1000


@dataclass(frozen=True)
class PeerRow:
    """One case of another simulator, beside ours."""

    name: str
    """What is simulated, and by which package."""
    requests: int
    """Requests that the other package played."""
    peer_per_s: float
    """Its requests per second."""
    fast_per_s: float
    """Requests per second of our fast engine on the same case."""

    @property
    def ratio(self) -> float:
        """Ours over the other."""
        return self.fast_per_s / self.peer_per_s


def installed(name: str) -> bool:
    """The package can be imported."""
    return importlib.util.find_spec(name) is not None


def missing_line(*names: str) -> str:
    """What to say of those that are not installed; empty where all are.

    >>> missing_line("numpy"), missing_line("no_such_simulator")
    ('', "no_such_simulator is not installed (extra 'bench'): left out")
    """
    lacking = [name for name in names if not installed(name)]
    return (
        f"{' and '.join(lacking)} {'is' if len(lacking) == 1 else 'are'} not installed (extra 'bench'): left out"
        * bool(lacking)
    )


def simfaas_run(platform: Platform, seconds: float, number: int) -> dict[str, float]:
    """One run of SimFaaS from an empty platform. Raises ImportError where it is not installed."""
    simulator: Any = importlib.import_module("simfaas.ServerlessSimulator")
    np.random.seed(_SEED + number)  # noqa: NPY002 - the package draws from numpy's global generator
    played = simulator.ServerlessSimulator(
        arrival_rate=platform.rate, warm_service_rate=1 / platform.warm, cold_service_rate=1 / platform.cold,
        expiration_threshold=platform.keep, max_time=seconds, maximum_concurrency=platform.most,
    )  # fmt: skip
    played.generate_trace(debug_print=False, progress=False)
    played.calculate_time_lengths()
    total, refused = played.total_req_count, played.total_reject_count
    return {
        "P(cold)": played.total_cold_count / (total - refused),
        "refused": refused / total,
        "running": float(played.get_average_server_running_count()),
        "idle": float(played.get_average_server_idle_count()),
        "requests": total,
    }


def _ciw_run(rate: float, servers: int, seconds: float) -> int:
    """Requests of one run of Ciw: exponential arrivals and service of mean 1."""
    ciw: Any = importlib.import_module("ciw")
    ciw.seed(_SEED)
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate)],
        service_distributions=[ciw.dists.Exponential(1.0)],
        number_of_servers=[servers],
    )
    played = ciw.Simulation(network)
    played.simulate_until_max_time(seconds)
    return len(played.get_all_records())


def peer_rows(ours: dict[str, float]) -> list[PeerRow]:
    """What is installed, timed on the cases of the benchmark, service exponential of mean 1 s.

    Argument: `ours` is requests per second of our fast engine by the name of the case. Ciw has no platform that starts
    servers on demand: its nearest case to the serverless one is as many servers as the limit, always on.
    """
    rows = []
    for busy in (1.8, 180.0) if installed("simfaas") else ():
        # as in the case of the benchmark: 2 s of start-up, 600 s kept, at most 1000
        taken, found = _timed(partial(simfaas_run, Platform(busy, 1.0, 3.0, 600), _REQUESTS / busy, 0))
        name, played = f"serverless, {busy:.0f} busy", int(found["requests"])
        rows.append(PeerRow(f"SimFaaS: {name}", played, played / taken, ours[name]))
    cases = ((6.4, 8, "M/M/8, event loop"), (180.0, 1000, "serverless, 180 busy"))
    for load, servers, name in cases if installed("ciw") else ():
        taken, played = _timed(partial(_ciw_run, load, servers, _REQUESTS / load))
        rows.append(
            PeerRow(f"Ciw: {servers} servers, load {load:g}, beside {name}", played, played / taken, ours[name])
        )
    return rows


def _timed(play: Callable[[], T]) -> tuple[float, T]:
    begun = time.perf_counter()
    found = play()
    return time.perf_counter() - begun, found
