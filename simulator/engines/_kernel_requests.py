"""Requests at the endpoint, compiled: their lists of limits, their start, and how they end."""

from numpy import int64 as i8

from simulator.engines import _kernel_tables as c
from simulator.engines._kernel_calls import learn
from simulator.engines._kernel_limits import unwatch_arrival, unwatch_load, unwatch_start, watch_start
from simulator.engines._kernel_options import helper, inlined
from simulator.engines._kernel_slots import advance, plan, rise
from simulator.model import FRACTION_BITS, settle, ticks_to_us

_settle = inlined(settle)
_ticks_to_us = inlined(ticks_to_us)


@inlined
def reacts(model):
    """Callers do something at the answer, so that limits are events."""
    return model.caller.users > 0 or model.caller.attempts > 1


@inlined
def started(t, model, item, position, now):
    """Write down that a request starts now; its limit from the start begins."""
    t.pool[item, c.STARTED] = now
    t.pool[item, c.PLACE] = position
    t.copies[position, c.IDLE] = c.NEVER
    if reacts(model) and model.invocation_limit_us < c.NEVER >> 1:
        watch_start(t, item)


@helper
def begin(t, model, position, item, now):
    """Start a request on a free slot."""
    copies, keys, pool = t.copies, t.keys, t.pool
    busy = copies[position, c.BUSY]
    started(t, model, item, position, now)
    if t.rates.size == 0:
        key = now + pool[item, c.WORK]
        rise(keys, t.items, pool, position, busy, key, item)
        copies[position, c.BUSY] = busy + 1
        if key < t.due[position]:
            plan(t.tree, t.due, position, key)
    else:
        if busy:
            virtual = advance(copies, keys, t.rates, position, now)
        else:
            virtual = 0
            copies[position, c.VIRTUAL] = 0
            copies[position, c.MOVED] = now
        rise(keys, t.items, pool, position, busy, virtual + (pool[item, c.WORK] << FRACTION_BITS), item)
        copies[position, c.BUSY] = busy + 1
        plan(t.tree, t.due, position, now + _ticks_to_us(keys[position, 0] - virtual, t.rates[busy + 1]))


@inlined
def queue(t, position, item):
    """Put a request at the end of the waiting line of its copy, which has `waiters` before it."""
    copies = t.copies
    t.pool[item, c.STARTED] = -1
    if copies[position, c.LOAD] - copies[position, c.BUSY] - copies[position, c.WAITERS] == 0:
        copies[position, c.HEAD] = item
    else:
        t.pool[copies[position, c.TAIL], c.NEXT] = item
    copies[position, c.TAIL] = item


@inlined
def first_in_line(t, position):
    """The first of the waiting line of a copy leaves it; -1 when nobody waits."""
    copies = t.copies
    item = i8(-1)
    if copies[position, c.LOAD] - copies[position, c.BUSY] - copies[position, c.WAITERS] > 0:
        item = copies[position, c.HEAD]
        copies[position, c.HEAD] = t.pool[item, c.NEXT]
    return item


@inlined
def cold_until(t, now):
    """Time so far with no copy in service and one starting."""
    if t.variants[0, c.V_LIVE] == 0 and t.variants[0, c.V_STARTING] > 0:
        return t.s[c.COLD_TIME] + now - t.s[c.COLD_SINCE]
    return t.s[c.COLD_TIME]


@inlined
def write(t, model, item, start, finish, response, outcome, cold, position, final):
    """Write the record of a request."""
    pool, log, row = t.pool, t.log, t.s[c.LOGGED]
    log[row, 0] = pool[item, c.NUMBER]
    log[row, 1] = pool[item, c.ARRIVED]
    log[row, 2] = start
    log[row, 3] = finish
    log[row, 4] = response
    log[row, 5] = outcome
    log[row, 6] = cold
    log[row, 7] = position
    log[row, 8] = pool[item, c.ATTEMPT]
    log[row, 9] = pool[item, c.FIRST]
    log[row, 10] = final
    log[row, 11] = pool[item, c.MODEL] if model.cache.models else pool[item, c.VAR]
    log[row, 12] = pool[item, c.NO]
    t.s[c.LOGGED] = row + 1


@helper
def close(t, model, item, outcome, now, window_from):
    """The endpoint is done with a request: settle the caller, write the record, free the entry."""
    s, pool = t.s, t.pool
    arrived, began = pool[item, c.ARRIVED], pool[item, c.STARTED]
    error = arrived + model.timeout_us
    start = now
    if began >= 0:
        start = began
        error = min(error, began + model.invocation_limit_us)
        if now > window_from:
            s[c.BUSY_US] += now - max(began, window_from)
    response = now + model.overhead_us if outcome == 0 else now
    outcome, response = _settle(outcome, arrived, now, response, error, model.caller_timeout_us)
    if pool[item, c.SETTLED] == 0:
        pool[item, c.FINAL] = learn(t, model, item, outcome, response)
    write(
        t,
        model,
        item,
        start,
        now,
        response,
        outcome,
        pool[item, c.COLD_BEFORE],
        pool[item, c.PLACE],
        pool[item, c.FINAL],
    )
    unwatch_arrival(t, item)
    unwatch_start(t, item)
    unwatch_load(t, item)
    variant = pool[item, c.VAR]
    t.variants[variant, c.V_OPEN] -= 1
    t.variants[variant, c.V_REQUESTS] += now
    s[c.OPEN] -= 1
    s[c.LAST_EVENT] = now
    pool[item, c.NEXT] = s[c.FREE]
    pool[item, c.NUMBER] = -1
    s[c.FREE] = item


@helper
def from_central(t, model, position, now):
    """The first of the central queue starts on a copy."""
    s, pool = t.s, t.pool
    item = s[c.Q_HEAD]
    s[c.Q_HEAD] = pool[item, c.NEXT]
    s[c.Q_LEN] -= 1
    pool[item, c.COLD_BEFORE] = s[c.COLD_TIME] - pool[item, c.COLD_BEFORE]
    t.copies[position, c.LOAD] += 1
    begin(t, model, position, item, now)
