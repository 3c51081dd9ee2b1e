"""Instances of the whole kernel, compiled: launches, hosts and zones, copies that leave, meters of lives."""

from numpy import int64 as i8

from simulator.engines import _kernel_tables as c
from simulator.engines._kernel_options import helper, inlined


@helper
def note(t, now, kind, position, value, variant, detail):
    """Add an entry to the timeline."""
    row, events = t.s[c.EVENTS], t.events
    events[row, 0] = now
    events[row, 1] = kind
    events[row, 2] = position
    events[row, 3] = value
    events[row, 4] = variant
    events[row, 5] = detail
    t.s[c.EVENTS] = row + 1


@helper
def fleet_changes(t, variant, now):
    """Close the integrals that depend on the number of copies of a variant, before it changes."""
    v = t.variants
    v[variant, c.V_COPIES] += v[variant, c.V_LIVE] * (now - v[variant, c.V_SINCE])
    v[variant, c.V_SINCE] = now
    if variant == 0:
        if v[0, c.V_LIVE] == 0 and v[0, c.V_STARTING] > 0:
            t.s[c.COLD_TIME] += now - t.s[c.COLD_SINCE]
        t.s[c.COLD_SINCE] = now


@inlined
def set_weight(t, variant):
    """What an invocation adds to the metric, after the number of copies in service has changed."""
    live = t.variants[variant, c.V_LIVE]
    t.variants[variant, c.V_WEIGHT] = (1 << 20) // live if live else 0


@helper
def zone_of_new(t, packed, zones, now):
    """The zone of a new instance: fewest instances, among those that are not lost."""
    all_down = True
    for zone in range(zones):
        if t.zones[zone] <= now:
            all_down = False
    found = i8(-1)
    fewest = i8(0)
    for zone in range(zones):
        if t.zones[zone] > now and not all_down:
            continue
        there = 0
        if packed:
            for host in range(t.hosts.shape[0]):
                there += t.hosts[host, c.H_THERE] == 1 and t.hosts[host, c.H_ZONE] == zone
        else:
            for position in range(t.copies.shape[0]):
                there += t.copies[position, c.STATE] != c.ABSENT and t.copies[position, c.ZONE] == zone
        if found < 0 or there < fewest:
            found, fewest = zone, there
    return found


@helper
def launch_host(t, model, now, initial):
    """Launch a host on the lowest free position; that position."""
    hosts = t.hosts
    position = 0
    while hosts[position, c.H_THERE]:
        position += 1
    took = t.tapes[c.T_START, t.s[c.HOST_LAUNCHES] & c.MASK]
    if initial:
        took = 0
    t.s[c.HOST_LAUNCHES] += 1
    hosts[position, c.H_ZONE] = zone_of_new(t, i8(1), model.zones, now)
    hosts[position, c.H_THERE] = 1
    hosts[position, c.H_LAUNCHED] = now
    hosts[position, c.H_UP] = now + took
    hosts[position, c.H_CORES] = model.hosts.cores
    hosts[position, c.H_ACCELERATORS] = model.hosts.accelerators
    hosts[position, c.H_MEMORY] = model.hosts.memory
    hosts[position, c.H_COPIES] = 0
    hosts[position, c.H_RELEASE] = c.NEVER
    t.s[c.HOST_COUNT] += 1
    note(t, now, i8(9), position, took, i8(-1), i8(0))
    return position


@helper
def host_for(t, model, variant, now, initial):
    """A host with room for a copy, a new one where none has; -1 where there may be no more."""
    hosts, v = t.hosts, t.variants
    found = i8(-1)
    sign = 1 if model.hosts.placement == 0 else -1
    for host in range(hosts.shape[0]):
        if (
            hosts[host, c.H_THERE]
            and hosts[host, c.H_CORES] >= v[variant, c.V_CORES]
            and hosts[host, c.H_ACCELERATORS] >= v[variant, c.V_ACCELERATORS]
            and hosts[host, c.H_MEMORY] >= v[variant, c.V_MEMORY]
            and (found < 0 or sign * hosts[host, c.H_COPIES] < sign * hosts[found, c.H_COPIES])
        ):
            found = host
    if found >= 0 or t.s[c.HOST_COUNT] >= model.hosts.maximum:
        return found
    return launch_host(t, model, now, initial)


