"""The compiled loop of serverless endpoints with callers who react, or with provisioned environments that scale.

It goes by events, where the plain loop goes by rows: completions, changes of the number of provisioned environments,
and arrivals, fresh ones or those of a heap of calls. What becomes of a request is still known at its arrival, so the
next call of its caller is put into the heap there and then.
"""

from simulator.engines._kernel_options import entry, helper, inlined
from simulator.engines._kernel_provisioned import (
    ACTIONS,
    BUSY_SUM,
    CALLS,
    EVENTS,
    FLEET_AT,
    LAUNCHES,
    LEAVING,
    LINES,
    LOGGED,
    MAXIMUM,
    NEVER,
    NUMBER,
    RETRIES,
    change,
)
from simulator.engines._kernel_serverless import (
    ALWAYS_WARM,
    BUSY,
    BUSY_US,
    COLD_STARTS,
    COLD_US,
    COLDS,
    GONE,
    IDLE,
    IDLE_US,
    LAST,
    MASK,
    PEAK,
    PLAIN,
    ROW,
    SEQ,
    SPELLS,
    SPILLED,
    TAKEN,
    TAKEN_US,
    overlap,
    pop,
    rise,
)
from simulator.engines._kernel_serverless_calls import (
    ATTEMPT,
    FIRST,
    LINE,
    RETRY_KEY,
    THINK,
    USER,
    WORK,
    pop_call,
    push_call,
)
from simulator.model import TAPE_LENGTH, retry_us, settle

NEED_ROWS, ROOM, NEED_SUPPLY, HORIZON, DONE, CALL_ROOM, FULL_LOG = range(7)
_OK, _THROTTLED, _NOT_READY, _UNFINISHED = 0, 2, 3, 9

_settle = inlined(settle)
_retry_us = helper(retry_us)


@helper
def _sweep(scalars, since, until, window_from, now):
    """Idle spells that have ended leave the stack."""
    kept = 0
    for i in range(scalars[IDLE]):
        if until[i] > now:
            since[kept], until[kept] = since[i], until[i]
            kept += 1
        else:
            scalars[IDLE_US] += overlap(since[i], until[i], window_from)
    scalars[IDLE] = kept


@helper
def _complete(scalars, ends, tags, since, until, keep_tape, window_from):
    """The earliest environment to finish does so."""
    done, tag, busy = ends[0], tags[0], scalars[BUSY]
    if done > window_from:
        scalars[PEAK] = max(scalars[PEAK], busy)
    pop(ends, tags, busy)
    scalars[BUSY] -= 1
    scalars[LAST] = done
    becomes = tag & 3
    if becomes == ALWAYS_WARM:
        if scalars[LEAVING] > 0:
            scalars[LEAVING] -= 1
            becomes = PLAIN
        else:
            scalars[TAKEN] -= 1
            scalars[BUSY_SUM] += done
    if becomes == PLAIN:
        idle = scalars[IDLE]
        since[idle] = done
        until[idle] = done + keep_tape[scalars[SPELLS] & MASK]
        scalars[SPELLS] += 1
        scalars[IDLE] += 1


@helper
def _serve(model, scalars, ends, tags, since, until, cold_tape, work, record, window_from, now):
    """Find an environment for an arrival; start, finish, response, outcome and cold part go into the record."""
    horizon = model.horizon_us
    number, busy = record[0], scalars[BUSY]
    inside = now >= window_from
    always = scalars[TAKEN] < scalars[NUMBER]
    if scalars[NUMBER] > 0 and not always and inside:
        scalars[SPILLED] += 1
    record[2], record[3], record[4], record[5], record[6] = now, now, now, _THROTTLED, 0
    if busy >= model.serverless.max_concurrency:
        return
    warm = always
    while scalars[IDLE] > 0 and not warm:
        scalars[IDLE] -= 1
        idle = scalars[IDLE]
        warm = until[idle] > now
        scalars[IDLE_US] += overlap(since[idle], now if warm else until[idle], window_from)
    outcome, began, tag = _OK, now, 4 * number
    if always:
        tag += ALWAYS_WARM
        scalars[TAKEN] += 1
        scalars[BUSY_SUM] -= now
    if not warm:
        took = cold_tape[scalars[COLDS] & MASK]
        scalars[COLDS] += 1
        scalars[COLD_STARTS] += inside
        if took > model.serverless.startup_limit_us:
            took = model.serverless.startup_limit_us
            outcome = _NOT_READY
            tag += GONE
        began += took
    error, done, response = now + model.timeout_us, began, began
    if outcome == _OK:
        error = min(error, began + model.invocation_limit_us)
        done += work
        response = done + model.overhead_us
    rise(ends, tags, busy, done, tag)
    scalars[BUSY] += 1
    if inside:
        scalars[PEAK] = max(scalars[PEAK], busy + 1)
    if done <= horizon:
        outcome, response = _settle(outcome, now, done, response, error, model.caller_timeout_us)
    else:
        # open at the horizon: cut off there
        outcome, response = _settle(_UNFINISHED, now, horizon + 1, horizon + 1, error, model.caller_timeout_us)
        response, began, done = min(response, horizon), min(began, horizon), horizon
    inside_us = overlap(began, done, window_from)
    scalars[BUSY_US] += inside_us
    if always:
        scalars[TAKEN_US] += inside_us
    if not warm:
        scalars[COLD_US] += overlap(now, began, window_from)
    record[2], record[3], record[4], record[5], record[6] = began, done, response, outcome, began - now


