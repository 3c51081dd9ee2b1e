"""Every number that nobody measured, with who uses it, what its ends do to the cost, and whether the answer turns on it."""

from collections.abc import Iterator
from dataclasses import dataclass

from advisor.units import format_usd
from simulator.assumptions import Assumption
from simulator.ranking import Ranked, Ranking

__all__ = ["AssumedRow", "assumed_rows", "assumed_too"]


@dataclass(frozen=True, slots=True)
class AssumedRow:
    """One assumption in an answer."""

    row: Assumption
    users: tuple[Ranked, ...]
    """The options that it was used for."""
    turns: bool
    """Whether the first place turns on it, within its range."""
    varied: bool
    """Whether both ends were played."""

    @property
    def costs(self) -> tuple[tuple[str, str], ...]:
        """Each option's name, and its USD per month at both ends in words."""
        return tuple(self._costs())

    def _costs(self) -> Iterator[tuple[str, str]]:
        for entry in self.users:
            low, high = entry.extremes.get(self.row.key, (None, None))
            if low is not None and high is not None:
                a, b = format_usd(low), format_usd(high)
                yield entry.name, f"stays at {a}" if a == b else f"{a} to {b}"


def assumed_rows(ranking: Ranking) -> tuple[AssumedRow, ...]:
    """The assumptions of an answer, in the order in which the options use them.

    >>> from simulator import rank
    >>> [one.row.key for one in assumed_rows(rank("ct-scans", replications=3)) if one.varied]
    ['start']
    """
    turning = {(turn.option, turn.key) for turn in ranking.turns}
    found = []
    for row in ranking.assumptions:
        users = tuple(
            entry
            for entry in ranking.ranked
            if any(used.key == row.key and used.fact == row.fact for used in entry.simulation.assumed.rows)
        )
        turns = any((entry.name, row.key) in turning for entry in users)
        found.append(AssumedRow(row, users, turns, any(row.key in entry.extremes for entry in users)))
    return tuple(found)


def assumed_too(ranking: Ranking) -> tuple[str, ...]:
    """What the workload did not state and that is no number, a line each."""
    return tuple(line.replace(" (assumed)", "") for line in ranking.study.workload.assumptions)
