"""Other simulators on the same parameters, where they are installed (extra `bench`): SimFaaS and Ciw."""

import importlib
import importlib.util
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from simulator._validation_simfaas import Platform

__all__ = ["PeerRow", "installed", "missing_line", "peer_rows", "simfaas_run"]

_SEED: Final = 2021


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
    return f"{' and '.join(lacking)} {'is' if len(lacking) == 1 else 'are'} not installed (extra 'bench'): left out" * bool(lacking)


def simfaas_run(platform: "Platform", seconds: float, number: int) -> dict[str, float]:
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


def peer_rows(serverless: "Platform", serverless_per_s: float, copies_per_s: float) -> list[PeerRow]:
    """What is installed, timed on our own two cases.

    Arguments: `serverless` is the platform of our serverless case and `serverless_per_s` our speed on it; `copies_per_s`
    is our speed on M/M/8 with load 6.4, the case that Ciw plays. Ciw has no platform that scales per request.
    """
    rows = []
    if installed("simfaas"):
        seconds = 20_000 / serverless.rate
        taken, requests = _timed(lambda: int(simfaas_run(serverless, seconds, 0)["requests"]))
        rows.append(PeerRow(f"SimFaaS: serverless, {serverless.rate * serverless.warm:g} busy", requests, requests / taken, serverless_per_s))
    if installed("ciw"):
        taken, requests = _timed(lambda: _ciw_run(6.4, 8, 3000))
        rows.append(PeerRow("Ciw: M/M/8, load 6.4", requests, requests / taken, copies_per_s))
    return rows


def _timed(play: Callable[[], int]) -> tuple[float, int]:
    begun = time.perf_counter()
    requests = play()
    return time.perf_counter() - begun, requests
