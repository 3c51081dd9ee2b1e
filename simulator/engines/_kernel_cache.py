"""Models of a multi-model endpoint, compiled: what each copy holds, loads and lets go; see `_reference_cache`."""

from numpy import int64 as i8

from simulator.engines import _kernel_tables as c
from simulator.engines._kernel_ends import close
from simulator.engines._kernel_hosts import empty
from simulator.engines._kernel_limits import unwatch_load, watch_load
from simulator.engines._kernel_options import helper
from simulator.engines._kernel_requests import begin, queue


@helper
def _evict(t, position):
    """The model in memory least recently asked for goes, if any is not busy; whether one went."""
    held, resident = t.held, t.resident
    count = t.copies[position, c.RESIDENT]
    found = i8(-1)
    for at in range(count):
        model = resident[position, at]
        free = held[position, model, c.M_STATE] == c.IN_MEMORY and held[position, model, c.M_BUSY] == 0
        if free and (
            found < 0 or held[position, model, c.M_USED] < held[position, resident[position, found], c.M_USED]
        ):
            found = at
    if found < 0:
        return False
    held[position, resident[position, found], c.M_STATE] = c.AWAY
    resident[position, found] = resident[position, count - 1]
    t.copies[position, c.RESIDENT] = count - 1
    return True


@helper
def _drop_files(t, position):
    """The files least recently asked for go, of models that are neither in memory nor loading."""
    held = t.held
    found = i8(-1)
    for model in range(held.shape[1]):
        state = held[position, model, c.M_STATE]
        free = held[position, model, c.M_FILE] and (state == c.AWAY or state == c.WANTED)  # noqa: PLR1714 - no sets in a kernel
        if free and (found < 0 or held[position, model, c.M_USED] < held[position, found, c.M_USED]):
            found = model
    held[position, found, c.M_FILE] = 0
    t.copies[position, c.FILES] -= 1


@helper
def begin_loads(t, model, position, now, window_from):
    """Begin the loads that have room, in the order in which they were asked for."""
    s, copies, held = t.s, t.copies, t.held
    while copies[position, c.BLOCK_HEAD] >= 0:
        if copies[position, c.RESIDENT] >= model.cache.in_memory:
            if not _evict(t, position):
                return
            s[c.EVICTIONS] += now >= window_from
        wanted = copies[position, c.BLOCK_HEAD]
        copies[position, c.BLOCK_HEAD] = held[position, wanted, c.M_NEXT]
        if held[position, wanted, c.M_FILE]:
            took = t.tapes[c.T_RELOAD, s[c.RELOADS] & c.MASK]
            s[c.RELOADS] += 1
            s[c.RELOADS_IN] += now >= window_from
        else:
            took = t.tapes[c.T_LOAD, s[c.LOADS] & c.MASK]
            s[c.LOADS] += 1
            s[c.LOADS_IN] += now >= window_from
            if copies[position, c.FILES] >= model.cache.on_disk:
                _drop_files(t, position)
            held[position, wanted, c.M_FILE] = 1
            copies[position, c.FILES] += 1
        held[position, wanted, c.M_STATE] = c.IS_LOADING
        t.resident[position, copies[position, c.RESIDENT]] = wanted
        copies[position, c.RESIDENT] += 1
        row = s[c.LOADING]
        t.loads[row, c.O_AT] = now + min(took, model.cache.load_limit_us)
        t.loads[row, c.O_NUMBER] = s[c.LOADS_BEGUN]
        t.loads[row, c.O_POSITION] = position
        t.loads[row, c.O_MODEL] = wanted
        t.loads[row, c.O_FAILED] = took > model.cache.load_limit_us
        s[c.LOADING] += 1
        s[c.LOADS_BEGUN] += 1
        s[c.LOAD_AT] = min(s[c.LOAD_AT], t.loads[row, c.O_AT])


@helper
def _admit(t, model, position, item, now):
    """A request whose model is there starts, or waits for a slot; it is counted in LOAD but not as a waiter yet."""
    t.held[position, t.pool[item, c.MODEL], c.M_BUSY] += 1
    t.pool[item, c.COLD_BEFORE] = now - t.pool[item, c.ARRIVED]
    if t.copies[position, c.BUSY] < model.slots:
        begin(t, model, position, item, now)
    else:
        queue(t, position, item)


