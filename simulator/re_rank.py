"""Re-rank: the ranking of a study under a change, quickly, for somebody who moves a slider.

The candidates are chosen again, so that sizes follow the traffic, and the rules are asked again. Each is played over
one draw of the traffic and no assumption is tried at its ends: there are no intervals, no ties and no flips. Compare it
with the same quick ranking of the study as it is, never with a full one.
"""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from advisor.options import Option
from advisor.places import Place
from advisor.scaled import scaled
from advisor.workload import TraceTraffic, Workload
from simulator.assumptions import Assumption, assume
from simulator.changes import Change, changed
from simulator.entrants import entrants_of
from simulator.offered import lowest_cost, offered_concurrency
from simulator.play import Simulation, simulated
from simulator.ranking import Progress, Ranking, choose, entry_of, in_order
from simulator.scenarios import bill_at
from simulator.study import Study
from simulator.unplayed import left_out

__all__ = ["AS_IS", "NOTE", "WhatIf", "re_rank", "start_rows", "written"]

NOTE: Final = "one draw of the traffic, without intervals; no assumption was tried at the ends of its range"
"""What a quick ranking is not."""
_STARTS: Final = ("cold_start", "start", "copy_start", "load", "reload")
"""Assumptions that say how long something takes to come up: an environment, an instance, a copy, a model."""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What is asked: factors on the question; 1 leaves a thing as it is."""

    load: float = 1.0
    """Times the requests."""
    service: float = 1.0
    """Times the service time, everywhere."""
    payload: float = 1.0
    """Times the size of requests."""
    start: float = 1.0
    """Times what a start takes: of an environment, an instance, a copy, a model. An assumption, no part of a workload."""
    price: float = 1.0
    """Times every price. No part of a workload."""

    @property
    def change(self) -> Change:
        """The part of it that changes the workload."""
        return Change(load=self.load, service=self.service, payload=self.payload)


AS_IS: Final = WhatIf()


def written(workload: Workload, asked: WhatIf) -> Workload:
    """The workload with what is asked written into it: traffic, service time and sizes.

    What a start takes and prices are no part of a workload; recorded traffic is what its file holds, and stays. Raises
    InputError where the file of the service times was not given.

    >>> from advisor.workload import load_workload
    >>> written(load_workload("invoice-ocr"), WhatIf(load=2.0, price=3.0)).traffic.mean_rate_per_s
    4.0
    """
    if isinstance(workload.traffic, TraceTraffic):
        return workload
    made = scaled(workload, load=asked.load, service=asked.service, payload=asked.payload)
    return workload if made == workload else Workload.from_mapping(made.to_mapping())


def start_rows(rows: Iterable[Assumption]) -> tuple[Assumption, ...]:
    """The assumptions that say how long something takes to come up, the cold start first."""
    return tuple(sorted((row for row in rows if row.key in _STARTS), key=lambda row: _STARTS.index(row.key)))


def _starts(study: Study, option: Option, factor: float) -> dict[str, str]:
    """What the starts of an option take at a factor, as values of its assumptions."""
    if factor == 1.0:
        return {}
    rows = assume(study.workload, option, study.facts).rows
    return {row.key: f"{max(1, round(row.used * factor))} us" for row in start_rows(rows)}


def _offered(study: Study, place: Place, factor: float) -> int:
    alone = Option(name="serverless", memory_mib=int(place.on.split(":")[1]), max_concurrency=1)
    return offered_concurrency(study, place, _starts(study, alone, factor))


def _play(study: Study, asked: WhatIf) -> Callable[[Option], Simulation | str]:
    """How one candidate is played."""

    def play(option: Option) -> Simulation | str:
        found = simulated(study, option, given=_starts(study, option, asked.start))
        if isinstance(found, str) or asked.price == 1.0:
            return found
        return replace(found, bill=bill_at(found.bill, [("*", asked.price)]))

    return play


def re_rank(study: Study, asked: WhatIf = AS_IS, *, progress: Progress | None = None) -> Ranking:
    """The ranking of a study under a change, from one draw of the traffic.

    Arguments: `study` as it is, kept by the caller from one change to the next; `progress` as of `rank_study`. Raises
    InputError or TooLargeError where the changed workload cannot be played, Cancelled when the study's flag is set.

    >>> from simulator.study import prepare
    >>> study = prepare("receipt-classifier")
    >>> [entry.name for entry in re_rank(study, WhatIf(load=2.0)).ranked][:1]
    ['serverless']
    """
    say = progress or (lambda done, of, what: None)
    say(0, 3, "drawing the traffic")
    inside = changed(study, asked.change)
    promise, play = inside.promise, _play(inside, asked)

    def floor(option: Option) -> float:
        return lowest_cost(inside, option) * asked.price

    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        say(1, 3, "sizing the candidates")
        advice, verdicts, allowed = entrants_of(inside, pool, partial(_offered, factor=asked.start))
        say(2, 3, "simulating the candidates")
        names = [name for name, options in allowed.items() if options]
        found = pool.map(lambda name: choose(allowed[name], promise, play, floor), names)
        chosen = dict(zip(names, found, strict=True))
    say(3, 3, "done")
    refused = {name: choice.reason for name, choice in chosen.items() if choice.best is None}
    suited = {verdict.option.name: verdict.fit for verdict in advice.verdicts}
    runs = {name: choice.best for name, choice in chosen.items() if choice.best is not None}
    ranked = in_order([
        entry_of(replace(verdicts[run.option], fit=suited[name]), [run], len(allowed[name]), chosen[name].ran, promise)
        for name, run in runs.items()
    ], promise)  # fmt: skip
    infeasible = left_out(inside, advice, [entry.name for entry in ranked], verdicts, refused)
    rows = {(row.key, row.fact): row for run in runs.values() for row in run.assumed.rows}
    return Ranking(inside, promise, ranked, infeasible, (), tuple(rows.values()), (*inside.notes, NOTE), advice)
