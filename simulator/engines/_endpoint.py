"""Every mechanism of copies in the fast engine: the tables its kernel works on, enlarged when the kernel asks for it."""

from typing import Any

import numpy as np

from simulator.engines._collect import Cancel, Collector, Progress, stop_if_asked
from simulator.engines._feed import CHUNK, Array, Feed, larger
from simulator.model import TAPE_LENGTH, Demand, ServingModel, Supply, policies_of, rates, variants_of
from simulator.run import Meters, Timeline

__all__ = ["play_endpoint"]

_TAPES = ("start_us", "delay_us", "keep_us", "copy_us", "load_us", "reload_us")
_RETRIES = ("jitter", "retry_route")


def _rows(parts: tuple[tuple[int, ...], ...], width: int) -> Array:
    """Parts of a model as the first columns of a table."""
    table = np.zeros((len(parts), width), np.int64)
    for row, part in enumerate(parts):
        table[row, : len(part)] = part
    return table


class _Run:
    """Tables of the kernel, and what to do when one is too small."""

    def __init__(self, kernels: Any, model: ServingModel, supply: Supply, window_from: int) -> None:
        self.k, self.c = kernels.endpoint, kernels.tables
        self.whole, self.window_from = model, window_from
        # the kernel reads the lists from tables: one signature serves lists of any length
        self.model = model._replace(variants=(), policies=(), steps=(), schedules=(), faults=())
        self.supply = supply
        self.users = [int(us) for us in supply.tape("first_us", model.caller.users)[: model.caller.users]]
        self.noted: list[Array] = []
        self.first_row = 0
        self.t = self._tables()
        self._begin()

    def _tables(self) -> Any:
        c, model = self.c, self.whole
        variants, policies = self._variants(), self._policies()
        highest = variants[:, c.V_MAX].copy()
        for schedule in model.schedules:
            highest[schedule.variant] = max(highest[schedule.variant], schedule.maximum)
        most = int(highest.sum())
        initial = sum(variant.initial for variant in variants_of(model))
        positions = 1 << (max(most, initial, 1) - 1).bit_length()
        cached = positions if model.cache.models else 1
        in_memory = min(model.cache.in_memory, max(1, model.cache.models))
        scalars = np.zeros(c.SCALARS, np.int64)
        empty = [c.FREE, c.CALL_FREE, c.Q_HEAD, c.Q_TAIL, c.A_HEAD, c.A_TAIL, c.B_HEAD, c.B_TAIL, c.L_HEAD, c.L_TAIL]
        scalars[empty] = -1
        scalars[[c.FLEET_AT, c.READY_AT, c.LOAD_AT, c.IDLE_AT, c.RELEASE_AT]] = c.NEVER
        scalars[c.ACTIVE_MAX] = max(most, 1)
        lists = [self._steps(policies), _rows(model.schedules, 4), _rows(model.faults, 4)]
        plans = np.concatenate(lists)
        scalars[[c.SCHEDULES_AT, c.SCHEDULES]] = len(lists[0]), len(lists[1])
        scalars[[c.FAULTS_AT, c.FAULTS]] = len(lists[0]) + len(lists[1]), len(lists[2])
        copies = np.zeros((positions, c.COPY), np.int64)
        copies[:, [c.BLOCK_HEAD, c.HOST]] = -1
        copies[:, c.IDLE] = c.NEVER
        return c.Tables(
            s=scalars, copies=copies, tree=self._tree(positions), due=np.full(positions, c.NEVER, np.int64),
            live=np.zeros((len(variants), positions), np.int64),
            keys=np.zeros((positions, model.slots), np.int64), items=np.zeros((positions, model.slots), np.int64),
            rates=rates(model)[: model.slots + 1 if model.slowdown_millionths and model.slots > 1 else 0],
            pool=np.zeros((0, c.POOL), np.int64), log=np.zeros((CHUNK, c.RECORD), np.int64),
            events=np.zeros((self._event_rows(positions), c.EVENT), np.int64),
            variants=variants, policies=policies, plans=plans,
            hosts=np.zeros((model.hosts.maximum, c.HOSTS), np.int64),
            zones=np.zeros(model.zones + positions, np.int64),
            calls=np.zeros((0, c.CALL), np.int64), heap=np.zeros((0, 3), np.int64),
            held=np.zeros((cached, max(1, model.cache.models), c.HELD), np.int64),
            resident=np.zeros((cached, in_memory), np.int64),
            loads=np.zeros((cached * in_memory, c.LOAD_ROW), np.int64),
            tapes=self._tapes(_TAPES, 64 + most + initial + model.hosts.maximum),
            again=self._tapes(_RETRIES, 64 if model.caller.attempts > 1 else 1),
        )  # fmt: skip

    def _tapes(self, names: tuple[str, ...], at_least: int) -> Array:
        """Supply tapes as the rows of a table, each of that length, or as long as a tape gets."""
        length = min(at_least, TAPE_LENGTH)
        return np.array([self.supply.tape(name, length)[:length] for name in names], dtype=np.int64)

    def _variants(self) -> Array:
        c = self.c
        table = np.zeros((len(variants_of(self.whole)), c.VARIANTS), np.int64)
        for row, one in enumerate(variants_of(self.whole)):
            table[row, c.V_SHARE : c.V_MAX + 1] = (
                one.share, one.work_millionths, one.cores, one.accelerators, one.memory, one.minimum, one.maximum,
            )  # fmt: skip
        table[:, c.V_ACTION_AT] = c.NEVER
        return table

    def _policies(self) -> Array:
        c = self.c
        table = _rows(policies_of(self.whole), c.POLICIES)
        table[:, c.P_AT] = table[:, c.P_PERIOD]
        return table

    def _steps(self, policies: Array) -> Array:
        """The steps, policy by policy; each policy learns where its own begin and how many they are."""
        c = self.c
        ordered = sorted(self.whole.steps, key=lambda step: step.policy)
        for number, step in enumerate(ordered):
            row = policies[step.policy]
            if not row[c.P_STEPS]:
                row[c.P_STEP] = number
            row[c.P_STEPS] += 1
        return _rows(tuple(ordered), 4)

    def _event_rows(self, positions: int) -> int:
        return 4096 + 16 * positions + 16 * self.whole.hosts.maximum

    def _tree(self, size: int, due: Array | None = None) -> Array:
        """The tournament over the next completions, played out (an unplayed node would point anywhere)."""
        tree = np.zeros(2 * size, np.int64)
        tree[size:] = np.arange(size)
        for node in range(size - 1, 0, -1):
            left, right = tree[2 * node], tree[2 * node + 1]
            tree[node] = left if due is None or due[left] <= due[right] else right
        return tree

    def _begin(self) -> None:
        """What is there at time 0, and the callers' first arrivals."""
        self._grow_pool(4096)
        caller = self.whole.caller
        if caller.users or caller.attempts > 1:
            self._grow_calls(max(1024, 2 * caller.users))
        c, t = self.c, self.t
        for user, first in sorted(enumerate(self.users), key=lambda pair: (pair[1], pair[0])):
            at = int(t.s[c.CALLS])
            item = int(t.s[c.CALL_FREE])
            t.s[c.CALL_FREE] = t.calls[item, c.C_NEXT]
            t.heap[at] = first, user, item
            t.s[c.CALLS] += 1  # in order of time: a heap already
        initial = np.array([variant.initial for variant in variants_of(self.whole)], np.int64)
        self.k.begin_endpoint(self.model, self.t, initial, self.window_from)

    def _grow_pool(self, entries: int) -> None:
        c, old = self.c, len(self.t.pool)
        pool = larger(self.t.pool, entries, -1)
        pool[old:, c.NEXT] = [*range(old + 1, entries), self.t.s[c.FREE]]
        self.t.s[c.FREE] = old
        self.t = self.t._replace(pool=pool)

    def _grow_calls(self, entries: int) -> None:
        c, t, old = self.c, self.t, len(self.t.calls)
        calls = larger(t.calls, entries)
        calls[old:, c.C_NEXT] = [*range(old + 1, entries), t.s[c.CALL_FREE]]
        t.s[c.CALL_FREE] = old
        self.t = t._replace(calls=calls, heap=larger(t.heap, entries))

    def _grow_positions(self) -> None:
        c, t, old = self.c, self.t, len(self.t.copies)
        size = 2 * old
        copies = larger(t.copies, size)
        copies[old:, [c.BLOCK_HEAD, c.HOST]] = -1
        copies[old:, c.IDLE] = c.NEVER
        due = larger(t.due, size, c.NEVER)
        live = np.zeros((len(t.live), size), np.int64)
        live[:, :old] = t.live
        more: dict[str, Array] = {}
        if self.whole.cache.models:
            more = {
                "held": larger(t.held, size),
                "resident": larger(t.resident, size),
                "loads": larger(t.loads, 2 * len(t.loads)),
            }
        self.t = t._replace(
            copies=copies, due=due, live=live, tree=self._tree(size, due), keys=larger(t.keys, size),
            items=larger(t.items, size), events=larger(t.events, self._event_rows(size)),
            zones=larger(t.zones, self.whole.zones + size), **more,
        )  # fmt: skip

    def _grow_tapes(self) -> None:
        """Both tables of tapes become twice as long, or as long as what the next event may need."""
        c, t = self.c, self.t
        s = t.s
        counters = [c.LAUNCHES, c.HOST_LAUNCHES, c.ACTIONS, c.SPELLS, c.LOADS, c.RELOADS]
        most = 2 * (int(s[c.ACTIVE_MAX]) + self.whole.hosts.maximum) + self.whole.cache.models + 2
        wanted = int(s[counters].max()) + most
        tapes, again = t.tapes, t.again
        if wanted > tapes.shape[1]:
            tapes = self._tapes(_TAPES, max(wanted, 2 * tapes.shape[1]))
        if self.whole.caller.attempts > 1 and s[c.SEQ] >= again.shape[1]:
            again = self._tapes(_RETRIES, 2 * again.shape[1])
        self.t = t._replace(tapes=tapes, again=again)

    def play(self, feed: Feed, *, final: bool) -> int:
        """Play on; what the kernel asked for is done when it was a larger table."""
        c = self.c
        code: int = self.k.play_endpoint(
            self.model, self.t, feed.arrival, feed.service, feed.route, feed.model, feed.think, feed.rows,
            self.first_row, int(final), self.window_from,
        )  # fmt: skip
        if code == c.NEED_POOL:
            self._grow_pool(2 * len(self.t.pool))
        elif code == c.NEED_CALLS:
            self._grow_calls(2 * len(self.t.calls))
        elif code == c.NEED_POSITIONS:
            self._grow_positions()
        elif code == c.NEED_LOG:
            self.t = self.t._replace(log=larger(self.t.log, 2 * len(self.t.log)))
        elif code == c.NEED_SUPPLY:
            self._grow_tapes()
        return code

    def take_log(self, collector: Collector, *, timeline: bool) -> None:
        """Hand the records and timeline entries over and start both tables anew."""
        c, t = self.c, self.t
        collector.take(t.log, int(t.s[c.LOGGED]), int(t.s[c.SEQ]))
        if timeline and t.s[c.EVENTS]:
            self.noted.append(t.events[: t.s[c.EVENTS]].copy())
        t.s[[c.LOGGED, c.EVENTS]] = 0

    def close(self, end: int, collector: Collector) -> Meters:
        """Write the records of open requests and of retries to come, and close the meters at `end`."""
        c, t, start = self.c, self.t, self.window_from
        s = t.s
        items = np.flatnonzero(t.pool[:, c.NUMBER] >= 0)
        items = items[np.argsort(t.pool[items, c.NUMBER])]
        coming = np.flatnonzero(t.heap[: s[c.CALLS], 1] >= c.RETRY_KEY)
        coming = coming[np.lexsort((t.heap[coming, 1], t.heap[coming, 0]))]
        if len(items) + len(coming) > len(t.log):
            t = self.t = t._replace(log=larger(t.log, len(items) + len(coming)))
        self.k.flush_endpoint(self.model, t, end, start, items, t.heap[coming, 2].copy())
        collector.take(t.log, int(s[c.LOGGED]), int(s[c.SEQ]))
        there = t.copies[t.copies[:, c.STATE] != c.ABSENT]
        ready = there[there[:, c.STATE] != c.COMING]
        window = max(0, end - start)
        packed = self.whole.hosts.maximum > 0
        served = _since(ready[:, c.READY], start, end)
        for row in there:
            t.variants[row[c.VARIANT], c.V_LIFE] += _since(row[c.LAUNCHED : c.LAUNCHED + 1], start, end)
        hosts = t.hosts[t.hosts[:, c.H_THERE] == 1]
        launched, up = (
            (hosts[:, c.H_LAUNCHED], hosts[:, c.H_UP]) if packed else (there[:, c.LAUNCHED], ready[:, c.READY])
        )
        return Meters(
            window_us=window,
            instance_us=int(s[c.INSTANCE_US]) + _since(launched, start, end),
            instance_us_from_ready=int(s[c.FROM_READY_US]) + _since(up, start, end),
            copy_us=int(s[c.COPY_US]) + served if packed else 0,
            variant_us=tuple(int(us) for us in t.variants[:, c.V_LIFE]) if self.whole.variants else (),
            busy_us=int(s[c.BUSY_US]),
            max_copies=max(int(s[c.PEAK]), len(there)) if window else int(s[c.PEAK]),
            cold_starts=int(s[c.COLD_STARTS]),
            lost=int(s[c.LOST]),
            loads=int(s[c.LOADS_IN]),
            reloads=int(s[c.RELOADS_IN]),
            evictions=int(s[c.EVICTIONS]),
        )


