"""Measured cold starts: six request logs of one AWS Lambda function, replayed request by request.

The logs are not part of the package; where they are missing the part says so. Their keep-alive was probed apart: warm
after 635.8 s, gone after 645.0 s.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator._validation_cases import Drawn, Tapes
from simulator._validation_check import SECOND, Check, beside, is_true, kept, spread
from simulator.codes import Kind
from simulator.engines import run
from simulator.model import Serverless, ServingModel
from simulator.run import FixedDemand

__all__ = ["LOGS", "Log", "read_log", "replay_rows", "steady_rows", "wilson"]

LOGS: Final = Path(__file__).parents[2] / "shared" / "data" / "lambda-cold-starts"
KEEP_S: Final = 640.0
_SEED: Final = 2020
_NORMAL: Final = 1.959964
_SPARSE: Final = 0.005
"""Requests per second up to which the keep-alive of the logs is the same at every spell."""
_MODEL: Final = ServingModel(
    horizon_us=2**50, to_horizon=0, queue_limit=0, kind=Kind.SERVERLESS, serverless=Serverless(1000)
)
_BUSY: Final = (
    "the keep-alive of the busier logs is not the same at every spell; the product gives it a range, not a value"
)
_BEFORE: Final = {59: (0.3320, 0.3085), 43: (0.1832, 0.1639), 32: (0.0860, 0.0739), 28: (0.0230, 0.0205),
                  29: (0.0231, 0.0226), 56: (0.0071, 0.0067)}  # fmt: skip
"""P(cold) of another plain model at 600 and 640 s, by the cold starts of the log."""


@dataclass(frozen=True)
class Log:
    """One log."""

    name: str
    arrival_s: NDArray[np.float64]
    duration_s: NDArray[np.float64]
    elapsed_s: NDArray[np.float64]
    cold: NDArray[np.bool_]

    @property
    def rate_per_s(self) -> float:
        """Requests per second over its span."""
        return (len(self.cold) - 1) / float(self.arrival_s[-1] - self.arrival_s[0])

    @property
    def start_us(self) -> int:
        """What a cold start adds before the run time: median seen by the client, less that of warm calls."""
        beyond = self.elapsed_s - self.duration_s
        return max(1, round((float(np.median(beyond[self.cold])) - float(np.median(beyond[~self.cold]))) * SECOND))


def read_log(path: Path) -> Log:
    """A log from its file: arrival, run time, time at the client and the recorded cold flag."""
    table = np.loadtxt(path, delimiter=",", skiprows=1, usecols=(0, 1, 3, 4), dtype=np.float64)
    rate = path.name.removeprefix("rate_").partition("_")[0]
    return Log(
        f"AWS Lambda log, {rate} /s, {len(table):,} requests", table[:, 0], table[:, 1], table[:, 2], table[:, 3] > 0
    )


def wilson(hits: int, count: int) -> tuple[float, float]:
    """95 % interval of a share by Wilson's score.

    >>> tuple(round(end, 4) for end in wilson(59, 186))
    (0.2546, 0.3872)
    """
    share, z2 = hits / count, _NORMAL**2
    middle = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = _NORMAL * math.sqrt(share * (1 - share) / count + z2 / (4 * count**2)) / (1 + z2 / count)
    return middle - half, middle + half


def _supply(log: Log, keep_s: float) -> Tapes:
    return Tapes({"keep_us": np.array([round(keep_s * SECOND)]), "cold_us": np.array([log.start_us])})


def replay_rows(logs: list[Log]) -> Iterator[Check]:
    """Real arrivals and run times, 640 s kept, the most recently used first: predicted against recorded cold flag.

    The first request is left out: what was warm before the log began is not known.
    """
    for log in logs:
        arrival, duration = (np.rint(column * SECOND).astype(np.int64) for column in (log.arrival_s, log.duration_s))
        rows = kept(run(_MODEL, FixedDemand.of(arrival, duration), _supply(log, KEEP_S)))
        said, was = (rows.cold > 0)[1:], log.cold[1:]
        right = float(np.mean(said == was))
        counts = [int(np.count_nonzero(pair)) for pair in (said & was, ~said & ~was, said & ~was, ~said & was)]
        note = "cold and said so {}, warm and said so {}, said cold but warm {}, said warm but cold {}".format(*counts)
        if log.rate_per_s < _SPARSE:
            yield is_true(log.name, "share of right cold flags", 0.98, right, "≥", note)
        else:
            found = is_true(log.name, "share right, over calling all warm", float(np.mean(~was)), right, "≥", note)
            yield replace(found, known="" if found.agrees else _BUSY)


def steady_rows(logs: list[Log], *, requests: int = 400_000, replications: int = 8) -> Iterator[Check]:
    """Poisson arrivals at the rate of each log and its run times drawn anew, 600 and 640 s kept: P(cold) of the log."""
    for log in logs:
        hits, count = int(log.cold.sum()), len(log.cold)
        low, high = wilson(hits, count)
        for keep_s, before in zip((600.0, KEEP_S), _BEFORE.get(hits, (math.nan, math.nan)), strict=True):
            seeds = [(_SEED, round(keep_s), replication) for replication in range(replications)]
            ours = list(spread(partial(_cold_share, log, keep_s, requests), seeds))
            note = f"Wilson {low:.4f} to {high:.4f}; another plain model {before:.4f}"
            found = beside(
                f"{log.name}, {keep_s:g} s kept", "P(cold)", (low + high) / 2, ours, rows=2 * len(logs),
                other_half=(high - low) / 2, known=_BUSY, note=f"{hits} of {count:,}; {note}",
            )  # fmt: skip
            yield replace(found, theory=hits / count)


def _cold_share(log: Log, keep_s: float, requests: int, seed: tuple[int, ...]) -> float:
    warm = log.duration_s[~log.cold]
    mean = float(warm.mean())
    demand = Drawn(
        seed, requests, log.rate_per_s, mean, lambda source, count: source.choice(warm / mean, count), SECOND
    )
    found = run(_MODEL, demand, _supply(log, keep_s), requests=False, timeline=False)
    return found.meters.cold_starts / found.meters.arrivals
