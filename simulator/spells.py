"""Spells: stretches of a run in which the promise does not hold, step by step, each with what it cost."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.promise import Promise
from simulator.recorder import Recorded

__all__ = ["Bound", "Spell", "bound_of", "spells"]

_STEADY_US: Final = 300_000_000
"""A spell is over when the promise has held for so long."""


@dataclass(frozen=True, slots=True)
class Bound:
    """The latency bound that answers are held against: p99 unless another percentile is promised instead."""

    measure: str
    share: float
    us: int


@dataclass(frozen=True, slots=True)
class Spell:
    """One stretch."""

    from_us: int
    end_us: int
    bad_us: int
    """Length of its steps in which the promise did not hold."""
    late: int
    lost: int
    """Requests that were throttled or failed."""
    cold: int
    """Requests that waited for a start-up."""
    p99_us: float
    """Of the step in which it was highest; not a number where nothing was answered."""

    @property
    def bad(self) -> int:
        """Requests late or lost."""
        return self.late + self.lost


def bound_of(promise: Promise) -> Bound | None:
    """The bound of a promise; None where it states none."""
    found = [s for s in promise.slos if s.bound_us is not None and s.percentile is not None]
    slo = next((s for s in found if s.measure == "p99"), found[0] if found else None)
    return None if slo is None else Bound(slo.measure, slo.percentile or 0.0, slo.bound_us or 0)


def _bad(recorded: Recorded, promise: Promise) -> NDArray[np.bool_]:
    """Steps in which more requests are late or lost than the promise allows; an empty one keeps it."""
    columns, bound = recorded.columns, bound_of(promise)
    ended, lost = columns["ended"], columns["throttled"] + columns["failed"]
    allowed = max((s.bound_share or 0.0 for s in promise.slos if s.bound_share is not None), default=0.0)
    found: NDArray[np.bool_] = lost > allowed * ended
    if bound is not None:
        # a share like 0.99 is not exact in binary: the tolerance keeps a whole product whole
        found |= columns["late"] + lost > (1 - bound.share) * ended + 1e-9
    return found


def spells(recorded: Recorded, promise: Promise) -> tuple[Spell, ...]:
    """The spells of a run in order of time; what is less than five minutes apart is one."""
    step, columns = recorded.step_us, recorded.columns
    bad = np.flatnonzero(_bad(recorded, promise))
    if not len(bad):
        return ()
    p99 = recorded.slow.quantiles(0, len(columns["ended"]), 1, [0.99])[0]
    gap = max(1, _STEADY_US // step)
    parts = np.split(bad, np.flatnonzero(np.diff(bad) > gap) + 1)
    found = []
    for part in parts:
        first, stop = int(part[0]), int(part[-1]) + 1
        sums = {name: int(columns[name][part].sum()) for name in ("late", "throttled", "failed", "cold")}
        worst = p99[part]
        peak = float("nan") if np.isnan(worst).all() else float(np.nanmax(worst))
        found.append(Spell(
            first * step, stop * step, len(part) * step, sums["late"], sums["throttled"] + sums["failed"], sums["cold"], peak,
        ))  # fmt: skip
    return tuple(found)
