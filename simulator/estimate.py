"""What a run will take, before it is started: memory and time from the number of requests, against the user's limits.

The rates are facts (`simulation.*`, assumed, on the careful side); `bench` measures the machine at hand.
"""

from dataclasses import dataclass
from typing import Final

from advisor.errors import TooLargeError
from advisor.facts import Facts
from advisor.units import format_bytes, format_count, format_duration
from simulator.study import Study

__all__ = ["MEMORY_LIMIT", "NO_LIMITS", "Estimate", "Limits", "estimate", "refuse"]

MEMORY_LIMIT: Final = 4 * 2**30
"""Memory that the records of a run may take where no limit is stated, bytes."""
_HELD_COLUMN_BYTES: Final = 8
_HELD_COLUMNS: Final = 6


@dataclass(frozen=True, slots=True)
class Limits:
    """What the user allows; None: no limit on the time, `MEMORY_LIMIT` for the memory."""

    time_us: int | None = None
    memory_bytes: int | None = None


NO_LIMITS: Final = Limits()
"""No limit on the time, the usual one on the memory."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What runs will take."""

    requests: int
    """Requests of one run, retries included at their most."""
    runs: int
    time_us: int
    memory_bytes: int

    @property
    def text(self) -> str:
        """The estimate in words."""
        many = "" if self.runs == 1 else f"{self.runs} runs of "
        return (
            f"about {format_duration(self.time_us)} and {format_bytes(self.memory_bytes, 'MiB')} for "
            f"{many}{format_count(self.requests)} requests"
        )


def estimate(study: Study, facts: Facts, *, runs: int = 1, keep: bool = False, side_by_side: int = 1) -> Estimate:
    """Time and memory of some runs of a study.

    Arguments: `runs` in all, of which `side_by_side` at a time; `keep` where a run keeps a row for each attempt. Callers
    who try again are counted with all their attempts: that is the most it can be.
    """
    rows = study.load.requests * study.workload.caller.attempts
    rate = facts.fact("simulation.fast_per_s" if study.engine == "fast" else "simulation.reference_per_s").number()
    demand = study.demand()
    held = study.load.requests * _HELD_COLUMN_BYTES * _HELD_COLUMNS if demand.held else 0
    kept = rows * facts.fact("simulation.row_size").bytes() * side_by_side if keep else 0
    return Estimate(study.load.requests, runs, round(runs * rows / rate * 1e6), held + kept)


def refuse(found: Estimate, limits: Limits) -> None:
    """Raise TooLargeError where an estimate is above a limit: with the estimate, the limit and what would help."""
    if limits.time_us is not None and found.time_us > limits.time_us:
        raise TooLargeError(
            f"this would take {found.text}, more than --time-limit {format_duration(limits.time_us)}: "
            "state a shorter traffic.duration, fewer replications or a longer limit"
        )
    allowed = MEMORY_LIMIT if limits.memory_bytes is None else limits.memory_bytes
    if found.memory_bytes > allowed:
        raise TooLargeError(
            f"this would take {found.text}, more than --memory-limit {format_bytes(allowed, 'MiB')}: "
            "state a shorter traffic.duration, or do without a row for each request"
        )
