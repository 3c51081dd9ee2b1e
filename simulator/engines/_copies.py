"""Copies in the fast engine: the tables its kernel works on, enlarged when the kernel asks for it."""

from typing import Any

import numpy as np

from simulator.codes import Metric
from simulator.engines._collect import Cancel, Collector, Progress, stop_if_asked
from simulator.engines._feed import CHUNK, Array, Feed, Tapes, larger
from simulator.model import WEIGHT_BITS, Demand, ServingModel, Supply, rates
from simulator.run import Meters, Timeline

__all__ = ["plain", "play_copies"]


def plain(model: ServingModel) -> bool:
    """The model uses nothing that only the whole kernel plays."""
    return not (
        model.variants
        or model.policies
        or model.schedules
        or model.faults
        or model.hosts.maximum
        or model.cache.models
        or model.caller.users
        or model.caller.attempts > 1
        or model.policy.metric > Metric.BACKLOG
        or (model.on_demand and model.maximum > 1)
    )


class _Tables:
    """Tables of the kernel for copies, and what to do when one is too small."""

    def __init__(self, kernels: Any, model: ServingModel, supply: Supply, window_from: int) -> None:
        self.k, self.f = kernels.copies, kernels.fleet
        self.model, self.window_from = model, window_from
        self.rates = rates(model) if model.slowdown_millionths and model.slots > 1 else None
        most = max(model.initial, model.maximum, 1)
        self.positions = 1 << (most - 1).bit_length()
        f = self.f
        scalars = np.zeros(f.SCALARS, np.int64)
        scalars[[f.Q_HEAD, f.Q_TAIL]] = -1
        scalars[[f.FLEET_AT, f.READY_AT, f.IDLE_AT, f.PERIOD_AT, f.ACTION_AT]] = f.NEVER
        n = model.initial
        scalars[[f.LIVE, f.EXISTING, f.LAUNCHES]] = n
        scalars[f.WEIGHT] = (1 << WEIGHT_BITS) // n if n else 0
        if window_from == 0:
            scalars[f.PEAK] = n
        if model.policy.metric != Metric.NONE:
            scalars[[f.PERIOD_AT, f.FLEET_AT]] = model.policy.period_us
        self.scalars = scalars
        self.copies = np.zeros((self.positions, f.COPY), np.int64)
        self.copies[:n, f.STATE] = f.SERVING
        self.live = np.zeros(self.positions, np.int64)
        self.live[:n] = np.arange(n)
        self.due = np.full(self.positions, f.NEVER, np.int64)
        self.keys, self.items = (np.zeros((self.positions, model.slots), np.int64) for _ in range(2))
        self.tree = self._tree()
        self.pool = np.zeros((0, self.k.POOL), np.int64)
        self.scalars[f.FREE] = -1
        self._grow_pool(4096)
        self.log = np.zeros((CHUNK, self.k.RECORD), np.int64)
        self.events = np.zeros((self._event_rows(), f.EVENT), np.int64)
        for i in range(n):
            self.events[2 * i] = (0, 0, i, i, 0, 0)
            self.events[2 * i + 1] = (0, 1, i, i + 1, 0, 0)
        scalars[f.EVENTS] = 2 * n
        self.tapes = Tapes(supply, ("start_us", "delay_us", "keep_us"), 64 + most)
        self.noted: list[Array] = []
        if model.on_demand and n:
            scalars[[f.IDLE_AT, f.FLEET_AT]] = int(self.tapes.arrays["keep_us"][0])
            scalars[f.SPELLS] = 1

    def _event_rows(self) -> int:
        return 4096 + 4 * self.positions + 4 * self.model.maximum

    def _tree(self) -> Array:
        """The tournament over the next completions, played out (an unplayed node would point anywhere)."""
        size = self.positions
        tree = np.zeros(2 * size, np.int64)
        tree[size:] = np.arange(size)
        for node in range(size - 1, 0, -1):
            left, right = tree[2 * node], tree[2 * node + 1]
            tree[node] = left if self.due[left] <= self.due[right] else right
        return tree

    def _grow_pool(self, entries: int) -> None:
        old = len(self.pool)
        self.pool = larger(self.pool, entries, -1)
        # chain the new entries into the (empty) list of free ones
        self.pool[old:, self.k.NEXT] = np.arange(old + 1, entries + 1)
        self.pool[entries - 1, self.k.NEXT] = self.scalars[self.f.FREE]
        self.scalars[self.f.FREE] = old

    def _grow_positions(self) -> None:
        self.positions *= 2
        self.copies, self.live = larger(self.copies, self.positions), larger(self.live, self.positions)
        self.due = larger(self.due, self.positions, self.f.NEVER)
        self.keys, self.items = larger(self.keys, self.positions), larger(self.items, self.positions)
        self.tree = self._tree()
        self.events = larger(self.events, self._event_rows())

    def play(self, feed: Feed, *, final: bool) -> int:
        """One call of the kernel."""
        tapes = self.tapes.arrays
        code: int = self.k.play(
            self.model, self.rates, feed.arrival, feed.service, feed.route, feed.rows, int(final),
            self.window_from, self.scalars, self.copies, self.tree, self.due, self.live, self.keys, self.items,
            self.pool, self.log, self.events, tapes["start_us"], tapes["delay_us"], tapes["keep_us"],
        )  # fmt: skip
        if code == self.k.NEED_POOL:
            self._grow_pool(2 * len(self.pool))
        elif code == self.k.NEED_SUPPLY:
            f, scalars = self.f, self.scalars
            self.tapes.reach(
                start_us=int(scalars[f.LAUNCHES]) + max(1, self.model.maximum),
                delay_us=int(scalars[f.ACTIONS]) + 1,
                keep_us=int(scalars[f.SPELLS]) + 1,
            )
        elif code == self.k.NEED_POSITIONS:
            self._grow_positions()
        return code

    def take_log(self, collector: Collector, *, timeline: bool) -> None:
        """Hand the records and timeline entries over and start both tables anew."""
        collector.take(self.log, int(self.scalars[self.f.LOGGED]), int(self.scalars[self.f.SEQ]))
        if timeline and self.scalars[self.f.EVENTS]:
            self.noted.append(self.events[: self.scalars[self.f.EVENTS]].copy())
        self.scalars[[self.f.LOGGED, self.f.EVENTS]] = 0

    def close(self, end: int, collector: Collector) -> Meters:
        """Write the records of open requests and close the meters at `end`."""
        f, k, scalars, start = self.f, self.k, self.scalars, self.window_from
        items = np.flatnonzero(self.pool[:, k.NUMBER] >= 0)
        items = items[np.argsort(self.pool[items, k.NUMBER])]
        log = np.zeros((len(items), k.RECORD), np.int64)
        k.flush(self.model, end, start, scalars, self.pool, items, log)
        collector.take(log, len(items), int(scalars[f.SEQ]))
        there = self.copies[self.copies[:, f.STATE] != f.ABSENT]
        ready = there[there[:, f.STATE] != f.COMING]
        window = max(0, end - start)
        peak = int(scalars[f.PEAK])
        if window:
            peak = max(peak, len(there))
        return Meters(
            window_us=window,
            instance_us=int(scalars[f.INSTANCE_US]) + _since(there[:, f.LAUNCHED], start, end),
            instance_us_from_ready=int(scalars[f.FROM_READY_US]) + _since(ready[:, f.READY], start, end),
            busy_us=int(scalars[f.BUSY_US]),
            max_copies=peak,
            cold_starts=int(scalars[f.COLD_STARTS]),
        )


