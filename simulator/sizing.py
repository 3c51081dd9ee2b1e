"""Sizing: for each option that fits, the cheapest configuration that keeps the promise."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from advisor.advice import Advice, advise
from advisor.options import NAMES, Option
from advisor.shortlist import candidates
from advisor.verdict import Verdict, examine
from simulator.endpoints import builders
from simulator.offered import lowest_cost, offered_concurrency
from simulator.plans import Plan, Sized, judged
from simulator.study import Study
from simulator.sweep import Sweep
from simulator.trial import Ask
from simulator.unplayed import aside, playable

__all__ = ["Sizing", "size_study"]


@dataclass(frozen=True, slots=True)
class Sizing:
    """The cheapest plan of every option, cheapest first, and the options that have none."""

    study: Study
    sized: tuple[Sized, ...]
    """Those with a plan that keeps the promise come first, by cost."""
    infeasible: tuple[Verdict, ...]
    """Options that the rules block."""
    advice: Advice

    @property
    def best(self) -> Sized | None:
        """The option whose plan is the cheapest of all that keep the promise."""
        return next((one for one in self.sized if one.best is not None and one.best.usd is not None), None)

    def of(self, name: str) -> Sized | None:
        """What was found for one option name; None where it was not sized."""
        return next((one for one in self.sized if one.name == name), None)


def _cost(plan: Plan) -> float:
    return math.inf if plan.usd is None else plan.usd


def _sized(name: str, plans: Sequence[Plan]) -> Sized:
    ordered = tuple(sorted(plans, key=_cost))
    good = [plan for plan in ordered if plan.meets]
    nearest = min(ordered, key=lambda plan: (plan.shortfall, _cost(plan)), default=None)
    return Sized(
        name, good[0] if good else None, good[1] if len(good) > 1 else None, None if good else nearest, len(ordered),
        plans=ordered,
    )  # fmt: skip


def size_study(study: Study, sweep: Sweep, *, names: Collection[str] = ()) -> Sizing:
    """Size the options of a prepared study.

    Arguments: `sweep` plays the trials of the same study; `names` limits the options (all that fit where empty).
    """
    advice = advise(study.workload, study.facts, load=study.load)
    unasked = {verdict.option.name for verdict in advice.verdicts if verdict.feasible and aside(verdict)} - set(names)
    listed = candidates(study.workload, study.facts, study.load, lambda place: offered_concurrency(study, place))
    found: dict[str, list[Option]] = {}
    for option in listed:
        wanted = option.name in builders() and option.name not in unasked and (not names or option.name in names)
        if wanted and playable(option, study.workload) and examine(study.attributes, option, study.facts).feasible:
            found.setdefault(option.name, []).append(option)
    sized = []
    for name in NAMES:
        options = sorted(found.get(name, []), key=lambda option: lowest_cost(study, option))
        if options:
            plans = [judged([trial], study.promise) for trial in sweep.play([Ask(o) for o in options], name)]
            sized.append(_sized(name, plans))
    ordered = sorted(sized, key=lambda one: math.inf if one.best is None else _cost(one.best))
    return Sizing(study, tuple(ordered), advice.infeasible, advice)
