"""Before and after: what a change does to each option of a ranking, and which part of its bill moved most."""

from dataclasses import dataclass

from advisor.bill_parts import parts
from advisor.billing import Bill
from simulator.ranking import Ranked, Ranking

__all__ = ["Moved", "Shift", "moved_most", "shifts"]


@dataclass(frozen=True, slots=True)
class Moved:
    """A part of a bill before and after, USD a month."""

    part: str
    was: float
    now: float

    @property
    def usd(self) -> float:
        """The change."""
        return self.now - self.was


def moved_most(before: Bill, after: Bill) -> Moved | None:
    """The part of a bill that moved most in dollars; None where none did or a total is missing."""
    if before.total is None or after.total is None:
        return None
    was, now = parts(before), parts(after)
    moved = [Moved(part, was.get(part, 0.0), now.get(part, 0.0)) for part in dict.fromkeys((*was, *now))]
    most = max(moved, key=lambda one: abs(one.usd), default=None)
    return most if most is not None and most.usd != 0 else None


@dataclass(frozen=True, slots=True)
class Shift:
    """One option before and after; None where it is not in the ranking."""

    name: str
    before: Ranked | None
    after: Ranked | None
    gone: str = ""
    """Why it is not in the ranking after the change, by the rules; empty where it is."""

    @property
    def usd(self) -> float | None:
        """Change in USD a month; None where either has no price."""
        costs = [entry.cost_per_month.value if entry else None for entry in (self.before, self.after)]
        return None if costs[0] is None or costs[1] is None else costs[1] - costs[0]

    @property
    def moved(self) -> Moved | None:
        """The part of the bill that moved most."""
        return moved_most(self.before.bill, self.after.bill) if self.before and self.after else None


def shifts(before: Ranking, after: Ranking) -> tuple[Shift, ...]:
    """Every option that is ranked before or after, in the order after; those that are gone come last.

    Arguments: two rankings found in the same way (`simulator.re_rank`).

    >>> from simulator.re_rank import AS_IS, WhatIf, re_rank
    >>> from simulator.study import prepare
    >>> study = prepare("fraud-check")
    >>> [one.usd for one in shifts(re_rank(study), re_rank(study, AS_IS))]
    [0.0]
    """
    was, now = ({entry.name: entry for entry in one.ranked} for one in (before, after))
    why = {verdict.option.name: verdict.deciding for verdict in after.infeasible}
    found = []
    for name in dict.fromkeys((*now, *was)):
        deciding = None if name in now else why.get(name)
        found.append(Shift(name, was.get(name), now.get(name), deciding.message if deciding else ""))
    return tuple(found)
