"""What changes the number of provisioned environments, compiled: ready ones, metric periods, actions, schedules.

These events are rare beside requests. The integrals of busy and ready environments are kept as sums that are right
once `count x now` is added: a change at `now` takes that much off or puts it back.
"""

from typing import Final

from simulator.engines._kernel_options import helper
from simulator.engines._kernel_serverless import SCALARS as PLAIN_SCALARS
from simulator.engines._kernel_serverless import TAKEN
from simulator.model import TAPE_LENGTH, desired_copies, is_beyond, is_high, is_low, stepped

NEVER: Final = 2**61
MASK: Final = TAPE_LENGTH - 1

# scalars, after those of the plain loop
(
    NUMBER, LEAVING, STARTING, LAUNCHES, ACTIONS, FLEET_AT, ACTION_AT, ACTION_KIND, ACTION_POLICY, SCHEDULE, OUT_END,
    IN_END, OUT_COOLDOWN, MINIMUM, MAXIMUM, BUSY_SUM, READY_SUM, READY_US, EVENTS, LOGGED, CALLS, RETRIES, LINES, SCALARS,
) = range(PLAIN_SCALARS, PLAIN_SCALARS + 24)  # fmt: skip

# columns of the policies, in the order of the fields of `Policy`; of steps and schedules likewise
(
    KIND, _VARIANT, _METRIC, TARGET, PERIOD, OUT_POINTS, IN_POINTS, IN_PERCENT, OUT_AFTER, IN_AFTER,
) = range(10)  # fmt: skip
OWNER, DISTANCE, CHANGE, UNIT = range(4)
TIME, FEWEST, MOST = range(3)
TARGET_KIND, STEP_OUT, STEP_IN = range(3)

# what is known of each policy
PERIOD_AT, HIGH, LOW, NUM, DEN, POINT_NUMBER, BUSY_BASE, READY_BASE, STATE = range(9)

EVENT: Final = 6

_is_high = helper(is_high)
_is_low = helper(is_low)
_is_beyond = helper(is_beyond)
_stepped = helper(stepped)
_desired_copies = helper(desired_copies)


@helper
def _note(scalars, events, now, kind, position, value, detail):
    row = scalars[EVENTS]
    events[row, 0], events[row, 1], events[row, 2], events[row, 3] = now, kind, position, value
    events[row, 4], events[row, 5] = 0, detail
    scalars[EVENTS] += 1


@helper
def _change_number(scalars, number, window_from, now):
    """So many are ready from now on; busy ones beyond that leave when they finish."""
    more = number - scalars[NUMBER]
    scalars[NUMBER] = number
    scalars[READY_SUM] -= more * now
    scalars[READY_US] -= more * max(now, window_from)
    beyond = max(0, scalars[TAKEN] - number)
    scalars[TAKEN] -= beyond
    scalars[LEAVING] += beyond
    scalars[BUSY_SUM] += beyond * now


@helper
def _launch(scalars, coming, events, count, start_tape, now):
    for _ in range(count):
        number = scalars[LAUNCHES]
        coming[scalars[STARTING], 0] = now + start_tape[number & MASK]
        coming[scalars[STARTING], 1] = number
        scalars[STARTING] += 1
        scalars[LAUNCHES] += 1
        _note(scalars, events, now, 0, number, number, 0)


@helper
def _ready(scalars, coming, events, at, window_from, now):
    """The environment at place `at` of those that start is ready."""
    number = coming[at, 1]
    scalars[STARTING] -= 1
    for i in range(at, scalars[STARTING]):
        coming[i, 0], coming[i, 1] = coming[i + 1, 0], coming[i + 1, 1]
    _change_number(scalars, scalars[NUMBER] + 1, window_from, now)
    _note(scalars, events, now, 1, number, scalars[NUMBER], 0)
    if scalars[STARTING] == 0:
        scalars[OUT_END] = max(scalars[OUT_END], now + scalars[OUT_COOLDOWN])
        scalars[OUT_COOLDOWN] = 0


@helper
def _desired(policies, steps, states, scalars, policy):
    """Environments that the last closed datapoint of a policy asks for."""
    number, target = scalars[NUMBER], policies[policy, TARGET]
    num, den = states[policy, NUM], states[policy, DEN]
    fewest, most = scalars[MINIMUM], scalars[MAXIMUM]
    if policies[policy, KIND] == TARGET_KIND:
        return _desired_copies(states[policy, POINT_NUMBER], num, den, target, fewest, most)
    direction = 1 if policies[policy, KIND] == STEP_OUT else -1
    wanted = number
    for step in range(steps.shape[0]):
        if steps[step, OWNER] == policy and _is_beyond(num, den, target, steps[step, DISTANCE], direction):
            wanted = _stepped(number, steps[step, CHANGE], steps[step, UNIT], direction, fewest, most)
    return wanted


@helper
def _asks_out(policies, states, policy):
    return states[policy, HIGH] >= policies[policy, OUT_POINTS]


@helper
def _agreed_inward(policies, steps, states, scalars, still):
    """The largest number that the policies which scale in ask for; what there is where they do not agree.

    `still`: a policy asks for it while its last period was low, not only after as many as it needs.
    """
    wanted = -1
    for policy in range(policies.shape[0]):
        kind = policies[policy, KIND]
        if kind == STEP_OUT:
            if _asks_out(policies, states, policy):
                return scalars[NUMBER]
            continue
        points = policies[policy, IN_POINTS] if kind == TARGET_KIND else policies[policy, OUT_POINTS]
        if still:
            points = 1
        if states[policy, LOW] < points:
            return scalars[NUMBER]
        wanted = max(wanted, _desired(policies, steps, states, scalars, policy))
    return wanted