@entry
def play_environments(
    model, policies, steps, schedules, states, arrival, service, think, rows, final, window_from, scalars, ends, tags,
    since, until, coming, times, keys, slots, pool, start_tape, delay_tape, cold_tape, keep_tape, jitter, log, events,
):  # fmt: skip
    """Play events until the chunk is used up, a table is too small or the run ends; the reason.

    Arguments: `ends`, `tags`, `since`, `until` as in `play_serverless`; `times`, `keys`, `slots`, `pool` hold the
    calls to come; `policies`, `steps`, `schedules` are those of the model as int64 tables, `states` what is known of
    each policy, `coming` int64[n, 2] ready times and launch numbers; `final` says that no rows follow.
    """
    users, attempts = model.caller.users, model.caller.attempts
    reactive = users > 0 or attempts > 1
    scaled = coming.shape[0] > 0
    most = 2 + scalars[MAXIMUM] + coming.shape[0]
    while True:
        row = scalars[ROW]
        used_up = row == rows
        if used_up and not final:
            return NEED_ROWS
        while used_up and scalars[CALLS] > 0 and keys[0] < RETRY_KEY:
            # no row is left for this user
            pop_call(times, keys, slots, scalars[CALLS])
            scalars[CALLS] -= 1
        if used_up and scalars[BUSY] == 0 and scalars[RETRIES] == 0 and not model.to_horizon:
            return DONE
        came = times[0] if scalars[CALLS] > 0 else NEVER
        fresh = users == 0 and not used_up and arrival[row] <= came
        if fresh:
            came = arrival[row]
        done = ends[0] if scalars[BUSY] > 0 else NEVER
        now = min(came, done, scalars[FLEET_AT])
        if now > model.horizon_us:
            return HORIZON
        if scalars[BUSY] == ends.size or scalars[IDLE] + scalars[BUSY] > since.size:
            _sweep(scalars, since, until, window_from, now)
            if scalars[BUSY] == ends.size or 2 * (scalars[IDLE] + scalars[BUSY]) > since.size:
                return ROOM
        if reactive and scalars[CALLS] == times.size:
            return CALL_ROOM
        if scalars[LOGGED] == log.shape[0] or scalars[EVENTS] + most > events.shape[0]:
            return FULL_LOG
        if (
            (scalars[COLDS] >= cold_tape.size and cold_tape.size < TAPE_LENGTH)
            or (scalars[SPELLS] + scalars[BUSY] > keep_tape.size and keep_tape.size < TAPE_LENGTH)
            or (attempts > 1 and scalars[SEQ] >= jitter.size and jitter.size < TAPE_LENGTH)
            or (scaled and scalars[LAUNCHES] + most > start_tape.size and start_tape.size < TAPE_LENGTH)
            or (scaled and scalars[ACTIONS] >= delay_tape.size and delay_tape.size < TAPE_LENGTH)
        ):
            return NEED_SUPPLY
        if done == now:
            _complete(scalars, ends, tags, since, until, keep_tape, window_from)
            continue
        if scalars[FLEET_AT] == now:
            change(
                policies, steps, schedules, states, scalars, coming, events, start_tape, delay_tape, window_from, now
            )
            continue
        attempt, first, user = 1, now, -1
        if not fresh:
            retry = keys[0] >= RETRY_KEY
            slot = pop_call(times, keys, slots, scalars[CALLS])
            scalars[CALLS] -= 1
            user = pool[slot, USER]
            if retry:
                scalars[RETRIES] -= 1
                attempt, first = pool[slot, ATTEMPT], pool[slot, FIRST]
                work, pause, line = pool[slot, WORK], pool[slot, THINK], pool[slot, LINE]
        if attempt == 1:
            work, line = service[row], scalars[LINES]
            pause = think[row] if users > 0 else 0
            scalars[ROW] += 1
            scalars[LINES] += 1
        number = scalars[SEQ]
        record = log[scalars[LOGGED]]
        record[0], record[1], record[7] = number, now, -1
        _serve(model, scalars, ends, tags, since, until, cold_tape, work, record, window_from, now)
        scalars[SEQ] += 1
        scalars[LOGGED] += 1
        scalars[LAST] = now
        if not reactive:
            continue
        response, outcome = record[4], record[5]
        failed = outcome not in (_OK, _UNFINISHED)
        again = failed and attempt < attempts
        record[8], record[9], record[10], record[11], record[12] = attempt, first, not again, 0, line
        if again:
            due = response + _retry_us(model.caller.backoff_us, attempt, jitter[number & MASK])
            slot = push_call(times, keys, slots, scalars[CALLS], due, RETRY_KEY + number)
            pool[slot, WORK], pool[slot, THINK], pool[slot, LINE] = work, pause, line
            pool[slot, ATTEMPT], pool[slot, FIRST], pool[slot, USER] = attempt + 1, first, user
            scalars[CALLS] += 1
            scalars[RETRIES] += 1
        elif user >= 0 and outcome != _UNFINISHED:
            slot = push_call(times, keys, slots, scalars[CALLS], response + pause, user)
            pool[slot, USER] = user
            scalars[CALLS] += 1
