"""What happens to the fleet, compiled: launches, copies ready and gone, metric periods, scaling actions.

These events are rare beside requests; their state lives in the `scalars` and `copies` tables of `_kernel`.
"""

from typing import Final

from simulator.engines._kernel_options import helper, inlined
from simulator.model import TAPE_LENGTH, WEIGHT_BITS, desired_copies, is_high, is_low

NEVER: Final = 2**61
MASK: Final = TAPE_LENGTH - 1

# scalars
(
    NOW, SEQ, OPEN, FREE, LIVE, STARTING, EXISTING, LAUNCHES, ACTIONS, SPELLS, Q_HEAD, Q_TAIL, Q_LEN, FLEET_AT,
    READY_AT, IDLE_AT, PERIOD_AT, ACTION_AT, ACTION_KIND, HIGH, LOW, ZERO, NUM, DEN, POINT_COPIES, WEIGHT,
    INVOCATIONS, REQUEST_TIME, COPY_TIME, COPY_LAST, OUT_END, IN_END, COLD_TIME, COLD_SINCE, BUSY_US, INSTANCE_US,
    FROM_READY_US, PEAK, COLD_STARTS, ROW, LOGGED, EVENTS, SCALARS,
) = range(43)  # fmt: skip

# copies
STATE, BUSY, LOAD, HEAD, TAIL, LAUNCHED, READY, VIRTUAL, LAST, COPY = range(10)
ABSENT, COMING, SERVING, DRAINING = range(4)

EVENT: Final = 6
"""Columns of a timeline entry: time, kind, position, value, variant, detail."""


_is_high = inlined(is_high)
_is_low = inlined(is_low)
_desired = helper(desired_copies)


@inlined
def note(events, row, time, kind, position, value, detail):
    events[row, 0] = time
    events[row, 1] = kind
    events[row, 2] = position
    events[row, 3] = value
    events[row, 4] = 0
    events[row, 5] = detail


@helper
def free_copy(scalars, copies, events, position, now, window_from):
    """A draining or idle copy is gone: its meters close."""
    copies[position, STATE] = ABSENT
    if now > window_from:
        scalars[PEAK] = max(scalars[PEAK], scalars[EXISTING])
        scalars[INSTANCE_US] += now - max(copies[position, LAUNCHED], window_from)
        scalars[FROM_READY_US] += now - max(copies[position, READY], window_from)
    scalars[EXISTING] -= 1
    note(events, scalars[EVENTS], now, 3, position, scalars[EXISTING], 0)
    scalars[EVENTS] += 1


@helper
def fleet_changes(scalars, now):
    """Close the integrals that depend on the number of copies, before it changes."""
    scalars[COPY_TIME] += scalars[LIVE] * (now - scalars[COPY_LAST])
    scalars[COPY_LAST] = now
    if scalars[LIVE] == 0 and scalars[STARTING] > 0:
        scalars[COLD_TIME] += now - scalars[COLD_SINCE]
    scalars[COLD_SINCE] = now


@helper
def launch(scalars, copies, events, count, start_tape, now, window_from):
    """Launch copies on the lowest free positions."""
    fleet_changes(scalars, now)
    position = 0
    for _ in range(count):
        while copies[position, STATE] != ABSENT:
            position += 1
        ready = now + start_tape[scalars[LAUNCHES] & MASK]
        copies[position, STATE] = COMING
        copies[position, LAUNCHED] = now
        copies[position, READY] = ready
        scalars[READY_AT] = min(scalars[READY_AT], ready)
        scalars[EXISTING] += 1
        scalars[STARTING] += 1
        if now >= window_from:
            scalars[COLD_STARTS] += 1
            scalars[PEAK] = max(scalars[PEAK], scalars[EXISTING])
        note(events, scalars[EVENTS], now, 0, position, scalars[LAUNCHES], 0)
        scalars[EVENTS] += 1
        scalars[LAUNCHES] += 1


@helper
def copy_ready(scalars, copies, live, events, now, out_cooldown):
    """The copy with the lowest position that is ready now goes into service; its position."""
    fleet_changes(scalars, now)
    position = 0
    while copies[position, STATE] != COMING or copies[position, READY] != now:
        position += 1
    copies[position, STATE] = SERVING
    at = scalars[LIVE]
    while at > 0 and live[at - 1] > position:
        live[at] = live[at - 1]
        at -= 1
    live[at] = position
    scalars[LIVE] += 1
    scalars[STARTING] -= 1
    scalars[READY_AT] = NEVER
    if scalars[STARTING] == 0:
        scalars[OUT_END] = now + out_cooldown
    else:
        for other in range(copies.shape[0]):
            if copies[other, STATE] == COMING:
                scalars[READY_AT] = min(scalars[READY_AT], copies[other, READY])
    note(events, scalars[EVENTS], now, 1, position, scalars[LIVE], 0)
    scalars[EVENTS] += 1
    return position


