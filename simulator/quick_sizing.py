"""A sizing as a step of a larger question: one draw of the traffic, nothing beside the plans, and whole or not at all."""

from collections.abc import Collection

from advisor.errors import Cancelled, InputError, Problem
from simulator.changes import Change
from simulator.sizing import Sizing, size_study
from simulator.study import Study
from simulator.sweep import Sweep

__all__ = ["quick_sizing"]


def quick_sizing(
    study: Study, sweep: Sweep, change: Change, names: Collection[str] = (), types: Collection[str] = ()
) -> Sizing:
    """The cheapest plans under a change, by one draw.

    Arguments: as of `size_study`. Raises Cancelled where it was stopped and InputError where a cluster went away: a part
    of an answer would be taken for the whole.
    """
    found = size_study(
        study, sweep, names=names, types=types, change=change, draws=1, turns=False, takes=False
    )  # fmt: skip
    if found.lost:
        raise InputError([Problem("", "", found.lost)])
    if found.stopped:
        raise Cancelled("stopped")
    return found