@helper
def _period_end(policies, steps, states, scalars, events, delay_tape, policy, now):
    """Close a period of a policy: datapoint, alarm counters, and an action where one would change the number."""
    number, kind, target = scalars[NUMBER], policies[policy, KIND], policies[policy, TARGET]
    busy_us = scalars[BUSY_SUM] + scalars[TAKEN] * now
    ready_us = scalars[READY_SUM] + number * now
    num, den = busy_us - states[policy, BUSY_BASE], ready_us - states[policy, READY_BASE]
    if number == 0:
        num = den = 0
    states[policy, BUSY_BASE], states[policy, READY_BASE] = busy_us, ready_us
    states[policy, NUM], states[policy, DEN], states[policy, POINT_NUMBER] = num, den, number
    states[policy, PERIOD_AT] = now + policies[policy, PERIOD]
    percent = policies[policy, IN_PERCENT] if kind == TARGET_KIND else 100
    high = den > 0 and kind != STEP_IN and _is_high(num, den, target)
    low = den > 0 and kind != STEP_OUT and _is_low(num, den, target, percent)
    states[policy, HIGH] = states[policy, HIGH] + 1 if high else 0
    states[policy, LOW] = states[policy, LOW] + 1 if low else 0
    if scalars[ACTION_AT] != NEVER or scalars[STARTING] > 0:
        return
    points = policies[policy, IN_POINTS] if kind == TARGET_KIND else policies[policy, OUT_POINTS]
    action = 0
    if _asks_out(policies, states, policy):
        if _desired(policies, steps, states, scalars, policy) > number:
            action = 1
    elif states[policy, LOW] >= points and _agreed_inward(policies, steps, states, scalars, False) < number:
        action = 2
    if action:
        _note(scalars, events, now, 4, policy, action, max(states[policy, HIGH], states[policy, LOW]))
        scalars[ACTION_KIND], scalars[ACTION_POLICY] = action, policy
        scalars[ACTION_AT] = now + delay_tape[scalars[ACTIONS] & MASK]
        scalars[ACTIONS] += 1


@helper
def _act(policies, steps, states, scalars, coming, events, start_tape, window_from, now):
    """Carry out the ordered action if the last closed periods still ask for it."""
    scalars[ACTION_AT] = NEVER
    number, policy = scalars[NUMBER], scalars[ACTION_POLICY]
    wanted = number
    if scalars[ACTION_KIND] == 1:
        if states[policy, HIGH] > 0:
            for other in range(policies.shape[0]):
                if other == policy or _asks_out(policies, states, other):
                    wanted = max(wanted, _desired(policies, steps, states, scalars, other))
    elif now >= scalars[OUT_END] and now >= scalars[IN_END]:
        wanted = min(wanted, _agreed_inward(policies, steps, states, scalars, True))
    if wanted > number + scalars[STARTING]:
        _note(scalars, events, now, 5, -1, wanted, number)
        scalars[IN_END] = now
        scalars[OUT_COOLDOWN] = policies[policy, OUT_AFTER]
        _launch(scalars, coming, events, wanted - number - scalars[STARTING], start_tape, now)
    elif wanted < number:
        _note(scalars, events, now, 6, -1, wanted, number)
        scalars[IN_END] = now + policies[policy, IN_AFTER]
        _change_number(scalars, wanted, window_from, now)
    else:
        _note(scalars, events, now, 7, -1, number, 0)


@helper
def _set_bounds(schedules, scalars, coming, events, start_tape, window_from, now):
    """A scheduled action: new bounds, and at once as many environments as they ask for."""
    fewest, most = schedules[scalars[SCHEDULE], FEWEST], schedules[scalars[SCHEDULE], MOST]
    scalars[SCHEDULE] += 1
    scalars[MINIMUM], scalars[MAXIMUM] = fewest, most
    _note(scalars, events, now, 11, -1, fewest, most)
    there = scalars[NUMBER] + scalars[STARTING]
    if there < fewest:
        _launch(scalars, coming, events, fewest - there, start_tape, now)
    elif there > most:
        _change_number(scalars, max(0, scalars[NUMBER] - (there - most)), window_from, now)


@helper
def next_change(schedules, states, scalars, coming):
    """Time of the next of these events."""
    due = scalars[ACTION_AT]
    for i in range(scalars[STARTING]):
        due = min(due, coming[i, 0])
    for policy in range(states.shape[0]):
        due = min(due, states[policy, PERIOD_AT])
    if scalars[SCHEDULE] < schedules.shape[0]:
        due = min(due, schedules[scalars[SCHEDULE], TIME])
    return due


@helper
def change(policies, steps, schedules, states, scalars, coming, events, start_tape, delay_tape, window_from, now):
    """Play the first event of this instant, by rank and key."""
    ready = -1
    for i in range(scalars[STARTING] - 1, -1, -1):
        if coming[i, 0] == now:
            ready = i
    period = -1
    for policy in range(states.shape[0] - 1, -1, -1):
        if states[policy, PERIOD_AT] == now:
            period = policy
    if ready >= 0:
        _ready(scalars, coming, events, ready, window_from, now)
    elif period >= 0:
        _period_end(policies, steps, states, scalars, events, delay_tape, period, now)
    elif scalars[ACTION_AT] == now:
        _act(policies, steps, states, scalars, coming, events, start_tape, window_from, now)
    else:
        _set_bounds(schedules, scalars, coming, events, start_tape, window_from, now)
    scalars[FLEET_AT] = next_change(schedules, states, scalars, coming)
