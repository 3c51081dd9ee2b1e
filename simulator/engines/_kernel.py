"""The compiled event loop of everything that has copies; `simulator.model` gives the rules, this only their speed.

Tables are int64 and two-dimensional, one row per item, so that a request or a copy is one line of memory:

    scalars  int64[SCALARS]               what lives between calls (names below)
    copies   int64[positions, COPY]       state of each position
    tree     int64[2 x positions]         tournament over `due`, ties to the left; positions a power of two
    due      int64[positions]             next completion of each position
    live     int64[positions]             positions in service, ascending
    keys     int64[positions, slots]      heap per copy: finish time, or virtual finish when slots share
    items    int64[positions, slots]      the same heap: entry of the pool
    pool     int64[entries, POOL]         requests at the endpoint; free entries have NUMBER -1, chained by NEXT
    log      int64[n, RECORD]             records in order of resolution
    events   int64[n, EVENT]              fleet timeline

The loop returns before it touches an event for which a table is too small; the caller enlarges it and calls again.
"""

from typing import Final

from simulator.engines import _kernel_fleet as f
from simulator.engines._kernel_options import entry, inlined
from simulator.engines._kernel_slots import advance, plan, replace_root, rise
from simulator.model import FRACTION_BITS, TAPE_LENGTH, WEIGHT_BITS, settle, ticks_to_us

NEED_ROWS, ROOM, NEED_POOL, NEED_SUPPLY, NEED_POSITIONS, DONE, HORIZON = range(7)

# pool: 8 columns, one line of memory
ARRIVED, WORK, NUMBER, STARTED, NEXT, COLD_BEFORE, PLACE, POOL = 0, 1, 2, 3, 4, 5, 6, 8

RECORD: Final = 8
"""Columns of a record: number, arrival, start, finish, response, outcome, cold, position."""

_settle = inlined(settle)
_ticks_to_us = inlined(ticks_to_us)


@inlined
def _write(log, row, number, arrival, start, finish, response, outcome, cold, position):
    log[row, 0] = number
    log[row, 1] = arrival
    log[row, 2] = start
    log[row, 3] = finish
    log[row, 4] = response
    log[row, 5] = outcome
    log[row, 6] = cold
    log[row, 7] = position


@inlined
def _begin(copies, tree, due, keys, items, pool, rates, position, item, now):
    """Start a request on a free slot."""
    busy = copies[position, f.BUSY]
    pool[item, STARTED] = now
    if rates is None:
        key = now + pool[item, WORK]
        rise(keys, items, pool, position, busy, key, item)
        copies[position, f.BUSY] = busy + 1
        if key < due[position]:
            plan(tree, due, position, key)
    else:
        if busy:
            virtual = advance(copies, keys, rates, position, now)
        else:
            virtual = 0
            copies[position, f.VIRTUAL] = 0
            copies[position, f.LAST] = now
        rise(keys, items, pool, position, busy, virtual + (pool[item, WORK] << FRACTION_BITS), item)
        copies[position, f.BUSY] = busy + 1
        plan(tree, due, position, now + _ticks_to_us(keys[position, 0] - virtual, rates[busy + 1]))


@inlined
def _cold_until(scalars, now):
    """Time so far with no copy in service and one starting."""
    if scalars[f.LIVE] == 0 and scalars[f.STARTING] > 0:
        return scalars[f.COLD_TIME] + now - scalars[f.COLD_SINCE]
    return scalars[f.COLD_TIME]


