"""What a worker does: it makes the study of a recipe once, keeps it, and plays what it is asked for.

`get_ready` and `watch` are for workers of our own pool; any other worker needs `play_in_worker` alone.
"""

import os
import signal
from collections.abc import Sequence
from multiprocessing import parent_process
from threading import Event, Lock, Thread
from typing import Any, Final

from simulator.recipe import Recipe, study_of_recipe
from simulator.study import Study
from simulator.trial import Ask, Trial, played

__all__ = ["get_ready", "play_in_worker"]

_KEPT: Final = 2
"""Studies that a worker keeps, each with a few drawn demands."""

_studies: Final[dict[str, Study]] = {}
_lock: Final = Lock()


class _Flag(Event):
    """A cancel flag that another process sets. It has no lock, which a killed worker could leave behind locked."""

    def __init__(self, shared: Any) -> None:
        super().__init__()
        self._shared = shared

    def is_set(self) -> bool:
        return bool(self._shared.value)


class _Given:
    """What a worker of our own pool was given when it started."""

    recipe: Recipe | None = None
    flag: _Flag | None = None


def _study(digest: str, recipe: Recipe | None) -> Study | None:
    with _lock:
        if digest not in _studies:
            if recipe is None and _Given.recipe is not None and _Given.recipe.digest == digest:
                recipe = _Given.recipe
            if recipe is None:
                return None
            while len(_studies) >= _KEPT:
                del _studies[next(iter(_studies))]
            _studies[digest] = study_of_recipe(recipe, _Given.flag)
            if recipe is _Given.recipe:
                _Given.recipe = None  # once is enough, and it may be large; one that is refused is refused again
        return _studies[digest]


def play_in_worker(digest: str, recipe: Recipe | None, asks: Sequence[Ask]) -> list[Trial] | None:
    """The trials of some asks, in their order; None where this worker lacks the study and no recipe came along.

    Arguments: `digest` names the study. Raises InputError where this worker would give other numbers.

    >>> play_in_worker("unknown", None, []) is None
    True
    """
    study = _study(digest, recipe)
    return None if study is None else [played(study, ask) for ask in asks]


def _end_with(parent: Any) -> None:
    parent.join()
    os._exit(1)


def get_ready(recipe: Recipe, shared: Any) -> None:
    """Take what every task of this worker needs, and end when the process that started it ends, however it does.

    Arguments: `shared` is a number in shared memory that is not 0 once the work is to stop.
    """
    _Given.recipe, _Given.flag = recipe, _Flag(shared)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that started it tells it to stop
    parent = parent_process()
    if parent is not None:
        Thread(target=_end_with, args=(parent,), daemon=True).start()
