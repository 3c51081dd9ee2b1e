"""The compiled event loop that plays every mechanism of copies; `simulator.model` gives the rules.

`_kernel` plays the common ones more quickly and must give the same; the tables are those of `_kernel_tables`. The
loop returns before it touches an event for which a table is too small; the caller enlarges it and calls again.
"""

from numpy import int64 as i8

from simulator.engines import _kernel_tables as c
from simulator.engines._kernel_cache import ask, leave, let_go, load_ends
from simulator.engines._kernel_calls import free_call, learn, take_call
from simulator.engines._kernel_ends import close, cold_until, write
from simulator.engines._kernel_hosts import empty, idle, launch, launch_host
from simulator.engines._kernel_limits import unwatch_arrival, unwatch_start, watch_arrival
from simulator.engines._kernel_options import entry, helper, inlined
from simulator.engines._kernel_requests import begin, first_in_line, queue, reacts, started
from simulator.engines._kernel_scaling import (
    act,
    copy_ready,
    idle_ends,
    next_fleet_event,
    period_end,
    release,
    schedule,
    strike,
)
from simulator.engines._kernel_slots import advance, plan, replace_root
from simulator.model import draw_within, scaled_work, settle, ticks_to_us

# pasted into the two handlers that every request passes: a call hands all tables over and costs more than its work
_begin = inlined(begin.py_func)
_close = inlined(close.py_func)
_draw_within = inlined(draw_within)
_scaled_work = inlined(scaled_work)
_settle = inlined(settle)
_ticks_to_us = inlined(ticks_to_us)


@helper
def _fleet_event(t, model, moment, window_from):
    """The event of the fleet that comes first at this moment."""
    s = t.s
    if s[c.READY_AT] == moment:
        copy_ready(t, model, moment)
    elif s[c.LOAD_AT] == moment:
        load_ends(t, model, moment, window_from)
    elif s[c.IDLE_AT] == moment:
        idle_ends(t, model, moment, window_from)
    elif s[c.RELEASE_AT] == moment:
        release(t, model, moment, window_from)
    elif s[c.NEXT_FAULT] < t.s[c.FAULTS] and t.plans[s[c.FAULTS_AT] + s[c.NEXT_FAULT], 0] == moment:
        strike(t, model, moment, window_from)
    else:
        for policy in range(t.policies.shape[0]):
            if t.policies[policy, c.P_AT] == moment:
                period_end(t, policy, moment)
                return
        for variant in range(t.variants.shape[0]):
            if t.variants[variant, c.V_ACTION_AT] == moment:
                act(t, model, variant, moment, window_from)
                return
        # nothing is due where a load went with its copy before its time
        if s[c.NEXT_SCHEDULE] < s[c.SCHEDULES] and t.plans[s[c.SCHEDULES_AT] + s[c.NEXT_SCHEDULE], 0] == moment:
            schedule(t, model, moment, window_from)


@inlined
def _complete(t, model, position, now, window_from):
    """The earliest finisher of a copy is done."""
    s, copies, keys, items, pool = t.s, t.copies, t.keys, t.items, t.pool
    done = items[position, 0]
    successor = first_in_line(t, position)
    if successor < 0 and s[c.Q_LEN] > 0 and copies[position, c.STATE] != c.GOING:
        successor = s[c.Q_HEAD]
        s[c.Q_HEAD] = pool[successor, c.NEXT]
        s[c.Q_LEN] -= 1
        copies[position, c.LOAD] += 1
        pool[successor, c.COLD_BEFORE] = s[c.COLD_TIME] - pool[successor, c.COLD_BEFORE]
        pool[successor, c.PLACE] = position
    virtual = 0
    if t.rates.size:
        virtual = advance(copies, keys, t.rates, position, now)
    busy = copies[position, c.BUSY] - 1
    copies[position, c.LOAD] -= 1
    if successor >= 0 and t.rates.size == 0:
        # the successor takes the root's place in one go
        started(t, model, successor, position, now)
        replace_root(keys, items, pool, position, busy + 1, now + pool[successor, c.WORK], successor)
        plan(t.tree, t.due, position, keys[position, 0])
    else:
        if busy:
            replace_root(keys, items, pool, position, busy, keys[position, busy], items[position, busy])
        copies[position, c.BUSY] = busy
        if busy == 0:
            plan(t.tree, t.due, position, i8(c.NEVER))
        elif t.rates.size == 0:
            plan(t.tree, t.due, position, keys[position, 0])
        else:
            plan(t.tree, t.due, position, now + _ticks_to_us(keys[position, 0] - virtual, t.rates[busy]))
        if successor >= 0:
            _begin(t, model, position, successor, now)
    wanted = pool[done, c.MODEL]
    _close(t, model, done, i8(0), now, window_from)
    if model.cache.models:
        let_go(t, model, position, wanted, now, window_from)
    if copies[position, c.LOAD] == 0:
        empty(t, model, position, now, window_from)


