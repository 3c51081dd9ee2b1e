"""What changes the fleet, compiled: copies ready, losses, periods of the policies, actions, schedules."""

from numpy import int64 as i8

from simulator.engines import _kernel_tables as c
from simulator.engines._kernel_ends import close
from simulator.engines._kernel_hosts import (
    drain,
    end_copy,
    end_host,
    fleet_changes,
    from_service,
    gone,
    idle,
    launch,
    launch_host,
    note,
    to_service,
)
from simulator.engines._kernel_options import helper, inlined
from simulator.engines._kernel_requests import from_central
from simulator.engines._kernel_slots import plan
from simulator.model import desired_copies, is_beyond, is_high, is_low, stepped

_is_high = inlined(is_high)
_is_low = inlined(is_low)
_desired_copies = helper(desired_copies)
_is_beyond = helper(is_beyond)
_stepped = helper(stepped)


@helper
def copy_ready(t, model, now):
    """The copy with the lowest position that is ready now goes into service."""
    s, copies, v = t.s, t.copies, t.variants
    position = 0
    while copies[position, c.STATE] != c.COMING or copies[position, c.READY] != now:
        position += 1
    to_service(t, position, now)
    s[c.READY_AT] = c.NEVER
    for other in range(copies.shape[0]):
        if copies[other, c.STATE] == c.COMING:
            s[c.READY_AT] = min(s[c.READY_AT], copies[other, c.READY])
    while s[c.Q_LEN] > 0 and copies[position, c.BUSY] < model.slots:
        from_central(t, model, position, now)
    if copies[position, c.LOAD] == 0:
        idle(t, model, position, now)
    variant = copies[position, c.VARIANT]
    if v[variant, c.V_STARTING] == 0:
        v[variant, c.V_OUT_END] = max(v[variant, c.V_OUT_END], now + v[variant, c.V_COOL])
        v[variant, c.V_COOL] = 0


@helper
def idle_ends(t, model, now, window_from):
    """An idle copy leaves: the one with the lowest position whose spell ends now, if any does."""
    copies = t.copies
    for position in range(copies.shape[0]):
        if copies[position, c.STATE] == c.SERVING and copies[position, c.IDLE] == now:
            from_service(t, position, now)
            gone(t, model, position, now, window_from)
            break
    t.s[c.IDLE_AT] = c.NEVER
    for position in range(copies.shape[0]):
        if copies[position, c.STATE] == c.SERVING:
            t.s[c.IDLE_AT] = min(t.s[c.IDLE_AT], copies[position, c.IDLE])


@helper
def release(t, model, now, window_from):
    """An empty host above the minimum goes: the one with the lowest position whose time has come, if any."""
    hosts = t.hosts
    for host in range(hosts.shape[0]):
        if hosts[host, c.H_THERE] and hosts[host, c.H_RELEASE] == now:
            hosts[host, c.H_RELEASE] = c.NEVER
            if hosts[host, c.H_COPIES] == 0 and t.s[c.HOST_COUNT] > model.hosts.minimum:
                end_host(t, host, now, window_from)
            break
    t.s[c.RELEASE_AT] = c.NEVER
    for host in range(hosts.shape[0]):
        if hosts[host, c.H_THERE]:
            t.s[c.RELEASE_AT] = min(t.s[c.RELEASE_AT], hosts[host, c.H_RELEASE])


@helper
def _lose(t, model, position, now, window_from):
    """A copy is lost: what it has fails, in order of arrival."""
    pool, copies = t.pool, t.copies
    while copies[position, c.LOAD] > 0:
        first = i8(-1)
        for item in range(pool.shape[0]):
            here = pool[item, c.NUMBER] >= 0 and pool[item, c.PLACE] == position
            if here and (first < 0 or pool[item, c.NUMBER] < pool[first, c.NUMBER]):
                first = item
        if pool[first, c.LOADS_FOR]:
            pool[first, c.COLD_BEFORE] = now - pool[first, c.ARRIVED]
        copies[position, c.LOAD] -= 1
        close(t, model, first, i8(8), now, window_from)
    plan(t.tree, t.due, position, i8(c.NEVER))
    if copies[position, c.STATE] == c.SERVING:
        from_service(t, position, now)
    elif copies[position, c.STATE] == c.COMING:
        fleet_changes(t, copies[position, c.VARIANT], now)
        t.variants[copies[position, c.VARIANT], c.V_STARTING] -= 1
    end_copy(t, position, now, window_from)
    t.s[c.LOST] += now >= window_from
    note(t, now, i8(8), position, t.s[c.EXISTING], copies[position, c.VARIANT], i8(0))