@inlined
def reserve(t, variant, host, sign):
    """Take (sign -1) or give back (1) what a copy of a variant needs of its host."""
    t.hosts[host, c.H_CORES] += sign * t.variants[variant, c.V_CORES]
    t.hosts[host, c.H_ACCELERATORS] += sign * t.variants[variant, c.V_ACCELERATORS]
    t.hosts[host, c.H_MEMORY] += sign * t.variants[variant, c.V_MEMORY]
    t.hosts[host, c.H_COPIES] -= sign


@helper
def launch(t, model, variant, count, now, window_from, initial):
    """Launch copies of a variant on the lowest free positions, as far as hosts have room; initial ones are ready."""
    s, copies, v = t.s, t.copies, t.variants
    fleet_changes(t, variant, now)
    position = 0
    for _ in range(count):
        host = i8(-1)
        if model.hosts.maximum > 0:
            host = host_for(t, model, variant, now, initial)
            if host < 0:
                return
            reserve(t, variant, host, -1)
            took = t.tapes[c.T_COPY, s[c.LAUNCHES] & c.MASK]
            begun = max(now, t.hosts[host, c.H_UP])
            zone = t.hosts[host, c.H_ZONE]
        else:
            took = t.tapes[c.T_START, s[c.LAUNCHES] & c.MASK]
            begun = now
            zone = zone_of_new(t, i8(0), model.zones, now) if t.s[c.FAULTS] else i8(0)
        while copies[position, c.STATE] != c.ABSENT:
            position += 1
        number = s[c.LAUNCHES]
        s[c.LAUNCHES] += 1
        copies[position, c.STATE] = c.COMING
        copies[position, c.VARIANT] = variant
        copies[position, c.LAUNCHED] = now
        copies[position, c.READY] = now if initial else begun + took
        copies[position, c.ZONE] = zone
        copies[position, c.HOST] = host
        copies[position, c.IDLE] = c.NEVER
        s[c.EXISTING] += 1
        v[variant, c.V_STARTING] += 1
        if now >= window_from:
            s[c.PEAK] = max(s[c.PEAK], s[c.EXISTING])
            if not initial:
                s[c.COLD_STARTS] += 1
        note(t, now, i8(0), position, number, variant, i8(0))
        if initial:
            to_service(t, position, now)
        else:
            s[c.READY_AT] = min(s[c.READY_AT], copies[position, c.READY])


@helper
def to_service(t, position, now):
    """A copy takes requests from now on."""
    copies, v = t.copies, t.variants
    variant = copies[position, c.VARIANT]
    fleet_changes(t, variant, now)
    copies[position, c.STATE] = c.SERVING
    live = t.live[variant]
    at = v[variant, c.V_LIVE]
    while at > 0 and live[at - 1] > position:
        live[at] = live[at - 1]
        at -= 1
    live[at] = position
    v[variant, c.V_LIVE] += 1
    v[variant, c.V_STARTING] -= 1
    set_weight(t, variant)
    note(t, now, i8(1), position, v[variant, c.V_LIVE], variant, i8(0))


@helper
def from_service(t, position, now):
    """A copy takes no further request."""
    variant = t.copies[position, c.VARIANT]
    fleet_changes(t, variant, now)
    live = t.live[variant]
    count = t.variants[variant, c.V_LIVE]
    at = i8(0)
    while live[at] != position:
        at += 1
    for i in range(at, count - 1):
        live[i] = live[i + 1]
    t.variants[variant, c.V_LIVE] = count - 1
    set_weight(t, variant)


