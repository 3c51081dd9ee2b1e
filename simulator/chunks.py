"""Chunks: the asks that travel together to a worker, and the work that they are."""

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from simulator.changes import Change
from simulator.study import Study
from simulator.trial import Ask

__all__ = ["cut", "work_s"]

_LONGEST_S: Final = 0.5
"""Work in one chunk: far more than its journey takes, and little to lose with its worker."""
_EACH: Final = 4
"""Chunks for each worker at least, so that one that is done early finds more to do."""


def work_s(study: Study, ask: Ask) -> float:
    """Seconds that a run keeps one core busy, by the best rate that the facts state for the engine."""
    rate = study.facts.mechanism.fact(f"simulation.{study.engine}_per_s").number("high")
    return study.load.requests * study.workload.caller.attempts * ask.change.load / rate


def cut(study: Study, asks: Sequence[Ask], workers: int) -> Iterator[tuple[Ask, ...]]:
    """The asks in chunks, those over the same draw of the traffic together: a worker draws it once.

    >>> from advisor.options import Option
    >>> from simulator.study import prepare
    >>> asks = [Ask(Option(name="real_time", instances=n), replication=n % 2) for n in range(40)]
    >>> [len(chunk) for chunk in cut(prepare("receipt-classifier"), asks, workers=2)]
    [5, 5, 5, 5, 5, 5, 5, 5]
    """
    most = max(1, math.ceil(len(asks) / (_EACH * workers)))
    together: dict[tuple[Change, int], list[Ask]] = {}
    for ask in asks:
        together.setdefault((ask.change, ask.replication), []).append(ask)
    for group in together.values():
        seconds = max(work_s(study, group[0]), 1e-9)
        size = min(most, max(1, int(_LONGEST_S / seconds)))
        yield from _pieces(group, size)


def _pieces(group: Sequence[Ask], size: int) -> Iterable[tuple[Ask, ...]]:
    return (tuple(group[first : first + size]) for first in range(0, len(group), size))