@helper
def _drawn_host(t, draw, now):
    """The host that a draw chooses among those that are up; -1 of none."""
    hosts = t.hosts
    count = i8(0)
    for host in range(hosts.shape[0]):
        count += hosts[host, c.H_THERE] == 1 and hosts[host, c.H_UP] <= now
    at = (draw * count) >> 32
    for host in range(hosts.shape[0]):
        if hosts[host, c.H_THERE] and hosts[host, c.H_UP] <= now:
            if at == 0:
                return host
            at -= 1
    return -1


@helper
def _drawn_copy(t, draw):
    """The copy that a draw chooses among those in service; -1 of none."""
    copies = t.copies
    count = i8(0)
    for position in range(copies.shape[0]):
        count += copies[position, c.STATE] == c.SERVING
    at = (draw * count) >> 32
    for position in range(copies.shape[0]):
        if copies[position, c.STATE] == c.SERVING:
            if at == 0:
                return position
            at -= 1
    return -1


@helper
def strike(t, model, now, window_from):
    """The next fault: what is lost goes, and as many copies are launched again."""
    s, copies, hosts = t.s, t.copies, t.hosts
    fault = s[c.NEXT_FAULT]
    s[c.NEXT_FAULT] += 1
    packed = model.hosts.maximum > 0
    zone, host, position = i8(-1), i8(-1), i8(-1)
    if t.plans[s[c.FAULTS_AT] + fault, 1] == 1:
        zone = t.plans[s[c.FAULTS_AT] + fault, 2] % model.zones
        t.zones[zone] = t.plans[s[c.FAULTS_AT] + fault, 3]
        note(t, now, i8(12), i8(-1), zone, i8(-1), i8(0))
    elif packed:
        host = _drawn_host(t, t.plans[s[c.FAULTS_AT] + fault, 2], now)
    else:
        position = _drawn_copy(t, t.plans[s[c.FAULTS_AT] + fault, 2])
    lost = t.zones[model.zones :]
    count = i8(0)
    for other in range(copies.shape[0]):
        if copies[other, c.STATE] == c.ABSENT:
            continue
        if (
            (zone >= 0 and copies[other, c.ZONE] == zone)
            or (host >= 0 and copies[other, c.HOST] == host)
            or other == position
        ):
            if copies[other, c.STATE] != c.GOING:
                lost[count] = copies[other, c.VARIANT]
                count += 1
            _lose(t, model, other, now, window_from)
    for other in range(hosts.shape[0]):
        if hosts[other, c.H_THERE] and ((zone >= 0 and hosts[other, c.H_ZONE] == zone) or other == host):
            end_host(t, other, now, window_from)
    s[c.READY_AT] = c.NEVER
    for other in range(copies.shape[0]):
        if copies[other, c.STATE] == c.COMING:
            s[c.READY_AT] = min(s[c.READY_AT], copies[other, c.READY])
    for at in range(count):
        launch(t, model, lost[at], i8(1), now, window_from, i8(0))
    while packed and s[c.HOST_COUNT] < model.hosts.minimum:
        launch_host(t, model, now, i8(0))


@helper
def _desired(t, policy, copies):
    """Copies that the last closed datapoint of a policy asks for, where `copies` are in service."""
    p = t.policies[policy]
    low, high = t.variants[p[c.P_VARIANT], c.V_MIN], t.variants[p[c.P_VARIANT], c.V_MAX]
    if p[c.P_KIND] == 0:
        return _desired_copies(p[c.P_COPIES], p[c.P_NUM], p[c.P_DEN], p[c.P_TARGET], low, high)
    direction = 1 if p[c.P_KIND] == 1 else -1
    wanted = copies
    for row in range(p[c.P_STEP], p[c.P_STEP] + p[c.P_STEPS]):
        if _is_beyond(p[c.P_NUM], p[c.P_DEN], p[c.P_TARGET], t.plans[row, 1], direction):
            wanted = _stepped(copies, t.plans[row, 2], t.plans[row, 3], direction, low, high)
    return wanted


