"""Requests at the endpoint, compiled: how they wait and start."""

from numpy import int64 as i8

from simulator.engines import _kernel_tables as c
from simulator.engines._kernel_limits import watch_start
from simulator.engines._kernel_options import helper, inlined
from simulator.engines._kernel_slots import advance, plan, rise
from simulator.model import FRACTION_BITS, ticks_to_us

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
