"""Calls to come in the compiled serverless loop: a binary heap by (time, key) of users and of retries.

The heap is three columns, `times`, `keys` and `slots`; a slot is a row of `pool` with what the call brings along.
Entries of `slots` beyond the heap are the free rows, so nothing is ever moved in the pool.
"""

from typing import Final

from simulator.engines._kernel_options import helper

WORK, THINK, LINE, ATTEMPT, FIRST, USER, CALL = range(7)
RETRY_KEY: Final = 2**32
"""Keys from here on are retries, smaller ones users who take a fresh row."""


@helper
def push_call(times, keys, slots, size, time, key):
    """Put a call into a heap of `size`; its row of the pool, to be filled in."""
    slot = slots[size]
    at = size
    while at:
        parent = (at - 1) >> 1
        if times[parent] < time or (times[parent] == time and keys[parent] < key):
            break
        times[at], keys[at], slots[at] = times[parent], keys[parent], slots[parent]
        at = parent
    times[at], keys[at], slots[at] = time, key, slot
    return slot


@helper
def pop_call(times, keys, slots, size):
    """Take the first call out of a heap of `size`; its row of the pool, free from now on."""
    slot = slots[0]
    size -= 1
    time, key, moved = times[size], keys[size], slots[size]
    at = 0
    child = 1
    while child < size:
        if child + 1 < size and (
            times[child + 1] < times[child] or (times[child + 1] == times[child] and keys[child + 1] < keys[child])
        ):
            child += 1
        if time < times[child] or (time == times[child] and key < keys[child]):
            break
        times[at], keys[at], slots[at] = times[child], keys[child], slots[child]
        at = child
        child = 2 * at + 1
    times[at], keys[at], slots[at] = time, key, moved
    slots[size] = slot
    return slot
