"""The computations of the Size page, each for a job: a search, and what is asked about the plan that it found."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from advisor.errors import Cancelled
from advisor.options import Option
from simulator.growth import Growth, growth
from simulator.load_curves import LoadCurves, load_curves
from simulator.load_test import LoadTests, load_test
from simulator.max_load import MaxLoad, MaxLoads, max_load, max_loads
from simulator.pages._job import Work
from simulator.pages._size_asked import Asked
from simulator.plans import Plan
from simulator.sizing import Sizing, size_study
from simulator.study import Study
from simulator.sweep import Sweep
from simulator.tornado import Tornado
from simulator.tornado_search import sensitivity_study

__all__ = ["Kept", "Searched", "curves_work", "growth_work", "loads_work", "matters_work", "search_work", "tests_work"]

_DRAWS: Final = 3
"""Draws of the traffic that decide near an edge."""
_MOST_REQUESTS: Final = 4_000_000
"""Requests of a run at the largest load that the page looks at; the command line goes further."""
_LEADING: Final = ("best so far", "nothing keeps the promise")


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search found; nothing in it holds a tape."""

    sizing: Sizing
    bears: MaxLoad | None = None
    """The largest load of its first plan; None where there is none, no request, or it was stopped before."""

    @property
    def plan(self) -> Plan | None:
        """The first plan: the cheapest that keeps the promise, with a price where one has it."""
        priced = self.sizing.best
        one = priced or next((each for each in self.sizing.sized if each.best is not None), None)
        return None if one is None else one.best


class Kept:
    """What a search knew when it was stopped: its thread puts it here, the page looks."""

    def __init__(self) -> None:
        self._there = threading.Event()
        self._found: Searched | None = None

    def put(self, found: Searched) -> None:
        """Keep what was found."""
        self._found = found
        self._there.set()

    def get(self, seconds: float = 0.0) -> Searched | None:
        """What is there, waiting at most so long; None where the search had nothing yet."""
        self._there.wait(seconds)
        return self._found if self._found is not None and self._found.sizing.sized else None


def _most(study: Study) -> float:
    """The largest load that is looked at, times today's."""
    return max(6.0, float(f"{_MOST_REQUESTS / max(1, study.load.requests):.2g}"))


def _told(progress: Callable[[int, int, str], None]) -> Callable[[int, int, str], None]:
    """The progress of a sweep in the words of the page: who leads changes too often to be read."""
    return lambda done, of, what: progress(done, of, "trying plans" if what.startswith(_LEADING) else what)


def _on(asked: Asked, cancel: Any, progress: Any, ask: Callable[[Study, Sweep], Any]) -> Any:
    """Ask something of the traffic drawn for a search."""
    study = asked.question.study(cancel)
    with Sweep(study, progress=_told(progress)) as sweep:
        return ask(study, sweep)


def search_work(asked: Asked, kept: Kept) -> Work:
    """The cheapest plans, then the largest load of the first of them."""

    def search(study: Study, sweep: Sweep) -> Searched:
        sizing = size_study(study, sweep, names=asked.names, types=asked.types)
        found = Searched(replace(sizing, study=study.light()))
        kept.put(found)
        if sizing.stopped or found.plan is None or not study.load.requests:
            return found
        return replace(found, bears=max_load(study, found.plan.option, sweep, draws=_DRAWS, most=_most(study)))

    def run(cancel: Any, progress: Any) -> Searched:
        found: Searched = _on(asked, cancel, progress, search)
        if found.sizing.stopped:
            raise Cancelled("stopped")
        return found

    return run


def loads_work(asked: Asked, sizing: Sizing) -> Work:
    """The largest load of the plan of every option."""

    def ask(study: Study, sweep: Sweep) -> MaxLoads:
        return max_loads(replace(sizing, study=study), sweep, draws=_DRAWS, most=_most(study))

    return lambda cancel, progress: _on(asked, cancel, progress, ask)


def tests_work(asked: Asked, sizing: Sizing) -> Work:
    """The types that nobody measured and that may be cheaper."""

    def ask(study: Study, sweep: Sweep) -> LoadTests:
        return load_test(replace(sizing, study=study), sweep, draws=_DRAWS)

    return lambda cancel, progress: _on(asked, cancel, progress, ask)


def curves_work(asked: Asked, option: Option) -> Work:
    """The percentile against the load for a plan and its neighbours."""

    def ask(study: Study, sweep: Sweep) -> LoadCurves:
        return load_curves(study, option, sweep)

    return lambda cancel, progress: _on(asked, cancel, progress, ask)


def matters_work(asked: Asked, option: Option) -> Work:
    """What the cost and the promise of a plan turn on."""

    def ask(study: Study, sweep: Sweep) -> Tornado:
        return replace(sensitivity_study(study, sweep, option, names=asked.names), study=study.light())

    return lambda cancel, progress: _on(asked, cancel, progress, ask)


def growth_work(asked: Asked, option: Option, months: tuple[str, str, str]) -> Work:
    """When a plan breaks. Arguments: `months` are the first, the last, and the growth."""

    def ask(study: Study, sweep: Sweep) -> Growth:
        return growth(study, option, sweep, *months, draws=_DRAWS, names=asked.names)

    return lambda cancel, progress: _on(asked, cancel, progress, ask)
