"""Short cut for one copy with an unbounded FIFO queue, independent slots and a fixed fleet: no event loop.

The k-th request starts at the later of its arrival and the earliest instant a slot is free; the free times of the
slots are a heap with the earliest at the root. Results equal the general kernel's.
"""

from simulator.engines._kernel_options import entry, inlined
from simulator.model import settle

_settle = inlined(settle)


@entry
def play_fifo(model, arrival, service, rows, first, window_from, free, log):
    """Serve `rows` requests; the number of those that arrived by the horizon and the busy time they add.

    Arguments: `first` is the number of the first row, `free` int64[slots] the heap of free times. Records go to
    `log` in order of arrival; work beyond the horizon is not cut off here.
    """
    slots = free.size
    busy_us = 0
    last = 0
    for row in range(rows):
        arrived = arrival[row]
        if arrived > model.horizon_us:
            return row, busy_us, last
        began = max(arrived, free[0])
        done = began + service[row]
        at = 0
        child = 1
        while child < slots:
            other = free[child]
            if child + 1 < slots and free[child + 1] < other:
                child += 1
                other = free[child]
            if done <= other:
                break
            free[at] = other
            at = child
            child = 2 * at + 1
        free[at] = done
        last = max(last, done)
        error = min(arrived + model.timeout_us, began + model.invocation_limit_us)
        outcome, response = _settle(0, arrived, done, done + model.overhead_us, error, model.caller_timeout_us)
        if done > window_from:
            busy_us += done - max(began, window_from)
        log[row, 0] = first + row
        log[row, 1] = arrived
        log[row, 2] = began
        log[row, 3] = done
        log[row, 4] = response
        log[row, 5] = outcome
        log[row, 6] = 0
        log[row, 7] = 0
    return rows, busy_us, last


@entry
def cut_off(model, window_from, log, rows):
    """Cut the records off at the horizon; the busy time that lies beyond it."""
    end = model.horizon_us
    beyond_us = 0
    for row in range(rows):
        done = log[row, 3]
        if done <= end:
            continue
        arrived, began = log[row, 1], log[row, 2]
        beyond_us += done - max(began, window_from) if done > window_from else 0
        error = arrived + model.timeout_us
        if began <= end:
            error = min(error, began + model.invocation_limit_us)
        began = min(began, end)
        beyond_us -= max(0, end - max(began, window_from))
        outcome, response = _settle(9, arrived, end + 1, end + 1, error, model.caller_timeout_us)
        log[row, 2] = began
        log[row, 3] = end
        log[row, 4] = min(response, end)
        log[row, 5] = outcome
    return beyond_us