@helper
def period_end(scalars, policy, events, minimum, maximum, delay_tape, now):
    """Close a metric period: datapoint, alarm counters, and an action ordered where one would change the fleet."""
    copies = scalars[LIVE]
    if policy.metric == 1:
        num = scalars[INVOCATIONS]
        den = 1 << WEIGHT_BITS
    elif policy.metric == 2:
        num = scalars[REQUEST_TIME] + scalars[OPEN] * now
        den = scalars[COPY_TIME] + copies * (now - scalars[COPY_LAST])
    else:
        num = scalars[OPEN]
        den = copies
    scalars[INVOCATIONS] = 0
    scalars[REQUEST_TIME] = -scalars[OPEN] * now
    scalars[COPY_TIME] = 0
    scalars[COPY_LAST] = now
    scalars[POINT_COPIES] = copies
    if copies == 0:
        den = 0
        if policy.from_zero == 2:
            den = 1
            scalars[POINT_COPIES] = 1
    scalars[NUM] = num
    scalars[DEN] = den
    scalars[HIGH] = scalars[HIGH] + 1 if den > 0 and _is_high(num, den, policy.target_thousandths) else 0
    low = copies > 0 and den > 0 and _is_low(num, den, policy.target_thousandths, policy.in_percent)
    scalars[LOW] = scalars[LOW] + 1 if low else 0
    waiting = copies == 0 and policy.from_zero == 1 and scalars[Q_LEN] > 0
    scalars[ZERO] = scalars[ZERO] + 1 if waiting else 0
    scalars[PERIOD_AT] = now + policy.period_us
    if scalars[ACTION_AT] != NEVER or scalars[STARTING] > 0:
        return
    kind = 0
    want = copies
    if den > 0:
        want = _desired(scalars[POINT_COPIES], num, den, policy.target_thousandths, minimum, maximum)
    if scalars[HIGH] >= policy.out_points:
        kind = 1 if want > copies else 0
    elif scalars[LOW] >= policy.in_points:
        kind = 2 if want < copies else 0
    elif scalars[ZERO] >= policy.from_zero_points:
        kind = 3 if maximum > 0 else 0
    if kind:
        note(events, scalars[EVENTS], now, 4, 0, kind, max(scalars[HIGH], scalars[LOW], scalars[ZERO]))
        scalars[EVENTS] += 1
        scalars[ACTION_KIND] = kind
        scalars[ACTION_AT] = now + delay_tape[scalars[ACTIONS] & MASK]
        scalars[ACTIONS] += 1


@helper
def action(scalars, copies, live, policy, events, minimum, maximum, start_tape, now, window_from):
    """Carry out the ordered action if the last closed period still asks for it."""
    kind = scalars[ACTION_KIND]
    scalars[ACTION_AT] = NEVER
    have = scalars[LIVE]
    want = have
    if kind == 3 and scalars[ZERO] > 0:
        want = min(maximum, policy.from_zero_step)
    elif (kind == 1 and scalars[HIGH] > 0) or (
        kind == 2 and scalars[LOW] > 0 and now >= scalars[OUT_END] and now >= scalars[IN_END]
    ):
        want = _desired(scalars[POINT_COPIES], scalars[NUM], scalars[DEN], policy.target_thousandths, minimum, maximum)
    if want > have:
        note(events, scalars[EVENTS], now, 5, -1, want, have)
        scalars[EVENTS] += 1
        scalars[IN_END] = now
        launch(scalars, copies, events, want - have, start_tape, now, window_from)
    elif want < have:
        note(events, scalars[EVENTS], now, 6, -1, want, have)
        scalars[EVENTS] += 1
        scalars[IN_END] = now + policy.in_cooldown_us
        fleet_changes(scalars, now)
        while scalars[LIVE] > want:
            scalars[LIVE] -= 1
            position = live[scalars[LIVE]]
            copies[position, STATE] = DRAINING
            note(events, scalars[EVENTS], now, 2, position, scalars[LIVE], 0)
            scalars[EVENTS] += 1
            if copies[position, LOAD] == 0:
                free_copy(scalars, copies, events, position, now, window_from)
    else:
        note(events, scalars[EVENTS], now, 7, -1, have, 0)
        scalars[EVENTS] += 1
