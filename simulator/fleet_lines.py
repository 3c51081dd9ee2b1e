"""What served over time, for a chart: instances or copies by state, or environments by what they do."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.envelope import MOST_POINTS, Line, averages, envelope
from simulator.recorder import Recorded
from simulator.story import Story

__all__ = ["Fleet", "environments", "fleet"]

_STATES: Final = {"in_service": "in service", "starting": "starting", "draining": "draining"}


@dataclass(frozen=True)
class Fleet:
    """Areas that stand on each other, with the same times."""

    unit: str
    """What is counted: instances, copies or environments."""
    at_us: NDArray[np.int64]
    """int64[n], microseconds from the start of the run; each value lasts to the next."""
    areas: dict[str, NDArray[np.float64]]
    """float64[n] by what they are doing; those that never were are left out, save the first."""
    average: bool
    """The values are averages of each stretch, not the number at an instant."""
    most: Line | None = None
    """The most at any instant, where the areas are averages."""
    low: int = 0
    """Fewest that served at once."""
    high: int = 0
    """Most that served at once."""
    warm: int = 0
    """Environments that are kept warm all the time."""


def _seen(areas: dict[str, NDArray[np.float64]]) -> dict[str, NDArray[np.float64]]:
    """The areas that are not empty, and the first."""
    return {name: area for n, (name, area) in enumerate(areas.items()) if n == 0 or area.any()}


def fleet(story: Story, each: int) -> Fleet:
    """The fleet of a run at each change; on average of every `each` steps where it changes too often to be drawn so."""
    columns = [story.table.of(name).astype(np.float64) for name in _STATES]
    seconds, serving = story.table.of("time_s"), columns[0]
    at = np.round(seconds * 1e6).astype(np.int64)
    low, high = int(serving.min()), int(serving.max())
    changes = np.flatnonzero(np.any(np.diff(np.stack(columns), axis=1, prepend=-1), axis=0))
    if len(changes) < MOST_POINTS:
        areas = dict(zip(_STATES.values(), (column[changes] for column in columns), strict=True))
        return Fleet(story.unit, at[changes], _seen(areas), False, low=low, high=high)
    means = {words: averages(column, each) for words, column in zip(_STATES.values(), columns, strict=True)}
    return Fleet(story.unit, at[::each], _seen(means), True, envelope(Line(at, np.sum(columns, axis=0))), low, high)


def environments(recorded: Recorded, first: int, stop: int, each: int, warm: int) -> Fleet:
    """Environments of the steps from `first` to before `stop`: busy and starting, on average of every `each` steps.

    Arguments: `warm` environments are provisioned all the time.
    """
    at = np.arange(first, stop) * recorded.step_us
    means = {name: averages(recorded.columns[name][first:stop], each) for name in ("busy", "starting")}
    most = recorded.columns["most_busy"][first:stop]
    line = envelope(Line(at, most))
    return Fleet("environments", at[::each], _seen(means), True, line, int(most.min()), int(most.max()), warm)
