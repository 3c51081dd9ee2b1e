"""Limits that are events, compiled: doubly linked lists of requests, each in the order in which its limit passes.

A limit is the same for every request of a run, so the list of those that count from the arrival is in order of arrival,
and that of those that count from the start in order of starts.
"""

from simulator.engines import _kernel_tables as c
from simulator.engines._kernel_options import inlined


@inlined
def _append(t, item, head, tail, following, previous):
    """Put a request at the end of a list."""
    last = t.s[tail]
    t.pool[item, previous] = last
    t.pool[item, following] = -1
    if last >= 0:
        t.pool[last, following] = item
    else:
        t.s[head] = item
    t.s[tail] = item


@inlined
def _remove(t, item, head, tail, following, previous):
    """Take a request out of a list, if it is in it."""
    before, after = t.pool[item, previous], t.pool[item, following]
    if before != c.OUTSIDE:
        if before >= 0:
            t.pool[before, following] = after
        else:
            t.s[head] = after
        if after >= 0:
            t.pool[after, previous] = before
        else:
            t.s[tail] = before
        t.pool[item, previous] = c.OUTSIDE


@inlined
def watch_arrival(t, item):
    """Its caller acts at a limit counted from the arrival."""
    _append(t, item, c.A_HEAD, c.A_TAIL, c.A_NEXT, c.A_PREV)


@inlined
def unwatch_arrival(t, item):
    """That limit is over."""
    _remove(t, item, c.A_HEAD, c.A_TAIL, c.A_NEXT, c.A_PREV)


@inlined
def watch_start(t, item):
    """Its caller acts at a limit counted from the start."""
    _append(t, item, c.B_HEAD, c.B_TAIL, c.B_NEXT, c.B_PREV)


@inlined
def unwatch_start(t, item):
    """The limit counted from the start is over."""
    _remove(t, item, c.B_HEAD, c.B_TAIL, c.B_NEXT, c.B_PREV)


@inlined
def watch_load(t, item):
    """It waits for its model, at most up to its time-out."""
    _append(t, item, c.L_HEAD, c.L_TAIL, c.L_NEXT, c.L_PREV)


@inlined
def unwatch_load(t, item):
    """It waits no longer for its model."""
    _remove(t, item, c.L_HEAD, c.L_TAIL, c.L_NEXT, c.L_PREV)