@helper
def _asks_out(p):
    return p[c.P_HIGH] >= p[c.P_OUT_POINTS]


@helper
def _asks_in(p):
    return p[c.P_LOW] >= (p[c.P_IN_POINTS] if p[c.P_KIND] == 0 else p[c.P_OUT_POINTS])


@helper
def _agreed(t, variant, still):
    """Every policy that can scale in asks for it (`still`: was low at its last point), and none steps out."""
    for policy in range(t.policies.shape[0]):
        p = t.policies[policy]
        if p[c.P_VARIANT] != variant:
            continue
        if p[c.P_KIND] == 1:
            if _asks_out(p):
                return False
        elif still:
            if p[c.P_LOW] == 0:
                return False
        elif not _asks_in(p):
            return False
    return True


@helper
def _inward(t, variant, copies):
    """The largest number that a policy of the variant which can scale in asks for."""
    most = i8(0)
    for policy in range(t.policies.shape[0]):
        if t.policies[policy, c.P_VARIANT] == variant and t.policies[policy, c.P_KIND] != 1:
            most = max(most, _desired(t, policy, copies))
    return most


@helper
def period_end(t, policy, now):
    """Close a period: datapoint, counters, and an action ordered where one would change the fleet."""
    s = t.s
    p = t.policies[policy]
    variant = p[c.P_VARIANT]
    v = t.variants[variant]
    copies = v[c.V_LIVE]
    calls, failures = v[c.V_CALLS], v[c.V_FAILURES]
    requests = v[c.V_REQUESTS] + v[c.V_OPEN] * now
    copy_time = v[c.V_COPIES] + copies * (now - v[c.V_SINCE])
    num, den = v[c.V_OPEN], copies
    if p[c.P_METRIC] == 1:
        num, den = calls - p[c.P_CALLS], 1 << 20
    elif p[c.P_METRIC] == 2:
        num, den = requests - p[c.P_REQUESTS], copy_time - p[c.P_COPY_TIME]
    elif p[c.P_METRIC] == 4:
        num, den = failures - p[c.P_FAILURES], 1
    p[c.P_CALLS], p[c.P_REQUESTS], p[c.P_COPY_TIME], p[c.P_FAILURES] = calls, requests, copy_time, failures
    p[c.P_COPIES] = copies
    if copies == 0 and p[c.P_METRIC] != 4:
        num, den = 0, 0
        if p[c.P_ZERO] == 2:
            num, den = v[c.V_OPEN], 1
            p[c.P_COPIES] = 1
    p[c.P_NUM], p[c.P_DEN] = num, den
    percent = p[c.P_PERCENT] if p[c.P_KIND] == 0 else 100
    high = den > 0 and p[c.P_KIND] != 2 and _is_high(num, den, p[c.P_TARGET])
    low = den > 0 and p[c.P_KIND] != 1 and copies > 0 and _is_low(num, den, p[c.P_TARGET], percent)
    stuck = p[c.P_ZERO] == 1 and copies == 0 and s[c.Q_LEN] > 0
    p[c.P_HIGH] = p[c.P_HIGH] + 1 if high else 0
    p[c.P_LOW] = p[c.P_LOW] + 1 if low else 0
    p[c.P_STUCK] = p[c.P_STUCK] + 1 if stuck else 0
    p[c.P_AT] = now + p[c.P_PERIOD]
    if v[c.V_ACTION_AT] != c.NEVER or v[c.V_STARTING] > 0:
        return
    kind = i8(0)
    if _asks_out(p):
        kind = 1 if _desired(t, policy, copies) > copies else 0
    elif _asks_in(p):
        kind = 2 if _agreed(t, variant, i8(0)) and _inward(t, variant, copies) < copies else 0
    elif p[c.P_STUCK] >= p[c.P_ZERO_POINTS]:
        kind = 3 if v[c.V_MAX] > 0 else 0
    if kind:
        note(t, now, 4, policy, kind, variant, max(p[c.P_HIGH], p[c.P_LOW], p[c.P_STUCK]))
        v[c.V_ACTION] = kind
        v[c.V_ACTION_POLICY] = policy
        v[c.V_ACTION_AT] = now + t.tapes[c.T_DELAY, s[c.ACTIONS] & c.MASK]
        s[c.ACTIONS] += 1


