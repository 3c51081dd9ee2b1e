"""A sizing with the questions that go with it: largest load, growth, load tests; or the least-regret plan instead."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

from advisor.errors import Cancelled, InputError, Problem
from simulator.answer_parts import workload_line
from simulator.growth import Growth, growth, read_growth
from simulator.growth_text import growth_json, growth_text
from simulator.load_test import LoadTests, load_test
from simulator.load_test_text import load_test_json, load_test_text
from simulator.max_load import MaxLoads, max_loads
from simulator.max_load_text import max_loads_json, max_loads_text
from simulator.range_texts import read_ranges
from simulator.regret import LeastRegret
from simulator.regret_search import regret_study
from simulator.regret_text import regret_text
from simulator.size_json import size_json
from simulator.size_text import size_text
from simulator.sizing import Sizing, check_choice, size_study
from simulator.study import Study
from simulator.sweep import Sweep
from simulator.what_if_json import regret_json

__all__ = ["Answer", "Asked", "answer", "answer_json", "answer_text"]

ALL: Final = "all"
"""The word for every instance type of the Region."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for beside the plans."""

    types: tuple[str, ...] = ()
    """Instance types to look at; those that nobody measured only for a load test."""
    ranges: tuple[str, ...] = ()
    """Inputs as ranges, like `load=0.5x/1x/2x`."""
    months: tuple[str, str, str] | None = None
    """First month, last month, growth."""
    max_load: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found; what was not asked for is None."""

    sizing: Sizing | None = None
    regret: LeastRegret | None = None
    load_tests: LoadTests | None = None
    max_loads: MaxLoads | None = None
    growth: Growth | None = None

    @property
    def kept(self) -> bool:
        """A plan keeps the promise, of ranges in some scenario."""
        if self.regret is not None:
            return self.regret.best.kept > 0
        return self.sizing is not None and self.sizing.best is not None


def _refused(check: Callable[[], object]) -> tuple[Problem, ...]:
    """What a check refuses; nothing where it passes."""
    try:
        check()
    except InputError as error:
        return error.problems
    return ()


def _checked(study: Study, asked: Asked, names: Collection[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The measured types of a choice, and the others; InputError tells everything that is wrong with the question."""
    wanted = [kind for kind in asked.types if kind != ALL]
    measured = tuple(kind for kind in wanted if kind in study.places)
    problems = [
        Problem("--types", repr(kind), "all, or a type like ml.m5.xlarge")
        for kind in wanted
        if kind not in study.facts.instances
    ]
    problems += _refused(lambda: check_choice(study, names, measured))
    if asked.months is not None:
        first, last, rate = asked.months
        problems += _refused(lambda: read_growth(first, last, rate))
    problems += _refused(lambda: read_ranges(study, asked.ranges))
    if problems:
        raise InputError(problems)
    return measured, tuple(kind for kind in wanted if kind not in measured)


def answer(
    study: Study, sweep: Sweep, asked: Asked, *, names: Collection[str] = (), prune: bool = True, draws: int = 8
) -> Answer:
    """Size the options of a study and answer what goes with it.

    Arguments: `sweep` plays the trials of the same study; `names`, `prune` and `draws` as of `size_study`. Where a
    question is interrupted, what is known by then is the answer. Raises InputError for names, types, ranges or
    months that are none.
    """
    measured, others = _checked(study, asked, names)
    if asked.ranges:
        return Answer(regret=regret_study(study, sweep, read_ranges(study, asked.ranges), names=names))
    sizing = size_study(study, sweep, names=names, types=measured, prune=prune, draws=draws)
    if sizing.stopped:
        return Answer(sizing)
    tests = loads = months = None
    try:
        if others or not measured:
            tests = load_test(sizing, sweep, types=others, draws=min(3, draws))
        if asked.max_load:
            loads = max_loads(sizing, sweep, draws=min(3, draws))
        best = sizing.best.best if sizing.best is not None else None
        if asked.months is not None and best is not None:
            months = growth(study, best.option, sweep, *asked.months, draws=min(3, draws), names=names)
    except (Cancelled, KeyboardInterrupt):
        pass  # the plans are there; what was asked beside them is not
    return Answer(sizing, None, tests, loads, months)


def answer_text(found: Answer, *, everything: bool = False) -> Iterator[Any]:
    """The answer for the terminal."""
    if found.regret is not None:
        yield workload_line(found.regret.study)
        yield from regret_text(found.regret)
    if found.sizing is None:
        return
    yield from size_text(found.sizing, everything=everything)
    parts = (
        None if found.max_loads is None else max_loads_text(found.max_loads),
        None if found.growth is None else growth_text(found.growth),
        None
        if found.load_tests is None
        else load_test_text(found.load_tests, found.sizing.study.workload.service.reference),
    )
    for part in parts:
        if part is not None:
            yield ""
            yield from part


def answer_json(found: Answer, *, everything: bool = False) -> dict[str, Any]:
    """The answer as a JSON document; what was not asked for is null."""
    if found.sizing is None:
        assert found.regret is not None  # noqa: S101 - one of the two is there
        return regret_json(found.regret)
    return {
        **size_json(found.sizing, everything=everything),
        "max_loads": None if found.max_loads is None else max_loads_json(found.max_loads),
        "growth": None if found.growth is None else growth_json(found.growth),
        "load_tests": None if found.load_tests is None else load_test_json(found.load_tests),
    }
