"""Sizing: for each option that fits, the cheapest configuration that keeps the promise.

The configurations are those of `simulator.grid`; bounds and a search by rising cost (`simulator.search`) decide which
are played, all on the same requests; `simulator.finalists` repeats those that may be first or second.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.advice import Advice, advise
from advisor.errors import Cancelled, InputError, Problem
from advisor.facts import Facts
from advisor.options import NAMES, Option, title
from advisor.shortlist import candidates
from advisor.units import format_usd
from advisor.verdict import Verdict, examine
from advisor.workload import Workload
from simulator.changes import NO_CHANGE, Change, changed
from simulator.endpoints import builders
from simulator.finalists import body, by_cost, settled
from simulator.grid import grid
from simulator.offered import offered_concurrency
from simulator.plans import Plan, Sized
from simulator.search import Found, finished, search
from simulator.shortfalls import what_it_takes
from simulator.study import Study, prepare
from simulator.sweep import Progress, Sweep
from simulator.turns import Turn, sensitivity, winner
from simulator.unplayed import aside, playable

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Sizing", "check_choice", "configurations", "size", "size_study"]


@dataclass(frozen=True, slots=True)
class Sizing:
    """The cheapest plan of every option, cheapest first, and the options that have none."""

    study: Study
    """The study that was sized, under the change asked for."""
    sized: tuple[Sized, ...]
    """Those with a plan that keeps the promise come first, by cost."""
    infeasible: tuple[Verdict, ...]
    """Options that the rules block."""
    advice: Advice
    turns: tuple[Turn, ...] = ()
    """Assumptions within whose range another option's plan is the cheapest."""
    stopped: bool = False
    """The search was interrupted: this is the best so far."""
    lost: str = ""
    """What went away and stopped it, in words; empty where somebody stopped it."""
    ends_tried: bool = True
    """The ends of each assumption were looked at; without that, no turns says nothing."""

    @property
    def best(self) -> Sized | None:
        """The option whose plan is the cheapest of all that keep the promise."""
        return next((one for one in self.sized if one.best is not None and one.best.usd is not None), None)

    @property
    def stability(self) -> str:
        """`holds` within the range of every assumption, or what the first place turns on; empty where that was not looked at."""
        if not self.ends_tried:
            return ""
        return "holds" if not self.turns else "turns on: " + "; ".join(turn.text() for turn in self.turns)

    @property
    def first_in_draws(self) -> tuple[int, int]:
        """Draws of the traffic in which the first option is the cheapest, and draws that can tell."""
        plans = {one.name: one.best.trials for one in self.sized if one.best is not None}
        draws = min((len(trials) for trials in plans.values()), default=0)
        firsts = [winner({n: trials[k] for n, trials in plans.items()}, self.study.promise) for k in range(draws)]
        return sum(self.best is not None and first == self.best.name for first in firsts), draws

    @property
    def considered(self) -> int:
        """Configurations looked at in all."""
        return sum(one.considered for one in self.sized)

    def of(self, name: str) -> Sized | None:
        """What was found for one option name; None where it was not sized."""
        return next((one for one in self.sized if one.name == name), None)

    def frame(self) -> "pd.DataFrame":
        """One row for each plan that was played: option, configuration, USD per month, p99, failures, kept or not."""
        import pandas as pd  # noqa: PLC0415 - only where a table is asked for

        return pd.DataFrame([{"option": one.name, **plan.row()} for one in self.sized for plan in one.plans])


def configurations(
    study: Study, names: Collection[str], types: Collection[str], advice: Advice | None = None
) -> dict[str, list[Option]]:
    """Every configuration that the rules allow and a run can play, by option name.

    Arguments: `names` limits the options (where empty: all that the workload asks for), `types` the instance types;
    `advice` on the workload, where it was made before.
    """
    advice = advice or advise(study.workload, study.facts, load=study.load)
    unasked = {verdict.option.name for verdict in advice.verdicts if verdict.feasible and aside(verdict)} - set(names)
    found: dict[str, dict[Option, None]] = {}
    for base in candidates(study.workload, study.facts, study.load, lambda place: offered_concurrency(study, place)):
        wanted = base.name in builders() and base.name not in unasked and (not names or base.name in names)
        if not wanted or (types and base.instance_type and base.instance_type not in types):
            continue
        for option in grid(study, base):
            if playable(option, study.workload) and examine(study.attributes, option, study.facts).feasible:
                found.setdefault(base.name, {})[option] = None
    return {name: list(found[name]) for name in NAMES if name in found}


def _leader(found: Mapping[str, Found]) -> str:
    """The best so far, for the progress."""
    good = [plan for one in found.values() for plan in one.plans if plan.meets]
    if not good:
        return "nothing keeps the promise so far"
    best = min(good, key=by_cost)
    return f"best so far: {title(best.option.name)}, {format_usd(best.usd or 0.0)} a month"


