"""A sweep of a study under a change, played by the sweep of the study itself: no second study has to travel."""

from collections.abc import Iterable
from dataclasses import replace

from simulator.changes import Change, changed
from simulator.sweep import Sweep
from simulator.trial import Ask, Trial

__all__ = ["Shifted"]


class Shifted(Sweep):
    """Plays the trials of a changed study; it borrows the executor and is never closed.

    >>> from simulator.study import prepare
    >>> with Sweep(prepare("receipt-classifier")) as sweep:
    ...     twice = Shifted(sweep, Change(load=2.0))
    ...     round(twice.study.load.requests / sweep.study.load.requests, 1)
    2.0
    """

    def __init__(self, sweep: Sweep, change: Change) -> None:
        self.study, self._sweep, self._change = changed(sweep.study, change), sweep, change

    def play(self, asks: Iterable[Ask], what: str = "") -> list[Trial]:
        """The trials of some asks, each under this change and its own; their asks say both."""
        return self._sweep.play([replace(ask, change=self._both(ask.change)) for ask in asks], what)

    def _both(self, own: Change) -> Change:
        all_of = self._change
        return Change(
            all_of.load * own.load, all_of.service * own.service, all_of.payload * own.payload,
            (*all_of.unmeasured, *own.unmeasured),
        )  # fmt: skip
