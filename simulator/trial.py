"""Trials: single runs that are asked for by value and answered by value, so that any process can make them."""

from collections.abc import Iterable
from dataclasses import dataclass

from advisor.billing import Bill
from advisor.errors import InputError, TooLargeError
from advisor.options import Option
from simulator.assumptions import Assumption, Level, assume
from simulator.changes import NO_CHANGE, Change, changed
from simulator.metrics import Summary
from simulator.play import Simulation, simulated
from simulator.promise import Promise
from simulator.study import Study

__all__ = ["Ask", "Trial", "played", "trial_of", "unplayable", "worked"]


@dataclass(frozen=True, slots=True)
class Ask:
    """One run to make: a candidate over one draw of the traffic, with what is changed."""

    option: Option
    replication: int = 0
    levels: tuple[tuple[str, Level], ...] = ()
    """Assumptions at low or high, by key."""
    given: tuple[tuple[str, str], ...] = ()
    """The user's own values of assumptions, by key."""
    change: Change = NO_CHANGE


@dataclass(frozen=True, slots=True)
class Trial:
    """What one run found; small enough to travel between processes."""

    ask: Ask
    summary: Summary
    bill: Bill
    assumed: tuple[Assumption, ...] = ()
    shortage: str = ""
    problem: str = ""
    """Why the run could not be made; the other fields are then empty."""

    @property
    def option(self) -> Option:
        """The candidate."""
        return self.ask.option

    @property
    def usd(self) -> float | None:
        """USD per month; None without a price, or where the run could not be made."""
        return None if self.problem or self.bill.total is None else float(self.bill.total)


def _given(study: Study, ask: Ask) -> dict[str, str]:
    """The values of assumptions that apply: those of the change only where the option rests on them."""
    if not ask.change.given:
        return dict(ask.given)
    known = {row.key for row in assume(study.workload, ask.option, study.facts).rows}
    return {**{key: text for key, text in ask.change.given if key in known}, **dict(ask.given)}


_NOTHING = Summary(0, 0, {}, 0, {}, {}, {}, 0.0, 0.0, 0.0, 0)


def unplayable(study: Study, ask: Ask, problem: str) -> Trial:
    """The trial of a run that could not be made, and why."""
    return Trial(ask, _NOTHING, Bill(study.workload.needs.region, (), (), None, 0.0, 0.0), problem=problem)


def played(study: Study, ask: Ask) -> Trial:
    """Make one run. Input that makes it impossible is told in the trial: one run never stops the others.

    >>> from advisor.options import Option
    >>> from simulator.study import prepare
    >>> study = prepare("receipt-classifier")
    >>> two = Option(name="real_time", instance_type="ml.m5.large", instances=2, concurrency_per_instance=2)
    >>> played(study, Ask(two)).problem
    ''
    """
    try:
        inside = changed(study, ask.change)
        given = _given(inside, ask)
    except (InputError, TooLargeError) as error:
        return unplayable(study, ask, str(error))
    found = simulated(inside, ask.option, replication=ask.replication, levels=dict(ask.levels), given=given)
    if isinstance(found, str):
        return unplayable(study, ask, found)
    return trial_of(ask, found)


def trial_of(ask: Ask, found: Simulation) -> Trial:
    """A run that was made otherwise, as a trial. Arguments: `ask` is what it would have been asked by."""
    return Trial(ask, found.summary, found.bill, found.assumed.rows, found.shortage)


def worked(trials: Iterable[Trial], promise: Promise) -> bool:
    """Every one of some trials of a candidate could be made, and their mean keeps the promise."""
    some = list(trials)
    return bool(some) and not any(trial.problem for trial in some) and promise.kept(*some)
