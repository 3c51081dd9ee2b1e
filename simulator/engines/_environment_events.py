"""Serverless with callers who react or provisioned environments that scale: tables of the event kernel."""

from typing import Any

import numpy as np

from simulator.codes import Outcome
from simulator.engines._collect import Cancel, Collector, Progress, stop_if_asked
from simulator.engines._feed import CHUNK, Array, Feed, Tapes, larger
from simulator.model import Demand, Policy, Schedule, ServingModel, Step, Supply, policies_of
from simulator.run import Meters, Timeline

__all__ = ["environment_meters", "needed", "play_events"]

_PLAIN, _WHOLE = 8, 13


def needed(model: ServingModel) -> bool:
    """The plain loop cannot play the model: callers react, or the number of provisioned environments changes."""
    return bool(model.caller.users or model.caller.attempts > 1 or model.schedules or policies_of(model))


def _table(parts: tuple[tuple[int, ...], ...], kind: Any) -> Array:
    return np.array(parts, dtype=np.int64).reshape(-1, len(kind._fields))


class _Tables:
    """Tables of the kernel, and what to do when one is too small."""

    def __init__(self, kernels: Any, model: ServingModel, supply: Supply, window_from: int) -> None:
        self.k, self.p, self.c = kernels.environments, kernels.provisioned, kernels.calls
        self.plain = kernels.serverless
        self.model, self.window_from = model, window_from
        policies = policies_of(model)
        self.policies, self.steps = _table(policies, Policy), _table(model.steps, Step)
        self.schedules = _table(model.schedules, Schedule)
        self.most = max([model.serverless.provisioned, model.maximum, *(s.maximum for s in model.schedules)])
        scaled = bool(policies or model.schedules)
        users = model.caller.users
        self.reactive = users > 0 or model.caller.attempts > 1
        self._begin(scaled=scaled)
        self.ends, self.tags = np.zeros(64, np.int64), np.zeros(64, np.int64)
        self.since, self.until = np.zeros(256, np.int64), np.zeros(256, np.int64)
        self.coming = np.zeros((self.most + 1 if scaled else 0, 2), np.int64)
        # a supply need not have what the model never asks for
        scaling, retries = ("start_us", "delay_us"), ("jitter",)
        self.asked = (
            "cold_us",
            "keep_us",
            *(scaling if scaled else ()),
            *(retries if model.caller.attempts > 1 else ()),
        )
        self.tapes = Tapes(supply, self.asked, 1024 + 3 * self.most)
        for name in (*scaling, *retries):
            self.tapes.arrays.setdefault(name, np.ones(1, np.int64))
        self.log = np.zeros((CHUNK, _WHOLE if self.reactive else _PLAIN), np.int64)
        self.events = np.zeros((4096 + 4 * self.most, self.p.EVENT), np.int64)
        if scaled:
            for i in range(model.serverless.provisioned):
                self.events[2 * i] = (0, 0, i, i, 0, 0)
                self.events[2 * i + 1] = (0, 1, i, i + 1, 0, 0)
            self.scalars[self.p.EVENTS] = 2 * model.serverless.provisioned
        self._first_calls(supply, users)
        self.noted: list[Array] = []
        # tuples of other lengths would be another signature
        self.plain_model = model._replace(policies=(), steps=(), schedules=())

    def _begin(self, *, scaled: bool) -> None:
        p, model = self.p, self.model
        number = model.serverless.provisioned
        scalars = np.zeros(p.SCALARS, np.int64)
        scalars[p.NUMBER] = number
        scalars[p.LAUNCHES] = number if scaled else 0
        scalars[p.READY_US] = -number * self.window_from
        scalars[p.ACTION_AT] = p.NEVER
        scalars[p.MINIMUM], scalars[p.MAXIMUM] = model.minimum, model.maximum
        self.states = np.zeros((len(self.policies), p.STATE), np.int64)
        self.states[:, p.PERIOD_AT] = self.policies[:, p.PERIOD]
        times = [p.NEVER, *self.states[:, p.PERIOD_AT], *self.schedules[:1, p.TIME]]
        scalars[p.FLEET_AT] = min(int(time) for time in times)
        self.scalars = scalars

    def _first_calls(self, supply: Supply, users: int) -> None:
        """The heap of calls with the first one of every user: in order, which is a heap."""
        size = max(64, 2 * users) if self.reactive else 0
        self.times, self.keys = np.zeros(size, np.int64), np.zeros(size, np.int64)
        self.slots = np.arange(size, dtype=np.int64)
        self.pool = np.zeros((size, self.c.CALL), np.int64)
        if not users:
            self.pool[:, self.c.USER] = -1
            return
        first = np.resize(np.array(supply.tape("first_us", users), dtype=np.int64)[:users], users)
        order = np.argsort(first, kind="stable")
        self.times[:users], self.keys[:users] = first[order], order
        self.pool[:users, self.c.USER] = order
        self.scalars[self.p.CALLS] = users

    def play(self, feed: Feed, *, final: bool) -> int:
        """One call of the kernel."""
        tapes, k, p, s = self.tapes.arrays, self.k, self.p, self.scalars
        code: int = k.play_environments(
            self.plain_model, self.policies, self.steps, self.schedules, self.states, feed.arrival, feed.service,
            feed.think, feed.rows, int(final), self.window_from, s, self.ends, self.tags, self.since, self.until,
            self.coming, self.times, self.keys, self.slots, self.pool, tapes["start_us"], tapes["delay_us"],
            tapes["cold_us"], tapes["keep_us"], tapes["jitter"], self.log, self.events,
        )  # fmt: skip
        if code == k.ROOM:
            self.ends, self.tags = (larger(one, 2 * len(one)) for one in (self.ends, self.tags))
            self.since, self.until = (larger(one, 2 * len(one)) for one in (self.since, self.until))
        elif code == k.CALL_ROOM:
            old = len(self.times)
            self.times, self.keys, self.slots = (larger(one, 2 * old) for one in (self.times, self.keys, self.slots))
            self.slots[old:] = np.arange(old, 2 * old)
            self.pool = larger(self.pool, 2 * old)
        elif code == k.NEED_SUPPLY:
            lengths = {
                "cold_us": s[self.plain.COLDS] + 1, "keep_us": s[self.plain.SPELLS] + s[self.plain.BUSY],
                "jitter": s[self.plain.SEQ] + 1, "start_us": s[p.LAUNCHES] + 3 * self.most + 8,
                "delay_us": s[p.ACTIONS] + 1,
            }  # fmt: skip
            self.tapes.reach(**{name: int(lengths[name]) for name in self.asked})
        return code

    def take_log(self, collector: Collector) -> None:
        """Hand the records and timeline entries over and start both tables anew."""
        collector.take(self.log, int(self.scalars[self.p.LOGGED]), int(self.scalars[self.plain.SEQ]))
        if self.scalars[self.p.EVENTS]:
            self.noted.append(self.events[: self.scalars[self.p.EVENTS]].copy())
        self.scalars[[self.p.LOGGED, self.p.EVENTS]] = 0

    def close(self, end: int, collector: Collector) -> Meters:
        """Write the records of retries that were still to come, and close the meters at `end`."""
        s, p, c, k = self.scalars, self.p, self.c, self.plain
        calls = range(int(s[p.CALLS]))
        coming = sorted((int(self.times[i]), int(self.keys[i]), int(self.slots[i])) for i in calls)
        retries = [self.pool[slot] for _, key, slot in coming if key >= c.RETRY_KEY]
        records = [
            (number, end, end, end, end, int(Outcome.UNFINISHED), 0, -1, call[c.ATTEMPT], call[c.FIRST], 1, 0, call[c.LINE])
            for number, call in enumerate(retries, int(s[k.SEQ]))
        ]  # fmt: skip
        if records:
            collector.take_records(records, int(s[k.SEQ]) + len(records))
        k.close_serverless(
            end, self.window_from, s, self.ends, self.tags, self.since, self.until, self.tapes.arrays["keep_us"]
        )
        return environment_meters(
            k, s, end, self.window_from, int(s[p.READY_US] + s[p.NUMBER] * max(end, self.window_from))
        )


