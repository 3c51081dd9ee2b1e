"""Slots of copies, compiled: the tournament over their next completions, and the heap of what each serves.

tree     int64[2 x positions]         tournament over `due`, ties to the left; positions a power of two
due      int64[positions]             next completion of each position
keys     int64[positions, slots]      heap per copy: finish time, or virtual finish when slots share
items    int64[positions, slots]      the same heap: entry of the pool
"""

from typing import Final

from simulator.engines._kernel_options import inlined

REBASE: Final = 2**60
NUMBER: Final = 2
"""Column of the pool that holds the arrival sequence."""
BUSY, VIRTUAL, LAST = 1, 7, 8
"""Columns of a copy: requests in service, virtual time, and the instant to which it has been moved on."""


@inlined
def plan(tree, due, position, time):
    """Set the next completion of a position and play its matches up the tree again."""
    due[position] = time
    node = (due.size + position) >> 1
    while node:
        left = tree[2 * node]
        right = tree[2 * node + 1]
        winner = left if due[left] <= due[right] else right
        if tree[node] == winner and winner != position:
            break
        tree[node] = winner
        node >>= 1


@inlined
def rise(keys, items, pool, position, at, key, item):
    """Put a request into the heap of a copy at the hole `at`, or above it where it comes before its parents."""
    while at:
        parent = (at - 1) >> 1
        other = keys[position, parent]
        if other < key:
            break
        if other == key and pool[items[position, parent], NUMBER] < pool[item, NUMBER]:
            break
        keys[position, at] = other
        items[position, at] = items[position, parent]
        at = parent
    keys[position, at] = key
    items[position, at] = item


@inlined
def replace_root(keys, items, pool, position, size, key, item):
    """Take the root out of a heap of `size` requests and put another in.

    The hole first goes all the way down along the earlier children: the new request is nearly always late, and a
    loop of constant length is cheap to predict.
    """
    at = 0
    child = 1
    while child + 1 < size:
        left, right = keys[position, child], keys[position, child + 1]
        if left == right:
            child += pool[items[position, child + 1], NUMBER] < pool[items[position, child], NUMBER]
        else:
            child += right < left
        keys[position, at] = keys[position, child]
        items[position, at] = items[position, child]
        at = child
        child = 2 * at + 1
    if child < size:
        keys[position, at] = keys[position, child]
        items[position, at] = items[position, child]
        at = child
    rise(keys, items, pool, position, at, key, item)


@inlined
def advance(copies, keys, rates, position, now):
    """Move the virtual time of a sharing copy on to `now`."""
    busy = copies[position, BUSY]
    virtual = copies[position, VIRTUAL] + rates[busy] * (now - copies[position, LAST])
    copies[position, LAST] = now
    if virtual > REBASE:
        for i in range(busy):
            keys[position, i] -= virtual
        virtual = 0
    copies[position, VIRTUAL] = virtual
    return virtual