@entry
def play(
    model, rates, arrival, service, route, rows, final, window_from, scalars, copies, tree, due, live, keys, items,
    pool, log, events, start_tape, delay_tape, keep_tape,
):  # fmt: skip
    """Play events until a table is too small, the chunk is used up or the run ends; the reason."""
    horizon = model.horizon_us
    central = model.routing == 2
    at_random = model.routing == 0
    counts_calls = model.policy.metric == 1
    slots = model.slots
    room = slots + model.queue_limit
    log_room = log.shape[0]
    event_room = events.shape[0] - 2 * copies.shape[0] - 2 * model.maximum - 4
    on_demand = model.on_demand == 1

    row, logged, number, in_flight, free = (
        scalars[f.ROW], scalars[f.LOGGED], scalars[f.SEQ], scalars[f.OPEN], scalars[f.FREE],
    )  # fmt: skip
    live_count, fleet_at, head, waiting = scalars[f.LIVE], scalars[f.FLEET_AT], scalars[f.Q_HEAD], scalars[f.Q_LEN]
    now, request_time, busy_us = scalars[f.NOW], scalars[f.REQUEST_TIME], scalars[f.BUSY_US]
    expiry_at = f.NEVER
    if head >= 0:
        expiry_at = pool[head, ARRIVED] + model.ttl_us
    first = tree[1]
    first_at = due[first]
    while True:
        if logged == log_room or scalars[f.EVENTS] > event_room:
            code = ROOM
            break
        if row < rows:
            arrival_at = arrival[row]
        elif not final:
            code = NEED_ROWS
            break
        elif in_flight == 0 and model.to_horizon == 0:
            code = DONE
            break
        else:
            arrival_at = f.NEVER

        position = first
        at = first_at
        if at <= fleet_at and at <= expiry_at and at <= arrival_at:
            # completion
            if at > horizon:
                code = HORIZON
                break
            draining = copies[position, f.STATE] == f.DRAINING
            if on_demand and scalars[f.SPELLS] >= keep_tape.size and keep_tape.size < TAPE_LENGTH:
                code = NEED_SUPPLY
                break
            now = at
            done = items[position, 0]
            busy = copies[position, f.BUSY] - 1
            load = copies[position, f.LOAD] - 1
            copies[position, f.LOAD] = load
            virtual = 0
            if rates is not None:
                virtual = advance(copies, keys, rates, position, now)
            successor = -1
            if central:
                if head >= 0 and not draining:
                    successor = head
                    head = pool[head, NEXT]
                    waiting -= 1
                    expiry_at = pool[head, ARRIVED] + model.ttl_us if head >= 0 else f.NEVER
                    load += 1
                    copies[position, f.LOAD] = load
                    pool[successor, COLD_BEFORE] = scalars[f.COLD_TIME] - pool[successor, COLD_BEFORE]
                    pool[successor, PLACE] = position
            elif load > busy:
                successor = copies[position, f.HEAD]
                copies[position, f.HEAD] = pool[successor, NEXT]
            if successor >= 0:
                pool[successor, STARTED] = now
                if rates is None:
                    key = now + pool[successor, WORK]
                else:
                    key = virtual + (pool[successor, WORK] << FRACTION_BITS)
                busy += 1
                replace_root(keys, items, pool, position, busy, key, successor)
            elif busy:
                replace_root(keys, items, pool, position, busy, keys[position, busy], items[position, busy])
            copies[position, f.BUSY] = busy
            if busy == 0:
                plan(tree, due, position, f.NEVER)
            elif rates is None:
                plan(tree, due, position, keys[position, 0])
            else:
                plan(tree, due, position, now + _ticks_to_us(keys[position, 0] - virtual, rates[busy]))

            first = tree[1]
            first_at = due[first]
            arrived, began = pool[done, ARRIVED], pool[done, STARTED]
            error = min(arrived + model.timeout_us, began + model.invocation_limit_us)
            outcome, response = _settle(0, arrived, now, now + model.overhead_us, error, model.caller_timeout_us)
            cold = pool[done, COLD_BEFORE]
            _write(log, logged, pool[done, NUMBER], arrived, began, now, response, outcome, cold, position)
            logged += 1
            pool[done, NEXT] = free
            pool[done, NUMBER] = -1
            free = done
            in_flight -= 1
            request_time += now
            if now > window_from:
                busy_us += now - max(began, window_from)
            if load == 0:
                if draining:
                    f.free_copy(scalars, copies, events, position, now, window_from)
                elif on_demand:
                    scalars[f.IDLE_AT] = now + keep_tape[scalars[f.SPELLS] & f.MASK]
                    scalars[f.SPELLS] += 1
                    fleet_at = min(fleet_at, scalars[f.IDLE_AT])

        elif fleet_at <= expiry_at and fleet_at <= arrival_at:
            if fleet_at > horizon:
                code = HORIZON
                break
            if (
                (scalars[f.LAUNCHES] + model.maximum > start_tape.size and start_tape.size < TAPE_LENGTH)
                or (scalars[f.ACTIONS] >= delay_tape.size and delay_tape.size < TAPE_LENGTH)
                or (on_demand and scalars[f.SPELLS] >= keep_tape.size and keep_tape.size < TAPE_LENGTH)
            ):
                code = NEED_SUPPLY
                break
            if copies.shape[0] - scalars[f.EXISTING] < model.maximum - live_count - scalars[f.STARTING]:
                code = NEED_POSITIONS
                break
            moment = fleet_at
            if scalars[f.READY_AT] == moment:
                position = f.copy_ready(scalars, copies, live, events, moment, model.policy.out_cooldown_us)
                while central and head >= 0 and copies[position, f.BUSY] < slots:
                    item = head
                    head = pool[head, NEXT]
                    waiting -= 1
                    pool[item, COLD_BEFORE] = scalars[f.COLD_TIME] - pool[item, COLD_BEFORE]
                    pool[item, PLACE] = position
                    copies[position, f.LOAD] += 1
                    _begin(copies, tree, due, keys, items, pool, rates, position, item, moment)
                expiry_at = pool[head, ARRIVED] + model.ttl_us if head >= 0 else f.NEVER
                if on_demand and copies[position, f.LOAD] == 0:
                    scalars[f.IDLE_AT] = moment + keep_tape[scalars[f.SPELLS] & f.MASK]
                    scalars[f.SPELLS] += 1
            elif scalars[f.IDLE_AT] == moment:
                scalars[f.IDLE_AT] = f.NEVER
                f.fleet_changes(scalars, moment)
                scalars[f.LIVE] = 0
                f.free_copy(scalars, copies, events, live[0], moment, window_from)
            elif scalars[f.PERIOD_AT] == moment:
                scalars[f.OPEN], scalars[f.Q_LEN], scalars[f.REQUEST_TIME] = in_flight, waiting, request_time
                f.period_end(scalars, model.policy, events, model.minimum, model.maximum, delay_tape, moment)
                request_time = scalars[f.REQUEST_TIME]
            else:
                f.action(
                    scalars, copies, live, model.policy, events, model.minimum, model.maximum, start_tape, moment,
                    window_from,
                )  # fmt: skip
            first = tree[1]
            first_at = due[first]
            live_count = scalars[f.LIVE]
            scalars[f.WEIGHT] = (1 << WEIGHT_BITS) // live_count if live_count else 0
            fleet_at = min(scalars[f.READY_AT], scalars[f.IDLE_AT], scalars[f.PERIOD_AT], scalars[f.ACTION_AT])

        elif expiry_at <= arrival_at:
            if expiry_at > horizon:
                code = HORIZON
                break
            now = expiry_at
            item = head
            head = pool[head, NEXT]
            waiting -= 1
            expiry_at = pool[head, ARRIVED] + model.ttl_us if head >= 0 else f.NEVER
            arrived = pool[item, ARRIVED]
            outcome, response = _settle(6, arrived, now, now, arrived + model.timeout_us, model.caller_timeout_us)
            cold = _cold_until(scalars, now) - pool[item, COLD_BEFORE]
            _write(log, logged, pool[item, NUMBER], arrived, now, now, response, outcome, cold, -1)
            logged += 1
            pool[item, NEXT] = free
            pool[item, NUMBER] = -1
            free = item
            in_flight -= 1
            request_time += now

        else:
            if arrival_at > horizon:
                code = HORIZON
                break
            if free < 0:
                code = NEED_POOL
                break
            if on_demand and scalars[f.LAUNCHES] >= start_tape.size and start_tape.size < TAPE_LENGTH:
                code = NEED_SUPPLY
                break
            now = arrival_at
            if counts_calls:
                scalars[f.INVOCATIONS] += scalars[f.WEIGHT]
            # the copy; -1 queues in the central queue, -2 refuses
            position = -2
            refusal = 2
            if central:
                fewest = slots
                position = -1 if waiting < model.queue_limit else -2
                for i in range(live_count):
                    other = live[i]
                    if copies[other, f.BUSY] < fewest:
                        fewest = copies[other, f.BUSY]
                        position = other
            elif live_count == 0:
                refusal = 4
            else:
                if at_random:
                    position = live[(route[row] * live_count) >> 32]
                    least = copies[position, f.LOAD]
                else:
                    position = live[0]
                    least = copies[position, f.LOAD]
                    for i in range(1, live_count):
                        other = live[i]
                        load = copies[other, f.LOAD]
                        if load < least:
                            least = load
                            position = other
                if least >= room:
                    position = -2
            if position == -2:
                _write(log, logged, number, now, now, now, now, refusal, 0, -1)
                logged += 1
            else:
                item = free
                free = pool[item, NEXT]
                pool[item, ARRIVED] = now
                pool[item, WORK] = service[row]
                pool[item, NUMBER] = number
                pool[item, PLACE] = position
                in_flight += 1
                request_time -= now
                if position == -1:
                    pool[item, STARTED] = -1
                    pool[item, NEXT] = -1
                    if head < 0:
                        head = item
                        expiry_at = now + model.ttl_us
                    else:
                        pool[scalars[f.Q_TAIL], NEXT] = item
                    scalars[f.Q_TAIL] = item
                    waiting += 1
                    if on_demand and scalars[f.EXISTING] == 0:
                        f.launch(scalars, copies, events, 1, start_tape, now, window_from)
                        fleet_at = min(fleet_at, scalars[f.READY_AT])
                    pool[item, COLD_BEFORE] = _cold_until(scalars, now)
                else:
                    pool[item, COLD_BEFORE] = 0
                    load = copies[position, f.LOAD]
                    copies[position, f.LOAD] = load + 1
                    if load < slots:
                        _begin(copies, tree, due, keys, items, pool, rates, position, item, now)
                        first = tree[1]
                        first_at = due[first]
                        if on_demand and load == 0:
                            scalars[f.IDLE_AT] = f.NEVER
                            fleet_at = scalars[f.READY_AT]
                    else:
                        pool[item, STARTED] = -1
                        if load == slots:
                            copies[position, f.HEAD] = item
                        else:
                            pool[copies[position, f.TAIL], NEXT] = item
                        copies[position, f.TAIL] = item
            row += 1
            number += 1

    scalars[f.ROW], scalars[f.LOGGED], scalars[f.SEQ], scalars[f.OPEN], scalars[f.FREE] = (
        row, logged, number, in_flight, free,
    )  # fmt: skip
    scalars[f.FLEET_AT], scalars[f.Q_HEAD], scalars[f.Q_LEN] = fleet_at, head, waiting
    scalars[f.NOW], scalars[f.REQUEST_TIME], scalars[f.BUSY_US] = now, request_time, busy_us
    return code


@entry
def flush(model, end, window_from, scalars, pool, items, log):
    """Write the records of the requests that are open at the end, in order of arrival."""
    for row in range(items.size):
        item = items[row]
        arrived, began, cold = pool[item, ARRIVED], pool[item, STARTED], pool[item, COLD_BEFORE]
        error = arrived + model.timeout_us
        if began >= 0:
            error = min(error, began + model.invocation_limit_us)
            if end > window_from:
                scalars[f.BUSY_US] += end - max(began, window_from)
        else:
            began = end
            if pool[item, PLACE] < 0:
                cold = _cold_until(scalars, end) - cold
        outcome, response = _settle(9, arrived, end + 1, end + 1, error, model.caller_timeout_us)
        _write(log, row, pool[item, NUMBER], arrived, began, end, min(response, end), outcome, cold, pool[item, PLACE])
