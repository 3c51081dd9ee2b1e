"""Models of a multi-model endpoint in the reference engine: what each copy holds, loads and lets go.

A copy keeps a number of models in memory and the files of some more on its volume. A request for a model in memory
goes on; one for a model that is being loaded waits for that load; else a load begins: from the volume where the files
are there, else a first load. For room in memory the model least recently asked for goes, unless a request for it waits
for a slot or is served; where every model is busy or loading the load waits for one that is not. For room on the volume the files
least recently asked for go, of models that are not in memory. A load that outlasts its limit ends there: its callers
get `not_ready`. A caller whose time-out passes before the load ends gets `not_ready` too, and the load goes on.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from simulator.engines._calendar import READY, Calendar, Tape
from simulator.engines._reference_state import Copy, Request
from simulator.model import ServingModel, Supply

__all__ = ["Models"]

_LOAD_KEY: Final = 2**24


@dataclass(eq=False)
class _Held:
    """What one copy holds."""

    resident: set[int] = field(default_factory=set)
    """Models in memory."""
    waiting: dict[int, list[Request]] = field(default_factory=dict)
    """Requests by model, of models that are loading or whose load waits for room; in order of arrival."""
    loading: set[int] = field(default_factory=set)
    """Models whose load goes on; each has its room in memory already."""
    blocked: deque[int] = field(default_factory=deque)
    """Models whose load waits for room."""
    files: set[int] = field(default_factory=set)
    """Models whose files are on the volume."""
    used: dict[int, int] = field(default_factory=dict)
    """Arrival sequence of the last request for each model."""
    busy: dict[int, int] = field(default_factory=dict)
    """Requests waiting for a slot or in service, by model."""


class Models:
    """The caches of all copies. `admit(copy, request)` takes a request whose model is there; `refuse` one that is not."""

    def __init__(
        self,
        calendar: Calendar,
        model: ServingModel,
        supply: Supply,
        window_from: int,
        admit: Callable[[Copy, Request], None],
        refuse: Callable[[Copy, list[Request]], None],
    ) -> None:
        self.calendar, self.cache, self.window_from = calendar, model.cache, window_from
        self.admit, self.refuse = admit, refuse
        self.held: dict[Copy, _Held] = {}
        self.load_tape, self.reload_tape = Tape(supply, "load_us"), Tape(supply, "reload_us")
        self.begun = 0
        """Loads begun so far: the key of their ends."""
        self.loads = self.reloads = self.evictions = 0

    def _of(self, copy: Copy) -> _Held:
        return self.held.setdefault(copy, _Held())

    def has(self, copy: Copy, model: int) -> bool:
        """The copy holds the model, loads it, or is about to."""
        held = self._of(copy)
        return model in held.resident or model in held.waiting

    def ask(self, copy: Copy, request: Request) -> None:
        """A request has been routed to a copy: admit it, or let it wait for its model."""
        held, model = self._of(copy), request.call.row.model
        held.used[model] = request.number
        if model in held.resident:
            self.admit(copy, request)
            return
        request.loading = True
        copy.loading += 1
        if model in held.waiting:
            held.waiting[model].append(request)
            return
        held.waiting[model] = [request]
        held.blocked.append(model)
        self._begin_loads(copy)

    def taken_up(self, copy: Copy, request: Request) -> None:
        """A request for a model in memory waits for a slot or is served from now on."""
        busy = self._of(copy).busy
        busy[request.call.row.model] = busy.get(request.call.row.model, 0) + 1

    def let_go(self, copy: Copy, request: Request) -> None:
        """Such a request is over: its model may go, and a load that waits for room may begin."""
        self._of(copy).busy[request.call.row.model] -= 1
        self._begin_loads(copy)

    def leave(self, copy: Copy, request: Request) -> None:
        """A request stops waiting for its model; the load goes on."""
        self._of(copy).waiting[request.call.row.model].remove(request)
        request.loading = False
        copy.loading -= 1

    def forget(self, copy: Copy) -> None:
        """The copy is gone, and what it held."""
        self.held.pop(copy, None)

    def _begin_loads(self, copy: Copy) -> None:
        """Begin the loads that have room, in the order in which they were asked for."""
        held = self._of(copy)
        while held.blocked:
            if len(held.resident) + len(held.loading) >= self.cache.in_memory:
                free = [model for model in held.resident if not held.busy.get(model)]
                if not free:
                    return
                held.resident.remove(min(free, key=lambda model: held.used[model]))
                self.evictions += self.calendar.now >= self.window_from
            self._load(copy, held, held.blocked.popleft())

    def _load(self, copy: Copy, held: _Held, model: int) -> None:
        inside = self.calendar.now >= self.window_from
        if model in held.files:
            took = self.reload_tape.next()
            self.reloads += inside
        else:
            took = self.load_tape.next()
            self.loads += inside
            if len(held.files) >= self.cache.on_disk:
                idle = [other for other in held.files if other not in held.resident and other not in held.loading]
                held.files.remove(min(idle, key=lambda other: held.used[other]))
            held.files.add(model)
        held.loading.add(model)
        number = self.begun
        self.begun += 1
        failed = took > self.cache.load_limit_us
        due = self.calendar.now + min(took, self.cache.load_limit_us)
        self.calendar.at(due, READY, _LOAD_KEY + number, lambda: self._end(copy, held, model, failed=failed))

    def _end(self, copy: Copy, held: _Held, model: int, *, failed: bool) -> None:
        """A load ends: its callers go on, or get an error where it took too long."""
        if self.held.get(copy) is not held:
            return  # the copy is gone
        held.loading.remove(model)
        callers = held.waiting.pop(model)
        if failed:
            held.files.remove(model)
            self.refuse(copy, callers)
            if self.held.get(copy) is held:
                self._begin_loads(copy)
            return
        held.resident.add(model)
        for request in callers:
            request.loading = False
            copy.loading -= 1
            self.admit(copy, request)
        self._begin_loads(copy)
