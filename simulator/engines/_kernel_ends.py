"""How requests end, compiled: the caller is settled, the record written, the entry of the pool free again."""

from simulator.engines import _kernel_tables as c
from simulator.engines._kernel_calls import learn
from simulator.engines._kernel_limits import unwatch_arrival, unwatch_load, unwatch_start
from simulator.engines._kernel_options import helper, inlined
from simulator.model import settle

_settle = inlined(settle)


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