@inlined
def _variant_of(t, model, item, draw):
    """Number of the variant, and what is left of the routing draw within its share."""
    variant = i8(0)
    if t.variants.shape[0] > 1:
        if model.split == 1:
            variant = t.pool[item, c.MODEL]
        else:
            below = 0
            while draw >= t.variants[variant, c.V_SHARE]:
                below = t.variants[variant, c.V_SHARE]
                variant += 1
            draw = _draw_within(draw, below, t.variants[variant, c.V_SHARE])
    return variant, draw


@helper
def _least(t, variant):
    """The copy in service with the fewest requests, then the lowest position."""
    live, copies = t.live, t.copies
    found = live[variant, 0]
    fewest = copies[found, c.LOAD]
    for i in range(1, t.variants[variant, c.V_LIVE]):
        other = live[variant, i]
        if copies[other, c.LOAD] < fewest:
            fewest = copies[other, c.LOAD]
            found = other
    return found


@helper
def _by_model(t, model, wanted):
    """A copy that holds or loads the model, while it has a free slot; else the one with the fewest requests."""
    live, copies = t.live, t.copies
    holder = i8(-1)
    for i in range(t.variants[0, c.V_LIVE]):
        other = live[0, i]
        if t.held[other, wanted, c.M_STATE] != c.AWAY and (
            holder < 0 or copies[other, c.LOAD] < copies[holder, c.LOAD]
        ):
            holder = other
    least = _least(t, 0)
    if holder >= 0 and (copies[holder, c.LOAD] < model.slots or copies[least, c.LOAD] >= model.slots):
        return holder
    return least


@inlined
def _arrive(t, model, item, draw, now, window_from):
    """A request arrives: it starts, waits or is refused."""
    s, pool, copies, v = t.s, t.pool, t.copies, t.variants
    variant, draw = _variant_of(t, model, item, draw)
    pool[item, c.VAR] = variant
    pool[item, c.WORK] = _scaled_work(pool[item, c.RAW], v[variant, c.V_WORK])
    live = v[variant, c.V_LIVE]
    v[variant, c.V_CALLS] += v[variant, c.V_WEIGHT]
    # the copy; -1 queues in the central queue, -2 refuses
    position = -2
    refusal = i8(2)
    if model.routing == 2:
        fewest = model.slots
        position = -1 if s[c.Q_LEN] < model.queue_limit else -2
        for i in range(live):
            other = t.live[0, i]
            if copies[other, c.BUSY] < fewest:
                fewest = copies[other, c.BUSY]
                position = other
    elif live == 0:
        v[variant, c.V_FAILURES] += 1
        refusal = i8(4)
    else:
        if model.routing == 0:
            position = t.live[variant, (draw * live) >> 32]
        elif model.routing == 3:
            position = _by_model(t, model, pool[item, c.MODEL])
        else:
            position = _least(t, variant)
        if copies[position, c.LOAD] >= model.slots + model.queue_limit:
            position = -2
    s[c.LAST_EVENT] = now
    if position == -2:
        final = learn(t, model, item, refusal, now)
        write(t, model, item, now, now, now, refusal, i8(0), i8(-1), final)
        pool[item, c.NEXT] = s[c.FREE]
        pool[item, c.NUMBER] = -1
        s[c.FREE] = item
        return
    s[c.OPEN] += 1
    v[variant, c.V_OPEN] += 1
    v[variant, c.V_REQUESTS] -= now
    pool[item, c.PLACE] = position
    if reacts(model) and min(model.timeout_us, model.caller_timeout_us) < c.NEVER >> 1:
        watch_arrival(t, item)
    if position == -1:
        pool[item, c.NEXT] = -1
        if s[c.Q_LEN] == 0:
            s[c.Q_HEAD] = item
        else:
            pool[s[c.Q_TAIL], c.NEXT] = item
        s[c.Q_TAIL] = item
        s[c.Q_LEN] += 1
        if model.on_demand and s[c.EXISTING] < v[0, c.V_MAX]:
            pool[item, c.COLD_BEFORE] = cold_until(t, now)
            launch(t, model, i8(0), i8(1), now, window_from, i8(0))
            s[c.FLEET_AT] = min(s[c.FLEET_AT], s[c.READY_AT])
        pool[item, c.COLD_BEFORE] = cold_until(t, now)
    elif model.cache.models:
        ask(t, model, position, item, now, window_from)
        s[c.FLEET_AT] = min(s[c.FLEET_AT], s[c.LOAD_AT])
    else:
        if copies[position, c.BUSY] < model.slots:
            _begin(t, model, position, item, now)
        else:
            queue(t, position, item)
        copies[position, c.LOAD] += 1