def _since(begun: Array, window_from: int, end: int) -> int:
    """Total time from each begin (not before the window) to the end."""
    return int(np.maximum(0, end - np.maximum(begun, window_from)).sum())


def play_endpoint(
    kernels: Any, model: ServingModel, demand: Demand, supply: Supply, collector: Collector, window_from: int,
    *, timeline: bool, cancel: Cancel | None, progress: Progress | None,
) -> tuple[int, Meters, Timeline]:  # fmt: skip
    """Play any model with copies; its end, meters and timeline, the records going to the collector."""
    run, feed = _Run(kernels, model, supply, window_from), Feed(kernels, demand, whole=True)
    c = run.c
    final = not feed.next()
    while True:
        code = run.play(feed, final=final)
        if code in {c.ROOM, c.NEED_ROWS, c.DONE, c.HORIZON}:
            run.take_log(collector, timeline=timeline)
            stop_if_asked(cancel)
            if progress:
                progress(int(run.t.s[c.SEQ]))
        if code == c.NEED_ROWS:
            run.first_row += feed.rows
            run.t.s[c.ROW] = 0
            final = not feed.next()
        elif code in {c.DONE, c.HORIZON}:
            break
    end = int(run.t.s[c.LAST_EVENT]) if code == c.DONE else model.horizon_us
    meters = run.close(end, collector)
    return end, meters, Timeline.of(np.concatenate(run.noted) if run.noted else [])