@helper
def ask(t, model, position, item, now, window_from):
    """A request has been routed to a copy: admit it, or let it wait for its model."""
    copies, held, pool = t.copies, t.held, t.pool
    wanted = pool[item, c.MODEL]
    held[position, wanted, c.M_USED] = pool[item, c.NUMBER]
    state = held[position, wanted, c.M_STATE]
    if state == c.IN_MEMORY:
        _admit(t, model, position, item, now)
        copies[position, c.LOAD] += 1
        return
    copies[position, c.LOAD] += 1
    copies[position, c.WAITERS] += 1
    pool[item, c.LOADS_FOR] = 1
    pool[item, c.NEXT] = -1
    if model.timeout_us < c.NEVER >> 1:
        watch_load(t, item)
    if state == c.AWAY:
        held[position, wanted, c.M_STATE] = c.WANTED
        held[position, wanted, c.M_HEAD] = item
        held[position, wanted, c.M_TAIL] = item
        held[position, wanted, c.M_NEXT] = -1
        if copies[position, c.BLOCK_HEAD] < 0:
            copies[position, c.BLOCK_HEAD] = wanted
        else:
            held[position, copies[position, c.BLOCK_TAIL], c.M_NEXT] = wanted
        copies[position, c.BLOCK_TAIL] = wanted
        begin_loads(t, model, position, now, window_from)
        return
    if held[position, wanted, c.M_HEAD] < 0:
        held[position, wanted, c.M_HEAD] = item
    else:
        pool[held[position, wanted, c.M_TAIL], c.NEXT] = item
    held[position, wanted, c.M_TAIL] = item


@helper
def let_go(t, model, position, wanted, now, window_from):
    """A request is over: its model may go, and a load that waits for room may begin."""
    t.held[position, wanted, c.M_BUSY] -= 1
    if t.copies[position, c.BLOCK_HEAD] >= 0:
        begin_loads(t, model, position, now, window_from)


@helper
def leave(t, model, item, now, window_from):
    """The time-out of a request passes while it waits for its model: it leaves, the load goes on."""
    held, pool = t.held, t.pool
    position, wanted = pool[item, c.PLACE], pool[item, c.MODEL]
    before = -1
    at = held[position, wanted, c.M_HEAD]
    while at != item:
        before = at
        at = pool[at, c.NEXT]
    after = pool[item, c.NEXT]
    if before < 0:
        held[position, wanted, c.M_HEAD] = after
    else:
        pool[before, c.NEXT] = after
    if after < 0:
        held[position, wanted, c.M_TAIL] = before
    _give_up(t, model, position, item, now, window_from)
    empty(t, model, position, now, window_from)


@helper
def _give_up(t, model, position, item, now, window_from):
    """A request whose model did not come is over."""
    t.copies[position, c.WAITERS] -= 1
    t.copies[position, c.LOAD] -= 1
    t.pool[item, c.LOADS_FOR] = 0
    t.pool[item, c.COLD_BEFORE] = now - t.pool[item, c.ARRIVED]
    close(t, model, item, i8(3), now, window_from)


@helper
def load_ends(t, model, now, window_from):
    """The load that was begun first of those that end now: its callers go on, or get an error where it took too long."""
    s, copies, held, loads = t.s, t.copies, t.held, t.loads
    row = i8(-1)
    for other in range(s[c.LOADING]):
        if loads[other, c.O_AT] == now and (row < 0 or loads[other, c.O_NUMBER] < loads[row, c.O_NUMBER]):
            row = other
    position, wanted, failed = loads[row, c.O_POSITION], loads[row, c.O_MODEL], loads[row, c.O_FAILED]
    s[c.LOADING] -= 1
    for field in range(c.LOAD_ROW):
        loads[row, field] = loads[s[c.LOADING], field]
    s[c.LOAD_AT] = c.NEVER
    for other in range(s[c.LOADING]):
        s[c.LOAD_AT] = min(s[c.LOAD_AT], loads[other, c.O_AT])
    item = held[position, wanted, c.M_HEAD]
    held[position, wanted, c.M_HEAD] = -1
    if failed:
        held[position, wanted, c.M_FILE] = 0
        copies[position, c.FILES] -= 1
        held[position, wanted, c.M_STATE] = c.AWAY
        at = i8(0)
        while t.resident[position, at] != wanted:
            at += 1
        copies[position, c.RESIDENT] -= 1
        t.resident[position, at] = t.resident[position, copies[position, c.RESIDENT]]
        while item >= 0:
            after = t.pool[item, c.NEXT]
            _give_up(t, model, position, item, now, window_from)
            item = after
        empty(t, model, position, now, window_from)
        if copies[position, c.STATE] != c.ABSENT:
            begin_loads(t, model, position, now, window_from)
        return
    held[position, wanted, c.M_STATE] = c.IN_MEMORY
    while item >= 0:
        after = t.pool[item, c.NEXT]
        t.pool[item, c.LOADS_FOR] = 0
        t.pool[item, c.NEXT] = -1
        unwatch_load(t, item)
        _admit(t, model, position, item, now)
        copies[position, c.WAITERS] -= 1
        item = after
    begin_loads(t, model, position, now, window_from)