def _since(begun: Array, window_from: int, end: int) -> int:
    """Total time from each begin (not before the window) to the end."""
    return int(np.maximum(0, end - np.maximum(begun, window_from)).sum())


def play_copies(
    kernels: Any, model: ServingModel, demand: Demand, supply: Supply, collector: Collector, window_from: int,
    *, timeline: bool, cancel: Cancel | None, progress: Progress | None,
) -> tuple[int, Meters, Timeline]:  # fmt: skip
    """Play a model with copies; its end, meters and timeline, the records going to the collector."""
    tables, feed = _Tables(kernels, model, supply, window_from), Feed(kernels, demand)
    k, f = tables.k, tables.f
    final = not feed.next()
    while True:
        code = tables.play(feed, final=final)
        if code in {k.ROOM, k.NEED_ROWS, k.DONE, k.HORIZON}:
            tables.take_log(collector, timeline=timeline)
            stop_if_asked(cancel)
            if progress:
                progress(int(tables.scalars[f.SEQ]))
        if code == k.NEED_ROWS:
            tables.scalars[f.ROW] = 0
            final = not feed.next()
        elif code in {k.DONE, k.HORIZON}:
            break
    end = int(tables.scalars[f.NOW]) if code == k.DONE else model.horizon_us
    meters = tables.close(end, collector)
    return end, meters, Timeline.of(np.concatenate(tables.noted) if tables.noted else [])
