"""The present question, prepared once for all steps of the what-if: its traffic, and its quick ranking as it is."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Final

from simulator.pages import _answer
from simulator.pages._job import Work
from simulator.pages._question import Key, Question
from simulator.ranking import Ranking
from simulator.re_rank import AS_IS, WhatIf, re_rank
from simulator.study import Study

__all__ = ["BASES", "Base", "Bases", "Both", "what_if_work"]

_MOST_REQUESTS: Final = 4_000_000
"""Requests of all studies that are kept; the last one always is."""
_MOST: Final = 6


@dataclass(frozen=True, slots=True)
class Base:
    """A question with its traffic drawn, and the ranking that a change is held against."""

    study: Study
    before: Ranking


@dataclass(frozen=True, slots=True)
class Both:
    """The quick ranking as it is, and under a change."""

    asked: WhatIf
    before: Ranking
    after: Ranking


class Bases:
    """The last few, by question; the oldest goes first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, Base] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> Base | None:
        """What is kept of a question, or None."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: Key, base: Base) -> None:
        """Keep one."""
        with self._lock:
            self._kept[key] = base
            self._kept.move_to_end(key)
            while len(self._kept) > 1 and (len(self._kept) > _MOST or self._requests() > _MOST_REQUESTS):
                self._kept.popitem(last=False)

    def _requests(self) -> int:
        return sum(base.study.load.requests for base in self._kept.values())


BASES: Final = Bases()


def what_if_work(question: Question, asked: WhatIf) -> Work:
    """The computation of one step, for a job."""

    def work(cancel: Any, progress: Any) -> Both:
        base = BASES.get(question.key)
        if base is None:
            study = question.study()  # without the flag: other jobs go on with it when this one is stopped
            base = Base(study, _answer.light(re_rank(study.stopped_by(cancel), AS_IS, progress=progress)))
            BASES.put(question.key, base)
        after = re_rank(base.study.stopped_by(cancel), asked, progress=progress)
        return Both(asked, base.before, _answer.light(after))

    return work