@helper
def _limit(t, model, now, window_from):
    """The limit that passes first at this moment: by arrival sequence, then load, arrival, start, time to live."""
    s, pool = t.s, t.pool
    found = 0
    number = c.NEVER
    head = s[c.L_HEAD]
    if head >= 0 and pool[head, c.ARRIVED] + model.timeout_us == now:
        found, number = 1, pool[head, c.NUMBER]
    head = s[c.A_HEAD]
    if (
        head >= 0
        and pool[head, c.ARRIVED] + min(model.timeout_us, model.caller_timeout_us) == now
        and pool[head, c.NUMBER] < number
    ):
        found, number = 2, pool[head, c.NUMBER]
    head = s[c.B_HEAD]
    if head >= 0 and pool[head, c.STARTED] + model.invocation_limit_us == now and pool[head, c.NUMBER] < number:
        found, number = 3, pool[head, c.NUMBER]
    head = s[c.Q_HEAD]
    if s[c.Q_LEN] > 0 and pool[head, c.ARRIVED] + model.ttl_us == now and pool[head, c.NUMBER] < number:
        found = 4
    if found == 1:
        leave(t, model, s[c.L_HEAD], now, window_from)
    elif found == 4:
        s[c.Q_HEAD] = pool[head, c.NEXT]
        s[c.Q_LEN] -= 1
        pool[head, c.COLD_BEFORE] = cold_until(t, now) - pool[head, c.COLD_BEFORE]
        close(t, model, head, i8(6), now, window_from)
    else:
        if found == 2:
            item = s[c.A_HEAD]
            unwatch_arrival(t, item)
            outcome = i8(5) if model.timeout_us <= model.caller_timeout_us else i8(7)
        else:
            item = s[c.B_HEAD]
            unwatch_start(t, item)
            outcome = i8(5)
        if pool[item, c.SETTLED] == 0:
            pool[item, c.SETTLED] = 1
            pool[item, c.FINAL] = learn(t, model, item, outcome, now)


@inlined
def _next_limit(t, model):
    """Time at which the next limit passes."""
    s, pool = t.s, t.pool
    at = c.NEVER
    if s[c.L_HEAD] >= 0:
        at = pool[s[c.L_HEAD], c.ARRIVED] + model.timeout_us
    if s[c.A_HEAD] >= 0:
        at = min(at, pool[s[c.A_HEAD], c.ARRIVED] + min(model.timeout_us, model.caller_timeout_us))
    if s[c.B_HEAD] >= 0:
        at = min(at, pool[s[c.B_HEAD], c.STARTED] + model.invocation_limit_us)
    if s[c.Q_LEN] > 0:
        at = min(at, pool[s[c.Q_HEAD], c.ARRIVED] + model.ttl_us)
    return at


