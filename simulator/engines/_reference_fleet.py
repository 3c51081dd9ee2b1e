"""The fleet in the reference engine: copies launched, ready, drained and gone, the hosts they are packed on, losses.

Without hosts every copy is an instance. With hosts a copy is launched on a host with room, the most or least filled
first; where none has room a new host is launched, and the copy starts when the host is up. An empty host above the
minimum goes after a while. A lost instance takes its copies along, and as many are launched again at once; new
instances go where there are fewest, among the zones that are not lost.
"""

from collections.abc import Callable
from functools import partial
from typing import Final, Protocol, TypeVar

from simulator.codes import EventKind, FaultKind, Placement
from simulator.engines._calendar import IDLE_END, READY, Calendar, Tape
from simulator.engines._reference_state import Copy, Host
from simulator.model import Fault, ServingModel, Supply, variants_of

__all__ = ["Fleet"]

_HOST_KEY: Final = 2**23
_FAULT_KEY: Final = 2**24


_Instance = TypeVar("_Instance", Copy, Host)


def _drawn(instances: list[_Instance], draw: int) -> list[_Instance]:
    """The one that a draw of 32 bits chooses; none of none."""
    return [instances[(draw * len(instances)) >> 32]] if instances else []


class Owner(Protocol):
    """What the fleet asks of the endpoint."""

    def before_change(self) -> None:
        """Carry the integrals forward to this instant."""

    def in_service(self, copy: Copy) -> None:
        """A copy takes requests from now on."""

    def fail(self, copy: Copy) -> None:
        """A copy is lost: what it has fails."""

    def forget(self, copy: Copy) -> None:
        """A copy is gone or lost, with the models it held."""