def _sized(name: str, plans: Collection[Plan], pruned: Counter[str]) -> Sized:
    ordered = tuple(sorted(plans, key=by_cost))
    good = [plan for plan in ordered if plan.meets]
    second = next((plan for plan in good if body(plan.option) != body(good[0].option)), None)
    nearest = min(ordered, key=lambda plan: (plan.shortfall, by_cost(plan)), default=None)
    return Sized(
        name, good[0] if good else None, second, None if good else nearest, len(ordered),
        {bound: number for bound, number in pruned.items() if number}, ordered,
    )  # fmt: skip


def _with_takes(study: Study, one: Sized, sweep: Sweep, change: Change) -> Sized:
    """The same, and what the nearest plan would need where none keeps the promise."""
    return one if one.nearest is None else replace(one, takes=what_it_takes(study, one.nearest, sweep, change))


def size_study(
    study: Study,
    sweep: Sweep,
    *,
    names: Collection[str] = (),
    types: Collection[str] = (),
    change: Change = NO_CHANGE,
    prune: bool = True,
    draws: int = 8,
    turns: bool = True,
    takes: bool = True,
) -> Sizing:
    """Size the options of a prepared study.

    Arguments: `sweep` plays the trials of the same study; `names` limits the options, `types` the instance types; the
    study is sized under `change`; without `prune` every configuration is played; `draws` of the traffic at most for the
    finalists; `turns` looks at the ends of each assumption, `takes` at what an option without a plan would need. Where the
    study's cancel flag is set, on an interrupt, or where a cluster goes away, the best so far is the answer.
    """
    inner = changed(study, change)
    advice = advise(inner.workload, inner.facts, load=inner.load)
    found: dict[str, Found] = {}
    plans: dict[str, list[Plan]] = {}
    stopped, lost = False, ""
    try:
        listed = configurations(inner, names, types, advice)
        for known in search(inner, sweep, listed, change, prune=prune, say=_leader):
            found = known
        for name, one in found.items():
            plans[name] = settled(one.plans, sweep, inner.promise, change, most=draws)
        sized = [_sized(name, plans[name], one.pruned) for name, one in found.items()]
        sized = [_with_takes(inner, one, sweep, change) if takes else one for one in sized]
    except (Cancelled, KeyboardInterrupt, InputError) as error:
        if isinstance(error, InputError):  # a cluster that went away
            if not any(one.plans for one in found.values()):
                raise
            lost = str(error)
        stopped = True
        finished(found, sweep, inner, change)
        sized = [_sized(name, plans.get(name, one.plans), one.pruned) for name, one in found.items() if one.plans]
    ordered = sorted(sized, key=lambda one: (one.best is None, () if one.best is None else by_cost(one.best)))
    answer = Sizing(inner, tuple(ordered), advice.infeasible, advice, stopped=stopped, lost=lost, ends_tried=False)
    try:
        return answer if stopped or not turns else replace(answer, turns=_turns(answer, sweep), ends_tried=True)
    except (Cancelled, KeyboardInterrupt):
        return replace(answer, stopped=True)


def _turns(answer: Sizing, sweep: Sweep) -> tuple[Turn, ...]:
    """On which assumptions the first place turns, looked at on a draw that has it like their mean."""
    plans = {one.name: one.best.trials for one in answer.sized if one.best is not None}
    if answer.best is None:
        return ()
    promise, draws = answer.study.promise, min(len(trials) for trials in plans.values())
    runs = [{name: trials[k] for name, trials in plans.items()} for k in range(draws)]
    usual = next((draw for draw in runs if winner(draw, promise) == answer.best.name), runs[0])
    found, _ = sensitivity(usual, promise, lambda asks: sweep.play(asks, "trying the ends of each assumption"))
    return tuple(found)


def size(
    workload: Workload | str | Path,
    facts: Facts | None = None,
    *,
    names: Collection[str] = (),
    types: Collection[str] = (),
    executor: Executor | None = None,
    draws: int = 8,
    prune: bool = True,
    progress: Progress | None = None,
    **prepared: Any,
) -> Sizing:
    """The cheapest configuration of every option that keeps the promise.

    Arguments: `workload` is a Workload, a path or the name of a bundled example; `names` limits the options, `types` the
    instance types; `executor` is any `concurrent.futures.Executor` or a Dask client (default: the cores of this machine);
    `draws` of the traffic at most; further ones as of `simulator.prepare`. Raises InputError for unusable input.

    >>> size("receipt-classifier", names=["serverless"]).best.best.option.memory_mib
    2048
    """
    study = prepare(workload, facts, **prepared)
    check_choice(study, names, types)
    with Sweep(study, executor, progress=progress) as sweep:
        return size_study(study, sweep, names=names, types=types, prune=prune, draws=draws)


def check_choice(study: Study, names: Collection[str], types: Collection[str]) -> None:
    """Raise InputError for option names that cannot be sized, and instance types that nobody measured."""
    measured = [place for place in study.places if place in study.facts.instances]
    problems = [
        Problem("--option", repr(name), f"one that is simulated: {', '.join(builders())}")
        for name in names
        if name not in builders()
    ]
    problems += [
        Problem("--types", repr(kind), f"measured types: {', '.join(measured)}; add others to service.measured")
        for kind in types
        if kind not in measured
    ]
    if problems:
        raise InputError(problems)