@helper
def _short_of(t, model, retries):
    """What an event of the fleet could need and is too short; -1 when nothing is."""
    s = t.s
    if t.copies.shape[0] < s[c.DRAINING] + s[c.ACTIVE_MAX]:
        return c.NEED_POSITIONS
    length = t.tapes.shape[1]
    wanted = max(s[c.LAUNCHES] + 2 * s[c.ACTIVE_MAX], s[c.HOST_LAUNCHES] + 2 * model.hosts.maximum, s[c.ACTIONS] + 1)
    wanted = max(wanted, s[c.SPELLS] + 2)
    if model.cache.models:
        wanted = max(wanted, max(s[c.LOADS], s[c.RELOADS]) + model.cache.models + 1)
    if wanted > length and length <= c.MASK:
        return c.NEED_SUPPLY
    if retries and s[c.SEQ] >= t.again.shape[1] and t.again.shape[1] <= c.MASK:
        return c.NEED_SUPPLY
    return -1


@entry
def begin_endpoint(model, t, initial, window_from):
    """Launch what is there at time 0: hosts, and `initial` int64[variants] copies of each variant."""
    for _ in range(model.hosts.initial):
        launch_host(t, model, i8(0), i8(1))
    for variant in range(t.variants.shape[0]):
        launch(t, model, variant, initial[variant], i8(0), window_from, i8(1))
        for at in range(t.variants[variant, c.V_LIVE]):
            idle(t, model, t.live[variant, at], i8(0))
    next_fleet_event(t)


@entry
def play_endpoint(model, t, arrival, service, route, models, think, rows, first_row, final, window_from):
    """Play events until a table is too small, the chunk is used up or the run ends; the reason."""
    s, pool, tree, due = t.s, t.pool, t.tree, t.due
    horizon = model.horizon_us
    closed = model.caller.users > 0
    retries = model.caller.attempts > 1
    reactive = closed or retries
    log_room = t.log.shape[0]
    event_room = t.events.shape[0] - 8 * t.copies.shape[0] - 8 * t.hosts.shape[0] - 32
    row = s[c.ROW]
    code = c.DONE
    while True:
        if s[c.LOGGED] >= log_room or s[c.EVENTS] > event_room:
            code = c.ROOM
            break
        stream_at = c.NEVER
        if row < rows:
            if not closed:
                stream_at = arrival[row]
        elif not final:
            code = c.NEED_ROWS
            break
        elif s[c.OPEN] == 0 and s[c.RETRIES] == 0 and model.to_horizon == 0:
            code = c.DONE
            break
        call_at = t.heap[0, 0] if s[c.CALLS] > 0 else c.NEVER
        arrival_at = min(stream_at, call_at)
        limit_at = _next_limit(t, model)
        fleet_at = s[c.FLEET_AT]
        position = tree[1]
        at = due[position]
        now = min(at, fleet_at, limit_at, arrival_at)
        if now > horizon:
            code = c.HORIZON
            break
        if at == now:
            if model.cache.models or model.on_demand:
                code = _short_of(t, model, retries)
                if code >= 0:
                    break
            _complete(t, model, position, now, window_from)
            s[c.FLEET_AT] = min(fleet_at, s[c.LOAD_AT], s[c.IDLE_AT], s[c.RELEASE_AT])
        elif fleet_at == now:
            code = _short_of(t, model, retries)
            if code >= 0:
                break
            if s[c.LOGGED] + s[c.OPEN] + 1 > log_room:
                code = c.ROOM if s[c.LOGGED] else c.NEED_LOG
                break
            _fleet_event(t, model, now, window_from)
            next_fleet_event(t)
        elif limit_at == now:
            _limit(t, model, now, window_from)
            s[c.FLEET_AT] = min(fleet_at, s[c.RELEASE_AT])
        else:
            if s[c.FREE] < 0:
                code = c.NEED_POOL
                break
            if reactive and t.calls.shape[0] <= s[c.CALLS] + s[c.OPEN] + 1:
                code = c.NEED_CALLS
                break
            if model.cache.models or model.on_demand or retries:
                code = _short_of(t, model, retries)
                if code >= 0:
                    break
            item = s[c.FREE]
            user = i8(-1)
            call = i8(-1)
            if stream_at != now:
                key = t.heap[0, 1]
                call = take_call(s, t.heap)
                if key < c.RETRY_KEY:
                    free_call(t, call)
                    if row == rows:
                        continue
                    user = key
                    call = i8(-1)
            if call >= 0:
                draw = t.calls[call, c.C_ROUTE]
                pool[item, c.RAW] = t.calls[call, c.C_RAW]
                pool[item, c.MODEL] = t.calls[call, c.C_MODEL]
                pool[item, c.THINK] = t.calls[call, c.C_THINK]
                pool[item, c.NO] = t.calls[call, c.C_NO]
                pool[item, c.ATTEMPT] = t.calls[call, c.C_ATTEMPT]
                pool[item, c.FIRST] = t.calls[call, c.C_FIRST]
                pool[item, c.USER] = t.calls[call, c.C_USER]
                s[c.RETRIES] -= 1
                free_call(t, call)
            else:
                draw = route[row]
                pool[item, c.RAW] = service[row]
                pool[item, c.MODEL] = models[row]
                pool[item, c.THINK] = think[row]
                pool[item, c.NO] = first_row + row
                pool[item, c.ATTEMPT] = 1
                pool[item, c.FIRST] = now
                pool[item, c.USER] = user
                row += 1
            s[c.FREE] = pool[item, c.NEXT]
            pool[item, c.ARRIVED] = now
            pool[item, c.NUMBER] = s[c.SEQ]
            s[c.SEQ] += 1
            pool[item, c.STARTED] = -1
            pool[item, c.COLD_BEFORE] = 0
            pool[item, c.SETTLED] = 0
            pool[item, c.FINAL] = 1
            pool[item, c.LOADS_FOR] = 0
            pool[item, c.A_PREV] = c.OUTSIDE
            pool[item, c.B_PREV] = c.OUTSIDE
            pool[item, c.L_PREV] = c.OUTSIDE
            _arrive(t, model, item, draw, now, window_from)
    s[c.ROW] = row
    return code


