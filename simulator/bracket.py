"""Bracketing: between which neighbours on a ladder of candidates a promise breaks; many ladders side by side.

The rungs of a ladder are whole numbers, `RUNG` apart as a factor: load x 1.02^rung, or 1.02^-rung as a speed. First one draw
of the traffic finds the edge, then several draws look at it again, so that chance on one draw does not decide.
"""

import math
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from simulator.plans import Plan, judged
from simulator.promise import Promise
from simulator.sweep import Sweep
from simulator.trial import Ask, Trial

__all__ = ["RUNG", "Edge", "Ladder", "edges", "factor_of", "rung_of"]

RUNG: Final = 1.02
"""Factor between neighbouring rungs, which is how sharply an edge is known."""
_INNER: Final = 2
"""Rungs tried at once inside a bracket; the same whatever the pool, so that the answer is too."""


def factor_of(rung: int) -> float:
    """The factor of a rung.

    >>> factor_of(0), round(factor_of(35), 3)
    (1.0, 2.0)
    """
    return RUNG**rung


def rung_of(factor: float) -> int:
    """The highest rung whose factor is not above one.

    >>> rung_of(1.0), rung_of(2.0), rung_of(0.99)
    (0, 35, -1)
    """
    return math.floor(math.log(factor) / math.log(RUNG) + 1e-9)


@dataclass(slots=True)
class Ladder:
    """Candidates by rung, a higher one asking for more, and where to look first.

    Arguments: `ask` makes the run of a rung; `low` should keep the promise and `high` break it; no rung outside `least`
    to `most` is tried. `trials` are what is known, by rung; they grow.
    """

    ask: Callable[[int], Ask]
    low: int
    high: int
    least: int
    most: int
    single: int | None = None
    """From this rung on a run is so long that one draw of the traffic is enough."""
    trials: dict[int, list[Trial]] = field(default_factory=dict)

    def plan(self, rung: int, promise: Promise) -> Plan:
        """What was found on a rung, judged by the mean over its draws."""
        return judged(self.trials[rung], promise)


@dataclass(frozen=True, slots=True)
class Edge:
    """Where the promise breaks on a ladder."""

    keeps: int | None
    """Highest rung under the edge; None where even the least breaks it."""
    breaks: int | None
    """The rung after it; None where the most still keeps it."""


_Needs = list[tuple[int, Ask]]
"""Runs to make, each for a rung."""


def _walk(
    ladder: Ladder, promise: Promise, draws: int, low: int, high: int, step: int
) -> Generator[_Needs, None, Edge]:
    """Yield the runs to make until two neighbours enclose the edge, each rung with so many draws of the traffic."""

    def need(rungs: Iterable[int]) -> _Needs:
        found = []
        for rung in sorted(set(rungs)):
            known = len(ladder.trials.setdefault(rung, []))
            some = 1 if ladder.single is not None and rung >= ladder.single else draws
            found += [(rung, replace(ladder.ask(rung), replication=draw)) for draw in range(known, some)]
        return found

    def keeps(rung: int) -> bool:
        return ladder.plan(rung, promise).meets

    low, high = max(ladder.least, min(low, ladder.most)), min(ladder.most, max(high, ladder.least))
    while True:
        yield need((low, high))
        if not keeps(low):
            if low == ladder.least:
                return Edge(None, low)
            low, high = max(ladder.least, low - step), low
        elif keeps(high):
            if high == ladder.most:
                return Edge(high, None)
            low, high = high, min(ladder.most, high + step)
        else:
            break
        step *= 2
    while high - low > 1:
        inner = sorted({low + (high - low) * part // (_INNER + 1) for part in range(1, _INNER + 1)} - {low})
        yield need(inner)
        # the lowest that breaks ends the bracket, whatever lies above it: a promise need not break only once
        high = next((rung for rung in inner if not keeps(rung)), high)
        low = max([low, *(rung for rung in inner if rung < high)])
    return Edge(low, high)


def _search(ladder: Ladder, promise: Promise, draws: int) -> Generator[_Needs, None, Edge]:
    """Find the edge on one draw, then look at it again with several."""
    found = yield from _walk(ladder, promise, 1, ladder.low, ladder.high, rung_of(1.5))
    low = ladder.least if found.keeps is None else found.keeps
    high = ladder.most if found.breaks is None else found.breaks
    return (yield from _walk(ladder, promise, draws, low, high, 1))


def edges(sweep: Sweep, ladders: Sequence[Ladder], promise: Promise, *, draws: int = 3, what: str = "") -> list[Edge]:
    """The edge of each ladder, in their order; all are searched side by side, so that a pool has work.

    Arguments: `draws` of the traffic that decide near an edge; `what` is said of the progress.
    """
    found: dict[int, Edge] = {}
    live = {number: _search(ladder, promise, draws) for number, ladder in enumerate(ladders)}
    while live:
        wanted: list[tuple[Ladder, int, Ask]] = []
        for number, search in list(live.items()):
            try:
                wanted += [(ladders[number], rung, ask) for rung, ask in next(search)]
            except StopIteration as end:
                found[number] = end.value
                del live[number]
        wanted.sort(key=lambda one: one[2].change.load)  # runs under the same load share its demand while it is kept
        for (ladder, rung, _), trial in zip(wanted, sweep.play([ask for *_, ask in wanted], what), strict=True):
            ladder.trials[rung].append(trial)
    return [found[number] for number in range(len(ladders))]