@helper
def forget(t, position):
    """A copy is gone, with the models it held and the loads that go on."""
    copies, held, loads = t.copies, t.held, t.loads
    if copies[position, c.RESIDENT] == 0 and copies[position, c.FILES] == 0 and copies[position, c.BLOCK_HEAD] < 0:
        return
    for model in range(held.shape[1]):
        held[position, model, c.M_STATE] = c.AWAY
        held[position, model, c.M_FILE] = 0
        held[position, model, c.M_BUSY] = 0
    copies[position, c.RESIDENT] = 0
    copies[position, c.FILES] = 0
    copies[position, c.BLOCK_HEAD] = -1
    kept = 0
    first = c.NEVER
    for row in range(t.s[c.LOADING]):
        if loads[row, c.O_POSITION] != position:
            for field in range(c.LOAD_ROW):
                loads[kept, field] = loads[row, field]
            first = min(first, loads[kept, c.O_AT])
            kept += 1
    t.s[c.LOADING] = kept
    t.s[c.LOAD_AT] = first


@helper
def end_copy(t, position, now, window_from):
    """A copy exists no more: its meters close."""
    s, copies = t.s, t.copies
    if copies[position, c.STATE] == c.GOING:
        s[c.DRAINING] -= 1
    if now > window_from:
        s[c.PEAK] = max(s[c.PEAK], s[c.EXISTING])
        life = now - max(copies[position, c.LAUNCHED], window_from)
        served = max(0, now - max(copies[position, c.READY], window_from))
        t.variants[copies[position, c.VARIANT], c.V_LIFE] += life
        if copies[position, c.HOST] >= 0:
            s[c.COPY_US] += served
        else:
            s[c.INSTANCE_US] += life
            s[c.FROM_READY_US] += served
    copies[position, c.STATE] = c.ABSENT
    copies[position, c.IDLE] = c.NEVER
    copies[position, c.BUSY] = 0
    copies[position, c.LOAD] = 0
    copies[position, c.WAITERS] = 0
    s[c.EXISTING] -= 1
    forget(t, position)


@helper
def gone(t, model, position, now, window_from):
    """A copy is gone, and its room on the host free."""
    variant, host = t.copies[position, c.VARIANT], t.copies[position, c.HOST]
    end_copy(t, position, now, window_from)
    note(t, now, i8(3), position, t.s[c.EXISTING], variant, i8(0))
    if host >= 0:
        reserve(t, variant, host, 1)
        t.hosts[host, c.H_RELEASE] = c.NEVER
        if t.hosts[host, c.H_COPIES] == 0:
            t.hosts[host, c.H_RELEASE] = now + model.hosts.release_us
            t.s[c.RELEASE_AT] = min(t.s[c.RELEASE_AT], t.hosts[host, c.H_RELEASE])


@helper
def end_host(t, host, now, window_from):
    """A host is released or lost."""
    hosts = t.hosts
    hosts[host, c.H_THERE] = 0
    hosts[host, c.H_RELEASE] = c.NEVER
    if now > window_from:
        t.s[c.INSTANCE_US] += now - max(hosts[host, c.H_LAUNCHED], window_from)
        t.s[c.FROM_READY_US] += max(0, now - max(hosts[host, c.H_UP], window_from))
    t.s[c.HOST_COUNT] -= 1
    note(t, now, i8(10), host, t.s[c.HOST_COUNT], i8(-1), i8(0))


@helper
def drain(t, model, position, now, window_from):
    """A copy takes no further request and goes when it is empty."""
    from_service(t, position, now)
    variant = t.copies[position, c.VARIANT]
    t.copies[position, c.STATE] = c.GOING
    t.s[c.DRAINING] += 1
    note(t, now, i8(2), position, t.variants[variant, c.V_LIVE], variant, i8(0))
    if t.copies[position, c.LOAD] == 0:
        gone(t, model, position, now, window_from)


@helper
def idle(t, model, position, now):
    """With `on_demand`, an idle copy leaves after its keep-alive."""
    if model.on_demand:
        t.copies[position, c.IDLE] = now + t.tapes[c.T_KEEP, t.s[c.SPELLS] & c.MASK]
        t.s[c.SPELLS] += 1
        t.s[c.IDLE_AT] = min(t.s[c.IDLE_AT], t.copies[position, c.IDLE])


@helper
def empty(t, model, position, now, window_from):
    """A copy that has nothing left goes when it drains, else it is idle."""
    if t.copies[position, c.LOAD] == 0:
        if t.copies[position, c.STATE] == c.GOING:
            gone(t, model, position, now, window_from)
        else:
            idle(t, model, position, now)