def environment_meters(k: Any, scalars: Array, end: int, window_from: int, provisioned_us: int) -> Meters:
    """Meters from the scalars of either serverless kernel."""
    return Meters(
        window_us=max(0, end - window_from),
        busy_us=int(scalars[k.BUSY_US]),
        serverless_busy_us=int(scalars[k.BUSY_US] - scalars[k.TAKEN_US]),
        provisioned_busy_us=int(scalars[k.TAKEN_US]),
        provisioned_us=provisioned_us,
        spilled=int(scalars[k.SPILLED]),
        serverless_cold_us=int(scalars[k.COLD_US]),
        idle_us=int(scalars[k.IDLE_US]),
        max_copies=int(scalars[k.PEAK]),
        cold_starts=int(scalars[k.COLD_STARTS]),
    )


def play_events(
    kernels: Any, model: ServingModel, demand: Demand, supply: Supply, collector: Collector, window_from: int,
    *, cancel: Cancel | None, progress: Progress | None,
) -> tuple[int, Meters, Timeline]:  # fmt: skip
    """Play a serverless model event by event; its end, meters and timeline, the records going to the collector."""
    tables = _Tables(kernels, model, supply, window_from)
    feed = Feed(kernels, demand, whole=tables.reactive)
    k = tables.k
    final = not feed.next()
    while True:
        code = tables.play(feed, final=final)
        if code in {k.FULL_LOG, k.NEED_ROWS, k.DONE, k.HORIZON}:
            tables.take_log(collector)
            stop_if_asked(cancel)
            if progress:
                progress(int(tables.scalars[tables.plain.SEQ]))
        if code == k.NEED_ROWS:
            tables.scalars[tables.plain.ROW] = 0
            final = not feed.next()
        elif code in {k.DONE, k.HORIZON}:
            break
    end = int(tables.scalars[tables.plain.LAST]) if code == k.DONE else model.horizon_us
    meters = tables.close(end, collector)
    return end, meters, Timeline.of(np.concatenate(tables.noted) if tables.noted else [])