@helper
def act(t, model, variant, now, window_from):
    """Carry out the ordered action if the last closed periods still ask for it."""
    v = t.variants[variant]
    kind, policy = v[c.V_ACTION], v[c.V_ACTION_POLICY]
    p = t.policies[policy]
    v[c.V_ACTION_AT] = c.NEVER
    copies = v[c.V_LIVE]
    there = copies + v[c.V_STARTING]
    want = copies
    if kind == 3 and p[c.P_STUCK] > 0:
        want = max(copies, min(v[c.V_MAX], p[c.P_ZERO_STEP]))
    elif kind == 1 and p[c.P_HIGH] > 0:
        for other in range(t.policies.shape[0]):
            if other == policy or (t.policies[other, c.P_VARIANT] == variant and _asks_out(t.policies[other])):
                want = max(want, _desired(t, other, copies))
    elif kind == 2 and now >= v[c.V_OUT_END] and now >= v[c.V_IN_END] and _agreed(t, variant, True):
        want = min(copies, _inward(t, variant, copies))
    if want > there:
        note(t, now, i8(5), i8(-1), want, variant, copies)
        v[c.V_IN_END] = now
        v[c.V_COOL] = p[c.P_OUT_COOL]
        launch(t, model, variant, want - there, now, window_from, i8(0))
    elif want < copies:
        note(t, now, i8(6), i8(-1), want, variant, copies)
        v[c.V_IN_END] = now + p[c.P_IN_COOL]
        for _ in range(copies - want):
            drain(t, model, t.live[variant, v[c.V_LIVE] - 1], now, window_from)
    else:
        note(t, now, i8(7), i8(-1), copies, variant, i8(0))


@helper
def schedule(t, model, now, window_from):
    """The next scheduled action sets new bounds; the fleet follows at once."""
    row = t.s[c.NEXT_SCHEDULE]
    t.s[c.NEXT_SCHEDULE] += 1
    low, high, variant = (
        t.plans[t.s[c.SCHEDULES_AT] + row, 1],
        t.plans[t.s[c.SCHEDULES_AT] + row, 2],
        t.plans[t.s[c.SCHEDULES_AT] + row, 3],
    )
    v = t.variants[variant]
    v[c.V_MIN], v[c.V_MAX] = low, high
    note(t, now, i8(11), i8(-1), low, variant, high)
    copies = v[c.V_LIVE]
    there = copies + v[c.V_STARTING]
    if there < low:
        launch(t, model, variant, low - there, now, window_from, i8(0))
    for _ in range(min(copies, max(0, there - high))):
        drain(t, model, t.live[variant, v[c.V_LIVE] - 1], now, window_from)


@helper
def next_fleet_event(t):
    """Time of the next event of the fleet."""
    s = t.s
    at = min(s[c.READY_AT], s[c.LOAD_AT], s[c.IDLE_AT], s[c.RELEASE_AT])
    if s[c.NEXT_FAULT] < t.s[c.FAULTS]:
        at = min(at, t.plans[s[c.FAULTS_AT] + s[c.NEXT_FAULT], 0])
    if s[c.NEXT_SCHEDULE] < t.s[c.SCHEDULES]:
        at = min(at, t.plans[s[c.SCHEDULES_AT] + s[c.NEXT_SCHEDULE], 0])
    for policy in range(t.policies.shape[0]):
        at = min(at, t.policies[policy, c.P_AT])
    for variant in range(t.variants.shape[0]):
        at = min(at, t.variants[variant, c.V_ACTION_AT])
    s[c.FLEET_AT] = at