@entry
def flush_endpoint(model, t, end, window_from, items, calls):
    """Write the records of the requests that are open at the end, in order of arrival, and of retries to come.

    Arguments: `items` int64[n], open entries of the pool by arrival sequence; `calls` int64[m], retries by (time, key).
    """
    s, pool = t.s, t.pool
    for at in range(items.size):
        item = items[at]
        arrived, began, cold = pool[item, c.ARRIVED], pool[item, c.STARTED], pool[item, c.COLD_BEFORE]
        error = arrived + model.timeout_us
        if began >= 0:
            error = min(error, began + model.invocation_limit_us)
            if end > window_from:
                s[c.BUSY_US] += end - max(began, window_from)
        else:
            began = end
            if pool[item, c.LOADS_FOR]:
                cold = end - arrived
            elif pool[item, c.PLACE] < 0:
                cold = cold_until(t, end) - cold
        outcome, response = _settle(9, arrived, end + 1, end + 1, error, model.caller_timeout_us)
        response = min(response, end)
        write(t, model, item, began, end, response, outcome, cold, pool[item, c.PLACE], pool[item, c.FINAL])
    for at in range(calls.size):
        call, row = calls[at], s[c.LOGGED]
        t.log[row, 0] = s[c.SEQ]
        t.log[row, 1] = end
        t.log[row, 2] = end
        t.log[row, 3] = end
        t.log[row, 4] = end
        t.log[row, 5] = 9
        t.log[row, 6] = 0
        t.log[row, 7] = -1
        t.log[row, 8] = t.calls[call, c.C_ATTEMPT]
        t.log[row, 9] = t.calls[call, c.C_FIRST]
        t.log[row, 10] = 1
        t.log[row, 11] = t.calls[call, c.C_MODEL] if model.cache.models else 0
        t.log[row, 12] = t.calls[call, c.C_NO]
        s[c.SEQ] += 1
        s[c.LOGGED] = row + 1
