"""Play a ServingModel: `run` with the fast engine, or with the reference that it must equal."""

import importlib
from collections.abc import Callable
from threading import Event
from typing import Literal

from simulator.engines._collect import Observer, Player, Progress
from simulator.model import Demand, ServingModel, Supply, checked
from simulator.run import Run

__all__ = ["Observer", "Progress", "run"]


def run(
    model: ServingModel,
    demand: Demand,
    supply: Supply,
    *,
    engine: Literal["fast", "reference"] = "fast",
    cancel: Event | Callable[[], bool] | None = None,
    requests: bool = True,
    window_from_us: int = 0,
    timeline: bool = True,
    progress: Progress | None = None,
    observe: Observer | None = None,
) -> Run:
    """Play a model on a demand and a supply of random durations.

    Arguments: `cancel` is looked at between chunks of at most 0.2 s; `requests` keeps every request and makes
    percentiles exact, without it memory does not grow with the length of the run; `window_from_us` starts the
    window of metrics and meters; `timeline` keeps the fleet events; `progress` is told the requests so far; `observe` is
    shown every record, so that a run of any length can be described without keeping its requests (see `Observer`).
    Both engines give the same Run, bit for bit.

    Raises InputError when the model or a row of the demand is impossible, Cancelled when asked to stop.

    >>> from simulator.run import FixedDemand, FixedSupply
    >>> model = ServingModel(horizon_us=60_000_000, queue_limit=10, slots=1, to_horizon=0)
    >>> result = run(model, FixedDemand.of([0, 10, 20], [15, 15, 15]), FixedSupply())
    >>> (result.requests.start_us - result.requests.arrival_us).tolist(), result.meters.busy_us
    ([0, 5, 10], 45)
    """
    plain = checked(model)
    stop = cancel.is_set if isinstance(cancel, Event) else cancel
    # either engine brings a heavy library along, so only the one asked for is imported
    player: Player = importlib.import_module(f"simulator.engines.{engine}").play
    return player(
        plain, demand, supply, requests=requests, window_from_us=window_from_us, timeline=timeline,
        cancel=stop, progress=progress, observe=observe,
    )  # fmt: skip
