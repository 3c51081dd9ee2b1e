"""Callers, compiled: users and retries to come in a heap by (time, key), and what a caller does at an answer."""

from numpy import int64 as i8

from simulator.engines import _kernel_tables as c
from simulator.engines._kernel_options import helper, inlined
from simulator.model import retry_us

_retry_us = inlined(retry_us)


@inlined
def _before(heap, at, time, key):
    """Entry `at` comes before (time, key)."""
    return heap[at, 0] < time or (heap[at, 0] == time and heap[at, 1] < key)


@inlined
def _move(heap, at, time, key, item):
    """Put a caller on a place of the heap."""
    heap[at, 0] = time
    heap[at, 1] = key
    heap[at, 2] = item


@helper
def put_call(s, heap, time, key, item):
    """Put a caller into the heap."""
    at = s[c.CALLS]
    s[c.CALLS] += 1
    while at:
        parent = (at - 1) >> 1
        if _before(heap, parent, time, key):
            break
        _move(heap, at, heap[parent, 0], heap[parent, 1], heap[parent, 2])
        at = parent
    _move(heap, at, time, key, item)


@helper
def take_call(s, heap):
    """Take the first caller out of the heap; its item."""
    taken = heap[0, 2]
    s[c.CALLS] -= 1
    size = s[c.CALLS]
    time, key, item = heap[size, 0], heap[size, 1], heap[size, 2]
    at = i8(0)
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size and _before(heap, child + 1, heap[child, 0], heap[child, 1]):
            child += 1
        if not _before(heap, child, time, key):
            break
        _move(heap, at, heap[child, 0], heap[child, 1], heap[child, 2])
        at = child
    _move(heap, at, time, key, item)
    return taken


@inlined
def new_call(t):
    """A free entry of the table of callers."""
    item = t.s[c.CALL_FREE]
    t.s[c.CALL_FREE] = t.calls[item, c.C_NEXT]
    return item


@inlined
def free_call(t, item):
    """Give an entry back."""
    t.calls[item, c.C_NEXT] = t.s[c.CALL_FREE]
    t.s[c.CALL_FREE] = item


@helper
def learn(t, model, item, outcome, response):
    """The caller of a request learns at `response` how it ended; 1 if no further attempt follows, else 0."""
    pool, calls = t.pool, t.calls
    number, attempt = pool[item, c.NUMBER], pool[item, c.ATTEMPT]
    # what may pass: throttled, not_ready, no_capacity, timed_out, abandoned, failed
    passes = 2 <= outcome <= 8 and outcome != 6
    if passes and attempt < model.caller.attempts:
        pause = _retry_us(model.caller.backoff_us, attempt, t.again[0, number & c.MASK])
        again = new_call(t)
        calls[again, c.C_RAW] = pool[item, c.RAW]
        calls[again, c.C_ROUTE] = t.again[1, number & c.MASK]
        calls[again, c.C_MODEL] = pool[item, c.MODEL]
        calls[again, c.C_THINK] = pool[item, c.THINK]
        calls[again, c.C_NO] = pool[item, c.NO]
        calls[again, c.C_ATTEMPT] = attempt + 1
        calls[again, c.C_FIRST] = pool[item, c.FIRST]
        calls[again, c.C_USER] = pool[item, c.USER]
        put_call(t.s, t.heap, response + pause, c.RETRY_KEY + number, again)
        t.s[c.RETRIES] += 1
        return 0
    user = pool[item, c.USER]
    if user >= 0:
        again = new_call(t)
        calls[again, c.C_USER] = user
        put_call(t.s, t.heap, response + pool[item, c.THINK], user, again)
    return 1
