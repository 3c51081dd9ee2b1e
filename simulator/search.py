"""The search of a sizing: from the cheapest possible configuration upwards, until nothing cheaper can be left.

1. Every configuration has a floor, the least it can cost a month. Analytic bounds exclude some (`simulator.pruning`).
2. The rest are played on the first draw of the traffic, a few of each option at a time, by rising floor; what has a
   floor above the second cheapest that keeps the promise is not played.
3. Where a fleet of one size misses the promise and the next larger one tried keeps it, the sizes between are halved.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from advisor.billing import estimate
from advisor.options import Option
from simulator.changes import Change
from simulator.offered import capacity_cost, lowest_cost
from simulator.plans import Plan, judged
from simulator.pruning import Profile, excluded_by, profile_of
from simulator.study import Study
from simulator.sweep import Sweep
from simulator.trial import Ask

__all__ = ["Found", "finished", "search"]

_AT_A_TIME: Final = 6
"""Configurations of an option that are played before the search looks again: the same on any number of processes."""
_OF_EXPECTED: Final = 0.85
"""Share of the expected cost of a tracked fleet that counts as its floor."""
_AXES: Final = ("instances", "provisioned_concurrency", "copies")
"""Counts between two of which a search may look."""


@dataclass
class Found:
    """What a search knows of one option name so far."""

    plans: list[Plan] = field(default_factory=list)
    pruned: Counter[str] = field(default_factory=Counter)
    waiting: list[tuple[float, Option]] = field(default_factory=list)
    """Floor and configuration of what is still to be played, cheapest first."""
    misses: set[Option] = field(default_factory=set)
    """Configurations known to miss the promise, played or excluded by a bound."""
    asked: list[Option] = field(default_factory=list)
    """What is being played."""
    dear: set[Option] = field(default_factory=set)
    """Configurations that cost more than two that keep the promise."""

    @property
    def ceiling(self) -> float:
        """Capacity cost of the second cheapest plan that keeps the promise; infinite while there are fewer."""
        costs = sorted(capacity_cost(plan.trials[0].bill) for plan in self.plans if plan.meets)
        return costs[1] if len(costs) > 1 else math.inf

    def next(self) -> Iterator[Option]:
        """The next few to play; what cannot be among the two cheapest any more is set aside."""
        taken = 0
        while self.waiting and taken < _AT_A_TIME:
            floor, option = self.waiting.pop(0)
            if floor > self.ceiling:
                self.pruned["cost"] += 1
                self.dear.add(option)
                continue
            taken += 1
            self.asked.append(option)
            yield option

    def learn(self, plan: Plan) -> None:
        """Take in what was played."""
        self.plans.append(plan)
        self.asked.remove(plan.option)
        if not plan.meets:
            self.misses.add(plan.option)

    @property
    def tested(self) -> set[Option]:
        """Everything that needs no look any more."""
        return {plan.option for plan in self.plans} | self.misses | self.dear


def finished(found: Mapping[str, Found], sweep: Sweep, study: Study, change: Change) -> None:
    """Take in what was played of a round that was stopped."""
    for one in found.values():
        for option in list(one.asked):
            trial = sweep.done.get(Ask(option, change=change))
            if trial is not None:
                one.learn(judged([trial], study.promise))


def _at(option: Option, axis: str, size: int) -> Option:
    return replace(option, **{axis: size})  # type: ignore[arg-type] # the axes are counts


def _family(option: Option, axis: str) -> Option | None:
    """A configuration without its count on an axis; None where it has none there to vary."""
    fixed = not option.tracked and not option.provisioned_target and not option.fleets
    if not fixed or not getattr(option, axis) or (axis == "instances" and option.components):
        return None
    return _at(option, axis, 0)


def _between(found: Found) -> Iterator[Option]:
    """Halfway between the largest size that misses and the smallest that keeps the promise, of each family."""
    known = found.tested
    missed = known - {plan.option for plan in found.plans if plan.meets} - found.dear
    for axis in _AXES:
        for plan in found.plans:
            family = _family(plan.option, axis) if plan.meets else None
            if family is None:
                continue
            size = getattr(plan.option, axis)
            below = [getattr(o, axis) for o in missed if _family(o, axis) == family and getattr(o, axis) < size]
            middle = (max(below) + size) // 2 if below else size
            tried = _at(plan.option, axis, middle)
            if below and tried not in known:
                yield tried


def floor_of(study: Study, option: Option) -> float:
    """The least that a configuration costs a month if it keeps the promise, USD.

    A tracked fleet settles between its target and the threshold of scaling in, so it has about the instances that the
    mean load asks for at the target; a part of that is taken, since a fleet may lag behind.
    """
    least = lowest_cost(study, option)
    if not option.tracked:
        return least
    expected = estimate(option, study.workload, study.load, study.places, study.facts, study.terms)
    cost = capacity_cost(expected)
    return least if math.isinf(cost) else max(least, _OF_EXPECTED * cost)


def _start(study: Study, profile: Profile, options: Sequence[Option], *, prune: bool) -> Found:
    found, out = Found(), list[tuple[float, str, Option]]()
    for option in options:
        floor = floor_of(study, option)
        bound = excluded_by(study, profile, option, floor) if prune else ""
        if bound:
            out.append((floor, bound, option))
        else:
            found.waiting.append((floor if prune else 0.0, option))
    if not found.waiting and out:  # something has to be played, to tell what comes closest
        dear = [one for one in out if one[1] == "budget"]
        closest = min(dear, key=lambda one: one[0]) if dear else max(out, key=lambda one: one[0])
        out.remove(closest)
        found.waiting.append((0.0, closest[2]))
    found.pruned.update(bound for _, bound, _ in out)
    found.misses.update(option for _, _, option in out)
    found.waiting.sort(key=lambda pair: pair[0])
    return found


def search(
    study: Study, sweep: Sweep, listed: Mapping[str, Sequence[Option]], change: Change, *, prune: bool,
    say: Callable[[Mapping[str, Found]], str],
) -> Iterator[dict[str, Found]]:  # fmt: skip
    """Search all options side by side; yields what is known after each round, to be kept where the search is stopped.

    Arguments: `study` under the change, `sweep` of the study without it; `listed` has the configurations by option name;
    `say` words the best so far for the progress.
    """
    profile = profile_of(study)
    found = {name: _start(study, profile, options, prune=prune) for name, options in listed.items()}
    yield found
    while True:
        batch = [(name, option) for name, one in found.items() for option in one.next()]
        if not batch:
            more = {name: sorted(set(_between(one)), key=repr) for name, one in found.items()}
            for name, options in more.items():
                floors = sorted((prune * floor_of(study, option), number) for number, option in enumerate(options))
                found[name].waiting = [(floor, options[number]) for floor, number in floors]
            if not any(one.waiting for one in found.values()):
                return
            continue
        trials = sweep.play([Ask(option, change=change) for _, option in batch], say(found))
        for (name, _), trial in zip(batch, trials, strict=True):
            found[name].learn(judged([trial], study.promise))
        yield found
