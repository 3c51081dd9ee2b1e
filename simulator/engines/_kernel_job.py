"""The compiled loop of batch jobs; what it plays is described in `_reference_job`.

The records of a job are known to have arrived when it starts, and jobs share nothing, so jobs are played one after
the other as their rows come, however they overlap in time. The queue of a job never runs dry before its last
mini-batch: rows are cut into a mini-batch, and the events of the job are played only until a slot is free for it.

    copies   int64[initial, 6]         position, instant it comes up (then NEVER), virtual time, its instant, next
                                       completion, mini-batches in service
    serving  int64[initial, slots, 2]  virtual finish and lane of each mini-batch in service, in no order
    lanes    int64[lanes, 5]           number of the first record, records, work, start, copy
    held     int64[lanes, records]     arrivals of the records of a mini-batch

With independent slots a finish is known at the start: records are logged there, and one lane serves all.
"""

from typing import Final

from simulator.engines._kernel_options import entry, helper, inlined
from simulator.model import FRACTION_BITS, LONGEST_SERVICE_US, settle, ticks_to_us

NEVER: Final = 2**61
REBASE: Final = 2**59
USED_UP, NEW_JOB, JOB_OVER, LOG_FULL, TOO_LONG, HORIZON = range(6)
(
    ROW, SEQ, STATE, JOB, START, FIRST_READY, NOW, FILLING, FORMED, WORK, LANE, FREE, OPEN, LOGGED, CUT, LAST,
    LAST_COPY, BUSY_US, SCALARS,
) = range(19)  # fmt: skip
POSITION, READY, VIRTUAL, SINCE, DUE, SERVED, COPY = range(7)
NUMBER, RECORDS, LENGTH, BEGUN, ON, LANE_FIELDS = range(6)
BETWEEN, RUNNING, BEYOND = range(3)  # no job is open, one is, one is whose start lies after the horizon

_settle = inlined(settle)
_ticks_to_us = inlined(ticks_to_us)


@helper
def _log_batch(limits, window_from, scalars, copies, lanes, held, log, lane, done):
    """Log the records of a mini-batch that finished at `done`, or that is still open where that is `NEVER`.

    Arguments: `limits` are horizon, time-out, invocation limit, overhead and the caller's patience, microseconds.
    """
    horizon, timeout, invocation, overhead, patience = limits
    begun, position = lanes[lane, BEGUN], -1
    finish = min(done, horizon)
    waits = begun > horizon
    start = min(begun, horizon)
    if not waits:
        position = copies[lanes[lane, ON], POSITION]
        scalars[BUSY_US] += max(0, finish - max(start, window_from))
    cold = 0
    if scalars[STATE] == RUNNING:
        cold = max(0, min(scalars[FIRST_READY], finish) - scalars[START])
    logged = scalars[LOGGED]
    for i in range(lanes[lane, RECORDS]):
        arrival = held[lane, i]
        error = arrival + timeout
        if not waits:
            error = min(error, begun + invocation)
        if done <= horizon:
            outcome, response = _settle(0, arrival, done, done + overhead, error, patience)
        else:
            outcome, response = _settle(9, arrival, horizon + 1, horizon + 1, error, patience)
            response = min(response, horizon)
        log[logged, 0] = lanes[lane, NUMBER] + i
        log[logged, 1] = arrival
        log[logged, 2] = start
        log[logged, 3] = finish
        log[logged, 4] = response
        log[logged, 5] = outcome
        log[logged, 6] = cold
        log[logged, 7] = position
        logged += 1
    scalars[LOGGED] = logged


@inlined
def _next_finish(copies, serving, rates, copy):
    """Set the next completion of a copy."""
    served = copies[copy, SERVED]
    copies[copy, DUE] = NEVER
    if served:
        key = serving[copy, 0, 0]
        for i in range(1, served):
            key = min(key, serving[copy, i, 0])
        copies[copy, DUE] = copies[copy, SINCE] + _ticks_to_us(key - copies[copy, VIRTUAL], rates[served])


@inlined
def _start(rates, scalars, copies, serving, lanes, copy, lane):
    """The mini-batch of a lane starts on a copy."""
    now, served = scalars[NOW], copies[copy, SERVED]
    virtual = 0
    if served:
        virtual = copies[copy, VIRTUAL] + rates[served] * (now - copies[copy, SINCE])
    if virtual > REBASE:
        for i in range(served):
            serving[copy, i, 0] -= virtual
        virtual = 0
    serving[copy, served, 0] = virtual + (lanes[lane, LENGTH] << FRACTION_BITS)
    serving[copy, served, 1] = lane
    lanes[lane, BEGUN] = now
    lanes[lane, ON] = copy
    copies[copy, VIRTUAL], copies[copy, SINCE], copies[copy, SERVED] = virtual, now, served + 1
    scalars[OPEN] += 1
    _next_finish(copies, serving, rates, copy)


