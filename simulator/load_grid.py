"""Loads to look at: a logarithmic grid around today's traffic, stretched to where mean rates put a crossing."""

import math
from collections.abc import Sequence
from itertools import combinations, pairwise
from typing import Final

import numpy as np

from advisor.billing import estimate
from advisor.errors import InputError, Problem
from advisor.options import Option
from advisor.scaled import scaled
from advisor.shortlist import candidates
from advisor.units import format_count
from advisor.verdict import examine
from simulator.curves import Subject
from simulator.study import Study

__all__ = ["check_loads", "farther", "grid_of", "rough_cost"]

_OCTAVES: Final = 4
"""Doublings looked at on both sides of today's traffic."""
_FARTHEST: Final = 14
"""Doublings to which mean rates may stretch the grid."""
_FEWEST: Final = 30
"""Requests that a run holds at least."""
_MOST: Final = 5_000_000
"""Requests that a run of the usual grid holds at most."""
_MOST_STRETCHED: Final = 20_000_000
"""Requests that a run holds at most where the grid is stretched to a crossing."""
_MOST_OCTAVES: Final = 12
"""Doublings up to which each is looked at; of more, and of more subjects than two, every second."""
_PAIR: Final = 2
_MOST_FOLLOWED: Final = 8_000_000
"""Requests that a run holds at most where costs that come closer are followed beyond the grid."""
_POINTS: Final = 9
"""Loads of a range that the user states."""


def rough_cost(study: Study, subject: Subject, load: float) -> float:
    """USD per month at a load from mean rates, as if nothing waited; infinite where none fits or has a price."""
    workload, summary = scaled(study.workload, load=load), study.load.part(load)
    options = [subject] if isinstance(subject, Option) else [
        option for option in candidates(workload, study.facts, summary, lambda _: 1)
        if option.name == subject and examine(study.attributes, option, study.facts).feasible
    ]  # fmt: skip
    bills = [estimate(option, workload, summary, study.places, study.facts, study.terms) for option in options]
    return min((float(bill.total) for bill in bills if bill.total is not None), default=math.inf)


def _rough_crossings(study: Study, subjects: Sequence[Subject]) -> list[float]:
    """Doublings of today's traffic at which the order of two subjects changes by mean rates."""
    octaves = range(-_FARTHEST, _FARTHEST + 1)
    costs = [[rough_cost(study, subject, 2.0**octave) for octave in octaves] for subject in subjects]
    found = []
    for one, other in combinations(costs, 2):
        for (a, left), (b, right) in pairwise(
            zip(octaves, [x < y for x, y in zip(one, other, strict=True)], strict=True)
        ):
            if left != right:
                found.append((a + b) / 2)
    return found


def check_loads(loads: tuple[float, float]) -> None:
    """Raise InputError for a range of loads that is none."""
    if not 0 < loads[0] < loads[1] < math.inf:
        raise InputError(
            [Problem("--loads", f"{loads[0]:g}x/{loads[1]:g}x", "two factors above 0, the smaller first, like 0.5x/8x")]
        )


def grid_of(study: Study, subjects: Sequence[Subject], loads: tuple[float, float] | None = None) -> tuple[float, ...]:
    """Loads in ascending order, each two to four times the one before.

    Arguments: `loads` is a range that the user states. Raises InputError where it is none, or where the
    workload has so little traffic that not even the largest load holds enough requests.
    """
    if loads is not None:
        check_loads(loads)
        count = max(_POINTS, math.ceil(math.log2(loads[1] / loads[0])) + 1)
        return tuple(float(load) for load in np.geomspace(*loads, count))
    requests = study.load.requests
    if requests < _FEWEST:
        seen = f"{format_count(requests)} requests"
        raise InputError([Problem("traffic.duration", seen, f"a time in which {_FEWEST} requests or more arrive")])
    least = max(-_FARTHEST, math.ceil(math.log2(_FEWEST / requests)))
    usual = max(1, math.floor(math.log2(_MOST / requests)))
    most = max(1, math.floor(math.log2(_MOST_STRETCHED / requests)))
    low, high = max(-_OCTAVES, least), min(_OCTAVES, usual)
    for octave in _rough_crossings(study, subjects):
        if least < octave < low:
            low = math.floor(octave - 0.25)
        if high < octave < most:
            high = math.ceil(octave + 0.25)
    low, high = max(low, least), min(high, max(usual, most))
    step = 1 if high - low <= _MOST_OCTAVES and len(subjects) <= _PAIR else 2
    return tuple(2.0**octave for octave in (*range(low, high, step), high))


def farther(study: Study, grid: Sequence[float], *, up: bool) -> float | None:
    """The next load beyond a grid, above or below; None where a run would be too long or hold too few requests."""
    load = grid[-1] * 2 if up else grid[0] / 2
    return load if _FEWEST <= study.load.requests * load <= _MOST_FOLLOWED else None
