"""The compiled loop of serverless endpoints: one request per environment, warm ones in a stack, newest on top.

Provisioned environments are always warm and taken first; a request that finds all of them busy goes on demand.
Nothing is shared between requests, so start and finish are known at arrival: records go to the log in order of
arrival. Busy environments are a heap by (finish, request number); an idle spell gets its keep-alive when the
request before it finishes. Expired spells are swept out when the stack is full.
"""

from typing import Final

from simulator.engines._kernel_options import entry, inlined
from simulator.model import TAPE_LENGTH, settle

MASK: Final = TAPE_LENGTH - 1
USED_UP, ROOM, NEED_SUPPLY, HORIZON = range(4)
(
    ROW,
    SEQ,
    BUSY,
    IDLE,
    COLDS,
    SPELLS,
    LAST,
    BUSY_US,
    COLD_US,
    IDLE_US,
    PEAK,
    COLD_STARTS,
    TAKEN,
    TAKEN_US,
    SPILLED,
    SCALARS,
) = range(16)
PLAIN, GONE, ALWAYS_WARM = range(3)  # what becomes of an environment: an idle spell, nothing, or it stays provisioned

_settle = inlined(settle)


@inlined
def overlap(first, last, window_from):
    """Length of [first, last) from `window_from` on."""
    return max(0, last - max(first, window_from))


@inlined
def rise(ends, tags, at, end, tag):
    """Put an entry into the heap at the hole `at`, or above it where it comes before its parents."""
    while at:
        parent = (at - 1) >> 1
        if ends[parent] < end or (ends[parent] == end and tags[parent] < tag):
            break
        ends[at] = ends[parent]
        tags[at] = tags[parent]
        at = parent
    ends[at] = end
    tags[at] = tag


@inlined
def pop(ends, tags, size):
    """Take the root out of a heap of `size` entries: the hole goes down, the last entry fills it."""
    size -= 1
    at = 0
    child = 1
    while child + 1 < size:
        left, right = ends[child], ends[child + 1]
        if left == right:
            child += tags[child + 1] < tags[child]
        else:
            child += right < left
        ends[at] = ends[child]
        tags[at] = tags[child]
        at = child
        child = 2 * at + 1
    if child < size:
        ends[at] = ends[child]
        tags[at] = tags[child]
        at = child
    rise(ends, tags, at, ends[size], tags[size])


