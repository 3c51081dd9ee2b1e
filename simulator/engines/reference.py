"""Reference engine: SimPy, written to be read. It is slow, and it is what the fast engine must equal.

SimPy orders events by (time, priority, order of scheduling) and uses priorities 0 and 1 itself. A ranked event
gets the priority 2 + (rank << 48) + key, so the third part never decides. Nothing can be taken off the calendar:
an event that was overtaken finds that out and does nothing.
"""

from collections.abc import Callable, Generator
from typing import Any

import simpy

from simulator.codes import Kind
from simulator.engines._calendar import Rows, play_on
from simulator.engines._collect import Cancel, Collector, Observer, Progress
from simulator.engines._reference_copies import Endpoint
from simulator.engines._reference_job import Jobs
from simulator.engines._reference_serverless import Environments
from simulator.model import Demand, ServingModel, Supply
from simulator.run import Run, Timeline

__all__ = ["play"]


class _Ranked(simpy.Event):
    """An event of a rank, already decided to happen."""

    def __init__(self, env: simpy.Environment, time: int, rank: int, key: int) -> None:
        super().__init__(env)
        self._ok, self._value = True, None
        priority: Any = 2 + (rank << 48) + key  # any int serves; 0 and 1 are SimPy's own
        env.schedule(self, priority, time - env.now)


class _Calendar:
    """SimPy's environment with ranked events only."""

    def __init__(self) -> None:
        self._env = simpy.Environment(0)

    @property
    def now(self) -> int:
        return int(self._env.now)

    def at(self, time: int, rank: int, key: int, handler: Callable[[], None]) -> None:
        event = _Ranked(self._env, time, rank, key)
        event.callbacks.append(lambda _: handler())

    def wait(self, time: int, rank: int, key: int) -> object:
        return _Ranked(self._env, time, rank, key)

    def process(self, steps: Generator[Any, None, None]) -> None:
        self._env.process(steps)

    def peek(self) -> float:
        return float(self._env.peek())

    def step(self) -> None:
        self._env.step()


def play(
    model: ServingModel, demand: Demand, supply: Supply,
    *, requests: bool, window_from_us: int, timeline: bool, cancel: Cancel | None, progress: Progress | None,
    observe: Observer | None = None,
) -> Run:  # fmt: skip
    """Play a checked model."""
    rows = Rows(demand)
    kinds: dict[int, type[Environments | Jobs]] = {Kind.SERVERLESS: Environments, Kind.JOB: Jobs}
    endpoint = kinds.get(model.kind, Endpoint)(_Calendar(), model, rows, supply, window_from_us)
    end = play_on(endpoint, cancel, progress)
    meters = endpoint.finish(end)
    collector = Collector(requests=requests, window_from_us=window_from_us, whole=True, observe=observe)
    collector.take_records(endpoint.log, len(endpoint.log))
    return collector.run(end_us=end, meters=meters, timeline=Timeline.of(endpoint.timeline if timeline else []))