@inlined
def _complete(rates, scalars, copies, serving, lanes, copy):
    """The earliest finisher of a copy leaves it; its lane."""
    now, served = scalars[NOW], copies[copy, SERVED]
    copies[copy, VIRTUAL] += rates[served] * (now - copies[copy, SINCE])
    copies[copy, SINCE] = now
    first = 0
    for i in range(1, served):
        key, other = serving[copy, i, 0], serving[copy, first, 0]
        earlier = lanes[serving[copy, i, 1], NUMBER] < lanes[serving[copy, first, 1], NUMBER]
        if key < other or (key == other and earlier):
            first = i
    lane = serving[copy, first, 1]
    serving[copy, first, 0] = serving[copy, served - 1, 0]
    serving[copy, first, 1] = serving[copy, served - 1, 1]
    copies[copy, SERVED] = served - 1
    scalars[OPEN] -= 1
    scalars[LAST_COPY] = copies[copy, POSITION]
    _next_finish(copies, serving, rates, copy)
    return lane


@inlined
def _next_event(copies):
    """(time, copy, whether it comes up): completions before copies that come up, then by position."""
    time, copy, comes_up = NEVER, -1, False
    for i in range(copies.shape[0]):
        if copies[i, DUE] < time or (copies[i, DUE] == time and comes_up):
            time, copy, comes_up = copies[i, DUE], i, False
        if copies[i, READY] < time:
            time, copy, comes_up = copies[i, READY], i, True
    return time, copy, comes_up


@entry
def play_job(
    model, rates, arrival, service, rows, final, window_from, scalars, copies, serving, lanes, free, held, log
):
    """Play rows until the chunk is used up, a job begins or is over, or the log is full; the reason.

    Arguments: `final` says that no rows follow; `free` int64[lanes] is the stack of unused lanes, of which one
    is always kept for the mini-batch that is being cut.
    """
    horizon, every, size = model.horizon_us, model.job.every_us, model.job.records
    limits = (horizon, model.timeout_us, model.invocation_limit_us, model.overhead_us, model.caller_timeout_us)
    slots, call = model.slots, model.job.call_us
    flat = lanes.shape[0] == 1
    while True:
        if scalars[LOGGED] + size > log.shape[0]:
            return LOG_FULL
        row = scalars[ROW]
        if scalars[STATE] == BETWEEN:
            if row == rows:
                return USED_UP
            if arrival[row] > horizon:
                return HORIZON
            scalars[JOB] = arrival[row] // every
            return NEW_JOB
        lane = scalars[LANE]
        if scalars[CUT] and scalars[OPEN]:
            # open at the horizon: whatever is in service, in any order
            for i in range(copies.shape[0]):
                if copies[i, SERVED]:
                    copies[i, SERVED] -= 1
                    scalars[OPEN] -= 1
                    held_by = serving[i, copies[i, SERVED], 1]
                    if not flat:
                        _log_batch(limits, window_from, scalars, copies, lanes, held, log, held_by, NEVER)
                        free[scalars[FREE]] = held_by
                        scalars[FREE] += 1
                    break
            continue
        formed, work = scalars[FORMED], scalars[WORK]
        until = min(horizon, (scalars[JOB] + 1) * every - 1)
        first = row
        while formed < size and row < rows and arrival[row] <= until:
            held[lane, formed] = arrival[row]
            work += service[row]
            formed += 1
            row += 1
        if row > first:
            scalars[LAST] = max(scalars[LAST], arrival[row - 1])
            scalars[SEQ] += row - first
        scalars[ROW], scalars[FORMED], scalars[WORK] = row, formed, work
        if formed < size and row == rows and not final:
            return USED_UP
        if formed:
            lanes[lane, NUMBER] = scalars[SEQ] - formed
            lanes[lane, RECORDS] = formed
            lanes[lane, LENGTH] = call + work
            if scalars[CUT]:
                lanes[lane, BEGUN] = NEVER
                _log_batch(limits, window_from, scalars, copies, lanes, held, log, lane, NEVER)
                scalars[FORMED], scalars[WORK] = 0, 0
                continue
            filling = scalars[FILLING]
            if filling >= 0 and copies[filling, SERVED] < slots:
                if lanes[lane, LENGTH] >= LONGEST_SERVICE_US:
                    return TOO_LONG
                _start(rates, scalars, copies, serving, lanes, filling, lane)
                scalars[FORMED], scalars[WORK] = 0, 0
                if flat:
                    done = scalars[NOW] + lanes[lane, LENGTH]
                    _log_batch(limits, window_from, scalars, copies, lanes, held, log, lane, done)
                else:
                    scalars[FREE] -= 1
                    scalars[LANE] = free[scalars[FREE]]
                continue
        elif scalars[OPEN] == 0:
            scalars[STATE] = BETWEEN
            return JOB_OVER
        time, copy, comes_up = _next_event(copies)
        if time > horizon:
            scalars[CUT] = 1
            continue
        scalars[NOW] = time
        scalars[FILLING] = copy
        if comes_up:
            copies[copy, READY] = NEVER
        else:
            scalars[LAST] = max(scalars[LAST], time)
            done_lane = _complete(rates, scalars, copies, serving, lanes, copy)
            if not flat:
                _log_batch(limits, window_from, scalars, copies, lanes, held, log, done_lane, time)
                free[scalars[FREE]] = done_lane
                scalars[FREE] += 1
