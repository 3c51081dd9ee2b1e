"""What-if questions of a planner in one call each: break-even, sensitivity, least regret."""

from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from advisor.facts import Facts
from advisor.workload import Workload
from simulator.break_evens import break_evens_study
from simulator.crossings import BreakEven
from simulator.curves import Subject
from simulator.range_texts import read_ranges
from simulator.regret import LeastRegret
from simulator.regret_search import regret_study
from simulator.regret_table import Weights
from simulator.sizing import check_choice
from simulator.study import Study, prepare
from simulator.sweep import Progress, Sweep
from simulator.tornado import Tornado
from simulator.tornado_search import sensitivity_study

__all__ = ["break_even", "least_regret", "sensitivity"]

Source = Workload | str | Path


@contextmanager
def _played(
    workload: Source, facts: Facts | None, names: Collection[str], executor: Executor | None,
    progress: Progress | None, prepared: dict[str, Any],
) -> Iterator[tuple[Study, Sweep]]:  # fmt: skip
    study = prepare(workload, facts, **prepared)
    check_choice(study, names, ())
    with Sweep(study, executor, progress=progress) as sweep:
        yield study, sweep


def break_even(
    workload: Source,
    *subjects: Subject,
    facts: Facts | None = None,
    loads: tuple[float, float] | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
    **prepared: Any,
) -> BreakEven:
    """The traffic at which one option becomes cheaper than another.

    Arguments: `workload` is a Workload, a path or the name of a bundled example; `subjects` are option names or
    configurations (the two that are the cheapest today where none is given); `loads` is the range to look at, times today's traffic;
    `executor` and further ones as of `size` and `prepare`. Raises InputError for unusable input.

    >>> break_even("receipt-classifier", "real_time", "serverless", loads=(0.5, 2)).crossings
    ()
    """
    names = [one for one in subjects if isinstance(one, str)]
    with _played(workload, facts, names, executor, progress, prepared) as (study, sweep):
        return break_evens_study(study, sweep, subjects, loads=loads)


def sensitivity(
    workload: Source,
    subject: Subject | None = None,
    *,
    facts: Facts | None = None,
    names: Collection[str] = (),
    ranges: Sequence[str] = (),
    executor: Executor | None = None,
    progress: Progress | None = None,
    **prepared: Any,
) -> Tornado:
    """What the answer turns on, one input at a time.

    Arguments: `workload` as of `break_even`; `subject` is the option or configuration looked at
    (the cheapest where None), `names`
    limits what it is compared with; `ranges` are texts like `load=0.5x/1x/2x`; the others as of `size`. Raises
    InputError for unusable input.
    """
    with _played(workload, facts, names, executor, progress, prepared) as (study, sweep):
        return sensitivity_study(study, sweep, subject, names=names, ranges=read_ranges(study, ranges))


def least_regret(
    workload: Source,
    ranges: Sequence[str],
    *,
    facts: Facts | None = None,
    names: Collection[str] = (),
    weights: Weights | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
    **prepared: Any,
) -> LeastRegret:
    """The plan that is regretted least where inputs are ranges.

    Arguments: `ranges` are texts like `load=0.5x/1x/2x`; `weights` of the parts of regret; the others as of
    `sensitivity`. Raises InputError for unusable input.
    """
    with _played(workload, facts, names, executor, progress, prepared) as (study, sweep):
        return regret_study(study, sweep, read_ranges(study, ranges), names=names, weights=weights)