@entry
def play_serverless(
    model, arrival, service, rows, window_from, scalars, ends, tags, since, until, cold_tape, keep_tape, log
):
    """Serve arrivals until the chunk is used up or a table is too small; the reason.

    Arguments: `ends` and `tags` int64[n] are the heap of busy environments (a tag is four times the request
    number, plus what becomes of the environment); `since` and `until` int64[n] are the stack of idle spells.
    """
    horizon = model.horizon_us
    most = model.serverless.max_concurrency
    provisioned = model.serverless.provisioned
    taken = scalars[TAKEN]
    row, number, busy, idle = scalars[ROW], scalars[SEQ], scalars[BUSY], scalars[IDLE]
    busy_us, idle_us, peak, last = scalars[BUSY_US], scalars[IDLE_US], scalars[PEAK], scalars[LAST]
    code = USED_UP
    while row < rows:
        now = arrival[row]
        if now > horizon:
            code = HORIZON
            break
        if (scalars[COLDS] >= cold_tape.size and cold_tape.size < TAPE_LENGTH) or (
            scalars[SPELLS] + busy > keep_tape.size and keep_tape.size < TAPE_LENGTH
        ):
            code = NEED_SUPPLY
            break
        if busy == ends.size or idle + busy > since.size:
            # spells that have ended need no place
            kept = 0
            for i in range(idle):
                if until[i] > now:
                    since[kept], until[kept] = since[i], until[i]
                    kept += 1
                else:
                    idle_us += overlap(since[i], until[i], window_from)
            idle = kept
            if busy == ends.size or 2 * (idle + busy) > since.size:
                code = ROOM
                break
        while busy and ends[0] <= now:
            done, tag = ends[0], tags[0]
            if done > window_from:
                peak = max(peak, busy)
            pop(ends, tags, busy)
            busy -= 1
            if tag & 3 == ALWAYS_WARM:
                taken -= 1
            elif tag & 3 == PLAIN:
                since[idle] = done
                until[idle] = done + keep_tape[scalars[SPELLS] & MASK]
                scalars[SPELLS] += 1
                idle += 1
        always = taken < provisioned
        warm = always
        if provisioned and not always and now >= window_from:
            scalars[SPILLED] += 1
        while idle and not warm:
            idle -= 1
            warm = until[idle] > now
            idle_us += overlap(since[idle], now if warm else until[idle], window_from)
        last = max(last, now)
        began = now
        done = now
        response = now
        outcome = 2
        if warm or busy < most:
            outcome = 0
            tag = 4 * number
            if always:
                tag += ALWAYS_WARM
                taken += 1
            if not warm:
                took = cold_tape[scalars[COLDS] & MASK]
                scalars[COLDS] += 1
                if now >= window_from:
                    scalars[COLD_STARTS] += 1
                if took > model.serverless.startup_limit_us:
                    took = model.serverless.startup_limit_us
                    outcome = 3
                    tag += GONE
                began = now + took
            done = began
            if outcome == 0:
                done += service[row]
            rise(ends, tags, busy, done, tag)
            busy += 1
            if now >= window_from:
                peak = max(peak, busy)
            error = now + model.timeout_us
            if outcome == 0:
                error = min(error, began + model.invocation_limit_us)
            response = done
            if outcome == 0:
                response += model.overhead_us
            last = max(last, done)
            if done <= horizon:
                outcome, response = _settle(outcome, now, done, response, error, model.caller_timeout_us)
            else:
                # open at the horizon: cut off there
                if began > horizon:
                    error = now + model.timeout_us
                outcome, response = _settle(9, now, horizon + 1, horizon + 1, error, model.caller_timeout_us)
                response = min(response, horizon)
                began = min(began, horizon)
                done = horizon
            busy_us += overlap(began, done, window_from)
            if always:
                scalars[TAKEN_US] += overlap(began, done, window_from)
            if not warm:
                scalars[COLD_US] += overlap(now, began, window_from)
        log[row, 0] = number
        log[row, 1] = now
        log[row, 2] = began
        log[row, 3] = done
        log[row, 4] = response
        log[row, 5] = outcome
        log[row, 6] = began - now
        log[row, 7] = -1
        row += 1
        number += 1
    scalars[ROW], scalars[SEQ], scalars[BUSY], scalars[IDLE], scalars[TAKEN] = row, number, busy, idle, taken
    scalars[BUSY_US], scalars[IDLE_US], scalars[PEAK], scalars[LAST] = busy_us, idle_us, peak, last
    return code


@entry
def close_serverless(end, window_from, scalars, ends, tags, since, until, keep_tape):
    """Close the meters at `end`: what finishes by then goes idle, every spell is cut off there."""
    busy, idle = scalars[BUSY], scalars[IDLE]
    while busy and ends[0] <= end:
        done, tag = ends[0], tags[0]
        if done > window_from:
            scalars[PEAK] = max(scalars[PEAK], busy)
        pop(ends, tags, busy)
        busy -= 1
        if tag & 3 == PLAIN:
            last = min(end, done + keep_tape[scalars[SPELLS] & MASK])
            scalars[SPELLS] += 1
            scalars[IDLE_US] += overlap(done, last, window_from)
    if busy and end > window_from:
        scalars[PEAK] = max(scalars[PEAK], busy)
    for i in range(idle):
        scalars[IDLE_US] += overlap(since[i], min(end, until[i]), window_from)
