"""Tables of the kernel that plays every mechanism of copies, and the names of their columns.

All are int64, one row per item. `s` holds what lives between calls; the other letters of a line are its columns.

    s           scalars
    copies      state of each position          due, tree, keys, items   see `_kernel_slots`
    live        int64[variants, positions]      positions in service, ascending
    variants, policies, hosts                   one row each, state behind the numbers of the model
    plans       steps, then schedules, then faults
    zones       until when each zone is lost; room for a list of lost copies behind them
    pool        requests at the endpoint; free entries have NUMBER -1, chained by NEXT
    calls       callers to come: users and retries; heap: their (time, key, item), the first on top
    held        int64[positions, models, HELD]  the model cache of each copy; resident: models in memory
    loads       loads that go on, in no order
    tapes       the supply tapes T_START to T_RELOAD; again: jitter and routing draw of retries
"""

from typing import Any, Final, NamedTuple

from simulator.model import TAPE_LENGTH

NEVER: Final = 2**61
MASK: Final = TAPE_LENGTH - 1
NEED_ROWS, ROOM, NEED_POOL, NEED_SUPPLY, NEED_POSITIONS, DONE, HORIZON, NEED_CALLS, NEED_LOG = range(9)

# scalars
(
    ROW, LOGGED, SEQ, OPEN, FREE, LAST_EVENT, BUSY_US, CALLS, CALL_FREE, RETRIES, Q_HEAD, Q_TAIL, Q_LEN, A_HEAD, A_TAIL,
    B_HEAD, B_TAIL, L_HEAD, L_TAIL, FLEET_AT, READY_AT, LOAD_AT, IDLE_AT, RELEASE_AT, EXISTING, DRAINING, ACTIVE_MAX,
    LAUNCHES, HOST_COUNT, HOST_LAUNCHES, ACTIONS, SPELLS, LOADS, RELOADS, LOADS_BEGUN, LOADING, EVICTIONS, LOADS_IN,
    RELOADS_IN, NEXT_FAULT, NEXT_SCHEDULE, COLD_TIME, COLD_SINCE, INSTANCE_US, FROM_READY_US, COPY_US, PEAK, COLD_STARTS,
    LOST, FAULTS_AT, FAULTS, SCHEDULES_AT, SCHEDULES, EVENTS, SCALARS,
) = range(55)  # fmt: skip

# copies; the first nine as in `_kernel_slots`
(
    STATE, BUSY, LOAD, HEAD, TAIL, LAUNCHED, READY, VIRTUAL, MOVED, VARIANT, ZONE, HOST, IDLE, WAITERS, RESIDENT, FILES,
    BLOCK_HEAD, BLOCK_TAIL, COPY,
) = range(19)  # fmt: skip
ABSENT, COMING, SERVING, GOING = range(4)

# variants
(
    V_SHARE, V_WORK, V_CORES, V_ACCELERATORS, V_MEMORY, V_MIN, V_MAX, V_LIVE, V_STARTING, V_WEIGHT, V_OPEN, V_REQUESTS,
    V_COPIES, V_SINCE, V_CALLS, V_FAILURES, V_ACTION_AT, V_ACTION, V_ACTION_POLICY, V_OUT_END, V_IN_END, V_COOL, V_LIFE,
    VARIANTS,
) = range(24)  # fmt: skip

# policies; the first thirteen are the fields of `Policy`
(
    P_KIND, P_VARIANT, P_METRIC, P_TARGET, P_PERIOD, P_OUT_POINTS, P_IN_POINTS, P_PERCENT, P_OUT_COOL, P_IN_COOL, P_ZERO,
    P_ZERO_POINTS, P_ZERO_STEP, P_AT, P_NUM, P_DEN, P_COPIES, P_HIGH, P_LOW, P_STUCK, P_CALLS, P_REQUESTS, P_COPY_TIME,
    P_FAILURES, P_STEP, P_STEPS, POLICIES,
) = range(27)  # fmt: skip

# hosts
H_THERE, H_LAUNCHED, H_UP, H_ZONE, H_CORES, H_ACCELERATORS, H_MEMORY, H_COPIES, H_RELEASE, HOSTS = range(10)

# pool; the first seven as in `_kernel`
(
    ARRIVED, WORK, NUMBER, STARTED, NEXT, COLD_BEFORE, PLACE, VAR, RAW, MODEL, THINK, NO, ATTEMPT, FIRST, USER, SETTLED,
    FINAL, LOADS_FOR, A_NEXT, A_PREV, B_NEXT, B_PREV, L_NEXT, L_PREV, POOL,
) = range(25)  # fmt: skip
OUTSIDE: Final = -2
"""Value of a link of a request that is not in the list."""

# tapes
T_START, T_DELAY, T_KEEP, T_COPY, T_LOAD, T_RELOAD = range(6)

# calls
C_RAW, C_ROUTE, C_MODEL, C_THINK, C_NO, C_ATTEMPT, C_FIRST, C_USER, C_NEXT, CALL = range(10)
RETRY_KEY: Final = 2**32

# held
M_STATE, M_FILE, M_USED, M_BUSY, M_HEAD, M_TAIL, M_NEXT, HELD = range(8)
AWAY, IN_MEMORY, IS_LOADING, WANTED = range(4)

# loads
O_AT, O_NUMBER, O_POSITION, O_MODEL, O_FAILED, LOAD_ROW = range(6)

RECORD: Final = 13
EVENT: Final = 6


class Tables(NamedTuple):
    """Everything the kernel reads and writes, beside the model and the rows of a chunk."""

    s: Any
    copies: Any
    tree: Any
    due: Any
    live: Any
    keys: Any
    items: Any
    rates: Any
    """Ticks per microsecond by requests in service; empty where slots do not share."""
    pool: Any
    log: Any
    events: Any
    variants: Any
    policies: Any
    plans: Any
    hosts: Any
    zones: Any
    calls: Any
    heap: Any
    held: Any
    resident: Any
    loads: Any
    tapes: Any
    again: Any