class Fleet:
    """Copies and hosts by position, what they cost, and what happens to them."""

    def __init__(self, calendar: Calendar, model: ServingModel, supply: Supply, window_from: int, owner: Owner) -> None:
        self.calendar, self.model, self.window_from, self.owner = calendar, model, window_from, owner
        self.variants = variants_of(model)
        self.copies: dict[int, Copy] = {}
        self.hosts: dict[int, Host] = {}
        self.timeline: list[tuple[int, ...]] = []
        self.start_tape, self.keep_tape = Tape(supply, "start_us"), Tape(supply, "keep_us")
        self.copy_tape = Tape(supply, "copy_us")
        self.zone_down = [0] * model.zones
        self.lives: list[tuple[int, int, int, int]] = []
        """(launched, ready, gone, variant) of copies that are gone."""
        self.host_lives: list[tuple[int, int, int]] = []
        """(launched, up, gone) of hosts that are gone."""
        self.peak = self.cold_starts = self.lost = 0
        self.ready: Callable[[Copy], None] = lambda copy: None
        """Told of a copy that is ready, after it went into service."""

    def begin(self) -> None:
        """Launch what is there at time 0, and plan the faults."""
        for _ in range(self.model.hosts.initial):
            self._launch_host(initial=True)
        for number, variant in enumerate(self.variants):
            self.launch(number, variant.initial, initial=True)
        for number, fault in enumerate(self.model.faults):
            self._plan_fault(number, fault)

    @property
    def now(self) -> int:
        """The clock, microseconds."""
        return self.calendar.now

    def note(self, kind: EventKind, position: int, value: int, variant: int = 0, detail: int = 0) -> None:
        """Add an entry to the timeline."""
        self.timeline.append((self.now, int(kind), position, value, variant, detail))

    def serving(self, variant: int) -> list[Copy]:
        """Copies of a variant that requests are routed to, by position."""
        return [copy for _, copy in sorted(self.copies.items()) if copy.in_service and copy.variant == variant]

    def starting(self, variant: int) -> int:
        """Copies of a variant that are not ready yet."""
        return sum(
            not copy.in_service and not copy.draining and copy.variant == variant for copy in self.copies.values()
        )

    # -- launch

    def _zone(self) -> int:
        """The zone of a new instance: fewest instances, among those that are not lost."""
        instances = self.hosts.values() if self.model.hosts.maximum else self.copies.values()
        there = [sum(instance.zone == zone for instance in instances) for zone in range(self.model.zones)]
        down = [until > self.now for until in self.zone_down]
        return min(range(self.model.zones), key=lambda zone: (down[zone] and not all(down), there[zone], zone))

    def _launch_host(self, *, initial: bool = False) -> Host:
        position = next(p for p in range(len(self.hosts) + 1) if p not in self.hosts)
        took = self.start_tape.next()
        if initial:
            took = 0
        sizes = self.model.hosts
        room = [sizes.cores, sizes.accelerators, sizes.memory]
        host = Host(position, self.now, self.now + took, self._zone(), room)
        self.hosts[position] = host
        self.note(EventKind.HOST_LAUNCH, position, took, -1)
        return host

    def _host_for(self, variant: int, *, initial: bool) -> Host | None:
        """A host with room for a copy, a new one where none has; None where there may be no more."""
        wanted = self.variants[variant]
        need = (wanted.cores, wanted.accelerators, wanted.memory)
        fits = [
            host
            for _, host in sorted(self.hosts.items())
            if all(have >= want for have, want in zip(host.free, need, strict=True))
        ]
        if fits:
            sign = 1 if self.model.hosts.placement == Placement.SPREAD else -1
            return min(fits, key=lambda host: (sign * host.copies, host.position))
        if len(self.hosts) >= self.model.hosts.maximum:
            return None
        return self._launch_host(initial=initial)

    def launch(self, variant: int, count: int, *, initial: bool = False) -> None:
        """Launch copies of a variant on the lowest free positions, as far as hosts have room."""
        for _ in range(count):
            host = None
            if self.model.hosts.maximum:
                host = self._host_for(variant, initial=initial)
                if host is None:
                    return
                wanted = self.variants[variant]
                for part, need in enumerate((wanted.cores, wanted.accelerators, wanted.memory)):
                    host.free[part] -= need
                host.copies += 1
            tape = self.copy_tape if host else self.start_tape
            number = tape.taken
            took = tape.next()
            ready = self.now if initial else max(self.now, host.up if host else 0) + took
            position = next(p for p in range(len(self.copies) + 1) if p not in self.copies)
            zone = host.zone if host else self._zone()
            copy = Copy(position, variant, self.now, ready, zone, host)
            self.copies[position] = copy
            if self.now >= self.window_from:
                self.peak = max(self.peak, len(self.copies))
                self.cold_starts += not initial
            self.note(EventKind.LAUNCH, position, number, variant)
            if initial:
                self._enter_service(copy)
            else:
                self.calendar.at(ready, READY, position, partial(self._ready, copy))

    def _ready(self, copy: Copy) -> None:
        if self.copies.get(copy.position) is not copy:
            return  # lost before it was ready
        self.owner.before_change()
        self._enter_service(copy)
        self.ready(copy)

    def _enter_service(self, copy: Copy) -> None:
        copy.in_service = True
        self.note(EventKind.READY, copy.position, len(self.serving(copy.variant)), copy.variant)
        self.owner.in_service(copy)

    # -- end

    def idle(self, copy: Copy) -> None:
        """With `on_demand`, an idle copy leaves after its keep-alive."""
        if not self.model.on_demand:
            return
        copy.spell += 1
        number = copy.spell

        def end() -> None:
            if number == copy.spell:
                self.owner.before_change()
                copy.in_service = False
                self.gone(copy)

        self.calendar.at(self.now + self.keep_tape.next(), IDLE_END, copy.position, end)

    def drain(self, copy: Copy) -> None:
        """A copy takes no further request and goes when it is empty."""
        copy.in_service, copy.draining = False, True
        self.note(EventKind.DRAIN, copy.position, len(self.serving(copy.variant)), copy.variant)
        if not copy.outstanding:
            self.gone(copy)

    def gone(self, copy: Copy) -> None:
        """A copy is gone, and its room on the host free."""
        self._end(copy)
        self.note(EventKind.GONE, copy.position, len(self.copies), copy.variant)
        host = copy.host
        if host is None:
            return
        wanted = self.variants[copy.variant]
        for part, need in enumerate((wanted.cores, wanted.accelerators, wanted.memory)):
            host.free[part] += need
        host.copies -= 1
        if not host.copies:
            host.emptied += 1
            time = host.emptied
            due = self.now + self.model.hosts.release_us
            self.calendar.at(due, IDLE_END, _HOST_KEY + host.position, lambda: self._release(host, time))

    def _end(self, copy: Copy) -> None:
        if self.now > self.window_from:
            self.peak = max(self.peak, len(self.copies))
        del self.copies[copy.position]
        self.owner.forget(copy)
        self.lives.append((copy.launched, copy.ready, self.now, copy.variant))

    def _release(self, host: Host, time: int) -> None:
        there = self.hosts.get(host.position) is host and not host.copies and host.emptied == time
        if there and len(self.hosts) > self.model.hosts.minimum:
            self._end_host(host)

    def _end_host(self, host: Host) -> None:
        del self.hosts[host.position]
        self.host_lives.append((host.launched, host.up, self.now))
        self.note(EventKind.HOST_GONE, host.position, len(self.hosts), -1)

    # -- faults

    def _plan_fault(self, number: int, fault: Fault) -> None:
        self.calendar.at(fault.time_us, IDLE_END, _FAULT_KEY + number, lambda: self._strike(fault))

    def _strike(self, fault: Fault) -> None:
        self.owner.before_change()
        packed = self.model.hosts.maximum > 0
        if fault.kind == FaultKind.ZONE:
            zone = fault.target % self.model.zones
            self.zone_down[zone] = fault.until_us
            self.note(EventKind.ZONE_LOST, -1, zone, -1)
            hosts = [host for _, host in sorted(self.hosts.items()) if host.zone == zone]
            copies = [copy for _, copy in sorted(self.copies.items()) if copy.zone == zone]
        elif packed:
            hosts = _drawn([host for _, host in sorted(self.hosts.items()) if host.up <= self.now], fault.target)
            copies = [copy for _, copy in sorted(self.copies.items()) if copy.host in hosts]
        else:
            hosts = []
            serving = [copy for _, copy in sorted(self.copies.items()) if copy.in_service]
            copies = _drawn(serving, fault.target)
        for copy in copies:
            self._lose(copy)
        for host in hosts:
            self._end_host(host)
        for copy in copies:
            if not copy.draining:
                self.launch(copy.variant, 1)
        while len(self.hosts) < self.model.hosts.minimum:
            self._launch_host()

    def _lose(self, copy: Copy) -> None:
        copy.in_service = False
        self.owner.fail(copy)
        self._end(copy)
        self.lost += self.now >= self.window_from
        self.note(EventKind.LOST, copy.position, len(self.copies), copy.variant)
